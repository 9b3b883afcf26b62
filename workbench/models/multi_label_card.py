"""The card of a model of labels that hold independently."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.models.card_parts import by_label, identity, means_of_judged, reach, unlearned
from workbench.models.drawn_texts import alike
from workbench.models.label_evidence import Labelled
from workbench.models.label_learning import LearntLabels
from workbench.models.label_matrix import own_labels
from workbench.models.label_probabilities import thresholds
from workbench.models.scoring import ends
from workbench.models.set_scoring import interval_of_sets, macro_f1_of_sets, per_label

_WHAT = (
    "logistic regressions, one a label, learnt together: TF-IDF of words (1–2) and characters within words (2–5), "
    "and whether the words of the label's name are written in the text"
)
_MEANING = ", and how near the text and its words are to the name in meaning"


def make_multi_label_card(
    texts: Sequence[str],
    data: Labelled,
    probabilities: NDArray[np.float64],
    said: NDArray[np.bool_],
    models: Sequence[LearntLabels],
    *,
    classes: Sequence[str],
    task: str,
    embeddings: str | None,
    seed: int,
    languages: Sequence[str | None] | None,
    origin: Mapping[str, Any] | None,
    trained_at: dt.datetime,
) -> dict[str, Any]:
    """Card, plain JSON; what is said of a text is said by a model that has not seen it."""
    holds, judged = data.holds, data.judged
    is_embedded = any(model.is_embedded for model in models)
    what = _WHAT + (_MEANING if any(model.standard for model in models) else "")
    if len(models) > 1:
        what = f"cross-fitted, {len(models)} folds: each text is read by a model that has not learned from it; {what}"
    card = {
        **identity(
            "multi-label",
            what,
            texts,
            own_labels(holds, classes),
            classes=classes,
            task=task,
            trained_at=trained_at,
            origin=origin,
            is_multi_label=True,
        ),
        "thresholds": by_label(classes, thresholds(probabilities, holds, judged)),
        "settings": {
            "embeddings": embeddings if is_embedded else None,
            "folds": len(models),
            "by_fold": [
                {"vector_weight": model.vector_weight, "is_meant": model.standard is not None}
                for model in models
            ],
            "seed": seed,
        },
        "scores": _scores(holds, said, judged, classes, alike(texts), seed),
        "calibration": _calibration(probabilities, holds, judged, classes),
        **reach(np.all((said == holds) | ~judged, axis=1), languages, is_embedded, task),
    }
    card["limits"] += unlearned(classes, holds, judged, "read by the name alone, and unproven")
    return card


def _scores(
    holds: NDArray[np.bool_],
    said: NDArray[np.bool_],
    judged: NDArray[np.bool_],
    classes: Sequence[str],
    groups: NDArray[np.int64],
    seed: int,
) -> dict[str, Any]:
    low, high = interval_of_sets(holds, said, judged, groups, seed=seed)
    return {
        "macro_f1": round(macro_f1_of_sets(holds, said, judged), 4),
        **ends(low, high),
        "subset_accuracy": round(float(np.all((said == holds) | ~judged, axis=1).mean()), 4),
        "f1": by_label(classes, per_label(holds, said, judged)[2]),
        "method": "held-out predictions, thresholds chosen on other texts; 95 % interval of macro-F1 by bootstrap",
    }


def _calibration(
    probabilities: NDArray[np.float64],
    holds: NDArray[np.bool_],
    judged: NDArray[np.bool_],
    classes: Sequence[str],
) -> dict[str, Any]:
    return {
        "method": "Platt scaling on out-of-fold logits, labels drawn to what all have in common",
        # What a signal would be wrong by, were it compared with the labels themselves.
        "mean_probability": by_label(classes, means_of_judged(probabilities, judged)),
        "labelled_share": by_label(classes, means_of_judged(holds, judged)),
    }
