"""Are all statements about ranks true at once as often as they say?"""

import sys

import numpy as np
import pytest

from workbench.statistics.ranks import is_ahead, largest_difference

pytestmark = pytest.mark.slow

DRAWS = 4_000
ERRORS = np.array([0.02, 0.03, 0.025, 0.06, 0.02, 0.04])


@pytest.mark.parametrize(
    "truth",
    [
        np.full(6, 0.4),
        np.array([0.40, 0.40, 0.40, 0.55, 0.55, 0.55]),
        np.array([0.30, 0.36, 0.40, 0.43, 0.50, 0.60]),
    ],
    ids=["all equal", "two levels", "spread"],
)
def test_no_statement_is_wrong_in_95_of_100_tables(truth, capsys):
    """With all values equal the most can go wrong: then it is 95 % and not more."""
    values = np.random.default_rng(14).normal(truth, ERRORS, size=(DRAWS, len(truth)))
    ahead = is_ahead(values, ERRORS, largest_difference(ERRORS, 0.95, seed=0))
    lowest = 1 + ahead.sum(axis=-2)
    highest = len(truth) - ahead.sum(axis=-1)
    # Equal values share the ranks from the best to the worst of them; any of these is true.
    best = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
    worst = len(truth) - (truth[None, :] < truth[:, None]).sum(axis=1)
    holds = ((lowest <= best) & (highest >= worst)).all(axis=1).mean()
    with capsys.disabled():
        possible = (highest - lowest + 1).mean()
        sys.stdout.write(f"\nranks: all true at once {holds:.4f}, ranks possible {possible:.2f} of 6\n")
    slack = 2 * np.sqrt(0.95 * 0.05 / DRAWS)
    assert holds > 0.95 - slack
    if len(set(truth)) == 1:
        assert holds < 0.95 + slack


def test_pairs_looked_at_one_by_one_fail():
    """Fifteen pairs at 95 % each: in a third of the tables some brand is wrongly ahead."""
    values = np.random.default_rng(15).normal(0.4, ERRORS, size=(DRAWS, 6))
    assert is_ahead(values, ERRORS, 1.96).any(axis=(1, 2)).mean() > 0.25
