"""Who has to know of a slot that failed for good, or works again."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.notify.alarms import tell_alarm
from workbench.notify.failure_notices import SUCCEEDED, tell
from workbench.notify.outbox import deliver_due
from workbench.runs.order import Order
from workbench.schedule.entries import Key
from workbench.schedule.jobs import Job
from workbench.schedule.ledger import Ledger
from workbench.schedule.segments import segment_keys
from workbench.schedule.states import DONE
from workbench.settings import Settings


def tell_outcomes(ledger: Ledger, settings: Settings, jobs: Mapping[str, Job]) -> None:
    """Put into the outbox what nobody was told yet; the outbox sees to it that nothing is told twice.

    Here and not by the process of the run, so that what cannot be told now, or was left by a process that is gone, is
    told later.

    Raises
    ------
    WorkbenchError
        Something could not be put there, which the next look tries again; everything else is.
    """
    fault = None
    for entry in ledger.untold():
        job, key = jobs.get(entry.key.job), entry.key
        segment = f"{key.segment} {key.vintage}".strip() if key.vintage == "preliminary" else key.segment
        outcome = SUCCEEDED if entry.state == DONE else entry.state
        channels = job.on_failure.notify if job else ()
        try:
            if entry.state == DONE and (run_file := _run_file(ledger, settings, key)):
                tell_alarm(settings, run_file, key.job, key.slot, segment, entry.report, channels)
            told = (outcome, entry.reason, entry.report)
            now = segment_keys(job, settings) if job else None
            tell(settings, key.job, key.slot, segment, *told, channels=channels, segments=now)
        except WorkbenchError as error:
            fault = error
        else:
            ledger.set_told(entry)
    if fault:
        raise fault


def _run_file(ledger: Ledger, settings: Settings, key: Key) -> Path | None:
    """The notebook of the last attempt at a slot."""
    names = [one.name for one in ledger.attempts(key.job, least=key.slot) if one.key == key and one.name]
    return Order(Path(), names[-1]).run_file(settings.data_folder) if names else None


def tell_now(ledger: Ledger, settings: Settings, jobs: Mapping[str, Job]) -> None:
    """As `tell_outcomes`, and deliver at once; what cannot be delivered now stays in the outbox."""
    tell_outcomes(ledger, settings, jobs)
    with suppress(WorkbenchError):
        deliver_due(settings, wait=1.0)


@contextmanager
def delivering(settings: Callable[[], Settings], every_seconds: float = 15.0) -> Iterator[None]:
    """Deliver what waits in the outbox meanwhile, in a thread of its own: a mail server may be slow.

    The settings are asked for each time: they are read again while the scheduler runs.
    """
    is_over = threading.Event()

    def deliver() -> None:
        while True:
            # What cannot be delivered now stays in the outbox.
            with suppress(WorkbenchError):
                deliver_due(settings(), wait=1.0)
            if is_over.wait(every_seconds):
                break
        with suppress(WorkbenchError):
            deliver_due(settings(), wait=1.0)

    thread = threading.Thread(target=deliver, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(timeout=30)
