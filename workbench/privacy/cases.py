"""Numbers that a word before them names: orders, cases and bookings (CASE), customers and papers (ID)."""

import re

from workbench.privacy.dates import is_date
from workbench.privacy.spans import Span
from workbench.privacy.words import Name, is_noun, named

_NUMBER = re.compile(r"[0-9][0-9A-Za-z]*(?:[-/][0-9A-Za-z]+|\.[0-9]+)*")
_PREFIX_BACKWARDS = re.compile(r"(?:-[A-Za-z]{1,4}|[A-Za-z]{1,8})(?![0-9A-Za-z_@-])")
_MORE_GROUPS = re.compile(r"(?: [0-9]{3,6}){1,4}(?![0-9A-Za-z])")
_AND = re.compile(r"\s*[,;]?\s*(?:[&/+]|and|or|und|oder|et|ou|y|o|e|en)?\s*:?\s*#?")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_AMOUNT = re.compile(
    r"\s?(?:[%€$£¥]|(?:usd|eur|gbp|euros?|dollars?|bucks|pounds?|points?|miles|people|units|times|hours?|hrs?|min|mins"
    r"|minutes?|days?|weeks?|items|pieces|pcs|k|km|kg|am|pm)(?!\w))",
    re.IGNORECASE,
)
_HASH = re.compile(r"#$|\w# $")  # "#1234567", "SR# 1234567"
_NORTH_AMERICAN_PHONE = re.compile(r"(?:1[-.])?[0-9]{3}[-.][0-9]{3}[-.][0-9]{4}")
# Booking codes of airlines: six capitals, only after words that announce one.
_LOCATOR = re.compile(r"(?<![\w#@-])[A-Z]{6}(?![\w-])")
_SHOUTED = frozenset(("NUMBER", "PLEASE", "THANKS", "ALWAYS", "REALLY", "CANCEL", "CHANGE", "STATUS"))

_LEAST_AFTER_HASH = 5
_LEAST_OF_ID = 6


def find_named_numbers(text: str) -> list[Span]:
    """Numbers called an order, case, ticket, booking… (kind CASE) or a customer, passport… (kind ID).

    Decided before telephone numbers: "order number 1234567890" is the key to the case, and a
    mask without a token would lose it.

    Examples
    --------
    >>> [span.kind for span in find_named_numbers("order 1234567890, PNR AB12CD, passport no 123456789")]
    ['CASE', 'CASE', 'ID']
    >>> find_named_numbers("flight 1234 in 2015, 3 tickets for 1200 dollars")
    []
    """
    found: list[Span] = []
    previous: Span | None = None
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        if end - start < 3 or (previous and start < previous.end):
            continue
        start -= _prefix_length(text, start)
        number = text[start:end]
        name = named(text, start)
        is_next = previous is not None and _AND.fullmatch(text, previous.end, start) is not None
        if (is_next or (name and name.is_marked)) and len(number) < 5:
            more = _MORE_GROUPS.match(text, end)
            end = more.end() if more else end
            number = text[start:end]
        kind = _kind(name, number, text, start, end)
        if kind is None and previous and is_next and _is_long(number):
            kind = previous.kind  # "orders 1234567, 1234568 and 1234569"
        if kind:
            previous = Span(start, end, kind)
            found.append(previous)
    return found


def find_locators(text: str) -> list[Span]:
    """Booking codes without a digit: "confirmation code: QXZWVT".

    Examples
    --------
    >>> find_locators("My PNR is QXZWVT")
    [Span(start=10, end=16, kind='CASE')]
    """
    is_announced = (
        "PNR" in text or "ocator" in text or "onfirm" in text or "eferenc" in text or "ooking" in text
    )
    if not is_announced or text.isupper():
        return []
    return [Span(*match.span(), "CASE") for match in _LOCATOR.finditer(text) if _is_locator(match)]


def _is_locator(match: re.Match[str]) -> bool:
    name = named(match.string, match.start())
    return name is not None and name.kind == "CASE" and name.is_marked and match[0] not in _SHOUTED


def _kind(name: Name | None, number: str, text: str, start: int, end: int) -> str | None:
    """Kind of the number, or None where it is an amount, a year, a date or too short."""
    if is_date(number):
        return None
    digits = sum(map(str.isdigit, number))
    if name is None:
        is_hashed = number.isdigit() and digits >= _LEAST_AFTER_HASH
        return "CASE" if is_hashed and _HASH.search(text, max(0, start - 3), start) else None
    if name.kind not in ("CASE", "ID"):
        return None
    length = sum(map(str.isalnum, number))
    if name.kind == "ID" and length < _LEAST_OF_ID:
        return None
    if name.is_marked:
        return name.kind if digits >= 3 or length >= 4 else None
    if digits < length:  # capitals, for "order iphone6s" is no number
        return name.kind if length >= 5 and digits >= 2 and number.upper() == number else None
    least = 6 if digits < len(number) else 4 if name.distance == 0 else 5
    if _NORTH_AMERICAN_PHONE.fullmatch(number):
        return None
    is_amount = "." in number or _YEAR.fullmatch(number) or _AMOUNT.match(text, end)
    return name.kind if digits >= least and not is_amount else None


def _prefix_length(text: str, start: int) -> int:
    """Length of the letters that belong to a number: 2 of "AB1234", 3 of "AB-1234", none of "case-1234"."""
    match = _PREFIX_BACKWARDS.match(text[max(0, start - 9) : start][::-1])
    return 0 if match is None or is_noun(match[0][::-1].rstrip("-")) else len(match[0])


def _is_long(number: str) -> bool:
    return len(number) >= 5 and sum(map(str.isdigit, number)) >= 3 and not is_date(number)
