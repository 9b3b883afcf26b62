"""What a wanted precision costs, before anybody labels; and afterwards, how far the labels have reached."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrameT

from workbench.errors import WorkbenchError
from workbench.settings import Labeling
from workbench.statistics.cells import labelled_mentions, places_of, population
from workbench.statistics.estimates import estimates
from workbench.statistics.figure import Figure
from workbench.statistics.measure import aggregate
from workbench.statistics.mentions import is_earned, with_columns_checked
from workbench.statistics.planning import Outlook, assumed, labels_wanted, outlook
from workbench.statistics.pooling import PERIODS, finest_period
from workbench.statistics.prevalence import FEW_LABELS
from workbench.store.frames import in_memory

POOLS = (1, 2, 4, 12)


class Plan(NamedTuple):
    """Labels, hours and cost.

    Parameters
    ----------
    groups
        One row a group (brand, …): ``periods``, ``posts`` in the middle one, what is ``known`` (from how many labels;
        0 is an assumption), ``share``, ``labels`` there are, ``wanted`` in all, ``more`` to draw (with those of
        languages that the model does not read, which count nowhere), and ``reached`` (half
        the width of the interval in the middle period that has labels; null where none has).
    pooling
        One row a number of periods that are estimated together: ``periods``, ``labels`` wanted in all, ``more``,
        ``hours`` and ``cost`` of the more.
    cells
        One row a group and period: ``posts``, ``labels``, ``wanted``, ``more``, ``reached``.
    """

    groups: pd.DataFrame
    pooling: pd.DataFrame
    cells: pd.DataFrame


def plan(
    mentions: IntoFrameT,
    by: Sequence[str],
    figure: Figure,
    half_width: float,
    costs: Labeling,
    *,
    pools: Sequence[int] = POOLS,
) -> Plan:
    """How many labels each group and period takes for a wanted half-width, and what that costs.

    What a label leaves unexplained is taken from the labels of the group where there are thirty, else of all groups
    together, else it is assumed: half of the posts, and a classifier that explains nothing. Few labels tell it
    roughly, so plan again after the first hundred.

    Parameters
    ----------
    mentions
        The mention frame.
    by
        Grouping columns, with or without a period.
    figure
        The share planned for.
    half_width
        Of the 95 % interval: .05 is ±5 points.
    costs
        Seconds a label, what an hour costs, and how many labels are doubled.
    pools
        Numbers of periods estimated together, to compare.

    Raises
    ------
    WorkbenchError
        A column is missing, the half-width is none, or nothing is there to plan for.
    """
    if not 0 < half_width < 0.5:
        raise WorkbenchError(f"a precision of {half_width:g}: expected a share, as 0.05 for ±5 points.")
    by, task = list(by), figure.columns
    frame = with_columns_checked(nw.from_native(mentions), [*by, *task.needed, "author", "created_epoch"])
    cells, labelled = (
        _with_drawable(population(frame, by, task), frame, by),
        labelled_mentions(frame, by, task),
    )
    places = places_of(cells, labelled, by)
    cells = cells.assign(labels=list(map(len, places)), predicted=figure.predicted(cells))
    if not cells["posts"].sum():
        raise WorkbenchError(
            "no mention of these days and brands counts that a model has read, so there is nothing to plan for. Choose "
            "others; or, where the task has no model yet, train one (workbench models train --task TASK); then: "
            "workbench refresh."
        )
    groups = [name for name in by if name not in PERIODS]
    known = _outlooks(cells, figure.judged(labelled), places, groups)
    reached = estimates(mentions, by, [figure], minimum_labels=1, pool_periods=1)
    reached = reached.assign(reached=((reached["high"] - reached["low"]) / 2).astype(float))
    cells = (
        cells.merge(reached[[*by, "reached"]], on=by, how="left")
        if by
        else cells.assign(reached=reached["reached"])
    )
    cells = cells[cells["posts"] > 0].sort_values(by, ignore_index=True)
    cells = _with_wanted(cells, known, groups, half_width)
    period = finest_period(by)
    rows = [
        _cost(_pooled(cells, groups, by, size), known, groups, half_width, costs, size)
        for size in (pools if period else (1,))
    ]
    shown = [*by, "posts", "labels", "wanted", "more", "reached"]
    return Plan(_of_groups(cells, known, groups), pd.DataFrame(rows), cells[shown])


def _with_drawable(cells: pd.DataFrame, frame: Any, by: list[str]) -> pd.DataFrame:
    """With the mentions that are drawn from: those in languages that the model does not read are among them."""
    marked = frame.with_columns(drawable=nw.when(is_earned()).then(nw.lit(1)).otherwise(nw.lit(0)))
    counted = in_memory(aggregate(marked, by, drawable=nw.col("drawable").sum()))
    if not by:
        return cells.assign(drawable=int(counted["drawable"].iloc[0] or 0))
    return cells.merge(counted, on=by, how="left")


def _outlooks(
    cells: pd.DataFrame, judged: pd.DataFrame, places: Sequence[np.ndarray], groups: list[str]
) -> dict[tuple, Outlook]:
    """What the next labels of each group can be expected to tell."""

    def of(rows: pd.DataFrame) -> Outlook | None:
        own = judged.take(np.concatenate([places[place] for place in rows.index])).dropna(subset="label")
        if len(own) < FEW_LABELS or not own["relevance"].any():
            return None
        return outlook(int(rows["posts"].sum()), float(rows["predicted"].sum()), own)

    otherwise = of(cells) or assumed()
    return {key: of(rows) or otherwise for key, rows in _grouped(cells, groups)}


def _with_wanted(
    cells: pd.DataFrame, known: dict[tuple, Outlook], groups: list[str], half_width: float
) -> pd.DataFrame:
    parts = []
    for key, rows in _grouped(cells, groups):
        wanted = [labels_wanted(known[key], int(posts), half_width) for posts in rows["posts"]]
        lacking = np.maximum(np.array(wanted) - rows["labels"], 0)
        # Of posts that the model does not read a label counts nowhere: so many more are drawn.
        more = np.ceil(lacking * (rows["drawable"] / rows["posts"]).round(9)).astype(int)
        parts.append(rows.assign(wanted=wanted, more=more))
    return pd.concat(parts).sort_index()


def _pooled(cells: pd.DataFrame, groups: list[str], by: list[str], size: int) -> pd.DataFrame:
    """Cells of so many periods, counted back from the newest."""
    period = finest_period(by)
    if size == 1 or period is None:
        return cells
    newest_first = cells[period].rank(method="dense", ascending=False).sub(1)
    keys = [*groups, (newest_first // size).rename("pool")]
    return cells.groupby(keys, dropna=False)[["posts", "labels", "drawable"]].sum().reset_index()


def _cost(
    cells: pd.DataFrame,
    known: dict[tuple, Outlook],
    groups: list[str],
    half_width: float,
    costs: Labeling,
    size: int,
) -> dict[str, float]:
    counted = _with_wanted(cells, known, groups, half_width)
    more = int(counted["more"].sum())
    hours = more * (1 + costs.doubled) * costs.seconds_per_label / 3600
    return {
        "periods": size,
        "labels": int(counted["wanted"].sum()),
        "more": more,
        "hours": round(hours, 1),
        "cost": round(hours * costs.hourly_cost, 2),
    }


def _of_groups(cells: pd.DataFrame, known: dict[tuple, Outlook], groups: list[str]) -> pd.DataFrame:
    rows = []
    for key, part in _grouped(cells, groups):
        rows.append(
            {
                **dict(zip(groups, key, strict=True)),
                "periods": len(part),
                "posts": int(part["posts"].median()),
                "known": known[key].labels,
                "share": round(known[key].mean, 3),
                **{name: int(part[name].sum()) for name in ("labels", "wanted", "more")},
                "reached": round(float(part["reached"].median()), 4),
            }
        )
    return pd.DataFrame(rows)


def _grouped(cells: pd.DataFrame, groups: list[str]) -> list[tuple[tuple, pd.DataFrame]]:
    if not groups:
        return [((), cells)]
    return [(tuple(key), rows) for key, rows in cells.groupby(groups, dropna=False, sort=True)]
