"""Labels read by one model a fold, each learnt from the texts of the other folds."""

from collections.abc import Sequence

import numpy as np
from joblib import Parallel, cpu_count, delayed
from numpy.typing import NDArray

from workbench.models.label_evidence import Labelled
from workbench.models.label_learning import LearntLabels, learn_labels
from workbench.models.label_probabilities import thresholds
from workbench.models.text_hashes import fold_of
from workbench.progress import Progress, silent


def learn_folds(
    names: Sequence[str],
    data: Labelled,
    folds: int,
    seed: int,
    progress: Progress = silent,
) -> list[LearntLabels]:
    """One model a fold; a label that all texts outside a fold lack is read there by its name."""
    fold = fold_of(data.clean, folds)
    # A process each: they share nothing, and learning keeps to one core.
    learning = Parallel(n_jobs=min(folds, cpu_count()), return_as="generator")(
        delayed(learn_labels)(names, data.take(np.flatnonzero(fold != number)), seed)
        for number in range(folds)
    )
    models = []
    for number, (learnt, _) in enumerate(learning):
        models.append(learnt)
        progress((number + 1) / folds, f"fold {number + 1} of {folds}")
    return models


def held_out_of_folds(
    models: Sequence[LearntLabels], data: Labelled
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Probabilities of every text by the model of its fold, and the labels said by thresholds of the others."""
    fold = fold_of(data.clean, len(models))
    probabilities = np.empty(data.holds.shape)
    for number, model in enumerate(models):
        rows = np.flatnonzero(fold == number)
        part = data.take(rows)
        probabilities[rows] = model.of_described(part.clean, part.vectors, part.written, part.meant)
    said = np.empty(data.holds.shape, dtype=bool)
    for number in range(len(models)):
        asked = fold == number
        said[asked] = probabilities[asked] >= thresholds(
            probabilities[~asked], data.holds[~asked], data.judged[~asked]
        )
    return probabilities, said
