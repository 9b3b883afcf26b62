"""Channel weights: what they give, how far it hangs on them, and what is refused."""

import datetime as dt
import itertools

import numpy as np
import pandas as pd
import pytest

from workbench.errors import WorkbenchError
from workbench.statistics.weights import frozen, weighted_channels

CHANNELS = pd.DataFrame(
    {
        "platform": ["x", "reddit", "facebook"],
        "value": [0.6, 0.2, 0.4],
        "standard_error": [0.03, 0.04, 0.05],
        "posts": [700, 200, 100],
    }
)
SHARES = {"x": 0.4, "reddit": 0.4, "facebook": 0.2}


def row(told: pd.DataFrame, weighting: str) -> pd.Series:
    return told.set_index("weighting").loc[weighting]


def test_both_weightings_stand_beside_the_unweighted_figure():
    told = weighted_channels(
        CHANNELS, representativeness=SHARES, importance={"x": 0, "reddit": 0.5, "facebook": 0.5}
    )
    assert told["weighting"].tolist() == ["unweighted", "representative", "importance"]
    assert row(told, "unweighted")["value"] == pytest.approx((700 * 0.6 + 200 * 0.2 + 100 * 0.4) / 1000)
    assert row(told, "representative")["value"] == pytest.approx(0.4 * 0.6 + 0.4 * 0.2 + 0.2 * 0.4)
    assert row(told, "importance")["value"] == pytest.approx(0.5 * 0.2 + 0.5 * 0.4)
    assert weighted_channels(CHANNELS)["weighting"].tolist() == ["unweighted"]


def test_the_interval_adds_variances_of_independent_channels():
    told = row(weighted_channels(CHANNELS, representativeness=SHARES), "representative")
    error = np.sqrt(0.4**2 * 0.03**2 + 0.4**2 * 0.04**2 + 0.2**2 * 0.05**2)
    assert (told["high"] - told["low"]) / 2 == pytest.approx(1.959964 * error)


def test_an_interval_serves_as_a_standard_error_and_none_gives_none():
    ends = CHANNELS.assign(
        low=CHANNELS["value"] - 1.959964 * CHANNELS["standard_error"],
        high=CHANNELS["value"] + 1.959964 * CHANNELS["standard_error"],
    ).drop(columns="standard_error")
    expected = weighted_channels(CHANNELS, representativeness=SHARES)
    pd.testing.assert_frame_equal(weighted_channels(ends, representativeness=SHARES), expected)
    without = weighted_channels(CHANNELS.drop(columns="standard_error"), representativeness=SHARES)
    assert without[["low", "high"]].isna().all().all()
    assert without["value"].notna().all()


def test_the_sensitivity_is_the_lowest_and_highest_of_all_variations():
    told = row(weighted_channels(CHANNELS, representativeness=SHARES), "representative")
    values, weights = CHANNELS["value"].to_numpy(), np.array([0.4, 0.4, 0.2])
    varied = []
    for place, factor in itertools.product(range(3), (0, 0.8, 1.2)):
        other = weights * np.where(np.arange(3) == place, factor, 1)
        varied.append(other @ values / other.sum())
    assert told["sensitivity_low"] == pytest.approx(min(varied))
    assert told["sensitivity_high"] == pytest.approx(max(varied))


@pytest.mark.slow
def test_the_representative_figure_is_near_the_truth_where_the_unweighted_is_not():
    """Customers are spread as SHARES, posts are not; the interval covers the customers' figure 95 times of 100."""
    rng = np.random.default_rng(5)
    truth = CHANNELS["value"].to_numpy() @ np.array(list(SHARES.values()))
    covered = {"unweighted": 0, "representative": 0}
    draws = 2_000
    for _ in range(draws):
        posts = CHANNELS["posts"].to_numpy()
        share = rng.binomial(posts, CHANNELS["value"]) / posts
        drawn = CHANNELS.assign(value=share, standard_error=np.sqrt(share * (1 - share) / posts))
        told = weighted_channels(drawn, representativeness=SHARES).set_index("weighting")
        for weighting in covered:
            covered[weighting] += told.loc[weighting, "low"] <= truth <= told.loc[weighting, "high"]
    assert abs(covered["representative"] / draws - 0.95) < 3 * np.sqrt(0.95 * 0.05 / draws) + 0.005
    assert covered["unweighted"] / draws < 0.01


def test_a_group_without_a_weighted_channel_is_withheld():
    two = pd.concat(
        [CHANNELS.assign(week="W1"), CHANNELS[CHANNELS["platform"] != "reddit"].assign(week="W2")]
    )
    told = weighted_channels(two, representativeness=SHARES, by=["week"]).set_index(["week", "weighting"])
    assert told.loc[("W1", "representative"), "status"] == "ok"
    withheld = told.loc[("W2", "representative")]
    assert withheld["status"] == "withheld"
    assert withheld["method"].startswith("withheld: no figure of reddit")
    assert told.loc[("W2", "unweighted"), "value"] == pytest.approx((700 * 0.6 + 100 * 0.4) / 800)


def test_a_channel_that_is_silent_everywhere_withholds_and_is_no_mistake():
    two = CHANNELS[CHANNELS["platform"] != "reddit"]
    told = weighted_channels(two, representativeness=SHARES, known_channels=["x", "reddit", "facebook"])
    assert row(told, "representative")["status"] == "withheld"
    assert row(told, "unweighted")["status"] == "ok"


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"x": 0.5, "reddit": 0.5}, "say nothing of: facebook"),
        ({"x": 0.4, "redit": 0.4, "facebook": 0.2}, "name 'redit'.*Did you mean 'reddit'"),
        ({"x": 0.4, "reddit": 0.4, "facebook": 0.4}, "add to 1.2"),
        ({"x": 1.4, "reddit": -0.6, "facebook": 0.2}, "shares from 0 to 1"),
    ],
)
def test_weights_that_do_not_fit_are_refused(weights, message):
    with pytest.raises(WorkbenchError, match=message):
        weighted_channels(CHANNELS, importance=weights)


def test_rounded_shares_are_taken_and_made_exact():
    third = {"x": 0.33, "reddit": 0.33, "facebook": 0.33}
    assert row(weighted_channels(CHANNELS, importance=third), "importance")["value"] == pytest.approx(0.4)


def test_a_channel_twice_and_a_missing_column():
    with pytest.raises(WorkbenchError, match="stands twice"):
        weighted_channels(pd.concat([CHANNELS, CHANNELS]))
    with pytest.raises(WorkbenchError, match="no column 'platform'"):
        weighted_channels(CHANNELS.rename(columns={"platform": "channel"}))


def test_weights_are_frozen_for_a_year():
    assert "over a year ago" in frozen(dt.date(2025, 1, 1), dt.date(2026, 6, 1))
    assert "in sight" in frozen(dt.date(2026, 6, 2), dt.date(2026, 6, 1))


def of_kinds(*kinds: str) -> pd.DataFrame:
    statuses = {"signal": "no labels", "estimate": "ok"}
    return CHANNELS.assign(kind=kinds, status=[statuses[kind] for kind in kinds])


def test_estimates_and_signals_do_not_mix_unsaid():
    told = weighted_channels(of_kinds("estimate", "estimate", "signal"), representativeness=SHARES)
    assert told["status"].tolist() == ["withheld", "withheld"]
    assert "estimates of x, reddit; signals of facebook" in told["method"].iloc[1]


def test_a_figure_of_signals_is_a_signal():
    told = weighted_channels(of_kinds("signal", "signal", "signal"), representativeness=SHARES)
    assert set(zip(told["kind"], told["status"], strict=True)) == {("signal", "no labels")}


def test_a_signal_that_weighs_nothing_spoils_no_estimate():
    weights = {"x": 0.5, "reddit": 0.5, "facebook": 0}
    told = row(
        weighted_channels(of_kinds("estimate", "estimate", "signal"), importance=weights), "importance"
    )
    assert (told["kind"], told["status"]) == ("estimate", "ok")


def test_pooled_figures_are_refused():
    pooled = of_kinds("estimate", "estimate", "estimate").assign(status=["ok", "pooled", "ok"])
    with pytest.raises(WorkbenchError, match="pool_periods=1"):
        weighted_channels(pooled, representativeness=SHARES)


def test_what_weighs_nothing_takes_no_interval_away():
    unsure = CHANNELS.assign(standard_error=[0.03, 0.04, np.nan])
    weights = {"x": 0.5, "reddit": 0.5, "facebook": 0}
    told = row(weighted_channels(unsure, importance=weights), "importance")
    assert told["high"] - told["value"] == pytest.approx(1.959964 * np.hypot(0.5 * 0.03, 0.5 * 0.04))


def test_posts_of_no_known_channel_are_named():
    nameless = CHANNELS.assign(platform=["x", "reddit", None])
    told = weighted_channels(nameless, representativeness={"x": 0.5, "reddit": 0.5})
    assert row(told, "representative")["method"].startswith("withheld: 100 posts are of no known platform")
