"""The card of a trained model: what it is, what it learnt from, and how far it may be trusted."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from workbench.models.calibration import expected_calibration_error, fit_temperature
from workbench.models.card_parts import identity, reach, without_text
from workbench.models.drawn_texts import alike
from workbench.models.scoring import (
    chosen_by_bootstrap,
    confusion,
    ends,
    interval_by_bootstrap,
    macro_f1,
    per_class,
)
from workbench.models.selection import Trial

_WHAT = "multinomial logistic regression on TF-IDF of words (1–2) and characters within words (2–5)"


def make_card(
    texts: Sequence[str],
    labels: Sequence[str],
    trial: Trial,
    *,
    classes: Sequence[str],
    task: str,
    embeddings: str | None,
    seed: int,
    languages: Sequence[str | None] | None,
    origin: Mapping[str, Any] | None,
    trained_at: dt.datetime,
) -> dict[str, Any]:
    """Card of a plain linear model, plain JSON."""
    given, logits = trial.classes, trial.logits[trial.best]
    return {
        **identity(
            "linear", _WHAT, texts, labels, classes=classes, task=task, trained_at=trained_at, origin=origin
        ),
        "settings": {
            **_chosen(trial, embeddings),
            "tried": len(trial.tried),
            "folds": int(trial.fold.max()) + 1,
            "seed": seed,
        },
        "scores": _scores(trial, classes, alike(texts), seed),
        "calibration": _calibration(logits, trial, classes),
        **reach(
            logits.argmax(axis=1) == given,
            languages,
            trial.chosen.is_embedded,
            task,
            without_text(set(labels), classes),
        ),
    }


def make_cross_fitted_card(
    texts: Sequence[str],
    labels: Sequence[str],
    logits: NDArray[np.float64],
    probabilities: NDArray[np.float64],
    *,
    classes: Sequence[str],
    task: str,
    temperatures: Sequence[float],
    trials: Sequence[Trial],
    embeddings: str | None,
    seed: int,
    languages: Sequence[str | None] | None,
    origin: Mapping[str, Any] | None,
    trained_at: dt.datetime,
) -> dict[str, Any]:
    """Card of a cross-fitted model, plain JSON; what is said of a text is said by the model that has not seen it."""
    given = np.array([list(classes).index(label) for label in labels])
    is_embedded = any(trial.chosen.is_embedded for trial in trials)
    what = f"cross-fitted, {len(trials)} folds: each text is read by a model that has not learned from it; {_WHAT}"
    return {
        **identity(
            "cross-fitted",
            what,
            texts,
            labels,
            classes=classes,
            task=task,
            trained_at=trained_at,
            origin=origin,
        ),
        "settings": {
            "embeddings": embeddings if is_embedded else None,
            "folds": len(trials),
            "by_fold": [_chosen(trial, embeddings) for trial in trials],
            "tried": len(trials[0].tried),
            "seed": seed,
        },
        "scores": _held_out_scores(logits, given, classes, alike(texts), seed),
        "calibration": {
            "method": "temperature scaling on out-of-fold logits, within the texts that each model learned from",
            "temperature": [round(one, 4) for one in temperatures],
            **_calibrated(softmax(logits, axis=1), probabilities, given, classes),
        },
        **reach(
            logits.argmax(axis=1) == given, languages, is_embedded, task, without_text(set(labels), classes)
        ),
    }


def _chosen(trial: Trial, embeddings: str | None) -> dict[str, Any]:
    return {
        "embeddings": embeddings if trial.chosen.is_embedded else None,
        "vector_weight": trial.chosen.vector_weight,
        "class_evenness": trial.chosen.evenness,
        "C": trial.chosen.penalty,
    }


def _scores(trial: Trial, classes: Sequence[str], groups: NDArray[np.int64], seed: int) -> dict[str, Any]:
    said = trial.logits.argmax(axis=2)
    mean, low, high = chosen_by_bootstrap(trial.classes, said, len(classes), groups, seed=seed)
    counts = confusion(trial.classes, said[trial.best], len(classes))
    method = "out-of-fold predictions; macro-F1 and its 95 % interval by BBC-CV"
    return _scored(counts, classes, mean, low, high, method)


def _held_out_scores(
    logits: NDArray[np.float64],
    given: NDArray[np.int64],
    classes: Sequence[str],
    groups: NDArray[np.int64],
    seed: int,
) -> dict[str, Any]:
    said = logits.argmax(axis=1)
    low, high = interval_by_bootstrap(given, said, len(classes), groups, seed=seed)
    counts = confusion(given, said, len(classes))
    method = "held-out predictions; 95 % interval of macro-F1 by bootstrap"
    return _scored(counts, classes, macro_f1(counts), low, high, method)


def _scored(
    counts: NDArray[np.int64], classes: Sequence[str], mean: float, low: float, high: float, method: str
) -> dict[str, Any]:
    return {
        "macro_f1": round(mean, 4),
        **ends(low, high),
        "accuracy": round(float(np.trace(counts) / counts.sum()), 4),
        "f1": dict(zip(classes, per_class(counts)[2].round(4).tolist(), strict=True)),
        "method": method,
    }


def _calibration(logits: NDArray[np.float64], trial: Trial, classes: Sequence[str]) -> dict[str, Any]:
    """How far the probabilities may be believed, each temperature judged on texts it was not fitted to."""
    given, fold, after = trial.classes, trial.fold, np.empty_like(logits)
    for number in range(int(fold.max()) + 1):
        held_out = fold == number
        temperature = fit_temperature(logits[~held_out], given[~held_out])
        after[held_out] = softmax(logits[held_out] / temperature, axis=1)
    return {
        "method": "temperature scaling on out-of-fold logits",
        "temperature": round(fit_temperature(logits, given), 4),
        **_calibrated(softmax(logits, axis=1), after, given, classes),
    }


def _calibrated(
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    given: NDArray[np.int64],
    classes: Sequence[str],
) -> dict[str, Any]:
    shares = np.bincount(given, minlength=len(classes)) / len(given)
    return {
        "ece_before": round(expected_calibration_error(before, given), 4),
        "ece_after": round(expected_calibration_error(after, given), 4),
        # What a signal would be wrong by, were it compared with the labels themselves.
        "mean_probability": dict(zip(classes, after.mean(axis=0).round(4).tolist(), strict=True)),
        "labelled_share": dict(zip(classes, shares.round(4).tolist(), strict=True)),
    }
