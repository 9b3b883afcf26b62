"""What a student sees of a post: its words, its pairs of words, and the character sequences of each word.

All that a word tells follows from the word alone, so it is worked out when the word is first seen. Reading a
post then means adding up what is known of its words and pairs. Learning and reading share this file, so that a
student reads as it has learnt.
"""

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.models.features import TOKEN

split = re.compile(TOKEN).findall

_SHORTEST, _LONGEST = 2, 5
# A word of hundreds of letters is no word: its beginning tells what it is.
_LETTERS_READ = 40
# From so many texts on, what occurs in one or two texts only is noise.
_MANY_TEXTS = 1_000


class Grams(NamedTuple):
    """Pieces of text in order, and how much it tells that a text has one (inverse document frequency)."""

    names: tuple[str, ...]
    idf: NDArray[np.float64]


class Pieces(NamedTuple):
    """Texts cut to pieces: one row a text, counts of words and of known pairs."""

    words: sparse.csr_matrix
    """Columns: the words as they are numbered by whoever numbered them."""
    pairs: sparse.csr_matrix
    """Columns: the pairs of the vocabulary."""


@dataclass(frozen=True)
class StudentVocabulary:
    """Words, pairs of them and character sequences that a student knows."""

    words: Grams
    pairs: Grams
    """Two words with a blank between them."""
    characters: Grams

    @cached_property
    def word_columns(self) -> dict[str, int]:
        """Place of each word."""
        return {name: place for place, name in enumerate(self.words.names)}

    @cached_property
    def character_columns(self) -> dict[str, int]:
        """Place of each character sequence."""
        return {name: place for place, name in enumerate(self.characters.names)}

    @cached_property
    def pair_keys(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Sorted numbers of the pairs, and the place of each: a search for many at once is quick."""
        both = chain.from_iterable(name.split(" ") for name in self.pairs.names)
        places = np.fromiter(map(self.word_columns.__getitem__, both), dtype=np.int64)
        first, second = places.reshape(-1, 2).T
        keys = first * len(self.words.names) + second
        order = np.argsort(keys)
        return keys[order], order

    def known_words(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Place of each word in the vocabulary; −1 where it is not there."""
        return np.array([self.word_columns.get(word, -1) for word in words], dtype=np.int64)

    def spelt(self, words: Sequence[str]) -> sparse.csr_matrix:
        """Counts of the known character sequences of each word: one row a word."""
        known, columns, ends = self.character_columns, array("i"), array("q", [0])
        for word in words:
            columns.extend(known[gram] for gram in sequences(word) if gram in known)
            ends.append(len(columns))
        return _counts(columns, np.array(ends), len(known))

    def pieces(
        self, numbers: NDArray[np.int32], ends: NDArray[np.int64], places: NDArray[np.int64]
    ) -> Pieces:
        """Counts of words and pairs.

        Parameters
        ----------
        numbers
            The words of all texts one after the other, each by its number.
        ends
            Where each text begins and ends in `numbers`.
        places
            Place in the vocabulary of the word of each number; −1 where it is not there.
        """
        words = _counts(numbers, ends, len(places))
        text = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
        place = places[numbers]
        is_pair = (text[1:] == text[:-1]) & (place[1:] >= 0) & (place[:-1] >= 0)
        wanted = (place[:-1] * len(self.words.names) + place[1:])[is_pair]
        keys, order = self.pair_keys
        found = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
        is_known = keys[found] == wanted if len(keys) else np.zeros(len(wanted), dtype=bool)
        row = text[1:][is_pair][is_known]
        into = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(ends) - 1))])
        return Pieces(words, _counts(order[found[is_known]], into, len(self.pairs.names)))


def sequences(word: str) -> list[str]:
    """Character sequences of a word, its beginning and end marked by blanks.

    Examples
    --------
    >>> sequences("ok")
    [' o', 'ok', 'k ', ' ok', 'ok ', ' ok ']
    """
    marked = f" {word[:_LETTERS_READ]} "
    return [
        marked[start : start + length]
        for length in range(_SHORTEST, _LONGEST + 1)
        for start in range(len(marked) - length + 1)
    ]


def learn_vocabulary(clean: Sequence[str], most: int) -> StudentVocabulary:
    """What occurs in prepared texts, at most so many words, pairs and character sequences together.

    Raises
    ------
    WorkbenchError
        There is no word in any of them.

    Examples
    --------
    >>> found = learn_vocabulary(["late again", "late flight"], most=100)
    >>> found.words.names, found.pairs.names
    (('again', 'flight', 'late'), ('late again', 'late flight'))
    """
    many = len(clean) >= _MANY_TEXTS
    words: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    spelt: dict[str, list[str]] = {}
    for text in clean:
        found = split(text)
        words.update(set(found))
        pairs.update({f"{first} {second}" for first, second in pairwise(found)})
        for word in set(found) - spelt.keys():
            spelt[word] = sequences(word)
        characters.update(set(chain.from_iterable(spelt[word] for word in set(found))))
    if not words:
        raise WorkbenchError(
            f"there is nothing to learn from: all {len(clean)} texts are empty. Give posts that say something."
        )
    known = _kept(words, 2 if many else 1, most // 4, len(clean))
    among = set(known.names)
    joined = Counter({pair: n for pair, n in pairs.items() if among.issuperset(pair.split(" "))})
    return StudentVocabulary(
        known,
        _kept(joined, 2 if many else 1, most // 4, len(clean)),
        _kept(characters, 3 if many else 1, most // 2, len(clean)),
    )


def _kept(counts: Counter[str], at_least: int, most: int, texts: int) -> Grams:
    """The most frequent, in alphabetical order."""
    frequent = sorted(
        (name for name in counts if counts[name] >= at_least), key=lambda name: (-counts[name], name)
    )
    names = sorted(frequent[:most])
    return Grams(tuple(names), inverse_frequency([counts[name] for name in names], texts))


def inverse_frequency(found_in: Iterable[int], texts: int) -> NDArray[np.float64]:
    """Inverse document frequency, as scikit-learn has it: 1 + log((1 + texts) / (1 + texts that have it))."""
    return 1 + np.log((1 + texts) / (1 + np.array(list(found_in), dtype=np.float64)))


def _counts(
    columns: "array[int] | NDArray[np.integer]", ends: NDArray[np.int64], width: int
) -> sparse.csr_matrix:
    found = np.array(columns, dtype=np.int32)
    # A column that comes twice counts twice in every sum.
    return sparse.csr_matrix(
        (np.ones(len(found), dtype=np.float32), found, ends), shape=(len(ends) - 1, width)
    )
