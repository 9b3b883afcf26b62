"""What each threshold of one label would do: precision, recall and work for people; and what it would cost."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd
from narwhals.typing import IntoFrame

from workbench.figures.frames import small_frame
from workbench.figures.numbers import axis_expression, format_interval, format_value
from workbench.figures.theme import SERIES, haloed, styled
from workbench.figures.theme import color as role_color

SHARES = {"precision": "precision", "recall": "recall", "to_people": "left to people"}
COST = {"cost_per_1000": "cost"}
# Hues that stay apart to colour-blind eyes, also beside each other.
_HUES = dict(zip((*SHARES, *COST), (SERIES[0], SERIES[3], SERIES[1], SERIES[0]), strict=True))
_HEIGHT = {True: 230, False: 150}


def threshold_chart(curve: IntoFrame, label: str, chosen: float | None = None) -> alt.LayerChart:
    """Precision, recall and share left to people at every threshold, with their intervals.

    Parameters
    ----------
    curve
        From `workbench.models.threshold_curve.threshold_curve`.
    label
        The label it is of.
    chosen
        The threshold to mark; without one, that which the costs ask for.

    Raises
    ------
    WorkbenchError
        If a column is missing.
    """
    subtitle = "Of what the model says alone, with 95 % intervals; dashed: where the costs ask for it"
    return _chart(curve, SHARES, f"What a threshold for {label} does", subtitle, "share", chosen)


def threshold_cost_chart(curve: IntoFrame, label: str, chosen: float | None = None) -> alt.LayerChart:
    """Cost of 1,000 posts at every threshold, with its interval; parameters as of `threshold_chart`."""
    subtitle = "Missed, false alarms and looks by people, at the costs of the settings"
    return _chart(curve, COST, f"Cost of 1,000 posts by the threshold for {label}", subtitle, "", chosen)


def _chart(
    curve: IntoFrame, names: dict[str, str], title: str, subtitle: str, unit: str, chosen: float | None
) -> alt.LayerChart:
    columns = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
    table = small_frame(curve, ["threshold", "is_asked_for", *columns])
    asked = float(table.loc[table["is_asked_for"], "threshold"].iloc[0])
    chosen = asked if chosen is None else chosen
    points = _points(table, names, unit)
    base = _base(points, unit)
    layers = [
        base.mark_area(opacity=0.14, strokeWidth=0).encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q")),
        base.mark_line(strokeWidth=2.2, strokeJoin="round"),
        *_marks(asked, chosen),
        *(_names(points) if len(names) > 1 else []),
    ]
    told = _told(table, names, unit, chosen)
    height = _HEIGHT[len(names) > 1]
    return styled(layers, title, subtitle, told, height, _data(table, names, unit))


def _points(table: pd.DataFrame, names: dict[str, str], unit: str) -> pd.DataFrame:
    """One row a figure and threshold."""
    parts = []
    for column, name in names.items():
        part = table[["threshold", column, f"{column}_low", f"{column}_high"]]
        parts.append(
            part.set_axis(["threshold", "value", "low", "high"], axis=1).assign(
                name=name, ink=_HUES[column][0]
            )
        )
    points = pd.concat(parts, ignore_index=True).dropna(subset="value")
    points["shown"] = [format_value(value, unit) for value in points["value"]]
    ends = zip(points["low"], points["high"], strict=True)
    return points.assign(between=[format_interval(low, high, unit) for low, high in ends])


def _base(points: pd.DataFrame, unit: str) -> alt.Chart:
    axis: dict[str, Any] = {"tickCount": 5, "domain": False, "ticks": False, "labelPadding": 8}
    of_shares: Any = axis_expression("share")
    of_unit: Any = axis_expression(unit) or alt.Undefined
    y = alt.Scale(domain=[0, 1]) if unit == "share" else alt.Scale(zero=True)
    return alt.Chart(points).encode(
        x=alt.X(
            "threshold:Q",
            title="Threshold: probability from which yes is cheaper than no",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(tickCount=5, grid=False, labelExpr=of_shares),
        ),
        y=alt.Y("value:Q", title=None, scale=y, axis=alt.Axis(**axis, labelExpr=of_unit)),
        color=alt.Color("ink:N", scale=None),
        detail="name:N",
        tooltip=[
            alt.Tooltip("name:N", title="Figure"),
            alt.Tooltip("threshold:Q", title="Threshold", format=".0%"),
            alt.Tooltip("shown:N", title="Value"),
            alt.Tooltip("between:N", title="Interval"),
        ],
    )


def _marks(asked: float, chosen: float) -> list[alt.Chart]:
    """The threshold that the costs ask for, and the one chosen."""
    rules = alt.Chart(pd.DataFrame({"threshold": [asked]})).encode(x=alt.X("threshold:Q"))
    here = alt.Chart(pd.DataFrame({"threshold": [chosen]})).encode(x=alt.X("threshold:Q"))
    return [
        rules.mark_rule(strokeDash=[4, 3], color=role_color("muted"), strokeWidth=1.4),
        here.mark_rule(color=role_color("ink"), strokeWidth=2),
    ]


def _names(points: pd.DataFrame) -> list[alt.Chart]:
    """Each name where its line is by itself: precision at its end, recall at its start, the work at its height."""
    at: list[Any] = []
    for name, line in points.groupby("name", sort=False):
        place = {SHARES["precision"]: len(line) - 1, SHARES["recall"]: len(line) // 12}.get(str(name))
        at.append(line.iloc[int(line["value"].to_numpy().argmax()) if place is None else place])
    spots = pd.DataFrame(at)
    spots["align"] = ["right" if place > 0.7 else "left" for place in spots["threshold"]]
    drawn = []
    for side, of_side in spots.groupby("align"):
        there = alt.Chart(of_side).encode(x=alt.X("threshold:Q"), y=alt.Y("value:Q"), text=alt.Text("name:N"))
        halo, text = haloed(there, align=side, dy=-11, dx=4 if side == "left" else -4, fontWeight=600)
        drawn += [halo, text.encode(color=alt.Color("ink:N", scale=None))]
    return drawn


def _told(table: pd.DataFrame, names: dict[str, str], unit: str, chosen: float) -> str:
    """For those who do not see the lines: where the mark stands, and what is read there."""
    nearest = table.iloc[(table["threshold"] - chosen).abs().to_numpy().argmin()]
    read = "; ".join(f"{name} {format_value(nearest[column], unit)}" for column, name in names.items())
    return f"Lines over thresholds from 0 to 1. At {format_value(chosen, 'share')}: {read}."


def _data(table: pd.DataFrame, names: dict[str, str], unit: str) -> dict[str, Any]:
    tenths = table[(table["threshold"] * 10).round(6) % 1 == 0]
    shown: Sequence[Any] = [
        [format_value(row["threshold"], "share"), *(format_value(row[name], unit) for name in names)]
        for _, row in tenths.iterrows()
    ]
    columns = ["Threshold", *(name.capitalize() for name in names.values())]
    return {"columns": columns, "numeric": [True] * len(columns), "rows": shown}
