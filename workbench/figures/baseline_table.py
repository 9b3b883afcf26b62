"""Which figures of a period differ from what was usual, as a table."""

from html import escape

import pandas as pd
from IPython.display import HTML
from narwhals.typing import IntoFrame

from workbench.figures.fragments import fragment, table_markup
from workbench.figures.frames import small_frame
from workbench.figures.numbers import format_interval, format_value
from workbench.figures.words import metric_label


def differs_table(frame: IntoFrame, period: str, *, caption: str = "Beside the baseline") -> HTML:
    """One row a figure of a period: the figure, what is usual, and whether it differs; what differs comes first.

    Parameters
    ----------
    frame
        What `workbench.baseline` tells.
    period
        Label of the period.
    caption
        What the table shows.

    Raises
    ------
    WorkbenchError
        If a column is missing.
    """
    table = small_frame(
        frame, ["metric", "period", "part", "value", "low", "high", "unit", "differs", "periods"]
    )
    table = table[table["period"] == period].sort_values("differs", ascending=False, kind="stable")
    rows = [_row(figure) for figure in table.to_dict("records")]
    columns = ["Figure", "Value", "Usually", "Judged", "Reference periods"]
    numeric = [False, True, True, False, True]
    return fragment(table_markup(caption, columns, rows, numeric, is_markup=True), "table")


def judged(figure: dict) -> str:
    """What is said of one figure, in a few words.

    Examples
    --------
    >>> judged({"value": 70.0, "low": 24.0, "high": 43.0, "part": "new", "differs": True})
    'differs: higher'
    """
    if pd.isna(figure["value"]) or pd.isna(figure["low"]):
        return "withheld"
    if figure["part"] != "new":
        return f"{figure['part']}: not judged" if figure["part"] == "left out" else "part of the reference"
    if not figure["differs"]:
        return "as usual" if figure["low"] <= figure["value"] <= figure["high"] else "not told apart"
    return "differs: higher" if figure["value"] > figure["high"] else "differs: lower"


def _row(figure: dict) -> list[str]:
    said = escape(judged(figure))
    return [
        escape(metric_label(figure["metric"])),
        escape(format_value(figure["value"], figure["unit"])),
        escape(format_interval(figure["low"], figure["high"], figure["unit"])),
        f"<strong>{said}</strong>" if figure["differs"] else said,
        format_value(figure["periods"]),
    ]
