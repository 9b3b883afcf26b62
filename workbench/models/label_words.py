"""What the name of a label tells of a text: whether its words are written there.

People name a label by what the posts speak of. With few labelled posts, or none of a rare label, the name is
often all there is to know, and it is the same kind of knowledge for every label.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

WRITTEN = 6
"""Number of features of a text and a label."""

_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
# They say nothing of a text, or of everything that no other name says.
_EMPTY = {
    "a",
    "an",
    "and",
    "at",
    "be",
    "by",
    "for",
    "from",
    "in",
    "not",
    "of",
    "on",
    "or",
    "the",
    "to",
    "with",
}
_EMPTY |= {"else", "general", "misc", "miscellaneous", "other"}
# Of the shorter word, so much from its beginning makes two words alike: delivered, delivery.
_ALIKE, _SHORTEST = 0.75, 4
# Words remembered with what they are like: some 10 MB.
_REMEMBERED = 100_000


def words_of(name: str) -> list[str]:
    """The words of a label's name that say something; none of a name such as "other".

    Examples
    --------
    >>> words_of("Request to call by phone"), words_of("feature_request"), words_of("LateFlight")
    (['request', 'call', 'phone'], ['feature', 'request'], ['late', 'flight'])
    """
    words = _WORD.findall(_HUMP.sub(" ", name).lower())
    return [word for word in words if word not in _EMPTY]


def likeness(one: str, other: str) -> float:
    """How much two words are forms of one word, 0–1: the common beginning, as a share of the shorter.

    Examples
    --------
    >>> likeness("delivery", "delivered"), likeness("refund", "refund"), likeness("mac", "machine")
    (0.875, 1.0, 0.0)
    """
    if one == other:
        return 1.0
    shorter = min(len(one), len(other))
    if shorter < _SHORTEST:
        return 0.0
    common = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), shorter)
    return common / shorter if common >= _ALIKE * shorter else 0.0


class LabelWords:
    """How far the names of labels are written in texts."""

    def __init__(self, names: Sequence[str]):
        by_label = [words_of(name) for name in names]
        self.words = sorted({word for words in by_label for word in words})
        place = {word: i for i, word in enumerate(self.words)}
        self._places = [[place[word] for word in words] for words in by_label]
        shared = np.bincount([i for places in self._places for i in set(places)], minlength=len(self.words))
        self._rarity = 1 / np.maximum(shared, 1)
        self._remembered: dict[str, NDArray[np.float64]] = {}

    def __call__(self, clean: Sequence[str]) -> NDArray[np.float64]:
        """Text × label × feature of prepared texts.

        Features, each 0–1: all words of the name stand in the text, or begin one of its words; all do in some
        form; the likeness of the best word; the mean likeness, in which a word counts less that several names share;
        all words stand somewhere in the text, inside of other words too (Mac in MacBook); the share that does.
        """
        found = np.array([self._found(text) for text in clean]).reshape(len(clean), len(self.words))
        inside = np.array([[word in text for word in self.words] for text in clean], dtype=np.float64)
        return self.features(found, inside.reshape(found.shape))

    def features(self, found: NDArray[Any], inside: NDArray[Any]) -> NDArray[np.float64]:
        """The same, of how like the best word of each text is to each word of the names, and what stands inside."""
        features = np.zeros((len(found), len(self._places), WRITTEN))
        for label, places in enumerate(self._places):
            if not places:
                continue
            one, rarity = found[:, places], self._rarity[places]
            features[:, label, 0] = (one == 1).all(axis=1)
            features[:, label, 1] = (one > 0).all(axis=1)
            features[:, label, 2] = one.max(axis=1)
            features[:, label, 3] = one @ rarity / rarity.sum()
            features[:, label, 4] = inside[:, places].all(axis=1)
            features[:, label, 5] = inside[:, places] @ rarity / rarity.sum()
        return features

    def _found(self, text: str) -> NDArray[np.float64]:
        """For each word of the names, the likeness of the word of the text that is most like it."""
        words = [self.likeness_of(word) for word in set(_WORD.findall(text))]
        return np.max([np.zeros(len(self.words)), *words], axis=0)

    def likeness_of(self, word: str) -> NDArray[np.float64]:
        """How much a word is like each word of the names."""
        known = self._remembered.get(word)
        if known is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            known = self._remembered[word] = np.array([likeness(word, other) for other in self.words])
        return known
