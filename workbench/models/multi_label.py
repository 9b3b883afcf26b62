"""The trained classifier of labels of which several, or none, may hold of one text."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.models.by_fold import probabilities_by_fold
from workbench.models.classifier import Carded, labels_of
from workbench.models.embeddings import Embedder
from workbench.models.features import prepared
from workbench.models.label_folds import held_out_of_folds, learn_folds
from workbench.models.label_learning import LearntLabels, described, is_state, learn_labels
from workbench.models.label_learning import from_state as learnt_from_state
from workbench.models.label_selection import held_out_labels
from workbench.models.label_sets import check_label_sets, matrix_of_sets
from workbench.models.learning import embedder_of
from workbench.models.multi_label_card import make_multi_label_card
from workbench.models.plain_state import no_model, read_state, write_state
from workbench.models.text_hashes import not_among, text_hashes
from workbench.progress import Progress, silent


@dataclass
class MultiLabel(Carded):
    """Independent labels, read by one model, or by one a fold; `train_multi_label` makes it."""

    folds: tuple[LearntLabels, ...]
    """One; or several, each learnt from the texts of the other folds."""
    learned_from: NDArray[np.uint64]
    """Hashes of the texts it was trained on."""
    out_of_fold: NDArray[np.float64] | None = None
    """Probabilities of its own training texts by models that had not seen them; not kept on disk."""

    def classify(self, texts: Sequence[str], brands: Sequence[str]) -> NDArray[np.float64]:
        """Calibrated probability of each label, each for itself; the brand is not looked at."""
        clean = [prepared(text) for text in texts]
        if len(self.folds) == 1:
            return self.folds[0].probabilities(texts, clean)
        return probabilities_by_fold(self.folds, texts, clean, len(self.labels))

    def held_out(self, texts: Sequence[str]) -> list[bool]:
        """Whether what it says of each text comes from a model that has not learned from it."""
        if len(self.folds) > 1:
            return [True] * len(texts)
        return not_among(texts, self.learned_from)

    def write(self, folder: Path) -> None:
        """Write everything learnt into a folder."""
        folds = [learnt.state() for learnt in self.folds]
        write_state({"label_folds": folds, "learned_from": self.learned_from}, folder)


def read(folder: Path, card: dict[str, Any]) -> MultiLabel:
    """The model that was written into that folder.

    Raises
    ------
    WorkbenchError
        There is no such model in it, or it needs sentence embeddings and the extra `models` is not installed.
    """
    state = read_state(folder)
    folds, hashes = state.get("label_folds"), state.get("learned_from")
    names = labels_of(card)
    if not isinstance(folds, list) or not folds or not all(is_state(fold, len(names)) for fold in folds):
        raise no_model(folder)
    if not isinstance(hashes, np.ndarray) or hashes.dtype != np.uint64 or hashes.ndim != 1:
        raise no_model(folder)
    embed = embedder_of(card)
    return MultiLabel(card, tuple(learnt_from_state(fold, names, embed) for fold in folds), hashes)


def train_multi_label(
    texts: Sequence[str],
    label_sets: Sequence[Collection[str]],
    *,
    classes: Sequence[str],
    task: str,
    judged: NDArray[np.bool_] | None = None,
    folds: int = 1,
    seed: int = 0,
    embed: Embedder | None = None,
    languages: Sequence[str | None] | None = None,
    origin: Mapping[str, Any] | None = None,
    trained_at: dt.datetime | None = None,
    progress: Progress = silent,
) -> MultiLabel:
    """Train, choose the settings by cross-validation, calibrate, and choose thresholds out of fold.

    Parameters
    ----------
    texts, label_sets
        Masked texts and the labels that people found to hold of each; a text may have none.
    classes
        The labels that the model gives, in their order. Their words are evidence: name them as people would.
    task
        What is classified, for its card.
    judged
        Text × label: whether anybody said if the label holds. None: of every text and label.
    folds
        1 for one plain model. More: one model a fold, so that labels can correct what is said, as in
        `train_cross_fitted`.
    seed, embed, languages, origin, trained_at, progress
        As in `train_linear`.

    Raises
    ------
    WorkbenchError
        Unknown label, too few different texts, or no label with enough texts that have it and that have not.
    """
    classes = tuple(classes)
    clean = [prepared(text) for text in texts]
    holds = matrix_of_sets(label_sets, classes)
    judged = np.ones(holds.shape, dtype=bool) if judged is None else judged
    holds &= judged
    check_label_sets(clean, holds, judged, classes)
    progress(0.0, "sentence embeddings" if embed else "cross-validation")
    data = described(classes, texts, clean, embed, holds, judged)
    if folds == 1:
        learnt, trial = learn_labels(classes, data, seed, progress)
        models = [learnt]
        probabilities, said = held_out_labels(trial)
    else:
        models = learn_folds(classes, data, folds, seed, progress)
        probabilities, said = held_out_of_folds(models, data)
    models = [replace(one, embed=embed if one.is_embedded else None) for one in models]
    card = make_multi_label_card(
        texts,
        data,
        probabilities,
        said,
        models,
        classes=classes,
        task=task,
        embeddings=embed.name if embed else None,
        seed=seed,
        languages=languages,
        origin=origin,
        trained_at=trained_at or dt.datetime.now(dt.UTC),
    )
    progress(1.0, "trained")
    return MultiLabel(card, tuple(models), np.unique(text_hashes(clean)), probabilities)
