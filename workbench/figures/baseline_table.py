"""Which figures of a period differ from what was usual, as a table."""

import math
from html import escape

import pandas as pd
from IPython.display import HTML
from narwhals.typing import IntoFrame

from workbench.figures.fragments import fragment, table_markup
from workbench.figures.frames import small_frame
from workbench.figures.numbers import format_interval, format_value
from workbench.figures.words import metric_label
from workbench.statistics.measure import is_count


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
    >>> judged({"value": 70.0, "low": 24.0, "high": 43.0, "unit": "mentions", "part": "new", "differs": True})
    'differs: higher'
    >>> judged({"value": 0.312, "low": 0.25, "high": 0.308, "unit": "share", "part": "new", "differs": True})
    'differs: just above'
    """
    if pd.isna(figure["value"]) or pd.isna(figure["low"]):
        return "withheld"
    if figure["part"] != "new":
        return f"{figure['part']}: not judged" if figure["part"] == "left out" else "part of the reference"
    if not figure["differs"]:
        return "as usual" if figure["low"] <= figure["value"] <= figure["high"] else "not told apart"
    return f"differs: {way_off(figure)}"


def way_off(figure: dict) -> str:
    """On which side of what is usual a figure lies, and whether the two read alike."""
    is_above = figure["value"] > figure["high"]
    bound = usual_ends(figure)[int(is_above)]
    if format_value(figure["value"], figure["unit"]) == format_value(bound, figure["unit"]):
        return "just above" if is_above else "just below"
    return "higher" if is_above else "lower"


def usual_ends(figure: dict) -> tuple[float, float]:
    """The ends of what is usual; of counts the lowest and highest whole number within.

    Examples
    --------
    >>> usual_ends({"low": 24.2, "high": 42.6, "unit": "mentions"})
    (25, 42)
    """
    low, high = figure["low"], figure["high"]
    if not is_count(figure["unit"]) or pd.isna(low) or math.ceil(low) > math.floor(high):
        return low, high
    return math.ceil(low), math.floor(high)


def _row(figure: dict) -> list[str]:
    said = escape(judged(figure))
    return [
        escape(metric_label(figure["metric"])),
        escape(format_value(figure["value"], figure["unit"])),
        escape(format_interval(*usual_ends(figure), figure["unit"])),
        f"<strong>{said}</strong>" if figure["differs"] else said,
        format_value(figure["periods"]),
    ]
