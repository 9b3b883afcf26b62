"""A measure on a terminal: each figure with its interval, and below them once what stands behind them."""

import re
from collections.abc import Sequence

import pandas as pd

from workbench.cli.output import print_rows
from workbench.figures.numbers import with_interval

# Said in a column already.
_COUNTED = re.compile(r"[\d,]+ labels?(, λ = .*)?")
_MOST_NAMED = 3


def print_measure(frame: pd.DataFrame) -> None:
    """Print a measure frame for a reader; each row's own method is in --json and --to."""
    rows = frame.astype(object).to_dict("records")
    place = list(frame.columns).index("value")
    shown = frame.drop(columns=["value", "low", "high", "unit", "method"]).astype(object)
    shown = shown.where(shown.notna(), None)
    names = [" ".join(str(word) for word in row if word) for row in shown.iloc[:, :place].to_numpy()]
    figures = [with_interval(row["value"], row["low"], row["high"], row["unit"]) for row in rows]
    shown.insert(place, "value (95 %)", figures)
    print_rows(shown.to_dict("records"), False, "There are no posts to measure.")
    for line in methods_told(names, [row["method"] for row in rows]):
        print(line)


def methods_told(names: Sequence[str], methods: Sequence[str]) -> list[str]:
    """How figures were made and what must be read beside them: each once, with the figures that it is of.

    Examples
    --------
    >>> methods_told(["Acme", "Bolt"], ["by labels; 40 labels, λ = 1.00", "by labels; 31 labels; few posts"])
    ['by labels', 'few posts – Bolt']
    """
    of: dict[str, list[str]] = {}
    for name, method in zip(names, methods, strict=True):
        for part in filter(None, (method or "").split("; ")):
            if not _COUNTED.fullmatch(part):
                of.setdefault(part, []).append(name)
    return [part if len(found) == len(names) else f"{part} – {_some(found)}" for part, found in of.items()]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
