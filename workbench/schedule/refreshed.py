"""What is derived from posts is brought up to date once for all runs of a slot, and not by each of them."""

import time

from filelock import FileLock

from workbench.refresh import refresh
from workbench.schedule.planning import CLOCKS_DIFFER
from workbench.settings import Settings


def refresh_once(settings: Settings, since: float) -> bool:
    """Refresh the lake unless that was done since; the first run does it, and the others wait for it.

    Parameters
    ----------
    settings
        Have the lake.
    since
        Seconds since 1970.

    Returns
    -------
    Whether it was this process that did it.

    Raises
    ------
    WorkbenchError
        The lake cannot be brought up to date.
    """
    stamp = settings.data_folder / "runs" / "refreshed"
    stamp.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(stamp.with_suffix(".lock")):
        try:
            # A stamp from a time that has not come is of a clock that stood ahead.
            if since <= float(stamp.read_text()) <= time.time() + CLOCKS_DIFFER:
                return False
        except (OSError, ValueError):
            pass  # never done, or the stamp is broken: do it
        began = time.time()
        refresh(settings)
        stamp.write_text(f"{began:.3f}")
        return True
