"""How strongly two things go together among people, with intervals that hold for few of them."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy import stats
from scipy.stats.contingency import odds_ratio as scipy_odds_ratio

_FEW = 5  # expected in a cell, below which the normal approximation is left


@dataclass(frozen=True)
class Association:
    """A measure of association, its interval, and how both were found."""

    value: float
    low: float
    high: float
    method: str


def wilson(part: int, whole: int, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of a share (Wilson 1927); without anybody, from 0 to 1.

    Examples
    --------
    >>> [round(end, 3) for end in wilson(0, 10)]
    [0.0, 0.278]
    """
    if whole == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = part / whole
    centre = share + z**2 / (2 * whole)
    reach = z * math.sqrt(share * (1 - share) / whole + z**2 / (4 * whole**2))
    scale = 1 + z**2 / whole
    return max(0.0, (centre - reach) / scale), min(1.0, (centre + reach) / scale)


def risk_difference(
    events: int, people: int, other_events: int, other_people: int, confidence: float = 0.95
) -> Association:
    """Share of people with an outcome in one group, less that in another.

    Notes
    -----
    Newcombe 1998, Statistics in Medicine 17, 873–890, method 10: from the two Wilson intervals; it holds for few
    people and for shares near 0 or 1.

    Examples
    --------
    >>> told = risk_difference(56, 70, 48, 80)
    >>> round(told.value, 2), round(told.low, 4), round(told.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    if not people or not other_people:
        return Association(math.nan, math.nan, math.nan, "withheld: nobody to compare with")
    share, other = events / people, other_events / other_people
    low, high = wilson(events, people, confidence)
    other_low, other_high = wilson(other_events, other_people, confidence)
    difference = share - other
    return Association(
        difference,
        difference - math.hypot(share - low, other_high - other),
        difference + math.hypot(high - share, other - other_low),
        "difference of two shares of people, Newcombe's interval",
    )


def odds_ratio(
    events: int, people: int, other_events: int, other_people: int, confidence: float = 0.95
) -> Association:
    """Odds of an outcome in one group over those in another.

    Notes
    -----
    With five or more people expected in each cell Woolf's interval of the logarithm, with a half added to
    each cell (Gart 1966); with fewer, the conditional estimate and the exact interval of Fisher and Cornfield.

    Examples
    --------
    >>> told = odds_ratio(56, 70, 48, 80)
    >>> round(told.value, 2), round(told.low, 2), round(told.high, 2)
    (2.61, 1.26, 5.41)
    >>> odds_ratio(3, 4, 0, 5).method
    'conditional odds ratio, exact interval (few people)'
    """
    cells = [events, people - events, other_events, other_people - other_events]
    everybody, with_outcome = people + other_people, events + other_events
    if not people or not other_people or with_outcome in (0, everybody):
        return Association(math.nan, math.nan, math.nan, "withheld: all are alike")
    expected = min(people, other_people) * min(with_outcome, everybody - with_outcome) / everybody
    if expected < _FEW:
        found = scipy_odds_ratio([cells[:2], cells[2:]], kind="conditional")
        interval = found.confidence_interval(confidence)
        method = "conditional odds ratio, exact interval (few people)"
        return Association(float(found.statistic), float(interval.low), float(interval.high), method)
    a, b, c, d = (cell + 0.5 for cell in cells)
    logarithm = math.log(a * d / (b * c))
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return Association(
        math.exp(logarithm),
        math.exp(logarithm - reach),
        math.exp(logarithm + reach),
        "odds ratio with a half added to each cell, Woolf's interval",
    )


def difference_of_means(
    mean: float, variance: float, people: int, other_mean: float, other_variance: float, other_people: int,
    confidence: float = 0.95,
) -> Association:  # fmt: skip
    """Mean of one group less that of another, with the interval of Welch 1947.

    Examples
    --------
    >>> told = difference_of_means(0.6, 0.04, 25, 0.5, 0.09, 30)
    >>> round(told.value, 2), round(told.low, 3), round(told.high, 3)
    (0.1, -0.036, 0.236)
    """
    if min(people, other_people) < 2:
        return Association(math.nan, math.nan, math.nan, "withheld: fewer than two people in a group")
    one, other = variance / people, other_variance / other_people
    difference, spread = mean - other_mean, one + other
    if spread == 0:
        return Association(
            difference, math.nan, math.nan, "difference of means; nobody differs within a group"
        )
    freedom = spread**2 / (one**2 / (people - 1) + other**2 / (other_people - 1))
    reach = float(stats.t.ppf((1 + confidence) / 2, freedom)) * math.sqrt(spread)
    return Association(
        difference, difference - reach, difference + reach, "difference of means, Welch's interval"
    )


def correlation(x: np.ndarray, y: np.ndarray, confidence: float = 0.95) -> Association:
    """Pearson's correlation with Fisher's interval; withheld for fewer than four pairs.

    Examples
    --------
    >>> told = correlation(np.array([1.0, 2, 3, 4, 5]), np.array([1.0, 3, 2, 5, 4]))
    >>> round(told.value, 2), round(told.low, 2), round(told.high, 2)
    (0.8, -0.28, 0.99)
    """
    if len(x) < 4 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return Association(math.nan, math.nan, math.nan, "withheld: fewer than four groups that differ")
    value = float(np.corrcoef(x, y)[0, 1])
    reach = NormalDist().inv_cdf((1 + confidence) / 2) / math.sqrt(len(x) - 3)
    angle = math.atanh(max(-1 + 1e-12, min(1 - 1e-12, value)))
    return Association(
        value, math.tanh(angle - reach), math.tanh(angle + reach), "correlation, Fisher's interval"
    )
