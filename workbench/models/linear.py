"""The trained classifier: words and character sequences, joined by sentence embeddings where wanted."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from threadpoolctl import threadpool_limits

from workbench.errors import WorkbenchError, did_you_mean
from workbench.models.calibration import fit_temperature
from workbench.models.card import make_card
from workbench.models.classifier import LABELS
from workbench.models.embeddings import MISSING, Embedder, load_embedder
from workbench.models.features import TextFeatures, Vocabulary, learn_features, prepared
from workbench.models.selection import Candidate, Weights, cross_validate, fit, joined

FEWEST_OF_A_CLASS = 5
_CHUNK = 10_000


@dataclass
class LinearModel:
    """Multinomial logistic regression on TF-IDF, calibrated; `train_linear` makes it."""

    card: dict[str, Any]
    features: TextFeatures
    weights: Weights
    temperature: float
    embed: Embedder | None = None
    labels = LABELS

    @property
    def name(self) -> str:
        """Kind, time of training and fingerprint of what it was trained on."""
        return self.card["name"]

    def classify(self, texts: Sequence[str], brands: Sequence[str]) -> NDArray[np.float64]:
        """Calibrated probabilities, one row a text; the brand is not looked at."""
        starts = range(0, len(texts), _CHUNK)
        chunks = [self._classify_chunk(texts[start : start + _CHUNK]) for start in starts]
        return np.concatenate(chunks) if chunks else np.empty((0, len(LABELS)))

    def _classify_chunk(self, texts: Sequence[str]) -> NDArray[np.float64]:
        vectors = self.embed(texts) if self.embed else None
        used = Candidate(is_embedded=self.embed is not None, evenness=0, penalty=0)
        logits = self.weights.logits(joined(self.features(texts), vectors, slice(None), used))
        return np.asarray(softmax(logits / self.temperature, axis=1))

    def state(self) -> dict[str, Any]:
        """Everything learnt, as text and arrays of numbers: nothing in it can run."""
        return {
            # No gram has a line break: texts are cut at white space.
            "words": "\n".join(self.features.words.grams),
            "word_idf": self.features.words.idf,
            "characters": "\n".join(self.features.characters.grams),
            "character_idf": self.features.characters.idf,
            "slopes": self.weights.slopes,
            "intercepts": self.weights.intercepts,
            "temperature": self.temperature,
        }


def from_state(state: Mapping[str, Any], card: dict[str, Any]) -> LinearModel:
    """The model that gave this state.

    Raises
    ------
    WorkbenchError
        It needs sentence embeddings and the extra `models` is not installed.
    """
    named = card["settings"]["embeddings"]
    embed = load_embedder(named) if named else None
    if named and not embed:
        raise WorkbenchError(f"model {card['name']} uses sentence embeddings and {MISSING}.")
    words = Vocabulary(tuple(state["words"].split("\n")), state["word_idf"])
    characters = Vocabulary(tuple(state["characters"].split("\n")), state["character_idf"])
    weights = Weights(state["slopes"], state["intercepts"])
    return LinearModel(card, TextFeatures(words, characters), weights, state["temperature"], embed)


def train_linear(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    seed: int = 0,
    embed: Embedder | None = None,
    languages: Sequence[str | None] | None = None,
    origin: Mapping[str, Any] | None = None,
    trained_at: dt.datetime | None = None,
    progress: Callable[[float, str], None] = lambda done, what: None,
) -> LinearModel:
    """Train, choose the settings by cross-validation and calibrate.

    Parameters
    ----------
    texts, labels
        Masked texts and their human labels: negative, neutral, positive.
    seed
        The same seed and labels make the same model.
    embed
        Sentence embeddings to try beside; the model then reads hundreds of posts a second, not
        thousands, where they win.
    languages
        Language of each text, so that the card can tell the accuracy by language.
    origin
        What the card should say of where the labels came from, such as the lake version.
    trained_at
        Time for its name; now.
    progress
        Told the share done and what is being done.

    Raises
    ------
    WorkbenchError
        Unknown label, fewer than two classes, or fewer than five different texts of a class.

    Notes
    -----
    Calibrated by one temperature on out-of-fold logits: the most probable label stays as chosen.
    """
    _check(texts, labels)
    classes = np.array([LABELS.index(label) for label in labels])
    progress(0.0, "sentence embeddings" if embed else "cross-validation")
    vectors = embed(texts) if embed else None
    # On several cores BLAS spends its time waiting for itself here: ten times longer for the same model.
    with threadpool_limits(1, user_api="blas"):
        trial = cross_validate(
            texts, classes, vectors, seed, lambda done: progress(0.9 * done, "cross-validation")
        )
        progress(0.9, "training on everything")
        features = learn_features(texts)
        weights = fit(joined(features(texts), vectors, slice(None), trial.chosen), classes, trial.chosen)
    used = embed if trial.chosen.is_embedded else None
    card = make_card(
        texts,
        labels,
        trial,
        embeddings=used.name if used else None,
        seed=seed,
        languages=languages,
        origin=origin,
        trained_at=trained_at or dt.datetime.now(dt.UTC),
    )
    progress(1.0, "trained")
    return LinearModel(card, features, weights, fit_temperature(trial.logits[trial.best], classes), used)


def _check(texts: Sequence[str], labels: Sequence[str]) -> None:
    if len(texts) != len(labels):
        raise WorkbenchError(f"{len(texts)} texts came with {len(labels)} labels; each text needs one.")
    for label in sorted(set(labels) - set(LABELS)):
        raise WorkbenchError(
            f"'{label}' is no label.{did_you_mean(label, LABELS)} Labels: {', '.join(LABELS)}."
        )
    # Where one text has two labels, the folds follow the first.
    first = {prepared(text): label for text, label in zip(reversed(texts), reversed(labels), strict=True)}
    different = Counter(first.values())
    found = ", ".join(f"{label} {different[label]}" for label in LABELS)
    if len(set(labels)) < 2:
        raise WorkbenchError(
            f"training needs at least two labels that differ. Different texts found: {found}."
        )
    if min(different[label] for label in set(labels)) < FEWEST_OF_A_CLASS:
        raise WorkbenchError(
            f"training needs at least {FEWEST_OF_A_CLASS} different texts of each label it shall learn. "
            f"Found: {found}. Label more posts, or leave the rare label out."
        )
