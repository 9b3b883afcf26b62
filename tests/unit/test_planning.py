"""Labels for a wanted precision: against what the intervals turn out to be."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.statistics.planning import Outlook, assumed, half_widths, labels_wanted, outlook
from workbench.statistics.prevalence import corrected_mean


def labelled(labels, predictions, posts: int, **columns) -> pd.DataFrame:
    frame = pd.DataFrame({"label": labels, "prediction": predictions, "is_held_out": True} | columns)
    return frame.assign(inclusion_probability=len(frame) / posts)


def half(estimate) -> float:
    return (estimate.high - estimate.low) / 2


LABELS = np.array([1.0, 1.0, 0.0, 0.0, 0.0] * 20)
PREDICTIONS = np.array([0.9, 0.6, 0.4, 0.2, 0.1] * 20)


@pytest.mark.parametrize("posts", [120, 1_000, 100_000])
@pytest.mark.parametrize("relevance", [1.0, np.array([1, 1, 1, 1, 0] * 20)], ids=["all", "four in five"])
def test_what_there_is_comes_out_again(posts, relevance):
    """At as many labels as there are, the plan is the interval there is."""
    rows = labelled(LABELS, PREDICTIONS, posts, relevance=relevance)
    known = outlook(posts, 0.44 * posts, rows)
    found = corrected_mean(posts, 0.44 * posts, rows)
    assert half_widths(known, posts, [100])[0] == pytest.approx(half(found), rel=1e-9)
    assert (known.labels, known.power) == (100, found.power)


@pytest.mark.parametrize("bounds", [(0.0, 1.0), (-1.0, 1.0)])
def test_what_people_differ_by_stays_however_many_are_labelled(bounds):
    span, low = bounds[1] - bounds[0], bounds[0]
    people = {"within_variance": 0.2 * span**2, "annotators": 2}
    rows = labelled(low + span * LABELS, low + span * PREDICTIONS, 120, **people)
    total = 120 * low + span * 0.44 * 120
    known, found = outlook(120, total, rows, bounds=bounds), corrected_mean(120, total, rows, bounds=bounds)
    assert half_widths(known, 120, [100])[0] == pytest.approx(half(found), rel=1e-9)
    assert half_widths(known, 120, [120])[0] == pytest.approx(span * 1.96 * np.sqrt(0.1 / 120), rel=0.05)


def test_net_sentiment_has_twice_the_span():
    share = outlook(1_000, 440.0, labelled(LABELS, PREDICTIONS, 1_000))
    rows = labelled(2 * LABELS - 1, 2 * PREDICTIONS - 1, 1_000)
    net = outlook(1_000, 2 * 440.0 - 1_000, rows, bounds=(-1.0, 1.0))
    assert half_widths(net, 1_000, [50, 200]) == pytest.approx(2 * half_widths(share, 1_000, [50, 200]))
    assert labels_wanted(net, 1_000, 0.1) == labels_wanted(share, 1_000, 0.05)


def test_by_hand():
    """Two standard errors of a half on 400 labels are 1.96 × √(¼ / 400) = 4.9 points, of many posts."""
    assert half_widths(assumed(0.5), 10**9, [400])[0] == pytest.approx(0.049, abs=0.0005)
    # A classifier that explains three quarters is as good as four times the labels, but for errors not seen yet.
    assert half_widths(assumed(0.5, explained=0.75), 10**9, [100])[0] == pytest.approx(0.0525, abs=0.0005)
    # And where half of the posts are of somebody else, twice as many are needed.
    assert half_widths(assumed(0.5, relevant=0.5), 10**9, [800])[0] == pytest.approx(0.049, abs=0.0005)


def test_all_posts_labelled_leave_nothing_to_doubt():
    assert half_widths(assumed(0.4), 500, [500])[0] == 0
    assert labels_wanted(assumed(0.4), 500, 1e-9) == 500


@given(st.floats(0.01, 0.99), st.floats(0, 0.95), st.integers(1, 20_000), st.floats(0.005, 0.6))
def test_it_is_the_fewest(share, explained, posts, wanted):
    known = assumed(share, explained=explained)
    labels = labels_wanted(known, posts, wanted)
    assert 1 <= labels <= posts
    assert half_widths(known, posts, [labels])[0] <= wanted
    if labels > 1:
        assert half_widths(known, posts, [labels - 1])[0] > wanted


@given(st.floats(0, 1), st.floats(0, 0.99), st.integers(2, 5_000))
def test_more_labels_never_widen(share, explained, posts):
    widths = half_widths(
        assumed(share, explained=explained), posts, list(range(1, posts + 1, max(posts // 50, 1)))
    )
    assert (np.diff(widths) <= 1e-9).all()


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: labels_wanted(assumed(), 100, 0.0), "a half-width of 0"),
        (lambda: labels_wanted(assumed(), 0, 0.1), "over 0 posts"),
        (lambda: half_widths(assumed(), 100, [0]), "0 to 0 labels: expected 1 to 100"),
        (lambda: half_widths(assumed(), 100, [50, 101]), "50 to 101 labels"),
        (lambda: assumed(1.5), "share is 1.5"),
        (lambda: assumed(0.5, explained=-0.1), "explained is -0.1"),
        (lambda: assumed(0.5, relevant=0.0), "relevant is 0"),
        (lambda: outlook(10, 5.0, labelled([], [], 10)), "no labels"),
    ],
)
def test_what_cannot_be_planned_is_refused(ask, told):
    with pytest.raises(WorkbenchError, match=told):
        ask()


def test_an_outlook_may_be_put_together_by_hand():
    assert half_widths(Outlook(mean=0.4, variance=0.24), 5_000, [100]) == pytest.approx(
        half_widths(assumed(0.4), 5_000, [100])
    )
