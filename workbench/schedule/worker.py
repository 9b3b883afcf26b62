"""The process of one run: it makes the report and writes down in the ledger what came of it.

The ledger is told here and not by the scheduler, so that a run outlives the scheduler that started it.
"""

import dataclasses
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from workbench.errors import WorkbenchError
from workbench.progress import silent
from workbench.reports.failure import say_failed
from workbench.runs.fence import VARIABLE, own_folders, raise_fence
from workbench.runs.order import Order
from workbench.schedule.ledger import Ledger
from workbench.schedule.processes import this_process
from workbench.settings import Settings, load_settings

BEAT_SECONDS = 20.0
# The run itself gives up first, and can say in which cell; by force only when it does not.
FORCE_AFTER = 120.0
_TRIES_TO_SETTLE = 900  # a second apart; somebody has to notice a full disk and make room


@dataclass(frozen=True)
class Task:
    """What a worker is given.

    Attributes
    ----------
    order
        What to make.
    attempt
        Number of the attempt in the ledger.
    ledger
        The ledger.
    settings_file
        The settings; None: the defaults.
    refreshed_since
        What is derived from posts must have been brought up to date since then (seconds since 1970).
    pause
        Seconds after which it is tried again if it fails; None: not by itself.
    """

    order: Order
    attempt: int
    ledger: Path
    settings_file: Path | None
    refreshed_since: float
    pause: float | None


def task_to_json(task: Task) -> str:
    """The task in one line."""
    return json.dumps(dataclasses.asdict(task), default=str, ensure_ascii=False)


def task_from_json(line: str) -> Task:
    """The task that `task_to_json` wrote."""
    given = json.loads(line)
    order = given["order"]
    order |= {
        "source": Path(order["source"]),
        "reasons": tuple(order["reasons"]),
        "checks": tuple(order["checks"]),
        "notify": tuple(order["notify"]),
    }
    file = given["settings_file"]
    return Task(
        **{
            **given,
            "order": Order(**order),
            "ledger": Path(given["ledger"]),
            "settings_file": file and Path(file),
        }
    )


def work(task: Task) -> None:
    """Make what was ordered and settle the attempt; never raises but for what ends the process."""
    ledger = _registered(task)
    if ledger is None:
        return
    with _beating(task):
        outcome, reason, report = _outcome(task, ledger)
    pause = task.pause if outcome == "failed" else None
    for _ in range(_TRIES_TO_SETTLE):
        try:
            if (
                ledger.settle(task.attempt, outcome, time.time(), reason, report, pause)
                and outcome == "failed"
            ):
                say_failed(task.order, load_settings(), reason)
            return
        except WorkbenchError:
            # A full disk: somebody may make room; if not, the report itself tells what came of it.
            time.sleep(1)


def _registered(task: Task) -> Ledger | None:
    """The ledger, which knows of this process; None where it had given the attempt up, or cannot be written."""
    for _ in range(_TRIES_TO_SETTLE):
        try:
            ledger = Ledger(task.ledger)
            return (
                ledger
                if ledger.register(task.attempt, this_process(), task.order.name, time.time())
                else None
            )
        except WorkbenchError:
            time.sleep(1)  # a full disk: somebody may make room
    return None


def _outcome(task: Task, ledger: Ledger) -> tuple[Literal["done", "failed"], str, str]:
    from workbench.reporting import fulfil
    from workbench.schedule.refreshed import refresh_once

    try:
        if task.settings_file:
            os.environ["WORKBENCH_SETTINGS"] = str(task.settings_file)
        settings = load_settings()
        refresh_once(settings, task.refreshed_since)
        if task.order.timeout_seconds is not None:
            with suppress(WorkbenchError):  # the end that was set when it was claimed holds
                ledger.set_end(task.attempt, time.time() + task.order.timeout_seconds + FORCE_AFTER)
        _fence(task.order, settings)
        report = fulfil(task.order, settings, silent)
        return "done", "", str(report)
    except WorkbenchError as error:
        return "failed", str(error), ""
    except MemoryError:
        return "failed", "there was not enough memory for it.", ""
    except OSError as error:
        # Only what the system says of it, and never of which text.
        return "failed", f"{type(error).__name__}: {error.strerror or 'no reason given'}.", ""
    except BaseException as error:  # noqa: BLE001 - a run must not end without an outcome
        # Only the kind of the fault: its text may hold somebody's words.
        return "failed", f"something failed that should not ({type(error).__name__}).", ""


def _fence(order: Order, settings: Settings) -> None:
    """From here on the notebook writes in the data folder only, in a kernel or in this process."""
    folders = own_folders(settings)
    os.environ[VARIABLE] = os.pathsep.join(folders)
    if order.engine == "warm":
        raise_fence(folders)


@contextmanager
def _beating(task: Task) -> Iterator[None]:
    """Say now and then that this process is there: for a scheduler that cannot see it, in another container."""
    is_over = threading.Event()

    def beat() -> None:
        ledger = None
        while not is_over.wait(BEAT_SECONDS):
            try:
                ledger = ledger or Ledger(task.ledger)
                ledger.beat(task.attempt, time.time())
            except WorkbenchError:
                continue

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


if __name__ == "__main__":
    work(task_from_json(sys.stdin.readline()))
