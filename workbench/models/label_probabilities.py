"""Labels that hold independently: calibrated probabilities, and from which probability on a label is said."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from workbench.models.label_fit import fit_together

# Prior variance of a label's own slope beside the shared one.
_OWN_SLOPE = 0.1
# As if an F1 of one half could be reached.
_LOWEST_UNPROVEN = 0.25
# A label that nobody looked for is said where it is likelier than in so many texts, by so much.
_USUAL, _BEYOND = 0.9, 0.01


class Scaling(NamedTuple):
    """Probability = expit(slope × logit + shift), one of each a label."""

    slopes: NDArray[np.float64]
    shifts: NDArray[np.float64]

    def probabilities(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrated probabilities, one column a label."""
        return np.asarray(expit(logits * self.slopes + self.shifts))


def fit_scaling(logits: NDArray[np.float64], holds: NDArray[np.bool_], judged: NDArray[np.bool_]) -> Scaling:
    """Scaling that makes the probabilities of held-out logits most likely.

    Notes
    -----
    Platt 1999, with slopes and shifts drawn to those of all labels together: a label of three posts cannot
    be calibrated by itself.
    """
    nothing = np.empty((len(logits), 0))
    found = fit_together(nothing, logits[:, :, None], holds, judged, freedom=1.0, own=_OWN_SLOPE)
    return Scaling(found.evidence[0], found.intercepts)


def thresholds(
    probabilities: NDArray[np.float64], holds: NDArray[np.bool_], judged: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """From which probability on each label is said, by what is said of texts that were not learnt from.

    A label that was never found to hold is read by its name alone: nobody knows how well, and it is not said
    where little speaks for it. Of one that nobody looked for it is not even known whether it is rare: its
    probabilities tell in which texts it is likelier than in others, and no more.

    Examples
    --------
    The second label is as likely everywhere, and nobody looked for it:

    >>> probabilities = np.array([[0.9, 0.6], [0.5, 0.6], [0.1, 0.6], [0.0, 0.6]])
    >>> holds = np.array([[1, 0], [1, 0], [0, 0], [0, 0]], dtype=bool)
    >>> thresholds(probabilities, holds, np.tile([True, False], (4, 1))).round(2).tolist()
    [0.4, 0.61]
    """
    best = best_thresholds(probabilities)
    unproven = np.maximum(best, _LOWEST_UNPROVEN)
    unheard = np.clip(np.quantile(probabilities, _USUAL, axis=0) + _BEYOND, unproven, 1)
    return np.where(holds.any(axis=0), best, np.where(judged.any(axis=0), unproven, unheard))


def best_thresholds(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """From which probability on a label is said, so that the expected F1 of each label is highest.

    The probabilities themselves say how many texts of each are right: no label is looked at, so nothing is
    chosen on the texts that are scored, and a label of three posts gets as sound a threshold as any.

    Notes
    -----
    Half of the best F1 that can be reached: Lipton, Elkan, Naryanaswamy 2014, Optimal thresholding of
    classifiers to maximize F1 measure.

    Examples
    --------
    Saying the label of the first two texts is right 1.4 times of 1.5 wanted: F1 2 × 1.4 / (2 + 1.5) = .8.

    >>> best_thresholds(np.array([[0.9], [0.5], [0.1], [0.0]])).round(2).tolist()
    [0.4]
    """
    falling = -np.sort(-probabilities, axis=0)
    said = np.arange(1, len(falling) + 1)[:, None]
    expected = 2 * np.cumsum(falling, axis=0) / (said + falling.sum(axis=0))
    return np.asarray(expected.max(axis=0) / 2)
