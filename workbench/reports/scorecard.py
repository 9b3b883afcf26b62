"""The figures of a first screen: which ones, what they are called, and which way is better."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, NamedTuple

import pandas as pd

from workbench.errors import WorkbenchError, did_you_mean
from workbench.figures.tiles import Tile, make_tile
from workbench.figures.words import has_few_labels, pooled_window
from workbench.kpi.first_response_time import FEW_ANSWERS, FEWEST_ANSWERS
from workbench.settings import Target

FEW = 30


class Entry(NamedTuple):
    """One figure: its metric, its name in business words, the better direction, the trap in reading it.

    ``shift`` names the metric that estimates its difference between two periods, where there is one.
    """

    metric: str
    label: str
    good: Literal["up", "down", "none"]
    note: str
    shift: str = ""


SCORECARD = (
    Entry("net_sentiment", "Net sentiment", "up", "Neutral mentions counted."),
    Entry("sentiment_share.negative", "Unhappy mentions", "down", "", shift="sentiment_shift.negative"),
    Entry("volume", "Mentions", "none", "A collection artefact looks like a surge."),
    Entry("share_of_voice", "Share of voice", "none", "Recall differs by brand."),
    Entry("share_answered_24h", "Answered within 24 h", "up", "Of all who asked us something."),
    Entry("first_response_time.median", "First response, median", "down", "Of those answered: read both."),
    Entry(
        "acknowledged_resolution", "Publicly acknowledged help", "up", "A lower bound of what was resolved."
    ),
)


SCORECARD_LABELS = {entry.metric: entry.label for entry in SCORECARD}


def scorecard(
    measures: pd.DataFrame,
    now: str,
    before: str,
    targets: Mapping[str, Target],
    shifts: pd.DataFrame | None = None,
) -> list[Tile]:
    """Tiles of one brand: this week beside the one before and beside the target.

    Parameters
    ----------
    measures
        Measure frame of one brand by ``week``.
    now, before
        Weeks.
    targets
        Target by metric.
    shifts
        Measure frame of the brand with estimated differences between the two weeks: only by these is a
        change judged.

    Raises
    ------
    WorkbenchError
        A target names no metric that is measured.
    """
    # A week without posts has no rows, and the targets are right all the same.
    known = list(dict.fromkeys([*SCORECARD_LABELS, *measures["metric"]]))
    for metric in targets:
        if metric not in known:
            raise WorkbenchError(
                f'workbench.toml: targets."{metric}" is no metric.{did_you_mean(metric, known)} '
                f"Metrics: {', '.join(known)}."
            )
    return [_judged(entry, measures, now, before, targets.get(entry.metric), shifts) for entry in SCORECARD]


def _judged(
    entry: Entry,
    measures: pd.DataFrame,
    now: str,
    before: str,
    target: Target | None,
    shifts: pd.DataFrame | None,
) -> Tile:
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
        note=" ".join(part for part in (entry.note, _caution(measures, entry.metric, now)) if part),
        shift=_shift(shifts, entry.shift),
    )
    row = _row(measures, entry.metric, now)
    few_answers = row is not None and row.get("status") == FEW_ANSWERS
    if tile.value is None or entry.metric == "volume" or ((tile.posts or 0) >= FEW and not few_answers):
        return tile
    few = f"{entry.note} Under {f'{FEWEST_ANSWERS} answers' if few_answers else f'{FEW} posts'}: not judged.".strip()
    return replace(tile, status="none", good="none", note=few)


def _shift(shifts: pd.DataFrame | None, metric: str) -> Mapping[str, Any] | None:
    """The estimated difference between the two weeks, where it rests on enough labels to be told."""
    if shifts is None:
        return None
    rows = shifts[(shifts["metric"] == metric) & (shifts["status"] == "ok")]
    return None if rows.empty else {name: rows[name].iloc[0] for name in ("value", "low", "high")}


def _row(measures: pd.DataFrame, metric: str, week: str) -> pd.Series | None:
    rows = measures[(measures["metric"] == metric) & (measures["week"] == week)]
    return None if rows.empty else rows.iloc[0]


def _caution(measures: pd.DataFrame, metric: str, week: str) -> str:
    """What the status of a figure says to its reader."""
    row = _row(measures, metric, week)
    if row is None:
        return ""
    window = pooled_window(str(row.get("method", "")))
    withheld = str(row.get("method", "")).partition("withheld: ")[2]
    said = [
        f"Withheld: {withheld}." if withheld else "",
        f"Pooled over {window}: too few labels in one week." if window else "",
        "Few labels: read the interval." if has_few_labels(row.get("kind"), row.get("labels")) else "",
        "No labels: not yet corrected." if row.get("status") == "no labels" else "",
    ]
    return " ".join(part for part in said if part)


def scorecard_rows(measures: pd.DataFrame, week: str) -> pd.DataFrame:
    """The rows of the scorecard's metrics in a week, in its order, for all brands."""
    order = {entry.metric: place for place, entry in enumerate(SCORECARD)}
    rows = measures[(measures["week"] == week) & measures["metric"].isin(order)]
    return rows.sort_values(
        "metric", key=lambda metrics: metrics.map(order), kind="stable", ignore_index=True
    )
