"""Kitagawa's arithmetic, on arrays: shares and corrected means of categories, and what authors add to errors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.statistics.clusters import Arrays, unseen_variance, variance_and_freedom, without_oneself
from workbench.statistics.correction import ratio
from workbench.statistics.intervals import Floats


@dataclass(frozen=True)
class Rates:
    """One period by category; what is `of_…` has one row an author."""

    share: Floats
    mean: Floats
    of_share: Floats
    of_mean: Floats
    labels: NDArray[np.int64]
    power: float
    unseen: float
    freedom: float


@dataclass(frozen=True)
class Part:
    """A difference or a part of it, with standard error and its degrees of freedom."""

    value: float
    error: float
    freedom: float


def rates(
    cell: Arrays, category: NDArray[np.intp], labelled_category: NDArray[np.intp], sizes: tuple[int, int]
) -> Rates:
    """Corrected mean of each category with one power λ for all.

    Parameters
    ----------
    cell
        The period.
    category, labelled_category
        Place of the category of each row of authors, and of each labelled post.
    sizes
        How many authors and categories there are.
    """
    categories = sizes[1]

    def by_category(values: Floats) -> Floats:
        return _sums(labelled_category, values, categories)

    def by_author(author: NDArray[np.intp], kind: NDArray[np.intp], values: Floats) -> Floats:
        return _sums(author * categories + kind, values, sizes[0] * categories).reshape(sizes)

    weight, counted = 1 / cell.chance, cell.counted
    relevance = counted * cell.chance
    stands_for, relevant_posts = by_category(weight), by_category(counted)
    # Share of relevant posts of each category, as people found; where nobody looked, all are.
    relevant = np.where(stands_for > 0, ratio(relevant_posts, stands_for), 1.0)
    posts = _sums(category, cell.posts, categories)
    mean_prediction = ratio(_sums(category, cell.prediction_sum, categories), posts)
    label_mean = ratio(by_category(weight * cell.label), relevant_posts)
    prediction_mean = ratio(by_category(weight * cell.prediction), stands_for)
    label = ratio(cell.label - label_mean[labelled_category] * relevance, relevant[labelled_category])
    prediction = cell.prediction - prediction_mean[labelled_category]
    own = (1 - cell.chance) * weight**2
    power = float(np.clip(ratio((own * label * prediction).sum(), (own * prediction**2).sum()), 0.0, 1.0))

    size = posts * relevant
    share = size / size.sum()
    judged_of_author = by_author(cell.labelled_author, labelled_category, counted)
    people = float(counted.sum() ** 2 / (judged_of_author.sum(axis=1) ** 2).sum())
    freedom = max(people - categories - (power > 0), 1.0)
    of_author = by_author(cell.author, category, cell.posts)
    errors = weight * (label - power * prediction) / stands_for[labelled_category]
    predicted = by_author(cell.author, category, cell.prediction_sum) - of_author * mean_prediction
    judged = by_author(cell.labelled_author, labelled_category, errors)
    of_mean = without_oneself(judged, _parts(judged_of_author))
    of_mean += power * without_oneself(_divided(predicted, posts), _parts(of_author))
    # How many relevant posts an author adds to each category, and to the error of their number.
    unlike = weight * (relevance - relevant[labelled_category]) / stands_for[labelled_category]
    of_size = of_author * relevant + posts * by_author(cell.labelled_author, labelled_category, unlike)
    return Rates(
        share=share,
        mean=label_mean + power * (mean_prediction - prediction_mean),
        of_share=(of_size - of_size.sum(axis=1, keepdims=True) * share) / size.sum(),
        of_mean=(of_mean * np.sqrt(max(people - categories, 1.0) / freedom)).clip(-1.0, 1.0),
        labels=np.bincount(labelled_category, minlength=categories),
        power=power,
        unseen=unseen_variance(cell, people, power),
        freedom=freedom,
    )


def split(first: Rates, second: Rates) -> tuple[Part, Part, Part]:
    """Difference of two periods, the part due to the mix and the part within categories."""
    shares, means = (first.share + second.share) / 2, (first.mean + second.mean) / 2
    share_change, mean_change = second.share - first.share, second.mean - first.mean
    signed = ((-1.0, first), (1.0, second))
    # Each author's part in the error, period by period: Kitagawa's products, derived.
    mix = [sign * (cell.of_share @ means) + cell.of_mean @ share_change / 2 for sign, cell in signed]
    within = [sign * (cell.of_mean @ shares) + cell.of_share @ mean_change / 2 for sign, cell in signed]
    total = [one + other for one, other in zip(mix, within, strict=True)]
    unseen = first.unseen + second.unseen
    of_mix, of_within = float(share_change @ means), float(mean_change @ shares)

    def part(value: float, errors: list[Floats], unseen: float) -> Part:
        variance, freedom = variance_and_freedom(
            errors[0] + errors[1], errors, [first.freedom, second.freedom]
        )
        return Part(value, float(np.sqrt(variance + unseen)), freedom)

    return part(of_mix + of_within, total, unseen), part(of_mix, mix, 0.0), part(of_within, within, unseen)


def _parts(of_authors: Floats) -> Floats:
    """What share of each category is each author's."""
    return _divided(of_authors, of_authors.sum(axis=0))


def _divided(of_authors: Floats, of_categories: Floats) -> Floats:
    return ratio(of_authors, np.broadcast_to(of_categories, of_authors.shape))


def _sums(places: NDArray[np.intp], values: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(places, values, size), dtype=np.float64)
