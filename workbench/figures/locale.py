"""Numbers and dates as the reader writes them; the words around them stay English.

The locale is that of the process, set when a workbench is opened; `in_locale` holds for a block of code.
"""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, get_day_names, get_month_names
from babel.numbers import NumberPattern, parse_pattern

from workbench.errors import WorkbenchError
from workbench.statistics.periods import days_of, is_period

_of_process = ["en"]
_of_block: ContextVar[str] = ContextVar("locale")


def use_locale(name: str) -> None:
    """Write numbers and dates like this from now on, in the whole process.

    Raises
    ------
    WorkbenchError
        There is no such locale.
    """
    _of_process[0] = str(_parsed(name))


@contextmanager
def in_locale(name: str | None) -> Iterator[None]:
    """Write numbers and dates like this in a block of code; None leaves them as they are.

    Examples
    --------
    >>> with in_locale("de"):
    ...     write_digits("1204.5")
    '1.204,5'
    """
    token = _of_block.set(str(_parsed(name)) if name else locale_name())
    try:
        yield
    finally:
        _of_block.reset(token)


def locale_name() -> str:
    """Name of the locale in force, for instance "en" or "de_CH"."""
    return _of_block.get(_of_process[0])


def language_tag() -> str:
    """The locale in force as HTML writes it, for instance "de-CH"."""
    return locale_name().replace("_", "-")


def language_mark() -> str:
    """Attribute for an element that holds a number, where the number is not in the language of the page.

    Examples
    --------
    >>> with in_locale("de"):
    ...     language_mark()
    ' lang="de"'
    """
    return "" if is_english() else f' lang="{language_tag()}"'


def is_english() -> bool:
    """Whether dates and numbers are in the language of the words."""
    return _locale().language == "en"


def write_digits(plain: str) -> str:
    """A number without sign, written with a point, with the marks of the locale in force.

    Examples
    --------
    >>> write_digits("1204331"), write_digits("0.50")
    ('1,204,331', '0.50')
    """
    if locale_name() == "en":
        return f"{Decimal(plain):,}"
    digits = len(plain.partition(".")[2])
    return _pattern(locale_name(), digits).apply(Decimal(plain), _locale())


def percent_marks() -> tuple[str, str]:
    """What stands before and after a number of percent.

    Examples
    --------
    >>> percent_marks()
    ('', '\\xa0%')
    >>> with in_locale("tr"):
    ...     percent_marks()
    ('%', '')
    """
    if is_english():
        return "", "\N{NO-BREAK SPACE}%"
    pattern = _locale().percent_formats[None]
    return pattern.prefix[0], pattern.suffix[0]


def format_day(day: dt.date) -> str:
    """A day.

    Examples
    --------
    >>> format_day(dt.date(2026, 10, 12))
    'October 12, 2026'
    """
    return format_date(day, "long", _locale())


def format_moment(moment: dt.datetime) -> str:
    """A day and a time to the minute; in English as ISO 8601 has it.

    Examples
    --------
    >>> noon = dt.datetime(2026, 10, 12, 12, 0)
    >>> format_moment(noon)
    '2026-10-12 12:00'
    >>> with in_locale("de"):
    ...     format_moment(noon)
    '12. Okt. 2026 12:00'
    """
    if is_english():
        return f"{moment:%Y-%m-%d %H:%M}"
    day = format_skeleton("yMMMd", moment, locale=_locale())
    return f"{day} {format_time(moment, 'short', locale=_locale())}"


def format_days(first: dt.date, last: dt.date) -> str:
    """The days from the first to the last.

    Examples
    --------
    >>> with in_locale("de"):
    ...     format_days(dt.date(2026, 10, 12), dt.date(2026, 10, 18))
    '12.–18. Oktober 2026'
    """
    if first == last:
        return format_day(first)
    differs = "y" if first.year != last.year else "M" if first.month != last.month else "d"
    patterns = _locale().interval_formats["yMMMd"][differs]
    long = [re.sub(r"\bMMM\b", "MMMM", pattern) for pattern in patterns]
    return "".join(format_date(day, part, _locale()) for day, part in zip((first, last), long, strict=True))


def period_words(label: str) -> str:
    """The days of a period's ISO label; the label itself where it is none.

    Examples
    --------
    >>> period_words("2026-W42"), period_words("2026-10"), period_words("all")
    ('October 12\\u2009–\\u200918, 2026', 'October 2026', 'all')
    """
    if not is_period(label):
        return label
    first, last = days_of(label)
    if "W" in label:
        return format_days(first, last)
    if "Q" in label:
        return format_skeleton("yQQQ", last, locale=_locale())
    return format_day(first) if first == last else format_skeleton("yMMMM", first, locale=_locale())


def chart_locales() -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """How charts write numbers and times, as d3 takes it; None in plain English, which is its own way."""
    if locale_name() == "en":
        return None, None
    symbols, groups = _locale().number_symbols["latn"], _locale().decimal_formats[None].grouping
    numbers = {
        "decimal": symbols["decimal"],
        "thousands": symbols["group"],
        "grouping": [groups[0], *[groups[1]] * 9],
        "currency": ["", ""],
        "percent": percent_marks()[1] or "%",
    }
    times = {
        "dateTime": "%x %X",
        "date": "%x",
        "time": "%H:%M:%S",
        "periods": ["AM", "PM"],
        "days": _from_sunday(get_day_names("wide", "stand-alone", _locale())),
        "shortDays": _from_sunday(get_day_names("abbreviated", "stand-alone", _locale())),
        "months": list(get_month_names("wide", "stand-alone", _locale()).values()),
        "shortMonths": list(get_month_names("abbreviated", "stand-alone", _locale()).values()),
    }
    return numbers, times


def _from_sunday(names: Any) -> list[str]:
    """Days in the order of d3, from their names by number from Monday."""
    return [names[day] for day in (6, 0, 1, 2, 3, 4, 5)]


def _locale() -> Locale:
    return _parsed(locale_name())


@lru_cache
def _pattern(name: str, digits: int) -> NumberPattern:
    """The locale's way of writing a number, with so many decimals."""
    whole = _parsed(name).decimal_formats[None].pattern.partition(".")[0]
    return parse_pattern(f"{whole}.{'0' * digits}" if digits else whole)


@lru_cache
def _parsed(name: str) -> Locale:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        raise WorkbenchError(
            f"'{name}' is no locale. Give a language, perhaps with a country: en, de, fr_CH."
        ) from None
