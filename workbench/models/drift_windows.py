"""The two times that drift compares: posts of now, and posts of the reference."""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from workbench.errors import WorkbenchError
from workbench.models.days import day_named
from workbench.settings import Settings

DAYS_OF_NOW, DAYS_OF_REFERENCE = 28, 84


@dataclass(frozen=True)
class Windows:
    """Days in the business time zone as ISO dates, both ends inclusive; days of events are no reference."""

    reference_first: str
    reference_last: str
    since: str
    until: str
    left_out: tuple[tuple[str, str], ...] = ()

    def of(self, days: pd.Series) -> pd.Series:
        """Whether each day is of the ``reference`` or of ``now``; missing where of neither.

        Examples
        --------
        >>> windows = Windows("2026-03-01", "2026-03-31", "2026-05-01", "2026-05-28", (("2026-03-08", "2026-03-09"),))
        >>> list(windows.of(pd.Series(["2026-03-02", "2026-03-08", "2026-04-02", "2026-05-02"])).fillna("-"))
        ['reference', '-', '-', 'now']
        """
        is_reference = days.between(self.reference_first, self.reference_last)
        for first, last in self.left_out:
            is_reference &= ~days.between(first, last)
        which = pd.Series(None, index=days.index, dtype=object)
        which[is_reference] = "reference"
        which[days.between(self.since, self.until)] = "now"
        return which


def choose_windows(
    settings: Settings, newest_day: str, since: str = "", reference: str = "", until: str = ""
) -> Windows:
    """The times to compare.

    Parameters
    ----------
    settings
        The declared baseline is the reference, if it ends before now begins; without, the 84 days before.
    newest_day
        Of the data.
    since
        First day of now; empty: the last 28 days.
    reference
        First and last day, as ``2026-03-01:2026-05-31``; empty: as said.
    until
        Last day of now, to look back; empty: the newest of the data.

    Raises
    ------
    WorkbenchError
        A day is no date, or the reference does not end before now begins.

    Examples
    --------
    >>> from pathlib import Path
    >>> from workbench.settings import parse_settings
    >>> windows = choose_windows(parse_settings({}, Path(".")), "2026-10-31")
    >>> windows.reference_first, windows.reference_last, windows.since, windows.until
    ('2026-07-12', '2026-10-03', '2026-10-04', '2026-10-31')
    """
    newest = min(day_named(newest_day), day_named(until or newest_day))
    first = day_named(since) if since else newest - dt.timedelta(days=DAYS_OF_NOW - 1)
    if first > newest:
        raise WorkbenchError(f"now ends with {newest}: since {first} there is no post. Name an earlier day.")
    begins, ends = _reference(settings, reference, first)
    if begins > ends:
        raise WorkbenchError(
            f"the reference ends on {ends}, before it begins on {begins}. Turn the days round."
        )
    if ends >= first:
        raise WorkbenchError(
            f"the reference, {begins} to {ends}, does not end before now begins, {first}. Name an earlier one."
        )
    events = tuple((event.first.isoformat(), event.last.isoformat()) for event in settings.events)
    return Windows(begins.isoformat(), ends.isoformat(), first.isoformat(), newest.isoformat(), events)


def _reference(settings: Settings, named: str, since: dt.date) -> tuple[dt.date, dt.date]:
    if named:
        first, colon, last = named.partition(":")
        if not colon:
            raise WorkbenchError(
                f"the reference '{named}' has no end. Name its first and last day: 2026-03-01:2026-05-31."
            )
        return day_named(first), day_named(last)
    baseline = settings.baseline
    if baseline is not None and baseline.last < since:
        return baseline.first, baseline.last
    return since - dt.timedelta(days=DAYS_OF_REFERENCE), since - dt.timedelta(days=1)
