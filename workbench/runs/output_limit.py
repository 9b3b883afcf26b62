"""A cell that prints without end: what it prints is kept up to a limit, and the rest let go of at once."""

import sys
from collections.abc import Callable
from typing import Any

MOST_CHARACTERS = 10_000_000  # a cell
NOTE = f"\n… cut here: a cell may print {MOST_CHARACTERS / 1e6:.0f} million characters.\n"


class OutputLimit:
    """What one cell may still print; it begins anew with each cell.

    Examples
    --------
    >>> limit = OutputLimit(most=5)
    >>> limit.kept("abc"), limit.kept("defg")[:2], limit.kept("h")
    ('abc', 'de', '')
    """

    def __init__(self, most: int = MOST_CHARACTERS) -> None:
        self.most = self.left = most

    def renew(self, *_: Any) -> None:
        """A new cell."""
        self.left = self.most

    def kept(self, text: str) -> str:
        """As much of the text as may still be printed; the first that is cut says so."""
        if self.left < 0:
            return ""
        if len(text) <= self.left:
            self.left -= len(text)
            return text
        kept, self.left = text[: self.left] + NOTE, -1
        return kept


def limit_output(shell: Any) -> None:
    """Limit what the cells of this kernel print.

    In the kernel and not where its messages arrive, so that a gigabyte is neither sent nor held.
    """
    limit = OutputLimit()

    def begin(*_: Any) -> None:
        limit.renew()
        for stream in (sys.stdout, sys.stderr):
            # IPython puts a writer of its own before each cell and takes it, with ours, away after it.
            if not hasattr(stream.write, "limit"):
                stream.write = _limited(stream.write, limit)  # type: ignore[method-assign]

    shell.events.register("pre_run_cell", begin)


def _limited(write: Callable[[str], Any], limit: OutputLimit) -> Callable[[str], int]:
    def write_limited(text: str) -> int:
        if kept := limit.kept(text):
            write(kept)
        return len(text)

    write_limited.limit = limit  # type: ignore[attr-defined]
    return write_limited
