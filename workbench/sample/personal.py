"""Invented personal data, from ranges that are reserved for it or published for tests.

Telephone numbers: Ofcom's and the NANP's numbers for drama, the German Federal Network Agency's and
Arcep's. Addresses: example domains (RFC 2606), documentation networks (RFC 5737, RFC 3849). Cards and
IBANs: numbers published for tests; their checksums hold.
"""

from collections.abc import Callable

Draw = Callable[[], float]

KINDS = ("email", "phone", "card", "iban", "ip", "link", "case", "order")
_WEIGHTED = ("email",) * 4 + ("phone",) * 4 + ("case",) * 6 + ("order",) * 3 + ("card", "iban", "ip", "link")

_DOMAINS = ("example.com", "example.org", "example.net", "mail.example.com")
_PHONES = (
    "07700 900{three}", "07700900{three}", "+44 7700 900{three}", "020 7946 0{three}", "+44 20 7946 0{three}",
    "(212) 555-01{two}", "+1 415-555-01{two}", "+49 30 23125 {three}", "+33 1 99 00 {two} {more}",
)  # fmt: skip
_CARDS = (
    "4242424242424242", "4111111111111111", "4012888888881881", "5555555555554444", "5105105105105100",
    "2223003122003222", "6011111111111117", "30569309025904",
)  # fmt: skip
_IBANS = (
    "GB82WEST12345698765432", "GB33BUKB20201555555555", "DE89370400440532013000", "FR1420041010050500013M02606",
    "ES9121000418450200051332", "IE29AIBK93115212345678",
)  # fmt: skip


def draw_kind(draw: Draw) -> str:
    """A kind of personal data, as often as people give it."""
    return _WEIGHTED[int(draw() * len(_WEIGHTED))]


def personal_words(kind: str, handle: str, case: str, draw: Draw) -> dict[str, str]:
    """The given words that a `personal` rule of the grammar needs."""
    return {kind if kind != "link" else "personal_link": _value(kind, handle, case, draw)}


def case_number(thread: int, brand: str) -> str:
    """Number of the support case that a conversation may have; no two conversations share one.

    Examples
    --------
    >>> case_number(0, "Halvora")
    'HA-20000000'
    """
    return f"{brand[:2].upper()}-{20_000_000 + thread * 7_919 % 69_999_989}"


def _value(kind: str, handle: str, case: str, draw: Draw) -> str:
    number = int(draw() * 1_000_000_000)
    if kind == "email":
        return f"{handle.replace('_', '.')}@{_DOMAINS[number % len(_DOMAINS)]}"
    if kind == "phone":
        return _phone(number)
    if kind == "card":
        return _grouped(_CARDS[number % len(_CARDS)], number)
    if kind == "iban":
        return _grouped(_IBANS[number % len(_IBANS)], number)
    if kind == "ip":
        return (
            f"203.0.113.{number % 254 + 1}",
            f"198.51.100.{number % 254 + 1}",
            f"2001:db8::{number % 65_535:x}",
        )[number // 7 % 3]
    if kind == "link":
        return f"https://portal.example.com/login?user={handle}&token={number:08x}"
    return case if kind == "case" else str(4_400_000_000 + number % 99_999_999)


def _phone(number: int) -> str:
    form = _PHONES[number // 1000 % len(_PHONES)]
    return form.format(
        three=f"{number % 1000:03d}", two=f"{number % 100:02d}", more=f"{number // 7 % 100:02d}"
    )


def _grouped(digits: str, number: int) -> str:
    """As one block or in groups of four, as people copy it."""
    return digits if number // 11 % 2 else " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))
