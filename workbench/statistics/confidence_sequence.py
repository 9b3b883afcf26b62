"""Intervals of a mean that may be looked at after every label, and hold it all together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.statistics.betting import checked, means_left, scaled
from workbench.statistics.intervals import Floats


def confidence_sequence(
    values: Sequence[float], *, weights: Sequence[float] | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """Intervals of a mean, one after each value, which hold it all together with the confidence stated.

    Parameters
    ----------
    values, weights
        As for `watch_drop`.
    confidence
        That no interval of all excludes the mean.

    Returns
    -------
    One row a value: ``labels``, ``mean``, ``low``, ``high``. An interval is never wider than one before.

    Notes
    -----
    Waudby-Smith and Ramdas 2023 (hedged capital); compare Howard, Ramdas, McAuliffe and Sekhon 2021,
    doi:10.1214/20-AOS1991.

    Examples
    --------
    >>> confidence_sequence([1, 0, 1, 1] * 50).iloc[[19, 199]].round(2)
         labels  mean   low  high
    19       20  0.75  0.40  0.95
    199     200  0.75  0.64  0.84
    """
    observed = checked(values)
    return means_so_far(observed, scaled(weights, len(observed)), 1 - confidence)


def means_so_far(observed: Floats, scale: Floats, alarm_chance: float) -> pd.DataFrame:
    """The mean after each value, with the interval of `confidence_sequence`; `scale` is weights as parts of one."""
    low, high = means_left(observed, scale, alarm_chance)
    count = np.arange(1, len(observed) + 1)
    mean = (observed * scale).cumsum() / scale.cumsum()
    return pd.DataFrame({"labels": count, "mean": mean, "low": low, "high": high})
