"""Time zones by name, and the instant of a wall clock's time in them."""

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from workbench.errors import did_you_mean

_known = cache(available_timezones)  # reads hundreds of files


def check_zone(name: str) -> str:
    """The name, if there is such a zone.

    Raises
    ------
    ValueError
        There is none; names the nearest.

    Examples
    --------
    >>> check_zone("Europe/Berlinn")
    Traceback (most recent call last):
    ValueError: 'Europe/Berlinn' is no IANA time zone. Did you mean 'Europe/Berlin'?
    """
    if name not in _known():
        raise ValueError(f"'{name}' is no IANA time zone.{did_you_mean(name, _known())}")
    return name


def instant_of(day: dt.date, clock: dt.time, zone: str) -> dt.datetime:
    """The instant (UTC) of a day and time of a zone.

    A time that the clock jumps over is the first minute that there is; one that comes twice, the first.

    Examples
    --------
    >>> [f"{instant_of(dt.date(2026, 3, day), dt.time(2, 30), 'Europe/Berlin'):%H:%M}" for day in (28, 29, 30)]
    ['01:30', '01:00', '00:30']
    """
    time = dt.datetime.combine(day, clock, ZoneInfo(zone))
    while time.astimezone(dt.UTC).astimezone(time.tzinfo).replace(tzinfo=None) != time.replace(tzinfo=None):
        time += dt.timedelta(minutes=1)
    return time.astimezone(dt.UTC)
