"""Kitagawa's split, on posts that can be counted by eye."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.statistics.differences import Cell, corrected_difference
from workbench.statistics.few_categories import OTHER
from workbench.statistics.kitagawa import kitagawa


def period(name: str, **negative_and_posts: tuple[int, int]) -> Cell:
    """All posts labelled: of each platform how many are negative, of how many."""
    rows = pd.DataFrame(
        [
            {"platform": platform, "label": float(n < negative), "author": f"{name} {platform} {n}"}
            for platform, (negative, posts) in negative_and_posts.items()
            for n in range(posts)
        ]
    ).assign(prediction=0.5, inclusion_probability=1.0, is_held_out=True)
    return Cell(rows.assign(posts=1, prediction_sum=0.5), rows)


def test_only_the_mix_changed():
    """A quarter is negative on one, three quarters on the other, before and after."""
    found = kitagawa(period("b", x=(20, 80), y=(15, 20)), period("a", x=(10, 40), y=(45, 60)), "platform")
    assert found.mix.value == pytest.approx((0.6 - 0.2) * 0.75 + (0.4 - 0.8) * 0.25)
    assert found.within.value == pytest.approx(0)
    assert found.total.value == pytest.approx((10 + 45) / 100 - (20 + 15) / 100)


def test_only_the_means_changed():
    found = kitagawa(period("b", x=(20, 80), y=(10, 20)), period("a", x=(40, 80), y=(15, 20)), "platform")
    assert found.mix.value == pytest.approx(0)
    assert found.within.value == pytest.approx(0.8 * (0.50 - 0.25) + 0.2 * (0.75 - 0.50))
    assert found.mix.standard_error > 0, "the mix of people who write is not known for certain"


def test_both_changed():
    found = kitagawa(period("b", x=(20, 80), y=(10, 20)), period("a", x=(20, 40), y=(45, 60)), "platform")
    table = found.categories.set_index("platform")
    assert found.mix.value == pytest.approx((0.4 - 0.8) * (0.25 + 0.5) / 2 + (0.6 - 0.2) * (0.5 + 0.75) / 2)
    assert found.within.value == pytest.approx(
        (0.5 - 0.25) * (0.8 + 0.4) / 2 + (0.75 - 0.5) * (0.2 + 0.6) / 2
    )
    assert table["mix"].sum() == pytest.approx(found.mix.value)
    assert table["within"].sum() == pytest.approx(found.within.value)
    assert table.loc["y", ["share_before", "share_after"]].tolist() == pytest.approx([0.2, 0.6])
    assert table.loc["x", ["mean_before", "mean_after"]].tolist() == pytest.approx([0.25, 0.5])


def test_the_total_is_the_corrected_difference_where_all_is_labelled():
    cells = period("b", x=(20, 80), y=(10, 20)), period("a", x=(20, 40), y=(45, 60))
    split, plain = kitagawa(*cells, "platform").total, corrected_difference(*cells)
    assert split.value == pytest.approx(plain.value)
    assert split.standard_error == pytest.approx(plain.standard_error, rel=0.02)


def test_net_sentiment_is_on_its_own_scale():
    cells = period("b", x=(20, 80), y=(10, 20)), period("a", x=(20, 40), y=(45, 60))
    share = kitagawa(*cells, "platform")
    net = kitagawa(*(_net(cell) for cell in cells), "platform", bounds=(-1.0, 1.0))
    for part in ("total", "mix", "within"):
        for end in ("value", "low", "high"):
            assert getattr(getattr(net, part), end) == pytest.approx(2 * getattr(getattr(share, part), end))
    assert net.categories["mix"].tolist() == pytest.approx((2 * share.categories["mix"]).tolist())


def _net(cell: Cell) -> Cell:
    labelled = cell.labelled.assign(label=2 * cell.labelled["label"] - 1, prediction=0.0)
    return Cell(cell.authors.assign(prediction_sum=0.0), labelled)


def test_small_categories_go_together():
    before = period("b", x=(20, 80), y=(10, 20), z=(3, 6), w=(2, 7))
    after = period("a", x=(20, 40), y=(45, 60), z=(3, 9), w=(2, 5))
    table = kitagawa(before, after, "platform").categories.set_index("platform")
    assert set(table.index) == {"x", "y", OTHER}
    assert table.loc[OTHER, ["labels_before", "labels_after"]].tolist() == [13, 14]


def test_others_that_are_too_few_take_the_smallest_with_them():
    before = period("b", x=(20, 80), y=(10, 20), z=(1, 2), v=(9, 30))
    after = period("a", x=(20, 40), y=(45, 60), z=(1, 3), v=(9, 30))
    table = kitagawa(before, after, "platform").categories.set_index("platform")
    assert set(table.index) == {"x", "v", OTHER}
    assert table.loc[OTHER, "labels_before"] == 22


def test_what_cannot_be_split_is_refused():
    cells = period("b", x=(20, 80), y=(1, 2)), period("a", x=(20, 40), y=(45, 60))
    with pytest.raises(WorkbenchError, match="too few labels to split the difference by platform"):
        kitagawa(*cells, "platform")
    with pytest.raises(WorkbenchError, match="no column topic"):
        kitagawa(*cells, "topic")


@given(st.integers(0, 2**32), st.floats(0.2, 0.8), st.floats(0.2, 0.8))
@settings(max_examples=40, deadline=None)
def test_the_parts_add_up_whatever_comes(seed, before, after):
    rng = np.random.default_rng(seed)
    found = kitagawa(_random(rng, before), _random(rng, after), "platform")
    assert found.mix.value + found.within.value == pytest.approx(found.total.value, abs=1e-15)
    for part in (found.total, found.mix, found.within):
        assert part.low <= part.value + 1e-12
        assert part.value - 1e-12 <= part.high
        assert 0 <= part.power <= 1


def _random(rng: np.random.Generator, share: float) -> Cell:
    platform = rng.choice(list("xyz"), 400, p=[share, (1 - share) * 0.7, (1 - share) * 0.3])
    # Ten posts of two platforms at least are labelled for certain, however the dice fall.
    platform[:24] = ["x", "y"] * 12
    posts = pd.DataFrame(
        {
            "platform": platform,
            "author": rng.integers(120, size=400),
            "label": (rng.random(400) < share).astype(float),
        }
    )
    posts["prediction"] = np.clip(0.5 * posts["label"] + rng.random(400) / 2, 0, 1)
    authors = posts.groupby(["author", "platform"], as_index=False).agg(
        posts=("label", "size"), prediction_sum=("prediction", "sum")
    )
    labelled = posts.head(300).assign(inclusion_probability=0.75, is_held_out=True)
    return Cell(authors, labelled)
