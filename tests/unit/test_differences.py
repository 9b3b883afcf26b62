"""Differences between periods: of two estimates, with people and not posts as what is drawn."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import WorkbenchError
from workbench.statistics.differences import Cell, corrected_difference
from workbench.statistics.prevalence import corrected_mean


def cell(labels, *, authors=None, predictions=None, chance=0.5) -> Cell:
    """A period whose labelled posts are half of it; the other half has the same predictions."""
    rows = pd.DataFrame({"label": labels, "inclusion_probability": chance, "is_held_out": True})
    rows["prediction"] = 0.5 if predictions is None else predictions
    rows["author"] = [f"author {n}" for n in range(len(rows))] if authors is None else authors
    counts = rows.groupby("author", as_index=False).agg(
        posts=("label", "size"), prediction_sum=("prediction", "sum")
    )
    return Cell(counts.assign(posts=2 * counts["posts"], prediction_sum=2 * counts["prediction_sum"]), rows)


def half(labels: int, share: float) -> np.ndarray:
    return (np.arange(labels) < share * labels).astype(float)


def test_the_difference_of_the_two_means():
    before, after = cell(half(40, 0.25)), cell(half(50, 0.6))
    found = corrected_difference(before, after)
    assert found.value == pytest.approx(0.6 - 0.25)
    assert found.low < 0.35 < found.high
    assert (found.posts, found.labels) == (2 * 90, 90)
    back = corrected_difference(after, before)
    assert (back.value, back.low, back.high) == pytest.approx((-found.value, -found.high, -found.low))


def test_each_mean_is_the_corrected_one():
    rng = np.random.default_rng(0)
    labels = half(60, 0.4)
    predictions = np.clip(0.5 * labels + 0.3 + rng.normal(0, 0.1, 60), 0, 1)
    before, after = cell(half(60, 0.5)), cell(labels, predictions=predictions)
    mean = corrected_mean(120, 2 * predictions.sum(), after.labelled)
    found = corrected_difference(before, after)
    assert found.value == pytest.approx(mean.value - 0.5)
    assert found.power == pytest.approx((mean.power + 0) / 2)


def test_labelling_all_posts_does_not_make_the_next_ones_known():
    others = [f"other {n}" for n in range(50)]
    found = corrected_difference(
        cell(half(50, 0.3), chance=1.0), cell(half(50, 0.3), authors=others, chance=1.0)
    )
    assert found.high - found.low > 0.3


def test_few_who_write_much_are_few():
    """Fifty posts of five people who each say one thing are five observations, not fifty."""
    labels = np.repeat([1.0, 0.0, 0.0, 1.0, 0.0], 10)
    other = cell(half(50, 0.4), authors=[f"other {n}" for n in range(50)])
    single = corrected_difference(other, cell(labels))
    clustered = corrected_difference(other, cell(labels, authors=np.repeat(list("abcde"), 10)))
    assert clustered.value == single.value
    assert clustered.standard_error > 2 * single.standard_error


@pytest.mark.parametrize("others", [0, 2])
def test_of_who_writes_nearly_all_little_is_known(others):
    """His own mean is near that of the period for that alone."""
    one = ["he"] * 160
    rng = np.random.default_rng(1)
    labels = [(rng.random(160 + others) < share).astype(float) for share in (0.2, 0.8)]
    names = [f"other {n}" for n in range(others)]
    found = corrected_difference(*(cell(one_side, authors=one + names) for one_side in labels))
    assert found.low < 0 < found.high
    assert "few people wrote most of it before (as good as 1." in found.warning


def test_the_same_people_in_both_periods_differ_less_by_chance():
    labels = half(50, 0.4)
    other = [f"other {n}" for n in range(50)]
    same = corrected_difference(cell(labels), cell(labels))
    others = corrected_difference(cell(labels), cell(labels, authors=other))
    assert same.standard_error < 0.5 * others.standard_error


def test_net_sentiment_is_on_its_own_scale():
    share = corrected_difference(cell(half(40, 0.25)), cell(half(50, 0.6)))

    def net(labels):
        period = cell(2 * labels - 1, predictions=0.0)
        return Cell(period.authors, period.labelled)

    found = corrected_difference(net(half(40, 0.25)), net(half(50, 0.6)), bounds=(-1.0, 1.0))
    assert (found.value, found.low, found.high) == pytest.approx(
        (2 * share.value, 2 * share.low, 2 * share.high)
    )


def test_few_labels_are_told():
    found = corrected_difference(cell(half(12, 0.25)), cell(half(50, 0.6)))
    assert found.warning == "only 12 labels before: the interval is wide"
    tiny = corrected_difference(cell([1.0]), cell([0.0], authors=["z"]))
    assert (tiny.low, tiny.high) == (-1, 1)


def test_what_cannot_be_compared_is_refused():
    good = cell(half(40, 0.25))
    with pytest.raises(WorkbenchError, match="1 rows have no author"):
        corrected_difference(
            good, Cell(good.authors.assign(author=[None, *good.authors["author"][1:]]), good.labelled)
        )
    with pytest.raises(WorkbenchError, match="40 labelled posts are of authors"):
        corrected_difference(good, Cell(good.authors, good.labelled.assign(author="nobody")))
    with pytest.raises(WorkbenchError, match="learned from 40"):
        corrected_difference(good, Cell(good.authors, good.labelled.assign(is_held_out=False)))
    with pytest.raises(WorkbenchError, match="no labels"):
        corrected_difference(good, Cell(good.authors, good.labelled.head(0)))
