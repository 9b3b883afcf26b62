"""What stands beside the chart of an explorer: what must be known of it, its figures as a table, and as code."""

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd

from workbench.figures.fragments import fragment, table_markup
from workbench.figures.numbers import format_count
from workbench.kpi.first_response_time import FEW_ANSWERS, FEWEST_ANSWERS


def limits(frame: pd.DataFrame) -> Sequence[str]:
    """What must be known of the figures drawn: what was withheld, and what no label has corrected.

    Examples
    --------
    >>> limits(pd.DataFrame({"status": ["ok", "few labels"], "method": ["mean", "mean"]}))
    ['1 of 2 figures rest on few labels: trust the interval more than the value.']
    """
    said = []
    figures = f"{format_count(len(frame))} figure{'' if len(frame) == 1 else 's'}"
    status, of = frame["status"], f"of {figures}"
    if held := int((status == "withheld").sum()):
        methods = frame["method"][status == "withheld"].astype(str)
        reasons = sorted({method.rpartition("withheld: ")[2] for method in methods if "withheld: " in method})
        said.append(
            f"{format_count(held)} {of} withheld: {'; '.join(reasons) or 'there was nothing to count'}."
        )
    if bare := int((status == "no labels").sum()):
        said.append(
            f"{format_count(bare)} {of} without labels: what the classifier says, corrected by nobody."
        )
    if few := int((status == "few labels").sum()):
        said.append(f"{format_count(few)} {of} rest on few labels: trust the interval more than the value.")
    if handful := int((status == FEW_ANSWERS).sum()):
        said.append(
            f"{format_count(handful)} {of} rest on fewer than {FEWEST_ANSWERS} answers: one more may move them."
        )
    return said or [f"{figures}."]


def as_table(spec: dict[str, Any]) -> str:
    """The figures of a chart as texts, folded away."""
    table = spec["usermeta"]["table"]
    markup = table_markup("The figures of the chart", table["columns"], table["rows"], table["numeric"])
    return f"<details><summary>The figures as a table</summary>{fragment(markup, 'table').data}</details>"


def as_code(code: str) -> str:
    """Lines of Python, folded away."""
    shown = f'<pre style="overflow-x:auto" tabindex="0">{escape(code)}</pre>'
    return f"<details><summary>The same in Python</summary>{shown}</details>"
