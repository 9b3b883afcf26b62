"""A figure over time: one line a series, named at its end; ours in colour, rivals grey.

What people corrected is a full line with the band of its interval, a signal a thin dashed one.
"""

from typing import Any

import altair as alt
import pandas as pd
from narwhals.typing import IntoFrame

from workbench.errors import WorkbenchError
from workbench.figures.frames import chart_table, named, only, small_frame, with_optional
from workbench.figures.numbers import axis_expression, format_interval, format_value
from workbench.figures.periods import every_period
from workbench.figures.theme import color as role_color
from workbench.figures.theme import haloed, series_colors, styled
from workbench.figures.words import BOTH_KINDS, KINDS, pooled_window

HEIGHT = 320
_KEPT = ["low", "high", "posts", "labels", "vintage", "pooled"]
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
    on the axis. Of a frame with estimates and signals, each series has a line for either; what stands in
    it twice, a signal where there are no labels yet, is drawn once.

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
        A column is missing, or a line has two figures for one period.
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
        *_drawn(lines, points),
        *_names(lines, ends),
        *_target(target, unit),
    ]
    longest = max((len(name) for name in ends["series"]), default=0)
    return styled(
        layers,
        title,
        _said(table, points, x) if subtitle is None else subtitle,
        description or _description(title, ends),
        HEIGHT,
        chart_table(points, {"series": color or "", "period": x, "value": title}, unit),
        padding={"left": 5, "right": max(5, 7 * longest - 20), "top": 5, "bottom": 5},
    )


def _said(table: pd.DataFrame, points: pd.DataFrame, period: str) -> str:
    """How to read the lines: what kind of figure they are, whose interval is drawn, and that a change may lag."""
    kinds = set(table["kind"].dropna()) if "kind" in table else set()
    told = BOTH_KINDS if kinds == {"estimate", "signal"} else KINDS.get(only(table, "kind"), "")
    own = points.loc[points["is_own"], "name"].unique()
    if not points["low"].isna().all() and len(own) and points["name"].nunique() > 1:
        told += f".\nBand: {own[0]}; the others' intervals are in the data"
    if points["pooled"].any():
        told += f".\nA {period} with few labels is pooled with those before it, so that a change shows late"
    return told


def _points(
    table: pd.DataFrame, x: str, y: str, color: str | None, unit: str, own: str | None
) -> pd.DataFrame:
    """One row for each series and period, with how it is drawn."""
    table = with_optional(
        table, low=None, high=None, posts=None, labels=None, vintage="final", kind="", method=""
    )
    table["pooled"] = [pooled_window(str(method)) for method in table["method"]]
    table = table.assign(name=named(table[color]) if color else "", period=table[x].astype(str))
    is_signal = table["kind"] == "signal"
    table["series"] = table["name"]
    if not is_signal.all():
        table["series"] = table["name"].where(~is_signal, table["name"] + " (signal)")
    table["is_signal"] = is_signal
    table = table.drop_duplicates(["series", "period", y])
    if (twice := table.duplicated(["series", "period"])).any():
        row = table[twice].iloc[0]
        raise WorkbenchError(
            f"{row['series'] or 'the line'} has several figures for {row['period']}. Give each its own line, or choose "
            "one, for instance one brand."
        )
    names = sorted(table["name"].unique(), key=lambda name: (name == own, name))
    drawn = table.drop_duplicates("series").set_index("series")[["name", "is_signal"]]
    drawn = drawn.iloc[[*drawn["name"].map(names.index).argsort(kind="stable")]]
    every = pd.MultiIndex.from_product(
        [drawn.index, every_period(table["period"])], names=["series", "period"]
    )
    points = (
        table.rename(columns={y: "value"})[["series", "period", "value", *_KEPT]]
        .set_index(["series", "period"])
        .reindex(every)
        .reset_index()
        .join(drawn, on="series")
    )
    stroke = dict(zip(names, series_colors(names, own), strict=True))
    points["stroke"] = points["name"].map(stroke)
    points["fill"] = points["stroke"].where(points["vintage"] != "preliminary", role_color("paper"))
    # The grey of a rival's line is too pale for its name.
    points["ink"] = points["stroke"].replace(role_color("rival"), role_color("muted"))
    points["is_own"] = points["name"].map(lambda name: name == own or len(names) == 1)
    points["width"] = [
        (2 if is_own else 1.2) if is_signal else (3 if is_own else 1.8)
        for is_own, is_signal in zip(points["is_own"], points["is_signal"], strict=True)
    ]
    points["shown"] = [format_value(value, unit) for value in points["value"]]
    ends = zip(points["low"].astype(float), points["high"].astype(float), strict=True)
    points["between"] = [format_interval(low, high, unit) for low, high in ends]
    return points


def _domain(points: pd.DataFrame, target: float | None) -> tuple[float, float]:
    banded = points[points["is_own"]] if points["is_own"].any() else points
    values = pd.concat(
        [points["value"].astype(float), banded["low"].astype(float), banded["high"].astype(float)]
    )
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
            *([alt.Tooltip("between:N", title="Interval")] if points["between"].any() else []),
            alt.Tooltip("posts:Q", title="Posts", format=","),
            *([alt.Tooltip("labels:Q", title="Labels", format=",")] if points["labels"].any() else []),
            *([alt.Tooltip("pooled:N", title="Pooled over")] if points["pooled"].any() else []),
        ],
    )


def _bands(lines: alt.Chart, points: pd.DataFrame) -> list[alt.Chart]:
    """The interval of the series emphasised, else of each: six bands upon each other show nothing."""
    if points["low"].isna().all():
        return []
    banded = lines.transform_filter("datum.is_own") if points["is_own"].any() else lines
    fill = alt.Fill("stroke:N", scale=None)
    band = banded.mark_area(opacity=0.16, strokeWidth=0)
    return [band.encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q"), fill=fill)]


def _drawn(lines: alt.Chart, points: pd.DataFrame) -> list[alt.Chart]:
    """The lines, and a point on each value; signals thin and dashed."""
    width = alt.StrokeWidth("width:Q", scale=None)
    fill = alt.Fill("fill:N", scale=None)
    signals = lines.transform_filter("datum.is_signal")
    others = lines.transform_filter("!datum.is_signal")
    thin = [
        signals.mark_line(strokeDash=[5, 3]).encode(strokeWidth=width),
        signals.mark_point(size=12, strokeWidth=1.2, opacity=1).encode(fill=fill),
    ]
    full = [
        others.mark_line(strokeJoin="round", strokeCap="round").encode(strokeWidth=width),
        others.mark_point(size=26, strokeWidth=1.8, opacity=1).encode(fill=fill),
    ]
    # A layer without marks would be a picture without a name to a screen reader.
    return [*(thin if points["is_signal"].any() else []), *(full if not points["is_signal"].all() else [])]


def _rules(low: float) -> list[alt.Chart]:
    zero = alt.Chart(pd.DataFrame({"value": [0]})).encode(y=alt.Y("value:Q"))
    return [zero.mark_rule(color=role_color("muted"), strokeWidth=1)] if low < 0 else []


def _target(target: float | None, unit: str) -> list[alt.Chart]:
    if target is None:
        return []
    wanted = pd.DataFrame({"value": [target], "label": [f"target {format_value(target, unit)}"]})
    base = alt.Chart(wanted).encode(y=alt.Y("value:Q"))
    label = base.encode(x=alt.XValue(0), text=alt.Text("label:N"))
    rule = base.mark_rule(color=role_color("muted"), strokeDash=[5, 4], strokeWidth=1.2)
    return [rule, *haloed(label, dy=-9, dx=4, color=role_color("muted"))]


def _names(lines: alt.Chart, ends: pd.DataFrame) -> list[alt.Chart]:
    at_ends = alt.Chart(ends).encode(x=lines.encoding.x, y=alt.Y("height:Q"), text=alt.Text("series:N"))
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
