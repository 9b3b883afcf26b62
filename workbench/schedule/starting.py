"""From an entry of the ledger to the order of its run."""

import datetime as dt
from dataclasses import replace

from workbench.errors import WorkbenchError
from workbench.runs.order import Order
from workbench.schedule.entries import Key
from workbench.schedule.jobs import Job
from workbench.schedule.orders import order_of_slot
from workbench.schedule.segments import segment_key, segments_of
from workbench.settings import Settings


def order_of_entry(job: Job, key: Key, settings: Settings) -> Order:
    """What is run for a slot of the ledger.

    Raises
    ------
    WorkbenchError
        There is no such notebook, or the job no longer has that segment.
    """
    segments = {segment_key(segment): segment for segment in segments_of(job, settings)}
    if key.segment not in segments:
        if not key.segment:
            one = next(iter(segments), "NAME=VALUE")
            raise WorkbenchError(
                f"job '{job.name}' runs for each of its segments. Name one: --segment {one}."
            )
        raise WorkbenchError(
            f"job '{job.name}' has no segment {key.segment} any more. It has: {', '.join(segments) or 'none'}."
        )
    slot = dt.datetime.fromisoformat(key.slot)
    return replace(order_of_slot(job, slot, segments[key.segment], settings), vintage=key.vintage)


def pause_after_failure(job: Job, failures: int) -> float | None:
    """Seconds after which a slot is tried again if it fails once more; None: not by itself.

    Examples
    --------
    >>> job = Job(name="a", notebook="kpi/weekly", cron="0 7 * * 1", retries={"times": 1, "wait_seconds": 30})
    >>> pause_after_failure(job, failures=0), pause_after_failure(job, failures=1)
    (30.0, None)
    """
    return job.retries.pause_before(failures + 2)
