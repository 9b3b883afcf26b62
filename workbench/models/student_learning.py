"""Learning what a teacher says: weights whose probabilities are as near to the teacher's as can be."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import scipy.sparse as sparse
from joblib import Parallel, cpu_count, delayed
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_softmax
from threadpoolctl import threadpool_limits

# Prior variance of the weights, as C of scikit-learn, chosen by agreement with a teacher on posts of which no human
# label was looked at.
_FREEDOM = 10.0
# What the name of a label tells weighs alike for all labels, and for each a little more or less.
_SHARED, _OWN = 100.0, 1.0
_MOST_STEPS = 100


class Learnt(NamedTuple):
    """Weights of features (feature × label) and of evidence (kind × label), and intercepts (label)."""

    slopes: NDArray[np.float64]
    evidence: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    def logits(self, features: sparse.csr_matrix, evidence: NDArray[np.float64]) -> NDArray[np.float64]:
        """One row a text; `evidence` is text × label × kind."""
        told = np.einsum("nks,sk->nk", evidence, self.evidence)
        return np.asarray(features @ self.slopes + told + self.intercepts)


def divergence(
    taught: NDArray[np.float64], logits: NDArray[np.float64], is_multi_label: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cross-entropy of the teacher's probabilities by text, in nats, and its slope by logit."""
    if is_multi_label:
        by_text = (np.logaddexp(0, logits) - taught * logits).sum(axis=1)
        return by_text, expit(logits) - taught
    log_said = log_softmax(logits, axis=1)
    return -(taught * log_said).sum(axis=1), np.exp(log_said) - taught


def learn_weights(
    features: sparse.csr_matrix,
    evidence: NDArray[np.float64],
    taught: NDArray[np.float64],
    weight: NDArray[np.float64],
    is_multi_label: bool,
) -> Learnt:
    """Weights with which a student says what its teacher says.

    Parameters
    ----------
    features
        One row a text.
    evidence
        Text × label × kind: what the names of labels tell of each text.
    taught
        The teacher's probabilities, one row a text.
    weight
        How much each text counts.

    Notes
    -----
    Distillation: Hinton, Vinyals, Dean 2015, arXiv 1503.02531, at temperature 1, so that calibrated
    probabilities stay so. What names tell has a weight that all labels share and a label's own part, as its teacher's:
    Evgeniou and Pontil 2004, Regularized multi–task learning. Convex: there is one answer.
    """
    width, count, kinds = features.shape[1], taught.shape[1], evidence.shape[2]
    sizes = [width * count, count, kinds, kinds * count]
    transposed, ends = features.T.tocsr(), np.cumsum(sizes)[:-1]

    def parts(flat: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        slopes, intercepts, shared, own = np.split(flat, ends)
        return slopes.reshape(width, count), intercepts, shared, own.reshape(kinds, count)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slopes, intercepts, shared, own = parts(flat)
        logits = Learnt(slopes, shared[:, None] + own, intercepts).logits(features, evidence)
        by_text, slope = divergence(taught, logits, is_multi_label)
        slope *= weight[:, None]
        value = by_text @ weight + (slopes**2).sum() / (2 * _FREEDOM)
        value += (shared**2).sum() / (2 * _SHARED) + (own**2).sum() / (2 * _OWN)
        of_evidence = np.einsum("nks,nk->sk", evidence, slope)
        gradient = [
            (transposed @ slope + slopes / _FREEDOM).ravel(),
            slope.sum(axis=0),
            of_evidence.sum(axis=1) + shared / _SHARED,
            (of_evidence + own / _OWN).ravel(),
        ]
        return float(value), np.concatenate(gradient)

    with threadpool_limits(1, user_api="blas"):
        start = np.zeros(sum(sizes))
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _MOST_STEPS}).x
    slopes, intercepts, shared, own = parts(found)
    return Learnt(slopes, shared[:, None] + own, intercepts)


def learn_each(
    features: sparse.csr_matrix,
    evidence: NDArray[np.float64],
    taught: Sequence[NDArray[np.float64]],
    weight: NDArray[np.float64],
    rows: Sequence[NDArray[np.int64]],
    is_multi_label: bool,
    progress: Callable[[float], None],
) -> list[Learnt]:
    """`learn_weights` once for each of several teachers, from the rows that are for its student."""
    # A process each: they share nothing.
    learning = Parallel(n_jobs=min(len(rows), cpu_count()), return_as="generator")(
        delayed(learn_weights)(
            features[chosen], evidence[chosen], probabilities[chosen], weight[chosen], is_multi_label
        )
        for probabilities, chosen in zip(taught, rows, strict=True)
    )
    learnt = []
    for found in learning:
        learnt.append(found)
        progress(len(learnt) / len(rows))
    return learnt
