"""From sentence embeddings to calibrated probabilities: the second half of SetFit, for one label a text or several."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression

from workbench.models.calibration import fit_temperature
from workbench.models.label_matrix import LabelMatrix
from workbench.models.label_probabilities import fit_scaling

_Numbers = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True)
class Head:
    """Logistic regression on vectors: multinomial, or one for each label where several may hold."""

    slopes: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    scales: NDArray[np.float64]
    shifts: NDArray[np.float64]
    is_multi_label: bool

    def logits(
        self, vectors: NDArray[np.float32], opinions: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Logits before calibration, one row a text, by the same evidence that it was fitted to."""
        evidence = vectors if opinions is None else np.hstack([vectors, opinions])
        return np.asarray(evidence @ self.slopes + self.intercepts)

    def probabilities(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrated probabilities; each column for itself where several labels may hold."""
        calibrated = logits * self.scales + self.shifts
        return np.asarray(expit(calibrated) if self.is_multi_label else softmax(calibrated, axis=1))

    def state(self) -> dict[str, NDArray[np.float64]]:
        """Its numbers."""
        return {name: getattr(self, name) for name in ("slopes", "intercepts", "scales", "shifts")}


def fit_head(
    vectors: NDArray[np.float32], labels: LabelMatrix, opinions: NDArray[np.float64] | None = None
) -> Head:
    """Learn from vectors and which labels hold of each; not calibrated.

    Parameters
    ----------
    opinions
        What a lexicon holds of each text. The head then reads vectors with these beside them.

    Notes
    -----
    Vectors and opinions are learnt from apart, and their logits added. An encoder that was taught tells its own
    training texts apart so well that a regression on both at once would give opinions no weight.
    """
    parts = [_fitted(vectors, labels), *([] if opinions is None else [_fitted(opinions, labels)])]
    slopes = np.concatenate([slopes for slopes, _ in parts])
    intercepts = np.sum([intercepts for _, intercepts in parts], axis=0)
    return Head(
        slopes, intercepts, np.ones(len(intercepts)), np.zeros(len(intercepts)), labels.is_multi_label
    )


def _fitted(evidence: NDArray[Any], labels: LabelMatrix) -> _Numbers:
    exact = evidence.astype(np.float64)
    return _several(exact, labels) if labels.is_multi_label else _one_of(exact, labels)


def calibrate(head: Head, logits: NDArray[np.float64], labels: LabelMatrix) -> Head:
    """The head with probabilities that mean what they say, by logits of texts that it has not seen.

    One temperature where one label holds, so that the most probable stays; a scale and a shift for each label
    where several may.
    """
    if labels.is_multi_label:
        scaling = fit_scaling(logits, labels.holds, labels.judged)
        return replace(head, scales=scaling.slopes, shifts=scaling.shifts)
    temperature = fit_temperature(logits, labels.holds.argmax(axis=1))
    return replace(head, scales=np.full(logits.shape[1], 1 / temperature))


def calibrated_apart(
    head: Head, logits: NDArray[np.float64], labels: LabelMatrix, fold: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Calibrated probabilities of held-out logits, each fold calibrated by the texts of the others."""
    said = np.empty_like(logits)
    for number in np.unique(fold):
        asked = fold == number
        said[asked] = calibrate(head, logits[~asked], labels.take(~asked)).probabilities(logits[asked])
    return said


def _several(vectors: NDArray[np.float64], labels: LabelMatrix) -> _Numbers:
    learnt = [
        _yes_or_no(vectors[known], holds[known])
        for holds, known in zip(labels.holds.T, labels.judged.T, strict=True)
    ]
    return np.stack([slopes for slopes, _ in learnt], axis=1), np.array([one for _, one in learnt])


def _one_of(vectors: NDArray[np.float64], labels: LabelMatrix) -> _Numbers:
    """A label that no text has is never said."""
    given = labels.holds.argmax(axis=1)
    found = _regression().fit(vectors, given)
    slopes, intercepts = found.coef_, found.intercept_
    if len(found.classes_) == 2:  # scikit-learn keeps one row for two classes
        slopes, intercepts = np.vstack([-slopes, slopes]) / 2, np.concatenate([-intercepts, intercepts]) / 2
    all_slopes = np.zeros((vectors.shape[1], labels.holds.shape[1]))
    all_intercepts = np.full(labels.holds.shape[1], -np.inf)
    all_slopes[:, found.classes_], all_intercepts[found.classes_] = slopes.T, intercepts
    return all_slopes, all_intercepts


def _yes_or_no(vectors: NDArray[np.float64], holds: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    if holds.all() or not holds.any():  # nothing to tell apart: nearly always, or nearly never
        return np.zeros(vectors.shape[1]), float(np.log((holds.sum() + 0.5) / ((~holds).sum() + 0.5)))
    found = _regression().fit(vectors, holds)
    return found.coef_[0], float(found.intercept_[0])


def _regression() -> LogisticRegression:
    # Taught vectors of one label lie together: C hardly matters, so none is chosen.
    return LogisticRegression(class_weight="balanced", max_iter=2_000)
