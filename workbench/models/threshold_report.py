"""What the costs in the settings ask of a model: thresholds per label, and what they do on labelled posts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from workbench.errors import WorkbenchError, did_you_mean
from workbench.models.classifier import Classifier
from workbench.models.held_out_answers import HeldOutAnswers, of_file, of_lake
from workbench.models.in_use import current
from workbench.models.threshold_curve import FIGURES, threshold_curve
from workbench.settings import Cost, Settings, toml_key
from workbench.store.schema import open_lake


def threshold_report(
    settings: Settings,
    task: str,
    *,
    model: str = "",
    file: Path | None = None,
    text_column: str = "text",
    label_columns: Sequence[str] = ("label",),
) -> dict[str, Any]:
    """Thresholds of every label that has costs, with precision, recall, cost and work for people.

    Parameters
    ----------
    settings
        Costs, models and the lake.
    task, model
        What is classified, and by which model; empty: the one in use.
    file, text_column, label_columns
        A labelled file to look at; without it, what people labelled at random in the lake.

    Returns
    -------
    ``task``, ``model``, ``n`` labelled posts, ``rows_left_out`` and ``rows_repeated`` of the file (nothing said; read
    like one before), and ``labels``: by name the row of
    `threshold_curve` that the costs ask for, with ``holds``, how many posts have the label.

    Raises
    ------
    WorkbenchError
        No label of the task has costs, one that has them is no label of the model, or there are no labelled posts.
    """
    chosen = current(
        settings.data_folder / "models",
        task,
        model or settings.model_named_for(task),
    )
    costs = costs_of(settings, task, chosen)
    answers = (
        of_lake(chosen, open_lake(settings))
        if file is None
        else of_file(chosen, file, text_column, label_columns)
    )
    # Where nobody judged any of them, the first says so.
    judged = {label for label, anybody in zip(answers.labels, answers.judged.T, strict=True) if anybody.any()}
    costs = {label: cost for label, cost in costs.items() if label in judged} or costs
    return {
        "task": task,
        "model": chosen.name,
        "n": len(answers.weights),
        "rows_left_out": answers.left_out,
        "rows_repeated": answers.repeated,
        "labels": {label: _asked_for(answers, label, cost) for label, cost in costs.items()},
    }


def costs_of(settings: Settings, task: str, model: Classifier) -> dict[str, Cost]:
    """Costs of wrong answers by label of a model.

    Raises
    ------
    WorkbenchError
        There are none, or one of a label that the model does not give.
    """
    costs = settings.costs.get(task, {})
    if not costs:
        raise WorkbenchError(
            f"nothing says what a wrong answer about {task} costs. Say so in workbench.toml, for each label that "
            f"matters: [{toml_key('costs', task, model.labels[0])}] missed = 20, false_alarm = 1, review = 0.5."
        )
    for label in costs:
        if label not in model.labels:
            raise WorkbenchError(
                f"{toml_key('costs', task, label)} in the settings: {model.name} gives no such label."
                f"{did_you_mean(label, model.labels)} Labels: {', '.join(model.labels)}."
            )
    return costs


def _asked_for(answers: HeldOutAnswers, label: str, cost: Cost) -> dict[str, Any]:
    probabilities, holds, weights = answers.of(label)
    curve = threshold_curve(probabilities, holds, cost, weights, steps=1)
    row = curve[curve["is_asked_for"]].iloc[0]
    names = [name + end for name in FIGURES for end in ("", "_low", "_high")]
    figures = {name: None if np.isnan(row[name]) else round(float(row[name]), 4) for name in names}
    band = {name: round(float(row[name]), 4) for name in ("threshold", "people_from", "people_to")}
    return {**band, "n": len(holds), "holds": int(holds.sum()), **figures}
