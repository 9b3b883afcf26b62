"""Several ways to one figure beside each other: a dot and its interval each, and the truth as a line."""

from collections.abc import Callable, Collection
from itertools import groupby
from typing import Any

import altair as alt
import pandas as pd
from narwhals.typing import IntoFrame

from workbench.figures.frames import chart_table, only, small_frame, with_optional
from workbench.figures.numbers import axis_expression, format_interval, format_value
from workbench.figures.theme import FONT, styled
from workbench.figures.theme import color as role_color

_ROW = 21  # pixels


def dots(
    frame: IntoFrame,
    group: str = "brand",
    way: str = "way",
    *,
    title: str,
    subtitle: str = "",
    unit: str | None = None,
    emphasised: Collection[str] = (),
    description: str | None = None,
) -> alt.LayerChart:
    """A dot for each group and way, with a whisker where the frame has ``low`` and ``high``.

    Parameters
    ----------
    frame
        One row a group and way, in the order to be drawn; with ``truth`` a line through the rows of its
        group.
    group, way
        Columns that name the groups, and the ways within each.
    title, subtitle
        What the chart says, and how to read it.
    unit
        Unit of the figure; without it, the frame's own.
    emphasised
        Ways to be drawn in colour; all others are grey.
    description
        For those who do not see the chart; without it, the title and the emphasised figures.

    Raises
    ------
    WorkbenchError
        If a column is missing.
    """
    table = small_frame(frame, [group, way, "value"])
    unit = only(table, "unit") if unit is None else unit
    rows = _rows(table, group, way, unit, emphasised)
    places = _places(rows)
    base, x = _base(places), _x(rows, unit)
    layers = [
        _headings(base),
        base.mark_rule(strokeWidth=2).encode(x=x("low"), x2=alt.X2("high:Q")),
        base.mark_point(filled=True, size=52, opacity=1).encode(x=x("value")),
        *_truth(base, places, x("truth")),
    ]
    names = {"group": group, "way": way, "value": title}
    return styled(
        layers,
        title,
        subtitle,
        description or _description(title, rows, unit),
        _ROW * max(1, len(places)),
        _table(rows, names, unit),
    )


def _rows(table: pd.DataFrame, group: str, way: str, unit: str, emphasised: Collection[str]) -> pd.DataFrame:
    table = with_optional(table, low=None, high=None, truth=None, posts=None, labels=None)
    kept = ["group", "way", "value", "low", "high", "truth", "posts", "labels"]
    rows = table.rename(columns={group: "group", way: "way"})[kept]
    rows = rows.astype(
        {"group": str, "way": str, "value": float, "low": float, "high": float, "truth": float}
    )
    is_emphasised = rows["way"].isin(list(emphasised))
    rows["ink"] = is_emphasised.map({True: role_color("own"), False: role_color("rival")})
    rows["is_emphasised"] = is_emphasised
    rows["shown"] = [format_value(value, unit) for value in rows["value"]]
    ends = zip(rows["low"], rows["high"], strict=True)
    rows["between"] = [format_interval(low, high, unit) for low, high in ends]
    return rows


def _places(rows: pd.DataFrame) -> pd.DataFrame:
    """A line of its own for the name of each group, above those of its ways."""
    lines: list[dict[Any, Any]] = []
    for name, members in groupby(rows.to_dict("records"), key=lambda row: row["group"]):
        lines.append({"group": name, "place": f"{name}\t", "heading": name})
        lines += [row | {"place": f"{name}\t{row['way']}", "heading": ""} for row in members]
    columns = [*rows.columns, "place", "heading"]
    return pd.DataFrame(lines, columns=columns)


def _x(rows: pd.DataFrame, unit: str) -> Callable[[str], alt.X]:
    """The horizontal place of each column, all on one scale."""
    expression: Any = axis_expression(unit) or alt.Undefined
    known = pd.concat([rows[name] for name in ("value", "low", "high", "truth")]).dropna()
    low, high = min([0.0, *known]), max([0.0, *known])
    scale = alt.Scale(domain=[low, high + 0.02 * (high - low)], nice=False)
    axis = alt.Axis(
        tickCount=5,
        labelOverlap="greedy",
        labelSeparation=10,
        domain=False,
        ticks=False,
        labelPadding=8,
        orient="top",
        labelExpr=expression,
    )
    return lambda name: alt.X(f"{name}:Q", title=None, axis=axis, scale=scale)


def _base(places: pd.DataFrame) -> alt.Chart:
    ways = alt.Axis(
        domain=False, ticks=False, labelPadding=10, labelColor=role_color("ink"), labelFontSize=12,
        labelExpr="split(datum.value, '\\t')[1]",
    )  # fmt: skip
    return alt.Chart(places).encode(
        y=alt.Y("place:N", title=None, sort=places["place"].to_list(), axis=ways),
        color=alt.Color("ink:N", scale=None),
        tooltip=[
            alt.Tooltip("group:N", title="Name"),
            alt.Tooltip("way:N", title="Way"),
            alt.Tooltip("shown:N", title="Figure"),
            alt.Tooltip("between:N", title="Interval"),
            alt.Tooltip("labels:Q", title="Labels", format=","),
        ],
    )


def _headings(base: alt.Chart) -> alt.Chart:
    text = base.transform_filter("datum.heading != ''").mark_text(
        align="left", baseline="middle", font=FONT, fontSize=13, fontWeight=600, dx=2
    )
    return text.encode(x=alt.XValue(0), text=alt.Text("heading:N"), color=alt.ColorValue(role_color("ink")))


def _truth(base: alt.Chart, places: pd.DataFrame, x: alt.X) -> list[alt.Chart]:
    """The truth as a tick in each row of its group, so that they join into a line."""
    if places["truth"].isna().all():
        return []
    ticks = base.mark_tick(orient="vertical", thickness=2, size=_ROW, opacity=1)
    return [ticks.encode(x=x, color=alt.ColorValue(role_color("negative")))]


def _table(rows: pd.DataFrame, names: dict[str, str], unit: str) -> dict[str, Any]:
    table = chart_table(rows, names, unit)
    if rows["truth"].isna().all():
        return table
    truth = [format_value(value, unit) for value in rows["truth"]]
    return {
        "columns": [*table["columns"], "Truth"],
        "numeric": [*table["numeric"], True],
        "rows": [[*row, text] for row, text in zip(table["rows"], truth, strict=True)],
    }


def _description(title: str, rows: pd.DataFrame, unit: str) -> str:
    told = rows[rows["is_emphasised"]] if rows["is_emphasised"].any() else rows
    columns = (told[name].head(8) for name in ("group", "shown", "between", "truth"))
    named = [
        f"{group} {shown}"
        + (f" ({between})" if between else "")
        + ("" if pd.isna(truth) else f", truth {format_value(truth, unit)}")
        for group, shown, between, truth in zip(*columns, strict=True)
    ]
    return f"Dots with intervals. {title}. {'; '.join(named) or 'No values'}."
