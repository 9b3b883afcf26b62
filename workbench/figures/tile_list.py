"""Tiles as a list of HTML, readable without colour and without style."""

import re
from collections.abc import Sequence
from html import escape, unescape

from IPython.display import HTML

from workbench.figures.fragments import fragment
from workbench.figures.locale import language_mark
from workbench.figures.numbers import (
    INDEXES,
    SECONDS,
    SHARES,
    format_change,
    format_change_interval,
    format_count,
    format_interval,
    format_value,
)
from workbench.figures.tiles import Tile
from workbench.figures.words import STATUSES, kind_words


def tiles_preview(tiles: Sequence[Tile]) -> HTML:
    """The tiles as they will stand at the head of the report."""
    return fragment(tiles_markup(tiles), "tiles")


def tiles_markup(tiles: Sequence[Tile]) -> str:
    """The tiles as a list, readable without colour and without style."""
    return f'<ul class="tiles">{"".join(map(_tile, tiles))}</ul>'


def tile_texts(tile: Tile) -> dict[str, str]:
    """The words of a tile, where there is no HTML: ``label``, ``value``, ``interval``, ``change``, and so on.

    Examples
    --------
    >>> tile_texts(Tile("Unhappy", 0.41, "share", 0.34, 0.48, target=0.4, at_least=False, status="unsure"))["target"]
    'Target at most 40\\xa0% ? cannot be told yet'
    """
    value = format_value(tile.value, tile.unit)
    return {
        "label": tile.label,
        "value": f"{value} {tile.unit}" if _is_word(tile) else value,
        "interval": _plain(_interval(tile)),
        "change": _plain(_change(tile)),
        "target": _plain(_target(tile)),
        "note": tile.note,
        "status": tile.status,
        "trust": f"{kind_words(tile.kind, tile.labels, tile.vintage)}{_posts(tile)}",
    }


def change_verdict(tile: Tile) -> str:
    """What a change is: better or worse where its interval says so; empty where neither way is better.

    Examples
    --------
    >>> change_verdict(Tile("Mood", 0.1, change=0.2, change_low=0.1, change_high=0.3))
    'better'
    >>> change_verdict(Tile("Mood", 0.1, change=0.2, change_low=-0.1, change_high=0.5))
    'may be no change'
    >>> change_verdict(Tile("Mood", 0.1, change=0.2))
    'change not judged'
    """
    if tile.change is not None and tile.change_low is not None and tile.change_high is not None:
        if tile.change_low <= 0 <= tile.change_high:
            return "may be no change"
        if tile.good == "none":
            return ""
        return "better" if (tile.change > 0) == (tile.good == "up") else "worse"
    return "" if tile.good == "none" else "change not judged"


def _tile(tile: Tile) -> str:
    lines = [
        f'<span class="tile-label">{escape(tile.label)}</span>',
        f'<span class="tile-value{"" if tile.value is not None else " is-withheld"}">'
        f"{_figure(tile)}{_interval(tile)}</span>",
        _change(tile),
        _target(tile),
        f'<span class="tile-note">{escape(tile.note)}</span>' if tile.note else "",
        _decision(tile),
        f'<span class="tile-kind">{escape(kind_words(tile.kind, tile.labels, tile.vintage))}{_posts(tile)}</span>',
    ]
    return f'<li class="tile is-{tile.status}">{"".join(lines)}</li>'


def _figure(tile: Tile) -> str:
    """The number large, and its unit small where it is a word of its own."""
    small = f'<span class="unit">{escape(tile.unit)}</span>' if _is_word(tile) else ""
    return f"<strong{language_mark()}>{escape(format_value(tile.value, tile.unit))}</strong>{small}"


def _is_word(tile: Tile) -> bool:
    return bool(tile.unit) and tile.unit not in SHARES | SECONDS | INDEXES and tile.value is not None


def _plain(markup: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", markup))


def _interval(tile: Tile) -> str:
    interval = format_interval(tile.low, tile.high, tile.unit)
    return f'<span class="unit">({escape(interval)})</span>' if interval else ""


def _change(tile: Tile) -> str:
    period = f'<span class="period">{escape(tile.compared_with)}</span>'
    if tile.change is None and tile.before is None:
        return f'<span class="tile-change">no {period} to compare with</span>' if tile.compared_with else ""
    verdict = change_verdict(tile)
    judged = f", {verdict}" if verdict else ""
    if tile.change is None:
        was = escape(format_value(tile.before, tile.unit))
        return f'<span class="tile-change">{was} in {period}{judged}</span>'
    unit = tile.change_unit or tile.unit
    shown, arrow = format_change(tile.change, unit), "▲" if tile.change > 0 else "▼"
    if not any(digit in shown for digit in "123456789"):
        shown, arrow, judged = "no change", "=", ""
    between = ""
    if tile.change_low is not None and tile.change_high is not None:
        between = f" ({format_change_interval(tile.change_low, tile.change_high, unit)})"
    since = f" vs {period}" if tile.compared_with else ""
    return (
        f'<span class="tile-change {verdict if verdict in ("better", "worse") else ""}">'
        f'<span aria-hidden="true">{arrow}</span> {escape(shown + between)}{since}{judged}</span>'
    )


def _target(tile: Tile) -> str:
    if tile.target is None:
        return ""
    wanted = f"Target {'at least' if tile.at_least else 'at most'} {format_value(tile.target, tile.unit)}"
    return f'<span class="tile-target">{escape(wanted)} <span class="status">{STATUSES[tile.status]}</span></span>'


def _decision(tile: Tile) -> str:
    parts = [f"<b>{escape(tile.owner)}</b>" if tile.owner else "", escape(tile.decision)]
    text = ": ".join(part for part in parts if part)
    return f'<span class="tile-note">{text}</span>' if text else ""


def _posts(tile: Tile) -> str:
    return f" · {format_count(tile.posts)} posts" if tile.posts is not None else ""
