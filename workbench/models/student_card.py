"""The card of a student: who taught it, on what, and how far it agrees with its teacher."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.models.card_parts import identity, reach
from workbench.models.classifier import Classifier, is_multi_label, thresholds_of, top_labels
from workbench.models.label_matrix import own_labels
from workbench.models.student_counts import same_count
from workbench.models.student_learning import divergence
from workbench.models.student_reading import said

_WHAT = "student: words, pairs of words and characters within words (2–5){}, taught by what {} says of unlabelled posts"
_NAMES = ", words of the labels' names and words near to them"


def make_student_card(
    teacher: Classifier,
    posts: Sequence[str],
    variations: int,
    taught: NDArray[np.float64],
    logits: NDArray[np.float64],
    judged: NDArray[np.bool_],
    *,
    folds: int,
    seed: int,
    trained_at: dt.datetime,
) -> dict[str, Any]:
    """Plain JSON.

    Parameters
    ----------
    taught, logits, judged
        The teacher's probabilities of the posts; the student's logits; and of which posts these come from a
        student that had not heard of them.
    """
    several, names = is_multi_label(teacher), teacher.labels
    starts = np.array(thresholds_of(teacher.card))
    heard = taught >= starts if several else np.eye(len(names), dtype=bool)[taught.argmax(axis=1)]
    agreed, limits = (
        _agreement(taught, heard, logits, judged, starts, several),
        reach(judged, None, False, ""),
    )
    chosen = same_count(said(logits[judged], True), heard[judged], starts).tolist() if several else []
    return {
        **identity(
            "student",
            _WHAT.format(_NAMES if several else "", teacher.name),
            posts,
            own_labels(heard, names) if several else top_labels(taught, names),
            classes=names,
            task=teacher.card["task"],
            trained_at=trained_at,
            origin={"labelled_by": teacher.name, "variations": variations},
            is_multi_label=several,
        ),
        **({"thresholds": dict(zip(names, chosen, strict=True))} if several else {}),
        "settings": {"embeddings": None, "folds": folds, "seed": seed},
        "teacher": {
            "name": teacher.name,
            "trained_on": teacher.card.get("trained_on"),
            "scores": teacher.card.get("scores"),
            **agreed,
        },
        # No human label was seen: labelled posts of another file tell more.
        "scores": None,
        "calibration": None,
        **{key: limits[key] for key in ("uses_brand", "licence", "code_version")},
        "languages": teacher.card.get("languages", {}),
        "limits": [
            "Knows no more than its teacher did; posts unlike those it heard of need a test first.",
            *(one for one in teacher.card.get("limits", []) if not one.startswith("Sentence embeddings")),
        ],
    }


def _agreement(
    taught: NDArray[np.float64],
    heard: NDArray[np.bool_],
    logits: NDArray[np.float64],
    judged: NDArray[np.bool_],
    starts: NDArray[np.float64],
    several: bool,
) -> dict[str, Any]:
    """How often and how far the student says what its teacher says, on posts that it had not heard of."""
    if not judged.any():
        return {"agreement": None, "divergence": None, "n": 0}
    logits, taught, heard = logits[judged], taught[judged], heard[judged]
    top = np.eye(logits.shape[1], dtype=bool)[logits.argmax(axis=1)]
    chosen = said(logits, True) >= starts if several else top
    with np.errstate(divide="ignore"):
        perfect = np.log(taught / (1 - taught)) if several else np.log(taught)
    least = divergence(taught, np.clip(perfect, -500, 500), several)[0]
    return {
        "agreement": round(float((chosen == heard).all(axis=1).mean()), 4),
        "divergence": round(float((divergence(taught, logits, several)[0] - least).mean()), 4),
        "n": int(judged.sum()),
    }
