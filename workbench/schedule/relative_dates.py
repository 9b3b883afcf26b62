"""Dates that depend on the slot: "last complete ISO week", "previous quarter", "yesterday".

The vocabulary is closed, so that a slip of the pen is an error and not a text that no data match.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from workbench.errors import WorkbenchError, did_you_mean
from workbench.schedule.zones import instant_of
from workbench.settings import Settings
from workbench.statistics.periods import Week, newest_complete_week

_ONE_DAY = dt.timedelta(days=1)
_SLOT_DAY = ("slot date", "today")
_WEEK = "last complete iso week"
_OTHER_WORDS = {"last complete week": _WEEK, "previous week": _WEEK, "previous iso week": _WEEK}
_PERIODS = (*_SLOT_DAY, "yesterday", _WEEK, "previous month", "previous quarter")
_LAST_WEEK = "last week of"
_EDGES = ("first day of", "last day of", "days of", _LAST_WEEK)
_AGO = re.compile(r"(\d{1,4}) days? ago")

VOCABULARY = {
    "slot date": "day of the slot",
    "yesterday": "last day that was over when that day began",
    "N days ago": "N days before the day of the slot",
    "last complete ISO week": "last week that was over when that day began; begins as first_day_of_week says",
    "previous month": "calendar month before",
    "previous quarter": "calendar quarter before",
    "first day of …": "first day of one of these",
    "last day of …": "last day of one of these",
    "days of …": "first and last day, as 2026-07-01:2026-09-30",
    "last week of …": "last week that was over when one of these was",
}


@dataclass(frozen=True)
class Period:
    """Days, both inclusive, and what they are called: a day, week, month or quarter."""

    first_day: dt.date
    last_day: dt.date
    label: str
    form: str


def resolve(expression: str, slot: dt.datetime, zone: str, settings: Settings) -> str:
    """What the expression stands for at a slot, seen from the slot's day in that zone.

    Raises
    ------
    WorkbenchError
        It is not in the vocabulary.

    Examples
    --------
    >>> slot = dt.datetime(2026, 10, 26, 6, tzinfo=dt.UTC)  # a Monday morning in Berlin
    >>> for text in ("last complete ISO week", "previous quarter", "last day of previous month", "28 days ago"):
    ...     resolve(text, slot, "Europe/Berlin", Settings())
    '2026-W43'
    '2026-Q3'
    '2026-09-30'
    '2026-09-28'

    Posts belong to days on the business clock (here UTC): a day, week or month is over once it is so on both clocks.

    >>> late = dt.datetime(2026, 10, 25, 23, 30, tzinfo=dt.UTC)  # a Monday morning in Tokyo
    >>> for text in ("slot date", "yesterday", "last complete ISO week"):
    ...     [resolve(text, late, "Asia/Tokyo", Settings(time_zone=clock)) for clock in ("UTC", "Asia/Tokyo")]
    ['2026-10-26', '2026-10-26']
    ['2026-10-24', '2026-10-25']
    ['2026-W42', '2026-W43']
    """
    edge, _ = _parts(expression)
    period = period_of(expression, slot, zone, settings)
    texts = {
        "first day of": str(period.first_day),
        "last day of": str(period.last_day),
        "days of": f"{period.first_day}:{period.last_day}",
    }
    return texts.get(edge, period.label)


def period_of(expression: str, slot: dt.datetime, zone: str, settings: Settings) -> Period:
    """The day, week, month or quarter that an expression speaks of, also where it names only its first day.

    Raises
    ------
    WorkbenchError
        It is not in the vocabulary.
    """
    if not is_relative(expression):
        raise WorkbenchError(not_relative(expression) + ".")
    edge, name = _parts(expression)
    if edge == _LAST_WEEK:
        whole = period_of(name, slot, zone, settings)
        return _week(newest_complete_week(str(whole.last_day), settings.first_day_of_week))
    today, business = (slot.astimezone(ZoneInfo(clock)).date() for clock in (zone, settings.time_zone))
    if ago := _AGO.fullmatch(name):
        return _day(today - dt.timedelta(days=int(ago[1])))
    if name in _SLOT_DAY:
        return _day(today)
    today = min(today, business)
    if name == "yesterday":
        return _day(today - _ONE_DAY)
    if name == _WEEK:
        return _week(newest_complete_week(str(today - _ONE_DAY), settings.first_day_of_week))
    return _previous_months(today, 1 if name == "previous month" else 3)


def instant(expression: str, slot: dt.datetime, zone: str, settings: Settings) -> dt.datetime:
    """The time (UTC) that "slot", or "end of" a period, stands for: it ends once it is over on the business clock too.

    Raises
    ------
    WorkbenchError
        It is neither.

    Examples
    --------
    >>> slot = dt.datetime(2026, 10, 26, 6, tzinfo=dt.UTC)
    >>> instant("end of last complete ISO week", slot, "Europe/Berlin", Settings()).isoformat()
    '2026-10-26T00:00:00+00:00'
    """
    text = _folded(expression)
    if text == "slot":
        return slot.astimezone(dt.UTC)
    if not text.startswith("end of "):
        raise WorkbenchError(_no_instant(expression) + ".")
    last_day = period_of(text.removeprefix("end of "), slot, zone, settings).last_day
    return max(instant_of(last_day + _ONE_DAY, dt.time(), clock) for clock in (zone, settings.time_zone))


def is_relative(value: Any) -> bool:
    """Whether a value is an expression of the vocabulary.

    Examples
    --------
    >>> is_relative("First day of previous quarter"), is_relative("2026-W43"), is_relative(28)
    (True, False, False)
    """
    if not isinstance(value, str):
        return False
    _, name = _parts(value)
    return name in _PERIODS or _AGO.fullmatch(name) is not None


def form_of(expression: str) -> str:
    """What an expression resolves to: day, days, week, month or quarter."""
    edge, name = _parts(expression)
    if edge:
        return {"days of": "days", _LAST_WEEK: "week"}.get(edge, "day")
    return {_WEEK: "week", "previous month": "month", "previous quarter": "quarter"}.get(name, "day")


def near_to(text: str) -> str:
    """Sentence with the expression that a text resembles; empty where it resembles none."""
    edge, name = _parts(text)
    whole = [*_PERIODS, *_OTHER_WORDS]
    near = did_you_mean(_folded(text), [f"{edge} {known}".strip() for known in whole] if name else whole)
    return near.replace("iso week", "ISO week")


def not_relative(expression: str) -> str:
    """Why an expression is refused, without the full stop."""
    return (
        f"'{expression}' is no relative date.{near_to(expression)} Expected one of: {', '.join(VOCABULARY)}"
    )


def check_instant(expression: str) -> str:
    """The expression, if it names a time.

    Raises
    ------
    ValueError
        It is neither "slot", nor "end of period", nor "end of" a period of the vocabulary.

    Examples
    --------
    >>> check_instant("end of previous month")
    'end of previous month'
    """
    text = _folded(expression)
    if text in ("slot", "end of period") or (
        text.startswith("end of ") and is_relative(text.removeprefix("end of "))
    ):
        return text
    raise ValueError(_no_instant(expression))


def _no_instant(expression: str) -> str:
    known = ["slot", "end of period", *(f"end of {name}" for name in _PERIODS)]
    return f"'{expression}' is no time.{did_you_mean(expression, known)} Expected one of: {', '.join(known)}"


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _parts(expression: str) -> tuple[str, str]:
    """Which edge of a period is meant, if any; and the period's name in its usual words."""
    text = _folded(expression)
    edge = next((edge for edge in _EDGES if text.startswith(f"{edge} ")), "")
    name = text.removeprefix(edge).strip()
    return edge, _OTHER_WORDS.get(name, name)


def _day(day: dt.date) -> Period:
    return Period(day, day, str(day), "day")


def _week(week: Week) -> Period:
    return Period(week.first_day, week.last_day, week.label, "week")


def _previous_months(today: dt.date, months: int) -> Period:
    """The whole month, or quarter of three months, before the one in which a day lies."""
    month = today.month - (today.month - 1) % months
    last_day = today.replace(month=month, day=1) - _ONE_DAY
    first_day = last_day.replace(month=last_day.month - months + 1, day=1)
    label = f"{first_day:%Y-%m}" if months == 1 else f"{first_day.year}-Q{(first_day.month + 2) // 3}"
    return Period(first_day, last_day, label, "month" if months == 1 else "quarter")
