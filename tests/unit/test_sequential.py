"""Alarms that may be looked for at any time: bets that can be reckoned by hand, and what always holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.statistics.betting import capital
from workbench.statistics.confidence_sequence import confidence_sequence
from workbench.statistics.sequential import powered, watch_difference, watch_drop

STAKES = (0.01, 0.02, 0.04, 0.08, 0.15, 0.25, 0.4, 0.6, 0.8)


def test_the_bet_by_hand():
    """Promised ¾: an error wins three times what a right answer loses."""
    found = watch_drop([0, 0, 1], 0.75).path["evidence"]
    both = [(1 + 3 * stake) ** 2 for stake in STAKES]
    assert found.iloc[1] == pytest.approx(sum(both) / len(STAKES))
    then = [money * (1 - stake) for money, stake in zip(both, STAKES, strict=True)]
    assert found.iloc[2] == pytest.approx(sum(then) / len(STAKES))


def test_an_alarm_stays():
    """Twelve errors in a row alarm; a thousand right answers after them do not take it back."""
    found = watch_drop([0] * 12 + [1] * 1_000, 0.8)
    assert found.is_alarm
    assert found.alarm_at < 12
    assert found.path["evidence"].iloc[-1] < 20 < found.evidence
    assert found.p_value == 1 / found.evidence
    assert not watch_drop([1] * 1_000, 0.8).is_alarm


def test_better_than_promised_is_no_drop():
    found = watch_drop([1, 1, 1, 0, 1] * 40, 0.5)
    assert not found.is_alarm
    assert (found.evidence, found.p_value) == (1.0, 1.0)


def test_a_weight_that_comes_late_changes_no_bet_before_it():
    right, weights = [1, 0, 0, 1, 0, 1, 1, 0], [1.0, 2.0] * 4
    before = watch_drop(right, 0.8, weights=weights, largest=50.0).path
    after = watch_drop([*right, 1], 0.8, weights=[*weights, 50.0], largest=50.0).path
    assert after.iloc[:8].equals(before)
    assert (
        not watch_drop([*right, 1], 0.8, weights=[*weights, 50.0])
        .path.iloc[:8]
        .equals(watch_drop(right, 0.8, weights=weights).path)
    )


def test_a_promise_of_perfection_is_broken_by_one_error():
    assert watch_drop([1, 1, 0, 1], 1.0).alarm_at == 3
    assert not watch_drop([1] * 500, 1.0).is_alarm


def test_no_label_says_nothing():
    found = watch_drop([], 0.8)
    assert (found.is_alarm, found.alarm_at, found.evidence, len(found.path)) == (False, None, 1.0, 0)
    assert len(confidence_sequence([])) == 0
    assert not watch_difference([], [1, 0]).is_alarm


def test_weights_that_are_alike_change_nothing():
    values = [1, 0, 0, 1, 0, 1] * 10
    plain, weighted = watch_drop(values, 0.7), watch_drop(values, 0.7, weights=[12.5] * 60)
    assert weighted.path.equals(plain.path)


def test_posts_that_stand_for_more_weigh_more():
    values, weights = [0, 1] * 50, [9.0, 1.0] * 50
    found = confidence_sequence(values, weights=weights).iloc[-1]
    assert found["mean"] == pytest.approx(0.1)
    assert found["low"] < 0.1 < found["high"] < 0.5


def test_a_change_is_seen_either_way():
    few, many = [1, 0, 0, 0, 0] * 40, [1, 1, 1, 0, 1] * 40
    up, down = watch_difference(few, many), watch_difference(many, few)
    assert up.is_alarm
    assert up.alarm_at == down.alarm_at
    assert up.path["difference"].iloc[-1] == pytest.approx(0.8 - 0.2)
    assert not watch_difference(few, few).is_alarm


def test_as_many_old_labels_as_new_ones_are_used():
    assert len(watch_difference([0, 1] * 10, [1, 0, 1]).path) == 3
    assert len(watch_difference([0, 1], [1, 0, 1]).path) == 2


def test_a_powered_label_has_the_same_mean_and_less_to_and_fro():
    rng = np.random.default_rng(0)
    label = (rng.random(5_000) < 0.4).astype(float)
    prediction = np.clip(0.7 * label + 0.15 + rng.normal(0, 0.1, 5_000), 0, 1)
    values, bounds = powered(label, prediction, prediction.mean(), 1.0)
    assert values.mean() == pytest.approx(label.mean())
    assert values.std() < 0.5 * label.std()
    assert bounds[0] <= values.min()
    assert values.max() <= bounds[1]
    assert not watch_difference(values, values, bounds=bounds).is_alarm


def test_intervals_narrow_and_hold_what_is_seen_of_most():
    path = confidence_sequence([1, 0, 0, 1] * 100)
    assert (path["low"].diff().dropna() >= 0).all()
    assert (path["high"].diff().dropna() <= 0).all()
    # After a single 1 the mean may be anything but 0.
    assert path["low"].iloc[0] < 0.01
    assert path["high"].iloc[0] == 1
    assert path["low"].iloc[-1] < 0.5 < path["high"].iloc[-1]
    wider = confidence_sequence([1, 0, 0, 1] * 100, confidence=0.99).iloc[-1]
    assert wider["high"] - wider["low"] > path["high"].iloc[-1] - path["low"].iloc[-1]


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), max_size=60), st.floats(0.01, 1.0))
@settings(max_examples=60, deadline=None)
def test_money_is_never_lost_altogether(values, promised):
    gained = promised - np.array(values)
    money = capital(gained, worst=1 - promised)
    assert (money > 0).all()
    # What the first labels say is not changed by those after them.
    assert capital(gained[:5], worst=1 - promised) == pytest.approx(money[:5])


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: watch_drop([1, 2], 0.8), "1 of 2 values are missing or outside of 0 to 1"),
        (lambda: watch_drop([1, float("nan")], 0.8), "1 of 2 values are missing"),
        (lambda: watch_drop([1, 0], 0.0), "a promised mean of 0"),
        (lambda: watch_drop([1, 0], 0.8, weights=[1.0]), "2 values have 1 weights"),
        (lambda: watch_drop([1, 0], 0.8, weights=[1.0, -1.0]), "expected one above 0 for each"),
        (lambda: watch_difference([1, 0], [1, -1]), "1 of 2 values"),
    ],
)
def test_what_is_no_label_is_refused(ask, told):
    with pytest.raises(WorkbenchError, match=told):
        ask()
