"""Ways to a classifier compared on what people labelled in the lake."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from workbench.errors import WorkbenchError
from workbench.models.comparison import FAIR, Opponents, compare, meaning_of
from workbench.models.embeddings import load_embedder
from workbench.models.lessons import Lesson, TaskLabels, lesson_of_lake
from workbench.models.methods import Means
from workbench.models.registry import task_folder
from workbench.progress import Progress, silent
from workbench.settings import Settings

_FEWEST = 30


def compare_labels(
    settings: Settings,
    task: TaskLabels,
    *,
    methods: Sequence[str] = (),
    trained: Sequence[str] = (),
    hugging_face: Sequence[str] = (),
    meaning: Sequence[str] = (),
    held_out: float = 0.3,
    budget: float | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> pd.DataFrame:
    """One row a model, all scored on the same held-out posts of the lake, best first.

    Only posts that were not picked for a model's sake score; of a task of which several labels may hold, only those
    that people judged for every label.

    Parameters
    ----------
    methods
        Names from `workbench.models.methods.METHODS`; empty: all that this task and machine can do.
    trained
        Names of models of this task that were trained before. They are scored on what they have not learned from.
    hugging_face
        Names or folders of sequence classifiers.
    meaning
        What their labels mean, where their names do not tell: see `workbench.models.comparison.meaning_of`.
    held_out
        Share of the posts that may score which does; everything else is learned from.
    budget
        Seconds that SetFit may take.

    Returns
    -------
    See `workbench.models.comparison.compare`.

    Raises
    ------
    WorkbenchError
        The lake has too few labels of the task, or a method cannot do what is asked.
    """
    lesson = lesson_of_lake(settings, task)
    learn, score = _split(lesson, held_out, seed)
    folder = task_folder(settings.data_folder / "models", lesson.task)
    return compare(
        _taken(lesson, learn),
        _taken(lesson, score),
        replace(_means(lesson, settings), budget=budget, seed=seed, progress=progress),
        methods=list(methods) or _possible(lesson, settings),
        opponents=Opponents(
            hugging_face=hugging_face,
            meaning=meaning_of(meaning),
            trained=[folder / name for name in trained],
        ),
        cost_of_a_label=settings.labeling.seconds_per_label * settings.labeling.hourly_cost / 3_600,
    )


def _split(lesson: Lesson, held_out: float, seed: int) -> tuple[list[int], list[int]]:
    """Numbers of the posts to learn from, and of those to score on."""
    fair = np.flatnonzero(lesson.may_judge)
    if len(fair) < _FEWEST:
        raise WorkbenchError(
            f"{len(fair)} posts with a label of {lesson.task} are a fair test of models; a comparison needs "
            f"{_FEWEST}. Draw some and let people label them: workbench labels push --task {lesson.task} --strategy "
            "random -n 200."
        )
    alike = None if lesson.is_multi_label else [lesson.labels[i] for i in fair]
    even = alike if alike and may_be_even(alike, held_out) else None
    _, score = train_test_split(fair, test_size=held_out, random_state=seed, stratify=even)
    may_teach = np.ones(len(lesson.texts), dtype=bool)
    if lesson.judged is not None:
        may_teach = np.all(lesson.judged, axis=1)
    return np.setdiff1d(np.flatnonzero(may_teach), score).tolist(), score.tolist()


def may_be_even(labels: Sequence[str], held_out: float) -> bool:
    """Whether both parts can have every label: each comes twice, and each part has room for all of them.

    Examples
    --------
    >>> may_be_even(["good", "bad"] * 10, 0.5), may_be_even(["good", "bad"] * 10, 0.05)
    (True, False)
    """
    counts, smaller = Counter(labels), min(held_out, 1 - held_out)
    return min(counts.values(), default=0) > 1 and int(smaller * len(labels)) >= len(counts)


def _taken(lesson: Lesson, rows: Sequence[int]) -> tuple[list[str], list]:
    return [lesson.texts[row] for row in rows], [lesson.labels[row] for row in rows]


def _means(lesson: Lesson, settings: Settings) -> Means:
    return Means(lesson.task, lesson.classes, lesson.is_multi_label, settings.embeddings)


def _possible(lesson: Lesson, settings: Settings) -> list[str]:
    """Methods that this task and this machine can do."""
    speaks = {"lexicon"} if lesson.task != "sentiment" else set()
    encodes = {"embeddings", "setfit", "student"} if load_embedder(settings.embeddings) is None else set()
    return [name for name in FAIR if name not in speaks | encodes]
