"""What is useful is drawn more often, and the chance that is written down is the chance it has."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.statistics.unequal_chances import chances, draw_by_chance

DRAWS = 4_000


def rows(count: int) -> pd.DataFrame:
    return pd.DataFrame({"post_id": [f"x:{n}" for n in range(count)], "brand": "Acme"})


@pytest.mark.parametrize("groups", [None, 5], ids=["alone", "grouped"])
def test_realised_frequencies_are_the_chances(groups):
    """Largest of 60 standardised differences: above 4.5 once in 2,500 such tests, if the chances are right."""
    useful = np.random.default_rng(3).lognormal(0, 2, 60)
    useful[:5] = 0
    chance, frame = chances(useful, 12), rows(60)
    assert chance.min() == pytest.approx(0.2 * 12 / 60)
    assert chance.max() == 0.5
    group = None if groups is None else np.arange(60) % groups
    counts = np.zeros(60)
    for seed in range(DRAWS):
        drawn = draw_by_chance(frame, chance, seed=seed, group=group)
        assert len(set(drawn)) == 12
        counts[drawn] += 1
    differs = (counts / DRAWS - chance) / np.sqrt(chance * (1 - chance) / DRAWS)
    assert np.abs(differs).max() < 4.5


@given(
    useful=st.lists(st.floats(0, 1e6) | st.just(float("nan")), min_size=4, max_size=80),
    part=st.floats(0.01, 1),
    random_part=st.floats(0.01, 1),
    seed=st.integers(0, 2**32),
)
def test_chances_add_up_and_as_many_are_drawn(useful, part, random_part, seed):
    size = max(1, int(part * len(useful) / 2))
    chance = chances(useful, size, random_part=random_part)
    assert chance.sum() == pytest.approx(size)
    assert chance.min() >= random_part * size / len(useful) * (1 - 1e-9)
    assert chance.max() <= 0.5 + 1e-12
    known = np.nan_to_num(useful)
    order = np.argsort(known, kind="stable")
    assert (np.diff(chance[order]) >= -1e-9).all()
    frame = rows(len(useful))
    drawn = draw_by_chance(frame, chance, seed=seed)
    assert len(set(drawn)) == size
    mixed = frame[::-1].reset_index(drop=True)
    again = draw_by_chance(mixed, chance[::-1], seed=seed)
    assert sorted(mixed["post_id"].iloc[again]) == sorted(frame["post_id"].iloc[drawn])


def test_each_group_gets_what_its_chances_add_up_to():
    group = np.arange(100) % 10
    drawn = draw_by_chance(rows(100), np.full(100, 0.2), seed=1, group=group)
    assert np.bincount(group[drawn]).tolist() == [2] * 10


@pytest.mark.parametrize(
    ("size", "random_part", "says"),
    [(0, 0.2, "1 or more"), (6, 0.2, "Ask for 5 or fewer"), (2, 0.0, "could never be drawn")],
)
def test_what_cannot_be_drawn_is_said(size, random_part, says):
    with pytest.raises(WorkbenchError, match=says):
        chances(np.ones(10), size, random_part=random_part)
