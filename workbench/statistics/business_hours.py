"""Time that passed while the brand was open."""

from collections.abc import Sequence
from dataclasses import dataclass

import narwhals as nw

from workbench.errors import WorkbenchError

HOUR = 3600
DAY = 24 * HOUR
WEEK = 7 * DAY
# The epoch began on a Thursday; whole weeks are counted from the Monday after it.
_FIRST_MONDAY = 4 * DAY


@dataclass(frozen=True)
class OpeningHours:
    """Hours in which the brand answers, in the business time zone.

    Parameters
    ----------
    opens, closes
        Full hours of the day, 0–24.
    days
        Days of the week, Monday is 0.

    Raises
    ------
    WorkbenchError
        It never opens.
    """

    opens: int = 9
    closes: int = 17
    days: Sequence[int] = (0, 1, 2, 3, 4)

    def __post_init__(self) -> None:
        if not (0 <= self.opens < self.closes <= 24 and self.days and set(self.days) <= set(range(7))):
            raise WorkbenchError(
                f"opening hours {self.opens}–{self.closes} on days {list(self.days)} are not possible. "
                "Give opens before closes, 0 to 24, and at least one day from 0 (Monday) to 6 (Sunday)."
            )

    @property
    def seconds_per_day(self) -> int:
        """Opening time of a day on which it opens."""
        return (self.closes - self.opens) * HOUR

    def longest_seconds(self, hours: int) -> int:
        """Calendar time in which that much opening time has passed, whenever one starts: whole weeks."""
        per_week = self.seconds_per_day * len(set(self.days))
        return -(-hours * HOUR // per_week) * WEEK

    def __str__(self) -> str:
        names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
        return (
            f"{self.opens:02d}–{self.closes:02d} h {' '.join(names[day] for day in sorted(set(self.days)))}"
        )


def business_seconds(start: str, end: str, hours: OpeningHours) -> nw.Expr:
    """Seconds of opening time between two columns.

    Closed form: the opening time from a fixed Monday until `end`, less that until `start`.

    Parameters
    ----------
    start, end
        Columns of wall-clock seconds in the business time zone (``local_epoch``), so that the hours
        stay right when the clocks change.
    hours
        When the brand is open.

    Examples
    --------
    Friday 16:30 to Monday 9:15 is three quarters of an hour for an office:

    >>> import pandas as pd
    >>> friday, monday = 1764347400, 1764580500
    >>> frame = nw.from_native(pd.DataFrame({"asked": [friday], "answered": [monday]}))
    >>> frame.select(minutes=business_seconds("asked", "answered", OpeningHours()) // 60)["minutes"].to_list()
    [45]
    """
    return _opened_until(nw.col(end), hours) - _opened_until(nw.col(start), hours)


def _opened_until(moment: nw.Expr, hours: OpeningHours) -> nw.Expr:
    since = moment - _FIRST_MONDAY
    days = sorted(set(hours.days))
    opened = (since // WEEK) * (hours.seconds_per_day * len(days))
    for day in days:
        opened = opened + (since % WEEK - (day * DAY + hours.opens * HOUR)).clip(0, hours.seconds_per_day)
    return opened
