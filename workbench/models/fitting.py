"""Multinomial logistic regression on many features: settings, weights and the quick way to them."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple, TypeAlias

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from scipy.linalg import lapack, solve_triangular
from sklearn.linear_model import LogisticRegression

# Up to so many texts it is quicker to look for the slopes among the texts than among their features.
MOST_SPANNED = 2_000

Matrix: TypeAlias = sparse.csr_matrix | NDArray[np.floating]
Back: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]
Fitting: TypeAlias = Callable[["Candidate"], "Weights"]


class Candidate(NamedTuple):
    """Settings of one linear model."""

    vector_weight: float
    """Length of the sentence embeddings beside the counted features; 0 does without."""
    evenness: float
    """Weight of a class is its share to the power of minus this: 0 as found, 1 all classes alike."""
    penalty: float
    """C of scikit-learn: larger trusts the texts more."""

    @property
    def is_embedded(self) -> bool:
        """Whether it uses sentence embeddings."""
        return self.vector_weight > 0


class Weights(NamedTuple):
    """A linear model: logits are ``features @ slopes + intercepts``, one column a label."""

    slopes: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    def logits(self, features: sparse.csr_matrix) -> NDArray[np.float64]:
        """One row a text; −inf for a label that no training text had."""
        return np.asarray(features @ self.slopes) + self.intercepts


def joined(
    features: sparse.csr_matrix, vectors: NDArray[np.float32] | None, weight: float
) -> sparse.csr_matrix:
    """The features with the vectors beside them, at this weight."""
    if vectors is None or not weight:
        return features
    return sparse.hstack([features, sparse.csr_matrix(weight * vectors)], format="csr")


def fitting_of(
    features: sparse.csr_matrix, vectors: NDArray[np.float32] | None, classes: NDArray[np.int64], count: int
) -> Fitting:
    """`fit` of these texts, their classes and so many labels, to be called with one setting after another.

    Of few texts each setting begins where the one before it, of the same weight of the vectors, came to its end.
    """
    spaces, texts = cache(spaces_of(features, vectors)), features.shape[0]
    if texts > MOST_SPANNED:
        return lambda candidate: fit(spaces(candidate.vector_weight)[0], classes, candidate, count)

    @cache
    def beginning(weight: float) -> tuple[Matrix, LogisticRegression]:
        # The loss is a mean over texts: of many, another setting moves its slope so little that a fit which
        # begins warm would not leave the last one's end, were it not held to more.
        model = LogisticRegression(max_iter=2_000, warm_start=True, tol=min(1e-4, 0.05 / texts))
        # Half the memory to read, which is what takes time; it stops long before the last digits count.
        return spaces(weight)[0].astype(np.float32), model

    def fitted(candidate: Candidate) -> Weights:
        coordinates, model = beginning(candidate.vector_weight)
        found = fit(coordinates, classes, candidate, count, model)
        return found._replace(slopes=spaces(candidate.vector_weight)[1](found.slopes))

    return fitted


def spaces_of(
    features: sparse.csr_matrix, vectors: NDArray[np.float32] | None
) -> Callable[[float], tuple[Matrix, Back]]:
    """For each weight of the vectors: coordinates of the texts, and slopes there as slopes of the features.

    Notes
    -----
    The best slopes are a sum of rows of `features` (representer theorem: Schölkopf, Herbrich, Smola 2001).
    Some hundred texts have tens of thousands of features: the same slopes are found in the coordinates
    of the space that the texts span, several times faster.
    """
    if features.shape[0] > MOST_SPANNED:
        return lambda weight: (joined(features, vectors, weight), lambda slopes: slopes)
    products = (features @ features.T).toarray()

    def space(weight: float) -> tuple[Matrix, Back]:
        if vectors is None or not weight:
            return _spanned(features, products)
        weighted = weight * vectors.astype(np.float64)
        return _spanned(joined(features, vectors, weight), products + weighted @ weighted.T)

    return space


def _spanned(matrix: sparse.csr_matrix, products: NDArray[np.float64]) -> tuple[NDArray[np.float64], Back]:
    """Coordinates in the space that the rows span, by their scalar products."""
    # Pivoted Cholesky: equal texts span nothing more, and come last.
    lower, order, rank, _ = lapack.dpstrf(products, lower=1, tol=1e-10 * products.diagonal().max())
    lower, order = np.tril(lower)[:, :rank], order - 1
    coordinates = np.empty_like(lower)
    coordinates[order] = lower
    spanning = matrix[order[:rank]].T

    def back(slopes: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(spanning @ solve_triangular(lower[:rank], slopes, lower=True, trans="T"))

    return coordinates, back


def fit(
    features: Matrix,
    classes: NDArray[np.int64],
    candidate: Candidate,
    count: int,
    model: LogisticRegression | None = None,
) -> Weights:
    """Multinomial logistic regression of these settings, with a column for each of `count` labels.

    A `model` that starts warm begins with what it found before; of the same texts and classes.
    """
    texts = np.bincount(classes)
    present = np.flatnonzero(texts)
    weight = {c: float((len(classes) / len(present) / texts[c]) ** candidate.evenness) for c in present}
    model = model or LogisticRegression(max_iter=2_000)
    model.set_params(C=candidate.penalty, class_weight=weight).fit(features, classes)
    slopes, intercepts = model.coef_, model.intercept_
    if len(present) == 2:  # scikit-learn keeps one row for two classes
        slopes, intercepts = np.vstack([-slopes, slopes]) / 2, np.concatenate([-intercepts, intercepts]) / 2
    all_slopes = np.zeros((features.shape[1], count))
    all_slopes[:, present] = slopes.T
    all_intercepts = np.full(count, -np.inf)
    all_intercepts[present] = intercepts
    return Weights(all_slopes, all_intercepts)
