"""Numbers that prove themselves by form or checksum: network, payment and national identifiers."""

import ipaddress
import re
from collections.abc import Callable, Iterator
from functools import cache

from stdnum import iban, luhn, numdb
from stdnum.br import cpf
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.it import codicefiscale

from workbench.privacy.spans import Span, blanked, digit_groups
from workbench.privacy.words import named

# A class of digits first, and what must not stand before it second: the search is five times as fast.
_IPV4 = re.compile(r"[0-9](?<![\w.].)[0-9]{0,2}\.(?:[0-9]{1,3}\.){2}[0-9]{1,3}(?!\w|\.[0-9])")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]{6,39}(?:(?:\.[0-9]{1,3}){3})?(?![\w:])")
_VERSION_WORDS = ("version", "ver", "ver.", "ios", "firmware", "build", "release", "v")

_IBAN_START = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{2}[0-9]{2}(?=[ -]?[0-9A-Za-z])")

_CARD_RUN = re.compile(r"[0-9](?<![0-9].)[0-9]{1,18}(?:[ .-]{1,2}[0-9]{2,19})*(?![0-9])")
# First digits of the cards in use: Mastercard and Mir 2, Amex, Diners and JCB 3, Visa 4, Mastercard
# and Maestro 5, Discover, UnionPay and Maestro 6, RuPay 81 and 82, Troy 9792. One long number in ten
# passes the checksum by chance; this halves them.
_CARD_START = re.compile(r"[2-6]|8[12]|9792")
_CARD_LENGTHS = range(13, 20)

_NINO = re.compile(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]")

# The pure digits of other countries' identifiers pass a checksum too often: they need a word before
# them (`named`), these do not.
_NATIONAL: list[tuple[re.Pattern[str], Callable[[str], object]]] = [
    (re.compile(rf"{first}(?<!\w.){rest}(?!\w)"), is_valid)
    for first, rest, is_valid in (
        ("[0-9]", r"[0-9]{2}-[0-9]{2}-[0-9]{4}", lambda _: True),  # United States
        # United Kingdom: no checksum, but a form of its own
        ("[A-Z]", r"[A-Z](?:[0-9]{6}| [0-9]{6} |(?: [0-9]{2}){3} )[A-D]", _NINO.match),
        ("[0-9]", r"[0-9]{7}-?[A-Za-z]", dni.is_valid),
        ("[XYZxyz]", r"-?[0-9]{7}-?[A-Za-z]", nie.is_valid),
        ("[A-Za-z]", r"[A-Za-z]{5}[0-9]{2}[A-Za-z][0-9]{2}[A-Za-z][0-9]{3}[A-Za-z]", codicefiscale.is_valid),
        ("[12]", r" ?[0-9]{2} ?[0-9]{2} ?[0-9][0-9ABab] ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}", nir.is_valid),
        ("[0-9]", r"[0-9]{2}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", cpf.is_valid),
    )
]


def find_ipv6(text: str) -> list[Span]:
    """IPv6 addresses of six characters or more; "a::b" is rather code."""
    if text.count(":") < 2:
        return []
    return [Span(*match.span(), "IP") for match in _IPV6.finditer(text) if _is_ipv6(match[0])]


def find_ipv4(text: str) -> list[Span]:
    """IPv4 addresses, but not version numbers that say so.

    Examples
    --------
    >>> find_ipv4("from 10.0.0.1, version 1.2.3.4")
    [Span(start=5, end=13, kind='IP')]
    """
    if text.count(".") < 3:
        return []
    return [Span(*match.span(), "IP") for match in _IPV4.finditer(text) if _is_ipv4(match)]


def find_ibans(text: str) -> list[Span]:
    """International bank account numbers (ISO 13616), by country, length, structure and checksum.

    Examples
    --------
    >>> find_ibans("to DE89 3704 0044 0532 0130 00 please")
    [Span(start=3, end=30, kind='IBAN')]
    """
    found = []
    for start in _IBAN_START.finditer(text):
        body = _iban_body(start[0][:2].upper())
        match = body.match(text, start.end()) if body else None
        if match and iban.is_valid(start[0] + match[0], check_country=False):
            found.append(Span(start.start(), match.end(), "IBAN"))
    return found


def find_cards(text: str) -> list[Span]:
    """Payment cards: 13 to 19 digits, in groups or not, with the Luhn checksum (ISO/IEC 7812), or called so.

    Examples
    --------
    >>> find_cards("paid with 4111 1111 1111 1111 12/27")
    [Span(start=10, end=29, kind='CARD')]
    """
    return [
        card
        for run in _CARD_RUN.finditer(text)
        if len(run[0]) >= _CARD_LENGTHS[0]
        for card in _cards(text, digit_groups(run))
    ]


def find_national_identifiers(text: str) -> list[Span]:
    """National identifiers of persons whose form or checksum says so without a word.

    Examples
    --------
    >>> find_national_identifiers("SSN 531-21-7351, DNI 54362315K, not 54362315A")
    [Span(start=4, end=15, kind='ID'), Span(start=21, end=30, kind='ID')]
    """
    found: list[Span] = []
    for pattern, is_valid in _NATIONAL:
        spans = [Span(*match.span(), "ID") for match in pattern.finditer(text) if is_valid(match[0])]
        text = blanked(text, spans)
        found += spans
    return sorted(found)


def has_telling_number(text: str) -> bool:
    """Whether a payment card, bank account or network address is in the text."""
    return any(find(text) for find in (find_ipv6, find_ipv4, find_ibans, find_cards))


def _cards(text: str, groups: list[tuple[int, int]]) -> Iterator[Span]:
    first = 0
    while first < len(groups):
        last = _last_of_card(text, groups, first)
        if last is not None:
            yield Span(groups[first][0], groups[last][1], "CARD")
            first = last
        first += 1


def _last_of_card(text: str, groups: list[tuple[int, int]], first: int) -> int | None:
    """Last group of the card number that starts with the `first` group."""
    digits = ""
    valid, possible = None, None
    for index in range(first, len(groups)):
        digits += text[slice(*groups[index])]
        if len(digits) > _CARD_LENGTHS[-1]:
            break
        if len(digits) in _CARD_LENGTHS:
            possible = index
            if _CARD_START.match(digits) and luhn.is_valid(digits):
                valid = index
    if valid is None and possible is not None:
        name = named(text, groups[first][0])
        return possible if name and name.kind == "CARD" else None  # mistyped, and a card all the same
    return valid


def _is_ipv4(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 12) : match.start()].casefold().split()
    is_version = bool(before) and before[-1] in _VERSION_WORDS
    return not is_version and all(int(octet) < 256 for octet in match[0].split("."))


def _is_ipv6(text: str) -> bool:
    if not ("::" in text or text.count(":") >= 6) or not any(map(str.isdigit, text)):
        return False
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


@cache
def _iban_body(country: str) -> re.Pattern[str] | None:
    """Pattern of what follows a country's four first characters; None where it has no IBAN."""
    properties = numdb.get("iban").info(f"{country}00")[0][1]
    length = sum(map(int, re.findall(r"([0-9]+)!", properties.get("bban", ""))))
    return re.compile(rf"(?:[ -]?[0-9A-Za-z]){{{length}}}(?![0-9A-Za-z])") if length else None
