"""Estimates: what the classifier says of the mentions of a cell, corrected by those of them that people judged.

The engine adds up the predictions of all mentions, cell by cell, and picks out the labelled ones; what
comes back is small, and is estimated in memory.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import FrameT, IntoFrameT

from workbench.statistics.measure import MEASURE_COLUMNS, aggregate
from workbench.statistics.mentions import is_earned, with_columns_checked
from workbench.statistics.pooling import finest_period, pools
from workbench.statistics.prevalence import FEW_LABELS, Estimate, corrected_mean
from workbench.statistics.sentiment import LABELS
from workbench.statistics.vintages import vintages
from workbench.store.frames import in_memory

POOL_PERIODS = 12
CLOSING_DAYS = 14

JUDGED = tuple(f"label_{label}" for label in LABELS)
_OF_LABELS = (*LABELS, *JUDGED, "inclusion_probability", "annotators", "is_held_out")
NEEDED = (*_OF_LABELS, "author", "created_epoch")


@dataclass(frozen=True)
class Figure:
    """A mean of weighted sentiments: the share of one, or how far one outweighs another.

    Parameters
    ----------
    metric
        Name of the figure.
    unit
        Unit of the value.
    weights
        Weight of each sentiment; one that is not named weighs nothing.

    Examples
    --------
    >>> Figure("net_sentiment", "−1 to 1", {"positive": 1, "negative": -1}).bounds
    (-1.0, 1.0)
    """

    metric: str
    unit: str
    weights: Mapping[str, float]

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest possible value."""
        return min(0.0, *map(float, self.weights.values())), max(0.0, *map(float, self.weights.values()))

    def of(self, frame: pd.DataFrame, prefix: str = "") -> pd.Series:
        """The figure of each row, of what the classifier says or, with a prefix, of what people said."""
        weighted = [frame[prefix + label].astype(float) * weight for label, weight in self.weights.items()]
        return sum(weighted[1:], weighted[0])

    def judged(self, labelled: pd.DataFrame) -> pd.DataFrame:
        """Labelled mentions in the columns of `corrected_mean`."""
        label, people = self.of(labelled, "label_"), labelled["annotators"].astype(float)
        # Each person names one sentiment, so that the shares alone tell how far people differ.
        squares = sum(labelled[f"label_{name}"].astype(float) * w**2 for name, w in self.weights.items())
        within = (squares - label**2).clip(lower=0) * people / (people - 1).where(people > 1)
        return pd.DataFrame(
            {
                "label": label,
                "prediction": self.of(labelled),
                "inclusion_probability": labelled["inclusion_probability"].astype(float),
                "is_held_out": labelled["is_held_out"].astype(bool),
                "annotators": people,
                "within_variance": within,
            }
        )


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
        What is estimated.
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
    frame = with_columns_checked(nw.from_native(mentions), [*by, *NEEDED])
    cells = population(frame, by)
    labelled = labelled_mentions(frame, by)
    places = places_of(cells, labelled, by)
    pooled = pools(cells[by], list(map(len, places)), minimum=minimum_labels, most=pool_periods)
    reached = observed_until_epoch if observed_until_epoch is not None else cells["reached_epoch"].max()
    rows = cells[by].assign(vintage=vintages(cells[by], cells["newest_epoch"], reached, closing_days))
    tables = [
        rows.join(_of_cells(figure, cells, labelled, places, pooled, by, minimum_labels))
        for figure in figures
    ]
    long = pd.concat(tables, ignore_index=True).sort_values(["metric", *by], ignore_index=True)
    return long[[*by, *MEASURE_COLUMNS]]


def counts() -> nw.Expr:
    """Whether a mention is part of a sentiment figure: relevant, earned, and read by the classifier."""
    return is_earned() & ~nw.col("negative").is_null()


def population(frame: FrameT, by: Sequence[str]) -> pd.DataFrame:
    """Sums over the mentions of every cell, from one pass of the engine.

    Returns
    -------
    One row a cell, also where nothing counts: `by`, ``posts`` (classified, relevant, earned), the sum of each
    predicted probability, ``newest_epoch`` (newest post) and ``reached_epoch`` (newest post or collection).
    """
    epochs = [name for name in ("created_epoch", "collected_epoch") if name in frame.collect_schema().names()]
    # Marked first and then added up: pandas ignores a condition inside an aggregate.
    marked = frame.with_columns(
        **{label: nw.when(counts()).then(nw.col(label).cast(nw.Float64)) for label in LABELS}
    )
    cells = in_memory(
        aggregate(
            marked,
            by,
            posts=nw.col("negative").count(),
            **{label: nw.col(label).sum() for label in LABELS},
            **{f"newest_{epoch}": nw.col(epoch).max() for epoch in epochs},
        )
    )
    reached = cells[[f"newest_{epoch}" for epoch in epochs]].max(axis=1)
    return cells.assign(
        posts=cells["posts"].fillna(0).astype(int),
        newest_epoch=cells["newest_created_epoch"],
        reached_epoch=reached,
    )


def labelled_mentions(frame: FrameT, by: Sequence[str]) -> pd.DataFrame:
    """The mentions of a sentiment figure that people judged, with their author and `by`."""
    judged = frame.filter(counts(), ~nw.col("inclusion_probability").is_null())
    return in_memory(judged.select(*dict.fromkeys([*by, "author", *_OF_LABELS])))


def places_of(cells: pd.DataFrame, labelled: pd.DataFrame, by: Sequence[str]) -> list[np.ndarray]:
    """For each cell, which of the labelled mentions are its own."""
    if not by:
        return [np.arange(len(labelled))]
    numbered = cells[list(by)].assign(cell=np.arange(len(cells)))
    # A merge takes two missing groups for the same, as the engine does where it groups.
    cell = labelled[list(by)].merge(numbered, on=list(by), how="left")["cell"]
    found = cell.groupby(cell).indices
    return [np.asarray(found.get(number, []), dtype=int) for number in range(len(cells))]


def _of_cells(
    figure: Figure,
    cells: pd.DataFrame,
    labelled: pd.DataFrame,
    places: Sequence[np.ndarray],
    pooled: Sequence[Sequence[int]],
    by: Sequence[str],
    minimum_labels: int,
) -> pd.DataFrame:
    posts, sums, judged = cells["posts"].to_numpy(), figure.of(cells).to_numpy(), figure.judged(labelled)
    period = finest_period(by)
    rows = []
    for place, pool in enumerate(pooled):
        members = judged.take(np.concatenate([places[cell] for cell in pool]))
        if posts[place] and len(members):
            row = _corrected(figure, int(posts[pool].sum()), float(sums[pool].sum()), members)
            row["status"] = "few labels" if len(members) < minimum_labels else "ok"
            if len(pool) > 1:
                first, last = cells[period].iloc[pool[-1]], cells[period].iloc[place]
                # Said also of a pool with few labels: whoever takes it for one period errs more than by these.
                row |= {"method": f"{row['method']}; pooled over {first} to {last}", "status": "pooled"}
        else:
            row = _signal(int(posts[place]), float(sums[place]))
        rows.append(row | {"metric": figure.metric, "unit": figure.unit})
    return pd.DataFrame(rows, columns=[column for column in MEASURE_COLUMNS if column != "vintage"])


def _corrected(figure: Figure, posts: int, predicted: float, members: pd.DataFrame) -> dict[str, Any]:
    estimate = corrected_mean(posts, predicted, members, bounds=figure.bounds)
    return {
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "posts": estimate.posts,
        "labels": estimate.labels,
        "kind": "estimate",
        "method": method_words(estimate),
    }


def method_words(estimate: Estimate) -> str:
    """How an estimate was made, on how many labels, and what to mind."""
    count = f"{estimate.labels:,} label{'' if estimate.labels == 1 else 's'}, λ = {estimate.power:.2f}"
    return "; ".join(filter(None, (estimate.method, count, estimate.warning)))


def _signal(posts: int, predicted: float) -> dict[str, Any]:
    """The mean prediction, where nobody judged anything that could correct it."""
    return {
        "value": predicted / posts if posts else np.nan,
        "low": np.nan,
        "high": np.nan,
        "posts": posts,
        "labels": 0,
        "kind": "signal",
        "method": "signal: no labels; mean predicted probability, not corrected by people",
        "status": "no labels" if posts else "withheld",
    }
