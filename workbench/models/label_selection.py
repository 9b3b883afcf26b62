"""Choosing how labels that hold independently are learnt, by cross-validation."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.models.features import TextFeatures, learn_features
from workbench.models.fitting import Back, Matrix, joined, spaces_of
from workbench.models.label_evidence import Labelled, Standard, evidence, standard_of
from workbench.models.label_fit import LabelWeights, fit_together
from workbench.models.label_probabilities import fit_scaling, thresholds
from workbench.models.label_sets import folds_of_sets
from workbench.models.selection import MOST_FOLDS

# So many texts choose the settings; more would choose the same ones, later.
_CHOOSING = 500


class Setting(NamedTuple):
    """How one model is learnt."""

    vector_weight: float
    """Length of the sentence embeddings beside the words; 0 does without."""
    is_meant: bool
    """Whether the meaning of a label's name is evidence, beside its words."""
    freedom: float
    """Prior variance of what the words of the texts weigh."""


@dataclass(frozen=True)
class LabelTrial:
    """A cross-validation: what was tried, and what each said of texts it had not seen."""

    tried: list[Setting]
    fold: NDArray[np.int64]
    logits: NDArray[np.float64]
    """Setting × text × label."""
    holds: NDArray[np.bool_]
    judged: NDArray[np.bool_]

    def best(self, rows: NDArray[np.bool_] | slice = slice(None)) -> int:
        """Place of the setting whose probabilities of these texts are likeliest."""
        holds, judged = self.holds[rows], self.judged[rows]
        sign = np.where(holds, 1.0, -1.0)
        return int(np.argmin([np.logaddexp(0, -sign * one[rows]).mean(where=judged) for one in self.logits]))


def cross_validate_labels(
    data: Labelled, seed: int, progress: Callable[[float], None] = lambda done: None
) -> LabelTrial:
    """Try every setting on texts that it has not seen; with many texts, on some, and then the best on all."""
    tried = _settings(data.vectors is not None)
    count = len(data.clean)
    if count <= _CHOOSING:
        return _tried(data, tried, seed, progress)
    some = np.sort(np.random.default_rng(seed).choice(count, _CHOOSING, replace=False))
    trial = _tried(data.take(some), tried, seed, lambda done: progress(done / 2))
    return _tried(data, [tried[trial.best()]], seed, lambda done: progress(0.5 + done / 2))


def held_out_labels(trial: LabelTrial) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Calibrated probabilities of every text, and the labels said, by models that have not seen it.

    Settings, calibration and thresholds of a fold are those that the texts of the other folds choose.
    """
    probabilities = np.empty(trial.holds.shape)
    said = np.empty(trial.holds.shape, dtype=bool)
    for number in range(int(trial.fold.max()) + 1):
        asked, others = trial.fold == number, trial.fold != number
        logits = trial.logits[trial.best(others)]
        scaling = fit_scaling(logits[others], trial.holds[others], trial.judged[others])
        probabilities[asked] = scaling.probabilities(logits[asked])
        chosen = thresholds(scaling.probabilities(logits[others]), trial.holds[others], trial.judged[others])
        said[asked] = probabilities[asked] >= chosen
    return probabilities, said


def learn_setting(data: Labelled, setting: Setting) -> tuple[TextFeatures, Standard | None, LabelWeights]:
    """Learn from these texts in this way."""
    features = learn_features(data.clean)
    standard = _standard(data, setting)
    space = spaces_of(features.of_prepared(data.clean), data.vectors)(setting.vector_weight)
    return features, standard, _fitted(space, data, standard, setting.freedom)


def _settings(has_vectors: bool) -> list[Setting]:
    of_words = [Setting(0.0, False, freedom) for freedom in (4.0, 16.0, 64.0)]
    of_meaning = [
        Setting(weight, True, freedom) for weight in (0.0, 1.0, 2.0) for freedom in (1.0, 4.0, 16.0)
    ]
    return of_words + (of_meaning if has_vectors else [])


def _tried(data: Labelled, tried: list[Setting], seed: int, progress: Callable[[float], None]) -> LabelTrial:
    fold = folds_of_sets(data.clean, data.holds, MOST_FOLDS, seed)
    logits = np.empty((len(tried), *data.holds.shape))
    count = int(fold.max()) + 1
    for number in range(count):
        held_out = np.flatnonzero(fold == number)
        seen, asked = data.take(np.flatnonzero(fold != number)), data.take(held_out)
        features = learn_features(seen.clean)
        learnt, wanted = features.of_prepared(seen.clean), features.of_prepared(asked.clean)
        spaces = cache(spaces_of(learnt, seen.vectors))
        for place, setting in enumerate(tried):
            standard = _standard(seen, setting)
            weights = _fitted(spaces(setting.vector_weight), seen, standard, setting.freedom)
            logits[place, held_out] = weights.logits(
                joined(wanted, asked.vectors, setting.vector_weight),
                evidence(asked.written, asked.meant, standard),
            )
            progress((number + (place + 1) / len(tried)) / count)
    return LabelTrial(tried, fold, logits, data.holds, data.judged)


def _standard(data: Labelled, setting: Setting) -> Standard | None:
    return standard_of(data.meant) if setting.is_meant and data.meant is not None else None


def _fitted(
    space: tuple[Matrix, Back], data: Labelled, standard: Standard | None, freedom: float
) -> LabelWeights:
    coordinates, back = space
    of_names = evidence(data.written, data.meant, standard)
    found = fit_together(coordinates, of_names, data.holds, data.judged, freedom)
    return found._replace(slopes=back(found.slopes))
