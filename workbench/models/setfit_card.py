"""The card of a SetFit model."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from workbench.models.calibration import expected_calibration_error
from workbench.models.card_parts import by_label, identity, means_of_judged, reach, unlearned, without_text
from workbench.models.drawn_texts import alike
from workbench.models.label_matrix import LabelMatrix, own_labels
from workbench.models.label_probabilities import thresholds
from workbench.models.scoring import ends
from workbench.models.set_scoring import interval_of_sets, macro_f1_of_sets, per_label


class HeldOut(NamedTuple):
    """What is said of each training text by a model that has not seen it."""

    logits: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    fold: NDArray[np.int64]


def make_setfit_card(
    what: str,
    texts: Sequence[str],
    labels: LabelMatrix,
    held_out: HeldOut | None,
    *,
    classes: Sequence[str],
    task: str,
    settings: Mapping[str, Any],
    languages: Sequence[str | None] | None,
    origin: Mapping[str, Any] | None,
    trained_at: dt.datetime,
) -> dict[str, Any]:
    """Plain JSON; without anything held out, no scores."""
    own = own_labels(labels.holds, classes)
    never = [] if labels.is_multi_label else without_text(set(own), classes)
    card = {
        **identity(
            "setfit",
            what,
            texts,
            own,
            classes=classes,
            task=task,
            trained_at=trained_at,
            origin=origin,
            is_multi_label=labels.is_multi_label,
        ),
        "settings": {**settings, "embeddings": None},
    }
    if held_out is None:
        unknown = reach(np.zeros(0, dtype=bool), [], True, task, never)
        return {**card, "scores": None, "calibration": None, **unknown}
    said = _said(held_out, labels)
    is_right = np.all((said == labels.holds) | ~labels.judged, axis=1)
    starts = (
        {"thresholds": by_label(classes, thresholds(held_out.probabilities, labels.holds, labels.judged))}
        if labels.is_multi_label
        else {}
    )
    found = {
        **card,
        **starts,
        "scores": _scores(labels, said, classes, alike(texts), settings["seed"]),
        "calibration": _calibration(labels, held_out, classes),
        **reach(is_right, languages, True, task, never),
    }
    if labels.is_multi_label:
        found["limits"] += unlearned(classes, labels.holds, labels.judged, "hardly ever said")
    return found


def _said(held_out: HeldOut, labels: LabelMatrix) -> NDArray[np.bool_]:
    """The most probable label; where several may hold, those above thresholds that other folds chose."""
    probabilities, fold = held_out.probabilities, held_out.fold
    if not labels.is_multi_label:
        return np.eye(probabilities.shape[1], dtype=bool)[probabilities.argmax(axis=1)]
    said = np.empty(probabilities.shape, dtype=bool)
    for number in np.unique(fold):
        asked = fold == number
        others = labels.take(~asked)
        said[asked] = probabilities[asked] >= thresholds(probabilities[~asked], others.holds, others.judged)
    return said


def _scores(
    labels: LabelMatrix,
    said: NDArray[np.bool_],
    classes: Sequence[str],
    groups: NDArray[np.int64],
    seed: int,
) -> dict[str, Any]:
    low, high = interval_of_sets(labels.holds, said, labels.judged, groups, seed=seed)
    is_right = np.all((said == labels.holds) | ~labels.judged, axis=1)
    return {
        "macro_f1": round(macro_f1_of_sets(labels.holds, said, labels.judged), 4),
        **ends(low, high),
        "accuracy": round(float(is_right.mean()), 4),
        "f1": by_label(classes, per_label(labels.holds, said, labels.judged)[2]),
        "method": "held-out predictions; 95 % interval of macro-F1 by bootstrap",
    }


def _calibration(labels: LabelMatrix, held_out: HeldOut, classes: Sequence[str]) -> dict[str, Any]:
    before = expit(held_out.logits) if labels.is_multi_label else softmax(held_out.logits, axis=1)
    how = "a scale and a shift for each label" if labels.is_multi_label else "temperature scaling"
    return {
        "method": f"{how} on out-of-fold logits, judged on texts that it was not fitted to",
        "ece_before": round(_error(before, labels), 4),
        "ece_after": round(_error(held_out.probabilities, labels), 4),
        "mean_probability": by_label(classes, means_of_judged(held_out.probabilities, labels.judged)),
        "labelled_share": by_label(classes, means_of_judged(labels.holds, labels.judged)),
    }


def _error(probabilities: NDArray[np.float64], labels: LabelMatrix) -> float:
    """Expected calibration error; the mean over the labels where several may hold."""
    if not labels.is_multi_label:
        return expected_calibration_error(probabilities, labels.holds.argmax(axis=1))
    errors = []
    for said, holds, judged in zip(probabilities.T, labels.holds.T, labels.judged.T, strict=True):
        if judged.any():
            pairs = np.stack([1 - said[judged], said[judged]], axis=1)
            errors.append(expected_calibration_error(pairs, holds[judged].astype(np.int64)))
    return float(np.mean(errors))
