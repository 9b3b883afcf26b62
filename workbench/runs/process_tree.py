"""A process with all that it started."""

from contextlib import suppress

import psutil


def end_tree(number: int) -> None:
    """End a process and all that it started, at once.

    A kernel has a session of its own, so ending the group of its parent would leave it alive.
    """
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(number)
        family = [parent, *parent.children(recursive=True)]
        for process in family:
            # Stopped first, so that none starts another while the others are ended.
            with suppress(psutil.Error):
                process.suspend()
        with suppress(psutil.NoSuchProcess):
            family += [child for child in parent.children(recursive=True) if child not in family]
        for process in family:
            with suppress(psutil.Error):
                process.kill()
