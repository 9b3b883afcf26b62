"""Words and character sequences of posts as TF-IDF, at the speed of a stream.

The vocabulary is learnt with scikit-learn. Looking it up is ours: the character sequences of a word
are the same wherever it stands, so they are looked up once a word and not once a post, which is
several times faster and gives the same numbers.

scikit-learn takes a second to load: it is imported where it is needed, as a student reads posts without it.
"""

import re
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.text.normalise import normalise

# Punctuation, emoji and emoticons are words too.
TOKEN = r"\w+|[^\w\s]+"
WORDS = {"ngram_range": (1, 2), "token_pattern": TOKEN}
CHARACTERS = {"ngram_range": (2, 5), "analyzer": "char_wb"}
_MOST_GRAMS = 200_000
# From so many texts on, what occurs in one text only is noise.
_MANY_TEXTS = 1_000
# Words remembered with their columns: some 30 MB.
_REMEMBERED = 100_000

_MASK = re.compile(r"<([A-Z]+)(?::[0-9a-f]+)?>")
_LINK = re.compile(r"https?://\S+")
_HANDLE = re.compile(r"(?<![\w.])@\w+")

Columns = Callable[[str], "array[int]"]


def without_masks(text: str) -> str:
    """The text without masks of personal data: they are not the author's words.

    Examples
    --------
    >>> without_masks("call me <PHONE>, says <USER:0123456789ab>")
    'call me  , says  '
    """
    return _MASK.sub(" ", text)


def without_names(text: str) -> str:
    """The text without masks, accounts and links.

    Examples
    --------
    >>> without_names("@Acme late again https://t.co/x")
    '  late again  '
    """
    return _HANDLE.sub(" ", _LINK.sub(" ", without_masks(text)))


def prepared(text: str) -> str:
    """Normalised, in lower case; people, brands' accounts and links each read alike.

    What a model learns from posts to one brand then holds for the next, and no account's name
    decides the sentiment of a post.

    Examples
    --------
    >>> prepared("@Acme <USER:0123456789ab> LATE again https://t.co/x <CASE:0123456789ab>")
    '@user @user late again <url> <case>'
    """
    return _HANDLE.sub("@user", normalise(text).replace("<USER>", "@user")).lower()


@dataclass(frozen=True)
class Vocabulary:
    """Grams with their inverse document frequencies; the place of a gram is its column."""

    grams: tuple[str, ...]
    idf: NDArray[np.float64]

    @cached_property
    def columns(self) -> dict[str, int]:
        """Column of each gram."""
        return {gram: column for column, gram in enumerate(self.grams)}


class TextFeatures:
    """Texts to TF-IDF over words (1–2) and character sequences within words (2–5).

    Each half has length 1, so that neither drowns the other.
    """

    def __init__(self, words: Vocabulary, characters: Vocabulary):
        self.words = words
        self.characters = characters
        self._columns_of_word = _remembering(_looked_up(characters, CHARACTERS))
        self._split = re.compile(TOKEN).findall

    def __call__(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """One row a text; columns: words, then characters."""
        return self.of_prepared([prepared(text) for text in texts])

    def of_prepared(self, clean: Sequence[str]) -> sparse.csr_matrix:
        """The same of texts that `prepared` has seen already."""
        words = _weighted(map(self._word_columns, clean), self.words)
        characters = _weighted(map(self._character_columns, clean), self.characters)
        return sparse.hstack([words, characters], format="csr")

    def _word_columns(self, text: str) -> "array[int]":
        words = self._split(text)
        pairs = [f"{first} {second}" for first, second in pairwise(words)]
        columns = map(self.words.columns.get, [*words, *pairs])
        return array("i", [column for column in columns if column is not None])

    def _character_columns(self, text: str) -> "array[int]":
        columns = array("i")
        for word in text.split():
            columns.extend(self._columns_of_word(word))
        return columns


def learn_features(texts: Sequence[str]) -> TextFeatures:
    """The vocabulary of these texts.

    Raises
    ------
    WorkbenchError
        There is no word in any of them.

    Examples
    --------
    >>> features = learn_features(["late again", "late flight"])
    >>> features.words.grams
    ('again', 'flight', 'late', 'late again', 'late flight')
    """
    clean = [prepared(text) for text in texts]
    if not any(text.strip() for text in clean):
        raise WorkbenchError(
            f"there is nothing to learn from: all {len(texts)} texts are empty. Name the column of the texts."
        )
    return TextFeatures(_learnt(clean, WORDS), _learnt(clean, CHARACTERS))


def features_state(features: TextFeatures) -> dict[str, Any]:
    """A vocabulary as text and arrays of numbers."""
    return {
        # No gram has a line break: texts are cut at white space.
        "words": "\n".join(features.words.grams),
        "word_idf": features.words.idf,
        "characters": "\n".join(features.characters.grams),
        "character_idf": features.characters.idf,
    }


def features_from_state(state: Mapping[str, Any]) -> TextFeatures:
    """The vocabulary that gave this state."""
    return TextFeatures(
        Vocabulary(tuple(state["words"].split("\n")), state["word_idf"]),
        Vocabulary(tuple(state["characters"].split("\n")), state["character_idf"]),
    )


def _learnt(texts: list[str], settings: dict) -> Vocabulary:
    from sklearn.feature_extraction.text import TfidfVectorizer

    at_least = 2 if len(texts) >= _MANY_TEXTS else 1
    found = TfidfVectorizer(min_df=at_least, max_features=_MOST_GRAMS, lowercase=False, **settings).fit(texts)
    return Vocabulary(tuple(found.get_feature_names_out()), found.idf_)


def _looked_up(vocabulary: Vocabulary, settings: dict) -> Columns:
    """Columns of the grams of one word, cut as scikit-learn cuts them."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    cut = TfidfVectorizer(lowercase=False, **settings).build_analyzer()
    known = vocabulary.columns
    return lambda word: array("i", [known[gram] for gram in cut(word) if gram in known])


def _remembering(look_up: Columns) -> Columns:
    """As `functools.lru_cache` with less to do: forgets all when full."""
    memory: dict[str, array[int]] = {}

    def columns(word: str) -> "array[int]":
        found = memory.get(word)
        if found is None:
            if len(memory) >= _REMEMBERED:
                memory.clear()
            found = memory[word] = look_up(word)
        return found

    return columns


def _weighted(rows: Iterable["array[int]"], vocabulary: Vocabulary) -> sparse.csr_matrix:
    """(1 + log count) × idf, rows of length 1, from the columns that occur in each text."""
    from sklearn.preprocessing import normalize

    columns, ends = array("i"), array("q", [0])
    for row in rows:
        columns.extend(row)
        ends.append(len(columns))
    counts = sparse.csr_matrix(
        (np.ones(len(columns)), np.array(columns, dtype=np.int32), np.array(ends)),
        shape=(len(ends) - 1, len(vocabulary.grams)),
    )
    counts.sum_duplicates()
    counts.data = (1 + np.log(counts.data)) * vocabulary.idf[counts.indices]
    return normalize(counts, copy=False)
