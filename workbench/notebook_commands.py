"""``%load_ext workbench``: the lake is opened as `wb`, and ``%measure`` asks it for a figure in a few words."""

import re
from typing import Any

import pandas as pd

from workbench.errors import WorkbenchError, did_you_mean
from workbench.measures import find_measure
from workbench.session import open_workbench
from workbench.workbench import Workbench

_ASKED = re.compile(r"(?P<measures>.+?)(?:\s+by\s+(?P<by>.+?))?(?:\s+for\s+(?P<only>.+))?")
_USAGE = "Expected: %measure NAME [by COLUMN, …] [for COLUMN VALUE, …], for instance %measure volume by brand, week."


def load(shell: Any) -> None:
    """Open the lake as `wb`, unless there is one by that name, and teach the notebook ``%measure``.

    Raises
    ------
    WorkbenchError
        The lake does not open.
    """
    if not isinstance(shell.user_ns.get("wb"), Workbench):
        shell.push({"wb": open_workbench()})
    # Looked up each time: who opens another lake as wb means that one.
    shell.register_magic_function(lambda line: ask(shell.user_ns.get("wb"), line), magic_name="measure")


def ask(wb: Any, line: str) -> pd.DataFrame:
    """The measure frame that a line asks for.

    Parameters
    ----------
    wb
        The opened workbench.
    line
        For instance ``net_sentiment by brand, week for brand Acme, platform x``. Without ``by``: by brand. What
        stands behind ``for`` also parts the posts, so that the figure is of these posts alone.

    Raises
    ------
    WorkbenchError
        The line cannot be read, or there is no such measure, column or value.
    """
    if not isinstance(wb, Workbench):
        raise WorkbenchError("there is no workbench by the name wb. Open one: wb = open_workbench().")
    measures, by, only = read_line(line)
    columns = list(dict.fromkeys([*by, *only]))
    found = wb.measures(measures, columns)
    for column, value in only.items():
        known = sorted(found[column].dropna().astype(str).unique())
        if value not in known:
            shown = f" It has: {', '.join(known[:12])}{', …' if len(known) > 12 else ''}."
            raise WorkbenchError(f"no {column} is '{value}'.{did_you_mean(value, known)}{shown}")
        found = found[found[column] == value]
    return found.reset_index(drop=True)


def read_line(line: str) -> tuple[list[str], list[str], dict[str, str]]:
    """Measures, columns and wanted values of a line.

    Raises
    ------
    WorkbenchError
        The line cannot be read, or there is no such measure.

    Examples
    --------
    >>> read_line("net_sentiment by brand, week for brand Acme, platform x")
    (['net_sentiment'], ['brand', 'week'], {'brand': 'Acme', 'platform': 'x'})
    >>> read_line("volume")
    (['volume'], ['brand'], {})
    """
    parts = _ASKED.fullmatch(" ".join(line.split()))
    if parts is None:
        raise WorkbenchError(f"%measure wants the name of a measure. {_USAGE}")
    measures, by = _listed(parts["measures"]), _listed(parts["by"] or "brand")
    for name in measures:
        find_measure(name)
    only = {}
    for wanted in _listed(parts["only"] or ""):
        column, _, value = wanted.partition(" ")
        if not value:
            raise WorkbenchError(f"'{wanted}' names no column and value. {_USAGE}")
        only[column] = value.strip("'\" ")
    return measures, by, only


def _listed(words: str) -> list[str]:
    return [word.strip() for word in words.split(",") if word.strip()]
