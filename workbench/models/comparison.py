"""Off the shelf against custom: classifiers on one table, by what they get right, what they need and what they cost."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.models.classifier import Classifier, is_multi_label
from workbench.models.drawn_texts import alike
from workbench.models.evaluation import said_by
from workbench.models.fair_rows import Labelled, fair_rows
from workbench.models.footprint import Footprint, footprint
from workbench.models.hugging_face import load_hugging_face
from workbench.models.label_sets import matrix_of_sets
from workbench.models.lexicon import LexiconModel
from workbench.models.methods import METHODS, WHAT, Means, check_methods
from workbench.models.paired_scores import scores_of
from workbench.models.registry import Trained, load, save
from workbench.models.set_scoring import Flags
from workbench.progress import Progress

FAIR = ("lexicon", "tfidf", "embeddings", "setfit", "student")
COLUMNS = (
    "model",
    "what",
    "labels",
    "n",
    "macro_f1",
    "low",
    "high",
    "behind",
    "behind_low",
    "behind_high",
    "accuracy",
    "posts_per_second",
    "hours_per_million",
    "memory_mb",
    "disk_mb",
    "seconds_to_load",
    "cost_of_labels",
)
# So many different texts tell the speed.
_TO_TIME = 5_000


@dataclass(frozen=True)
class Opponents:
    """What stands beside the methods that learn here."""

    vendors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Labels that a vendor gave to the texts to score on, by the vendor's name; a label of no class is wrong."""
    hugging_face: Sequence[str] = ()
    """Names or folders of sequence classifiers."""
    meaning: Mapping[str, str] = field(default_factory=dict)
    """Our label of each of their labels, where the words do not tell."""
    trained: Sequence[Path] = ()
    """Folders of models that were trained before."""


@dataclass(frozen=True)
class _Entry:
    name: str
    what: str
    labels: int | None
    said: NDArray[np.bool_]
    """Text × label."""
    footprint: Footprint | None = None


def meaning_of(pairs: Sequence[str]) -> dict[str, str]:
    """Which of our labels each label of a model of Hugging Face means.

    Raises
    ------
    WorkbenchError
        One is no such pair.

    Examples
    --------
    >>> meaning_of(["LABEL_0=negative", "LABEL_1 = positive"])
    {'LABEL_0': 'negative', 'LABEL_1': 'positive'}
    """
    for pair in pairs:
        if "=" not in pair:
            raise WorkbenchError(f"'{pair}' tells no meaning. Write it as LABEL_0=negative.")
    return {theirs.strip(): ours.strip() for theirs, ours in (pair.split("=", 1) for pair in pairs)}


def compare(
    learn: Labelled,
    score: Labelled,
    means: Means,
    *,
    methods: Sequence[str] = FAIR,
    opponents: Opponents | None = None,
    cost_of_a_label: float = 0.0,
) -> pd.DataFrame:
    """One row a model, all scored on the same texts, best first.

    Parameters
    ----------
    learn, score
        Texts and labels to learn from, and those to score on. A text that reads like one that any of the models
        learned from is not scored.
    means
        What the methods may use; its progress is told.
    methods
        Names from `workbench.models.methods.METHODS`; each learns from all of `learn`.
    opponents
        Others to score beside them.
    cost_of_a_label
        What a judgement costs.

    Returns
    -------
    `COLUMNS`. ``labels`` it learned from; ``macro_f1`` with its 95 % interval; how far it is ``behind`` the best,
    with the interval of this difference on the same texts, which is the closer one: it tells whether two models
    can be told apart. Speed and hours for a million posts (both of one processor's time), memory and disk are
    measured in a process of its own; they are missing where nobody can know them, as of a vendor.

    Raises
    ------
    WorkbenchError
        No such method, a label that is none, no text that all models can be scored on, or what a method or a model
        of Hugging Face cannot do.
    """
    opponents = opponents or Opponents()
    if means.is_multi_label and opponents.hugging_face:
        raise WorkbenchError(
            f"'{opponents.hugging_face[0]}' is read as a model that says one label a text, and here several may hold. "
            "Leave it out (--hugging-face), or compare on a file with one label a text."
        )
    names = check_methods(methods)
    trained = [_of_these_labels(load(place), means) for place in opponents.trained]
    rows = fair_rows(learn, score, trained, opponents.vendors)
    texts = [score[0][row] for row in rows]
    given = _flags([score[1][row] for row in rows], means)
    entries = [
        _Entry(name, "what a vendor said", None, _flags([labels[row] for row in rows], means, strict=False))
        for name, labels in opponents.vendors.items()
    ]
    read = partial(_read, texts=texts, classes=means.classes)
    for model, place in zip(trained, opponents.trained, strict=True):
        learned = (model.card.get("trained_on") or {}).get("n")
        entries.append(read(model.name, model.card["what"], learned, partial(load, place), place))
    for name in opponents.hugging_face:
        one = partial(load_hugging_face, name, means.classes, dict(opponents.meaning))
        entries.append(read(name, "sequence classifier of Hugging Face", None, one, _folder(name)))
    with tempfile.TemporaryDirectory() as folder:
        for number, name in enumerate(names):
            told = replace(means, progress=_share(means.progress, number, len(names), name))
            entries.append(_learnt(name, learn, told, Path(folder), read))
    if not entries:
        raise WorkbenchError("nothing is compared: name a method, a vendor's column or a model.")
    means.progress(1.0, "scored")
    return _table(entries, given, alike(texts), means.seed, cost_of_a_label)


def _table(
    entries: Sequence[_Entry], given: Flags, groups: NDArray[np.int64], seed: int, cost_of_a_label: float
) -> pd.DataFrame:
    table = scores_of(given, [entry.said for entry in entries], groups, seed=seed).round(4)
    measured = [asdict(entry.footprint) if entry.footprint else {} for entry in entries]
    for column, digits in {"posts_per_second": 0, "memory_mb": 0, "disk_mb": 1, "seconds_to_load": 1}.items():
        table[column] = pd.Series([one.get(column) for one in measured], dtype=float).round(digits)
    table["hours_per_million"] = (1_000_000 / 3_600 / table["posts_per_second"]).round(3)
    table["model"], table["what"] = [entry.name for entry in entries], [entry.what for entry in entries]
    table["labels"], table["n"] = pd.array([entry.labels for entry in entries], "Int64"), len(given)
    table["cost_of_labels"] = table["labels"].astype("Float64") * cost_of_a_label
    return table[list(COLUMNS)].sort_values("macro_f1", ascending=False, ignore_index=True)


def _read(
    name: str,
    what: str,
    labels: int | None,
    loading: Callable[[], Classifier],
    place: Path | None,
    *,
    texts: Sequence[str],
    classes: Sequence[str],
) -> _Entry:
    """What a model says, and what it costs to let it; one that knows more labels is to choose among these."""
    model = loading()
    asked = [model.labels.index(name) for name in classes]
    probabilities = model.classify(texts, [""] * len(texts))
    said = (
        said_by(model, probabilities)[:, asked]
        if is_multi_label(model)
        else np.eye(len(asked), dtype=bool)[probabilities[:, asked].argmax(axis=1)]
    )
    return _Entry(name, what, labels, said, footprint(loading, texts[:_TO_TIME], place))


def _learnt(method: str, learn: Labelled, means: Means, folder: Path, read: Callable[..., _Entry]) -> _Entry:
    model = METHODS[method](learn[0], learn[1], means)
    if isinstance(model, LexiconModel):
        return read(method, WHAT[method], 0, LexiconModel, None)
    trained: Trained = model  # type: ignore[assignment]
    place = save(trained, folder / method)  # apart: two methods may give a model of one name
    return read(method, WHAT[method], len(learn[0]), partial(load, place), place)


def _of_these_labels(model: Trained, means: Means) -> Trained:
    if is_multi_label(model) != means.is_multi_label or not set(means.classes) <= set(model.labels):
        raise WorkbenchError(
            f"model {model.name} gives {', '.join(model.labels)}; compared are models that give "
            f"{', '.join(means.classes)}. Leave it out."
        )
    return model


def _flags(labels: Sequence, means: Means, strict: bool = True) -> Flags:
    """Text × label; what is none of the labels is said of no text, where it is not to be refused."""
    sets = labels if means.is_multi_label else [frozenset([label]) for label in labels]
    kept = sets if strict else [frozenset(one) & set(means.classes) for one in sets]
    return matrix_of_sets(kept, means.classes)


def _folder(name: str) -> Path | None:
    return Path(name) if Path(name).is_dir() else None


def _share(progress: Progress, number: int, count: int, name: str) -> Progress:
    return lambda done, step: progress((number + done) / count, f"{name}: {step}")
