"""Tiles: the few figures of a first screen, each with its change, its target and who acts on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

import pandas as pd
from IPython.display import HTML
from narwhals.typing import IntoFrame

from workbench.errors import WorkbenchError
from workbench.figures.fragments import fragment
from workbench.figures.frames import small_frame
from workbench.figures.numbers import INDEXES, SECONDS, SHARES, format_change, format_value
from workbench.figures.words import KINDS, metric_label
from workbench.settings import Target


@dataclass(frozen=True)
class Tile:
    """One figure of a first screen.

    Parameters
    ----------
    label
        What is measured, in business words.
    value, unit
        The figure; None is one that was withheld.
    low, high
        Its interval, where it has one.
    change, change_unit, compared_with
        Difference to an earlier period, its unit (without one, that of the figure), and the name of
        that period.
    target, at_least, status
        What it should reach, whether at least or at most, and whether it did.
    kind, vintage
        How far it can be trusted (`workbench.figures.words`).
    posts
        Posts it rests on.
    note, owner, decision
        What to know, who answers for it, and what is decided by it.
    good
        The direction that is better; none where neither is.
    """

    label: str
    value: float | None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    change: float | None = None
    change_unit: str = ""
    compared_with: str = ""
    target: float | None = None
    at_least: bool = True
    status: Literal["met", "missed", "none"] = "none"
    kind: str = "signal"
    vintage: str = "final"
    posts: int | None = None
    note: str = ""
    owner: str = ""
    decision: str = ""
    good: Literal["up", "down", "none"] = "up"


def make_tile(
    measures: IntoFrame,
    metric: str,
    *,
    period: str,
    now: str,
    before: str = "",
    label: str = "",
    good: Literal["up", "down", "none"] = "up",
    target: Target | None = None,
    note: str = "",
) -> Tile:
    """The tile of one metric from a measure frame.

    Parameters
    ----------
    measures
        A measure frame, of one brand.
    metric
        The figure.
    period
        Column of periods: day, week or month.
    now, before
        The period shown, and the one it is compared with.
    label
        What it is called; without it, the metric's name.
    good, note
        As in `Tile`.
    target
        What it should reach.

    Raises
    ------
    WorkbenchError
        If a period has several rows of the metric.
    """
    table = small_frame(measures, [period, "metric", "value"])
    table = table[table["metric"] == metric]
    row = _one(table[table[period] == now], metric, now)
    earlier = _one(table[table[period] == before], metric, before)
    value, value_before = _known(row.get("value")), _known(earlier.get("value"))
    return Tile(
        label=label or metric_label(metric),
        value=value,
        unit=row.get("unit", ""),
        low=_known(row.get("low")),
        high=_known(row.get("high")),
        change=None if value is None or value_before is None else value - value_before,
        compared_with=before,
        target=target.value if target else None,
        at_least=target.at_least if target else True,
        status=_status(value, target),
        kind=row.get("kind", "signal"),
        vintage=row.get("vintage", "final"),
        posts=int(row.get("posts", 0)),
        note=note,
        owner=target.owner if target else "",
        decision=target.decision if target else "",
        good=good,
    )


def tiles_preview(tiles: Sequence[Tile]) -> HTML:
    """The tiles as they will stand at the head of the report."""
    return fragment(tiles_markup(tiles), "tiles")


def tiles_markup(tiles: Sequence[Tile]) -> str:
    """The tiles as a list, readable without colour and without style."""
    return f'<ul class="tiles">{"".join(map(_tile, tiles))}</ul>'


def _one(rows: pd.DataFrame, metric: str, period: str) -> dict:
    if len(rows) > 1:
        raise WorkbenchError(
            f"{len(rows)} rows of '{metric}' in {period}, and a tile shows one. "
            "Filter the frame, for example by brand."
        )
    return rows.iloc[0].to_dict() if len(rows) else {}


def _known(value: float | None) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _status(value: float | None, target: Target | None) -> Literal["met", "missed", "none"]:
    if target is None or value is None:
        return "none"
    is_met = value >= target.value if target.at_least else value <= target.value
    return "met" if is_met else "missed"


def _tile(tile: Tile) -> str:
    kind = KINDS.get(tile.kind, tile.kind).partition(":")[0]
    words = f"{kind}, preliminary" if tile.vintage == "preliminary" else kind
    lines = [
        f'<span class="tile-label">{escape(tile.label)}</span>',
        f'<span class="tile-value{"" if tile.value is not None else " is-withheld"}">'
        f"{_figure(tile.value, tile.unit)}{_interval(tile)}</span>",
        _change(tile),
        _target(tile),
        f'<span class="tile-note">{escape(tile.note)}</span>' if tile.note else "",
        _decision(tile),
        f'<span class="tile-kind">{escape(words)}{_posts(tile)}</span>',
    ]
    return f'<li class="tile is-{tile.status}">{"".join(lines)}</li>'


def _figure(value: float | None, unit: str) -> str:
    """The number large, and its unit small where it is a word of its own."""
    is_word = unit and unit not in SHARES | SECONDS | INDEXES and value is not None
    small = f'<span class="unit">{escape(unit)}</span>' if is_word else ""
    return f"<strong>{escape(format_value(value, unit))}</strong>{small}"


def _interval(tile: Tile) -> str:
    if tile.low is None or tile.high is None:
        return ""
    low, high = format_value(tile.low, tile.unit), format_value(tile.high, tile.unit)
    return f'<span class="unit">{escape(low)} to {escape(high)}</span>'


def _change(tile: Tile) -> str:
    period = f'<span class="period">{escape(tile.compared_with)}</span>'
    if tile.change is None:
        return f'<span class="tile-change">no {period} to compare with</span>' if tile.compared_with else ""
    text = format_change(tile.change, tile.change_unit or tile.unit)
    verdict, shown, arrow = "", "no change", "="
    if any(digit in text for digit in "123456789"):
        verdict, shown, arrow = _verdict(tile), text, "▲" if tile.change > 0 else "▼"
    since = f" vs {period}" if tile.compared_with else ""
    judged = f", {verdict}" if verdict else ""
    return (
        f'<span class="tile-change {verdict}"><span aria-hidden="true">{arrow}</span> '
        f"{escape(shown)}{since}{judged}</span>"
    )


def _verdict(tile: Tile) -> str:
    if tile.change is None or tile.good == "none":
        return ""
    return "better" if (tile.change > 0) == (tile.good == "up") else "worse"


def _target(tile: Tile) -> str:
    if tile.target is None:
        return ""
    wanted = f"Target {'at least' if tile.at_least else 'at most'} {format_value(tile.target, tile.unit)}"
    sign = {"met": "✓ met", "missed": "✗ missed", "none": "not judged"}[tile.status]
    return f'<span class="tile-target">{escape(wanted)} <span class="status">{sign}</span></span>'


def _decision(tile: Tile) -> str:
    parts = [f"<b>{escape(tile.owner)}</b>" if tile.owner else "", escape(tile.decision)]
    text = ": ".join(part for part in parts if part)
    return f'<span class="tile-note">{text}</span>' if text else ""


def _posts(tile: Tile) -> str:
    return f" · {tile.posts:,} posts" if tile.posts is not None else ""
