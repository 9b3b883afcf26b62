"""Intervals of agreement: of items drawn again and again, how often do they hold the agreement of all?"""

import numpy as np
import pandas as pd
import pytest
from simulated_coverage import coverage, print_table

from workbench.statistics.agreement import agreement
from workbench.statistics.agreement_counts import answers, cohen, krippendorff, pair_counts

pytestmark = pytest.mark.slow

DRAWS = 500
ALL_ITEMS = 200_000
SHARES = np.array([0.6, 0.25, 0.15])


@pytest.mark.parametrize("error", [0.1, 0.3], ids=["they mostly agree", "they often differ"])
@pytest.mark.parametrize("people", [2, 3])
def test_intervals_hold_the_agreement_of_all_items(error, people, capsys):
    """Of three people each item is judged by two at random, so that answers are missing."""
    rng = np.random.default_rng(61)
    truth = true_agreement(judged(rng, ALL_ITEMS, error, people))
    rows = []
    for items in (30, 100, 300):
        found = pd.concat(
            [agreement(judged(rng, items, error, people), [], seed=draw) for draw in range(DRAWS)]
        )
        for name in ("alpha", "kappa"):
            what = f"{people} people, error {error:.0%}, {name}"
            ends = (found[name], found[f"{name}_low"], found[f"{name}_high"])
            rows.append(coverage(what, items, truth[name], *(column.to_numpy() for column in ends)))
    print_table("Agreement", rows, capsys)
    for row in rows:
        assert row.covered > 0.94 - 2 * row.monte_carlo_error, row
        assert abs(row.bias) < 0.02, row


def true_agreement(frame: pd.DataFrame) -> dict[str, float]:
    found = answers(frame)
    weights = np.ones((1, found.sizes[0]))
    return {
        "alpha": krippendorff(found.of_items, weights)[0],
        "kappa": cohen(pair_counts(found), weights)[0],
    }


def judged(rng: np.random.Generator, items: int, error: float, people: int) -> pd.DataFrame:
    """Two answers an item, by people of whom each errs by itself, one more often than the others."""
    truth = rng.choice(3, items, p=SHARES)
    first = rng.integers(people, size=items)
    second = (first + 1 + rng.integers(people - 1, size=items)) % people
    rows = []
    for person in (first, second):
        errs = rng.random(items) < np.where(person == 0, 1.5 * error, error)
        label = np.where(errs, rng.choice(3, items, p=[0.2, 0.5, 0.3]), truth)
        rows.append(pd.DataFrame({"item": range(items), "annotator": person, "label": label}))
    return pd.concat(rows)
