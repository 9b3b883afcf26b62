"""A student says each label as often as its teacher does.

By itself it is more careful: where it is not sure it keeps to what is common, and rare labels are said too seldom.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

# So far from the boundary, in logits, a post counts as nearly half on either side: few posts still give one answer.
_BLUR = 0.05
# One over the variance of a shift, in logits: most are of 0.2 or less. Without it a few dozen posts move a student
# too far.
_CERTAINTY = 25.0


def same_count(
    probabilities: NDArray[np.float64], heard: NDArray[np.bool_], otherwise: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Thresholds at which each label is said of as many posts as the teacher says it of, where several may hold.

    Examples
    --------
    >>> same_count(np.array([[0.4], [0.2], [0.1]]), np.array([[True], [False], [False]]), np.array([0.5])).round(2)
    array([0.3])
    """
    falling = -np.sort(-probabilities, axis=0)
    counts = heard.sum(axis=0)
    chosen = otherwise.astype(np.float64).copy()
    for label, count in enumerate(counts):
        if 0 < count < len(falling):
            chosen[label] = falling[count - 1 : count + 1, label].mean()
    return chosen


def same_share(logits: NDArray[np.float64], heard: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What to add to each label's logits, so that the largest is as often that label's as the teacher says it.

    Parameters
    ----------
    logits
        Post × label: what a student says of posts that it has not heard of.
    heard
        Post × label: the one label that its teacher says.

    Notes
    -----
    The slope of the sum of the largest logits is how often each label's is the largest, so what is sought is the
    least of that sum less what is wanted: convex, there is one answer. A normal prior keeps it small where posts are
    few, and finite where a label is never said.

    Examples
    --------
    Of each four posts the teacher calls two rare, the student one.

    >>> logits = np.array([[2.0, 0.0], [1.0, 0.0], [0.2, 0.0], [0.0, 1.0]] * 50)
    >>> heard = np.array([[1, 0], [1, 0], [0, 1], [0, 1]] * 50, dtype=bool)
    >>> (logits + same_share(logits, heard)).argmax(axis=1)[:4]
    array([0, 0, 1, 1])
    """
    wanted = heard.sum(axis=0)

    def over(shift: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        moved = (logits + shift) / _BLUR
        value = _BLUR * logsumexp(moved, axis=1).sum() - wanted @ shift + _CERTAINTY * shift @ shift / 2
        return float(value), softmax(moved, axis=1).sum(axis=0) - wanted + _CERTAINTY * shift

    return np.asarray(minimize(over, np.zeros(logits.shape[1]), jac=True, method="L-BFGS-B").x)
