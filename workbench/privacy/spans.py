"""Spans of a text: where something personal stands, and what it is."""

import re
from collections.abc import Iterable
from typing import NamedTuple

# Stands where a span was taken out, one for each of its characters, so that places stay the same.
# No pattern matches it, no context reaches across it.
BLANK = "\x00"

_DIGITS = re.compile(r"[0-9]+")


class Span(NamedTuple):
    """A stretch of text and what it is; a span without kind is harmless and stays as written."""

    start: int
    end: int
    kind: str


def blanked(text: str, spans: Iterable[Span]) -> str:
    """The text with spans, given in order, taken out of sight of later detectors.

    Examples
    --------
    >>> blanked("call 4711!", [Span(5, 9, "ID")]).replace(BLANK, "_")
    'call ____!'
    """
    pieces: list[str] = []
    done = 0
    for start, end, _kind in spans:
        pieces += text[done:start], BLANK * (end - start)
        done = end
    return "".join((*pieces, text[done:]))


def digit_groups(run: re.Match[str]) -> list[tuple[int, int]]:
    """Start and end of each group of digits in a match."""
    return [group.span() for group in _DIGITS.finditer(run.string, *run.span())]
