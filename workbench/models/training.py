"""Train models of a task on labels of the lake or of a file, and put the better ones in use."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError, one_of
from workbench.models.accuracy_watch import note_fair_score
from workbench.models.classifier import is_multi_label
from workbench.models.in_use import current_card, is_one_in_use
from workbench.models.kinds import KINDS, linear, setfit, student
from workbench.models.lessons import SENTIMENT, Lesson, TaskLabels, lesson_of_file, lesson_of_lake
from workbench.models.promotion import (
    await_judgement,
    compared_on_other_labels,
    compared_on_own_labels,
    consider,
)
from workbench.models.registry import Trained, save, task_folder
from workbench.progress import Progress, silent
from workbench.settings import Settings
from workbench.settings.keeping import check_may_keep

_UNFIT = (
    "it has learned from labels of the lake, which could then not correct what it says, so that every corrected figure "
    "would stop. Use one that reads each post by a model that has not learned from it (--cross-fitted, the usual), or "
    "a student of such a one"
)


def train_model(
    settings: Settings,
    task: TaskLabels = SENTIMENT,
    file: Path | None = None,
    text_column: str = "text",
    label_columns: Sequence[str] = ("label",),
    *,
    kind: str = "linear",
    seed: int = 0,
    with_embeddings: bool = True,
    cross_fitted: bool | None = None,
    budget: float | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Train a model, keep it, put it in use where it is better, and give its card.

    Parameters
    ----------
    settings
        Where models are kept, and the lake.
    task
        What is classified, and its labels.
    file, text_column, label_columns
        A labelled file and its columns, see `read_labelled_file`; without a file, the labels of the lake.
    kind
        linear; setfit, which teaches the sentence encoder too; or student, which learns from the newest other
        model of the task what it says of all posts, to say it far faster.
    seed
        The same seed and labels make the same model.
    with_embeddings
        Whether sentence embeddings are tried too, where the extra `models` is installed. A model that
        uses them reads hundreds of posts a second, not thousands.
    cross_fitted
        Whether each text shall be read by a model that has not learned from it, so that labels of the
        lake can correct what the model says (see `train_cross_fitted`), or by one plain model that
        learns from all of them. None: cross-fitted from the lake, plain from a file.
    budget
        Seconds that setfit may take.
    progress
        Called with the share done and what is being done.

    Returns
    -------
    The card, with ``is_promoted``, whether it is now in use, and ``promotion``, why.

    Raises
    ------
    WorkbenchError
        There are no labels, or too few; or no such kind.
    """
    check_may_keep("a trained model")
    one_of(kind, KINDS, "kind of model")
    folder = settings.data_folder / "models"
    task_folder(folder, task.name)  # a name that cannot be kept is said before anything is learnt
    lesson = (
        lesson_of_file(file, text_column, label_columns, task) if file else lesson_of_lake(settings, task)
    )
    if file is not None:
        _check_as_many_labels(folder, lesson)
    is_cross_fitted = file is None if cross_fitted is None else cross_fitted
    if kind == "linear":
        model = linear(settings, lesson, seed, with_embeddings, is_cross_fitted, progress)
    elif kind == "setfit":
        model = setfit(settings, lesson, seed, budget, progress)
    else:
        model = student(settings, lesson, seed, progress)
        # It learns from no labels: what its teacher has not learned from judges it.
        may_judge = [
            fair and new for fair, new in zip(lesson.may_judge, model.held_out(lesson.texts), strict=True)
        ]
        lesson = replace(lesson, may_judge=may_judge)
    note_fair_score(model, lesson)
    await_judgement(folder, model)
    save(model, folder)
    corrects = file is not None or all(model.held_out(lesson.texts))
    unfit = _of_other_labels(task, lesson) if corrects else _UNFIT
    if kind == "setfit" and not unfit:
        unfit = _no_better_than_linear(settings, lesson, model, seed, with_embeddings, progress)
    if file is not None and not unfit:
        unfit = _worse_on_the_lake(settings, task, model, seed)
    found = consider(
        folder,
        model,
        lesson.texts,
        lesson.labels,
        may_judge=lesson.may_judge,
        unfit=unfit,
        seed=seed,
    )
    return {**model.card, "is_promoted": found.is_better, "promotion": found.reason}


def _check_as_many_labels(folder: Path, lesson: Lesson) -> None:
    """Refuse a file that would make of a task with one label a text one with several: two in a cell are a slip then."""
    if not lesson.is_multi_label or not is_one_in_use(folder, lesson.task):
        return
    used = current_card(folder, lesson.task)
    if used.get("is_multi_label"):
        return
    several = sum(len(labels) > 1 for labels in lesson.labels)
    raise WorkbenchError(
        f"{several:,} texts of the file have several labels, and {used['name']}, which is in use for {lesson.task}, "
        "gives one. Leave one label in each of these rows, or name another task."
    )


def _of_other_labels(task: TaskLabels, lesson: Lesson) -> str:
    """Why a model that gives other labels than its task shall not be put in use; empty where it does not."""
    other = sorted(set(lesson.classes) - set(task.classes)) if task.classes else []
    if not other:
        return ""
    return (
        f"it gives {', '.join(other)}, which are no labels of the task {task.name} ({', '.join(task.classes)}). Name "
        "another task, or declare these labels in labeling/"
    )


def _worse_on_the_lake(settings: Settings, task: TaskLabels, model: Trained, seed: int) -> str:
    """Why a model that a file taught shall not be put in use: on the lake's own labels it does worse than what is."""
    try:
        lesson = lesson_of_lake(settings, task)
    except WorkbenchError:
        return ""  # the lake has no labels that could speak
    if lesson.is_multi_label != is_multi_label(model):
        return ""
    folder = settings.data_folder / "models"
    found = compared_on_other_labels(folder, model, lesson.texts, lesson.labels, lesson.may_judge, seed)
    if found.difference is None or found.difference >= 0:
        return ""
    return (
        f"on the labels of the lake, which speak for the posts it would read, it does worse: {found.reason}"
    )


def _no_better_than_linear(
    settings: Settings, lesson: Lesson, model: Trained, seed: int, with_embeddings: bool, progress: Progress
) -> str:
    """Why a model that reads a hundredth as fast shall not be put in use; empty where it is worth that."""
    progress(1.0, "a linear model learns from the same labels, to be compared with")
    other = linear(settings, lesson, seed, with_embeddings, False, silent)
    found = compared_on_own_labels(model, other, lesson.texts, lesson.labels, lesson.may_judge, seed)
    if found.is_better:
        return ""
    return f"a linear model of the same labels reads far faster, and SetFit is not shown to beat it: {found.reason}"


def train_sentiment(
    settings: Settings,
    file: Path | None = None,
    text_column: str = "text",
    label_column: str = "label",
    seed: int = 0,
    progress: Progress = silent,
    *,
    with_embeddings: bool = True,
    cross_fitted: bool | None = None,
) -> dict[str, Any]:
    """Train a linear model of sentiment; see `train_model`."""
    return train_model(
        settings,
        SENTIMENT,
        file,
        text_column,
        [label_column],
        seed=seed,
        with_embeddings=with_embeddings,
        cross_fitted=cross_fitted,
        progress=progress,
    )
