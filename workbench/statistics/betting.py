"""The arithmetic of betting against a hypothesis, value by value.

Under the hypothesis nobody can expect to win, so that to have made twenty of one happens at most once in
twenty, however long one plays and whenever one stops (Ville 1939).
"""

from collections.abc import Sequence

import numpy as np

from workbench.errors import WorkbenchError
from workbench.statistics.intervals import Floats

# Stakes that are played side by side, as parts of the highest that cannot lose more than there is: small ones
# win on small changes in the long run, large ones on large changes soon.
_STAKES = np.array([0.01, 0.02, 0.04, 0.08, 0.15, 0.25, 0.4, 0.6, 0.8])
_MEANS = np.linspace(0, 1, 401)


def capital(gained: Floats, worst: float) -> Floats:
    """What one becomes that is staked on every value, after each of them.

    Parameters
    ----------
    gained
        By a stake of one on each value; the last axis is the order in which they came.
    worst
        The most that a stake of one can lose.

    Examples
    --------
    >>> capital(np.array([0.5, 0.5, -0.5]), worst=0.5).round(2)
    array([1.26, 1.66, 1.03])
    """
    if worst <= 0:
        # Nothing can be lost, so nothing bounds the stake: what contradicts at all, contradicts for certain.
        return np.where(np.maximum.accumulate(gained, axis=-1) > 0, np.inf, 1.0)
    growth = np.log1p(np.multiply.outer(_STAKES / worst, gained)).cumsum(axis=-1)
    return np.asarray(np.exp(np.minimum(growth, 700)).mean(axis=0))


def either_way(gained: Floats, worst: float, worst_otherwise: float) -> Floats:
    """… half of it staked on the opposite."""
    return (capital(gained, worst) + capital(-gained, worst_otherwise)) / 2


def means_left(observed: Floats, scale: Floats, alarm_chance: float) -> tuple[Floats, Floats]:
    """Lowest and highest mean against which nobody has made much so far, after each value.

    Parameters
    ----------
    observed, scale
        Values between 0 and 1, and their weights as parts of the largest possible.
    alarm_chance
        Chance that the true mean is ever excluded.
    """
    is_left = np.empty((len(observed), len(_MEANS)), dtype=bool)
    for place, mean in enumerate(_MEANS):
        money = either_way((observed - mean) * scale, mean, 1 - mean)
        is_left[:, place] = np.maximum.accumulate(money) < 1 / alarm_chance
    # Where every mean is excluded, which no mean makes likelier than said, the last one left stays.
    last = max(int(is_left.any(axis=1).sum()) - 1, 0)
    is_left[last + 1 :] = is_left[last : last + 1]
    # The true mean may lie between two of the grid: the ends are one step further out.
    step = _MEANS[1]
    low = _MEANS[is_left.argmax(axis=1)] - step
    high = _MEANS[len(_MEANS) - 1 - is_left[:, ::-1].argmax(axis=1)] + step
    return low.clip(0, 1), high.clip(0, 1)


def checked(values: Sequence[float], bounds: tuple[float, float] = (0.0, 1.0)) -> Floats:
    """The values, if none is missing or out of bounds; otherwise an error.

    Raises
    ------
    WorkbenchError
        A value is missing or out of bounds.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if wrong := int((~((numbers >= bounds[0] - 1e-9) & (numbers <= bounds[1] + 1e-9))).sum()):
        raise WorkbenchError(
            f"{wrong} of {len(numbers)} values are missing or outside of {bounds[0]:g} to {bounds[1]:g}."
        )
    return numbers.clip(*bounds)


def scaled(weights: Sequence[float] | None, count: int, largest: float = np.nan) -> Floats:
    """Weights as parts of the largest there can be, or of the largest there is; 1 without any.

    Raises
    ------
    WorkbenchError
        There is not one weight above 0 for each value.
    """
    if weights is None:
        return np.ones(count)
    numbers = np.asarray(weights, dtype=np.float64)
    if len(numbers) != count or not (np.isfinite(numbers) & (numbers > 0)).all():
        raise WorkbenchError(f"{count} values have {len(numbers)} weights: expected one above 0 for each.")
    return np.asarray(numbers / np.fmax(largest, numbers.max(initial=0.0)))
