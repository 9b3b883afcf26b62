"""Closed weeks in the business calendar, and what follows what."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from workbench.errors import WorkbenchError

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Week:
    """A week of the business calendar; `label` is the ISO week of its middle day."""

    first_day: dt.date

    @property
    def label(self) -> str:
        """For instance 2026-W43.

        Examples
        --------
        >>> Week(dt.date(2026, 10, 19)).label
        '2026-W43'
        """
        return f"{self.first_day + dt.timedelta(days=3):%G-W%V}"

    @property
    def last_day(self) -> dt.date:
        """Last day, inclusive."""
        return self.first_day + dt.timedelta(days=6)

    def back(self, weeks: int) -> "Week":
        """The week so many weeks before."""
        return Week(self.first_day - dt.timedelta(weeks=weeks))

    def until_here(self, weeks: int) -> list[str]:
        """Labels of the last `weeks` weeks, this one included, the oldest first.

        Examples
        --------
        >>> Week(dt.date(2026, 1, 5)).until_here(3)
        ['2025-W52', '2026-W01', '2026-W02']
        """
        return [self.back(number).label for number in reversed(range(weeks))]


def week_of(day: dt.date, first_day_of_week: str) -> Week:
    """The week in which a day lies.

    Examples
    --------
    >>> week_of(dt.date(2026, 10, 25), "monday").label, week_of(dt.date(2026, 10, 25), "sunday").label
    ('2026-W43', '2026-W44')
    """
    return Week(day - dt.timedelta(days=(day.weekday() - _DAYS.index(first_day_of_week)) % 7))


def newest_complete_week(newest_day: str, first_day_of_week: str) -> Week:
    """The last week that had ended on the newest day of the data.

    Parameters
    ----------
    newest_day
        Day of the newest post, ISO date in the business time zone.
    first_day_of_week
        monday, saturday or sunday.

    Examples
    --------
    >>> newest_complete_week("2026-10-31", "monday").label
    '2026-W43'
    """
    day = dt.date.fromisoformat(newest_day)
    week = week_of(day, first_day_of_week)
    return week if week.last_day <= day else week.back(1)


def parse_week(label: str, first_day_of_week: str) -> Week:
    """The week of that label.

    Raises
    ------
    WorkbenchError
        It is no ISO week.
    """
    match = re.fullmatch(r"(\d{4})-?W(\d{2})", label)
    try:
        if match is None:
            raise ValueError
        middle = dt.date.fromisocalendar(int(match[1]), int(match[2]), 4)
    except ValueError:
        raise WorkbenchError(f"'{label}' is no week. Expected an ISO week such as 2026-W43.") from None
    return week_of(middle, first_day_of_week)


def days_of(label: str, first_day_of_week: str = "monday") -> tuple[dt.date, dt.date]:
    """First and last day of a day, week, month or quarter.

    Raises
    ------
    WorkbenchError
        The label is none of them.

    Examples
    --------
    >>> [str(day) for day in days_of("2026-W09")], [str(day) for day in days_of("2026-02")]
    (['2026-02-23', '2026-03-01'], ['2026-02-01', '2026-02-28'])
    """
    if "W" in label:
        week = parse_week(label, first_day_of_week)
        return week.first_day, week.last_day
    try:
        if re.fullmatch(r"\d{4}-\d\d", label):
            first = dt.date.fromisoformat(f"{label}-01")
            return first, _last_of_month(first)
        if re.fullmatch(r"\d{4}-Q[1-4]", label):
            first = dt.date(int(label[:4]), 3 * int(label[6]) - 2, 1)
            return first, _last_of_month(first.replace(month=first.month + 2))
        if re.fullmatch(r"\d{4}-\d\d-\d\d", label):
            day = dt.date.fromisoformat(label)
            return day, day
    except ValueError:  # has the form of a period, and is none
        pass
    raise WorkbenchError(
        f"'{label}' is no period. Expected a day (2026-11-23), week (2026-W48), month (2026-11) or quarter (2026-Q4)."
    )


def is_period(label: str) -> bool:
    """Whether a label is that of a day, week, month or quarter.

    Examples
    --------
    >>> is_period("2026-Q4"), is_period("2026-W54"), is_period("all")
    (True, False, False)
    """
    try:
        days_of(label)
    except WorkbenchError:
        return False
    return True


def _last_of_month(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
