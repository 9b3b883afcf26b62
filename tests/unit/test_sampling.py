"""Drawing posts to label: known probabilities, whatever the order of the rows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.statistics.sampling import draw_stratified


def frame(**sizes: int) -> pd.DataFrame:
    strata = [name for name, size in sizes.items() for _ in range(size)]
    return pd.DataFrame(
        {"post_id": [f"x:{n}" for n in range(len(strata))], "brand": "Acme", "stratum": strata}
    )


def ids(rows: pd.DataFrame) -> list[str]:
    return list(rows["post_id"])


def test_size_and_probability_by_stratum():
    drawn = draw_stratified(frame(a=100, b=20, c=5), 10, seed=1).groupby("stratum")
    assert drawn.size().to_dict() == {"a": 10, "b": 10, "c": 5}
    assert drawn["inclusion_probability"].first().to_dict() == {"a": 10 / 100, "b": 10 / 20, "c": 1.0}
    assert drawn["frame_size"].first().to_dict() == {"a": 100, "b": 20, "c": 5}


def test_a_size_for_each():
    drawn = draw_stratified(frame(a=100, b=20, c=5), {"a": 3, "c": 1}, seed=1)
    assert drawn["stratum"].value_counts().to_dict() == {"a": 3, "c": 1}


@given(st.randoms(), st.integers(0, 40), st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_the_order_of_rows_does_not_matter(random, size, seed):
    rows = frame(a=30, b=10)
    order = list(range(40))
    random.shuffle(order)
    drawn = draw_stratified(rows, size, seed=seed)
    pd.testing.assert_frame_equal(drawn, draw_stratified(rows.iloc[order], size, seed=seed))
    assert drawn["inclusion_probability"].gt(0).all()
    # What stands for what: the weights of a stratum sum up to its rows.
    stands_for = (1 / drawn["inclusion_probability"]).groupby(drawn["stratum"]).sum()
    assert stands_for.to_dict() == pytest.approx({"a": 30, "b": 10} if size else {})


def test_a_larger_sample_holds_the_smaller_one_and_another_seed_is_another_sample():
    rows = frame(a=1_000)
    small, large, other = (
        set(ids(draw_stratified(rows, size, seed=seed))) for size, seed in ((100, 1), (150, 1), (100, 2))
    )
    assert small < large
    assert len(small & other) < 30


def test_later_rows_replace_few():
    before = set(ids(draw_stratified(frame(a=1_000), 100, seed=1)))
    after = set(ids(draw_stratified(frame(a=1_100), 100, seed=1)))
    assert 75 < len(before & after) < 100


def test_each_row_is_drawn_as_often_as_said():
    rows = frame(a=40)
    counts = pd.Series(0, index=rows["post_id"])
    for seed in range(400):
        counts[ids(draw_stratified(rows, 10, seed=seed))] += 1
    # Chi-square of 40 rows at a mean of 100, drawn without replacement: 39 degrees of freedom.
    assert ((counts - 100) ** 2 / (100 * 0.75)).sum() * 39 / 40 < 73


def test_the_first_labelled_are_themselves_a_random_sample():
    """The order is that of the draw, not of the file."""
    places = [int(name[2:]) for name in ids(draw_stratified(frame(a=1_000), 400, seed=5))[:50]]
    assert abs(np.mean(places) - 500) < 3 * 289 / np.sqrt(50)
    assert places != sorted(places)


@pytest.mark.parametrize(
    ("rows", "size", "told"),
    [
        (frame(a=3), -1, "-1 posts cannot be drawn"),
        (frame(a=3), {"a": 1, "z": 1}, "no stratum 'z'; there are 'a'"),
        (pd.concat([frame(a=3), frame(a=1)]), 1, "1 of 4 rows"),
        (frame(a=3).drop(columns="brand"), 1, "no column brand"),
    ],
)
def test_what_cannot_be_drawn_is_refused(rows, size, told):
    with pytest.raises(WorkbenchError, match=told):
        draw_stratified(rows, size, seed=1)


def test_parts_of_the_key_are_kept_apart():
    rows = pd.DataFrame({"post_id": ["ab", "a"], "brand": ["c", "bc"], "stratum": "s"})
    assert len({tuple(ids(draw_stratified(rows, 1, seed=seed))) for seed in range(30)}) == 2


def test_nothing_to_draw_from():
    assert draw_stratified(frame(), 5, seed=1).empty
