"""Corrected shares: sums that can be done by hand, what is refused, and what always holds."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.statistics.prevalence import corrected_mean, labels_only_mean


def labelled(labels, predictions, chance=0.1, **columns) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": labels,
            "prediction": predictions,
            "inclusion_probability": chance,
            "is_held_out": True,
            **columns,
        }
    )


def test_the_mean_error_is_added_to_the_mean_prediction():
    """Labels 1 1 0 0 beside predictions 1 0 0 0: λ = (1/2) / (3/4), and what was missed comes back."""
    found = corrected_mean(40, 12.0, labelled([1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]))
    power = (1 * (1 / 2) * (3 / 4) - 1 * (1 / 2) * (1 / 4) + 2 * (1 / 2) * (1 / 4)) / (
        (3 / 4) ** 2 + 3 * (1 / 4) ** 2
    )
    assert found.power == pytest.approx(power)
    assert found.value == pytest.approx(2 / 4 + power * (12 / 40 - 1 / 4))
    assert (found.posts, found.labels) == (40, 4)


def test_a_perfect_classifier_is_believed_and_a_useless_one_is_not():
    labels = np.tile([1.0, 0.0, 0.0, 0.0, 0.0], 40)
    perfect = corrected_mean(2_000, 440.0, labelled(labels, labels))
    assert perfect.power == pytest.approx(1)
    assert perfect.value == pytest.approx(0.22)
    assert perfect.high - perfect.low < 0.04
    opposite = corrected_mean(2_000, 440.0, labelled(labels, 1 - labels))
    assert opposite.power == 0
    alone = labels_only_mean(labelled(labels, labels), 2_000)
    assert (opposite.value, opposite.low, opposite.high) == (alone.value, alone.low, alone.high)
    assert opposite.method == alone.method == "labels drawn at random alone; 95 % interval for these posts"


def test_posts_drawn_more_often_count_less():
    """Four posts stand for 10 each, four for 2: (40·1 + 8·0) / 48."""
    rows = labelled([1.0] * 4 + [0.0] * 4, [0.5] * 8, [0.1] * 4 + [0.5] * 4)
    assert corrected_mean(48, 24.0, rows).value == pytest.approx(40 / 48)


def test_all_labelled_leaves_nothing_to_doubt():
    found = corrected_mean(4, 3.0, labelled([1.0, 0.0, 0.0, 0.0], [0.9, 0.9, 0.6, 0.6], 1.0))
    assert (found.low, found.value, found.high) == (0.25, 0.25, 0.25)
    assert found.standard_error == 0


@pytest.mark.parametrize("every", [0.0, 1.0])
def test_labels_of_one_class_leave_doubt(every):
    found = corrected_mean(1_000, 300.0, labelled([every] * 50, np.linspace(0, 1, 50), 0.05))
    assert found.value == every
    assert 0.03 < found.high - found.low < 0.12


def test_fewer_labels_are_warned_of_and_wider():
    few = corrected_mean(300, 120.0, labelled([1.0, 0.0] * 5, [0.6, 0.4] * 5, 10 / 300))
    many = corrected_mean(300, 120.0, labelled([1.0, 0.0] * 25, [0.6, 0.4] * 25, 50 / 300))
    assert few.warning == "only 10 labels: the interval is wide"
    assert many.warning == ""
    assert few.high - few.low > 2 * (many.high - many.low)
    one = corrected_mean(300, 120.0, labelled([1.0], [0.6], 1 / 300))
    assert one.low < 0.05
    assert one.high == 1


def test_posts_that_came_after_the_draw_are_told():
    found = corrected_mean(2_000, 800.0, labelled([1.0, 0.0] * 25, [0.6, 0.4] * 25, 0.05))
    assert found.warning == "labels were drawn from about 1,000 posts, and there are 2,000"


def test_net_sentiment_is_the_same_on_another_scale():
    labels, predictions = np.array([1.0, 0.0, 0.0, 1.0, 1.0] * 20), np.array([0.9, 0.2, 0.4, 0.8, 0.3] * 20)
    share = corrected_mean(1_000, 480.0, labelled(labels, predictions))
    net = corrected_mean(
        1_000, 2 * 480.0 - 1_000, labelled(2 * labels - 1, 2 * predictions - 1), bounds=(-1, 1)
    )
    for name in ("value", "low", "high"):
        assert getattr(net, name) == pytest.approx(2 * getattr(share, name) - 1)
    assert net.standard_error == pytest.approx(2 * share.standard_error)


def test_people_who_differ_widen_the_interval():
    """Two judged each post: half of the variance among them, spread over all posts."""
    labels, predictions = np.array([1.0, 0.5, 0.0, 0.5] * 20), np.array([0.9, 0.5, 0.1, 0.5] * 20)
    within = np.array([0.0, 0.5, 0.0, 0.5] * 20)
    sure = corrected_mean(100, 50.0, labelled(labels, predictions, 0.8))
    unsure = corrected_mean(
        100, 50.0, labelled(labels, predictions, 0.8, annotators=2, within_variance=within)
    )
    assert unsure.standard_error**2 - sure.standard_error**2 == pytest.approx(0.25 / 2 / 100)
    assert unsure.high - unsure.low > sure.high - sure.low
    once = labelled(labels, predictions, 0.8, annotators=1, within_variance=np.nan)
    assert corrected_mean(100, 50.0, once) == sure


def test_more_confidence_is_wider():
    rows = labelled([1.0, 0.0, 0.0] * 20, [0.8, 0.3, 0.2] * 20)
    usual, more = corrected_mean(600, 250.0, rows), corrected_mean(600, 250.0, rows, confidence=0.99)
    assert more.low < usual.low < usual.high < more.high
    assert "99 % interval" in more.method


@pytest.mark.parametrize("chance", [0.0, -0.1, 1.5, np.nan, np.inf, None])
def test_probabilities_that_are_none_are_refused(chance):
    rows = labelled([1.0, 0.0, 0.0], [0.5] * 3, [0.5, chance, chance])
    with pytest.raises(WorkbenchError, match="2 of 3 labelled posts have an inclusion probability"):
        corrected_mean(6, 3.0, rows)


@pytest.mark.parametrize("known", [False, None])
def test_labels_from_which_the_classifier_learned_are_refused(known):
    rows = labelled([1.0, 0.0, 0.0], [0.5] * 3).assign(is_held_out=[True, known, True])
    with pytest.raises(WorkbenchError, match="learned from 1 of the 3"):
        corrected_mean(30, 3.0, rows)
    assert labels_only_mean(rows, 30).value == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("rows", "posts", "told"),
    [
        (labelled([], []), 10, "use the signal"),
        (labelled([1.0, np.nan], [0.5, 0.5]), 10, "1 of 2 labelled posts have a label"),
        (labelled([1.0, 0.0], [0.5, 1.5]), 10, "1 of 2 labelled posts have a prediction"),
        (labelled([1.0, -1.0], [0.5, 0.5]), 10, "outside of 0 to 1"),
        (labelled([1.0, 0.0], [0.5, 0.5]).drop(columns="prediction"), 10, "no column prediction"),
        (labelled([1.0, 0.0], [0.5, 0.5]), 1, "counted twice"),
    ],
)
def test_what_cannot_be_estimated_is_refused(rows, posts, told):
    with pytest.raises(WorkbenchError, match=told):
        corrected_mean(posts, 5.0, rows)


@st.composite
def samples(draw):
    size = draw(st.integers(1, 40))
    unit = st.floats(0, 1)
    rows = labelled(
        draw(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=size, max_size=size)),
        draw(st.lists(unit, min_size=size, max_size=size)),
        draw(st.lists(st.floats(0.01, 1), min_size=size, max_size=size)),
    )
    return rows, draw(unit)


@given(samples(), st.randoms())
@settings(max_examples=150, deadline=None)
def test_whatever_comes_the_estimate_is_possible(sample, random):
    rows, mean_prediction = sample
    found = corrected_mean(1_000, 1_000 * mean_prediction, rows)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert 0 <= found.power <= 1
    assert found.standard_error >= 0
    order = list(range(len(rows)))
    random.shuffle(order)
    again = corrected_mean(1_000, 1_000 * mean_prediction, rows.iloc[order])
    assert again.value == pytest.approx(found.value, abs=1e-9)
    assert again.low == pytest.approx(found.low, abs=1e-6)
