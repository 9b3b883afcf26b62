"""A cell that prints or shows without end: that is kept up to a limit, and the rest let go of at once."""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

MOST_CHARACTERS = 10_000_000  # a cell
NOTE = f"\n… cut here: a cell may print {MOST_CHARACTERS / 1e6:.0f} million characters.\n"
_SCRAP = "application/scrapbook."  # what a notebook records is no print


class OutputLimit:
    """What one cell may still print or show; it begins anew with each cell.

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

    def kept_data(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What is shown, by MIME type; a note in its place the first time that it is too much, then nothing.

        Examples
        --------
        >>> limit = OutputLimit(most=5)
        >>> limit.kept_data({"text/plain": "abc"}), list(limit.kept_data({"text/plain": "defg"}))
        ({'text/plain': 'abc'}, ['text/plain'])
        >>> limit.kept_data({"text/plain": "h"})
        {}
        """
        if any(kind.startswith(_SCRAP) for kind in data):
            return dict(data)
        if self.left < 0:
            return {}
        size = sum(len(v) if isinstance(v, str) else len(json.dumps(v, default=str)) for v in data.values())
        self.left = self.left - size if size <= self.left else -1
        return dict(data) if self.left >= 0 else {"text/plain": NOTE.strip()}


def limit_output(shell: Any) -> None:
    """Limit what the cells of this kernel print and show.

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
    for shows in (shell.display_pub, shell.displayhook):
        shows.register_hook(lambda message: _with_kept(message, limit))


def _with_kept(message: dict[str, Any], limit: OutputLimit) -> dict[str, Any] | None:
    """The message with what may be shown; none where nothing may."""
    if "data" in message["content"]:
        message["content"]["data"] = limit.kept_data(message["content"]["data"])
        return message if message["content"]["data"] else None
    return message


def _limited(write: Callable[[str], Any], limit: OutputLimit) -> Callable[[str], int]:
    def write_limited(text: str) -> int:
        if kept := limit.kept(text):
            write(kept)
        return len(text)

    write_limited.limit = limit  # type: ignore[attr-defined]
    return write_limited
