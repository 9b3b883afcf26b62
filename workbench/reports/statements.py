"""Figures in business words: sentences for findings."""

from html import escape

from IPython.display import HTML

from workbench.figures.fragments import fragment
from workbench.figures.numbers import INDEXES, SECONDS, SHARES, format_change, format_duration, format_value
from workbench.figures.tiles import Tile

__all__ = [
    "change_sentence", "finding", "format_change", "format_duration", "format_value", "target_sentence",
    "tile_sentence",
]  # fmt: skip

_PERIODS = {"day": "day on day", "week": "week on week", "month": "month on month"}


def change_sentence(
    metric: str, now: float | None, before: float | None, unit: str = "", period: str = "week"
) -> str:
    """How a figure moved, in one sentence.

    Parameters
    ----------
    metric
        What is measured, in business words, with its kind: "Net sentiment signal".
    now, before
        The figure, and the one a period earlier; None where withheld.
    unit
        Unit of both.
    period
        day, week or month; anything else is written as it is.

    Examples
    --------
    >>> change_sentence("Net sentiment signal", -0.25, -0.12, "−1 to 1")
    'Net sentiment signal fell from −0.12 to −0.25, week on week.'
    >>> change_sentence("Share answered within 1 h", 0.313, 0.309, "share")
    'Share answered within 1 h stayed at 31\\xa0%, week on week.'
    """
    if now is None:
        return f"{metric}: withheld, there is too little to tell."
    if before is None:
        return f"{metric}: {_figure(now, unit, metric)}, with no earlier {period} to compare with."
    since = _PERIODS.get(period, period)
    old, new = format_value(before, unit), format_value(now, unit)
    if old == new:
        return f"{metric} stayed at {_figure(now, unit, metric)}, {since}."
    way = "rose" if now > before else "fell"
    return f"{metric} {way} from {old} to {_figure(now, unit, metric)}, {since}."


def target_sentence(tile: Tile) -> str:
    """Whether a figure reached its target, to follow what it is; empty without a target or a figure.

    Examples
    --------
    >>> tile = Tile("Answered", 0.31, unit="share", target=0.4, status="missed")
    >>> target_sentence(tile)
    'That misses the target of at least 40\\xa0% by 9.0\\xa0points.'
    """
    if tile.value is None or tile.target is None:
        return ""
    bound = f"the target of at {'least' if tile.at_least else 'most'} {_figure(tile.target, tile.unit)}"
    if tile.status == "met":
        return f"That meets {bound}."
    gap = format_change(abs(tile.value - tile.target), tile.unit).removeprefix("+")
    return f"That misses {bound} by {gap}."


def tile_sentence(tile: Tile, period: str = "week") -> str:
    """A tile as text: its change, and its target where it has one."""
    label = (
        f"{tile.label} signal" if tile.kind == "signal" and "signal" not in tile.label.lower() else tile.label
    )
    before = None if tile.value is None or tile.change is None else tile.value - tile.change
    change = change_sentence(label, tile.value, before, tile.unit, period)
    return f"{change} {target_sentence(tile)}".strip()


def finding(*sentences: str) -> HTML:
    """Sentences as the finding of a report; empty ones are left out."""
    return fragment("".join(f'<p class="finding">{escape(s)}</p>' for s in sentences if s), "finding")


def _figure(value: float, unit: str, metric: str = "") -> str:
    """The figure with its unit, also where that is a word of its own and the metric's name does not say it."""
    is_word = unit and unit not in SHARES | SECONDS | INDEXES and unit not in metric.casefold()
    return format_value(value, unit) + (f" {unit}" if is_word else "")
