"""What stands on the card of every trained model: what it is and learnt from, and of what it may speak."""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Fewer texts of a language say nothing about it.
_FEWEST_OF_A_LANGUAGE = 50


def identity(
    kind: str,
    what: str,
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    classes: Sequence[str],
    task: str,
    trained_at: dt.datetime,
    origin: Mapping[str, Any] | None,
    is_multi_label: bool = False,
) -> dict[str, Any]:
    """What every card of a trained model begins with; the name tells kind, time and what was learnt from.

    Where several labels may hold, each of `labels` is a text's own, joined by ``|``.
    """
    sha256 = fingerprint(texts, labels)
    counts = Counter(one for label in labels for one in (label.split("|") if is_multi_label else [label]))
    trained_at = trained_at.astimezone(dt.UTC)
    return {
        "name": f"{kind}-{trained_at:%Y%m%dT%H%M%S}-{sha256[:6]}",
        "task": task,
        "kind": kind,
        "labels": list(classes),
        "is_multi_label": is_multi_label,
        "what": what,
        "trained_on": {
            "n": len(texts),
            "labels": {label: counts[label] for label in classes},
            "sha256": sha256,
            **(origin or {}),
        },
        "trained_at": trained_at.isoformat(),  # to the microsecond: the newest is told by it
    }


def without_text(labels: Collection[str], classes: Sequence[str]) -> list[str]:
    """The classes that no text has: where one label holds of each, a model never says them.

    Examples
    --------
    >>> without_text(["positive", "negative", "positive"], ["negative", "neutral", "positive"])
    ['neutral']
    """
    return [label for label in classes if label not in labels]


def unlearned(
    classes: Sequence[str], holds: NDArray[np.bool_], judged: NDArray[np.bool_], then: str
) -> list[str]:
    """Sentences on labels that may hold beside others and of which there was no text to learn from.

    Examples
    --------
    >>> holds = np.array([[True, False, False], [False, False, False]])
    >>> judged = np.array([[True, True, False], [True, True, False]])
    >>> unlearned(["late", "lost", "rude"], holds, judged, "not said")
    ['No labelled text had lost: not said.', 'Nobody looked for rude in the labelled texts: not said.']
    """
    never, unheard = ~holds.any(axis=0) & judged.any(axis=0), ~judged.any(axis=0)
    told = {"No labelled text had {}": never, "Nobody looked for {} in the labelled texts": unheard}
    return [
        f"{sentence.format(', '.join(np.array(classes)[which]))}: {then}."
        for sentence, which in told.items()
        if which.any()
    ]


def by_label(classes: Sequence[str], values: NDArray[np.float64]) -> dict[str, float]:
    """Values of labels, rounded as cards show them.

    Examples
    --------
    >>> by_label(["late", "lost"], np.array([0.123456, 1]))
    {'late': 0.1235, 'lost': 1.0}
    """
    return dict(zip(classes, values.round(4).tolist(), strict=True))


def means_of_judged(values: NDArray, judged: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Mean of each label over the texts of which people said whether it holds; 0 where they said so of none.

    Examples
    --------
    >>> means_of_judged(np.array([[1, 1], [0, 1]]), np.array([[True, True], [True, False]])).tolist()
    [0.5, 1.0]
    """
    return np.where(judged, values, 0).sum(axis=0) / np.maximum(judged.sum(axis=0), 1)


def reach(
    is_right: NDArray[np.bool_],
    languages: Sequence[str | None] | None,
    is_embedded: bool,
    task: str,
    never: Sequence[str] = (),
) -> dict[str, Any]:
    """Of what it may speak, by which of the held-out texts it told rightly, and which labels it can `never` say."""
    of_task = (
        ["Sentiment of the text as a whole, not toward one of several brands named in it."]
        if task == "sentiment"
        else []
    )
    slow = ["Sentence embeddings: hundreds of posts a second, not thousands."] if is_embedded else []
    return {
        "uses_brand": False,
        "languages": _by_language(is_right, languages),
        "limits": [
            "Learnt from the labels of these brands and platforms; others, and later times, need a test first.",
            *of_task,
            "Sarcasm and languages with few labels are read poorly.",
            *slow,
            *([f"Never says: {', '.join(never)}."] if never else []),
        ],
        "licence": "that of the texts and labels it was trained on",
        "code_version": version("workbench"),
    }


def _by_language(
    is_right: NDArray[np.bool_], languages: Sequence[str | None] | None
) -> dict[str, dict[str, Any]]:
    """Texts by language; out-of-fold accuracy where there are enough to say."""
    known = np.array([language or "unknown" for language in languages or [None] * len(is_right)])
    return {
        str(language): {
            "n": n,
            "accuracy": round(float(is_right[rows].mean()), 4) if n >= _FEWEST_OF_A_LANGUAGE else None,
        }
        for language in np.unique(known)
        for rows in [known == language]
        for n in [int(rows.sum())]
    }


def fingerprint(texts: Sequence[str], labels: Sequence[str]) -> str:
    """SHA-256 of the labelled texts, whatever their order."""
    rows = sorted(json.dumps([text, label]) for text, label in zip(texts, labels, strict=True))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()
