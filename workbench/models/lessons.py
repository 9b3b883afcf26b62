"""What a model is to learn: texts and labels of one task, from the lake or from a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.models.classifier import LABELS
from workbench.models.drawn_texts import contradictory
from workbench.models.labelled_files import LabelledFile, read_labelled_file
from workbench.models.lake_labels import labelled_sets, labelled_texts
from workbench.privacy.masking import NO_KEY, mask_texts
from workbench.settings import Settings
from workbench.store.schema import open_lake
from workbench.text.language import languages


@dataclass(frozen=True)
class TaskLabels:
    """A task of classification and its labels; a task that only a file knows has those of the file."""

    name: str
    classes: tuple[str, ...] = ()
    is_multi_label: bool | None = None


SENTIMENT = TaskLabels("sentiment", LABELS, False)


@dataclass(frozen=True)
class Lesson:
    """Masked texts and what people said of them."""

    task: str
    classes: tuple[str, ...]
    is_multi_label: bool
    texts: list[str]
    labels: list
    """One label a text; or the set of those that hold of it, where several may."""
    judged: NDArray[np.bool_] | None
    """Text × label: whether anybody said if it holds; None: of every text and label."""
    may_judge: list[bool]
    """Which texts are a fair test of models."""
    weights: list[float]
    """For how many posts each stands where it was drawn at random (1 / π); else NaN."""
    languages: list[str | None] | None
    origin: dict[str, Any]


def lesson_of_file(path: Path, text_column: str, label_columns: Sequence[str], task: TaskLabels) -> Lesson:
    """What a labelled file teaches; see `read_labelled_file`."""
    found = read_labelled_file(
        path,
        text_column,
        label_columns,
        task.name,
        classes=task.classes,
        is_multi_label=task.is_multi_label or None,
    )
    texts, classes = mask_texts(found.texts, NO_KEY)[0], _classes(found, task)
    counted = {"rows_left_out": found.left_out, "contradictory": contradictory(texts, found.labels)}
    return Lesson(
        task.name,
        classes,
        found.is_multi_label,
        texts,
        found.labels,
        _judged(found, classes),
        [True] * len(texts),
        [np.nan] * len(texts),
        languages(texts),
        {"file": path.name, **{name: count for name, count in counted.items() if count}},
    )


def lesson_of_lake(settings: Settings, task: TaskLabels) -> Lesson:
    """What the labels of the lake teach.

    Raises
    ------
    WorkbenchError
        The lake has no labels of the task.
    """
    lake = open_lake(settings)
    judged = None
    if task.is_multi_label:
        found = labelled_sets(lake, task.name, task.classes)
        texts, labels, spoken, judged = found.texts, found.label_sets, found.languages, found.judged
        weights = found.weights
        may_judge = [one and all(row) for one, row in zip(found.may_judge, judged.tolist(), strict=True)]
    else:
        rows = labelled_texts(lake, task.name, task.classes)
        texts, labels, spoken, may_judge, weights = (rows[name].to_pylist() for name in rows.column_names)
    if not texts:
        raise WorkbenchError(
            f"the lake {lake.root} has no {task.name} labels. Let people label (workbench labels push --task "
            f"{task.name}), ingest a file that has a column of labels, or name a labelled file: workbench models "
            f"train --task {task.name} --file FILE --text COLUMN --label COLUMN."
        )
    origin = {"labels_version": lake.current_versions()["labels"]}
    return Lesson(
        task.name,
        task.classes,
        bool(task.is_multi_label),
        texts,
        labels,
        judged,
        may_judge,
        weights,
        spoken,
        origin,
    )


def _classes(found: LabelledFile, task: TaskLabels) -> tuple[str, ...]:
    """The labels of the task where the file keeps to them; else those of the file alone."""
    return task.classes if set(found.classes) <= set(task.classes) else found.classes


def _judged(found: LabelledFile, classes: Sequence[str]) -> NDArray[np.bool_] | None:
    """Text × label where a file has columns of some labels only: nobody looked for the others, and none is a no."""
    is_judged = np.isin(classes, found.looked_for or classes)
    return None if is_judged.all() else np.tile(is_judged, (len(found.texts), 1))
