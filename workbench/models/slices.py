"""How a model does on parts of the posts: by language, on irony, by platform, each with its interval.

An overall score hides the part on which a model is wrong most of the time, when that part is small.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.models.set_scoring import interval_of_sets, macro_f1_of_sets
from workbench.models.share_interval import share_interval
from workbench.statistics.intervals import Floats

# Fewer posts of a slice say nothing about it.
FEWEST = 30


def scores_by_slice(
    holds: NDArray[np.bool_],
    said: NDArray[np.bool_],
    slices: Sequence[str | None],
    groups: NDArray[np.int64] | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Accuracy and macro-F1 of each slice, with 95 % intervals.

    Parameters
    ----------
    holds, said
        Labels that hold and labels that the model says: a row a post, a column a label.
    slices
        The slice of each post; None where it is not known.
    groups
        Of each post, as `workbench.models.drawn_texts.alike` numbers them; None: no two read alike.
    seed
        Of the bootstrap.

    Returns
    -------
    One row a slice, the largest first: ``slice``, ``n``, ``accuracy`` (all labels of a post are right) with
    ``accuracy_low``, ``accuracy_high`` (Wilson's), ``macro_f1`` over the labels that the slice has with
    ``macro_f1_low``, ``macro_f1_high`` (bootstrap; NaN where all are right or all wrong), and
    ``status``: "ok", or "withheld" with fewer than `FEWEST` different posts.

    Raises
    ------
    WorkbenchError
        There is not one slice for each post.

    Examples
    --------
    >>> holds = np.eye(2, dtype=bool)[[0, 1] * 40]
    >>> said = holds.copy()
    >>> said[60:] = ~said[60:]
    >>> scores_by_slice(holds, said, ["plain"] * 60 + ["ironic"] * 20)[["slice", "n", "accuracy", "status"]]
        slice   n  accuracy    status
    0   plain  60       1.0        ok
    1  ironic  20       NaN  withheld
    """
    if not len(holds) == len(said) == len(slices):
        raise WorkbenchError(f"{len(holds)} posts came with {len(slices)} slices; each post needs one.")
    groups = np.arange(len(holds)) if groups is None else groups
    names = np.array(["unknown" if name is None else str(name) for name in slices], dtype=object)
    found, counts = np.unique(names.astype(str), return_counts=True)
    rows = [
        _row(str(name), holds[names == name], said[names == name], groups[names == name], seed)
        for name in found[np.argsort(-counts, kind="stable")]
    ]
    return pd.DataFrame(rows)


def irony_slices(sarcastic: Floats, threshold: float = 0.5) -> list[str]:
    """Sarcastic or literal, by the probability that a model of irony gives each post."""
    return ["sarcastic" if one >= threshold else "literal" for one in sarcastic]


def _row(
    name: str,
    holds: NDArray[np.bool_],
    said: NDArray[np.bool_],
    groups: NDArray[np.int64],
    seed: int,
) -> dict[str, Any]:
    n, groups = len(holds), np.unique(groups, return_inverse=True)[1]
    different = int(groups.max()) + 1
    row: dict[str, Any] = {"slice": name, "n": n}
    figures = ("accuracy", "accuracy_low", "accuracy_high", "macro_f1", "macro_f1_low", "macro_f1_high")
    if different < FEWEST or not holds.any():
        return row | dict.fromkeys(figures, np.nan) | {"status": "withheld"}
    accuracy = float((holds == said).all(axis=1).mean())
    low, high = share_interval(accuracy, different)
    macro = macro_f1_of_sets(holds, said)
    around = interval_of_sets(holds, said, groups=groups, seed=seed)
    values = (accuracy, float(low), float(high), macro, *around)
    return (
        row | {name: round(value, 4) for name, value in zip(figures, values, strict=True)} | {"status": "ok"}
    )
