import pandas as pd
import pytest

from workbench.statistics.pooling import pools

WEEKS = pd.DataFrame({"week": ["2026-W40", "2026-W41", "2026-W42", "2026-W43"]})


@pytest.mark.parametrize(
    ("labels", "newest"),
    [
        ([30, 30, 30, 30], [3]),
        ([30, 30, 30, 29], [3, 2]),
        ([10, 10, 10, 10], [3, 2, 1]),
        ([0, 20, 0, 0], [3, 2, 1]),
        ([90, 0, 0, 0], [3]),
        ([0, 0, 0, 0], [3]),
        ([0, 0, 0, 5], [3]),
    ],
    ids=[
        "enough",
        "one before is enough",
        "never enough within three",
        "no longer than its labels reach",
        "labels too long ago",
        "no labels",
        "nothing gained by those before",
    ],
)
def test_the_newest_week_is_pooled_no_further_than_it_has_to(labels, newest):
    assert pools(WEEKS, labels, minimum=30, most=3)[3] == newest


def test_the_order_of_the_cells_does_not_matter():
    cells = WEEKS.iloc[[2, 0, 3, 1]].reset_index(drop=True)
    assert pools(cells, [10, 10, 10, 30], minimum=30, most=4) == [[0, 3], [1], [2, 0, 3], [3]]


def test_groups_are_not_pooled_with_each_other_nor_a_missing_group_with_a_named_one():
    cells = pd.DataFrame({"brand": ["Acme", "Acme", None, None], "week": ["2026-W40", "2026-W41"] * 2})
    assert pools(cells, [30, 1, 30, 1], minimum=30, most=12) == [[0], [1, 0], [2], [3, 2]]


def test_a_week_without_a_cell_counts_as_passed_where_others_have_one():
    cells = pd.DataFrame(
        {"brand": ["Acme", "Acme", "Bolt", "Bolt"], "week": ["2026-W40", "2026-W42", "2026-W41", "2026-W42"]}
    )
    assert pools(cells, [30, 1, 30, 1], minimum=30, most=2) == [[0], [1], [2], [3, 2]]


def test_without_a_period_or_its_value_a_cell_stands_alone():
    assert pools(pd.DataFrame({"brand": ["Acme", "Bolt"]}), [1, 50], minimum=30, most=12) == [[0], [1]]
    assert pools(pd.DataFrame(index=[0]), [1], minimum=30, most=12) == [[0]]
    undated = pd.DataFrame({"day": [None, "2026-10-01"]})
    assert pools(undated, [1, 1], minimum=30, most=12) == [[0], [1]]


def test_a_week_cut_by_the_end_of_a_month_is_pooled_week_by_week():
    cells = pd.DataFrame(
        {"month": ["2026-09", "2026-10", "2026-10"], "week": ["2026-W40", "2026-W40", "2026-W41"]}
    )
    assert pools(cells, [10, 10, 10], minimum=30, most=2)[2] == [2, 1, 0]
