"""Champion and challenger: a new model is put in use only where human labels show it to be better."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.models.champions import alone, champion, record, record_judgement, replaced
from workbench.models.classifier import Classifier, is_multi_label, thresholds_by_label, thresholds_of
from workbench.models.drawn_texts import first_of_each
from workbench.models.in_use import choosable
from workbench.models.label_sets import matrix_of_sets
from workbench.models.registry import named, task_folder
from workbench.models.verdict import Verdict, verdict


def consider(
    folder: Path,
    model: Classifier,
    texts: Sequence[str],
    labels: Sequence[str] | Sequence[Collection[str]],
    *,
    may_judge: Sequence[bool] | None = None,
    unfit: str = "",
    seed: int = 0,
) -> Verdict:
    """Put a newly trained model in use, if its training labels show it to be better than the one that is.

    What it says of its own training texts comes from `out_of_fold`, what the champion says from the champion, of
    the texts that one has not learned from. The decision is written down with its reason either way.

    Parameters
    ----------
    folder
        Where models are kept.
    model
        The model, with `out_of_fold`; saved already.
    texts, labels
        What it was trained on, in the order of `out_of_fold`.
    may_judge
        Which of the texts are a fair test. Texts that were picked because the champion was unsure of them are not:
        on these any other model looks better. None: all.
    unfit
        Why it shall not be put in use, however well it does and though there be no other; empty: nothing speaks
        against it.
    seed
        Of the bootstrap.
    """
    task = model.card["task"]
    place = task_folder(folder, task)
    incumbent, in_use = _incumbent(folder, task, model.name), champion(place)
    if incumbent is None:
        reason = unfit or f"the first model for {task}: there was none to compare it with"
        is_in_use = record_judgement(place, model.name, not unfit, None, in_use, reason)
        return Verdict(is_in_use, None, None, None, 0, reason)
    if unfit:
        found = Verdict(False, None, None, None, 0, unfit)
    else:
        found = _compared(folder, model, incumbent, texts, labels, may_judge, seed)
    evidence = _evidence(found, incumbent, seed)
    is_in_use = record_judgement(
        place, model.name, found.is_better, incumbent, in_use, found.reason, evidence
    )
    return found._replace(is_better=is_in_use)


def await_judgement(folder: Path, model: Classifier) -> None:
    """See to it that a model about to be saved is not in use for want of another, if nobody comes to judge it."""
    task = model.card["task"]
    place = task_folder(folder, task)
    with alone(place):
        if champion(place) is None:
            before = _incumbent(folder, task, model.name)
            reason = "it is not judged yet; where nothing follows, its training was stopped before"
            record(place, model.name, "kept", champion=None, before=before, reason=reason)


def compared_on_other_labels(
    folder: Path,
    model: Classifier,
    texts: Sequence[str],
    labels: Sequence[str] | Sequence[Collection[str]],
    may_judge: Sequence[bool],
    seed: int,
) -> Verdict:
    """Compare a model with the one in use on labels that it has not learned from, as far as both are new to it."""
    task = model.card["task"]
    incumbent = _incumbent(folder, task, model.name)
    if incumbent is None:
        return _none("there is no other")
    given = set(labels) if not is_multi_label(model) else set().union(*labels)
    if not given <= set(model.labels):
        return _none("it gives other labels")
    try:
        other = named(folder, task, incumbent)
        is_fair = np.array(other.held_out(texts)) & np.array(model.held_out(texts)) & np.array(may_judge)
        rows = _each_once(texts, is_fair)
        read = [texts[i] for i in rows], [""] * len(rows)
        ours, theirs = model.classify(*read), other.classify(*read)
    except WorkbenchError as error:
        return _none(f"{incumbent}, which is in use, cannot be asked: {error}")
    return _judged(model, other, [labels[i] for i in rows], ours, theirs, seed)


def compared_on_own_labels(
    model: Classifier,
    other: Classifier,
    texts: Sequence[str],
    labels: Sequence[str] | Sequence[Collection[str]],
    may_judge: Sequence[bool],
    seed: int,
) -> Verdict:
    """Compare two models that learned from the same labels, by what both say of them out of fold."""
    ours, theirs = (getattr(one, "out_of_fold", None) for one in (model, other))
    if ours is None or theirs is None:
        return _none(
            "one was trained without folds, so nobody knows what it says of texts that it has not seen"
        )
    rows = _each_once(texts, np.array(may_judge))
    return _judged(model, other, [labels[i] for i in rows], ours[rows], theirs[rows], seed)


def promote(folder: Path, task: str, name: str, reason: str) -> dict[str, Any]:
    """Put a model in use by a person's decision, whatever the comparison said.

    Raises
    ------
    WorkbenchError
        There is no such model, it cannot be read, it is in use already, or no reason is given.
    """
    if not reason.strip():
        raise WorkbenchError("say why: the reason is kept with the decision.")
    named(folder, task, name)
    place = task_folder(folder, task)
    if champion(place) == name:
        raise WorkbenchError(f"model {name} is in use for {task} already.")
    before = _incumbent(folder, task, without=name)
    record(place, name, "promoted", champion=name, before=before, reason=reason)
    return {"task": task, "model": name, "before": before, "reason": reason}


def rollback(folder: Path, task: str, reason: str) -> dict[str, Any]:
    """Put the model back in use that the one in use has replaced.

    Raises
    ------
    WorkbenchError
        Nothing was replaced, the former model is gone, or no reason is given.
    """
    if not reason.strip():
        raise WorkbenchError("say why: the reason is kept with the decision.")
    place = task_folder(folder, task)
    now, former = champion(place), replaced(place)
    if now is None or former is None:
        raise WorkbenchError(
            f"no model for {task} has replaced another, so there is none to go back to. See: workbench models list "
            f"--task {task}."
        )
    named(folder, task, former)
    record(place, former, "rolled back", champion=former, before=now, reason=reason)
    return {"task": task, "model": former, "before": now, "reason": reason}


def _incumbent(folder: Path, task: str, without: str) -> str | None:
    """Name of the model in use; before any decision the newest but the one named, or the lexicon."""
    names = [name for name in choosable(folder, task) if name != without]
    return champion(task_folder(folder, task)) or (names[-1] if names else None)


def _compared(
    folder: Path,
    model: Classifier,
    incumbent: str,
    texts: Sequence[str],
    labels: Sequence[str] | Sequence[Collection[str]],
    may_judge: Sequence[bool] | None,
    seed: int,
) -> Verdict:
    ours = getattr(model, "out_of_fold", None)
    if ours is None:
        why = (
            "its teacher learned from all of them"
            if model.card.get("teacher")
            else "it was trained without folds"
        )
        return _none(f"{why}, so nobody knows what it says of texts that it has not seen")
    try:
        other = named(folder, model.card["task"], incumbent)
        if unlearned := sorted(_learned(other) - _learned(model)):
            return _none(
                f"it has not learned {', '.join(unlearned)}, which {incumbent} has: no text here is of it, so that "
                "they cannot be compared on it"
            )
        is_fair = np.array(other.held_out(texts))
        rows = _each_once(texts, is_fair if may_judge is None else is_fair & np.array(may_judge))
        theirs = other.classify([texts[i] for i in rows], [""] * len(rows))
    except WorkbenchError as error:
        return _none(f"{incumbent}, which is in use, cannot be asked: {error}")
    found = _judged(model, other, [labels[i] for i in rows], ours[rows], theirs, seed)
    return found._replace(reason=f"{found.reason}; {incumbent} was in use")


def _each_once(texts: Sequence[str], is_fair: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Rows that are a fair test, of those that read alike the first."""
    rows = np.flatnonzero(is_fair)
    return rows[first_of_each([texts[row] for row in rows])] if len(rows) else rows


def _judged(
    model: Classifier,
    other: Classifier,
    labels: Sequence[str] | Sequence[Collection[str]],
    ours: NDArray[np.float64],
    theirs: NDArray[np.float64],
    seed: int,
) -> Verdict:
    """Whether what a model says of texts with these labels is better than what another says of them."""
    return verdict(
        _holds(labels, model.labels),
        ours,
        _in_order(theirs, other.labels, model.labels),
        model.labels,
        is_multi_label(model),
        seed,
        _starts(model, other),
    )


def _learned(model: Classifier) -> set[str]:
    """Labels of which a model has seen texts; of a lexicon, which learns from nobody, all that it says."""
    counts = (model.card.get("trained_on") or {}).get("labels")
    return set(model.labels) if counts is None else {label for label, count in counts.items() if count}


def _holds(labels: Sequence[str] | Sequence[Collection[str]], classes: Sequence[str]) -> NDArray[np.bool_]:
    return matrix_of_sets([[own] if isinstance(own, str) else own for own in labels], classes)


def _starts(model: Classifier, other: Classifier) -> tuple[Sequence[float], Sequence[float]]:
    """From which probability each of the two says each label of the first."""
    starts = thresholds_by_label(other.card)
    return thresholds_of(model.card), [starts.get(label, 0.5) for label in model.labels]


def _none(reason: str) -> Verdict:
    return Verdict(False, None, None, None, 0, reason)


def _in_order(said: NDArray[np.float64], had: Sequence[str], wanted: Sequence[str]) -> NDArray[np.float64]:
    """Columns of these labels; of a label that the model does not give, it says nothing."""
    columns = dict(zip(had, said.T, strict=True))
    return np.stack([columns.get(label, np.zeros(len(said))) for label in wanted], axis=1)


def _evidence(found: Verdict, incumbent: str, seed: int) -> dict[str, Any]:
    figures = {"difference": found.difference, "low": found.low, "high": found.high}
    rounded = {name: None if value is None else round(value, 4) for name, value in figures.items()}
    return {"measure": "macro-F1", "against": incumbent, "n": found.n, **rounded, "seed": seed}
