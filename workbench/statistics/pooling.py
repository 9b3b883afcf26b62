"""Pooling: a period with too few labels is estimated together with the periods before it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

PERIODS = ("day", "week", "month")  # the finest first


def finest_period(by: Sequence[str]) -> str | None:
    """The shortest period among grouping columns.

    Examples
    --------
    >>> finest_period(["brand", "month", "week"]), finest_period(["brand"])
    ('week', None)
    """
    return next((period for period in PERIODS if period in by), None)


def pools(cells: pd.DataFrame, labels: Sequence[float], *, minimum: int, most: int) -> list[list[int]]:
    """For each cell the cells that it is estimated from: itself, then those before it, the newest first.

    A cell is pooled with the periods before it of the same group until the pool has `minimum` labels.
    Where even the longest pool has fewer, it is the shortest that has as many as the longest.

    Parameters
    ----------
    cells
        The grouping columns, one row a cell.
    labels
        Number of labels in each cell: of relevant posts, where people found some that are not.
    minimum
        Labels from which on nothing is pooled.
    most
        Longest pool, in periods that occur in the cells, its own included.

    Examples
    --------
    >>> cells = pd.DataFrame({"brand": "Acme", "week": ["2026-W40", "2026-W41", "2026-W42"]})
    >>> pools(cells, [20, 40, 10], minimum=30, most=2)
    [[0], [1], [2, 1]]
    """
    found = [[place] for place in range(len(cells))]
    period = finest_period(list(cells.columns))
    if period is None:
        return found
    # A cell without period stands alone: nothing is known to come before it.
    dated = cells.assign(place=range(len(cells))).dropna(subset=period)
    number = dict(zip(dated["place"], dated[period].rank(method="dense"), strict=True))
    groups = [column for column in cells.columns if column not in PERIODS]
    ordered = dated.sort_values([column for column in PERIODS if column in cells.columns])
    together = ordered.groupby(groups, dropna=False, sort=False) if groups else [((), ordered)]
    for _, rows in together:
        places = list(rows["place"])
        for position, place in enumerate(places):
            reach = [other for other in places[position::-1] if number[place] - number[other] < most]
            found[place] = _shortest(reach, labels, minimum)
    return found


def _shortest(reach: list[int], labels: Sequence[float], minimum: int) -> list[int]:
    """The shortest beginning with enough labels, or with as many as there are."""
    so_far = np.cumsum([labels[place] for place in reach])
    if not so_far[-1]:
        return reach[:1]
    return reach[: int(np.argmax(so_far >= min(minimum, so_far[-1]))) + 1]
