"""Posts to numbers at the speed of a stream: what each word adds is worked out once, then only added up."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from scipy.special import expit, softmax

from workbench.models.student_evidence import KINDS, StudentNames
from workbench.models.student_features import Pieces, StudentVocabulary, split

# Words remembered with what they add: with 15 columns some 15 MB.
_REMEMBERED = 100_000
_LEAST_LENGTH = 1e-9


@dataclass(frozen=True)
class StudentWeights:
    """Weights of words, pairs and character sequences, with the inverse document frequency in them.

    Columns are labels; where there is a student for every fold, the labels of the first fold come first.
    """

    words: NDArray[np.float32]
    pairs: NDArray[np.float32]
    characters: NDArray[np.float32]
    intercepts: NDArray[np.float64]
    evidence: NDArray[np.float64]
    """Of what the names of labels tell: kind × column; of no kind where no name is looked at."""


class Numbers(dict[str, int]):
    """Gives every new word the next number."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number

    def of_texts(self, clean: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Numbers of the words of prepared texts one after the other, and where each text begins and ends."""
        numbers, ends = array("i"), array("q", [0])
        for text in clean:
            numbers.extend(map(self.__getitem__, split(text)))
            ends.append(len(numbers))
        return np.array(numbers, dtype=np.int32), np.array(ends)


class StudentReader:
    """Logits of prepared texts.

    The logit is the sum of what words and pairs add, by the length of the two, and of what character sequences
    add, by theirs, so that long posts are not louder than short ones.
    """

    def __init__(
        self, vocabulary: StudentVocabulary, weights: StudentWeights, names: StudentNames | None = None
    ):
        self.vocabulary, self.weights, self.names = vocabulary, weights, names
        self._pairs = np.hstack([weights.pairs, _squares(vocabulary.pairs.idf)[:, None]])
        self._forget()

    def logits(self, clean: Sequence[str]) -> NDArray[np.float64]:
        """One row a text."""
        if len(self._numbers) > _REMEMBERED:
            self._forget()
        numbers, ends = self._numbers.of_texts(clean)
        self._learn_words()
        pieces = self.vocabulary.pieces(numbers, ends, self._places)
        of_pairs, of_words = pieces.pairs @ self._pairs, pieces.words @ self._words
        count = self.weights.intercepts.shape[0]
        written, spelt = of_words[:, : count + 1] + of_pairs, of_words[:, count + 1 :]
        logits = np.asarray(
            _by_length(written) + _by_length(spelt) + self.weights.intercepts, dtype=np.float64
        )
        return logits + self._told(self.names, numbers, ends) if self.names else logits

    def _told(
        self, names: StudentNames, numbers: NDArray[np.int32], ends: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """What the names of labels add."""
        evidence = names.of_texts(self._of_names, numbers, ends)
        weights = self.weights.evidence.reshape(KINDS, -1, len(names.labels))
        return np.einsum("nks,sfk->nfk", evidence, weights).reshape(len(evidence), -1)

    def _forget(self) -> None:
        self._numbers = Numbers()
        self._places: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._words: NDArray[np.float32] = np.empty(
            (0, 2 * self.weights.intercepts.shape[0] + 2), dtype=np.float32
        )
        if self.names:
            self._of_names = self.names.of_words([])

    def _learn_words(self) -> None:
        """What the words seen for the first time add: by themselves, and by their character sequences."""
        new = list(self._numbers)[len(self._places) :]
        if not new:
            return
        places = self.vocabulary.known_words(new)
        known = places >= 0
        rows = np.zeros((len(new), self._words.shape[1]), dtype=np.float32)
        count = self.weights.intercepts.shape[0]
        rows[known, :count] = self.weights.words[places[known]]
        rows[known, count] = _squares(self.vocabulary.words.idf)[places[known]]
        spelt = self.vocabulary.spelt(new)
        rows[:, count + 1 : -1] = spelt @ self.weights.characters
        rows[:, -1] = spelt @ _squares(self.vocabulary.characters.idf)
        self._places = np.concatenate([self._places, places])
        self._words = np.concatenate([self._words, rows])
        if self.names:
            self._of_names = np.concatenate([self._of_names, self.names.of_words(new)])


def said(logits: NDArray[np.float64], is_multi_label: bool) -> NDArray[np.float64]:
    """Probabilities; each column for itself where several labels may hold."""
    return np.asarray(expit(logits) if is_multi_label else softmax(logits, axis=-1))


def words_told(
    names: StudentNames, clean: Sequence[str]
) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.int64]]:
    """What `StudentNames.of_texts` asks of prepared texts: what each word tells, and the words of each text."""
    numbers = Numbers()
    read, ends = numbers.of_texts(clean)
    return names.of_words(list(numbers)), read, ends


def features_of(vocabulary: StudentVocabulary, clean: Sequence[str]) -> sparse.csr_matrix:
    """What a reader multiplies with its weights, written out to learn from: words, pairs, character sequences."""
    numbers = Numbers()
    read, ends = numbers.of_texts(clean)
    places = vocabulary.known_words(list(numbers))
    pieces: Pieces = vocabulary.pieces(read, ends, places)
    known = np.flatnonzero(places >= 0)
    shape = (len(places), len(vocabulary.words.names))
    to_vocabulary = sparse.csr_matrix((np.ones(len(known)), (known, places[known])), shape=shape)
    words = pieces.words @ to_vocabulary
    characters = pieces.words @ vocabulary.spelt(list(numbers))
    length = words @ vocabulary.words.idf**2 + pieces.pairs @ vocabulary.pairs.idf**2
    parts = [
        (words, vocabulary.words.idf, length),
        (pieces.pairs, vocabulary.pairs.idf, length),
        (characters, vocabulary.characters.idf, characters @ vocabulary.characters.idf**2),
    ]
    scaled = [
        sparse.diags(1 / np.sqrt(np.maximum(square, _LEAST_LENGTH))) @ counts @ sparse.diags(idf)
        for counts, idf, square in parts
    ]
    return sparse.csr_matrix(sparse.hstack(scaled, format="csr"))


def _squares(idf: NDArray[np.float64]) -> NDArray[np.float32]:
    return (idf**2).astype(np.float32)


def _by_length(sums: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sums divided by the length, whose square is the last column."""
    return sums[:, :-1] / np.sqrt(np.maximum(sums[:, -1:], _LEAST_LENGTH))
