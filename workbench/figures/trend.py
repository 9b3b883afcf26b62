"""A figure over time: one line a series, named at its end; ours in colour, rivals grey."""

from typing import Any

import altair as alt
import pandas as pd
from narwhals.typing import IntoFrame

from workbench.figures.frames import chart_table, only, small_frame, with_optional
from workbench.figures.numbers import axis_expression, format_value
from workbench.figures.periods import every_period
from workbench.figures.theme import color as role_color
from workbench.figures.theme import haloed, series_colors, styled
from workbench.figures.words import KINDS

HEIGHT = 320
_LABEL_PITCH = 16  # pixels between two names at the ends of lines


def trend(
    frame: IntoFrame,
    x: str = "week",
    y: str = "value",
    color: str | None = "brand",
    *,
    title: str,
    subtitle: str | None = None,
    unit: str | None = None,
    own: str | None = None,
    target: float | None = None,
    description: str | None = None,
) -> alt.LayerChart:
    """Lines over time, with the band of their interval where the frame has ``low`` and ``high``.

    A period without value breaks its line, a preliminary value is a hollow point, and zero is always
    on the axis.

    Parameters
    ----------
    frame
        One row a period and series: a measure frame of one metric.
    x
        Column of periods (ISO days, weeks or months).
    y
        Column of the figure.
    color
        Column of the series; None for a single one.
    title
        What the chart says.
    subtitle
        How to read it; without it, what kind of figure it is.
    unit
        Unit of the figure; without it, the frame's own.
    own
        The series to emphasise.
    target
        A value to reach, drawn as a dashed line.
    description
        For those who do not see the chart; without it, the title and the last values.

    Raises
    ------
    WorkbenchError
        If a column is missing.
    """
    table = small_frame(frame, [x, y, *([color] if color else [])])
    unit = only(table, "unit") if unit is None else unit
    points = _points(table, x, y, color, unit, own)
    low, high = _domain(points, target)
    ends = _ends(points, (high - low) / HEIGHT * _LABEL_PITCH)
    lines = _lines(points, x, (low, high), unit)
    layers = [
        *_bands(lines, points),
        *_rules(low),
        *_drawn(lines),
        *_names(lines, ends),
        *_target(target, unit),
    ]
    longest = max((len(name) for name in ends["series"]), default=0)
    return styled(
        layers,
        title,
        KINDS.get(only(table, "kind"), "") if subtitle is None else subtitle,
        description or _description(title, ends),
        HEIGHT,
        chart_table(points, {"series": color or "", "period": x, "value": title}, unit),
        padding={"left": 5, "right": max(5, 7 * longest - 20), "top": 5, "bottom": 5},
    )


def _points(
    table: pd.DataFrame, x: str, y: str, color: str | None, unit: str, own: str | None
) -> pd.DataFrame:
    """One row for each series and period, with how it is drawn."""
    table = with_optional(table, low=None, high=None, posts=None, vintage="final")
    table = table.assign(series=table[color].astype(str) if color else "", period=table[x].astype(str))
    names = sorted(table["series"].unique(), key=lambda name: (name == own, name))
    every = pd.MultiIndex.from_product([names, every_period(table["period"])], names=["series", "period"])
    points = (
        table.rename(columns={y: "value"})[["series", "period", "value", "low", "high", "posts", "vintage"]]
        .set_index(["series", "period"])
        .reindex(every)
        .reset_index()
    )
    stroke = dict(zip(names, series_colors(names, own), strict=True))
    points["stroke"] = points["series"].map(stroke)
    points["fill"] = points["stroke"].where(points["vintage"] != "preliminary", role_color("paper"))
    # The grey of a rival's line is too pale for its name.
    points["ink"] = points["stroke"].replace(role_color("rival"), role_color("muted"))
    points["width"] = points["series"].map(lambda name: 3 if name == own or len(names) == 1 else 1.8)
    points["shown"] = [format_value(value, unit) for value in points["value"]]
    return points


def _domain(points: pd.DataFrame, target: float | None) -> tuple[float, float]:
    values = pd.concat([points[name].astype(float) for name in ("value", "low", "high")])
    known = [0.0, *values.dropna(), *([target] if target is not None else [])]
    low, high = min(known), max(known)
    room = 0.06 * ((high - low) or 1)
    return (low - room if low < 0 else 0.0), (high + room if high > 0 or low == 0 else 0.0)


def _ends(points: pd.DataFrame, pitch: float) -> pd.DataFrame:
    """Last known point of each series, with a height for its name such that names do not overlap."""
    ends = points.dropna(subset="value").groupby("series", sort=False).tail(1).sort_values("value").copy()
    heights: list[float] = []
    for value in ends["value"]:
        heights.append(max(value, heights[-1] + pitch) if heights else value)
    # Names pushed upwards only would all stand above their lines: share the shift.
    shift = (sum(heights) - ends["value"].sum()) / len(ends) if len(ends) else 0
    ends["height"] = [height - shift for height in heights]
    return ends


def _lines(points: pd.DataFrame, x: str, domain: tuple[float, float], unit: str) -> alt.Chart:
    expression: Any = axis_expression(unit) or alt.Undefined
    return alt.Chart(points).encode(
        x=alt.X(
            "period:O",
            title=None,
            sort=points["period"].unique().tolist(),
            axis=alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=12, grid=False, tickSize=4),
            scale=alt.Scale(paddingOuter=0.2, type="point"),
        ),
        y=alt.Y(
            "value:Q",
            title=None,
            scale=alt.Scale(domain=list(domain), nice=False),
            axis=alt.Axis(tickCount=5, domain=False, ticks=False, labelPadding=8, labelExpr=expression),
        ),
        detail="series:N",
        stroke=alt.Stroke("stroke:N", scale=None),
        tooltip=[
            alt.Tooltip("series:N", title="Series"),
            alt.Tooltip("period:O", title=x.capitalize()),
            alt.Tooltip("shown:N", title="Figure"),
            alt.Tooltip("posts:Q", title="Posts", format=","),
        ],
    )


def _bands(lines: alt.Chart, points: pd.DataFrame) -> list[alt.Chart]:
    if points["low"].isna().all():
        return []
    fill = alt.Fill("stroke:N", scale=None)
    band = lines.mark_area(opacity=0.16, strokeWidth=0)
    return [band.encode(y=alt.Y("low:Q"), y2="high:Q", fill=fill)]


def _drawn(lines: alt.Chart) -> list[alt.Chart]:
    """The lines, and a point on each value."""
    width = alt.StrokeWidth("width:Q", scale=None)
    fill = alt.Fill("fill:N", scale=None)
    return [
        lines.mark_line(strokeJoin="round", strokeCap="round").encode(strokeWidth=width),
        lines.mark_point(size=26, strokeWidth=1.8, opacity=1).encode(fill=fill),
    ]


def _rules(low: float) -> list[alt.Chart]:
    zero = alt.Chart(pd.DataFrame({"value": [0]})).encode(y="value:Q")
    return [zero.mark_rule(color=role_color("muted"), strokeWidth=1)] if low < 0 else []


def _target(target: float | None, unit: str) -> list[alt.Chart]:
    if target is None:
        return []
    wanted = pd.DataFrame({"value": [target], "label": [f"target {format_value(target, unit)}"]})
    base = alt.Chart(wanted).encode(y="value:Q")
    label = base.encode(x=alt.value(0), text="label:N")
    rule = base.mark_rule(color=role_color("muted"), strokeDash=[5, 4], strokeWidth=1.2)
    return [rule, *haloed(label, dy=-9, dx=4, color=role_color("muted"))]


def _names(lines: alt.Chart, ends: pd.DataFrame) -> list[alt.Chart]:
    at_ends = alt.Chart(ends).encode(x=lines.encoding.x, y="height:Q", text="series:N")
    halo, name = haloed(at_ends, dx=9, fontWeight=600)
    return [halo, name.encode(color=alt.Color("ink:N", scale=None))]


def _description(title: str, ends: pd.DataFrame) -> str:
    last = [
        f"{series or 'the figure'} {shown} in {period}"
        for series, shown, period in ends[["series", "shown", "period"]][::-1].to_numpy()
    ]
    return (
        f"Line chart. {title}. Last values: {'; '.join(last[:8])}."
        if last
        else f"Line chart. {title}. No values."
    )
