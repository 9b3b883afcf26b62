"""Choosing between settings of the linear model by cross-validation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from scipy.linalg import eigh
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from workbench.models.calibration import fit_temperature, log_loss
from workbench.models.classifier import LABELS
from workbench.models.features import learn_features, prepared
from workbench.models.scoring import confusion, macro_f1

MOST_FOLDS = 5
# About the standard error of macro-F1 with some thousand labels. Within it the better calibrated candidate
# is taken: evened classes gain a little macro-F1 and bend the mean probability, which is the signal.
NEGLIGIBLE = 0.01
# Up to so many texts it is quicker to look for the slopes among the texts than among their features.
_FEW_TEXTS = 1_000

Fitting = Callable[[NDArray[np.int64], "Candidate"], "Weights"]


class Candidate(NamedTuple):
    """Settings of one linear model."""

    is_embedded: bool
    """Sentence embeddings joined to the counted features."""
    evenness: float
    """Weight of a class is its share to the power of minus this: 0 as found, 1 all classes alike."""
    penalty: float
    """C of scikit-learn: larger trusts the texts more."""


class Weights(NamedTuple):
    """A linear model: logits are ``features @ slopes + intercepts``, one column a label."""

    slopes: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    def logits(self, features: sparse.csr_matrix) -> NDArray[np.float64]:
        """One row a text; −inf for a label that no training text had."""
        return np.asarray(features @ self.slopes) + self.intercepts


@dataclass(frozen=True)
class Trial:
    """A cross-validation: what was tried, what each said of texts it had not seen, which was best."""

    tried: list[Candidate]
    classes: NDArray[np.int64]
    fold: NDArray[np.int64]
    logits: NDArray[np.float64]
    """Candidate × text × label."""
    best: int

    @property
    def chosen(self) -> Candidate:
        """The best candidate."""
        return self.tried[self.best]


def cross_validate(
    texts: Sequence[str],
    classes: NDArray[np.int64],
    vectors: NDArray[np.float32] | None,
    seed: int,
    progress: Callable[[float], None],
) -> Trial:
    """Try every candidate on texts that it has not seen, and take the best."""
    tried = _candidates(with_embeddings=vectors is not None)
    fold = folds_of([prepared(text) for text in texts], classes, seed)
    logits = _out_of_fold(texts, classes, vectors, tried, fold, progress)
    return Trial(tried, classes, fold, logits, best_of(logits, classes))


def _candidates(with_embeddings: bool) -> list[Candidate]:
    return [
        Candidate(is_embedded, evenness, penalty)
        for is_embedded in ([False, True] if with_embeddings else [False])
        for evenness in (0.0, 0.5, 1.0)
        for penalty in (1.0, 3.0, 10.0)
    ]


def folds_of(keys: Sequence[str], classes: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Fold of each text, classes in even shares; equal keys stay together.

    A repeated post that is learnt from in one fold and asked about in another would be no test.
    """
    _, first, group = np.unique(np.array(keys, dtype=object), return_index=True, return_inverse=True)
    smallest = np.bincount(classes[first])[np.unique(classes[first])].min()
    splitter = StratifiedKFold(min(MOST_FOLDS, int(smallest)), shuffle=True, random_state=seed)
    fold = np.empty(len(first), dtype=np.int64)
    for number, (_, held_out) in enumerate(splitter.split(first, classes[first])):
        fold[held_out] = number
    return fold[group]


def _out_of_fold(
    texts: Sequence[str],
    classes: NDArray[np.int64],
    vectors: NDArray[np.float32] | None,
    tried: Sequence[Candidate],
    fold: NDArray[np.int64],
    progress: Callable[[float], None],
) -> NDArray[np.float64]:
    """Logits of every text by models that have not seen it: candidate × text × label."""
    logits = np.empty((len(tried), len(texts), len(LABELS)))
    count = int(fold.max()) + 1
    for number in range(count):
        seen, held_out = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        features = learn_features([texts[i] for i in seen])
        learnt, asked = features([texts[i] for i in seen]), features([texts[i] for i in held_out])
        fitting: dict[bool, Fitting] = {}
        for place, candidate in enumerate(tried):
            if candidate.is_embedded not in fitting:
                fitting[candidate.is_embedded] = fitting_of(joined(learnt, vectors, seen, candidate))
            weights = fitting[candidate.is_embedded](classes[seen], candidate)
            logits[place, held_out] = weights.logits(joined(asked, vectors, held_out, candidate))
            progress((number + (place + 1) / len(tried)) / count)
    return logits


def best_of(logits: NDArray[np.float64], classes: NDArray[np.int64]) -> int:
    """Place of the candidate with the highest macro-F1; among near equals, of the best calibrated."""
    scores = np.array([macro_f1(confusion(classes, one.argmax(axis=1), len(LABELS))) for one in logits])
    near = np.flatnonzero(scores >= scores.max() - NEGLIGIBLE)
    return int(min(near, key=lambda i: log_loss(logits[i] / fit_temperature(logits[i], classes), classes)))


def joined(
    features: sparse.csr_matrix,
    vectors: NDArray[np.float32] | None,
    rows: NDArray[np.int64] | slice,
    candidate: Candidate,
) -> sparse.csr_matrix:
    """The features with the vectors of these rows beside them, where the candidate uses them."""
    if vectors is None or not candidate.is_embedded:
        return features
    return sparse.hstack([features, sparse.csr_matrix(vectors[rows])], format="csr")


def fitting_of(features: sparse.csr_matrix) -> Fitting:
    """`fit` of these features, to be called with one setting after another.

    Notes
    -----
    The best slopes are a sum of rows of `features` (representer theorem: Schölkopf, Herbrich, Smola 2001).
    A few hundred texts have tens of thousands of features: the same slopes are found in the coordinates
    of the space that the texts span, ten times faster.
    """
    if features.shape[0] > _FEW_TEXTS:
        return lambda classes, candidate: fit(features, classes, candidate)
    squares, directions = eigh((features @ features.T).toarray())
    spanned = squares > squares[-1] * 1e-10  # equal texts span nothing more
    lengths, directions = np.sqrt(squares[spanned]), directions[:, spanned]

    def among_texts(classes: NDArray[np.int64], candidate: Candidate) -> Weights:
        found = fit(directions * lengths, classes, candidate)
        return found._replace(slopes=features.T @ (directions / lengths @ found.slopes))

    return among_texts


def fit(
    features: sparse.csr_matrix | NDArray[np.float64], classes: NDArray[np.int64], candidate: Candidate
) -> Weights:
    """Multinomial logistic regression of these settings."""
    counts = np.bincount(classes)
    present = np.flatnonzero(counts)
    weight = {c: float((len(classes) / len(present) / counts[c]) ** candidate.evenness) for c in present}
    model = LogisticRegression(C=candidate.penalty, class_weight=weight, max_iter=2_000).fit(
        features, classes
    )
    slopes, intercepts = model.coef_, model.intercept_
    if len(present) == 2:  # scikit-learn keeps one row for two classes
        slopes, intercepts = np.vstack([-slopes, slopes]) / 2, np.concatenate([-intercepts, intercepts]) / 2
    all_slopes = np.zeros((features.shape[1], len(LABELS)))
    all_slopes[:, present] = slopes.T
    all_intercepts = np.full(len(LABELS), -np.inf)
    all_intercepts[present] = intercepts
    return Weights(all_slopes, all_intercepts)
