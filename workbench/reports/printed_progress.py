"""How far something has come, in a notebook."""

import sys

from workbench.progress import Progress


def printed_progress() -> Progress:
    """Something to be told of progress, that prints what is done now whenever that changes or a tenth is done.

    Examples
    --------
    >>> tell = printed_progress()
    >>> for done in (0.0, 0.02, 0.11, 0.15):
    ...     tell(done, "reading")
      0 %  reading
     10 %  reading
    """
    told = (-1, "")

    def tell(done: float, what: str) -> None:
        nonlocal told
        now = (int(10 * done), what)
        if now != told:
            told = now
            sys.stdout.write(f"{10 * now[0]:3d} %  {what}\n")

    return tell
