"""Ways to a classifier that are compared with each other, by name: each learns from the same labelled texts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

from workbench.errors import WorkbenchError, one_of
from workbench.models.classifier import LABELS, Classifier
from workbench.models.embeddings import MISSING, Embedder, load_embedder
from workbench.models.lexicon import LexiconModel
from workbench.models.linear import train_linear
from workbench.models.multi_label import train_multi_label
from workbench.progress import Progress, silent

# One label a text; or the labels of each, where several may hold.
Labels = Sequence[Any]


@dataclass(frozen=True)
class Means:
    """What the methods have besides the labelled texts."""

    task: str = "sentiment"
    classes: tuple[str, ...] = LABELS
    is_multi_label: bool = False
    base: str = ""
    """A sentence-transformers model or folder; empty: the packaged MiniLM."""
    embed: Embedder | None = None
    """Its embeddings, where they were loaded already."""
    unlabelled: tuple[str, ...] = ()
    """Texts without label, from which a student hears what its teacher says."""
    budget: float | None = None
    """Seconds that SetFit may take."""
    seed: int = 0
    progress: Progress = silent

    def embedder(self) -> Embedder:
        """The sentence embeddings.

        Raises
        ------
        WorkbenchError
            The extra `models` is not installed.
        """
        found = self.embed or load_embedder(self.base)
        if found is None:
            raise WorkbenchError(f"sentence embeddings are to be compared and {MISSING}.")
        return found


def _lexicon(texts: Sequence[str], labels: Labels, means: Means) -> Classifier:
    if not set(means.classes) <= set(LABELS) or means.is_multi_label:
        raise WorkbenchError(
            "the lexicon knows negative, neutral and positive only. Leave it out for other labels."
        )
    return LexiconModel()


def _tfidf(texts: Sequence[str], labels: Labels, means: Means) -> Classifier:
    return _linear(texts, labels, means, None)


def _embeddings(texts: Sequence[str], labels: Labels, means: Means) -> Classifier:
    return _linear(texts, labels, means, means.embedder())


def _linear(texts: Sequence[str], labels: Labels, means: Means, embed: Embedder | None) -> Classifier:
    train = train_multi_label if means.is_multi_label else train_linear
    settings: dict[str, Any] = {"task": means.task, "classes": means.classes, "seed": means.seed}
    return train(texts, labels, embed=embed, progress=means.progress, **settings)


def _probe(texts: Sequence[str], labels: Labels, means: Means) -> Classifier:
    from workbench.models.setfit_training import train_probe

    return train_probe(
        texts,
        labels,
        task=means.task,
        classes=means.classes,
        is_multi_label=means.is_multi_label,
        embed=means.embedder(),
    )


def _setfit(texts: Sequence[str], labels: Labels, means: Means) -> Classifier:
    from workbench.models.setfit_training import FOLDS, train_setfit

    return train_setfit(
        texts,
        labels,
        task=means.task,
        classes=means.classes,
        is_multi_label=means.is_multi_label,
        base=means.base,
        # Other texts score it; but without held-out texts there are no thresholds.
        folds=FOLDS if means.is_multi_label else 0,
        budget=means.budget,
        seed=means.seed,
        progress=means.progress,
    )


def _student(texts: Sequence[str], labels: Labels, means: Means) -> Classifier:
    first = replace(means, progress=lambda done, what: means.progress(done / 2, what))
    teacher = _embeddings(texts, labels, first)
    heard = [*texts, *means.unlabelled]
    # Imported when it is wanted: whoever compares other models does not need it.
    train_student = import_module("workbench.models.student_training").train_student
    return train_student(
        teacher,
        heard,
        [""] * len(heard),
        embed=means.embedder(),
        seed=means.seed,
        progress=lambda done, what: means.progress((1 + done) / 2, what),
    )


METHODS: dict[str, Callable[[Sequence[str], Labels, Means], Classifier]] = {
    "lexicon": _lexicon,
    "tfidf": _tfidf,
    "embeddings": _embeddings,
    "probe": _probe,
    "setfit": _setfit,
    "student": _student,
}
WHAT = {
    "lexicon": "VADER, off the shelf",
    "tfidf": "linear model on words and characters",
    "embeddings": "linear model on words, characters and, where they help, sentence embeddings",
    "probe": "logistic regression on sentence embeddings",
    "setfit": "SetFit: the encoder taught by the labels",
    "student": "student of the linear model with sentence embeddings",
}


def check_methods(names: Sequence[str]) -> list[str]:
    """The names, each once, in the order of `METHODS`.

    Raises
    ------
    WorkbenchError
        One of them is none.
    """
    for name in names:
        one_of(name, METHODS, "method")
    return [name for name in METHODS if name in names]
