"""The plain trained classifier: words and character sequences, joined by sentence embeddings where wanted."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.models.card import make_card
from workbench.models.classifier import LABELS, Carded, labels_of
from workbench.models.embeddings import Embedder
from workbench.models.features import prepared
from workbench.models.learning import Learnt, check_labels, embedder_of, is_state, learn
from workbench.models.learning import from_state as learnt_from_state
from workbench.models.plain_state import no_model, read_state, write_state
from workbench.models.selection import held_out_probabilities
from workbench.models.text_hashes import not_among, text_hashes
from workbench.progress import Progress, silent


@dataclass
class LinearModel(Carded):
    """Multinomial logistic regression on TF-IDF, calibrated; `train_linear` makes it."""

    learnt: Learnt
    learned_from: NDArray[np.uint64] | None
    """Hashes of the texts it was trained on; None where it was saved before they were kept."""
    out_of_fold: NDArray[np.float64] | None = None
    """Probabilities of its own training texts by models that had not seen them; not kept on disk."""

    def classify(self, texts: Sequence[str], brands: Sequence[str]) -> NDArray[np.float64]:
        """Calibrated probabilities, one row a text; the brand is not looked at."""
        return self.learnt.probabilities(texts, [prepared(text) for text in texts])

    def held_out(self, texts: Sequence[str]) -> list[bool]:
        """Whether it has not learned from each text; False, too, where nobody can say."""
        return not_among(texts, self.learned_from)

    def state(self) -> dict[str, Any]:
        """Everything learnt, as text and arrays of numbers: nothing in it can run."""
        learned_from = {} if self.learned_from is None else {"learned_from": self.learned_from}
        return {**self.learnt.state(), **learned_from}

    def write(self, folder: Path) -> None:
        """Write everything learnt into a folder."""
        write_state(self.state(), folder)


def read(folder: Path, card: dict[str, Any]) -> LinearModel:
    """The model that was written into that folder.

    Raises
    ------
    WorkbenchError
        There is no such model in it, or it needs sentence embeddings and the extra `models` is not installed.
    """
    state = read_state(folder)
    # Models saved before hashes were kept have none.
    hashes = state.get("learned_from", np.empty(0, np.uint64))
    is_sound = isinstance(hashes, np.ndarray) and hashes.dtype == np.uint64 and hashes.ndim == 1
    learnt = {key: value for key, value in state.items() if key != "learned_from"}
    if not is_sound or not is_state(learnt, len(labels_of(card))):
        raise no_model(folder)
    return from_state(state, card)


def from_state(state: Mapping[str, Any], card: dict[str, Any]) -> LinearModel:
    """The model that gave this state.

    Raises
    ------
    WorkbenchError
        It needs sentence embeddings and the extra `models` is not installed.
    """
    return LinearModel(card, learnt_from_state(state, embedder_of(card)), state.get("learned_from"))


def train_linear(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    classes: Sequence[str] = LABELS,
    task: str = "sentiment",
    seed: int = 0,
    embed: Embedder | None = None,
    languages: Sequence[str | None] | None = None,
    origin: Mapping[str, Any] | None = None,
    trained_at: dt.datetime | None = None,
    progress: Progress = silent,
) -> LinearModel:
    """Train, choose the settings by cross-validation and calibrate.

    Parameters
    ----------
    texts, labels
        Masked texts and their human labels.
    classes
        The labels that the model gives, in their order.
    task
        What is classified, for its card.
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
    """
    classes = tuple(classes)
    check_labels(texts, labels, classes)
    given = np.array([classes.index(label) for label in labels])
    progress(0.0, "sentence embeddings" if embed else "cross-validation")
    vectors = embed(texts) if embed else None
    learnt, trial = learn(texts, given, vectors, embed, seed, progress, count=len(classes))
    card = make_card(
        texts,
        labels,
        trial,
        classes=classes,
        task=task,
        embeddings=learnt.embed.name if learnt.embed else None,
        seed=seed,
        languages=languages,
        origin=origin,
        trained_at=trained_at or dt.datetime.now(dt.UTC),
    )
    progress(1.0, "trained")
    learned_from = np.unique(text_hashes([prepared(text) for text in texts]))
    return LinearModel(card, learnt, learned_from, held_out_probabilities(trial))
