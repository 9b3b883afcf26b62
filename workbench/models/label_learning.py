"""Learning labels that hold independently, several or none of a text, and what was learnt on disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from workbench.models.embeddings import Embedder
from workbench.models.features import TextFeatures, features_from_state, features_state
from workbench.models.fitting import joined
from workbench.models.label_evidence import Labelled, Standard, evidence
from workbench.models.label_fit import LabelWeights
from workbench.models.label_meaning import MEANT, LabelMeaning
from workbench.models.label_probabilities import Scaling, fit_scaling
from workbench.models.label_selection import (
    LabelTrial,
    cross_validate_labels,
    learn_setting,
)
from workbench.models.label_words import WRITTEN, LabelWords
from workbench.progress import Progress, silent

_CHUNK = 10_000


@dataclass
class LearntLabels:
    """What was learnt of labels that hold independently: weights of words and of names, calibrated."""

    names: tuple[str, ...]
    features: TextFeatures
    standard: Standard | None
    """Of the similarities to the names; None where their meaning is not evidence."""
    weights: LabelWeights
    scaling: Scaling
    vector_weight: float
    embed: Embedder | None = None

    def probabilities(self, texts: Sequence[str], clean: Sequence[str]) -> NDArray[np.float64]:
        """Calibrated probabilities of texts, which come as they are and prepared; one column a label."""
        starts = range(0, len(texts), _CHUNK)
        chunks = [
            self._of_chunk(texts[start : start + _CHUNK], clean[start : start + _CHUNK]) for start in starts
        ]
        return np.concatenate(chunks) if chunks else np.empty((0, len(self.names)))

    def _of_chunk(self, texts: Sequence[str], clean: Sequence[str]) -> NDArray[np.float64]:
        vectors = self.embed(texts) if self.embed else None
        meant = self._meaning(clean, vectors) if self._meaning and vectors is not None else None
        return self.of_described(clean, vectors, self._words(clean), meant)

    def of_described(
        self,
        clean: Sequence[str],
        vectors: NDArray[np.float32] | None,
        written: NDArray[np.float64],
        meant: NDArray[np.float64] | None,
    ) -> NDArray[np.float64]:
        """Calibrated probabilities of texts that are described already; see `Labelled`."""
        matrix = joined(self.features.of_prepared(clean), vectors, self.vector_weight)
        logits = self.weights.logits(matrix, evidence(written, meant, self.standard))
        return self.scaling.probabilities(logits)

    @property
    def is_embedded(self) -> bool:
        """Whether it needs sentence embeddings."""
        return self.standard is not None or self.vector_weight > 0

    @cached_property
    def _words(self) -> LabelWords:
        return LabelWords(self.names)

    @cached_property
    def _meaning(self) -> LabelMeaning | None:
        return LabelMeaning(self.names, self.embed) if self.embed and self.standard else None

    def state(self) -> dict[str, Any]:
        """All of it, as text and arrays of numbers: nothing in it can run."""
        nothing = np.empty((0, 0))
        return {
            **features_state(self.features),
            "slopes": self.weights.slopes,
            "evidence": self.weights.evidence,
            "intercepts": self.weights.intercepts,
            "scaling_slopes": self.scaling.slopes,
            "scaling_shifts": self.scaling.shifts,
            "mean": self.standard.mean if self.standard else nothing,
            "spread": self.standard.spread if self.standard else nothing,
            "vector_weight": float(self.vector_weight),
        }


def described(
    names: Sequence[str],
    texts: Sequence[str],
    clean: Sequence[str],
    embed: Embedder | None,
    holds: NDArray[np.bool_],
    judged: NDArray[np.bool_],
) -> Labelled:
    """Labelled texts with what their words and the names of the labels tell; the slow part of learning."""
    vectors = embed(texts) if embed else None
    meant = LabelMeaning(names, embed)(clean, vectors) if embed and vectors is not None else None
    return Labelled(clean, vectors, LabelWords(names)(clean), meant, holds, judged)


def learn_labels(
    names: Sequence[str],
    data: Labelled,
    seed: int,
    progress: Progress = silent,
) -> tuple[LearntLabels, LabelTrial]:
    """Choose the settings by cross-validation, learn from all of these texts, and calibrate.

    What needs sentence embeddings has none yet: the caller adds what makes them.

    Parameters
    ----------
    names
        Of the labels: their words are evidence.
    data
        What to learn from.
    seed
        Draws the folds of the cross-validation.
    progress
        Told the share done and what is being done.
    """
    # On several cores BLAS spends its time waiting for itself here.
    with threadpool_limits(1, user_api="blas"):
        trial = cross_validate_labels(data, seed, lambda done: progress(0.9 * done, "cross-validation"))
        progress(0.9, "training on everything")
        setting = trial.tried[trial.best()]
        features, standard, weights = learn_setting(data, setting)
        scaling = fit_scaling(trial.logits[trial.best()], data.holds, data.judged)
    return LearntLabels(tuple(names), features, standard, weights, scaling, setting.vector_weight), trial


def from_state(state: Mapping[str, Any], names: Sequence[str], embed: Embedder | None) -> LearntLabels:
    """What gave this state."""
    is_meant = bool(state["mean"].size)
    return LearntLabels(
        tuple(names),
        features_from_state(state),
        Standard(state["mean"], state["spread"]) if is_meant else None,
        LabelWeights(state["slopes"], state["evidence"], state["intercepts"]),
        Scaling(state["scaling_slopes"], state["scaling_shifts"]),
        state["vector_weight"],
        embed if is_meant or state["vector_weight"] else None,
    )


_STATE = {
    **dict.fromkeys(("words", "characters"), str),
    **dict.fromkeys(("word_idf", "character_idf", "slopes", "evidence", "intercepts"), np.ndarray),
    **dict.fromkeys(("scaling_slopes", "scaling_shifts", "mean", "spread"), np.ndarray),
    "vector_weight": float,
}


def is_state(state: Any, count: int) -> bool:
    """Whether these are the parts of something learnt of so many labels, and they fit together."""
    if not isinstance(state, dict) or state.keys() != _STATE.keys():
        return False
    if not all(isinstance(state[key], kind) for key, kind in _STATE.items()):
        return False
    arrays = [value for value in state.values() if isinstance(value, np.ndarray)]
    words, characters = (state[key].count("\n") + 1 for key in ("words", "characters"))
    kinds = WRITTEN + (MEANT if state["mean"].size else 0)
    return (
        all(array.dtype == np.float64 for array in arrays)
        and state["word_idf"].shape == (words,)
        and state["character_idf"].shape == (characters,)
        and state["slopes"].ndim == 2
        and state["slopes"].shape[0] >= words + characters
        and state["slopes"].shape[1] == count
        and state["evidence"].shape == (kinds, count)
        and all(state[k].shape == (count,) for k in ("intercepts", "scaling_slopes", "scaling_shifts"))
        and state["mean"].shape == state["spread"].shape
        and state["mean"].shape in ((0, 0), (count, MEANT))
    )
