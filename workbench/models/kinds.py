"""The kinds of models that can be trained, each on what a lesson holds."""

from collections.abc import Callable

from workbench.errors import WorkbenchError
from workbench.models.classifier import Classifier
from workbench.models.cross_fitting import FOLDS, train_cross_fitted
from workbench.models.embeddings import load_embedder
from workbench.models.lessons import Lesson
from workbench.models.lexicon import NAME as LEXICON
from workbench.models.linear import train_linear
from workbench.models.multi_label import train_multi_label
from workbench.models.posts_read import read_texts
from workbench.models.registry import Trained, list_models, named
from workbench.progress import Progress
from workbench.settings import Settings
from workbench.store.schema import open_lake

FOLDS_OF_A_STUDENT = 5
KINDS = ("linear", "setfit", "student")


def linear(
    settings: Settings,
    lesson: Lesson,
    seed: int,
    with_embeddings: bool,
    is_cross_fitted: bool,
    progress: Progress,
) -> Trained:
    """A linear model: one label a text or several, plain or cross-fitted."""
    embed = load_embedder(settings.embeddings) if with_embeddings else None
    if lesson.is_multi_label:
        return train_multi_label(
            lesson.texts,
            lesson.labels,
            classes=lesson.classes,
            task=lesson.task,
            judged=lesson.judged,
            folds=FOLDS if is_cross_fitted else 1,
            seed=seed,
            embed=embed,
            languages=lesson.languages,
            origin=lesson.origin,
            progress=progress,
        )
    train: Callable[..., Trained] = train_cross_fitted if is_cross_fitted else train_linear
    return train(
        lesson.texts,
        lesson.labels,
        classes=lesson.classes,
        task=lesson.task,
        seed=seed,
        embed=embed,
        languages=lesson.languages,
        origin=lesson.origin,
        progress=progress,
    )


def setfit(
    settings: Settings, lesson: Lesson, seed: int, budget: float | None, progress: Progress
) -> Trained:
    """A sentence encoder that learns the labels too; what is left of a run that was stopped is gone on with."""
    # PyTorch takes seconds to load.
    from workbench.models.setfit_training import train_setfit

    return train_setfit(
        lesson.texts,
        lesson.labels,
        classes=lesson.classes,
        task=lesson.task,
        is_multi_label=lesson.is_multi_label,
        judged=lesson.judged,
        base=settings.embeddings,
        budget=budget,
        checkpoints=settings.data_folder / "checkpoints" / lesson.task,
        seed=seed,
        languages=lesson.languages,
        origin=lesson.origin,
        progress=progress,
    )


def student(settings: Settings, lesson: Lesson, seed: int, progress: Progress) -> Trained:
    """A fast model that learns from the newest other one what it says of all posts there are."""
    teacher = _teacher(settings, lesson.task)
    from workbench.models.student_lessons import folds_of
    from workbench.models.student_training import train_student

    posts = open_lake(settings).read("posts", ["post_id", "text", "media"]).sort_by("post_id")
    texts = [*lesson.texts, *read_texts(posts)]
    # One student a fold, so that a post it heard of may still be judged by what it says.
    folds = None if folds_of(teacher) > 1 else FOLDS_OF_A_STUDENT
    embed = load_embedder(settings.embeddings)
    student = train_student(
        teacher, texts, [""] * len(texts), folds=folds, embed=embed, seed=seed, progress=progress
    )
    if any(student.held_out(lesson.texts)):
        student.out_of_fold = student.classify(lesson.texts, [""] * len(lesson.texts))
    return student


def _teacher(settings: Settings, task: str) -> Classifier:
    folder = settings.data_folder / "models"
    teachers = [card["name"] for card in list_models(folder, task) if card.get("kind") != "student"]
    if not teachers or teachers[-1] == LEXICON:
        raise WorkbenchError(
            f"there is no model for {task} that a student could learn from. Train one first: workbench models train "
            f"--task {task}."
        )
    return named(folder, task, teachers[-1])
