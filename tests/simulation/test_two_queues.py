"""Teaching drawn first takes the hard posts away; a random sample of what is left still speaks for all.

A brand of 400 posts. Those that a model finds hard are more often negative; a teaching queue of 80 takes many of them.
Of what is left 60 of each half are drawn at random, and estimate the share of all. A sample of 30 of each half that is
drawn before the teaching and made larger after it speaks for all as well.
"""

import numpy as np
import pandas as pd
import pytest

from workbench.labels.other_queues import Left, draw_of_what_is_left, is_among, thinned
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


@pytest.fixture(scope="module")
def enlarged(population) -> list[pd.DataFrame]:
    whole = Left(np.ones(POSTS, dtype=bool), np.ones(POSTS))
    samples = []
    for seed in range(DRAWS):
        first = draw_of_what_is_left(population, whole, PER_STRATUM // 2, seed)
        was_first = is_among(population, first)
        # What teaches is drawn from what the sample has left, so that its chances hang on the sample.
        chance = np.zeros(POSTS)
        chance[~was_first] = chances(population.loc[~was_first, "hard"].to_numpy(), TAUGHT)
        taught = draw_by_chance(population[~was_first], chance[~was_first], seed=f"{seed} teaching")
        is_left = np.ones(POSTS, dtype=bool)
        is_left[np.flatnonzero(~was_first)[taught]] = False
        larger = draw_of_what_is_left(population, whole, PER_STRATUM, seed)
        was_there = is_among(larger, first)
        new = thinned(larger[~was_there], population, whole, Left(is_left, 1 - chance))
        samples.append(pd.concat([larger[was_there], new], ignore_index=True))
    return samples


def test_realised_frequencies_are_the_recorded_chances(population, draws):
    """Largest of 400 standardised differences: above 5 once in 4,000 such tests, if the chances are right."""
    drawn = pd.concat(draws).groupby("post_id")["inclusion_probability"].agg(["size", "mean"])
    drawn = drawn.reindex(population["post_id"])
    frequency, recorded = drawn["size"] / DRAWS, drawn["mean"]
    assert (np.abs(frequency - recorded) / np.sqrt(recorded * (1 - recorded) / DRAWS)).max() < 5


@pytest.mark.parametrize("which", ["draws", "enlarged"])
def test_the_share_of_all_is_without_bias_and_its_interval_holds_it(population, which, request):
    samples = request.getfixturevalue(which)
    truth = population["label"].mean()
    found = [labels_only_mean(drawn, POSTS) for drawn in samples]
    values = np.array([estimate.value for estimate in found])
    as_if_all_alike = np.array([drawn["label"].mean() for drawn in samples])
    held = np.mean([estimate.low <= truth <= estimate.high for estimate in found])
    error = values.std() / np.sqrt(DRAWS)
    assert abs(values.mean() - truth) < 4 * error
    assert as_if_all_alike.mean() - truth < -20 * error
    assert held > 0.94
