"""What the names of labels tell a student of a post: whether their words stand in it, and words that mean the like.

Its teacher knows it of every label, however rare; words heard of in some posts could not tell it. All of it follows
from single words, so it is worked out when a word is first seen, and a post has what its best word has.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workbench.models.embeddings import Embedder
from workbench.models.label_words import WRITTEN, LabelWords, words_of

KINDS = WRITTEN + 1
"""Number of features of a text and a label: those of `LabelWords`, and how near the nearest word is to the name."""

_PART = re.compile(r"[^\W_]+")
_SHORTEST = 3  # letters; shorter words mean too little by themselves
_CHUNK = 2_000
_UNKNOWN = -2  # less than any cosine


@dataclass(frozen=True)
class StudentNames:
    """The names of labels, and which words mean something near to them."""

    labels: tuple[str, ...]
    words: tuple[str, ...]
    """Words of which it is known how near they are to each name."""
    nearness: NDArray[np.float32]
    """Word × label: cosine of the sentence embeddings of both."""
    standard: NDArray[np.float64]
    """Mean and spread of the nearest word, by label: some names are near to every post."""

    @cached_property
    def _names(self) -> LabelWords:
        return LabelWords(self.labels)

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self.words)}

    def of_words(self, words: Sequence[str]) -> NDArray[np.float32]:
        """What each word tells: likeness to the words of the names, whether these stand inside of it, and nearness."""
        rows = np.zeros((len(words), 2 * len(self._names.words) + len(self.labels)), dtype=np.float32)
        middle, near = len(self._names.words), 2 * len(self._names.words)
        rows[:, near:] = _UNKNOWN
        for row, word in zip(rows, words, strict=True):
            row[middle:near] = [name in word for name in self._names.words]
            parts = _PART.findall(word)
            if parts:
                row[:middle] = np.max([self._names.likeness_of(part) for part in parts], axis=0)
            known = [self._columns[part] for part in parts if part in self._columns]
            if known:
                row[near:] = self.nearness[known].max(axis=0)
        return rows

    def of_texts(
        self, of_words: NDArray[np.float32], numbers: NDArray[np.int32], ends: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Text × label × kind, of texts whose words stand one after the other.

        Parameters
        ----------
        of_words
            As `of_words` gives it, by the number of each word.
        numbers, ends
            The words of all texts, each by its number, and where each text begins and ends.
        """
        evidence = self._as_they_are(of_words, numbers, ends)
        evidence[:, :, WRITTEN] = (evidence[:, :, WRITTEN] - self.standard[0]) / self.standard[1]
        return evidence

    def standard_of(
        self, of_words: NDArray[np.float32], numbers: NDArray[np.int32], ends: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Mean and spread of the nearest word over these texts, by label."""
        near = self._as_they_are(of_words, numbers, ends)[:, :, WRITTEN]
        return np.stack([near.mean(axis=0), near.std(axis=0) + 1e-6])

    def _as_they_are(
        self, of_words: NDArray[np.float32], numbers: NDArray[np.int32], ends: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        best = _best(of_words, numbers, ends)
        middle, near = len(self._names.words), 2 * len(self._names.words)
        evidence = np.empty((len(best), len(self.labels), KINDS))
        evidence[:, :, :WRITTEN] = self._names.features(best[:, :middle], best[:, middle:near])
        evidence[:, :, WRITTEN] = np.where(best[:, near:] == _UNKNOWN, 0, best[:, near:])
        return evidence


def near_words(
    labels: tuple[str, ...], words: Sequence[str], embed: Embedder | None
) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """The words of some meaning, and how near each is to the name of each label; none without sentence embeddings."""
    kept = tuple(word for word in words if len(word) >= _SHORTEST and _PART.fullmatch(word))
    if embed is None or not kept:
        return (), np.empty((0, len(labels)), dtype=np.float32)
    names = embed([" ".join(words_of(name)) or name for name in labels])
    chunks = [embed(kept[start : start + _CHUNK]) @ names.T for start in range(0, len(kept), _CHUNK)]
    return kept, np.concatenate(chunks).astype(np.float32)


def _best(
    of_words: NDArray[np.float32], numbers: NDArray[np.int32], ends: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Of each text and column the largest value among its words; 0 where it has none."""
    best = np.zeros((len(ends) - 1, of_words.shape[1]), dtype=np.float32)
    filled = np.diff(ends) > 0
    if filled.any():
        best[filled] = np.maximum.reduceat(of_words[numbers], ends[:-1][filled], axis=0)
    return best
