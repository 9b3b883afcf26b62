"""How often a model fails behavioural tests: negation, modifiers, names, typos, what should change nothing.

A suite like this is a test and not a target: a model that was tuned on it would pass it and be no better.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.models.behaviour_suite import CONFIDENCE, INVARIANCE, MINIMUM, POSITIVITY, Case, read_suite
from workbench.models.classifier import Classifier, is_multi_label
from workbench.privacy.masking import NO_KEY, mask_texts
from workbench.statistics.intervals import Floats

TOLERANCE = 0.1  # CheckList's, of a probability

# Failure rates in per cent that the paper gives for paid services and a fine-tuned BERT, of its own draw of cases.
PUBLISHED = {
    "simple negations: I thought x was negative, but it was not (should be neutral or positive)": {
        "Microsoft": 100.0, "Google": 90.4, "Amazon": 100.0, "BERT": 84.8,
    },
    "Q & A: no": {"Microsoft": 96.8, "Google": 90.8, "Amazon": 81.6, "BERT": 55.4},
}  # fmt: skip


def behave(classifier: Classifier, path: Path) -> dict[str, Any]:
    """Failure rates of a classifier on a suite of behavioural tests.

    Parameters
    ----------
    classifier
        One that gives each text one label.
    path
        The suite; see `read_suite`.

    Returns
    -------
    ``model`` and ``tests``, by name: ``failure_rate`` (0–1; null where no case can be judged), ``n`` cases, ``judged``
    cases that the test applies to, ``type``; for INV ``label_changes``, the rate of cases whose
    label changed at all; ``published``, per cent, where there are figures.

    Notes
    -----
    A case fails if any of its texts fails. MFT: the label is none of those expected. INV: the label changes and the
    probability of the first text's label moves by more than .1. DIR: the probability moves more than .1 the wrong
    way; a test of confidence does not apply to a text that is neutral or whose probability could not move that far.
    So CheckList defines them (its `Expect.inv`, `Expect.monotonic` and the suite for sentiment).

    Raises
    ------
    WorkbenchError
        The classifier may give a text several labels.
    """
    if is_multi_label(classifier):
        raise WorkbenchError(
            f"{classifier.name} may give a text several labels; these tests are of one label a text."
        )
    cases = read_suite(path, classifier.labels)
    said = _read(
        classifier, list(dict.fromkeys((text, case.examples[0]) for case in cases for text in case.examples))
    )
    tests: dict[str, list[Case]] = {}
    for case in cases:
        tests.setdefault(case.test, []).append(case)
    rates = {name: _rate(name, of_test, said, classifier.labels) for name, of_test in tests.items()}
    return {"model": classifier.name, "tests": rates}


def _read(classifier: Classifier, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Floats]:
    """Of each text, beside the first of its case, what the model says that reads the first."""
    texts, first = (mask_texts([pair[place] for pair in pairs], NO_KEY)[0] for place in (0, 1))
    nowhere = [""] * len(texts)
    alike = getattr(classifier, "classify_alike", None)
    found = alike(texts, nowhere, first) if alike else classifier.classify(texts, nowhere)
    return dict(zip(pairs, found, strict=True))


def fails(case: Case, said: Floats, labels: Sequence[str]) -> bool | None:
    """Whether a model fails a case, by what it says of its texts, a row each; None where the case does not apply.

    Examples
    --------
    >>> sure, unsure, other = [0.9, 0.05, 0.05], [0.6, 0.3, 0.1], [0.1, 0.2, 0.7]
    >>> case = Case("intensifiers", "DIR", ("good", "very good"), direction="up")
    >>> [fails(case, np.array([sure, then]), ("positive", "neutral", "negative")) for then in (sure, unsure, other)]
    [False, True, True]
    """
    if not case.is_judged:
        return None
    if case.type == MINIMUM:
        return any(labels[place] not in (case.allowed or ()) for place in said.argmax(axis=1))
    if case.type == INVARIANCE:
        first = int(said[0].argmax())
        moved = np.abs(said[1:, first] - said[0, first]) > TOLERANCE
        return bool((_changes(said) & moved).any())
    return _moves_wrongly(case, said, labels)


def _moves_wrongly(case: Case, said: Floats, labels: Sequence[str]) -> bool | None:
    sign = 1 if case.direction == "up" else -1
    if case.of == POSITIVITY:
        if not {"positive", "negative"} <= set(labels):
            return None
        values = said[:, labels.index("positive")] - said[:, labels.index("negative")]
        return bool((sign * (values[1:] - values[0]) < -TOLERANCE).any())
    first = int(said[0].argmax())
    if case.of == CONFIDENCE and labels[first] == "neutral":
        return None
    values = said[:, first if case.of == CONFIDENCE else labels.index(case.of)]
    could_not = values[0] <= TOLERANCE if sign > 0 else values[0] >= 1 - TOLERANCE
    return None if could_not else bool((sign * (values[1:] - values[0]) < -TOLERANCE).any())


def _changes(said: Floats) -> NDArray[np.bool_]:
    return np.asarray(said[1:].argmax(axis=1) != said[0].argmax())


def _rate(
    name: str, cases: Sequence[Case], said: dict[tuple[str, str], Floats], labels: Sequence[str]
) -> dict[str, Any]:
    answers = [np.array([said[text, case.examples[0]] for text in case.examples]) for case in cases]
    judged = [
        fail for case, of in zip(cases, answers, strict=True) if (fail := fails(case, of, labels)) is not None
    ]
    rate: dict[str, Any] = {
        "failure_rate": round(sum(judged) / len(judged), 4) if judged else None,
        "n": len(cases),
        "judged": len(judged),
        "type": cases[0].type,
    }
    if cases[0].type == INVARIANCE:
        rate["label_changes"] = round(float(np.mean([_changes(of).any() for of in answers])), 4)
    if name in PUBLISHED:
        rate["published"] = PUBLISHED[name]
    return rate
