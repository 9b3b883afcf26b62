"""Cron expressions: the days are cron's, and daylight saving is Debian cron's."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

_FIELDS = "minute, hour, day of the month, month, day of the week"
_EXAMPLE = "for instance 0 7 * * 1 for Mondays at 07:00"
_NICKNAMES = {
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
}  # fmt: skip
_RANGES = {
    "minute": "0 to 59",
    "hour": "0 to 23",
    "day-of-month": "1 to 31 or L for the last, in a month that has such a day",
    "month": "1 to 12 or JAN to DEC",
    "day-of-week": "0 to 7 (0 and 7 are Sunday) or SUN to SAT; a range ascends, as in 5-7",
}

_CLOCK_CHANGES = dt.timedelta(hours=3)  # longer than clocks are set forward or back twice a year


def check_cron(expression: str) -> str:
    """The expression, if it is one that fires.

    Raises
    ------
    ValueError
        It is no cron expression, or no day matches it, as 30 February.

    Examples
    --------
    >>> check_cron("30 2 * * SUN")
    '30 2 * * SUN'
    >>> check_cron("0 7 30 2 *")
    Traceback (most recent call last):
    ValueError: '0 7 30 2 *' never fires: no month that it names has such a day
    """
    nickname = _NICKNAMES.get(expression.strip().casefold())
    if nickname:
        raise ValueError(f"'{expression}' is written {nickname}")
    if len(expression.split()) != 5:
        raise ValueError(f"'{expression}' has not five fields. Expected {_FIELDS}, {_EXAMPLE}")
    try:
        first = next(CronSim(expression, dt.datetime(2026, 1, 1)), None)
    except CronSimError as error:
        field = str(error).removeprefix("Bad ")
        if field == "day-of-month" and _days_are_days(expression):
            raise ValueError(f"'{expression}' never fires: no month that it names has such a day") from None
        raise ValueError(
            f"'{expression}': the {field.replace('-of-', ' of the ')} is wrong. Expected {_RANGES[field]}"
        ) from None
    if first is None:
        raise ValueError(f"'{expression}' never fires: no day in 50 years matches it")
    return expression


def cron_times(
    expression: str, after: dt.datetime, until: dt.datetime | None, zone: str
) -> Iterator[dt.datetime]:
    """Times (UTC) at which it fires, later than `after` and not later than `until`.

    A fixed time that the clock jumps over in spring runs at the first minute that there is; one that comes
    twice in autumn runs the first time. Where the minute or the hour begins with ``*`` each real hour counts.

    Examples
    --------
    >>> first = dt.datetime(2026, 3, 28, tzinfo=dt.UTC)
    >>> times = cron_times("30 2 * * *", first, first + dt.timedelta(days=3), "Europe/Berlin")
    >>> [f"{time.astimezone(ZoneInfo('Europe/Berlin')):%a %H:%M}" for time in times]
    ['Sat 02:30', 'Sun 03:00', 'Mon 02:30']
    """
    last = after.astimezone(dt.UTC)
    # Begun where the clock is just changed, the library may leave a time out, or name one that it would not else.
    for time in CronSim(expression, (last - _CLOCK_CHANGES).astimezone(ZoneInfo(zone))):
        fires = time.astimezone(dt.UTC)
        if until is not None and fires > until:
            return
        # The library walks along the wall clock: begun in the hour that comes twice, it may name a time already past.
        if fires > last:
            last = fires
            yield fires


def _days_are_days(expression: str) -> bool:
    """Whether the day of the month is one of some month, so that only its month can be what is wrong."""
    minute, hour, day, _month, weekday = expression.split()
    try:
        CronSim(f"{minute} {hour} {day} * {weekday}", dt.datetime(2026, 1, 1))
    except CronSimError:
        return False
    return True
