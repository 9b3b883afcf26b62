"""Small frames of any kind, brought to pandas for drawing."""

from typing import Any

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from workbench.errors import WorkbenchError, did_you_mean
from workbench.figures.numbers import format_value


def named(groups: pd.Series) -> pd.Series:
    """Groups by their names; those of which a source said nothing are unknown.

    Examples
    --------
    >>> named(pd.Series(["London", None])).tolist()
    ['London', 'unknown']
    """
    return groups.astype(object).where(groups.notna(), "unknown").astype(str)


def small_frame(frame: IntoFrame, columns: list[str]) -> pd.DataFrame:
    """The frame as pandas, with a fresh index.

    Parameters
    ----------
    frame
        Any frame that Narwhals knows, small enough to draw: a measure frame, not posts.
    columns
        Columns it needs.

    Raises
    ------
    WorkbenchError
        If a column is missing.
    """
    native = nw.from_native(frame)
    eager = native.collect(backend="pandas") if isinstance(native, nw.LazyFrame) else native
    table = eager.to_pandas().reset_index(drop=True)
    for column in columns:
        if column not in table:
            raise WorkbenchError(
                f"the frame has no column '{column}'.{did_you_mean(column, table.columns)} "
                f"It has: {', '.join(map(str, table.columns))}."
            )
    return table


def only(table: pd.DataFrame, column: str) -> str:
    """The one value of a column; empty where the column is missing or has several.

    Examples
    --------
    >>> only(pd.DataFrame({"unit": ["share", "share"]}), "unit")
    'share'
    """
    values: list[Any] = table[column].dropna().unique().tolist() if column in table else []
    return str(values[0]) if len(values) == 1 else ""


def with_optional(table: pd.DataFrame, **defaults: Any) -> pd.DataFrame:
    """The table with columns that a measure frame has and another frame may lack."""
    missing = {name: default for name, default in defaults.items() if name not in table}
    return table.assign(**missing)


def chart_table(rows: pd.DataFrame, names: dict[str, str], unit: str) -> dict[str, Any]:
    """The data of a chart as texts, for those who read rather than look.

    Parameters
    ----------
    rows
        What is drawn: the columns of `names`, ``value``, and ``low``, ``high``, ``posts``, ``labels`` where known.
    names
        Title of each column, in order; a column without title is left out.
    unit
        Unit of the figures.
    """
    known = rows.dropna(subset="posts") if rows["posts"].notna().any() else rows
    columns = {title: known[name].astype(str) for name, title in names.items() if title and name != "value"}
    figures = {names["value"]: known["value"]}
    if known["low"].notna().any():
        figures |= {"From": known["low"], "To": known["high"]}
    texts = {
        title: known_values.map(lambda v: format_value(v, unit)) for title, known_values in figures.items()
    }
    for title in ("Posts", "Labels"):
        counted = known[title.lower()] if title.lower() in known else pd.Series(dtype=float)
        if counted.notna().any() and (title == "Posts" or counted.any()):
            texts[title] = counted.map(format_value)
    if "pooled" in known and known["pooled"].fillna("").any():
        columns["pooled over"] = known["pooled"].fillna("").astype(str)
    cells = pd.DataFrame({**{title.capitalize(): text for title, text in columns.items()}, **texts})
    return {
        "columns": cells.columns.to_list(),
        "numeric": [False] * len(columns) + [True] * len(texts),
        "rows": cells.to_numpy().tolist(),
    }
