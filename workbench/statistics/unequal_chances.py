"""Drawing what is useful more often than the rest, so that the chance of each row is still known.

A model learns most from posts that it finds hard. If only those were drawn, nobody could say of which posts they
tell; so everything keeps a chance above 0, and nothing is certain to be drawn.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.statistics.intervals import Floats
from workbench.statistics.sampling import permanent_numbers

RANDOM_PART = 0.2
# What a draw cannot have taken for certain can still be drawn at random later, with weights no more than doubled.
MOST = 0.5
_ROUNDING = 1e-9


def chances(
    usefulness: Floats | Sequence[float], size: int, *, random_part: float = RANDOM_PART, most: float = MOST
) -> Floats:
    """Chance of each row to be drawn: in proportion to its usefulness, beside a part that is the same for all.

    Parameters
    ----------
    usefulness
        One number a row, 0 or more; 0 also where it is not known.
    size
        How many rows shall be drawn.
    random_part
        Which part of them is drawn regardless of usefulness, above 0.
    most
        No row has a greater chance than this; what the most useful cannot take falls to the others.

    Returns
    -------
    Chances that add up to `size`, each at least ``random_part * size / rows`` and at most `most`.

    Raises
    ------
    WorkbenchError
        `size` is below 1 or more than `most` of the rows, or `random_part` not above 0 and up to 1.

    Notes
    -----
    Sampling with probability proportional to size, mixed with a uniform part as active inference does (Zrnic
    and Candès 2024, arXiv 2403.03208).

    Examples
    --------
    >>> chances([0, 0, 1, 3], 1).round(2).tolist()
    [0.05, 0.05, 0.4, 0.5]
    """
    useful = np.nan_to_num(np.asarray(usefulness, dtype=np.float64), nan=0.0, posinf=0.0).clip(min=0.0)
    _check(len(useful), size, random_part, most)
    chance = np.full(len(useful), random_part * size / len(useful))
    left = size * (1 - random_part)
    for share in (useful, np.ones_like(useful)):
        while left > _ROUNDING and (is_open := (chance < most) & (share > 0)).any():
            raised = np.minimum(chance[is_open] + left * share[is_open] / share[is_open].sum(), most)
            left -= float((raised - chance[is_open]).sum())
            chance[is_open] = raised
    return chance


def draw_by_chance(
    frame: pd.DataFrame,
    chance: Floats,
    *,
    seed: int | str,
    key: Sequence[str] = ("post_id", "brand"),
    group: NDArray | None = None,
) -> NDArray[np.intp]:
    """Draw rows so that each has exactly its chance, and as many as the chances add up to.

    Parameters
    ----------
    frame
        The rows, one a key.
    chance
        Of each row, as `chances` gives them.
    seed
        The same seed and rows draw the same, whatever the order of the rows.
    key
        Columns that identify a row.
    group
        Group of each row; each is drawn from in the measure of its chances, to within one row.

    Returns
    -------
    Places of the rows drawn, those with the smallest chance last.

    Notes
    -----
    Systematic sampling with unequal probabilities (Madow 1949) of the rows in random order: they lie on a line, each
    as long as its chance, and steps of length 1 from a random start hit each with exactly its chance.

    Examples
    --------
    >>> rows = pd.DataFrame({"post_id": list("abcd"), "brand": "Acme"})
    >>> len(draw_by_chance(rows, np.array([0.5, 0.5, 0.5, 0.5]), seed=1))
    2
    """
    number = permanent_numbers(frame, key, seed)
    order = np.lexsort((number, np.zeros(len(frame)) if group is None else group))
    ends = np.cumsum(chance[order])
    # Whole numbers that a sum of fractions misses by its rounding would draw one too few.
    ends[-1] = round(float(ends[-1]))
    steps = np.floor(ends + _start(seed))
    drawn = order[np.diff(steps, prepend=0.0) > 0]
    return drawn[np.lexsort((number[drawn], -chance[drawn]))]


def _start(seed: int | str) -> float:
    """A number from 0 to below 1, from the seed."""
    digest = hashlib.blake2b(f"start of {seed}".encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48


def _check(rows: int, size: int, random_part: float, most: float) -> None:
    if not 0 < random_part <= 1:
        raise WorkbenchError(
            f"a random part of {random_part:g}: expected above 0 and up to 1, or some posts could never be drawn."
        )
    if size < 1:
        raise WorkbenchError(f"{size} posts cannot be drawn by usefulness; expected 1 or more.")
    if size > most * rows:
        raise WorkbenchError(
            f"{size:,} of {rows:,} mentions: at most {100 * most:g} in a hundred may be drawn to teach, so that a "
            f"random sample can still speak for all of them. Ask for {int(most * rows):,} or fewer, or choose more "
            "days."
        )
