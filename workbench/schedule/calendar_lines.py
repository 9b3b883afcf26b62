"""What other clocks are told: the times of jobs in the words of systemd and of cron."""

import datetime as dt
from collections.abc import Iterable

from cronsim import CronSim

_DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")


def systemd_times(cron: str, zone: str) -> list[str]:
    """A cron expression as systemd's OnCalendar: two where day and weekday are both given, since cron means either.

    Empty where systemd has no words for it, as for the second Monday of a month.

    Examples
    --------
    >>> systemd_times("*/30 7 1,15 * MON-FRI", "Europe/Berlin")
    ['*-*-01,15 07:00,30:00 Europe/Berlin', 'Mon,Tue,Wed,Thu,Fri *-*-* 07:00,30:00 Europe/Berlin']
    >>> systemd_times("0 7 L * *", "UTC")
    ['*-*~01 07:00:00 UTC']
    >>> systemd_times("0 7 * * MON#2", "UTC")
    []
    """
    parsed = CronSim(cron, dt.datetime(2026, 1, 1))
    days = parsed.days
    if any(isinstance(day, tuple) for day in parsed.weekdays) or (min(days) < 0 and days != {CronSim.LAST}):
        return []
    weekdays = {day % 7 for day in parsed.weekdays if isinstance(day, int)}
    month = _listed(parsed.months, range(1, 13))
    day = "~01" if min(days) < 0 else f"-{_listed(days, range(1, 32))}"
    clock = f"{_listed(parsed.hours, range(24))}:{_listed(parsed.minutes, range(60))}:00 {zone}"
    every_weekday = len(weekdays) == len(_DAYS)
    names = "" if every_weekday else ",".join(_DAYS[number] for number in sorted(weekdays)) + " "
    if parsed.day_and or not names:
        return [f"{names}*-{month}{day} {clock}"]
    return [f"*-{month}{day} {clock}", f"{names}*-{month}-* {clock}"]


def is_cronlike(cron: str) -> bool:
    """Whether every cron understands the expression: the last day and the second Monday are words of few.

    Examples
    --------
    >>> is_cronlike("0 7 * * MON"), is_cronlike("0 7 L * *"), is_cronlike("0 7 * * MON#2")
    (True, False, False)
    """
    day, _, weekday = cron.upper().split()[2:]
    return "L" not in day and "L" not in weekday and "#" not in weekday


def daily(cron: str) -> str:
    """The expression on every day: asked too often, the ledger says that nothing is due.

    Examples
    --------
    >>> daily("0 7 L * *")
    '0 7 * * *'
    """
    return " ".join([*cron.split()[:2], "* * *"])


def _listed(values: Iterable[int], all_values: range) -> str:
    values = sorted(values)
    return "*" if values == list(all_values) else ",".join(f"{value:02}" for value in values)
