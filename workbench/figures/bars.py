"""Brands side by side: one bar each, longest first, its figure at the end; ours in colour."""

from typing import Literal

import altair as alt
import pandas as pd
from narwhals.typing import IntoFrame

from workbench.errors import WorkbenchError
from workbench.figures.frames import chart_table, named, only, small_frame, with_optional
from workbench.figures.numbers import format_value
from workbench.figures.theme import FONT, haloed, series_colors, styled
from workbench.figures.theme import color as role_color
from workbench.figures.words import KINDS

_ROW = 34  # pixels


def bars(
    frame: IntoFrame,
    y: str = "brand",
    x: str = "value",
    *,
    title: str,
    subtitle: str | None = None,
    unit: str | None = None,
    own: str | None = None,
    target: float | None = None,
    description: str | None = None,
) -> alt.LayerChart:
    """Horizontal bars, sorted, from a zero line; with a whisker where the frame has ``low`` and ``high``.

    Parameters
    ----------
    frame
        One row a bar: a measure frame of one metric and one period.
    y
        Column that names the bars.
    x
        Column of the figure; a missing one says 'withheld'.
    title, subtitle, unit, own, target, description
        As in `workbench.figures.trend.trend`.

    Raises
    ------
    WorkbenchError
        A column is missing, or a bar has several figures.
    """
    table = small_frame(frame, [y, x])
    unit = only(table, "unit") if unit is None else unit
    rows = _rows(table, y, x, unit, own)
    base = _base(rows, target)
    zero = alt.Chart(pd.DataFrame({"value": [0]})).encode(x=alt.X("value:Q"))
    layers = [base.mark_bar(height=20), *_whiskers(base, rows)]
    layers += [zero.mark_rule(color=role_color("muted"), strokeWidth=1), *_target(target, unit)]
    layers += [_labels(base, "datum.end >= 0", "left", 7), _labels(base, "datum.end < 0", "right", -7)]
    return styled(
        layers,
        title,
        KINDS.get(only(table, "kind"), "") if subtitle is None else subtitle,
        description or _description(title, rows),
        _ROW * max(1, len(rows)),
        chart_table(rows, {"name": y, "value": title}, unit),
        padding={"left": 5, "right": 5 + _room(rows, rows["end"] >= 0), "top": 5, "bottom": 5},
    )


def _rows(table: pd.DataFrame, y: str, x: str, unit: str, own: str | None) -> pd.DataFrame:
    table = with_optional(table, low=None, high=None, posts=None, labels=None).assign(**{y: named(table[y])})
    if (twice := table.duplicated(y)).any():
        raise WorkbenchError(
            f"{table.loc[twice, y].iloc[0]} has several figures. Choose one metric and one period, for instance "
            "frame[frame['metric'] == …], or draw them over time: trend. A missing name counts as unknown."
        )
    kept = ["name", "value", "low", "high", "posts", "labels"]
    rows = table.rename(columns={x: "value", y: "name"})[kept]
    rows = rows.astype({"value": float, "low": float, "high": float, "name": str})
    rows = rows.sort_values("value", ascending=False, na_position="last", ignore_index=True)
    names = rows["name"].to_list()
    # A colour each would say that colour means something; where no bar is ours, all are alike.
    rows["fill"] = series_colors(names, own) if own in names else role_color("own")
    rows["weight"] = ["bold" if name == own else "normal" for name in names]
    rows["shown"] = [format_value(value, unit) for value in rows["value"]]
    far = rows["high"].where(rows["value"] >= 0, rows["low"])
    rows["end"] = far.fillna(rows["value"]).fillna(0.0)
    return rows


def _base(rows: pd.DataFrame, target: float | None) -> alt.Chart:
    known = [0.0, *rows["end"], *([target] if target is not None else [])]
    domain = [min(known), max(known)] if max(known) > min(known) else [0, 1]
    axis = alt.Axis(
        domain=False, ticks=False, labelPadding=10, labelColor=role_color("ink"), labelFontSize=13,
        offset=_room(rows, rows["end"] < 0),
    )  # fmt: skip
    return alt.Chart(rows).encode(
        y=alt.Y("name:N", title=None, sort=rows["name"].to_list(), axis=axis),
        x=alt.X("value:Q", title=None, axis=None, scale=alt.Scale(domain=domain, nice=False)),
        color=alt.Color("fill:N", scale=None),
        tooltip=[
            alt.Tooltip("name:N", title="Name"),
            alt.Tooltip("shown:N", title="Figure"),
            alt.Tooltip("posts:Q", title="Posts", format=","),
        ],
    )


def _room(rows: pd.DataFrame, side: pd.Series) -> int:
    """Pixels that the figures at the ends of the bars of one side need."""
    return 8 * max(rows.loc[side, "shown"].map(len), default=0)


def _whiskers(base: alt.Chart, rows: pd.DataFrame) -> list[alt.Chart]:
    if rows["low"].isna().all():
        return []
    ink = alt.value(role_color("ink"))
    return [base.mark_rule(strokeWidth=1.6).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), color=ink)]


def _labels(base: alt.Chart, where: str, align: Literal["left", "right"], dx: int) -> alt.Chart:
    text = base.transform_filter(where).mark_text(
        align=align, baseline="middle", dx=dx, font=FONT, fontSize=13, fontWeight=600
    )
    return text.encode(x=alt.X("end:Q"), text=alt.Text("shown:N"), color=alt.ColorValue(role_color("ink")))


def _target(target: float | None, unit: str) -> list[alt.Chart]:
    if target is None:
        return []
    wanted = pd.DataFrame({"value": [target], "label": [f"target {format_value(target, unit)}"]})
    base = alt.Chart(wanted).encode(x=alt.X("value:Q"))
    label = base.encode(y=alt.YValue(0), text=alt.Text("label:N"))
    rule = base.mark_rule(color=role_color("muted"), strokeDash=[5, 4], strokeWidth=1.2)
    return [rule, *haloed(label, align="center", dy=-8, color=role_color("muted"))]


def _description(title: str, rows: pd.DataFrame) -> str:
    named = "; ".join(f"{row.name} {row.shown}" for row in rows.head(8).itertuples(index=False))
    return f"Bar chart. {title}. {named or 'No values'}."
