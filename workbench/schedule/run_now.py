"""A person has a slot run now: by the same ledger, so that it is not run twice."""

import datetime as dt
import time
from dataclasses import replace

from workbench.errors import WorkbenchError, did_you_mean, one_of
from workbench.runs.order import Vintage
from workbench.schedule.entries import Entry, Key
from workbench.schedule.jobs import Job
from workbench.schedule.ledger import Ledger
from workbench.schedule.planning import utc
from workbench.schedule.processes import this_process
from workbench.schedule.reconcile import reconcile
from workbench.schedule.runner import Runner, ends_after, name_of
from workbench.schedule.segments import remark_of, segment_key, segments_of
from workbench.schedule.slots import last_slot, next_slot, read_time, slot_text, slots_between
from workbench.schedule.starting import order_of_entry, pause_after_failure
from workbench.schedule.states import DONE
from workbench.schedule.vintages import Completeness, is_final_by
from workbench.settings import Settings


def find_job(jobs: dict[str, Job], name: str) -> Job:
    """The job of that name.

    Raises
    ------
    WorkbenchError
        There is none; names the nearest.
    """
    one_of(name, jobs, "job")
    return jobs[name]


def find_slot(job: Job, given: str, settings: Settings, now: float) -> dt.datetime:
    """The slot of a job: the one given, in the job's time zone where it names none, or the last that was due.

    Raises
    ------
    WorkbenchError
        It is no time, the job is not due then, or it has not been due yet.
    """
    if not given:
        if last := last_slot(job, utc(now), settings):
            return last
        upcoming = next_slot(job, utc(now), settings)
        told = f"It will be on {slot_text(upcoming)}" if upcoming else "It never will be"
        raise WorkbenchError(
            f"job '{job.name}' has not been due yet. {told}; name that slot with --slot to run it now."
        )
    at = read_time(given, job.zone(settings.time_zone))
    if not any(slot.at == at for slot in slots_between(job, at - dt.timedelta(minutes=1), at, settings)):
        upcoming = next_slot(job, at, settings)
        told = f" The next one after it is {slot_text(upcoming)}." if upcoming else ""
        raise WorkbenchError(f"job '{job.name}' is not due on {slot_text(at)}.{told}")
    return at


def keys_of(
    job: Job, at: dt.datetime, segment: str, settings: Settings, completeness: Completeness, now: float
) -> dict[Key, list[str]]:
    """What is to be run for a slot, with what its data lack: all segments, or the one that is named.

    Raises
    ------
    WorkbenchError
        The job has no such segment, or none at all.
    """
    if not segments_of(job, settings):
        raise WorkbenchError(remark_of(job, settings))
    segments = [segment_key(each) for each in segments_of(job, settings)]
    if segment and segment not in segments:
        raise WorkbenchError(
            f"job '{job.name}' has no segment '{segment}'.{did_you_mean(segment, segments)} "
            f"It has: {', '.join(filter(None, segments)) or 'none'}."
        )
    lacking = completeness.lacking(job, slot_text(at), now)
    vintage: Vintage = ""
    if job.requires:
        is_final = not lacking or is_final_by(job.requires, slot_text(at), settings, now)
        vintage = "final" if is_final else "preliminary"
    return {
        Key(job.name, slot_text(at), each, vintage): lacking for each in ([segment] if segment else segments)
    }


def run_now(
    ledger: Ledger, job: Job, keys: dict[Key, list[str]], settings: Settings, runner: Runner
) -> list[Entry]:
    """Run slots of a job that are not done, one attempt each; gives what became of them.

    Raises
    ------
    WorkbenchError
        Something else of the job is running.
    """
    reconcile(
        ledger,
        settings,
        time.time(),
        pause_of=lambda attempt: pause_after_failure(job, ledger.failures(attempt.key)),
        job=job.name,
    )
    for key in keys:
        if (obstacle := ledger.obstacle(key)) not in ("", DONE):
            raise WorkbenchError(f"{name_of(key)} cannot be run now: {obstacle}. Wait until it has ended.")
    left = dict(keys)
    try:
        while left or runner.under_way:
            runner.watch(time.time())
            for key in [key for key in left if not runner.obstacle(job)][:1]:
                _begin(ledger, job, key, left.pop(key), settings, runner)
            time.sleep(0.05)
    except BaseException:
        runner.end_all(time.time(), "it was stopped by who had it run.")
        raise
    finally:
        runner.close()
    return [entry for key in keys if (entry := ledger.entry(key))]


def _begin(
    ledger: Ledger, job: Job, key: Key, lacking: list[str], settings: Settings, runner: Runner
) -> None:
    now = time.time()
    order = replace(order_of_entry(job, key, settings), reasons=tuple(lacking))
    attempt = ledger.claim(key, this_process(), now, ends_after(job), origin="person")
    if attempt is None:
        # Another process was quicker: the other segments are run all the same.
        obstacle = ledger.obstacle(key)
        runner.say(f"{name_of(key)}: {'is done already' if obstacle == DONE else obstacle}")
        return
    runner.start(attempt, replace(order, attempt=attempt.attempt), None, now)
