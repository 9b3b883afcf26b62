"""Intervals of associations, against published figures and by simulation."""

import math

import numpy as np
import pytest

from workbench.statistics.association import (
    correlation,
    difference_of_means,
    odds_ratio,
    risk_difference,
    wilson,
)


def test_newcombe_gives_the_published_intervals():
    """Newcombe 1998, table II, method 10: 9/10 against 3/10, and 10/10 against 0/10."""
    told = risk_difference(9, 10, 3, 10)
    assert (round(told.low, 4), round(told.high, 4)) == (0.1705, 0.8090)
    told = risk_difference(10, 10, 0, 10)
    assert (round(told.low, 4), round(told.high, 4)) == (0.6075, 1.0)


def test_wilson_of_nobody_knows_nothing():
    assert wilson(0, 0) == (0.0, 1.0)


def test_few_people_have_an_exact_interval():
    """Fisher's tea: 3 of 4 and 1 of 4. At each end of the interval the tail has probability 2.5 %."""
    told = odds_ratio(3, 4, 1, 4)
    assert told.value == pytest.approx(6.408, abs=0.01)
    ways = np.array([math.comb(4, cell) * math.comb(4, 4 - cell) for cell in range(5)], dtype=float)
    at_low, at_high = (ways * end ** np.arange(5.0) for end in (told.low, told.high))
    assert at_low[3:].sum() / at_low.sum() == pytest.approx(0.025, rel=1e-4)
    assert at_high[:4].sum() / at_high.sum() == pytest.approx(0.025, rel=1e-4)
    assert "exact" in told.method


def test_nobody_to_compare_with():
    assert math.isnan(risk_difference(0, 0, 3, 10).value)
    assert math.isnan(odds_ratio(0, 5, 0, 5).value)
    assert math.isnan(difference_of_means(0.5, 0.1, 1, 0.5, 0.1, 10).value)
    assert math.isnan(correlation(np.array([1.0, 2, 3]), np.array([1.0, 2, 3])).value)


@pytest.mark.slow
@pytest.mark.parametrize(("share", "other", "people", "others"), [(0.3, 0.12, 60, 150), (0.5, 0.05, 12, 40)])
def test_intervals_cover_95_times_of_100(share, other, people, others):
    rng = np.random.default_rng(people)
    draws = 2_000
    truth = {"difference": share - other, "odds": share / (1 - share) / (other / (1 - other))}
    events, other_events = rng.binomial(people, share, draws), rng.binomial(others, other, draws)
    covered = {"difference": 0, "odds": 0}
    for a, b in zip(events.tolist(), other_events.tolist(), strict=True):
        difference, odds = risk_difference(a, people, b, others), odds_ratio(a, people, b, others)
        covered["difference"] += difference.low <= truth["difference"] <= difference.high
        covered["odds"] += not odds.low > truth["odds"] and not odds.high < truth["odds"]
    error = math.sqrt(0.95 * 0.05 / draws)
    assert 0.95 - 3 * error - 0.005 < covered["difference"] / draws < 0.985
    assert 0.95 - 3 * error - 0.005 < covered["odds"] / draws


def test_the_difference_of_means_covers_with_unequal_variances():
    rng = np.random.default_rng(2)
    covered = 0
    for _ in range(2_000):
        one, other = rng.normal(0.6, 0.1, 12), rng.normal(0.5, 0.3, 40)
        told = difference_of_means(one.mean(), one.var(ddof=1), 12, other.mean(), other.var(ddof=1), 40)
        covered += told.low <= 0.1 <= told.high
    assert abs(covered / 2_000 - 0.95) < 3 * math.sqrt(0.95 * 0.05 / 2_000)
