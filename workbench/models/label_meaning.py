"""What the name of a label tells of a text by its meaning: sentence embeddings of both, laid side by side."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from workbench.models.embeddings import Embedder
from workbench.models.label_words import words_of

MEANT = 3
"""Number of features of a text and a label."""

# Shorter words mean too little by themselves.
_WORD = re.compile(r"[^\W_]{3,}")
# Words remembered with what they mean: some 20 MB with ten labels.
_REMEMBERED = 200_000


@dataclass
class LabelMeaning:
    """Similarities (cosines) of texts and the names of labels."""

    names: Sequence[str]
    embed: Embedder
    _remembered: dict[str, NDArray[np.float32]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._of_names = self.embed([" ".join(words_of(name)) or name for name in self.names])

    def __call__(self, clean: Sequence[str], vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Text × label × feature of prepared texts and their embeddings.

        Features: similarity of text and name; how much more similar it is than to the next best name; the
        similarity of the word of the text that is nearest to the name (a parcel speaks of delivery).
        """
        features = np.empty((len(clean), len(self.names), MEANT))
        similarity = vectors @ self._of_names.T
        features[:, :, 0] = similarity
        features[:, :, 1] = similarity - _best_other(similarity)
        features[:, :, 2] = self._nearest_word(clean)
        return features

    def _nearest_word(self, clean: Sequence[str]) -> NDArray[np.float32]:
        words = [sorted(set(_WORD.findall(text))) for text in clean]
        self._remember(sorted({word for of_text in words for word in of_text}))
        nothing = np.zeros(len(self.names), dtype=np.float32)
        nearest = [
            np.max([self._remembered[word] for word in of_text], axis=0) if of_text else nothing
            for of_text in words
        ]
        return np.array(nearest).reshape(len(clean), len(self.names))

    def _remember(self, words: Sequence[str]) -> None:
        if len(self._remembered) + len(words) > _REMEMBERED:
            self._remembered.clear()
        new = [word for word in words if word not in self._remembered]
        for word, row in zip(new, self.embed(new) @ self._of_names.T if new else [], strict=True):
            self._remembered[word] = row


def _best_other(similarity: NDArray[np.float32]) -> NDArray[np.float32]:
    """The largest value of the other columns, for each value."""
    if similarity.shape[1] < 2:
        return np.zeros_like(similarity)
    largest = np.sort(similarity, axis=1)[:, -2:]
    is_best = similarity == largest[:, [1]]
    return np.where(is_best, largest[:, [0]], largest[:, [1]])
