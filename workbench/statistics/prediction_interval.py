"""Between which values a new period lies, if nothing has changed since the reference.

Not the confidence interval of the reference's mean: a new period varies as each of the old ones did,
and the mean and spread of a few old ones are themselves uncertain. Both are in the interval.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Periods:
    """Figures of some periods.

    Parameters
    ----------
    values
        The figures.
    season
        What is alike about periods, as a number: the day of the week of daily figures, else 0.
    posts
        How many posts each figure rests on.
    errors
        Standard error of each figure where it is an estimate, else 0.
    """

    values: Numbers
    season: NDArray[np.int64]
    posts: Numbers
    errors: Numbers

    def __getitem__(self, chosen: NDArray[np.bool_]) -> "Periods":
        return Periods(self.values[chosen], self.season[chosen], self.posts[chosen], self.errors[chosen])


@dataclass(frozen=True)
class Prediction:
    """What was to be expected of each period, with two-sided p-values of what came."""

    expected: Numbers
    low: Numbers
    high: Numbers
    p_values: Numbers


@dataclass(frozen=True)
class Scale:
    """A scale on which figures vary alike, whatever their size."""

    there: Callable[[Numbers], Numbers]
    back: Callable[[Numbers], Numbers]
    least_variance: float = 0.0


def _same(values: Numbers) -> Numbers:
    return values


SAME = Scale(_same, _same)
LOGARITHM = Scale(np.log1p, np.expm1)


def count_scale(reference: Periods) -> Scale:
    """The scale on which counts vary alike, whether by chance alone or by more (overdispersion).

    Notes
    -----
    Anscombe 1948, Biometrika 35, 246–254: arcsinh √((x + 3/8) / k) for the negative binomial with variance
    μ + μ²/k, which is √(x + 3/8) for counts that vary by chance alone (k without end). Here k is what the
    variance within the seasons of the reference says. On √x alone a Monday with twice the posts of a Sunday
    varies more than it, and alarms more.
    """
    values = reference.values
    seasons, group, counts = np.unique(reference.season, return_inverse=True, return_counts=True)
    means = (np.bincount(group, values) / counts)[group]
    freedom = max(len(values) - len(seasons), 1)
    excess = ((values - means) ** 2).sum() * len(values) / freedom - means.sum()
    squares = (means**2).sum()
    if values.mean() < 1 or excess <= squares * 1e-6:
        return ROOT
    size = max(squares / excess, 0.5)

    def there(counted: Numbers) -> Numbers:
        return np.sqrt(size) * np.arcsinh(np.sqrt((counted + 3 / 8) / size))

    least = there(np.zeros(1))

    def back(scaled: Numbers) -> Numbers:
        return size * np.sinh(np.maximum(scaled, least) / np.sqrt(size)) ** 2 - 3 / 8

    return Scale(there, back)


# On it the variance of a Poisson count is 1/4.
ROOT = Scale(lambda x: np.sqrt(x + 3 / 8), lambda y: np.maximum(y, np.sqrt(3 / 8)) ** 2 - 3 / 8, 1 / 4)


def student_prediction(
    reference: Periods, asked: Periods, *, scale: Scale = SAME, confidence: float = 0.95
) -> Prediction:
    """Prediction interval by Student's t, on a scale.

    Parameters
    ----------
    reference
        Periods that show what is usual, none missing.
    asked
        Periods to judge; a missing figure has an interval and no p-value.
    scale
        `count_scale` for counts, `LOGARITHM` for durations.
    confidence
        Of the interval.

    Returns
    -------
    Missing where the reference has no period of that season, or too few to tell.

    Notes
    -----
    Expected plus or minus t · s · √(1 + 1/n), with n − (number of seasons) degrees of freedom (Hahn and Meeker
    1991, Statistical Intervals). Periods are taken for independent of each other. An estimate that is less
    precise than those of the reference has a wider interval.

    Examples
    --------
    >>> def periods(*values):
    ...     zeros = np.zeros(len(values))
    ...     return Periods(np.array(values, float), zeros.astype(int), zeros, zeros)
    >>> usual = periods(90, 104, 110, 95, 99, 108, 101, 97)
    >>> told = student_prediction(usual, periods(104, 150), scale=count_scale(usual))
    >>> told.low.round(), told.high.round(), told.p_values < 0.05
    (array([84., 84.]), array([118., 118.]), array([False,  True]))
    """
    values = scale.there(reference.values)
    seasons, group, counts = np.unique(reference.season, return_inverse=True, return_counts=True)
    freedom = len(values) - len(seasons)
    means = np.bincount(group, values) / counts
    if freedom < 1:
        return unknown(asked)
    variance = float(((values - means[group]) ** 2).sum() / freedom)
    if reference.values.mean() < 1 or variance < 1e-12:
        # So rare, or so alike by luck, that the reference shows no variance: chance alone has some.
        variance = max(variance, scale.least_variance)
    at, is_known = positions(seasons, asked.season)
    less_precise = np.maximum(asked.errors**2 - (reference.errors**2).mean(), 0)
    spread = np.sqrt(variance * (1 + 1 / counts[at]) + less_precise)
    return judged(asked, means[at], spread, freedom, is_known, scale, confidence)


def positions(
    seasons: NDArray[np.int64], asked: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Place of each period's season among those of the reference, and whether it is there."""
    at = np.searchsorted(seasons, asked).clip(0, len(seasons) - 1)
    return at, seasons[at] == asked


def judged(
    asked: Periods,
    centre: Numbers,
    spread: Numbers,
    freedom: float,
    is_known: NDArray[np.bool_],
    scale: Scale,
    confidence: float,
) -> Prediction:
    """Interval and p-values from centre and spread on the scale."""
    reach = stats.t.ppf((1 + confidence) / 2, freedom) * spread
    distance = np.abs(scale.there(asked.values) - centre)
    # Where nothing ever varied, only the very same is usual.
    away = np.divide(distance, spread, out=np.where(distance > 0, np.inf, 0.0), where=spread > 0)
    p_values = np.where(np.isnan(asked.values), np.nan, 2 * stats.t.sf(away, freedom))
    told = (scale.back(centre), scale.back(centre - reach), scale.back(centre + reach), p_values)
    return Prediction(*(np.where(is_known, numbers, np.nan) for numbers in told))


def unknown(asked: Periods) -> Prediction:
    """Nothing can be said of these periods."""
    nothing = np.full(len(asked.values), np.nan)
    return Prediction(nothing, nothing, nothing, nothing)
