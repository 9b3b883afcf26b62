"""The card of a trained model: what it is, what it learnt from, and how far it may be trusted."""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from workbench.models.calibration import expected_calibration_error, fit_temperature
from workbench.models.classifier import LABELS
from workbench.models.scoring import (
    chosen_by_bootstrap,
    confusion,
    interval_by_bootstrap,
    macro_f1,
    per_class,
)
from workbench.models.selection import Trial

_WHAT = "multinomial logistic regression on TF-IDF of words (1–2) and characters within words (2–5)"

# Fewer texts of a language say nothing about it.
_FEWEST_OF_A_LANGUAGE = 50


def make_card(
    texts: Sequence[str],
    labels: Sequence[str],
    trial: Trial,
    *,
    embeddings: str | None,
    seed: int,
    languages: Sequence[str | None] | None,
    origin: Mapping[str, Any] | None,
    trained_at: dt.datetime,
) -> dict[str, Any]:
    """Card of a plain linear model, plain JSON."""
    classes, logits = trial.classes, trial.logits[trial.best]
    return {
        **_identity("linear", _WHAT, texts, labels, trained_at, origin),
        "settings": {
            **_chosen(trial, embeddings),
            "tried": len(trial.tried),
            "folds": int(trial.fold.max()) + 1,
            "seed": seed,
        },
        "scores": _scores(trial, seed),
        "calibration": _calibration(logits, classes, trial.fold),
        **_reach(logits, classes, languages, trial.chosen.is_embedded),
    }


def make_cross_fitted_card(
    texts: Sequence[str],
    labels: Sequence[str],
    fold: NDArray[np.int64],
    logits: NDArray[np.float64],
    *,
    temperatures: Sequence[float],
    trials: Sequence[Trial],
    embeddings: str | None,
    seed: int,
    languages: Sequence[str | None] | None,
    origin: Mapping[str, Any] | None,
    trained_at: dt.datetime,
) -> dict[str, Any]:
    """Card of a cross-fitted model, plain JSON; `logits` are those of the model that has not seen the text."""
    classes = np.array([LABELS.index(label) for label in labels])
    is_embedded = any(trial.chosen.is_embedded for trial in trials)
    what = f"cross-fitted, {len(trials)} folds: each text is read by a model that has not learned from it; {_WHAT}"
    after = softmax(logits / np.array(temperatures)[fold][:, None], axis=1)
    return {
        **_identity("cross-fitted", what, texts, labels, trained_at, origin),
        "settings": {
            "embeddings": embeddings if is_embedded else None,
            "folds": len(trials),
            "by_fold": [_chosen(trial, embeddings) for trial in trials],
            "tried": len(trials[0].tried),
            "seed": seed,
        },
        "scores": _held_out_scores(logits, classes, seed),
        "calibration": {
            "method": "temperature scaling on out-of-fold logits, within the texts that each model learned from",
            "temperature": [round(one, 4) for one in temperatures],
            **_calibrated(softmax(logits, axis=1), after, classes),
        },
        **_reach(logits, classes, languages, is_embedded),
    }


def fingerprint(texts: Sequence[str], labels: Sequence[str]) -> str:
    """SHA-256 of the labelled texts, whatever their order."""
    rows = sorted(json.dumps([text, label]) for text, label in zip(texts, labels, strict=True))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _identity(
    kind: str,
    what: str,
    texts: Sequence[str],
    labels: Sequence[str],
    trained_at: dt.datetime,
    origin: Mapping[str, Any] | None,
) -> dict[str, Any]:
    sha256 = fingerprint(texts, labels)
    counts = Counter(labels)
    trained_at = trained_at.astimezone(dt.UTC)
    return {
        "name": f"{kind}-{trained_at:%Y%m%dT%H%M%S}-{sha256[:6]}",
        "task": "sentiment",
        "what": what,
        "trained_on": {
            "n": len(texts),
            "labels": {label: counts[label] for label in LABELS},
            "sha256": sha256,
            **(origin or {}),
        },
        "trained_at": trained_at.isoformat(timespec="seconds"),
    }


def _chosen(trial: Trial, embeddings: str | None) -> dict[str, Any]:
    return {
        "embeddings": embeddings if trial.chosen.is_embedded else None,
        "class_evenness": trial.chosen.evenness,
        "C": trial.chosen.penalty,
    }


def _scores(trial: Trial, seed: int) -> dict[str, Any]:
    said = trial.logits.argmax(axis=2)
    mean, low, high = chosen_by_bootstrap(trial.classes, said, len(LABELS), seed=seed)
    counts = confusion(trial.classes, said[trial.best], len(LABELS))
    return _scored(
        counts, mean, low, high, "out-of-fold predictions; macro-F1 and its 95 % interval by BBC-CV"
    )


def _held_out_scores(logits: NDArray[np.float64], classes: NDArray[np.int64], seed: int) -> dict[str, Any]:
    said = logits.argmax(axis=1)
    low, high = interval_by_bootstrap(classes, said, len(LABELS), seed=seed)
    counts = confusion(classes, said, len(LABELS))
    return _scored(
        counts, macro_f1(counts), low, high, "held-out predictions; 95 % interval of macro-F1 by bootstrap"
    )


def _scored(counts: NDArray[np.int64], mean: float, low: float, high: float, method: str) -> dict[str, Any]:
    return {
        "macro_f1": round(mean, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "accuracy": round(float(np.trace(counts) / counts.sum()), 4),
        "f1": dict(zip(LABELS, per_class(counts)[2].round(4).tolist(), strict=True)),
        "method": method,
    }


def _calibration(
    logits: NDArray[np.float64], classes: NDArray[np.int64], fold: NDArray[np.int64]
) -> dict[str, Any]:
    """How far the probabilities may be believed, each temperature judged on texts it was not fitted to."""
    after = np.empty_like(logits)
    for number in range(int(fold.max()) + 1):
        held_out = fold == number
        temperature = fit_temperature(logits[~held_out], classes[~held_out])
        after[held_out] = softmax(logits[held_out] / temperature, axis=1)
    return {
        "method": "temperature scaling on out-of-fold logits",
        "temperature": round(fit_temperature(logits, classes), 4),
        **_calibrated(softmax(logits, axis=1), after, classes),
    }


def _calibrated(
    before: NDArray[np.float64], after: NDArray[np.float64], classes: NDArray[np.int64]
) -> dict[str, Any]:
    shares = np.bincount(classes, minlength=len(LABELS)) / len(classes)
    return {
        "ece_before": round(expected_calibration_error(before, classes), 4),
        "ece_after": round(expected_calibration_error(after, classes), 4),
        # What a signal would be wrong by, were it compared with the labels themselves.
        "mean_probability": dict(zip(LABELS, after.mean(axis=0).round(4).tolist(), strict=True)),
        "labelled_share": dict(zip(LABELS, shares.round(4).tolist(), strict=True)),
    }


def _reach(
    logits: NDArray[np.float64],
    classes: NDArray[np.int64],
    languages: Sequence[str | None] | None,
    is_embedded: bool,
) -> dict[str, Any]:
    """Of what it may speak."""
    slow = ["Sentence embeddings: hundreds of posts a second, not thousands."] if is_embedded else []
    return {
        "uses_brand": False,
        "languages": _by_language(logits, classes, languages),
        "limits": [
            "Learnt from the labels of these brands and platforms; others, and later times, need a test first.",
            "Sentiment of the text as a whole, not toward one of several brands named in it.",
            "Sarcasm and languages with few labels are read poorly.",
            *slow,
        ],
        "licence": "that of the texts and labels it was trained on",
        "code_version": version("workbench"),
    }


def _by_language(
    logits: NDArray[np.float64], classes: NDArray[np.int64], languages: Sequence[str | None] | None
) -> dict[str, dict[str, Any]]:
    """Texts by language; out-of-fold accuracy where there are enough to say."""
    known = np.array([language or "unknown" for language in languages or [None] * len(classes)])
    is_right = logits.argmax(axis=1) == classes
    return {
        str(language): {
            "n": n,
            "accuracy": round(float(is_right[rows].mean()), 4) if n >= _FEWEST_OF_A_LANGUAGE else None,
        }
        for language in np.unique(known)
        for rows in [known == language]
        for n in [int(rows.sum())]
    }
