"""Who has to know of a slot that failed for good, or works again."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from workbench.errors import WorkbenchError
from workbench.notify.failure_notices import SUCCEEDED, tell
from workbench.notify.outbox import deliver_due
from workbench.schedule.jobs import Job
from workbench.schedule.ledger import Ledger
from workbench.schedule.states import DONE
from workbench.settings import Settings


def tell_outcomes(ledger: Ledger, settings: Settings, jobs: Mapping[str, Job]) -> None:
    """Put into the outbox what nobody was told yet; the outbox sees to it that nothing is told twice."""
    for entry in ledger.untold():
        job, key = jobs.get(entry.key.job), entry.key
        segment = f"{key.segment} {key.vintage}".strip() if key.vintage == "preliminary" else key.segment
        outcome = SUCCEEDED if entry.state == DONE else entry.state
        channels = job.on_failure.notify if job else ()
        tell(settings, key.job, key.slot, segment, outcome, entry.reason, entry.report, channels=channels)
        ledger.set_told(entry)


def tell_now(ledger: Ledger, settings: Settings, jobs: Mapping[str, Job]) -> None:
    """As `tell_outcomes`, and deliver at once; what cannot be delivered now stays in the outbox."""
    tell_outcomes(ledger, settings, jobs)
    with suppress(WorkbenchError):
        deliver_due(settings, wait=1.0)


@contextmanager
def delivering(settings: Settings, every_seconds: float = 15.0) -> Iterator[None]:
    """Deliver what waits in the outbox meanwhile, in a thread of its own: a mail server may be slow."""
    is_over = threading.Event()

    def deliver() -> None:
        while True:
            # What cannot be delivered now stays in the outbox.
            with suppress(WorkbenchError):
                deliver_due(settings, wait=1.0)
            if is_over.wait(every_seconds):
                break
        with suppress(WorkbenchError):
            deliver_due(settings, wait=1.0)

    thread = threading.Thread(target=deliver, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(timeout=30)
