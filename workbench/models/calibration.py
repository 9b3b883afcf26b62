"""Probabilities that mean what they say: temperature scaling, and how far off they are."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

# A temperature beyond these says that the scores carry nothing, or everything.
_LOWEST, _HIGHEST = 0.02, 50.0


def fit_temperature(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Temperature that makes the probabilities of held-out logits most likely.

    Logits are divided by it, so the most probable label never changes.

    Parameters
    ----------
    logits
        One row a text, one column a label, from a model that has not seen these texts. A label the
        model does not know has −inf.
    labels
        Column of the true label of each row.

    Notes
    -----
    Guo, Pleiss, Sun, Weinberger 2017, On calibration of modern neural networks; targets as in Platt
    1999, so that a few texts all told rightly do not make the model sure of everything.

    Examples
    --------
    Logits that are sure (98 %) and right two times in three are cooled down, to odds of 2:

    >>> logits = np.tile([4.0, 0.0], (300, 1))
    >>> round(float(np.exp(4 / fit_temperature(logits, np.array([0] * 200 + [1] * 100)))), 1)
    2.0

    Four that are right promise no certainty, but odds of 5:

    >>> round(float(np.exp(4 / fit_temperature(logits[:4], np.array([0] * 4)))), 1)
    5.0
    """
    wanted = _smoothed(logits, labels)
    is_known = np.isfinite(logits)

    def loss(log_temperature: float) -> float:
        log_probabilities = log_softmax(logits / np.exp(log_temperature), axis=1)
        return float(-np.sum(wanted * log_probabilities, where=is_known))

    found = minimize_scalar(
        loss,
        bounds=(np.log(_LOWEST), np.log(_HIGHEST)),
        method="bounded",
    )
    return float(np.exp(found.x))


def _smoothed(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Probabilities to aim at: as if each label had been seen once more, in a text of every label."""
    seen = np.bincount(labels, minlength=logits.shape[1])[labels]
    whole = seen + np.isfinite(logits).sum(axis=1)
    wanted = np.tile(1 / whole, (logits.shape[1], 1)).T
    wanted[np.arange(len(labels)), labels] = (seen + 1) / whole
    return wanted


def log_loss(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Mean negative log likelihood of the true labels, in nats."""
    return float(-log_softmax(logits, axis=1)[np.arange(len(labels)), labels].mean())


def expected_calibration_error(
    probabilities: NDArray[np.float64], labels: NDArray[np.int64], bins: int = 15
) -> float:
    """Mean gap between confidence and accuracy of the most probable label, 0–1.

    Texts are put in `bins` equally wide bins of confidence; each bin counts by its texts.

    Notes
    -----
    Naeini, Cooper, Hauskrecht 2015; 15 bins as in Guo et al. 2017. Zero says nothing of the rarer
    labels: a model can be calibrated at the top and still misjudge their share.

    Examples
    --------
    Ten texts at 90 %, of which eight are right:

    >>> probabilities = np.tile([0.9, 0.1], (10, 1))
    >>> round(expected_calibration_error(probabilities, np.array([0] * 8 + [1] * 2)), 3)
    0.1
    """
    confidence = probabilities.max(axis=1)
    is_right = probabilities.argmax(axis=1) == labels
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(bin_of, weights=is_right - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))
