"""The cells of a figure: sums over the mentions of each, and which of its mentions people judged.

The engine adds up the predictions of all mentions, cell by cell, and picks out the labelled ones; what
comes back is small.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import FrameT, IntoFrameT

from workbench.errors import WorkbenchError
from workbench.statistics.measure import aggregate
from workbench.statistics.mentions import is_earned, with_columns_checked
from workbench.statistics.pooling import finest_period, pools
from workbench.statistics.readings_of_tasks import SENTIMENT, TaskColumns, or_else
from workbench.statistics.vintages import vintages
from workbench.store.frames import column_names, in_memory

POOL_PERIODS = 12
CLOSING_DAYS = 14


@dataclass(frozen=True)
class Cells:
    """The cells of a mention frame, in memory.

    Parameters
    ----------
    groups
        One row a cell: the grouping columns, and ``vintage``.
    sums
        One row a cell, as `population` gives it.
    labelled
        Mentions that people judged, as `labelled_mentions` gives them.
    places
        For each cell, which of the labelled mentions are its own.
    pooled
        For each cell, the cells that it is estimated from.
    periods
        For each cell its day, week or month, the shortest of those it is grouped by; None without any.
    """

    groups: pd.DataFrame
    sums: pd.DataFrame
    labelled: pd.DataFrame
    places: list[np.ndarray]
    pooled: list[list[int]]
    periods: list[str] | None

    def members(self, pool: Sequence[int]) -> np.ndarray:
        """Which of the labelled mentions are those of a pool."""
        return np.concatenate([self.places[cell] for cell in pool])


def cells_of(
    mentions: IntoFrameT,
    by: Sequence[str],
    task: TaskColumns,
    *,
    minimum_labels: int,
    pool_periods: int,
    closing_days: int,
    observed_until_epoch: int | None,
) -> Cells:
    """Cells of a mention frame of any engine; parameters and errors as for `workbench.statistics.estimates`."""
    by = list(by)
    _check(minimum_labels=(minimum_labels, 1), pool_periods=(pool_periods, 1), closing_days=(closing_days, 0))
    frame = with_columns_checked(nw.from_native(mentions), [*by, *task.needed, "author", "created_epoch"])
    sums, labelled = population(frame, by, task), labelled_mentions(frame, by, task)
    places = places_of(sums, labelled, by)
    relevance = or_else(labelled, task.relevant, 1).to_numpy()
    relevant = [float(relevance[place].sum()) for place in places]
    reached = observed_until_epoch if observed_until_epoch is not None else sums["reached_epoch"].max()
    period = finest_period(by)
    return Cells(
        groups=sums[by].assign(vintage=vintages(sums[by], sums["newest_epoch"], reached, closing_days)),
        sums=sums,
        labelled=labelled,
        places=places,
        pooled=pools(sums[by], relevant, minimum=minimum_labels, most=pool_periods),
        periods=None if period is None else sums[period].to_list(),
    )


def _check(**given_and_least: tuple[int, int]) -> None:
    for name, (given, least) in given_and_least.items():
        if given < least:
            raise WorkbenchError(f"{name} is {given}: expected {least} or more.")


def counts(task: TaskColumns = SENTIMENT) -> nw.Expr:
    """Whether a mention is part of a figure: relevant, earned, and read by the classifier."""
    return is_earned() & ~nw.col(task.predicted[0]).is_null()


def population(frame: FrameT, by: Sequence[str], task: TaskColumns = SENTIMENT) -> pd.DataFrame:
    """Sums over the mentions of every cell, from one pass of the engine.

    Returns
    -------
    One row a cell, also where nothing counts: `by`, ``posts`` (classified, relevant, earned), the sum of each
    predicted probability, ``newest_epoch`` (newest post) and ``reached_epoch`` (newest post or collection).
    """
    epochs = [name for name in ("created_epoch", "collected_epoch") if name in column_names(frame)]
    # Marked first and then added up: pandas ignores a condition inside an aggregate.
    marked = frame.with_columns(
        **{said: nw.when(counts(task)).then(nw.col(said).cast(nw.Float64)) for said in task.predicted}
    )
    cells = in_memory(
        aggregate(
            marked,
            by,
            posts=nw.col(task.predicted[0]).count(),
            **{said: nw.col(said).sum() for said in task.predicted},
            **{f"newest_{epoch}": nw.col(epoch).max() for epoch in epochs},
        )
    )
    reached = cells[[f"newest_{epoch}" for epoch in epochs]].max(axis=1)
    return cells.assign(
        posts=cells["posts"].fillna(0).astype(int),
        newest_epoch=cells["newest_created_epoch"],
        reached_epoch=reached,
    )


def labelled_mentions(frame: FrameT, by: Sequence[str], task: TaskColumns = SENTIMENT) -> pd.DataFrame:
    """The mentions of a figure that people judged, with their author and `by`."""
    known = column_names(frame)
    besides: list[str] = [name for name in task.optional if name in known]
    judged = frame.filter(counts(task), ~nw.col(task.chance).is_null())
    return in_memory(judged.select(*dict.fromkeys([*by, "author", *task.needed, *besides])))


def places_of(cells: pd.DataFrame, labelled: pd.DataFrame, by: Sequence[str]) -> list[np.ndarray]:
    """For each cell, which of the labelled mentions are its own."""
    if not by:
        return [np.arange(len(labelled))]
    numbered = cells[list(by)].assign(cell=np.arange(len(cells)))
    # A merge takes two missing groups for the same, as the engine does where it groups.
    cell = labelled[list(by)].merge(numbered, on=list(by), how="left")["cell"]
    found = cell.groupby(cell).indices
    return [np.asarray(found.get(number, []), dtype=int) for number in range(len(cells))]
