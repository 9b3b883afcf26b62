"""How well a classifier does on labelled texts that it was not trained on."""

import time
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import WorkbenchError, one_of
from workbench.models.classifier import Classifier, is_multi_label, thresholds_of
from workbench.models.drawn_texts import alike
from workbench.models.label_sets import matrix_of_sets
from workbench.models.scoring import confusion, macro, per_class
from workbench.models.set_scoring import macro_f1_of_both, macro_f1_of_sets, per_label
from workbench.models.slices import scores_by_slice


def evaluate(
    classifier: Classifier,
    texts: Sequence[str],
    labels: Sequence[str] | Sequence[Collection[str]],
    brands: Sequence[str] | None = None,
    slices: Sequence[str | None] | None = None,
    among: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Score a classifier on texts that it was not trained on.

    Parameters
    ----------
    classifier
        Any classifier.
    texts, labels
        Texts and their true labels: one each, or all that hold of it where the classifier gives several.
    brands
        Brand of each text, for classifiers that judge toward one.
    slices
        What divides the texts, such as their language, to score each part too.
    among
        Where several labels may hold, those that people looked for; the others are not scored. None: all.

    Returns
    -------
    ``n``, ``accuracy``, ``macro_f1``, ``macro_recall``, ``per_class`` (``precision``, ``recall``, ``f1``,
    ``n`` by label), ``seconds`` the classifier took, and ``model``, its name; 95 % intervals in ``accuracy_low``,
    ``accuracy_high`` (Wilson's), ``macro_f1_low`` and ``macro_f1_high`` (bootstrap), null with fewer than 30
    different texts, of macro-F1 also where all are right or all wrong. Macro figures are means over the labels
    that occur in `labels`. Where several labels may hold,
    ``accuracy`` (all labels of a text are right) is also called ``subset_accuracy``, and ``macro_f1_of_both`` is the
    mean of the F1 of "holds" and of "does not hold". With `slices`: ``slices``, by name, ``n``, ``accuracy`` and
    ``macro_f1`` with their ends, null where a slice has fewer than 30 different texts.

    Raises
    ------
    WorkbenchError
        No texts, none with a label that is looked for, or a label that the classifier does not give.

    Examples
    --------
    >>> from workbench.models.lexicon import LexiconModel
    >>> labels = ["positive", "negative", "neutral"]
    >>> result = evaluate(LexiconModel(), ["I love it", "bad", "no idea"], labels)
    >>> result["n"], round(result["accuracy"], 2), result["per_class"]["negative"]["precision"]
    (3, 0.67, 0.5)
    """
    if not len(texts):
        raise WorkbenchError("there are no labelled texts to score on. Name a file that has some.")
    if len(texts) != len(labels):
        raise WorkbenchError(f"{len(texts)} texts came with {len(labels)} labels; each text needs one.")
    for name in among or ():
        one_of(name, classifier.labels, f"label of {classifier.name}")
    given = _given(classifier, labels)
    start = time.perf_counter()
    probabilities = classifier.classify(texts, brands if brands is not None else [""] * len(texts))
    seconds = time.perf_counter() - start
    said, names = said_by(classifier, probabilities), classifier.labels
    if among is not None and is_multi_label(classifier):
        looked_for = [i for i, name in enumerate(names) if name in among]
        given, said, names = given[:, looked_for], said[:, looked_for], tuple(names[i] for i in looked_for)
    if not given.any():
        raise WorkbenchError(
            f"of {len(texts):,} texts none has any of the labels {', '.join(names)}, so there is nothing to score on. "
            "Name a file in which some have."
        )
    score = _of_sets if is_multi_label(classifier) else _of_classes
    groups = alike(texts)
    result = {"n": len(texts), **score(given, said, names), "seconds": seconds}
    result |= _ends(given, said, groups)
    if slices is not None:
        result["slices"] = _by_slice(scores_by_slice(given, said, slices, groups))
    return {**result, "model": classifier.name}


def said_by(classifier: Classifier, probabilities: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which labels a classifier says: the most probable one, or each that reaches its threshold.

    One row a text, one column a label.
    """
    if is_multi_label(classifier):
        return probabilities >= np.array(thresholds_of(classifier.card))
    return np.eye(len(classifier.labels), dtype=bool)[probabilities.argmax(axis=1)]


def _given(classifier: Classifier, labels: Sequence[str] | Sequence[Collection[str]]) -> NDArray[np.bool_]:
    names = classifier.labels
    if is_multi_label(classifier):
        return matrix_of_sets(labels, names)
    if not all(isinstance(label, str) for label in labels):
        raise WorkbenchError(
            f"model {classifier.name} gives one label a text, and several were given for some."
        )
    return matrix_of_sets([[label] for label in labels if isinstance(label, str)], names)


def _of_classes(given: NDArray[np.bool_], said: NDArray[np.bool_], names: Sequence[str]) -> dict[str, Any]:
    counts = confusion(given.argmax(axis=1), said.argmax(axis=1), len(names))
    precision, recall, f1 = per_class(counts)
    return {
        "accuracy": float(np.trace(counts) / counts.sum()),
        "macro_f1": macro(f1, counts),
        "macro_recall": macro(recall, counts),
        "per_class": _by_label(names, precision, recall, f1, counts.sum(axis=1)),
    }


def _of_sets(given: NDArray[np.bool_], said: NDArray[np.bool_], names: Sequence[str]) -> dict[str, Any]:
    precision, recall, f1 = per_label(given, said)
    is_given = given.any(axis=0)
    subset_accuracy = float((given == said).all(axis=1).mean())
    return {
        "accuracy": subset_accuracy,
        "subset_accuracy": subset_accuracy,
        "macro_f1": macro_f1_of_sets(given, said),
        "macro_f1_of_both": macro_f1_of_both(given, said),
        "macro_recall": float(recall[is_given].mean()) if is_given.any() else float("nan"),
        "per_class": _by_label(names, precision, recall, f1, given.sum(axis=0)),
    }


def _ends(
    given: NDArray[np.bool_], said: NDArray[np.bool_], groups: NDArray[np.int64]
) -> dict[str, float | None]:
    """Ends of the intervals of the whole: it is one slice."""
    (whole,) = _by_slice(scores_by_slice(given, said, ["all"] * len(given), groups)).values()
    return {
        f"{name}_{end}": whole[f"{name}_{end}"]
        for name in ("accuracy", "macro_f1")
        for end in ("low", "high")
    }


def _by_slice(scores: pd.DataFrame) -> dict[str, dict[str, Any]]:
    plain = scores.set_index("slice").astype(object)
    return {str(name): dict(row) for name, row in plain.where(plain.notna(), None).iterrows()}


def _by_label(
    names: Sequence[str],
    precision: NDArray[np.float64],
    recall: NDArray[np.float64],
    f1: NDArray[np.float64],
    texts: NDArray[np.int64],
) -> dict[str, dict[str, float | int]]:
    return {
        name: {
            "precision": float(precision[i]),
            "recall": float(recall[i]),
            "f1": float(f1[i]),
            "n": int(texts[i]),
        }
        for i, name in enumerate(names)
    }
