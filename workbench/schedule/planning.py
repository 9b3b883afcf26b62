"""Slots are written into the ledger when they are due: to be run, missed or skipped."""

import datetime as dt
from collections.abc import Callable

from workbench.schedule.entries import Entry, Key
from workbench.schedule.jobs import Job
from workbench.schedule.ledger import Ledger
from workbench.schedule.slots import GRACE, Slot, catch_up, slot_text, slots_between
from workbench.schedule.states import MISSED, SKIPPED, WAITING
from workbench.settings import Settings

# Seconds by which two schedulers, or a clock that is set a little, may look at other times.
CLOCKS_DIFFER = 60.0


def plan(
    ledger: Ledger,
    job: Job,
    settings: Settings,
    now: float,
    say: Callable[[str], None] = lambda line: None,
) -> list[Entry]:
    """Write down every slot of a job that has become due; gives those that are new.

    A job that the ledger does not know begins now: nothing before is made up for. Nor is it where its times were
    changed while no scheduler ran: by the new ones nothing was due then, but for what is still on time. Where the
    clock stood ahead and was set right, what was written down of times that have not come is forgotten.
    """
    until = utc(now)
    if ledger.note_times(job.name, _times_of(job, settings), (until - GRACE).isoformat()):
        say(f"{job.name}: its times were changed; it is planned from now on")
    since = dt.datetime.fromisoformat(ledger.planned_until(job.name, until.isoformat()))
    if since.timestamp() > now + CLOCKS_DIFFER:
        forgotten = ledger.forget_what_had_not_come(job.name, slot_text(until), until.isoformat(), now)
        say(
            f"{job.name}: the clock stood at {slot_text(since)} before; {len(forgotten)} slots are planned anew"
        )
        # What was missed because the clock ran away from it is due after all, as after a time without a scheduler.
        passed = [dt.datetime.fromisoformat(slot) for slot in forgotten if slot <= slot_text(until)]
        since = min(passed, default=until) - (dt.timedelta(seconds=1) if passed else dt.timedelta())
    due = slots_between(job, since, until, settings)
    if not due:
        ledger.plan(job.name, until.isoformat(), [], now)
        return []
    entries = new_entries(ledger, job, due, until)
    ledger.plan(job.name, until.isoformat(), entries, now)
    return entries


def _times_of(job: Job, settings: Settings) -> str:
    """When the job is due, in one line."""
    trigger = job.cron or next(one for one in (job.after, job.before) if one).model_dump_json()
    return f"{'after ' if job.after else ''}{trigger} {job.zone(settings.time_zone)}"


def new_entries(ledger: Ledger, job: Job, due: list[Slot], until: dt.datetime) -> list[Entry]:
    """What would be written down of slots that are due: those that the ledger does not know yet."""
    caught = catch_up(job, due, until)
    overlap = _running_slot(ledger, job, due[0]) if due else ""
    entries = [
        *(Entry(key_of(slot, job), MISSED, "no scheduler ran when it was due") for slot in caught.missed),
        *(_entry(slot, job, overlap) for slot in caught.to_run),
    ]
    return [entry for entry in entries if ledger.entry(entry.key) is None]


def key_of(slot: Slot, job: Job) -> Key:
    """How the ledger knows a slot; where the job demands complete data, it is the final vintage that is due."""
    return Key(*slot.key, vintage="final" if job.requires else "")


def utc(now: float) -> dt.datetime:
    """The time of so many seconds since 1970."""
    return dt.datetime.fromtimestamp(now, dt.UTC)


def _entry(slot: Slot, job: Job, overlap: str) -> Entry:
    # Where every slot counts, none is skipped: it waits until the one before has ended.
    if overlap and job.catch_up != "all":
        return Entry(key_of(slot, job), SKIPPED, f"the job's slot of {overlap} was still running")
    return Entry(key_of(slot, job), WAITING, "waits for its turn")


def _running_slot(ledger: Ledger, job: Job, first: Slot) -> str:
    """The earlier slot of the job that is under way; nothing where none is."""
    running = {attempt.key.slot for attempt in ledger.open_attempts() if attempt.key.job == job.name}
    return min((slot for slot in running if slot < slot_text(first.at)), default="")
