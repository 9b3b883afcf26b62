"""Brands side by side: many measures in one table, or one measure with its intervals and possible ranks."""

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

import pandas as pd
from IPython.display import HTML
from narwhals.typing import IntoFrame

from workbench.figures.fragments import fragment, table_markup
from workbench.figures.frames import only, small_frame, with_optional
from workbench.figures.numbers import INDEXES, format_count, format_interval, format_value
from workbench.figures.words import has_few_labels, kind_words, metric_label

_SMALL = 36  # pixels; with more, seven measures do not fit beside each other
_LARGE = 140


class Scale(NamedTuple):
    """What both ends of a small drawing stand for, and its width in pixels."""

    low: float
    high: float
    width: int

    def at(self, value: float) -> float:
        """Place of a value, in pixels."""
        return (value - self.low) / ((self.high - self.low) or 1) * self.width


def brand_table(
    measures: IntoFrame,
    *,
    own: str | None = None,
    caption: str = "Brands side by side",
    labels: Mapping[str, str] | None = None,
) -> HTML:
    """Brands × measures, each figure with a small drawing and its interval, ours first and in bold.

    Parameters
    ----------
    measures
        A measure frame by brand, of one period; several measures one beneath the other.
    own
        The brand to emphasise.
    caption
        What the table shows.
    labels
        Names of metrics; without one, made from the metric's name.

    Raises
    ------
    WorkbenchError
        If a column of the measure frame is missing.
    """
    table = small_frame(measures, ["brand", "metric", "value", "unit", "kind"])
    table = with_optional(table, low=None, high=None, labels=None)
    metrics = table["metric"].unique().tolist()
    figures = {(row["brand"], row["metric"]): row for row in table[::-1].to_dict("records")}
    scales = {metric: _scale(table[table["metric"] == metric], _SMALL) for metric in metrics}
    columns = ["Brand", *(_heading(table, metric, labels or {}) for metric in metrics)]
    rows = [
        [
            _name(brand, own),
            *(_cell(figures.get((brand, metric)), scales[metric], table, metric) for metric in metrics),
        ]
        for brand in _ours_first(table, own)
    ]
    numeric = [False] + [True] * len(metrics)
    return fragment(table_markup(caption, columns, rows, numeric, is_markup=True), "table")


def ranks_table(frame: IntoFrame, *, own: str | None = None, caption: str = "Possible ranks") -> HTML:
    """Brands by one figure, with its interval drawn, the ranks it may have, and what it rests on.

    Parameters
    ----------
    frame
        Measure frame of one metric and one period by brand, with ``rank_low`` and ``rank_high`` (missing
        where the figure has no interval), in the order to be shown.
    own
        The brand to emphasise.
    caption
        What the table shows.

    Raises
    ------
    WorkbenchError
        If a column is missing.
    """
    table = small_frame(frame, ["brand", "value", "unit", "kind", "rank_low", "rank_high"])
    table = with_optional(table, low=None, high=None, labels=None, posts=None, vintage="final", status="")
    scale = _scale(table, _LARGE)
    kind = only(table, "kind")
    rows = [
        [
            _name(row["brand"], own),
            escape(_rank(row["rank_low"], row["rank_high"])),
            f'<span class="figure">{escape(format_value(row["value"], row["unit"]))}</span>',
            escape(format_interval(*_ends(row), row["unit"])) or "none",
            _whisker(row, scale) if _is_known(row["value"]) else "",
            format_value(row["labels"] or 0)
            + (", few" if has_few_labels(row["kind"], row["labels"]) else ""),
            format_value(row["posts"]) if _is_known(row["posts"]) else "",
            *([] if kind else [escape(kind_words(row["kind"], vintage=row["vintage"]))]),
        ]
        for row in table.to_dict("records")
    ]
    columns = ["Brand", "Possible ranks", "Figure", "95 % interval", "Drawn", "Labels", "Posts"]
    numeric = [False, True, True, True, False, True, True]
    caption = f"{caption} ({kind})" if kind else caption
    columns, numeric = (columns, numeric) if kind else ([*columns, "Kind"], [*numeric, False])
    return fragment(table_markup(caption, columns, rows, numeric, is_markup=True), "table")


def ways_table(ways: IntoFrame, *, caption: str) -> HTML:
    """Brands × ways to one share, each with its interval, and the truth where it is known.

    Parameters
    ----------
    ways
        As `workbench.statistics.ways.ways_to_a_share` gives it.
    caption
        What the table shows.
    """
    table = small_frame(ways, ["brand", "way", "value", "low", "high", "truth", "unit"])
    named = list(table["way"].unique())
    rows = []
    for brand, found in table.groupby("brand", sort=False):
        cells = {row["way"]: _with_interval(row) for row in found.to_dict("records")}
        truth = format_value(found["truth"].iloc[0], "share") if found["truth"].notna().any() else "not known"
        rows.append([escape(str(brand)), escape(truth), *(cells.get(way, "") for way in named)])
    columns = ["Brand", "Truth", *named]
    numeric = [False] + [True] * (len(columns) - 1)
    return fragment(table_markup(caption, columns, rows, numeric, is_markup=True), "table")


def _with_interval(row: dict) -> str:
    interval = format_interval(*_ends(row), row["unit"])
    note = f'<span class="beneath">{escape(interval)}</span>' if interval else ""
    return f"{escape(format_value(row['value'], row['unit']))}{note}"


def _ours_first(table: pd.DataFrame, own: str | None) -> list[str]:
    return sorted(table["brand"].unique(), key=lambda brand: (brand != own, brand))


def _name(brand: str, own: str | None) -> str:
    return f"<strong>{escape(brand)}</strong>" if brand == own else escape(brand)


def _heading(table: pd.DataFrame, metric: str, labels: Mapping[str, str]) -> str:
    """Name of a metric, and how far it can be trusted where it is more than a count."""
    kind = only(table[table["metric"] == metric], "kind")
    label = labels.get(metric, metric_label(metric))
    return label if kind in ("", "count") or kind in label.casefold() else f"{label} ({kind})"


def _cell(row: dict | None, scale: Scale, table: pd.DataFrame, metric: str) -> str:
    """A figure, its drawing, and beneath it what it is where the heading cannot say it for all."""
    if row is None or not _is_known(row["value"]):
        return f'<span class="is-withheld">{escape(format_value(None))}</span>'
    shown = escape(format_value(row["value"], row["unit"]))
    interval = format_interval(*_ends(row), row["unit"])
    drawn = _whisker(row, scale) if interval else _bar(row["value"], scale)
    has_kind = only(table[table["metric"] == metric], "kind")
    beneath = (
        interval,
        f"{format_count(row['labels'])} labels" if _is_known(row["labels"]) and row["labels"] else "",
        "" if has_kind else row["kind"],
    )
    notes = "".join(f'<span class="beneath">{escape(part)}</span>' for part in beneath if part)
    return f'<span class="figure">{shown}{drawn}</span>{notes}'


def _scale(column: pd.DataFrame, width: int) -> Scale:
    """From zero to the farthest end of the figures and their intervals; an index has zero in the middle."""
    known = pd.concat([column[name].astype(float) for name in ("value", "low", "high")]).dropna()
    low, high = min([0.0, *known]), max([0.0, *known])
    if only(column, "unit") in INDEXES:
        high = max(high, -low)
        low = -high
    return Scale(low, high, width)


def _bar(value: float, scale: Scale) -> str:
    zero, end = scale.at(0), scale.at(value)
    return (
        f'<svg class="bar" width="{scale.width}" height="10" aria-hidden="true">'
        f'<rect x="{min(zero, end):.1f}" y="1" width="{abs(end - zero):.1f}" height="8" rx="1.5"/>'
        f'<line x1="{zero:.1f}" x2="{zero:.1f}" y1="0" y2="10"/></svg>'
    )


def _whisker(row: dict, scale: Scale) -> str:
    """A dot with its interval, and the zero line."""
    zero = scale.at(0)
    low, high = _ends(row)
    line = (
        f'<line class="reach" x1="{scale.at(low):.1f}" x2="{scale.at(high):.1f}" y1="5" y2="5"/>'
        if low is not None and high is not None
        else ""
    )
    return (
        f'<svg class="bar" width="{scale.width}" height="10" aria-hidden="true">'
        f'<line x1="{zero:.1f}" x2="{zero:.1f}" y1="0" y2="10"/>{line}'
        f'<circle cx="{scale.at(row["value"]):.1f}" cy="5" r="3"/></svg>'
    )


def _rank(low: float | None, high: float | None) -> str:
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return "not ranked"
    return f"{low:.0f}" if low == high else f"{low:.0f}–{high:.0f}"


def _ends(row: dict) -> tuple[float | None, float | None]:
    return (row["low"], row["high"]) if _is_known(row["low"]) and _is_known(row["high"]) else (None, None)


def _is_known(value: float | None) -> bool:
    return value is not None and not pd.isna(value)
