"""Runs whose scheduler and process are gone: what became of them is found out, and never guessed.

A run of another scheduler that is alive is left alone, and so is a run that outlived its scheduler.
"""

import datetime as dt
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

from workbench.reports.failure import say_failed
from workbench.runs.kept_manifest import kept_manifest
from workbench.runs.notebook import keep_unfinished
from workbench.runs.order import Order
from workbench.runs.process_tree import end_tree
from workbench.schedule.entries import Attempt
from workbench.schedule.ledger import Ledger
from workbench.schedule.processes import Process, is_alive, is_here, this_process
from workbench.schedule.worker import BEAT_SECONDS
from workbench.settings import Settings

# A process that cannot be seen from here, in another container, is taken for dead after this silence.
SILENCE_SECONDS = 6 * BEAT_SECONDS


def reconcile(
    ledger: Ledger,
    settings: Settings,
    now: float,
    own: Collection[int] = (),
    pause_of: Callable[[Attempt], float | None] = lambda attempt: None,
    job: str = "",
) -> list[Attempt]:
    """Settle every run that nobody does any more; gives those that were settled.

    Parameters
    ----------
    ledger, settings
        The ledger, and where reports are.
    now
        The time, in seconds since 1970.
    own
        Attempts that this process watches itself.
    pause_of
        Seconds after which a run that is ended for taking too long is tried again; None: not by itself.
    job
        Only runs of this job; empty: of all.
    """
    settled = []
    for attempt in ledger.open_attempts():
        if attempt.number in own or (job and attempt.key.job != job):
            continue
        # What this process claimed and does not watch was never begun: the disk was full between the two.
        is_forgotten = attempt.claimer == this_process() and attempt.worker is None
        if not is_forgotten and _is_there(attempt.claimer, attempt, now):
            continue
        if attempt.worker and _is_there(attempt.worker, attempt, now):
            if not _is_over(attempt, now):
                continue
            # Its scheduler is gone, so nobody else would end it.
            end_tree(attempt.worker.number)
            keep_unfinished(_order(attempt).run_file(settings.data_folder))
            reason = "it did not end in time and was ended by force."
            done = ledger.settle(attempt.number, "failed", now, reason, pause=pause_of(attempt))
            if done:
                say_failed(_order(attempt), settings, reason)
        else:
            done = settle_by_what_it_left(ledger, settings, attempt, now)
        if done:
            settled.append(ledger.attempt(attempt.number))
    return settled


def settle_by_what_it_left(ledger: Ledger, settings: Settings, attempt: Attempt, now: float) -> bool:
    """Settle a run that is gone: done where its report is there, else interrupted."""
    if report := report_of(attempt, settings):
        return ledger.settle(attempt.number, "done", now, report=str(report))
    left = ""
    if attempt.name:
        with suppress(OSError):
            left = keep_unfinished(_order(attempt).run_file(settings.data_folder))
    reason = "its process and its scheduler ended before it did." + (f" It was in {left}." if left else "")
    return ledger.settle(attempt.number, "interrupted", now, reason)


def report_of(attempt: Attempt, settings: Settings) -> Path | None:
    """The report that an attempt left, where it is whole: its manifest is written last."""
    if not attempt.name:
        return None
    order = _order(attempt)
    report, manifest = (
        order.report_file(settings.data_folder),
        kept_manifest(order.manifest_file(settings.data_folder)),
    )
    ordered = manifest.get("order")
    if not report.is_file() or not isinstance(ordered, dict):
        return None
    is_of_it = (ordered.get("job"), ordered.get("slot"), ordered.get("vintage", "")) == (
        attempt.key.job, attempt.key.slot, attempt.key.vintage,
    )  # fmt: skip
    return report if is_of_it and _made_at(manifest) >= int(attempt.claimed_at) else None


def _is_there(process: Process, attempt: Attempt, now: float) -> bool:
    return is_alive(process) if is_here(process) else now - attempt.beat_at < SILENCE_SECONDS


def _is_over(attempt: Attempt, now: float) -> bool:
    worker = attempt.worker
    return attempt.ends_by is not None and now > attempt.ends_by and worker is not None and is_here(worker)


def _order(attempt: Attempt) -> Order:
    """Only for its paths, and what it is called."""
    key = attempt.key
    return Order(Path(), attempt.name, job=key.job, slot=key.slot, vintage=key.vintage)


def _made_at(manifest: dict[str, Any]) -> float:
    try:
        return dt.datetime.fromisoformat(str(manifest.get("made_at"))).timestamp()
    except ValueError:
        return 0.0
