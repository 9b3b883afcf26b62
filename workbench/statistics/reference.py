"""The reference of a baseline: a declared stretch of days, without its crises, holidays and launches."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.errors import WorkbenchError
from workbench.settings import BASELINE_WEEKS, Settings
from workbench.statistics.periods import days_of

EventKind = Literal["crisis", "holiday", "launch"]
Part = Literal["before", "reference", "left out", "new"]

FEWEST_DAYS = BASELINE_WEEKS * 7


@dataclass(frozen=True)
class Event:
    """Days on which things were not as usual, first and last inclusive."""

    name: str
    first: dt.date
    last: dt.date
    kind: EventKind = "crisis"


@dataclass(frozen=True)
class Place:
    """Where a period lies: its part, and the event that falls in it (or why it is left out)."""

    first_day: dt.date
    last_day: dt.date
    part: Part
    event: str = ""


@dataclass(frozen=True)
class Reference:
    """Days with which later periods are compared, declared before what they shall judge.

    Parameters
    ----------
    first, last
        First and last day, inclusive.
    events
        Marked wherever they fall, and left out of the reference.
    first_day_of_week
        monday, saturday or sunday, as in the settings.

    Raises
    ------
    WorkbenchError
        The reference is shorter than eight weeks.
    """

    first: dt.date
    last: dt.date
    events: Sequence[Event] = ()
    first_day_of_week: str = "monday"

    def __post_init__(self) -> None:
        days = (self.last - self.first).days + 1
        if days < FEWEST_DAYS:
            raise WorkbenchError(
                f"the baseline holds {max(days, 0)} days, {self.first} to {self.last}. Expected {FEWEST_DAYS} "
                "(8 weeks) or more: with fewer, what is usual is a guess. Move [baseline] first or last."
            )

    def place(self, label: str) -> Place:
        """Where the day, week or month of that label lies.

        A period counts as reference where all of its days do and no event falls on any of them.

        Raises
        ------
        WorkbenchError
            The label is neither day, week nor month.

        Examples
        --------
        >>> outage = Event("outage", dt.date(2026, 5, 12), dt.date(2026, 5, 15))
        >>> reference = Reference(dt.date(2026, 3, 2), dt.date(2026, 5, 24), [outage])
        >>> [reference.place(f"2026-W{n}").part for n in ("09", "19", "20", "22")]
        ['before', 'reference', 'left out', 'new']
        """
        first, last = days_of(label, self.first_day_of_week)
        event = next((e.name for e in self.events if e.first <= last and e.last >= first), "")
        if last < self.first:
            return Place(first, last, "before", event)
        if first > self.last:
            return Place(first, last, "new", event)
        if first < self.first or last > self.last:
            return Place(first, last, "left out", event or "only partly in the reference")
        return Place(first, last, "left out" if event else "reference", event)


def declared_reference(settings: Settings) -> Reference:
    """The reference of the settings.

    Raises
    ------
    WorkbenchError
        None is declared.

    Examples
    --------
    >>> declared_reference(Settings())
    Traceback (most recent call last):
    workbench.errors.WorkbenchError: no baseline is declared. Declare [baseline] first and last ...
    """
    if settings.baseline is None:
        raise WorkbenchError(
            "no baseline is declared. Declare [baseline] first and last in workbench.toml: eight weeks or more "
            "before the change that they shall judge, and [[events]] that were not as usual."
        )
    events = [Event(e.name, e.first, e.last, e.kind) for e in settings.events]
    return Reference(settings.baseline.first, settings.baseline.last, events, settings.first_day_of_week)
