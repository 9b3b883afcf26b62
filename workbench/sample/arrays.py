"""Small tools for columns: the types, draws by weight, values only where they apply."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
YesNo = NDArray[np.bool_]
Objects = NDArray[np.object_]


def pick(rng: np.random.Generator, weights: Real, count: int) -> Whole:
    """`count` indices, drawn by weight."""
    edges = np.cumsum(weights)
    return np.searchsorted(edges, rng.random(count) * edges[-1], side="right").clip(0, len(edges) - 1)


def pick_by_row(rng: np.random.Generator, shares: Real) -> Whole:
    """Per row, a column by its share; one past the last where none is drawn."""
    return (rng.random(len(shares))[:, None] >= np.cumsum(shares, axis=1)).sum(axis=1)


def only_where(condition: YesNo, values: Any) -> Objects:
    """The values where the condition holds, else None.

    Examples
    --------
    >>> only_where(np.array([True, False]), ["a", "b"]).tolist()
    ['a', None]
    """
    kept = np.array(values, object)
    kept[~condition] = None
    return kept
