"""What a slot of a job orders: which notebook, with which parameters, under which name."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from workbench.runs.notebook_files import find_notebook
from workbench.runs.order import Order
from workbench.runs.segments import SEGMENTS, segment_path
from workbench.schedule.jobs import Job
from workbench.schedule.relative_dates import instant, is_relative, period_of, resolve
from workbench.schedule.slots import slot_text, times
from workbench.settings import Settings

_DAY_PARAMETERS = ("day", "date")
# How far back to look for the slot before: most jobs run within a week, no period is longer than a quarter.
_LOOKS = (dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(days=8), dt.timedelta(days=100))


def order_of_slot(job: Job, slot: dt.datetime, segment: Mapping[str, str], settings: Settings) -> Order:
    """The run that a slot asks for; attempt and vintage are those of a first and undivided one.

    It is called ``TOPIC/JOB/PERIOD[/SEGMENT]``, for instance ``kpi/weekly/2026-W43/Acme``: no two slots of
    a job share a name.

    Raises
    ------
    WorkbenchError
        There is no such notebook.

    Examples
    --------
    >>> job = Job(
    ...     name="weekly", notebook="kpi/weekly", cron="0 7 * * 1", parameters={"week": "last complete ISO week"}
    ... )
    >>> order = order_of_slot(job, dt.datetime(2026, 10, 26, 7, tzinfo=dt.UTC), {"brand": "Acme"}, Settings())
    >>> order.name, order.parameters
    ('kpi/weekly/2026-W43/Acme', {'week': '2026-W43', 'brand': 'Acme'})
    """
    source = find_notebook(job.notebook, settings)
    parts = (source.parent.name, job.name, period_name(job, slot, settings), segment_path(segment))
    return Order(
        source,
        "/".join(part for part in parts if part),
        {**parameters_at(job, slot, settings), **segment},
        job=job.name,
        slot=slot_text(slot),
        segment=dict(segment),
        engine=job.engine,
        timeout_seconds=job.timeout,
        checks=job.checks,
        owner=job.owner,
        notify=job.on_failure.notify,
    )


def parameters_at(job: Job, slot: dt.datetime, settings: Settings) -> dict[str, Any]:
    """The job's parameters with every relative date resolved from the slot; the name of a brand never is one."""
    zone = job.zone(settings.time_zone)
    return {
        name: resolve(value, slot, zone, settings) if _is_date(name, value) else value
        for name, value in job.parameters.items()
    }


def complete_until(job: Job, slot: dt.datetime, settings: Settings) -> dt.datetime:
    """Time (UTC) up to which the tables that the job requires must be complete.

    ``end of period`` is the end of the day, week, month or quarter of its first relative date, and of the
    day before the slot where it has none.

    Examples
    --------
    >>> job = Job(
    ...     name="weekly", notebook="kpi/weekly", cron="0 7 * * 1", parameters={"week": "last complete ISO week"},
    ...     requires={"tables": ["posts"]},
    ... )
    >>> complete_until(job, dt.datetime(2026, 10, 26, 7, tzinfo=dt.UTC), Settings()).isoformat()
    '2026-10-26T00:00:00+00:00'
    """
    wanted = job.requires.complete_until if job.requires else "end of period"
    if wanted == "end of period":
        dates = [value for name, value in job.parameters.items() if _is_date(name, value)]
        wanted = f"end of {dates[0] if dates else 'yesterday'}"
    return instant(wanted, slot, job.zone(settings.time_zone), settings)


def period_name(job: Job, slot: dt.datetime, settings: Settings) -> str:
    """What the slot's report is about, as no other slot of the job is called.

    The week, month or quarter of its parameters; where several slots have the same, or none has one, the
    slot's day; where a day has several slots, its time as well.
    """
    beside = _neighbours(job, slot, settings)
    for name in (_period, _day):
        label = name(job, slot, settings)
        if label and all(name(job, other, settings) != label for other in beside):
            return label
    local = slot.astimezone(ZoneInfo(job.zone(settings.time_zone)))
    # In autumn an hour comes twice: the second time says its distance from UTC.
    return f"{local:%Y-%m-%dT%H%M}" + (f"{local:%z}" if local.fold else "")


def _is_date(name: str, value: Any) -> bool:
    return name not in SEGMENTS and is_relative(value)


def _period(job: Job, slot: dt.datetime, settings: Settings) -> str:
    """Label of the first parameter that speaks of a period; nothing where none does."""
    for name, value in job.parameters.items():
        if _is_date(name, value):
            period = period_of(value, slot, job.zone(settings.time_zone), settings)
            if period.form != "day" or name in _DAY_PARAMETERS:
                return period.label
    return ""


def _day(job: Job, slot: dt.datetime, settings: Settings) -> str:
    return f"{slot.astimezone(ZoneInfo(job.zone(settings.time_zone))):%Y-%m-%d}"


def _neighbours(job: Job, slot: dt.datetime, settings: Settings) -> list[dt.datetime]:
    """The slot before and the slot after, where there are such within a quarter.

    Labels never go back in time, so a label that another slot has is one that a neighbour has.
    """
    just_before = slot - dt.timedelta(microseconds=1)
    before = next(
        (found[-1:] for look in _LOOKS if (found := list(times(job, slot - look, just_before, settings)))), []
    )
    after = next(times(job, slot, slot + _LOOKS[-1], settings), None)
    return [*before, *([after] if after else [])]
