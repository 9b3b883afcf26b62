"""Thresholds from costs: cheapest by trying all, curves against outcomes one by one, intervals that cover."""

import numpy as np
import pytest

from workbench.errors import WorkbenchError
from workbench.models.threshold_curve import threshold_curve
from workbench.models.thresholds import Rule, doubted, outcome, rule_at, rule_for, threshold_for
from workbench.settings import Cost

COSTS = [
    Cost(missed=19, false_alarm=1),
    Cost(missed=2, false_alarm=3),
    Cost(missed=20, false_alarm=1, review=0.5),
    Cost(missed=5, false_alarm=5, review=1),
    Cost(missed=1, false_alarm=1, review=10),
]


def calibrated(n, seed=0):
    random = np.random.default_rng(seed)
    said = random.beta(0.6, 2.0, n)
    return said, random.random(n) < said


@pytest.mark.parametrize("cost", COSTS)
def test_no_other_rule_is_cheaper(cost):
    """Of each probability the cheapest of yes, no and people, with the expected costs written out."""
    rule = rule_for(cost)
    for p in np.linspace(0.001, 0.999, 999):
        costs = {"yes": (1 - p) * cost.false_alarm, "no": p * cost.missed, "people": cost.review or np.inf}
        said = "yes" if p >= rule.high else "no" if p < rule.low else "people"
        assert costs[said] <= min(costs.values()) + 1e-9


def test_people_are_not_asked_where_they_cost_more_than_they_save():
    assert not rule_for(COSTS[4]).asks_people
    assert rule_for(COSTS[3]) == Rule(0.2, 0.8)


def test_a_threshold_of_ones_own_keeps_the_stakes():
    cost = COSTS[3]
    assert rule_at(threshold_for(cost), cost) == rule_for(cost)
    low, high = rule_at(0.7, cost)
    assert low == pytest.approx(1 / (0.3 * 10))
    assert high == pytest.approx(1 - 1 / (0.7 * 10))
    assert low < 0.7 < high
    with pytest.raises(WorkbenchError, match="from 0 to 1"):
        rule_at(1.2, cost)


def test_the_curve_says_what_each_outcome_says():
    said, holds = calibrated(400)
    weights = np.random.default_rng(1).uniform(1, 5, 400)
    for cost in COSTS:
        curve = threshold_curve(said, holds, cost, weights, steps=10)
        assert curve["is_asked_for"].sum() == 1
        for row in curve.itertuples():
            expected = outcome(said, holds, rule_at(row.threshold, cost), cost, weights)
            for name in ("precision", "recall", "found", "said", "to_people", "cost_per_1000"):
                value = getattr(expected, name)
                assert getattr(row, name) == pytest.approx(np.nan if value is None else value, nan_ok=True)
                if value is not None:
                    assert getattr(row, f"{name}_low") <= value + 1e-9
                    assert getattr(row, f"{name}_high") >= value - 1e-9


def test_the_threshold_of_the_costs_is_cheap_for_calibrated_probabilities():
    said, holds = calibrated(20_000)
    for cost in COSTS:
        curve = threshold_curve(said, holds, cost, steps=50)
        asked = curve.loc[curve["is_asked_for"], "cost_per_1000"].item()
        assert asked <= 1.03 * curve["cost_per_1000"].min()


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    said, holds = calibrated(100_000, seed=3)
    cost = COSTS[0]
    truth = outcome(said, holds, rule_for(cost), cost)
    hit = {"precision": 0, "recall": 0, "cost_per_1000": 0}
    for seed in range(200):
        rows = np.random.default_rng(seed).choice(len(said), 300, replace=False)
        curve = threshold_curve(said[rows], holds[rows], cost, steps=1)
        row = curve[curve["is_asked_for"]].iloc[0]
        for name in hit:
            hit[name] += row[f"{name}_low"] <= getattr(truth, name) <= row[f"{name}_high"]
    assert min(hit.values()) >= 0.92 * 200, hit


def test_a_label_that_nothing_has_has_no_recall():
    found = outcome(np.array([0.1, 0.6]), np.array([False, False]), Rule(0.5, 0.5), COSTS[0])
    assert (found.recall, found.found, found.precision) == (None, None, 0)
    curve = threshold_curve(np.array([0.1, 0.6]), np.array([False, False]), COSTS[0], steps=2)
    assert curve["recall"].isna().all()
    assert curve["recall_low"].isna().all()


def test_wrong_numbers_of_things_are_told():
    with pytest.raises(WorkbenchError, match="no labelled posts"):
        outcome(np.empty(0), np.empty(0, dtype=bool), Rule(0.5, 0.5), COSTS[0])
    with pytest.raises(WorkbenchError, match="2 probabilities came with 1 labels"):
        threshold_curve(np.array([0.1, 0.6]), np.array([True]), COSTS[0])


def test_a_post_goes_to_people_by_any_label():
    said = np.array([[0.1, 0.5], [0.3, 0.9], [0.1, 0.9]])
    assert doubted(said, [Rule(0.2, 0.4), Rule(0.4, 0.6)]).tolist() == [True, True, False]
