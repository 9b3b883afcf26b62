"""The times at which a job is due, and which of the missed ones are made up for."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from workbench.errors import WorkbenchError
from workbench.schedule.calendars import calendar_times
from workbench.schedule.cron import cron_times
from workbench.schedule.jobs import Job
from workbench.schedule.segments import segment_key, segments_of
from workbench.settings import Settings

GRACE = dt.timedelta(minutes=5)


@dataclass(frozen=True, order=True)
class Slot:
    """One run that is due.

    Attributes
    ----------
    job
        Name of the job.
    at
        When it is due, UTC.
    segment
        For whom, as pairs of name and value; none for a job without segments.
    """

    job: str
    at: dt.datetime
    segment: tuple[tuple[str, str], ...] = ()

    @property
    def values(self) -> dict[str, str]:
        """The segment by name."""
        return dict(self.segment)

    @property
    def key(self) -> tuple[str, str, str]:
        """Job, time and segment as texts; earlier times sort first.

        Examples
        --------
        >>> Slot("weekly", dt.datetime(2026, 10, 26, 6, tzinfo=dt.UTC), (("brand", "Acme"),)).key
        ('weekly', '2026-10-26T06:00Z', 'brand=Acme')
        """
        return self.job, slot_text(self.at), segment_key(self.values)


@dataclass(frozen=True)
class CaughtUp:
    """Slots to run, and slots to record as missed; each slot given is in exactly one of them."""

    to_run: list[Slot]
    missed: list[Slot]


def slot_text(at: dt.datetime) -> str:
    """The time of a slot as the ledger and an order write it; `datetime.fromisoformat` reads it.

    Examples
    --------
    >>> slot_text(dt.datetime.fromisoformat("2026-10-26T07:00+01:00"))
    '2026-10-26T06:00Z'
    """
    return f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%MZ}"


def read_time(text: str, zone: str = "") -> dt.datetime:
    """A time that somebody gives (ISO 8601), in UTC.

    Parameters
    ----------
    text
        With its distance from UTC, or without where a zone is known.
    zone
        IANA name of the zone of a time that names none; empty: it has to.

    Raises
    ------
    WorkbenchError
        It is none.

    Examples
    --------
    >>> slot_text(read_time("2026-11-23T07:00", "Europe/Berlin")), slot_text(read_time("2026-11-23T07:00+05:30"))
    ('2026-11-23T06:00Z', '2026-11-23T01:30Z')
    """
    try:
        at = dt.datetime.fromisoformat(text)
        at = at.replace(tzinfo=ZoneInfo(zone)) if zone and at.tzinfo is None else at
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        such = "2026-11-23T07:00" if zone else "2026-11-23T07:00+01:00, with its distance from UTC"
        raise WorkbenchError(f"'{text}' is no time. Expected one such as {such}.")
    return at.astimezone(dt.UTC)


def slots_between(job: Job, after: dt.datetime, until: dt.datetime, settings: Settings) -> list[Slot]:
    """Every slot later than `after` and not later than `until`, in order of time, each time with all its segments.

    Windows that touch share no slot and leave none out: the end of one is the begin of the next.

    Examples
    --------
    >>> job = Job(name="weekly", notebook="kpi/weekly", cron="0 7 * * 1", time_zone="Europe/Berlin")
    >>> october = dt.datetime(2026, 10, 18, tzinfo=dt.UTC), dt.datetime(2026, 10, 31, tzinfo=dt.UTC)
    >>> [slot.key[1] for slot in slots_between(job, *october, Settings())]  # the clock goes back in between
    ['2026-10-19T05:00Z', '2026-10-26T06:00Z']
    """
    segments = [tuple(segment.items()) for segment in segments_of(job, settings)]
    return [Slot(job.name, at, segment) for at in times(job, after, until, settings) for segment in segments]


def next_slot(job: Job, after: dt.datetime, settings: Settings) -> dt.datetime | None:
    """The next time (UTC) later than `after` at which the job is due.

    None where its calendar has no further date, or it runs for nobody.
    """
    if not segments_of(job, settings):
        return None
    return next(times(job, after, None, settings), None)


def last_slot(job: Job, until: dt.datetime, settings: Settings) -> dt.datetime | None:
    """The last time (UTC) not later than `until` at which the job was due; None where it never was in eight years.

    Eight, for a job of the 29th of February.
    """
    looks = (dt.timedelta(days=days) for days in (1, 8, 32, 400, 3000))
    found = (list(times(job, until - look, until, settings)) for look in looks)
    return next((slots[-1] for slots in found if slots), None)


def times(
    job: Job, after: dt.datetime, until: dt.datetime | None, settings: Settings
) -> Iterator[dt.datetime]:
    """The times (UTC) of a job, whoever it runs for; without `until` as long as its trigger gives some."""
    zone = job.zone(settings.time_zone)
    if job.cron:
        return cron_times(job.cron, after, until, zone)
    if job.after:
        return calendar_times(job.after, "after", after, until, zone, settings)
    assert job.before
    return calendar_times(job.before, "before", after, until, zone, settings)


def catch_up(job: Job, due: Sequence[Slot], now: dt.datetime, grace: dt.timedelta = GRACE) -> CaughtUp:
    """Divide due slots as the job's `catch_up` says: all, the latest, or none but those that are due just now.

    Parameters
    ----------
    due
        Every slot of the window, also those that have run: with ``latest`` a slot is missed when a later one
        exists, whether or not that one is done. Leave out those that are done afterwards.
    now, grace
        A slot that is due since no longer than `grace` is on time, and runs under every policy.

    Examples
    --------
    >>> job = Job(name="daily", notebook="modeling/drift_check", cron="0 6 * * *")
    >>> now = dt.datetime(2026, 10, 26, 9, tzinfo=dt.UTC)
    >>> due = slots_between(job, now - dt.timedelta(days=3), now, Settings())
    >>> done = catch_up(job, due, now)
    >>> [slot.key[1] for slot in done.to_run], [slot.key[1] for slot in done.missed]
    (['2026-10-26T06:00Z'], ['2026-10-24T06:00Z', '2026-10-25T06:00Z'])
    """
    newest = max((slot.at for slot in due), default=now)
    first = {"all": dt.datetime.min.replace(tzinfo=dt.UTC), "latest": newest, "none": now - grace}[
        job.catch_up
    ]
    first = min(first, now - grace)
    return CaughtUp([s for s in due if s.at >= first], [s for s in due if s.at < first])
