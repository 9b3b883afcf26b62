"""A figure beside what was usual: its line, the band of the reference, the events, and what differs."""

from typing import Any

import altair as alt
import pandas as pd
from narwhals.typing import IntoFrame

from workbench.figures.frames import chart_table, only, small_frame
from workbench.figures.numbers import axis_expression, format_value
from workbench.figures.periods import every_period
from workbench.figures.theme import WIDTH, color, haloed, styled
from workbench.figures.words import metric_label

HEIGHT = 320
_EVENT_ROWS = 3
_COLUMNS = ["period", "part", "event", "value", "expected", "low", "high", "differs"]
_DRAWN = [*_COLUMNS, "posts", "says", "shown", "usual", "dot"]
_MOST_DOTS = 60  # of more periods a dot each would hide the line
_SUBTITLE = "Band: where 95 of 100 ordinary periods lie, by the reference. Grey: events. Diamonds differ"


def baseline_chart(
    frame: IntoFrame,
    *,
    title: str = "",
    subtitle: str = _SUBTITLE,
    unit: str | None = None,
    description: str | None = None,
) -> alt.LayerChart:
    """One figure of one group over time, with the band of its prediction interval and the events.

    Parameters
    ----------
    frame
        What `workbench.baseline` tells of one metric and group.
    title
        What the chart says; without it, the metric.
    subtitle
        How to read it.
    unit
        Unit of the figure; without it, the frame's own.
    description
        For those who do not see the chart; without it, the title and the periods that differ.

    Raises
    ------
    WorkbenchError
        If a column is missing.
    """
    table = small_frame(frame, _COLUMNS)
    unit = only(table, "unit") if unit is None else unit
    title = title or f"{metric_label(only(table, 'metric'))} beside its baseline"
    points = _points(table, unit)
    base = _base(points, unit)
    layers = [*_events(base, points), *_bands(base), *_reference_end(base, points), *_line(base, points)]
    shown = points.rename(columns={"event": "events"})
    names = {"period": "period", "events": "event", "says": "judged", "value": title}
    return styled(
        layers, title, subtitle, description or _description(title, points), HEIGHT, chart_table(shown, names, unit)
    )  # fmt: skip


def _points(table: pd.DataFrame, unit: str) -> pd.DataFrame:
    """One row a period, also for those without figure."""
    table = table.drop_duplicates("period").set_index(table["period"].astype(str))
    points = (
        table.reindex(every_period(table.index)).drop(columns="period").rename_axis("period").reset_index()
    )
    points["differs"] = points["differs"].fillna(False).astype(bool)
    points["event"] = points["event"].fillna("")
    points["posts"] = points.get("posts")
    words = {"reference": "reference", "left out": "left out", "new": "as usual"}
    points["says"] = points["part"].map(words).fillna("").where(~points["differs"], "differs")
    points["shown"] = [format_value(value, unit) for value in points["value"]]
    points["usual"] = [
        f"{format_value(low, unit)} to {format_value(high, unit)}"
        for low, high in zip(points["low"], points["high"], strict=True)
    ]
    known = points["value"].notna()
    is_alone = known & ~known.shift(fill_value=False) & ~known.shift(-1, fill_value=False)
    points["dot"] = (is_alone | (len(points) <= _MOST_DOTS)).astype(int)
    points[["expected", "low", "high"]] = points[["expected", "low", "high"]].astype(float).round(6)
    # The chart carries its data: what is not drawn would make a report of many days too large.
    return points[_DRAWN]


def _base(points: pd.DataFrame, unit: str) -> alt.Chart:
    known = pd.concat([points[name].astype(float) for name in ("value", "low", "high")]).dropna()
    low, high = min([0.0, *known]), max([0.0, *known])
    room = 0.08 * ((high - low) or 1)
    expression: Any = axis_expression(unit) or alt.Undefined
    return alt.Chart(points).encode(
        x=alt.X(
            "period:O",
            title=None,
            axis=alt.Axis(
                labelAngle=0,
                labelOverlap="greedy",
                labelSeparation=12,
                grid=False,
                tickSize=4,
                ticks=len(points) <= _MOST_DOTS,
            ),
            scale=alt.Scale(paddingOuter=0.4, type="point"),
        ),
        y=alt.Y(
            "value:Q",
            title=None,
            scale=alt.Scale(domain=[low - room if low < 0 else 0.0, high + room], nice=False),
            axis=alt.Axis(tickCount=5, domain=False, ticks=False, labelPadding=8, labelExpr=expression),
        ),
        tooltip=[
            alt.Tooltip("period:O", title="Period"),
            alt.Tooltip("shown:N", title="Figure"),
            alt.Tooltip("usual:N", title="Usual"),
            alt.Tooltip("says:N", title="Judged"),
            alt.Tooltip("event:N", title="Event"),
        ],
    )


def _events(base: alt.Chart, points: pd.DataFrame) -> list[alt.Chart]:
    """A grey stripe over each period of an event, named where it begins."""
    marked = points[points["event"] != ""]
    if marked.empty:
        return []
    stripe = alt.Chart(marked).encode(x=base.encoding.x)
    begins = marked[(marked["event"] != marked["event"].shift()) | (marked.index.to_series().diff() > 1)]
    # Of neighbours the names stand one below the other, or they could not be read on a phone.
    rows = [
        alt.Chart(begins.iloc[place::_EVENT_ROWS]).encode(
            x=base.encoding.x, y=alt.YValue(10 + 14 * place), text=alt.Text("event:N")
        )
        for place in range(min(_EVENT_ROWS, len(begins)))
    ]
    width = max(3.0, 0.9 * WIDTH / (len(points) + 1))
    return [
        stripe.mark_rule(color=color("grid"), strokeWidth=width, strokeCap="butt"),
        *(layer for row in rows for layer in haloed(row, align="center", color=color("muted"))),
    ]


def _bands(base: alt.Chart) -> list[alt.Chart]:
    return [
        base.mark_area(opacity=0.16, strokeWidth=0, color=color("own")).encode(
            y=alt.Y("low:Q"), y2=alt.Y2("high:Q")
        ),
        base.mark_line(color=color("muted"), strokeWidth=1.2, strokeDash=[5, 4]).encode(
            y=alt.Y("expected:Q")
        ),
    ]


def _reference_end(base: alt.Chart, points: pd.DataFrame) -> list[alt.Chart]:
    """A rule after which periods are judged."""
    new = points[points["part"] == "new"].head(1).assign(words="judged from here")
    if new.empty:
        return []
    start = alt.Chart(new).encode(x=base.encoding.x)
    words = start.encode(y=alt.YValue(HEIGHT - 10), text=alt.Text("words:N"))
    return [
        start.mark_rule(color=color("muted"), strokeDash=[2, 3]),
        *haloed(words, dx=6, color=color("muted")),
    ]


def _line(base: alt.Chart, points: pd.DataFrame) -> list[alt.Chart]:
    """The figure; what differs is a full and larger point, not a colour alone."""
    line = [
        base.mark_line(color=color("own"), strokeWidth=2, strokeJoin="round"),
        base.mark_point(size=26, strokeWidth=1.6, stroke=color("own"), fill=color("paper")).encode(
            opacity=alt.Opacity("dot:Q", scale=None, legend=None)
        ),
    ]
    if not points["differs"].any():
        return line  # an empty layer would be a picture without a name
    return [
        *line,
        base.transform_filter("datum.differs").mark_point(
            size=110, opacity=1, shape="diamond", stroke=color("paper"), fill=color("negative")
        ),
    ]


def _description(title: str, points: pd.DataFrame) -> str:
    differs = points.loc[points["differs"], "period"].tolist()
    judged = int((points["part"] == "new").sum())
    told = f"{len(differs)} differ: {', '.join(differs)}" if differs else "none differs"
    return f"{title}. Of {judged} periods judged against the reference, {told}."
