"""Which model speaks for a task: the one wanted or pinned; else the one promoted, the newest trained, the lexicon."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError
from workbench.models.champions import champion, not_chosen
from workbench.models.classifier import Classifier
from workbench.models.lexicon import NAME as LEXICON
from workbench.models.registry import card_named, list_models, named, read_card, task_folder
from workbench.settings.pinned import pinned_model


def current(folder: Path, task: str = "sentiment", wanted: str = "") -> Classifier:
    """The model wanted, or the one this run is pinned to; else the one promoted, the newest trained, the lexicon.

    Raises
    ------
    WorkbenchError
        There is none of that name, or none at all.
    """
    return named(folder, task, _in_use(folder, task, wanted))


def current_card(folder: Path, task: str = "sentiment", wanted: str = "") -> Mapping[str, Any]:
    """The card of the same model, which is not loaded for it: enough for whoever reads what it has predicted.

    Raises
    ------
    WorkbenchError
        There is none of that name, or none at all.
    """
    return card_named(folder, task, _in_use(folder, task, wanted))


def is_one_in_use(folder: Path, task: str) -> bool:
    """Whether a model speaks for the task: there may be none, or only such as were not put in use."""
    if not list_models(folder, task):
        return False
    return bool(pinned_model(task) or champion(task_folder(folder, task)) or choosable(folder, task))


def newest(folder: Path, task: str) -> str:
    """Name of the model of a task that was trained last, promoted or not.

    Raises
    ------
    WorkbenchError
        There is none.
    """
    cards = list_models(folder, task)
    if not cards:
        raise WorkbenchError(
            f"there is no model for {task} in {folder}. Train one: workbench models train --task {task}."
        )
    return cards[-1]["name"]


def choosable(folder: Path, task: str) -> list[str]:
    """Names of the models that nobody has decided against, the newest last."""
    kept = not_chosen(task_folder(folder, task))
    return [card["name"] for card in list_models(folder, task) if card["name"] not in kept]


def _in_use(folder: Path, task: str, wanted: str) -> str:
    """Name of the model wanted, pinned, promoted or trained last."""
    if wanted := wanted or pinned_model(task):
        return wanted
    if promoted := champion(task_folder(folder, task)):
        _check_there(folder, task, promoted)
        return promoted
    last = newest(folder, task)
    if not (left := choosable(folder, task)):
        raise WorkbenchError(
            f"no model is in use for {task}: {last} was not put in use, and there is no other. Train another. Why: "
            f"workbench models decisions --task {task}. All the same: workbench models promote {last} --task {task} "
            "--reason …."
        )
    return left[-1]


def _check_there(folder: Path, task: str, promoted: str) -> None:
    """Name those that could take its place where the model in use is gone or damaged."""
    if promoted == LEXICON:
        return
    try:
        read_card(folder / task / promoted)
    except WorkbenchError as error:
        names = [card["name"] for card in list_models(folder, task)]
        raise WorkbenchError(
            f"model {promoted}, which is in use for {task}, cannot be read: {error} Copy it back, or put another in "
            f"use: workbench models promote NAME --task {task} --reason …. There are: {', '.join(names) or 'none'}."
        ) from None
