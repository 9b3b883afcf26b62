"""People stop half-way, or a sample is made larger before anybody has answered the rest: its intervals still hold.

A large brand (3,000 posts, one in five negative), one of 400 and one of 150 (four in five), 150 posts of each drawn:
the small one whole. The queue hands them out in one order, and some first part of it is answered.
"""

import numpy as np
import pandas as pd
import pytest

from workbench.labels.queue import in_order
from workbench.statistics.prevalence import labels_only_mean
from workbench.statistics.sampling import draw_stratified
from workbench.store.answered_chances import answered_chances

pytestmark = pytest.mark.slow

BRANDS = {"Large": (3_000, 0.2), "Middle": (400, 0.8), "Small": (150, 0.8)}
EACH, DRAWS = 150, 400


@pytest.fixture(scope="module")
def population() -> pd.DataFrame:
    dice, parts = np.random.default_rng(5), []
    for brand, (posts, share) in BRANDS.items():
        names, label = [f"x:{brand}-{n}" for n in range(posts)], dice.random(posts) < share
        parts.append(pd.DataFrame({"post_id": names, "brand": brand, "stratum": brand, "label": label * 1.0}))
    return pd.concat(parts, ignore_index=True).assign(sample_id="spring", strategy="random", drawn_at=0)


def answered(drawn: pd.DataFrame, count: int, seed: int) -> pd.DataFrame:
    first = in_order(drawn, seed).head(count)
    chance = answered_chances(drawn, first).rename("inclusion_probability").reset_index()
    return first.drop(columns="inclusion_probability").merge(chance, on=["post_id", "brand"])


def judged(estimates: list, truth: float) -> tuple[float, float]:
    """How many intervals hold the truth, and the bias in standard errors of it."""
    errors = np.array([one.value - truth for one in estimates])
    held = np.mean([one.low <= truth <= one.high for one in estimates])
    return held, errors.mean() / (errors.std() / np.sqrt(len(errors)))


@pytest.mark.parametrize("part", [0.2, 0.5, 1.0])
def test_a_first_part_of_the_queue_speaks_for_all(population, part):
    count, of_all, of_small = round(part * EACH * len(BRANDS)), [], []
    small = population[population["brand"] == "Small"]
    for seed in range(DRAWS):
        labels = answered(draw_stratified(population, EACH, seed=seed), count, seed)
        of_all.append(labels_only_mean(labels, len(population)))
        of_small.append(labels_only_mean(labels[labels["brand"] == "Small"], len(small)))
    held, bias = judged(of_all, population["label"].mean())
    assert held >= 0.93
    assert abs(bias) < 4
    if part == 1:
        assert {one.high - one.low for one in of_small} == {0.0}, (
            "everything is known of a brand answered whole"
        )
    else:
        held, bias = judged(of_small, small["label"].mean())
        assert held >= 0.93
        assert abs(bias) < 4


def test_a_larger_draw_says_nothing_before_it_is_answered(population):
    estimates, widths = [], []
    for seed in range(DRAWS):
        first = draw_stratified(population, 50, seed=seed)
        larger = draw_stratified(population, EACH, seed=seed)
        is_new = ~larger["post_id"].isin(first["post_id"])
        labels = answered(larger.assign(drawn_at=is_new * 1), len(first), seed)
        assert set(labels["post_id"]) == set(first["post_id"]), "what it had comes first"
        estimates.append(labels_only_mean(labels, len(population)))
        before = labels_only_mean(first, len(population))
        assert estimates[-1].value == pytest.approx(before.value)
        widths.append((estimates[-1].high - estimates[-1].low) / (before.high - before.low))
    held, bias = judged(estimates, population["label"].mean())
    assert held >= 0.93
    assert abs(bias) < 4
    assert widths == pytest.approx([1.0] * DRAWS)
