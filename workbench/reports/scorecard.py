"""The figures of a first screen: which ones, what they are called, and which way is better."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, NamedTuple

import pandas as pd

from workbench.errors import WorkbenchError, did_you_mean
from workbench.figures.tiles import Tile, make_tile
from workbench.settings import Target

FEW = 30


class Entry(NamedTuple):
    """One figure: its metric, its name in business words, the better direction, the trap in reading it."""

    metric: str
    label: str
    good: Literal["up", "down", "none"]
    note: str


SCORECARD = (
    Entry("net_sentiment", "Net sentiment", "up", "Neutral mentions counted."),
    Entry("sentiment_signal.negative", "Unhappy mentions", "down", ""),
    Entry("volume", "Mentions", "none", "A collection artefact looks like a surge."),
    Entry("share_of_voice", "Share of voice", "none", "Recall differs by brand."),
    Entry("share_answered_24h", "Answered within 24 h", "up", "Of all who asked us something."),
    Entry("first_response_time.median", "First response, median", "down", "Of those answered: read both."),
    Entry(
        "acknowledged_resolution", "Publicly acknowledged help", "up", "A lower bound of what was resolved."
    ),
)


SCORECARD_LABELS = {entry.metric: entry.label for entry in SCORECARD}


def scorecard(measures: pd.DataFrame, now: str, before: str, targets: Mapping[str, Target]) -> list[Tile]:
    """Tiles of one brand: this week beside the one before and beside the target.

    Parameters
    ----------
    measures
        Measure frame of one brand by ``week``.
    now, before
        Weeks.
    targets
        Target by metric.

    Raises
    ------
    WorkbenchError
        A target names no metric that is measured.
    """
    known = list(measures["metric"].unique())
    for metric in targets:
        if metric not in known:
            raise WorkbenchError(
                f'workbench.toml: targets."{metric}" is no metric.{did_you_mean(metric, known)} '
                f"Metrics: {', '.join(known)}."
            )
    return [_judged(entry, measures, now, before, targets.get(entry.metric)) for entry in SCORECARD]


def _judged(entry: Entry, measures: pd.DataFrame, now: str, before: str, target: Target | None) -> Tile:
    """The tile; of few posts it says what they are and judges nothing, for a change may be chance."""
    tile = make_tile(
        measures,
        entry.metric,
        period="week",
        now=now,
        before=before,
        label=entry.label,
        good=entry.good,
        target=target,
        note=entry.note,
    )
    if tile.value is None or entry.metric == "volume" or (tile.posts or 0) >= FEW:
        return tile
    few = f"{entry.note} Under {FEW} posts: not judged.".strip()
    return replace(tile, status="none", good="none", note=few)


def scorecard_rows(measures: pd.DataFrame, week: str) -> pd.DataFrame:
    """The rows of the scorecard's metrics in a week, in its order, for all brands."""
    order = {entry.metric: place for place, entry in enumerate(SCORECARD)}
    rows = measures[(measures["week"] == week) & measures["metric"].isin(order)]
    return rows.sort_values(
        "metric", key=lambda metrics: metrics.map(order), kind="stable", ignore_index=True
    )
