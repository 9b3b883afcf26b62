"""One run of a name at a time: two would take each other's notebook for their own."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from filelock import AcquireReturnProxy, FileLock, Timeout

from workbench.errors import WorkbenchError
from workbench.progress import Progress
from workbench.runs.kept_manifest import kept_order
from workbench.runs.order import Order
from workbench.settings import Settings

# A person's report of what a scheduled one is about lies in a folder of the scheduled one's name.
BY_HAND = "by-hand"
LONGEST_SECONDS = 3600.0  # that another run of the name is waited for, or that one cell may take


@contextmanager
def alone(order: Order, settings: Settings, progress: Progress) -> Iterator[Order]:
    """The order, while nobody else runs what has its name.

    A person's, where a scheduled run has made the report of that name meanwhile, is the one beside it.

    Raises
    ------
    WorkbenchError
        The other has not ended after an hour.
    """
    with _locked(order, settings, progress):
        if order.job or not is_scheduled(order, settings):
            yield order
            return
    with alone(by_hand(order), settings, progress) as beside:
        yield beside


def by_hand(order: Order) -> Order:
    """The same, beside the scheduled one."""
    return replace(order, name=f"{order.name}/{BY_HAND}")


def is_scheduled(order: Order, settings: Settings) -> bool:
    """Whether a scheduled run has made the report of that name."""
    return bool(kept_order(order.manifest_file(settings.data_folder)).get("job"))


def _locked(order: Order, settings: Settings, progress: Progress) -> AcquireReturnProxy:
    """The lock of a name, taken; the system lets go of that of a process that was killed."""
    run_file = order.run_file(settings.data_folder)
    run_file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(run_file.with_name(f".{run_file.stem}.lock"))
    with suppress(Timeout):
        return lock.acquire(timeout=0)
    progress(0.0, f"another run of {order.name} is under way: waiting for its end")
    try:
        return lock.acquire(timeout=LONGEST_SECONDS)
    except Timeout:
        raise WorkbenchError(
            f"another run of {order.name} is under way for more than an hour. End it, or wait, and run this again."
        ) from None
