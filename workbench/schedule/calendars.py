"""Jobs that follow a calendar: after a release, before a business review."""

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from workbench.schedule.zones import instant_of
from workbench.settings import Settings

if TYPE_CHECKING:
    from workbench.schedule.jobs import CalendarTrigger

# These may be followed before anybody has given them dates.
USUAL_CALENDARS = ("releases", "quarterly_reviews")

Side = Literal["after", "before"]


def calendar_times(
    trigger: "CalendarTrigger",
    side: Side,
    after: dt.datetime,
    until: dt.datetime | None,
    zone: str,
    settings: Settings,
) -> Iterator[dt.datetime]:
    """Times (UTC) that the trigger gives, later than `after` and not later than `until`.

    Two things on one day are one time.
    """
    days = dt.timedelta(days=trigger.days if side == "after" else -trigger.days)
    dates = {entry.date + days for entry in settings.calendars.get(trigger.calendar, [])}
    for date in sorted(dates):
        time = instant_of(date, dt.time.fromisoformat(trigger.at), zone)
        if time > after and (until is None or time <= until):
            yield time
