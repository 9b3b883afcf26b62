"""Masking: what could name or reach a person leaves a text before anything is stored.

Detectors run in a fixed order over the undisguised text; each sees blanks where an earlier one found
something, so an order number is never taken for a telephone, nor a part of a link for a card. A mask
is a blank to all of them: masking a masked text changes nothing. Names and free-form addresses of
persons are not recognised.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable

from workbench.privacy.accounts import find_accounts, find_reddit_users, find_spelt_addresses
from workbench.privacy.cases import find_locators, find_named_numbers
from workbench.privacy.dates import find_dates, find_dates_of_birth
from workbench.privacy.folding import folded, unfolded
from workbench.privacy.links import find_links
from workbench.privacy.numbers import find_cards, find_ibans, find_ipv4, find_ipv6, find_national_identifiers
from workbench.privacy.phones import REGIONS, find_phones
from workbench.privacy.pseudonyms import case_token, user_token
from workbench.privacy.spans import Span, blanked
from workbench.privacy.streets import find_streets, find_streets_before_numbers

Finder = Callable[[str], list[Span]]

KINDS = ("EMAIL", "PHONE", "CARD", "IBAN", "IP", "URL", "ID", "DOB", "ADDRESS", "USER", "CASE")

# For what is told, and for files that models learn from or are scored on: nobody is to be recognised, so masks have
# no token. One made with a key that everybody knows would tell who it is to whoever guesses the name.
NO_KEY = b""

_MASK = re.compile(r"<(?:(EMAIL|PHONE|CARD|IBAN|IP|URL|ID|DOB|ADDRESS)|(USER|CASE)(?::[0-9a-f]{12})?)>")
_SPELT_ENDS = tuple(f"at{blank}{end}" for blank in ("", " ") for end in ")]}")
_NO_DIGITS = bytes(set(range(256)) - set(b"0123456789"))
# Six digits with little between them: without these there is no long number, whatever its separators.
_CROWD = 6
_CROWDED = re.compile(r"[0-9](?:[^0-9]{0,4}[0-9]){5}")

# Detectors in order, each with the count of digits without which it finds nothing.
_NUMBER_FINDERS: tuple[tuple[int, Finder], ...] = (
    (1, find_ipv6),
    (4, find_ipv4),
    (1, find_named_numbers),
    (5, find_dates_of_birth),
    (1, find_streets),
    (1, find_streets_before_numbers),
)
_LONG_NUMBER_FINDERS: tuple[Finder, ...] = (find_ibans, find_cards, find_national_identifiers)


def mask_texts(
    texts: Iterable[str],
    key: bytes,
    readable_accounts: frozenset[str] = frozenset(),
    regions: tuple[str, ...] = REGIONS,
) -> tuple[list[str], list[bool]]:
    """Masked texts, and whether anything was masked in each.

    See `mask_text`.
    """
    before = list(texts)
    after = [mask_text(text, key, readable_accounts, regions) for text in before]
    return after, [old != new for old, new in zip(before, after, strict=True)]


def mask_text(
    text: str,
    key: bytes,
    readable_accounts: frozenset[str] = frozenset(),
    regions: tuple[str, ...] = REGIONS,
) -> str:
    """The text with a mask in place of everything that could name or reach a person.

    Parameters
    ----------
    text
        Any text; what is not masked stays as written, to the character.
    key
        The pseudonym key, for masks that join: `<USER:…>` to authors, `<CASE:…>` to cases.
    readable_accounts
        Accounts of brands, lower case without @; these stay: "@Acme".
    regions
        Countries whose national telephone numbers are recognised by their numbering plan.

    Examples
    --------
    >>> mask_text("@Acme where is order 1234567890? jane@mail.example", bytes(32), frozenset({"acme"}))
    '@Acme where is order <CASE:b3c6be94d0e9>? <EMAIL>'
    """
    plain, left_out = folded(text)
    spans = sorted(_found(plain, readable_accounts, regions))
    if not spans:
        return text
    pieces: list[str] = []
    done = 0
    for span in spans:
        start, end, kind = unfolded(span, left_out) if left_out else span
        pieces += text[done:start], _mask(kind, plain[span.start : span.end], key)
        done = end
    return "".join((*pieces, text[done:]))


def find_personal(
    text: str, readable_accounts: frozenset[str] = frozenset(), regions: tuple[str, ...] = REGIONS
) -> list[Span]:
    """What `mask_text` masks: places in the text and kinds, in order.

    Examples
    --------
    >>> find_personal("call +49 30 1234567")
    [Span(start=5, end=19, kind='PHONE')]
    """
    plain, left_out = folded(text)
    return [unfolded(span, left_out) for span in sorted(_found(plain, readable_accounts, regions))]


def count_kinds(masked_texts: Iterable[str]) -> dict[str, int]:
    """How many masks of each kind stand in masked texts.

    Examples
    --------
    >>> count_kinds(["<EMAIL> or <PHONE>", "<EMAIL>"])
    {'EMAIL': 2, 'PHONE': 1}
    """
    counts = Counter(mask[1] or mask[2] for text in masked_texts for mask in _MASK.finditer(text))
    return {kind: counts[kind] for kind in KINDS if counts[kind]}


def _found(text: str, readable_accounts: frozenset[str], regions: tuple[str, ...]) -> list[Span]:
    """Spans to mask in an undisguised text."""
    found: list[Span] = []
    rest = blanked(text, (Span(*mask.span(), "") for mask in _MASK.finditer(text))) if "<" in text else text
    # What stood beside a find may show only now, as it would in the masked text: look until nothing is left.
    while True:
        count = len(found)
        rest = _without_accounts(rest, readable_accounts, found)
        rest = _without_numbers(rest, regions, found)
        if len(found) == count:
            return found


def _without_accounts(text: str, readable_accounts: frozenset[str], found: list[Span]) -> str:
    """The text without what needs no digit; a cheap look first, for most posts have none of it."""
    if "/" in text or "www." in text:
        text = _taken(text, find_links(text, readable_accounts), found)
        if "u/" in text:
            text = _taken(text, find_reddit_users(text, readable_accounts), found)
    if "@" in text:
        text = _taken(text, find_accounts(text, readable_accounts), found)
    small = text.lower()
    if " dot " in small or any(end in small for end in _SPELT_ENDS):
        text = _taken(text, find_spelt_addresses(text), found)
    return _taken(text, find_locators(text), found)


def _without_numbers(text: str, regions: tuple[str, ...], found: list[Span]) -> str:
    digits = len(text.encode("ascii", "ignore").translate(None, _NO_DIGITS))
    for least, find in _NUMBER_FINDERS:
        if digits >= least:
            text = _taken(text, find(text), found)
    if digits < _CROWD or not _CROWDED.search(text):
        return text
    for find in _LONG_NUMBER_FINDERS:
        text = _taken(text, find(text), found)
    # Only here: a date stays in the text, so later looks see it again.
    dateless = blanked(text, find_dates(text))
    return _taken(text, find_phones(dateless, regions), found)


def _taken(text: str, spans: list[Span], found: list[Span]) -> str:
    """The text without the spans; those with a kind are added to what was found."""
    if not spans:
        return text
    found += (span for span in spans if span.kind)
    return blanked(text, spans)


def _mask(kind: str, personal: str, key: bytes) -> str:
    if not key:
        return f"<{kind}>"
    if kind == "USER":
        return f"<USER:{user_token(key, personal.removeprefix('/').removeprefix('u/'))}>"
    return f"<CASE:{case_token(key, personal)}>" if kind == "CASE" else f"<{kind}>"
