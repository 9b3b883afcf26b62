"""Estimates: what the classifier says of the mentions of a cell, corrected by those of them that people judged."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from narwhals.typing import IntoFrameT

from workbench.statistics.cells import CLOSING_DAYS, POOL_PERIODS, Cells, cells_of
from workbench.statistics.figure import Figure
from workbench.statistics.labelled import labels_of
from workbench.statistics.measure import MEASURE_COLUMNS
from workbench.statistics.prevalence import FEW_LABELS, Estimate, corrected_mean


def estimates(
    mentions: IntoFrameT,
    by: Sequence[str],
    figures: Sequence[Figure],
    *,
    minimum_labels: int = FEW_LABELS,
    pool_periods: int = POOL_PERIODS,
    closing_days: int = CLOSING_DAYS,
    observed_until_epoch: int | None = None,
) -> pd.DataFrame:
    """Figures of every cell, as a measure frame.

    Parameters
    ----------
    mentions
        Mention frame of any engine.
    by
        Grouping columns. By day, week or month, a cell with too few labels is pooled with those before it.
    figures
        What is estimated, of one task.
    minimum_labels
        Labels from which on a cell stands alone.
    pool_periods
        Longest pool, in periods, its own included; 1 pools nothing.
    closing_days
        Days after its end in which a period is still preliminary.
    observed_until_epoch
        How far the data reach, seconds since 1970 UTC; without it, the newest post or collection.

    Returns
    -------
    Measure frame in memory, sorted by metric and `by`. Without any label a figure is the signal and has the
    status "no labels", without any classified mention it is withheld; ``posts`` and ``labels`` are those of the
    pool.

    Raises
    ------
    WorkbenchError
        The mentions lack a column, or the labels cannot correct: see `corrected_mean`.
    """
    by = list(by)
    cells = cells_of(
        mentions,
        by,
        figures[0].columns,
        minimum_labels=minimum_labels,
        pool_periods=pool_periods,
        closing_days=closing_days,
        observed_until_epoch=observed_until_epoch,
    )
    tables = [cells.groups.join(_of_cells(figure, cells, minimum_labels)) for figure in figures]
    return measured(pd.concat(tables, ignore_index=True), by)


def measured(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Rows of all figures as a measure frame."""
    return rows.sort_values(["metric", *by], ignore_index=True)[[*by, *MEASURE_COLUMNS]]


def _of_cells(figure: Figure, cells: Cells, minimum_labels: int) -> pd.DataFrame:
    posts, sums = cells.sums["posts"].to_numpy(), figure.predicted(cells.sums).to_numpy()
    judged = labels_of(figure.judged(cells.labelled))
    # One of several labels that nobody looked at is not judged.
    is_judged, rows = ~np.isnan(judged.label), []
    for place, pool in enumerate(cells.pooled):
        own = cells.members(pool)
        members = judged.take(own[is_judged[own]])
        if not posts[place] or not len(members):
            row = signal_row(int(posts[place]), float(sums[place]))
        elif not members.relevance.any():
            row = irrelevant_row(int(posts[place]), len(members))
        else:
            estimate = corrected_mean(
                int(posts[pool].sum()), float(sums[pool].sum()), members, bounds=figure.bounds
            )
            is_few = members.relevance.sum() < minimum_labels
            row = row_of(estimate, is_few) | pooled_words(cells.periods, pool, method_words(estimate))
        rows.append(row | {"metric": figure.metric, "unit": figure.unit})
    return pd.DataFrame(rows, columns=[column for column in MEASURE_COLUMNS if column != "vintage"])


def row_of(estimate: Estimate, is_few: bool) -> dict[str, Any]:
    """An estimate in the columns of the measure frame."""
    return {
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "posts": estimate.posts,
        "labels": estimate.labels,
        "kind": "estimate",
        "method": method_words(estimate),
        "status": "few labels" if is_few else "ok",
    }


def pooled_words(periods: Sequence[str] | None, pool: Sequence[int], method: str) -> dict[str, str]:
    """What is said of a figure besides, where it was estimated from several periods."""
    if len(pool) == 1 or periods is None:
        return {}
    first, last = periods[pool[-1]], periods[pool[0]]
    # Said also of a pool with few labels: whoever takes it for one period errs more than by these.
    return {"method": f"{method}; pooled over {first} to {last}", "status": "pooled"}


def method_words(estimate: Estimate) -> str:
    """How an estimate was made, on how many labels, and what to mind."""
    count = f"{estimate.labels:,} label{'' if estimate.labels == 1 else 's'}, λ = {estimate.power:.2f}"
    return "; ".join(filter(None, (estimate.method, count, estimate.warning)))


def irrelevant_row(posts: int, labels: int) -> dict[str, Any]:
    """No figure, where people found none of the mentions they judged to be about the brand."""
    return signal_row(posts, np.nan) | {
        "labels": labels,
        "method": f"withheld: none of {labels:,} judged mention{'' if labels == 1 else 's'} is about the brand",
        "status": "withheld",
    }


def signal_row(posts: int, predicted: float) -> dict[str, Any]:
    """The mean prediction, where nobody judged anything that could correct it."""
    return {
        "value": predicted / posts if posts else np.nan,
        "low": np.nan,
        "high": np.nan,
        "posts": posts,
        "labels": 0,
        "kind": "signal",
        "method": "signal: no labels; mean predicted probability, not corrected by people"
        if posts
        else "withheld: no model in use has read such posts, or none that was checked in their language",
        "status": "no labels" if posts else "withheld",
    }
