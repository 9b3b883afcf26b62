"""Multinomial logistic regression on many features: settings, weights and the quick way to them."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from scipy.linalg import eigh
from sklearn.linear_model import LogisticRegression

# Up to so many texts it is quicker to look for the slopes among the texts than among their features.
FEW_TEXTS = 1_000

Fitting = Callable[[NDArray[np.int64], "Candidate"], "Weights"]


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
    features: sparse.csr_matrix,
    vectors: NDArray[np.float32] | None,
    rows: NDArray[np.int64] | slice,
    weight: float,
) -> sparse.csr_matrix:
    """The features with the vectors of these rows beside them, at this weight."""
    if vectors is None or not weight:
        return features
    return sparse.hstack([features, sparse.csr_matrix(weight * vectors[rows])], format="csr")


def fitting_of(features: sparse.csr_matrix, count: int) -> Fitting:
    """`fit` of these features and so many labels, to be called with one setting after another.

    Notes
    -----
    The best slopes are a sum of rows of `features` (representer theorem: Schölkopf, Herbrich, Smola 2001).
    A few hundred texts have tens of thousands of features: the same slopes are found in the coordinates
    of the space that the texts span, ten times faster.
    """
    if features.shape[0] > FEW_TEXTS:
        return lambda classes, candidate: fit(features, classes, candidate, count)
    coordinates, back = spanned(features)

    def among_texts(classes: NDArray[np.int64], candidate: Candidate) -> Weights:
        found = fit(coordinates, classes, candidate, count)
        return found._replace(slopes=back(found.slopes))

    return among_texts


def spanned(
    features: sparse.csr_matrix,
) -> tuple[NDArray[np.float64], Callable[[NDArray[np.float64]], NDArray[np.float64]]]:
    """Coordinates of the texts in the space that they span, and slopes there as slopes of the features."""
    squares, directions = eigh((features @ features.T).toarray())
    is_spanned = squares > squares[-1] * 1e-10  # equal texts span nothing more
    lengths, directions = np.sqrt(squares[is_spanned]), directions[:, is_spanned]
    return directions * lengths, lambda slopes: features.T @ (directions / lengths @ slopes)


def fit(
    features: sparse.csr_matrix | NDArray[np.float64],
    classes: NDArray[np.int64],
    candidate: Candidate,
    count: int,
) -> Weights:
    """Multinomial logistic regression of these settings, with a column for each of `count` labels."""
    texts = np.bincount(classes)
    present = np.flatnonzero(texts)
    weight = {c: float((len(classes) / len(present) / texts[c]) ** candidate.evenness) for c in present}
    model = LogisticRegression(C=candidate.penalty, class_weight=weight, max_iter=2_000).fit(
        features, classes
    )
    slopes, intercepts = model.coef_, model.intercept_
    if len(present) == 2:  # scikit-learn keeps one row for two classes
        slopes, intercepts = np.vstack([-slopes, slopes]) / 2, np.concatenate([-intercepts, intercepts]) / 2
    all_slopes = np.zeros((features.shape[1], count))
    all_slopes[:, present] = slopes.T
    all_intercepts = np.full(count, -np.inf)
    all_intercepts[present] = intercepts
    return Weights(all_slopes, all_intercepts)
