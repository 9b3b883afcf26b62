"""Ranks: who is surely ahead, and who cannot be told apart."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.statistics.ranks import ranks


def table(values, errors):
    found = ranks([f"brand {n}" for n in range(len(values))], values, errors)
    return list(
        found[["name", "rank", "lowest_rank", "highest_rank", "group"]].itertuples(index=False, name=None)
    )


def test_far_apart_is_told_apart():
    assert table([0.2, 0.8, 0.5], [0.01] * 3) == [
        ("brand 1", 1, 1, 1, "A"),
        ("brand 2", 2, 2, 2, "B"),
        ("brand 0", 3, 3, 3, "C"),
    ]


def test_close_together_is_not():
    assert table([0.50, 0.51], [0.05] * 2) == [("brand 1", 1, 1, 2, "A"), ("brand 0", 2, 1, 2, "A")]


def test_groups_overlap():
    """The middle one cannot be told from either side, the sides can be told from each other."""
    assert table([0.60, 0.50, 0.40], [0.035] * 3) == [
        ("brand 0", 1, 1, 2, "A"),
        ("brand 1", 2, 1, 3, "AB"),
        ("brand 2", 3, 2, 3, "B"),
    ]


def test_an_uncertain_one_is_in_every_group():
    found = table([0.9, 0.6, 0.1], [0.01, 0.5, 0.01])
    assert [row[4] for row in found] == ["A", "AB", "B"]
    assert found[1][1:4] == (2, 1, 3)


def test_without_error_all_is_known_and_equals_stay_equal():
    assert [row[1:] for row in table([0.3, 0.3, 0.2], [0.0] * 3)] == [
        (1, 1, 2, "A"),
        (1, 1, 2, "A"),
        (3, 3, 3, "B"),
    ]


def test_more_brands_need_larger_differences():
    two = ranks(["a", "b"], [0.5, 0.6], [0.035] * 2)
    many = ranks(list("abcdefgh"), [0.5, 0.6, *[0.55] * 6], [0.035] * 8)
    assert two["highest_rank"].min() == 1
    assert many.loc[many["name"] == "b", "highest_rank"].item() == 8


def test_one_and_none():
    assert table([0.4], [0.1]) == [("brand 0", 1, 1, 1, "A")]
    assert ranks([], [], []).empty


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.3)), min_size=1, max_size=8), st.randoms())
@settings(max_examples=40, deadline=None)
def test_the_rank_is_possible_and_the_order_of_rows_does_not_matter(rows, random):
    values, errors = np.array(rows).T
    names = [f"brand {n}" for n in range(len(rows))]
    found = ranks(names, values, errors)
    assert (found["lowest_rank"] <= found["rank"]).all()
    assert (found["rank"] <= found["highest_rank"]).all()
    assert found["group"].ne("").all()
    order = list(range(len(rows)))
    random.shuffle(order)
    again = ranks([names[n] for n in order], values[order], errors[order]).set_index("name")
    # The critical value is simulated, in the order of the rows: only what lies on its edge may differ.
    close = (again["lowest_rank"] - found.set_index("name")["lowest_rank"]).abs()
    assert close.max() <= 1


@pytest.mark.parametrize(
    ("names", "values", "errors", "told"),
    [
        (["a"], [0.1, 0.2], [0.1, 0.1], "1 names, 2 values"),
        (["a", "a"], [0.1, 0.2], [0.1, 0.1], "repeat"),
        (["a", "b"], [0.1, np.nan], [0.1, 0.1], "1 of 2 values"),
        (["a", "b"], [0.1, 0.2], [0.1, -0.1], "1 of 2 values"),
    ],
)
def test_what_cannot_be_ranked_is_refused(names, values, errors, told):
    with pytest.raises(WorkbenchError, match=told):
        ranks(names, values, errors)
