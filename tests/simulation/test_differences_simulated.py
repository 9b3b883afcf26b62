"""Differences between two periods, and their parts: people are drawn, with all that they wrote.

The population is people: of one airline's authors as many are drawn as it has, with replacement, each with
their tweets of both halves of the time; of these tweets some are labelled. The truth is the difference over
the airline's real authors. So posts come in clusters as real as the file has them.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from simulated_coverage import (
    Coverage,
    airlines,
    coverage,
    print_table,
    sample_world,
    with_lexicon,
    with_other_brands,
)

from workbench.statistics.clusters import Arrays, influence, variance_and_freedom
from workbench.statistics.correction import corrected
from workbench.statistics.kitagawa_rates import rates, split

pytestmark = pytest.mark.slow

DRAWS = 2_000


class People(NamedTuple):
    """Posts sorted by author, and where each author's posts begin."""

    label: np.ndarray
    prediction: np.ndarray
    is_after: np.ndarray
    category: np.ndarray
    starts: np.ndarray

    @property
    def count(self) -> int:
        return len(self.starts) - 1

    def drawn(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Places of the posts of as many authors as there are, and to which drawn author each belongs."""
        authors = rng.integers(self.count, size=self.count)
        sizes = self.starts[authors + 1] - self.starts[authors]
        owner = np.repeat(np.arange(self.count), sizes)
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return self.starts[authors][owner] + within, owner


def people(posts: pd.DataFrame, label: str = "negative", category: str | None = None) -> People:
    posts = posts.sort_values("author", kind="stable")
    return People(
        (posts["sentiment"] == label).to_numpy(dtype=float),
        posts[label].to_numpy(),
        (posts["created"] > posts["created"].median()).to_numpy(),
        posts[category].to_numpy() if category else np.zeros(len(posts)),
        np.append(np.flatnonzero(~posts["author"].duplicated().to_numpy()), len(posts)),
    )


@pytest.mark.research
def test_differences_of_airlines(research_data, capsys):
    """Beside them, what is lost when the intervals of "these posts" are taken for those of a difference."""
    posts = with_other_brands(airlines(research_data))
    right, wrong = [], []
    for brand, labels in (("United", 150), ("US Airways", 150), ("Delta", 100), ("Virgin America", 100)):
        one, other = simulated_difference(brand, people(posts[posts["brand"] == brand]), labels, 10)
        right.append(one)
        wrong.append(other)
    print_table("Airlines, change of the negative share from the first to the second half", right, capsys)
    print_table("FAILS: the same, from the variance of these posts", wrong, capsys)
    holds(right)
    # 100 labels of 126 posts leave almost nothing to doubt about these posts, and all about the next.
    assert wrong[-1].covered < 0.8


def test_differences_of_the_sample(capsys):
    posts = with_lexicon(sample_world())
    rows = [
        simulated_difference(brand, people(posts[posts["brand"] == brand], label), 150, 11)[0]
        for brand, label in (("Halvora", "negative"), ("Quorrin", "negative"), ("Nimbrel", "positive"))
    ]
    print_table("Sample, change from the first to the second half", rows, capsys)
    holds(rows)


def holds(rows: list[Coverage]) -> None:
    for row in rows:
        slack = 2 * row.monte_carlo_error
        assert 0.94 - slack < row.covered < 0.96 + slack, row
        assert abs(row.bias) < 0.006, row


def simulated_difference(brand: str, population: People, labels: int, seed: int) -> tuple[Coverage, Coverage]:
    rng = np.random.default_rng(seed)
    truth = population.label[population.is_after].mean() - population.label[~population.is_after].mean()
    draws = np.array([one_difference(rng, population, labels) for _ in range(DRAWS)])
    value, low, high, wrong_half, alone = draws.T
    what = f"{brand} ({len(population.label):,} posts of {population.count:,} authors)"
    return (
        coverage(what, labels, truth, value, low, high, alone),
        coverage(what, labels, truth, value, value - wrong_half, value + wrong_half),
    )


def one_difference(rng: np.random.Generator, population: People, labels: int) -> tuple[float, ...]:
    places, owner = population.drawn(rng)
    parts, of_these_posts, alone = [], 0.0, 0.0
    for is_after in (False, True):
        here = np.flatnonzero(population.is_after[places] == is_after)
        chosen = rng.choice(here, min(labels, len(here)), replace=False)
        chance = np.full(len(chosen), len(chosen) / len(here))
        label, prediction = population.label[places], population.prediction[places]
        cell = Arrays(
            owner[here],
            np.ones(len(here)),
            prediction[here],
            owner[chosen],
            label[chosen],
            prediction[chosen],
            chance,
        )
        parts.append(influence(cell, population.count))
        result = corrected(label[chosen], prediction[chosen], chance, prediction[here].mean())
        of_these_posts += result.variance
        alone += label[chosen].var() / len(chosen)
    variance, freedom = variance_and_freedom(
        parts[1].of_authors - parts[0].of_authors, [p.of_authors for p in parts], [p.freedom for p in parts]
    )
    half = stats.t.ppf(0.975, freedom) * np.sqrt(variance + parts[0].unseen + parts[1].unseen)
    value = parts[1].mean - parts[0].mean
    return value, value - half, value + half, 1.96 * np.sqrt(of_these_posts), 2 * 1.96 * np.sqrt(alone)


@pytest.mark.research
def test_parts_of_a_difference(research_data, capsys):
    """All airlines, by group: American, whose tweets start late, had merged with US Airways; the mix changes."""
    posts = with_other_brands(airlines(research_data))
    posts["brand"] = posts["brand"].replace("American", "US Airways")
    rows = simulated_split("Airlines by airline", people(posts, category="brand"), 300, 12)
    print_table("Airlines, change of the negative share, split by airline", rows, capsys)
    split_holds(rows)
    assert abs(rows[1].truth) > 0.04


def test_parts_of_a_difference_without_change_of_mix(capsys):
    posts = with_lexicon(sample_world()).query("brand == 'Halvora'")
    small = posts["platform"].isin(["instagram", "mastodon", "youtube"])
    posts = posts.assign(platform=posts["platform"].mask(small, "other"))
    rows = simulated_split("Halvora by platform", people(posts, category="platform"), 200, 13)
    print_table("Sample, change of the negative share, split by platform", rows, capsys)
    split_holds(rows)


def split_holds(rows: list[Coverage]) -> None:
    """The interval of a mix that hardly changes is too wide: both factors of a product near zero are noise."""
    for row in rows:
        slack = 2 * row.monte_carlo_error
        assert 0.94 - slack < row.covered, row
        assert abs(row.bias) < 0.006, row
        assert row.covered < 0.96 + slack or row.what.endswith("mix"), row


def simulated_split(what: str, population: People, labels: int, seed: int) -> list[Coverage]:
    rng = np.random.default_rng(seed)
    kinds, category = np.unique(population.category, return_inverse=True)
    population = population._replace(category=category)
    truth = true_parts(population, len(kinds))
    found = np.array([one_split(rng, population, labels, len(kinds)) for _ in range(DRAWS)])
    return [
        coverage(f"{what}, {part}", labels, truth[place], *found[:, place].T)
        for place, part in enumerate(("total", "mix", "within"))
    ]


def one_split(rng: np.random.Generator, population: People, labels: int, kinds: int) -> list[list[float]]:
    places, owner = population.drawn(rng)
    label, prediction, category = (
        values[places] for values in (population.label, population.prediction, population.category)
    )
    periods = []
    for is_after in (False, True):
        here = np.flatnonzero(population.is_after[places] == is_after)
        chosen = rng.choice(here, labels, replace=False)
        cell = Arrays(
            owner[here], np.ones(len(here)), prediction[here], owner[chosen], label[chosen], prediction[chosen],
            np.full(labels, labels / len(here)),
        )  # fmt: skip
        periods.append(rates(cell, category[here], category[chosen], (population.count, kinds)))
    parts = []
    for part in split(*periods):
        half = stats.t.ppf(0.975, part.freedom) * part.error
        parts.append([part.value, part.value - half, part.value + half])
    return parts


def true_parts(population: People, kinds: int) -> tuple[float, float, float]:
    """Kitagawa's formula on all posts."""
    shares, means = [], []
    for is_after in (False, True):
        here = population.is_after == is_after
        posts = np.bincount(population.category[here], minlength=kinds)
        shares.append(posts / posts.sum())
        means.append(
            np.bincount(population.category[here], population.label[here], kinds) / np.maximum(posts, 1)
        )
    mix = float((shares[1] - shares[0]) @ (means[0] + means[1]) / 2)
    within = float((means[1] - means[0]) @ (shares[0] + shares[1]) / 2)
    return mix + within, mix, within
