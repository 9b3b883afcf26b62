"""Intervals for the mean of something bounded, when its variance is known by other means than by counting."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]


def bounded_interval(
    mean: Any,
    variance: Any,
    freedom: Any,
    confidence: float = 0.95,
    spread: Any = None,
) -> tuple[Floats, Floats]:
    """Wilson's interval for a mean between 0 and 1 with the effective number of observations.

    The effective number is how many simple observations would be as precise. Other than value ± 2 standard
    errors, the interval stays within 0 and 1, leans to the middle and has a width where all were alike: what
    a rare class needs. Anything with lowest and highest value can be brought to 0 and 1 first.

    Parameters
    ----------
    mean
        Between 0 and 1; a number or many.
    variance
        Of that mean. Zero, where everything is known, gives an interval without width.
    freedom
        Degrees of freedom of the variance.
    confidence
        Of the interval.
    spread
        Variance of one observation; without it mean × (1 − mean).

    Notes
    -----
    Wilson (1927); with effective numbers Korn and Graubard (1998) and, compared with others for samples of
    surveys, Franco, Little, Louis and Slud (2019), doi:10.1093/jssam/smy019; Student's t for the normal, as
    the variance is estimated.

    Examples
    --------
    >>> low, high = bounded_interval(0.1, 0.1 * 0.9 / 100, freedom=1e9)
    >>> f"{low:.3f} {high:.3f}"
    '0.055 0.174'
    """
    mean, variance = np.asarray(mean, dtype=np.float64), np.asarray(variance, dtype=np.float64)
    spread = mean * (1 - mean) if spread is None else np.asarray(spread, dtype=np.float64)
    squared = students_t(freedom, confidence) ** 2
    # One over the effective number; written so that a variance of zero needs no case of its own.
    share = np.divide(variance, spread, out=np.zeros(np.broadcast(variance, spread).shape), where=spread > 0)
    pulled = squared * share
    middle = (mean + pulled / 2) / (1 + pulled)
    half = np.sqrt(pulled * (mean * (1 - mean) + pulled / 4)) / (1 + pulled)
    return np.clip(middle - half, 0.0, mean), np.clip(middle + half, mean, 1.0)


def students_t(freedom: Any, confidence: float = 0.95) -> Floats:
    """How many standard errors an interval reaches to either side, by Student's t; one degree of freedom at least.

    Examples
    --------
    >>> students_t([1, 30, 1e9]).round(2)
    array([12.71,  2.04,  1.96])
    """
    # Not `scipy.stats.t`, which checks its arguments for many times as long as it reckons.
    return np.asarray(stdtrit(np.maximum(freedom, 1), (1 + confidence) / 2))
