"""Figures in business words: sentences for findings."""

from collections.abc import Sequence
from html import escape

import pandas as pd
from IPython.display import HTML

from workbench.figures.fragments import fragment
from workbench.figures.numbers import (
    INDEXES,
    SECONDS,
    SHARES,
    format_change,
    format_change_interval,
    format_count,
    format_duration,
    format_value,
    with_interval,
)
from workbench.figures.tiles import Tile
from workbench.statistics.unheard import Unheard

__all__ = [
    "apart_sentence", "change_sentence", "coverage_sentence", "finding", "format_change", "format_duration",
    "format_value", "limits_sentence", "target_sentence", "tile_sentence",
]  # fmt: skip

_MOST_APART = 8  # names in one sentence
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
        return f"{metric}: withheld."
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
    if tile.status == "unsure":
        return f"Whether that meets {bound} cannot be told yet: its interval reaches to both sides."
    if tile.status == "none":
        return f"It is not judged against {bound}."
    gap = format_change(abs(tile.value - tile.target), tile.unit).removeprefix("+")
    return f"That misses {bound} by {gap}."


def tile_sentence(tile: Tile, period: str = "week") -> str:
    """A tile as text: its change, and its target where it has one.

    Examples
    --------
    >>> tile = Tile("Unhappy", 0.41, "share", 0.34, 0.48, before=0.38, compared_with="W42", kind="estimate")
    >>> tile_sentence(tile).replace("\xa0", " ")
    'Unhappy: 41 % (34–48 %), after 38 % in W42; the change is not judged.'
    """
    label = (
        f"{tile.label} signal" if tile.kind == "signal" and "signal" not in tile.label.lower() else tile.label
    )
    if tile.value is not None and tile.kind == "estimate":
        told = f"{label}: {with_interval(tile.value, tile.low, tile.high, tile.unit)}{_since(tile)}."
    else:
        before = None if tile.value is None or tile.change is None else tile.value - tile.change
        told = change_sentence(label, tile.value, before, tile.unit, period)
    return f"{told} {target_sentence(tile)}".strip()


def apart_sentence(groups: Sequence[Sequence[str]], figure: str = "this figure") -> str:
    """Which brands' figures cannot be told apart, all comparisons at once.

    Parameters
    ----------
    groups
        Names that cannot be told apart from each other; a name may be in several groups. Without any
        nothing is said.
    figure
        By what.

    Examples
    --------
    >>> apart_sentence([["Acme", "Bolt", "Crux"], ["Dune"]])
    'These cannot be told apart by this figure: Acme, Bolt and Crux.'
    >>> apart_sentence([["Acme"], ["Bolt"]])
    'All of them can be told apart by this figure.'
    """
    alike = [group for group in groups if len(group) > 1]
    if not alike:
        return f"All of them can be told apart by {figure}." if len(groups) > 1 else ""
    names = dict.fromkeys(name for group in alike for name in group)
    if len(names) > _MOST_APART:
        total = len(dict.fromkeys(name for group in groups for name in group))
        return (
            f"{format_count(len(names))} of {format_count(total)} cannot be told from some other by {figure}: see "
            "the possible ranks."
        )
    return f"These cannot be told apart by {figure}: {'; '.join(map(listed, alike))}."


def coverage_sentence(judged: pd.DataFrame, way: str) -> str:
    """How near to the truth one way comes, and the one that is furthest from it.

    Parameters
    ----------
    judged
        As `workbench.statistics.ways.coverage` gives it.
    way
        The way that is told of.

    Examples
    --------
    >>> judged = pd.DataFrame({"way": ["Lexicon", "Corrected"], "mean_error": [0.32, 0.02]})
    >>> judged = judged.assign(held=[None, 6], groups=[None, 6])
    >>> told = coverage_sentence(judged, "Corrected").replace("\xa0", " ")
    >>> told.partition(". Furthest")[0]
    'Corrected: 2.0 points from the truth on average; its interval holds the truth of 6 of 6'
    """
    if judged.empty:
        return "The truth is not known here, so that no way can be judged by it."
    worst = judged.sort_values("mean_error").iloc[-1]
    furthest = f"Furthest from it: {worst['way']}, {_points(worst['mean_error'])}."
    ours = judged[judged["way"] == way]
    if ours.empty:
        return f"{way}: not to be had without labels drawn at random. {furthest}"
    row = ours.iloc[0]
    return (
        f"{way}: {_points(row['mean_error'])} from the truth on average; its interval holds the truth of "
        f"{row['held']:.0f} of {row['groups']:.0f}. {furthest}"
    )


def limits_sentence(unheard: Unheard, what: str = "these figures", *, counted_only: bool = False) -> str:
    """Of whom and of what figures do not speak.

    Parameters
    ----------
    unheard
        What the data show of it (`workbench.statistics.unheard`).
    what
        The figures spoken of.
    counted_only
        Whether they are counts, to which the language of a post makes no difference.

    Examples
    --------
    >>> told = limits_sentence(Unheard({"de": 12, "fr": 3}, ["x", "reddit"], ["facebook"]))
    >>> told.startswith("These figures do not speak for customers who stay silent; posts deleted")
    True
    >>> "15 posts in languages that the model was not checked in (de 12, fr 3)" in told
    True
    >>> told.endswith("platforms that were not collected, such as facebook.")
    True
    """
    if not unheard.collected:
        return f"No post stands behind {what}: none was collected of that time, or none speaks of the brand."
    known = {language: posts for language, posts in unheard.unread.items() if posts}
    most = sorted(known.items(), key=lambda item: (-item[1], item[0]))
    total = sum(known.values())
    parts = ["customers who stay silent", "posts deleted before they were collected"]
    if total and not counted_only:
        first = ", ".join(f"{language} {format_count(posts)}" for language, posts in most[:4])
        posts = "1 post" if total == 1 else f"{format_count(total)} posts"
        parts.append(
            f"{posts} in languages that the model was not checked in ({first}{', …' if len(most) > 4 else ''})"
        )
    if unheard.missing:
        parts.append(f"platforms that were not collected, such as {listed(unheard.missing)}")
    elif named := [name for name in unheard.collected if name != "unknown"]:
        parts.append(f"whoever speaks elsewhere than on {listed(named)}")
    else:
        parts.append("whoever speaks elsewhere (the platforms of these posts are not known)")
    return f"{what[0].upper()}{what[1:]} do not speak for {'; '.join(parts)}."


def listed(names: Sequence[str]) -> str:
    """Names in a sentence.

    Examples
    --------
    >>> listed(["Acme"]), listed(["Acme", "Bolt", "Crux"])
    ('Acme', 'Acme, Bolt and Crux')
    """
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def finding(*sentences: str) -> HTML:
    """Sentences as the finding of a report; empty ones are left out."""
    return fragment("".join(f'<p class="finding">{escape(s)}</p>' for s in sentences if s), "finding")


def _points(share: float) -> str:
    return format_change(share, "share").removeprefix("+")


def _since(tile: Tile) -> str:
    """How an estimate stands to that of the earlier period."""
    if tile.change is not None and tile.change_low is not None and tile.change_high is not None:
        unit = tile.change_unit or tile.unit
        ends = format_change_interval(tile.change_low, tile.change_high, unit)
        between = f"{format_change(tile.change, unit)} ({ends})"
        if tile.change_low <= 0 <= tile.change_high:
            return f"; whether it differs from {tile.compared_with} cannot be told, {between}"
        return f"; it {'rose' if tile.change > 0 else 'fell'} since {tile.compared_with}, {between}"
    if tile.before is None:
        return f"; there is no {tile.compared_with} to compare with" if tile.compared_with else ""
    return f", after {format_value(tile.before, tile.unit)} in {tile.compared_with}; the change is not judged"


def _figure(value: float, unit: str, metric: str = "") -> str:
    """The figure with its unit, also where that is a word of its own and the metric's name does not say it."""
    is_word = unit and unit not in SHARES | SECONDS | INDEXES and unit not in metric.casefold()
    return format_value(value, unit) + (f" {unit}" if is_word else "")
