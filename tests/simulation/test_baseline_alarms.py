"""How often does a baseline call a period different that is not? 5 in 100, as stated, and not more."""

import sys

import numpy as np
import pytest
from scipy import stats

from workbench.statistics.baseline import predicted
from workbench.statistics.multiple import adjusted
from workbench.statistics.prediction_interval import Periods

pytestmark = pytest.mark.slow


def tell(sentence: str) -> None:
    """For the record, with `pytest -rP`."""
    sys.stdout.write(sentence + "\n")


SERIES = 6_000
WEEKS = 12  # eleven of the reference, and a new one
STATED = 0.05


def alarms(values, way, posts=None, season=None) -> tuple[float, float]:
    """Share of series whose last period is called different, with its Monte Carlo standard error."""
    series, periods = values.shape
    season = np.zeros(periods, int) if season is None else season
    posts = np.zeros_like(values) if posts is None else posts
    is_new = np.arange(periods) == periods - 1
    found = 0
    for figures, many in zip(values, posts, strict=True):
        row = Periods(figures, season, many, np.zeros(periods))
        told = predicted(row[~is_new], row[is_new], way)
        differs = bool(told.p_values[0] <= STATED)
        assert differs == (not told.low[0] <= figures[-1] <= told.high[0]), "interval and p-value agree"
        found += differs
    return found / series, float(np.sqrt(STATED * (1 - STATED) / series))


def binomial_alarms(shares, posts) -> float:
    """The same for the limits of a plain p chart."""
    usual = (shares * posts)[:, :-1].sum(axis=1) / posts[:, :-1].sum(axis=1)
    reach = 1.96 * np.sqrt(usual * (1 - usual) / posts[:, -1])
    return float((np.abs(shares[:, -1] - usual) > reach).mean())


def overdispersed_shares(rng, share, posts, correlation):
    """Shares of about so many posts, which move from week to week by more than chance."""
    many = np.round(posts * np.exp(rng.normal(0, 0.2, (SERIES, WEEKS))))
    a, b = share * (1 / correlation - 1), (1 - share) * (1 / correlation - 1)
    return rng.binomial(many.astype(int), rng.beta(a, b, many.shape)) / many, many


@pytest.mark.parametrize(("mean", "size"), [(8, 10), (100, 10), (100, 3), (2_000, 20)])
def test_counts_that_vary_more_than_by_chance(mean, size):
    rng = np.random.default_rng(mean + size)
    values = rng.poisson(mean * rng.gamma(size, 1 / size, (SERIES, WEEKS))).astype(float)
    rate, error = alarms(values, "counts")
    tell(f"negative binomial, mean {mean}, size {size}: {rate:.4f} ± {error:.4f}")
    assert abs(rate - STATED) < 3 * error + 0.003


def test_counts_that_vary_by_chance_alone():
    values = np.random.default_rng(1).poisson(30, (SERIES, WEEKS)).astype(float)
    rate, error = alarms(values, "counts")
    tell(f"Poisson, mean 30: {rate:.4f} ± {error:.4f}")
    assert abs(rate - STATED) < 3 * error + 0.003


@pytest.mark.parametrize(
    ("share", "posts", "correlation"), [(0.3, 20_000, 0.001), (0.3, 2_000, 0.005), (0.06, 500, 0.01)]
)
def test_shares_of_many_posts(share, posts, correlation):
    shares, many = overdispersed_shares(np.random.default_rng(posts), share, posts, correlation)
    rate, error = alarms(shares, "laney", many)
    plain = binomial_alarms(shares, many)
    tell(f"share {share} of {posts:,} posts: Laney p′ {rate:.4f} ± {error:.4f}, binomial {plain:.4f}")
    assert STATED - 3 * error - 0.006 < rate < STATED + 3 * error, "Laney with t: slightly careful"
    assert plain > 0.3


def test_a_week_with_five_times_the_posts_does_not_alarm_for_being_large():
    shares, many = overdispersed_shares(np.random.default_rng(5), 0.3, 2_000, 0.005)
    many[:, -1] *= 5
    rate, error = alarms(shares, "laney", many)
    tell(f"five times the posts in the new week: {rate:.4f} ± {error:.4f}")
    assert rate < 0.08


def test_daily_figures_with_a_season():
    """Mondays are twice Sundays; a band without season would swallow real changes and alarm on Mondays."""
    rng = np.random.default_rng(7)
    weekday = np.arange(78) % 7  # the last, new day is a Monday
    usual = 60 * np.array([1.4, 1.2, 1.1, 1.0, 1.0, 0.8, 0.7])[weekday]
    values = rng.poisson(usual * rng.gamma(15, 1 / 15, (SERIES, 78))).astype(float)
    rate, error = alarms(values, "counts", season=weekday)
    tell(f"daily counts with a week's rhythm: {rate:.4f} ± {error:.4f}")
    assert abs(rate - STATED) < 3 * error + 0.003
    posts = np.round(values) + 1
    shares = rng.binomial(posts.astype(int), 0.2 + 0.1 * (weekday > 4)) / posts
    rate, error = alarms(shares, "laney", posts, weekday)
    tell(f"daily shares with a week's rhythm: {rate:.4f} ± {error:.4f}")
    assert STATED - 3 * error - 0.008 < rate < STATED + 3 * error


def test_durations_and_indexes():
    rng = np.random.default_rng(9)
    rate, error = alarms(rng.lognormal(8, 0.5, (SERIES, WEEKS)), "durations")
    tell(f"durations: {rate:.4f} ± {error:.4f}")
    assert abs(rate - STATED) < 3 * error + 0.003
    posts = np.round(300 * np.exp(rng.normal(0, 0.2, (SERIES, WEEKS))))
    net = -0.2 + rng.normal(0, 1, posts.shape) * 0.9 / np.sqrt(posts)
    rate, error = alarms(net, "indexes", posts)
    tell(f"net sentiment: {rate:.4f} ± {error:.4f}")
    assert STATED - 3 * error - 0.006 < rate < STATED + 3 * error


def test_an_index_near_zero_on_one_day_of_the_week():
    """Were net sentiment taken for a share, a Monday of mean .02 would have too narrow a band: 35 alarms in 100."""
    rng = np.random.default_rng(10)
    weekday = np.arange(78) % 7  # the last, new day is a Monday
    posts = np.round(300 * np.exp(rng.normal(0, 0.2, (SERIES, 78))))
    net = np.where(weekday == 0, 0.02, 0.15) + rng.normal(0, 1, posts.shape) * 0.9 / np.sqrt(posts)
    rate, error = alarms(net, "indexes", posts, weekday)
    tell(f"daily net sentiment, near zero on Mondays: {rate:.4f} ± {error:.4f}")
    assert STATED - 3 * error - 0.008 < rate < STATED + 3 * error


@pytest.mark.parametrize("correction", ["holm", "benjamini_hochberg", "none"])
def test_a_report_of_many_figures_without_change(correction):
    """Twelve figures, half of them moving together: any alarm in at most 5 of 100 reports."""
    rng = np.random.default_rng(11)
    reports = 2_000
    common = rng.normal(0, 1, (reports, 1))
    own = rng.normal(0, 1, (reports, 12))
    p_values = 2 * stats.norm.sf(np.abs(np.where(np.arange(12) < 6, own, 0.6 * own + 0.8 * common)))
    any_alarm = np.mean([(adjusted(row, correction) <= STATED).any() for row in p_values])
    error = np.sqrt(STATED * (1 - STATED) / reports)
    tell(f"any alarm in a report of 12 figures, {correction}: {any_alarm:.4f} ± {error:.4f}")
    assert (any_alarm < STATED + 3 * error) == (correction != "none")


def test_a_change_is_seen():
    """A surge of half as many again, at 100 a week with a fifth of variation, is found more often than not."""
    rng = np.random.default_rng(13)
    values = rng.poisson(100 * rng.gamma(50, 1 / 50, (SERIES, WEEKS))).astype(float)
    values[:, -1] = np.round(values[:, -1] * 1.5)
    rate, _ = alarms(values, "counts")
    tell(f"a rise by half is seen in {rate:.2f}")
    assert rate > 0.5
