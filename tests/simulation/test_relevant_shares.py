"""Shares among relevant posts: do their intervals hold, where only people know which posts are relevant?

The query of a brand finds posts of namesakes as well. Here the posts of one airline are the brand's, and posts
of the others, found by the same query, are not; the classifier reads them all alike.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from simulated_coverage import (
    Coverage,
    airlines,
    coverage,
    drawn,
    print_table,
    sample_world,
    with_lexicon,
    with_other_brands,
)
from simulation.test_differences_simulated import DRAWS as DIFFERENCES
from simulation.test_differences_simulated import holds as differences_hold
from simulation.test_differences_simulated import people

from workbench.models.classifier import LABELS
from workbench.statistics.clusters import Arrays, influence, variance_and_freedom
from workbench.statistics.correction import corrected, interval

pytestmark = pytest.mark.slow

DRAWS = 6_000


@pytest.mark.research
@pytest.mark.parametrize("relevant", [0.9, 0.6])
def test_airlines_among_posts_of_others(research_data, relevant, capsys):
    posts = with_other_brands(airlines(research_data))
    rows, wrong = [], []
    rng = np.random.default_rng(31)
    for brand in ("United", "Delta", "Southwest", "US Airways"):
        found = among_others(posts, brand, relevant, rng)
        for labels in (100, 300):
            chosen = drawn(rng, len(found), labels, DRAWS)
            for name in LABELS:
                right, other = simulated(f"{brand} {name}, {relevant:.0%} relevant", found, name, chosen)
                rows.append(right)
                wrong.append(other)
    print_table("Airlines among posts of others", rows, capsys)
    print_table("FAILS: the same, as if all were relevant", wrong, capsys)
    shares_hold(rows)
    assert np.mean([row.covered for row in wrong]) < 0.8


def test_the_sample_among_posts_of_others(capsys):
    posts = with_lexicon(sample_world())
    rng = np.random.default_rng(32)
    rows = []
    for brand in ("Halvora", "Quorrin"):
        found = among_others(posts, brand, 0.75, rng)
        for labels in (100, 300):
            chosen = drawn(rng, len(found), labels, DRAWS)
            rows += [simulated(f"{brand} {name}, 75% relevant", found, name, chosen)[0] for name in LABELS]
    print_table("Sample, lexicon, among posts of others", rows, capsys)
    shares_hold(rows)


def among_others(posts: pd.DataFrame, brand: str, relevant: float, rng: np.random.Generator) -> pd.DataFrame:
    """The posts of a brand, with as many of others that the given part is its own."""
    own, others = posts[posts["brand"] == brand], posts[posts["brand"] != brand]
    strangers = round(len(own) * (1 - relevant) / relevant)
    found = pd.concat([own, others.iloc[rng.choice(len(others), strangers, replace=strangers > len(others))]])
    return found.assign(is_relevant=found["brand"] == brand)


def simulated(what: str, posts: pd.DataFrame, name: str, chosen: np.ndarray) -> tuple[Coverage, Coverage]:
    """The share among relevant posts; and what comes of it when irrelevant ones count as any other label."""
    relevance = posts["is_relevant"].to_numpy(dtype=float)
    label = (posts["sentiment"] == name).to_numpy(dtype=float) * relevance
    prediction, chance = posts[name].to_numpy(), np.full(chosen.shape[1], chosen.shape[1] / len(posts))
    truth = label.sum() / relevance.sum()
    result = corrected(label[chosen], prediction[chosen], chance, prediction.mean(), relevance[chosen])
    nothing = np.zeros(chosen.shape)
    alone = corrected(label[chosen], nothing, chance, 0.0, relevance[chosen])
    all_alike = corrected(label[chosen], prediction[chosen], chance, prediction.mean())
    return (
        coverage(
            what, chosen.shape[1], truth, result.mean, *interval(result), np.subtract(*interval(alone)[::-1])
        ),
        coverage(what, chosen.shape[1], truth, all_alike.mean, *interval(all_alike)),
    )


def shares_hold(rows: list[Coverage]) -> None:
    for row in rows:
        slack = 2 * row.monte_carlo_error
        assert 0.94 - slack < row.covered, row
        assert abs(row.bias) < 0.004, row
        if 0.2 <= row.truth <= 0.8:
            assert row.covered < 0.96 + slack, row
    assert 0.945 < np.mean([row.covered for row in rows]) < 0.96
    ratios = np.array([row.width / row.alone for row in rows])
    assert ratios.max() < 1.02
    assert ratios.mean() < 1


@pytest.mark.research
def test_differences_between_relevant_posts(research_data, capsys):
    """A fifth of the authors write of something else, in both periods: no post of theirs is relevant."""
    posts = with_other_brands(airlines(research_data))
    rows = [
        simulated_difference(brand, posts[posts["brand"] == brand], labels, 33)
        for brand, labels in (("United", 150), ("US Airways", 150), ("Delta", 100))
    ]
    print_table("Airlines, change of the negative share among relevant posts", rows, capsys)
    differences_hold(rows)


def simulated_difference(brand: str, posts: pd.DataFrame, labels: int, seed: int) -> Coverage:
    rng = np.random.default_rng(seed)
    population = people(posts)
    strangers = rng.random(population.count) < 0.2
    relevance = (~np.repeat(strangers, np.diff(population.starts))).astype(float)
    label = population.label * relevance

    def share(is_here):
        return label[is_here].sum() / relevance[is_here].sum()

    truth = share(population.is_after) - share(~population.is_after)
    found = np.array(
        [one_difference(rng, population, label, relevance, labels) for _ in range(DIFFERENCES)]
    ).T
    return coverage(f"{brand}, 80% of authors relevant", labels, truth, *found)


def one_difference(rng, population, label, relevance, labels) -> tuple[float, float, float]:
    places, owner = population.drawn(rng)
    parts = []
    for is_after in (False, True):
        here = np.flatnonzero(population.is_after[places] == is_after)
        chosen = rng.choice(here, labels, replace=False)
        cell = Arrays(
            owner[here], np.ones(len(here)), population.prediction[places][here], owner[chosen],
            label[places][chosen], population.prediction[places][chosen], np.full(labels, labels / len(here)),
            relevance[places][chosen],
        )  # fmt: skip
        parts.append(influence(cell, population.count))
    variance, freedom = variance_and_freedom(
        parts[1].of_authors - parts[0].of_authors, [p.of_authors for p in parts], [p.freedom for p in parts]
    )
    half = stats.t.ppf(0.975, freedom) * np.sqrt(variance + parts[0].unseen + parts[1].unseen)
    value = parts[1].mean - parts[0].mean
    return value, value - half, value + half
