"""Dates: of birth where a word says so; all others only so that none is taken for a number."""

import re

from workbench.privacy.spans import Span
from workbench.privacy.words import named

_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:(?:19|20)[0-9]{2})"
_NUMERIC = re.compile(
    # Not within a longer number, nor after a country code: "+687 20.12.34".
    rf"(?<![\w+])(?<![0-9][-/.])(?<!\+[0-9]{{2}} )(?<!\+[0-9]{{3}} )(?:{_YEAR}(?P<a>[-/.]){_MONTH}(?P=a){_DAY}"
    rf"|{_DAY}(?P<b>[-/.]){_MONTH}(?P=b)(?:{_YEAR}|[0-9]{{2}})|{_MONTH}(?P<c>[-/.]){_DAY}(?P=c)(?:{_YEAR}|[0-9]{{2}}))"
    r"(?![\w]|[-/.][0-9])"
)
_NAMES = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|janv|févr|mars|avr|juin|juil|août|déc|ene|abr|ago|dic"
    "|gen|mag|giu|lug|set|ott"
)
_WRITTEN = re.compile(
    rf"(?<!\w)(?:{_DAY}(?:st|nd|rd|th|\.)? (?:of |de )?(?:{_NAMES})[^\W\d_]{{0,9}}\.?,? (?:de )?{_YEAR}"
    rf"|(?:{_NAMES})[^\W\d_]{{0,9}}\.? {_DAY}(?:st|nd|rd|th)?,? {_YEAR})(?!\w)",
    re.IGNORECASE,
)
_BIRTH_WORDS = (
    "born",
    "birth",
    "dob",
    "d.o.b",
    "gebor",
    "geburt",
    "geb.",
    "née",
    "né le",
    "naiss",
    "naci",
    "nasc",
    "nato",
    "nata",
)


def find_dates(text: str) -> list[Span]:
    """Dates in digits, without kind: they may stay.

    Examples
    --------
    >>> find_dates("flown 2015-02-24 on 1/2")
    [Span(start=6, end=16, kind='')]
    """
    return [Span(*match.span(), "") for match in _NUMERIC.finditer(text)]


def find_dates_of_birth(text: str) -> list[Span]:
    """Dates, in digits or with the month in letters, right after a word of birth.

    Examples
    --------
    >>> find_dates_of_birth("DOB: 24/02/1985, flown 24/02/2015")
    [Span(start=5, end=15, kind='DOB')]
    """
    small = text.casefold()
    if not any(word in small for word in _BIRTH_WORDS):
        return []
    dates = sorted(match.span() for pattern in (_NUMERIC, _WRITTEN) for match in pattern.finditer(text))
    return [Span(*date, "DOB") for date in dates if _is_of_birth(text, date[0])]


def is_date(text: str) -> bool:
    """Whether the text is a date in digits."""
    return _NUMERIC.fullmatch(text) is not None


def _is_of_birth(text: str, start: int) -> bool:
    name = named(text, start)
    return name is not None and name.kind == "DOB"
