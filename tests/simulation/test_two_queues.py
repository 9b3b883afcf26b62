"""Teaching drawn first takes the hard posts away; a random sample of what is left still speaks for all.

A brand of 400 posts. Those that a model finds hard are more often negative; a teaching queue of 80 takes many of them.
Of what is left 60 of each half are drawn at random, and estimate the share of all.
"""

import numpy as np
import pandas as pd
import pytest

from workbench.labels.other_queues import Left, draw_of_what_is_left
from workbench.statistics.prevalence import labels_only_mean
from workbench.statistics.unequal_chances import chances, draw_by_chance

pytestmark = pytest.mark.slow

POSTS, TAUGHT, PER_STRATUM, DRAWS = 400, 80, 60, 2_000


@pytest.fixture(scope="module")
def population() -> pd.DataFrame:
    dice = np.random.default_rng(11)
    hard = dice.lognormal(0, 1.5, POSTS)
    negative = dice.random(POSTS) < 0.2 + 0.6 * (hard > np.median(hard))
    names = [f"x:{n}" for n in range(POSTS)]
    stratum = np.where(dice.random(POSTS) < 0.5, "x", "reddit")
    return pd.DataFrame(
        {"post_id": names, "brand": "Acme", "stratum": stratum, "hard": hard, "label": negative * 1.0}
    )


@pytest.fixture(scope="module")
def draws(population) -> list[pd.DataFrame]:
    chance = chances(population["hard"].to_numpy(), TAUGHT)
    samples = []
    for seed in range(DRAWS):
        taught = draw_by_chance(population, chance, seed=f"{seed} teaching")
        is_left = ~np.isin(np.arange(POSTS), taught)
        drawn = draw_of_what_is_left(population, Left(is_left, 1 - chance), PER_STRATUM, seed)
        assert not set(drawn["post_id"]) & set(population["post_id"].iloc[taught])
        samples.append(drawn)
    return samples


def test_realised_frequencies_are_the_recorded_chances(population, draws):
    """Largest of 400 standardised differences: above 5 once in 4,000 such tests, if the chances are right."""
    drawn = pd.concat(draws).groupby("post_id")["inclusion_probability"].agg(["size", "mean"])
    drawn = drawn.reindex(population["post_id"])
    frequency, recorded = drawn["size"] / DRAWS, drawn["mean"]
    assert (np.abs(frequency - recorded) / np.sqrt(recorded * (1 - recorded) / DRAWS)).max() < 5


def test_the_share_of_all_is_without_bias_and_its_interval_holds_it(population, draws):
    truth = population["label"].mean()
    found = [labels_only_mean(drawn, POSTS) for drawn in draws]
    values = np.array([estimate.value for estimate in found])
    as_if_all_alike = np.array([drawn["label"].mean() for drawn in draws])
    held = np.mean([estimate.low <= truth <= estimate.high for estimate in found])
    error = values.std() / np.sqrt(DRAWS)
    assert abs(values.mean() - truth) < 4 * error
    assert as_if_all_alike.mean() - truth < -20 * error
    assert held > 0.94
