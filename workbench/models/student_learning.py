"""Learning what a teacher says: weights whose probabilities are as near to the teacher's as can be."""

from collections.abc import Callable, Sequence

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
_MOST_STEPS = 100


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
    taught: NDArray[np.float64],
    weight: NDArray[np.float64],
    is_multi_label: bool,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Slopes (feature × label) and intercepts.

    Parameters
    ----------
    features
        One row a text.
    taught
        The teacher's probabilities, one row a text.
    weight
        How much each text counts.

    Notes
    -----
    Distillation: Hinton, Vinyals, Dean 2015, arXiv 1503.02531, at temperature 1, so that calibrated
    probabilities stay so. Convex: there is one answer.
    """
    width, count = features.shape[1], taught.shape[1]
    transposed = features.T.tocsr()

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slopes, intercepts = flat[: width * count].reshape(width, count), flat[width * count :]
        by_text, slope = divergence(taught, features @ slopes + intercepts, is_multi_label)
        slope *= weight[:, None]
        gradient = (transposed @ slope + slopes / _FREEDOM).ravel()
        value = by_text @ weight + (slopes**2).sum() / (2 * _FREEDOM)
        return float(value), np.concatenate([gradient, slope.sum(axis=0)])

    with threadpool_limits(1, user_api="blas"):
        start = np.zeros((width + 1) * count)
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _MOST_STEPS}).x
    return found[: width * count].reshape(width, count), found[width * count :]


def learn_each(
    features: sparse.csr_matrix,
    taught: Sequence[NDArray[np.float64]],
    weight: NDArray[np.float64],
    rows: Sequence[NDArray[np.int64]],
    is_multi_label: bool,
    progress: Callable[[float], None],
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """`learn_weights` once for each of several teachers, from the rows that are for its student."""
    # A process each: they share nothing.
    learning = Parallel(n_jobs=min(len(rows), cpu_count()), return_as="generator")(
        delayed(learn_weights)(features[chosen], probabilities[chosen], weight[chosen], is_multi_label)
        for probabilities, chosen in zip(taught, rows, strict=True)
    )
    learnt = []
    for found in learning:
        learnt.append(found)
        progress(len(learnt) / len(rows))
    return learnt
