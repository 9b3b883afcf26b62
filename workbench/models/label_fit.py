"""Several labels learnt together: what holds of all of them, and what is each one's own.

The logit that a label holds of a text is ``evidence @ (shared + own) + features @ slopes + intercept``. Evidence is
what the label's name tells of the text, the same kind of thing for every label; features are the words of the
text. Slopes, own weights and own intercepts are drawn to zero, so that a label of few posts is read as labels
are in general, and one of many posts by what its posts say.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from workbench.models.fitting import Matrix

# Prior variances: what is shared is all but free, what is a label's own stays near it.
_SHARED, _OWN, _OWN_INTERCEPT = 100.0, 1.0, 1.0
_MOST_STEPS = 500


class LabelWeights(NamedTuple):
    """Weights of features (feature × label) and of evidence (evidence × label), and intercepts (label)."""

    slopes: NDArray[np.float64]
    evidence: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    def logits(self, features: Matrix, evidence: NDArray[np.float64]) -> NDArray[np.float64]:
        """One row a text, one column a label; `evidence` is text × label × evidence."""
        of_names = np.einsum("nks,sk->nk", evidence, self.evidence)
        return np.asarray(features @ self.slopes) + of_names + self.intercepts


def fit_together(
    features: Matrix,
    evidence: NDArray[np.float64],
    holds: NDArray[np.bool_],
    judged: NDArray[np.bool_],
    freedom: float,
    own: float = _OWN,
) -> LabelWeights:
    """The most probable weights, given which labels hold.

    Parameters
    ----------
    features
        One row a text.
    evidence
        Text × label × evidence.
    holds, judged
        Text × label: whether the label holds, and whether anybody said so; what nobody judged counts nowhere.
    freedom
        Prior variance of the slopes: larger trusts the texts more, as C of scikit-learn does.
    own
        Prior variance of what a label's evidence weighs beyond the shared weight.

    Notes
    -----
    Logistic regression with a shared and an own part: Evgeniou and Pontil 2004, Regularized multi–task
    learning. Convex, so there is one answer.
    """
    count, width, kinds = holds.shape[1], features.shape[1], evidence.shape[2]
    sizes = [width * count, kinds, kinds * count, count, 1]
    ends = np.cumsum(sizes)[:-1]
    sign = np.where(holds, 1.0, -1.0)

    def parts(flat: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        slopes, shared, own_part, intercepts, common = np.split(flat, ends)
        return slopes.reshape(width, count), shared, own_part.reshape(kinds, count), intercepts, common

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slopes, shared, own_part, intercepts, common = parts(flat)
        weights = LabelWeights(slopes, shared[:, None] + own_part, intercepts + common)
        margin = sign * weights.logits(features, evidence)
        value = np.sum(np.logaddexp(0, -margin), where=judged)
        value += (slopes**2).sum() / (2 * freedom) + (shared**2).sum() / (2 * _SHARED)
        value += (own_part**2).sum() / (2 * own) + (intercepts**2).sum() / (2 * _OWN_INTERCEPT)
        pull = np.where(judged, -sign * expit(-margin), 0.0)
        of_evidence = np.einsum("nks,nk->sk", evidence, pull)
        gradient = [
            (np.asarray(features.T @ pull) + slopes / freedom).ravel(),
            of_evidence.sum(axis=1) + shared / _SHARED,
            (of_evidence + own_part / own).ravel(),
            pull.sum(axis=0) + intercepts / _OWN_INTERCEPT,
            [pull.sum()],
        ]
        return float(value), np.concatenate(gradient)

    found = minimize(
        loss, np.zeros(sum(sizes)), jac=True, method="L-BFGS-B", options={"maxiter": _MOST_STEPS}
    ).x
    slopes, shared, own_part, intercepts, common = parts(found)
    return LabelWeights(slopes, shared[:, None] + own_part, intercepts + common)
