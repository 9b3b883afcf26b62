"""SetFit: a sentence encoder taught by few labels, and a logistic regression on what it then says.

Tunstall et al. 2022, Efficient few-shot learning without prompts, arXiv 2209.11055. For one label a text, or for
several.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.models.classifier import Carded, labels_of
from workbench.models.embeddings import MISSING, encode, load_embedder
from workbench.models.encoder_files import read_encoder, write_encoder
from workbench.models.features import prepared
from workbench.models.heads import Head
from workbench.models.lexicon import opinions
from workbench.models.plain_state import no_model, read_state, write_state
from workbench.models.text_hashes import not_among

ENCODER_FOLDER = "encoder"
_STATE = {"slopes": 2, "intercepts": 1, "scales": 1, "shifts": 1}


@dataclass
class SetFitModel(Carded):
    """An encoder that has learnt from labels, and the head on it; `setfit_training.train_setfit` makes it."""

    encoder: Any
    head: Head
    learned_from: NDArray[np.uint64]
    """Hashes of the texts it was trained on."""
    out_of_fold: NDArray[np.float64] | None = None
    """Probabilities of its own training texts by models that had not seen them; not kept on disk."""

    def classify(self, texts: Sequence[str], brands: Sequence[str]) -> NDArray[np.float64]:
        """Calibrated probabilities, one row a text; the brand is not looked at."""
        vectors = encode(self.encoder, [prepared(text) for text in texts])
        asked = opinions(texts) if self.card["settings"]["lexicon"] else None
        return self.head.probabilities(self.head.logits(vectors, asked))

    def held_out(self, texts: Sequence[str]) -> list[bool]:
        """Whether it has not learned from each text."""
        return not_among(texts, self.learned_from)

    def write(self, folder: Path) -> None:
        """Write everything learnt into a folder: safetensors, JSON and arrays of numbers."""
        write_encoder(self.encoder, folder / ENCODER_FOLDER)
        write_state({**self.head.state(), "learned_from": self.learned_from}, folder)


def read(folder: Path, card: dict[str, Any]) -> SetFitModel:
    """The model that was written into that folder; it needs no network.

    Raises
    ------
    WorkbenchError
        There is no such model in it, something in it could run, or the extra `models` is not installed.
    """
    state = read_state(folder)
    if not _is_sound(state, len(labels_of(card))):
        raise no_model(folder)
    if load_embedder() is None:
        raise WorkbenchError(f"model {card['name']} is a transformer and {MISSING}.")
    encoder = read_encoder(folder / ENCODER_FOLDER)
    numbers = {name: state[name] for name in _STATE}
    return SetFitModel(
        card, encoder, Head(**numbers, is_multi_label=card["is_multi_label"]), state["learned_from"]
    )


def _is_sound(state: dict[str, Any], count: int) -> bool:
    if state.keys() != {*_STATE, "learned_from"}:
        return False
    arrays = [state[name] for name in _STATE]
    hashes = state["learned_from"]
    return (
        all(isinstance(array, np.ndarray) and array.dtype == np.float64 for array in arrays)
        and all(array.ndim == _STATE[name] for name, array in zip(_STATE, arrays, strict=True))
        and all(array.shape[-1] == count for array in arrays)
        and isinstance(hashes, np.ndarray)
        and hashes.dtype == np.uint64
    )
