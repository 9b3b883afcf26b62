"""The arithmetic of agreement, on arrays: one figure, or thousands of resampled ones at once."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.statistics.correction import ratio
from workbench.statistics.intervals import Floats


@dataclass(frozen=True)
class Answers:
    """Judged items as numbers: of each judgement its item, person and label, as places in lists."""

    item: NDArray[np.intp]
    annotator: NDArray[np.intp]
    label: NDArray[np.intp]
    sizes: tuple[int, int, int]

    @property
    def of_items(self) -> Floats:
        """How often each item (row) was given each label."""
        return _counts(self.item, self.label, self.sizes[0], self.sizes[2])


@dataclass(frozen=True)
class PairCounts:
    """What pairs of people have in common, by item: rows are items, and may be weighted.

    Parameters
    ----------
    people
        Places of the two people of each pair.
    shared, agreed
        One column a pair: did both judge the item, and alike?
    given
        What each person answered: items × people × labels.
    """

    people: NDArray[np.intp]
    shared: Floats
    agreed: Floats
    given: Floats


def answers(judged: pd.DataFrame) -> Answers:
    """Judgements (``item``, ``annotator``, ``label``) as numbers."""
    codes = [pd.factorize(judged[name], sort=True) for name in ("item", "annotator", "label")]
    (item, items), (person, people), (label, labels) = codes
    return Answers(item, person, label, (len(items), len(people), len(labels)))


def distinct_items(judged: Answers) -> tuple[Answers, Floats]:
    """Of items that the same people answered alike one each, and how many there are of each."""
    items, people, labels = judged.sizes
    given = np.zeros((items, people * labels), dtype=np.uint8)
    given[judged.item, judged.annotator * labels + judged.label] = 1
    distinct, often = np.unique(given, axis=0, return_counts=True)
    item, place = distinct.nonzero()
    found = Answers(item, place // labels, place % labels, (len(distinct), people, labels))
    return found, often.astype(np.float64)


def observed(of_items: Floats, weights: Floats) -> Floats:
    """Share of pairs of judgements of an item that are alike; weights are of items, one row a draw."""
    judged = of_items.sum(axis=1)
    alike = (of_items * (of_items - 1)).sum(axis=1)
    return ratio(weights @ alike, weights @ (judged * (judged - 1)))


def krippendorff(of_items: Floats, weights: Floats) -> Floats:
    """Krippendorff's alpha for nominal labels; null where one label is all that was given."""
    judged = of_items.sum(axis=1)
    alike = (of_items * (of_items - 1)).sum(axis=1) / (judged - 1)
    given = weights @ of_items
    total = given.sum(axis=-1)
    by_chance = 1 - (given * (given - 1)).sum(axis=-1) / (total * (total - 1))
    return _beyond(1 - (weights @ alike) / total, by_chance)


def pair_counts(judged: Answers) -> PairCounts:
    """Every two people who judged items in common."""
    items, people, labels = judged.sizes
    given = np.zeros((items, people, labels))
    given[judged.item, judged.annotator, judged.label] = 1.0
    has_judged = given.sum(axis=2)
    found = [
        pair for pair in combinations(range(people), 2) if (has_judged[:, pair[0]] @ has_judged[:, pair[1]])
    ]
    pairs = np.array(found, dtype=np.intp).reshape(-1, 2)
    shared = has_judged[:, pairs[:, 0]] * has_judged[:, pairs[:, 1]]
    agreed = (given[:, pairs[:, 0]] * given[:, pairs[:, 1]]).sum(axis=2)
    return PairCounts(pairs, shared, agreed, given)


def cohen(pairs: PairCounts, weights: Floats) -> Floats:
    """Cohen's kappa over all pairs: observed and expected agreement, each added up over pairs.

    What chance gives a pair follows from how often either person gives each label in all that was shared.
    """
    items, people, labels = pairs.given.shape
    given = (weights @ pairs.given.reshape(items, -1)).reshape(-1, people, labels)
    habits = ratio(given, np.broadcast_to(given.sum(axis=2, keepdims=True), given.shape).copy())
    one, other = pairs.people.T
    shared = weights @ pairs.shared
    by_chance = (shared * (habits[:, one] * habits[:, other]).sum(axis=2)).sum(axis=1) / shared.sum(axis=1)
    agreed = (weights @ pairs.agreed).sum(axis=1) / shared.sum(axis=1)
    return _beyond(1 - agreed, 1 - by_chance)


def drawn_weights(often: Floats, draws: int, seed: int) -> Floats:
    """Weights by which items are drawn anew, one row a draw (the Bayesian bootstrap, Rubin 1981).

    Items that are alike, of which there are so many, have one weight together.
    """
    weights = np.random.default_rng(seed).standard_gamma(often, (draws, len(often)))
    return np.asarray(often.sum() * weights / weights.sum(axis=1, keepdims=True))


def _beyond(disagreement: Floats, by_chance: Floats) -> Floats:
    """One less the disagreement there is by that which chance would give."""
    part = np.divide(disagreement, by_chance, out=np.full_like(disagreement, np.nan), where=by_chance > 1e-12)
    return 1 - part


def _counts(rows: NDArray[np.intp], columns: NDArray[np.intp], height: int, width: int) -> Floats:
    flat = np.bincount(rows * width + columns, minlength=height * width)
    return flat.reshape(height, width).astype(np.float64)
