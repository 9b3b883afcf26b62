"""A slot that another scheduler has decided on: it is run here, and that scheduler keeps the ledger.

What comes of it is what comes of any run: the executed notebook, the figures, the signed manifest, the report.
"""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from workbench.errors import WorkbenchError
from workbench.notify.alarms import tell_alarm
from workbench.notify.failure_notices import SUCCEEDED, tell
from workbench.notify.outbox import deliver_due
from workbench.progress import silent
from workbench.reporting import fulfil
from workbench.reports.failure import say_failed
from workbench.runs.fence import VARIABLE, own_folders
from workbench.runs.order import Order
from workbench.runs.process_tree import end_tree
from workbench.schedule.entries import Key
from workbench.schedule.jobs import Job
from workbench.schedule.refreshed import refresh_once
from workbench.schedule.segments import segment_keys
from workbench.schedule.slots import last_slot, read_time, slot_text
from workbench.schedule.starting import order_of_entry
from workbench.schedule.vintages import LOOK_AGAIN, Completeness, is_final_by
from workbench.settings import Settings


@dataclass(frozen=True)
class Asked:
    """What the other scheduler asks for.

    Attributes
    ----------
    job
        The job.
    at
        The slot, UTC.
    segment
        Its segment, as the ledger would spell it.
    attempt
        Which try it is, as the other scheduler counts.
    begun
        Since when the lake must have been brought up to date (seconds since 1970).
    """

    job: Job
    at: dt.datetime
    segment: str = ""
    attempt: int = 1
    begun: float = 0.0


def run_asked(
    asked: Asked,
    settings: Settings,
    say: Callable[[str], None] = lambda line: None,
    look_again: float = LOOK_AGAIN,
) -> Path:
    """Run the slot and make its report; gives its path. Waits for data as the job wants.

    After the last try that failed, and after a success that follows it, people are told, by the same channels.

    Raises
    ------
    WorkbenchError
        A cell failed, a check did not hold, or the data are not there.
    """
    channels, slot = asked.job.on_failure.notify, slot_text(asked.at)
    outcome, reason, report = SUCCEEDED, "", None
    try:
        order = _with_data(asked, settings, say, look_again)
        os.environ[VARIABLE] = os.pathsep.join(own_folders(settings))
        refresh_once(settings, asked.begun if asked.attempt == 1 else time.time())
        report = fulfil(order, settings, silent)
        _tell_alarm(settings, order, asked.segment, report)
        return report
    except WorkbenchError as error:
        outcome, reason = "failed", str(error)
        raise
    except BaseException as error:
        # Only the kind of the fault: its text may hold somebody's words.
        outcome, reason = "failed", f"something failed that should not ({type(error).__name__})."
        raise
    finally:
        if outcome != SUCCEEDED:
            with suppress(WorkbenchError):  # of a notebook that is not there nothing has a name
                key = Key(asked.job.name, slot, asked.segment)
                order = replace(order_of_entry(asked.job, key, settings), attempt=asked.attempt)
                say_failed(order, settings, reason)
        if outcome == SUCCEEDED or asked.attempt > asked.job.retries.times:
            told = (outcome, reason, str(report or ""))
            # What cannot be told now is no fault of the run; what is in the outbox stays there.
            try:
                now = segment_keys(asked.job, settings)
                tell(settings, asked.job.name, slot, asked.segment, *told, channels=channels, segments=now)
                deliver_due(settings)
            except WorkbenchError as error:
                sys.stderr.write(f"workbench: {error}\n")


def _tell_alarm(settings: Settings, order: Order, segment: str, report: Path) -> None:
    """The report has been made: that nobody could be told of its alarm is said, and is no fault of the run."""
    run_file = order.run_file(settings.data_folder)
    try:
        tell_alarm(settings, run_file, order.job, order.slot, segment, str(report), order.notify)
    except (OSError, WorkbenchError) as error:
        sys.stderr.write(f"workbench: {order.job} may have an alarm that nobody was told of: {error}\n")


def slot_before(job: Job, time_given: str, settings: Settings) -> dt.datetime:
    """The slot at that time, or the last before it: a run that somebody starts by hand stands for the slot that passed.

    Raises
    ------
    WorkbenchError
        It is no time, or the job was not due before it.
    """
    at = read_time(time_given)
    if last := last_slot(job, at, settings):
        return last
    raise WorkbenchError(f"job '{job.name}' was never due before {slot_text(at)}.")


def run_in_process(job: str, slot: str, segment: str, attempt: str, begun: str) -> None:
    """For the notebook that Airflow has run: the slot in a process of its own, whose words are shown.

    Raises
    ------
    WorkbenchError
        The run failed; Airflow sees a failed cell.
    """
    arguments = [
        job,
        "--slot",
        slot,
        "--segment",
        segment,
        "--attempt",
        attempt,
        "--begun",
        begun,
        "--with-parent",
    ]
    command = [sys.executable, "-m", "workbench", "schedule", "run-slot", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    sys.stdout.write(done.stdout + done.stderr)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        # The first line says what failed, and in which cell; what follows where the notebook is kept.
        told = [line for line in lines if line.startswith("workbench: ")] or lines[-1:]
        raise WorkbenchError(
            told[0].removeprefix("workbench: ") if told else f"it ended with {done.returncode}."
        )


def end_with_parent() -> None:
    """From now on this process and all that it started end when the one that started it has ended."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        for child in psutil.Process().children():
            end_tree(child.pid)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def _with_data(asked: Asked, settings: Settings, say: Callable[[str], None], look_again: float) -> Order:
    """The order, once its data are complete or are waited for no longer."""
    job, slot = asked.job, slot_text(asked.at)
    key = Key(job.name, slot, asked.segment)
    if job.requires is None:
        return replace(order_of_entry(job, key, settings), attempt=asked.attempt, engine="kernel")
    until = asked.at.timestamp() + job.requires.wait
    said = ""
    while lacking := Completeness(settings).lacking(job, slot, time.time()):
        told = "; ".join(lacking)
        if time.time() >= until or is_final_by(job.requires, slot, settings, time.time()):
            break
        if told != said:
            say(f"waits for data: {told}")
        said = told
        time.sleep(min(look_again, max(0.0, until - time.time())))
    is_final = not lacking or is_final_by(job.requires, slot, settings, time.time())
    if not is_final and job.requires.then == "wait":
        raise WorkbenchError(f"the data of job '{job.name}' are not complete: {told}.")
    vintage = replace(key, vintage="final" if is_final else "preliminary")
    order = order_of_entry(job, vintage, settings)
    return replace(order, attempt=asked.attempt, engine="kernel", reasons=tuple(lacking))
