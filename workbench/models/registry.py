"""Trained models on disk: `<folder>/<task>/<name>/` with `card.json` and the files of its kind.

A model may come from anywhere, so nothing in it may run: arrays of numbers and text in skops, safetensors or JSON,
never pickle. Each kind of model writes and reads its own files; here they are kept whole, found and vouched for.
"""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from workbench.errors import WorkbenchError, did_you_mean
from workbench.file_hash import sha256_of
from workbench.models.classifier import Classifier
from workbench.models.lexicon import NAME as LEXICON
from workbench.models.lexicon import LexiconModel
from workbench.settings.keeping import check_may_keep

CARD_FILE = "card.json"

# What reads each kind. A module is loaded when a model of its kind is, as some need torch.
READERS = {
    "linear": "workbench.models.linear",
    "cross-fitted": "workbench.models.cross_fitting",
    "multi-label": "workbench.models.multi_label",
    "setfit": "workbench.models.setfit",
    "student": "workbench.models.student",
}


class Trained(Classifier, Protocol):
    """A classifier that was trained, and can be kept."""

    def write(self, folder: Path) -> None:
        """Write everything learnt into a folder; the module of its kind has the `read` that takes it back."""


def save(model: Trained, folder: Path) -> Path:
    """Keep a model under `folder`; gives its own folder, which appears whole or not at all.

    Raises
    ------
    WorkbenchError
        There is a model of that name.
    """
    check_may_keep(f"the model {model.name}")
    place = task_folder(folder, model.card["task"]) / model.name
    if place.exists():
        raise WorkbenchError(f"model {model.name} is already in {place.parent}. Remove it first, or keep it.")
    place.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".", dir=place.parent))
    try:
        model.write(making)
        card = {**model.card, "files": _digests(making)}
        text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
        (making / CARD_FILE).write_text(text, encoding="utf-8")
        making.chmod(0o755)  # mkdtemp lets only its maker in
        os.rename(making, place)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return place


def load(place: Path) -> Trained:
    """The model in that folder.

    Raises
    ------
    WorkbenchError
        It is not there, was changed since it was saved, holds what could run, or is no model of ours.
    """
    card = read_card(place)
    reader = READERS.get(kind_of(card))
    if reader is None:
        raise WorkbenchError(
            f"{place.name} is a model of the kind '{kind_of(card)}', which this version of workbench does not know. "
            f"It knows: {', '.join(READERS)}. Bring workbench up to date, or train again."
        )
    check_files(place, card)
    return import_module(reader).read(place, card)


def kind_of(card: Mapping[str, Any]) -> str:
    """Kind of a model; cards written before there were several tell it by the name only."""
    kind = card.get("kind") or next((kind for kind in READERS if card["name"].startswith(f"{kind}-")), "")
    return str(kind)


def list_models(folder: Path, task: str = "sentiment") -> list[dict[str, Any]]:
    """Cards of the models for a task, oldest first; for sentiment after that of the lexicon, always there.

    A damaged one does not keep the others from their work: see `damaged_models`.
    """
    trained = []
    for place in _places(folder, task):
        with suppress(WorkbenchError):
            trained.append(read_card(place))
    given = [LexiconModel().card] if task == "sentiment" else []
    return [*given, *sorted(trained, key=lambda card: (card["trained_at"], card["name"]))]


def damaged_models(folder: Path, task: str) -> list[str]:
    """What is wrong with each folder of a task that holds no model as we keep them."""
    told = []
    for place in _places(folder, task):
        try:
            read_card(place)
        except WorkbenchError as error:
            told.append(str(error))
    return told


def named(folder: Path, task: str, name: str) -> Classifier:
    """The model of that name.

    Raises
    ------
    WorkbenchError
        There is none.
    """
    return LexiconModel() if _known(folder, task, name) == LEXICON else load(folder / task / name)


def task_folder(folder: Path, task: str) -> Path:
    """Where the models of a task are.

    Raises
    ------
    WorkbenchError
        The name of the task is no name of a folder.
    """
    if not re.fullmatch(r"\w[\w-]*", task):
        raise WorkbenchError(
            f"'{task}' is no name of a task. Use letters, figures, _ and -, as in churn_threat."
        )
    return folder / task


def read_card(place: Path) -> dict[str, Any]:
    """The card of the model in that folder.

    Raises
    ------
    WorkbenchError
        There is none, or it is another's.
    """
    file = place / CARD_FILE
    try:
        card = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkbenchError(f"there is no model in {place}: it has no {CARD_FILE}.") from None
    except ValueError:
        raise WorkbenchError(f"{file} is not JSON. Copy the model again, or remove its folder.") from None
    needed = {"name", "task", "trained_at", "settings"}
    if not isinstance(card, dict) or not needed <= card.keys() or card["name"] != place.name:
        raise WorkbenchError(
            f"{file} is not the card of {place.name}. Copy the model again, or remove its folder."
        )
    if card["task"] != place.parent.name:
        raise WorkbenchError(
            f"{place} holds a model for {card['task']}, which says nothing of {place.parent.name}. Move it to "
            f"{place.parent.parent / str(card['task'])}."
        )
    return card


def card_named(folder: Path, task: str, name: str) -> Mapping[str, Any]:
    """The card of the model of that name, which is not loaded for it.

    Raises
    ------
    WorkbenchError
        There is none, or it is damaged.
    """
    return LexiconModel().card if _known(folder, task, name) == LEXICON else read_card(folder / task / name)


def _known(folder: Path, task: str, name: str) -> str:
    """The name, of which there is a model."""
    names = [card["name"] for card in list_models(folder, task)]
    if name not in names:
        if (folder / task / name / CARD_FILE).is_file():
            read_card(folder / task / name)  # says what is wrong with it
        raise WorkbenchError(
            f"there is no model '{name}' for {task} in {folder}.{did_you_mean(name, names)} "
            f"There are: {', '.join(names) or 'none'}."
        )
    return name


def _places(folder: Path, task: str) -> list[Path]:
    """Folders of models; those being made begin with a dot."""
    cards = task_folder(folder, task).glob(f"*/{CARD_FILE}")
    return sorted(card.parent for card in cards if not card.parent.name.startswith("."))


def check_files(place: Path, card: Mapping[str, Any]) -> None:
    """Refuse a model whose files are not those that its card describes.

    Raises
    ------
    WorkbenchError
        Names the file that is missing or another.
    """
    # Models kept before there were several files have the digest of the only one.
    wanted = card.get("files") or {"model.skops": card.get("sha256")}
    found = _digests(place)
    for name in wanted.keys() - found.keys():
        raise WorkbenchError(f"{place} has no {name}. Copy the whole folder of the model, or train again.")
    if found != wanted:
        changed = sorted(name for name in found if found[name] != wanted.get(name))
        raise WorkbenchError(
            f"{place / changed[0]} is not the file its card describes. Copy it again, or train again."
        )


def _digests(place: Path) -> dict[str, str]:
    """SHA-256 of every file of a model but its card; hidden ones, as file managers leave them, are no part of it."""
    names = sorted(file.relative_to(place).as_posix() for file in place.rglob("*") if file.is_file())
    kept = [name for name in names if name != CARD_FILE and not name.startswith(".") and "/." not in name]
    return {name: sha256_of(place / name) for name in kept}
