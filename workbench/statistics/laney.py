"""Laney's p′ chart as a prediction interval: shares of many posts, which vary more than by chance alone."""

import numpy as np

from workbench.statistics.prediction_interval import (
    SAME,
    Numbers,
    Periods,
    Prediction,
    judged,
    positions,
    unknown,
)

_MEAN_RANGE = 2 / np.sqrt(np.pi)  # d₂: mean distance of two standard normal numbers, 1.128


def laney_prediction(
    reference: Periods, asked: Periods, *, is_share: bool = True, confidence: float = 0.95
) -> Prediction:
    """Prediction interval of a share (or another mean over posts) from shares of earlier periods.

    With many posts the binomial limits of a p chart are narrower than what moves a share from week
    to week anyway – weather, news, who happens to write – and alarm all day. Laney measures by how
    much: the moving range of standardised shares gives σ_z, by which the limits are widened.

    Parameters
    ----------
    reference
        Periods that show what is usual, in order of time, none missing, each with posts.
    asked
        Periods to judge.
    is_share
        Whether the figures are shares of posts, whose variance follows from their size. Other means, as net
        sentiment, have one variance, whatever they are.
    confidence
        Of the interval; a chart of three sigma would be 0.9973.

    Notes
    -----
    Laney 2002, Quality Engineering 14, 531–537. Here for a few reference periods and a new one: Student's t
    instead of 3, with the degrees of freedom of a mean moving range (Cryer and Ryan 1990, Journal of Quality
    Technology 22, 187–192) and the uncertainty of the reference's own mean. The binomial variance stands on both
    sides of Laney's formula and cancels, so any mean over posts can be judged by it; only the variances of
    the seasons of shares are scaled by it. A period with more posts
    than any of the reference has the interval of the largest of these: what moves a share from week to week does
    not average out within a week. Seasons have a mean each and one σ_z together.

    Examples
    --------
    >>> share = np.array([0.31, 0.28, 0.33, 0.30, 0.27, 0.32, 0.29, 0.31, 0.30, 0.36])
    >>> zeros = np.zeros(10)
    >>> weeks = Periods(share, zeros.astype(int), zeros + 20_000, zeros)
    >>> told = laney_prediction(weeks[np.arange(10) < 9], weeks[np.arange(10) == 9])
    >>> told.low.round(3), told.high.round(3), told.p_values.round(3)
    (array([0.231]), array([0.372]), array([0.085]))
    """
    shares, posts = reference.values, reference.posts
    seasons, group, counts = np.unique(reference.season, return_inverse=True, return_counts=True)
    if len(shares) - len(seasons) < 2 or counts.min() < 2:
        return unknown(asked)
    of_season = np.bincount(group, posts).astype(float)
    means = np.bincount(group, posts * shares) / of_season
    by_chance = _by_chance(means, of_season) if is_share else np.ones(len(means))
    sigma, freedom = _sigma((shares - means[group]) * np.sqrt(posts) / by_chance[group], len(seasons))
    if is_share:
        sigma = max(sigma, _least_sigma(means, of_season, len(shares)))
    at, is_known = positions(seasons, asked.season)
    of_one = 1 / np.clip(asked.posts, 1, posts.max()) + 1 / of_season[at]
    spread = sigma * by_chance[at] * np.sqrt(of_one)
    return judged(asked, means[at], spread, freedom, is_known, SAME, confidence)


def _by_chance(means: Numbers, posts: Numbers) -> Numbers:
    """Binomial standard deviation of one post in each season."""
    # Half a post more on either side: where none of many was negative, the next may be.
    share = (means * posts + 0.5) / (posts + 1)
    return np.sqrt(share * (1 - share))


def _sigma(standardised: Numbers, seasons: int) -> tuple[float, float]:
    """Standard deviation from moving ranges, such that its square is unbiased, and its degrees of freedom."""
    periods = len(standardised)
    # Taking the mean of each season away takes variance away between neighbours of different seasons.
    kept = 1.0 if seasons == 1 else 1 - seasons / periods
    relative_variance = (0.8264 * periods - 1.082) / (periods - 1) ** 2 / kept
    mean_range = float(np.abs(np.diff(standardised)).mean())
    sigma = mean_range / _MEAN_RANGE / np.sqrt(kept) / np.sqrt(1 + relative_variance)
    return sigma, 1 / (2 * relative_variance) + 1 / 4


def _least_sigma(means: Numbers, posts: Numbers, periods: int) -> float:
    """Chance alone, for shares so near 0 or 1 that the reference may show no variance at all."""
    share = (means * posts).sum() / posts.sum()
    is_rare = min(share, 1 - share) * posts.sum() < periods
    return 1.0 if is_rare else 0.0
