"""Learning from labelled texts: features, weights and calibration, and their form on disk."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from threadpoolctl import threadpool_limits

from workbench.errors import WorkbenchError, did_you_mean
from workbench.models.calibration import fit_temperature
from workbench.models.classifier import LABELS
from workbench.models.embeddings import MISSING, Embedder, load_embedder
from workbench.models.features import (
    TextFeatures,
    features_from_state,
    features_state,
    learn_features,
    prepared,
)
from workbench.models.fitting import Weights, fitting_of, joined
from workbench.models.label_spelling import shown_label
from workbench.models.selection import Trial, cross_validate
from workbench.models.text_hashes import text_hashes
from workbench.progress import Progress, silent

FEWEST_OF_A_CLASS = 5
_CHUNK = 10_000

_STATE = {
    "words": str,
    "word_idf": np.ndarray,
    "characters": str,
    "character_idf": np.ndarray,
    "slopes": np.ndarray,
    "intercepts": np.ndarray,
    "temperature": float,
}


@dataclass
class Learnt:
    """What was learnt from labelled texts: multinomial logistic regression on TF-IDF, calibrated."""

    features: TextFeatures
    weights: Weights
    temperature: float
    embed: Embedder | None = None

    def probabilities(self, texts: Sequence[str], clean: Sequence[str]) -> NDArray[np.float64]:
        """Calibrated probabilities of texts, which come as they are and prepared; one row a text."""
        starts = range(0, len(texts), _CHUNK)
        chunks = [
            self._of_chunk(texts[start : start + _CHUNK], clean[start : start + _CHUNK]) for start in starts
        ]
        return np.concatenate(chunks) if chunks else np.empty((0, len(self.weights.intercepts)))

    def _of_chunk(self, texts: Sequence[str], clean: Sequence[str]) -> NDArray[np.float64]:
        vectors = self.embed(texts) if self.embed else None
        return np.asarray(softmax(self.logits(clean, vectors) / self.temperature, axis=1))

    def logits(self, clean: Sequence[str], vectors: NDArray[np.float32] | None) -> NDArray[np.float64]:
        """Logits of prepared texts, before the temperature; their embeddings are looked at where it uses such."""
        weight = 1.0 if self.embed else 0.0
        return self.weights.logits(joined(self.features.of_prepared(clean), vectors, weight))

    def state(self) -> dict[str, Any]:
        """All of it, as text and arrays of numbers: nothing in it can run."""
        return {
            **features_state(self.features),
            "slopes": self.weights.slopes,
            "intercepts": self.weights.intercepts,
            "temperature": self.temperature,
        }


def learn(
    texts: Sequence[str],
    classes: NDArray[np.int64],
    vectors: NDArray[np.float32] | None,
    embed: Embedder | None,
    seed: int,
    progress: Progress = silent,
    *,
    count: int,
) -> tuple[Learnt, Trial]:
    """Choose the settings by cross-validation, learn from all of these texts, and calibrate.

    Parameters
    ----------
    texts, classes
        Texts and the place of their label among the labels.
    vectors, embed
        Sentence embeddings of the texts, and what made them; None to do without.
    seed
        Draws the folds of the cross-validation.
    progress
        Told the share done and what is being done.
    count
        Number of labels, whether or not each of them occurs.

    Notes
    -----
    Calibrated by one temperature on out-of-fold logits: the most probable label stays as chosen.
    """
    # On several cores BLAS spends its time waiting for itself here: ten times longer for the same model.
    with threadpool_limits(1, user_api="blas"):
        trial = cross_validate(
            texts,
            classes,
            vectors,
            seed,
            lambda done: progress(0.9 * done, "cross-validation"),
            count=count,
        )
        progress(0.9, "training on everything")
        features, chosen = learn_features(texts), trial.chosen
        weights = fitting_of(features(texts), vectors, classes, count)(chosen)
        if vectors is not None and chosen.is_embedded:
            # Weighted slopes, and vectors are read as they come.
            weights.slopes[-vectors.shape[1] :] *= chosen.vector_weight
    temperature = fit_temperature(trial.logits[trial.best], classes)
    return Learnt(features, weights, temperature, embed if chosen.is_embedded else None), trial


def from_state(state: Mapping[str, Any], embed: Embedder | None) -> Learnt:
    """What gave this state."""
    weights = Weights(state["slopes"], state["intercepts"])
    return Learnt(features_from_state(state), weights, state["temperature"], embed)


def is_state(state: Any, count: int = len(LABELS)) -> bool:
    """Whether these are the parts of something learnt of so many labels, and they fit together."""
    if not isinstance(state, dict) or state.keys() != _STATE.keys():
        return False
    if not all(isinstance(state[key], kind) for key, kind in _STATE.items()):
        return False
    arrays = [value for value in state.values() if isinstance(value, np.ndarray)]
    words, characters = (state[key].count("\n") + 1 for key in ("words", "characters"))
    return (
        all(array.dtype == np.float64 for array in arrays)
        and state["word_idf"].shape == (words,)
        and state["character_idf"].shape == (characters,)
        and state["slopes"].ndim == 2
        and state["slopes"].shape[0] >= words + characters
        and state["slopes"].shape[1:] == state["intercepts"].shape == (count,)
    )


def embedder_of(card: Mapping[str, Any]) -> Embedder | None:
    """The sentence embeddings that a model was trained with, None where it does without.

    Raises
    ------
    WorkbenchError
        It needs them and the extra `models` is not installed.
    """
    named = card["settings"]["embeddings"]
    embed = load_embedder(named) if named else None
    if named and not embed:
        raise WorkbenchError(f"model {card['name']} uses sentence embeddings and {MISSING}.")
    return embed


def different_texts(clean: Sequence[str], labels: Sequence[str]) -> Counter[str]:
    """Different texts by label, passed on ones once; where one has several labels, the first counts."""
    return Counter(dict(zip(text_hashes(clean)[::-1].tolist(), reversed(labels), strict=True)).values())


def check_labels(texts: Sequence[str], labels: Sequence[str], classes: Sequence[str]) -> None:
    """See whether a model that gives the labels `classes` can be trained on these.

    Raises
    ------
    WorkbenchError
        Unknown label, fewer than two classes, or fewer than five different texts of a class.
    """
    if len(texts) != len(labels):
        raise WorkbenchError(f"{len(texts)} texts came with {len(labels)} labels; each text needs one.")
    for label in sorted(set(labels) - set(classes)):
        raise WorkbenchError(
            f"{shown_label(label)} is no label.{did_you_mean(label, classes)} Labels: {', '.join(classes)}."
        )
    different = different_texts([prepared(text) for text in texts], labels)
    found = ", ".join(f"{label} {different[label]}" for label in classes)
    if len(set(labels)) < 2:
        raise WorkbenchError(
            f"training needs at least two labels that differ. Different texts found: {found}."
        )
    if min(different[label] for label in set(labels)) < FEWEST_OF_A_CLASS:
        raise WorkbenchError(
            f"training needs at least {FEWEST_OF_A_CLASS} different texts of each label it shall learn. "
            f"Found, of a text with several labels the first: {found}. Label more posts, or leave the rare label out."
        )
