"""What the model in use says of the mentions that people are to be asked about."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from workbench.errors import WorkbenchError
from workbench.labels.frames import KEY
from workbench.labels.tasks import Task
from workbench.labels.validation import PLACE, PROBABILITY, prediction
from workbench.models.champions import champion
from workbench.models.classification import classify_mentions
from workbench.models.classifier import Classifier, thresholds_by_label
from workbench.models.in_use import current, is_one_in_use
from workbench.models.languages import is_checked_in
from workbench.models.registry import list_models, task_folder
from workbench.progress import Progress, silent
from workbench.settings import Settings
from workbench.store.lake import Lake


class Answers(NamedTuple):
    """The model, and its probability of each label: a row a mention, missing where it does not read the language."""

    model: str
    probabilities: pd.DataFrame


def answers_of(
    lake: Lake,
    settings: Settings,
    frame: pd.DataFrame,
    task: str,
    progress: Progress = silent,
) -> Answers:
    """What the model in use for a task says of the mentions of a frame, in their order.

    What it has not read yet it reads now, and its predictions are kept.

    Raises
    ------
    WorkbenchError
        There is no model for the task.
    """
    model = model_in_use(settings, task)
    if model is None:
        raise WorkbenchError(
            f"there is no model of {task} yet that could say what teaches most. Draw with --strategy diversity or "
            f"random, label, and train one: workbench models train --task {task}."
        )
    classify_mentions(lake, model, task, progress)
    where = f"task = '{task}' AND model = '{model.name}'"
    said = lake.read("predictions", [*KEY, "label", "probability"], where=where).to_pandas()
    said = said.merge(frame[KEY], on=KEY)
    wide = said.pivot_table(index=KEY, columns="label", values="probability", aggfunc="first")
    wide = wide.reindex(columns=list(model.labels))
    return Answers(model.name, frame[KEY].join(wide, on=KEY)[list(model.labels)].reset_index(drop=True))


def predictions_of(
    task: Task, model: Classifier, shown: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any] | None]:
    """What a model says of posts as Label Studio holds them (``text``, ``brand``, perhaps `PLACE`), as it shows it.

    None where the model is silent, or was not checked in the language.
    """
    texts = [str(one.get("text", "")) for one in shown]
    read = model.classify(texts, [str(one.get("brand", "")) for one in shown])
    columns = [PROBABILITY + label for label in model.labels]
    rows: list[Any] = pd.DataFrame(read, columns=columns).to_dict("records")
    starts, is_checked = thresholds_by_label(model.card), is_checked_in(model.card, texts)
    return [
        prediction(task, row, model.name, starts, one.get(PLACE)) if checked else None
        for row, one, checked in zip(rows, shown, is_checked, strict=True)
    ]


def thresholds_of_model(settings: Settings, task: str, name: str) -> dict[str, float]:
    """From which probability (0–1) on a model of that name says each label; nothing of one that is gone."""
    cards = (card for card in list_models(settings.data_folder / "models", task) if card["name"] == name)
    return next((thresholds_by_label(card) for card in cards), {})


def model_in_use(settings: Settings, task: str) -> Classifier | None:
    """The model that speaks for a task; none where none was trained."""
    wanted, folder = settings.model_named_for(task), settings.data_folder / "models"
    try:
        model = current(folder, task, wanted)
    except WorkbenchError:
        # One that is gone or damaged is told.
        if wanted or champion(task_folder(folder, task)) or is_one_in_use(folder, task):
            raise
        return None
    return model if model.card["task"] == task else None
