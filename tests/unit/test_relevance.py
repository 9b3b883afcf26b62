"""Shares of the posts that are about the brand, where only people know which these are."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.statistics.clusters import Cell
from workbench.statistics.differences import corrected_difference
from workbench.statistics.kitagawa import kitagawa
from workbench.statistics.prevalence import corrected_mean, labels_only_mean


def labelled(labels, relevance, predictions=0.5, chance=0.1, **columns) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": labels,
            "relevance": relevance,
            "prediction": predictions,
            "inclusion_probability": chance,
            "is_held_out": True,
            **columns,
        }
    )


def test_the_mean_is_of_relevant_posts():
    """Two of three relevant ones; the fourth is of somebody else."""
    found = labels_only_mean(labelled([1.0, 1.0, 0.0, 0.0], [1, 1, 1, 0]), 40)
    assert found.value == pytest.approx(2 / 3)
    assert found.relevant == pytest.approx(3 / 4)
    assert (found.posts, found.labels) == (40, 4)
    assert found.method.endswith("of the 75 % of posts that people found relevant")


def test_posts_drawn_more_often_count_less():
    """Relevant posts for 10 + 10 + 2, negative ones for 10 + 2."""
    rows = labelled([1.0, 0.0, 0.0, 1.0], [1, 1, 0, 1], chance=[0.1, 0.1, 0.5, 0.5])
    found = labels_only_mean(rows, 24)
    assert found.value == pytest.approx((10 + 2) / (10 + 10 + 2))
    assert found.relevant == pytest.approx((10 + 10 + 2) / (10 + 10 + 2 + 2))


def test_net_sentiment_of_relevant_posts_is_on_its_own_scale():
    share = corrected_mean(600, 300.0, labelled([1.0, 0.0, 0.0] * 20, [1, 1, 0] * 20, [0.8, 0.3, 0.4] * 20))
    net = corrected_mean(
        600, 0.0, labelled([1.0, -1.0, 0.0] * 20, [1, 1, 0] * 20, [0.6, -0.4, -0.2] * 20), bounds=(-1.0, 1.0)
    )
    assert net.value == pytest.approx(2 * share.value - 1)
    assert (net.low, net.high) == pytest.approx((2 * share.low - 1, 2 * share.high - 1))


def test_irrelevant_posts_leave_fewer_labels():
    """Thirty relevant ones among sixty are about as good as thirty."""
    half = labels_only_mean(labelled([1.0, 0.0, 0.0, 0.0] * 15, [1, 0, 1, 0] * 15), 10_000)
    alone = labels_only_mean(labelled([1.0, 0.0] * 15, [1, 1] * 15), 10_000)
    assert half.value == alone.value
    assert half.high - half.low == pytest.approx(alone.high - alone.low, rel=0.12)
    few = labels_only_mean(labelled([1.0, 0.0] * 20, [1, 0] * 20), 10_000)
    assert few.warning.startswith("only 20 relevant labels")


def test_people_who_differ_on_relevance_widen_the_interval():
    labels, relevance = np.array([0.5, 0.0, 1.0, 0.0] * 20), np.array([0.5, 0.5, 1.0, 1.0] * 20)
    within = np.where(labels == 0.5, 0.5, 0.0)
    sure = labels_only_mean(labelled(labels, relevance, chance=0.8), 100)
    unsure = labels_only_mean(
        labelled(labels, relevance, chance=0.8, annotators=2, within_variance=within), 100
    )
    # What one of two adds is (label − share × relevant) / share of relevant posts; its variance by hand.
    share, relevant = 1.5 / 3, 3 / 4
    one, other = ((1 - share) ** 2 / 2, (0 - share) ** 2 / 2)
    added = (one + other + 0 + 0) / 4 / relevant**2 / 2 / 100
    assert unsure.standard_error**2 - sure.standard_error**2 == pytest.approx(added)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (labelled([0.0, 0.0], [0, 0]), "none of the 2 labelled posts is about the brand"),
        (
            labelled([1.0, 0.0], [0, 1]),
            "1 of 2 labelled posts have a relevance outside of 0 to 1, or a label",
        ),
        (labelled([1.0, 0.0], [1, 1.5]), "1 of 2 labelled posts have a relevance"),
    ],
)
def test_what_cannot_be_is_refused(rows, told):
    with pytest.raises(WorkbenchError, match=told):
        corrected_mean(10, 5.0, rows)


@st.composite
def samples(draw):
    size = draw(st.integers(2, 40))
    unit = st.floats(0, 1)
    column = lambda values: draw(st.lists(values, min_size=size, max_size=size))  # noqa: E731
    relevance = np.array([1.0, *column(st.sampled_from([0.0, 0.5, 1.0]))[1:]])
    labels = np.array(column(st.sampled_from([0.0, 0.5, 1.0]))) * relevance
    return labelled(labels, relevance, column(unit), column(st.floats(0.01, 1))), draw(unit)


@given(samples())
@settings(max_examples=150, deadline=None)
def test_whatever_comes_the_estimate_is_possible(sample):
    rows, mean_prediction = sample
    found = corrected_mean(1_000, 1_000 * mean_prediction, rows)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert 0 < found.relevant <= 1
    assert found.standard_error >= 0


@given(samples())
@settings(max_examples=50, deadline=None)
def test_where_all_are_relevant_nothing_changes(sample):
    rows, mean_prediction = sample
    rows = rows.assign(relevance=1.0)
    without = corrected_mean(1_000, 1_000 * mean_prediction, rows.drop(columns="relevance"))
    assert corrected_mean(1_000, 1_000 * mean_prediction, rows) == without


def period(name: str, **counts: tuple[int, int, int]) -> Cell:
    """All posts labelled: of each platform how many are negative, other, and irrelevant."""
    rows = pd.DataFrame(
        [
            {
                "platform": platform,
                "label": label,
                "relevance": relevance,
                "author": f"{name} {platform} {part} {n}",
            }
            for platform, sizes in counts.items()
            for part, (label, relevance) in enumerate([(1.0, 1.0), (0.0, 1.0), (0.0, 0.0)])
            for n in range(sizes[part])
        ]
    ).assign(prediction=0.5, inclusion_probability=1.0, is_held_out=True)
    return Cell(rows.assign(posts=1, prediction_sum=0.5), rows)


def test_a_difference_is_between_relevant_posts():
    """A quarter of 80 before; half of 60 after, though a third of the posts are of somebody else by then."""
    found = corrected_difference(period("b", x=(20, 60, 0)), period("a", x=(30, 30, 30)))
    assert found.value == pytest.approx(30 / 60 - 20 / 80)
    plain = corrected_difference(period("b", x=(20, 60, 0)), period("a", x=(30, 30, 0)))
    assert found.standard_error == pytest.approx(plain.standard_error, rel=0.02)


def test_a_mix_is_one_of_relevant_posts():
    """On y as many posts as before, and more of them relevant: the mix of what counts has changed."""
    before = period("b", x=(20, 60, 0), y=(15, 5, 60))
    after = period("a", x=(10, 30, 40), y=(60, 20, 0))
    found = kitagawa(before, after, "platform")
    assert found.mix.value == pytest.approx((40 / 120 - 80 / 100) * 0.25 + (80 / 120 - 20 / 100) * 0.75)
    assert found.within.value == pytest.approx(0)
    assert found.total.value == pytest.approx(70 / 120 - 35 / 100)
