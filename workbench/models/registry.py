"""Trained models on disk: `<folder>/<task>/<name>/` with `model.skops` and `card.json`.

A model file may come from anywhere, so nothing in it may run: skops instead of pickle, and of what
skops could hold only text and arrays of numbers.
"""

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
from skops.io.exceptions import UntrustedTypesFoundException

from workbench.errors import WorkbenchError, did_you_mean
from workbench.models.classifier import Classifier
from workbench.models.cross_fitting import CrossFitted
from workbench.models.cross_fitting import from_state as cross_fitted_from_state
from workbench.models.learning import is_state
from workbench.models.lexicon import NAME as LEXICON
from workbench.models.lexicon import LexiconModel
from workbench.models.linear import LinearModel
from workbench.models.linear import from_state as linear_from_state
from workbench.models.text_hashes import way_of_reading

MODEL_FILE, CARD_FILE = "model.skops", "card.json"

# Types a model file may hold besides plain text, numbers and arrays: none.
TRUSTED: tuple[str, ...] = ()

Trained = LinearModel | CrossFitted


def save(model: Trained, folder: Path) -> Path:
    """Keep a model under `folder`; gives its own folder, which appears whole or not at all.

    Raises
    ------
    WorkbenchError
        There is a model of that name.
    """
    place = folder / model.card["task"] / model.name
    if place.exists():
        raise WorkbenchError(f"model {model.name} is already in {place.parent}. Remove it first, or keep it.")
    place.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".", dir=place.parent))
    try:
        skops.io.dump(
            {**model.state(), "reading": way_of_reading()},
            making / MODEL_FILE,
            compression=zipfile.ZIP_DEFLATED,
        )
        card = {**model.card, "sha256": _sha256(making / MODEL_FILE)}
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
    card = _card(place)
    file = place / MODEL_FILE
    if not file.is_file():
        raise WorkbenchError(
            f"{place} has no {MODEL_FILE}. Copy the whole folder of the model, or train again."
        )
    if _sha256(file) != card.get("sha256"):
        raise WorkbenchError(f"{file} is not the file its card describes. Copy it again, or train again.")
    state = _read(file)
    made = _maker(state)
    if made is None or state.get("reading", way_of_reading()) != way_of_reading():
        raise WorkbenchError(f"{file} is not a model of this version of workbench. Train again.")
    return made(state, card)


def list_models(folder: Path, task: str = "sentiment") -> list[dict[str, Any]]:
    """Cards of the models for a task: the lexicon, then the trained ones, oldest first."""
    trained = [_card(place) for place in _places(folder, task)]
    return [LexiconModel().card, *sorted(trained, key=lambda card: (card["trained_at"], card["name"]))]


def current(folder: Path, task: str = "sentiment", wanted: str = "") -> Classifier:
    """The model wanted; else the newest trained; else the lexicon.

    Raises
    ------
    WorkbenchError
        There is none of that name.
    """
    names = [card["name"] for card in list_models(folder, task)]
    if wanted and wanted not in names:
        raise WorkbenchError(
            f"there is no model '{wanted}' for {task} in {folder}.{did_you_mean(wanted, names)} "
            f"There are: {', '.join(names)}."
        )
    name = wanted or names[-1]
    return LexiconModel() if name == LEXICON else load(folder / task / name)


def _places(folder: Path, task: str) -> list[Path]:
    """Folders of models; those being made begin with a dot."""
    return sorted(
        p.parent for p in (folder / task).glob(f"*/{CARD_FILE}") if not p.parent.name.startswith(".")
    )


def _card(place: Path) -> dict[str, Any]:
    file = place / CARD_FILE
    try:
        card = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkbenchError(f"there is no model in {place}: it has no {CARD_FILE}.") from None
    except ValueError:
        raise WorkbenchError(f"{file} is not JSON. Copy the model again, or train again.") from None
    needed = {"name", "task", "trained_at", "settings"}
    if not isinstance(card, dict) or not needed <= card.keys() or card["name"] != place.name:
        raise WorkbenchError(f"{file} is not the card of {place.name}. Copy the model again, or train again.")
    return card


def _read(file: Path) -> Any:
    try:
        untrusted = sorted(set(skops.io.get_untrusted_types(file=file)) - set(TRUSTED))
        if untrusted:
            raise WorkbenchError(
                f"{file} holds what could run on this machine ({', '.join(untrusted)}), so it was not "
                "opened. Models are trained here with `workbench models train`."
            )
        return skops.io.load(file, trusted=list(TRUSTED))
    except (UntrustedTypesFoundException, zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise WorkbenchError(f"{file} is not a model file ({type(error).__name__}). Train again.") from None


def _maker(state: Any) -> Callable[[Any, dict[str, Any]], Trained] | None:
    """What makes a model of this state; None where it is none."""
    if not isinstance(state, dict):
        return None
    if state.keys() == {"folds", "reading"}:
        folds = state["folds"]
        is_sound = isinstance(folds, list) and len(folds) > 1 and all(map(is_state, folds))
        return cross_fitted_from_state if is_sound else None
    # Models saved before hashes were kept have none.
    hashes = state.get("learned_from", np.empty(0, np.uint64))
    is_sound = isinstance(hashes, np.ndarray) and hashes.dtype == np.uint64 and hashes.ndim == 1
    learnt = {key: value for key, value in state.items() if key not in ("learned_from", "reading")}
    return linear_from_state if is_sound and is_state(learnt) else None


def _sha256(file: Path) -> str:
    with open(file, "rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
