"""What a teacher is asked and what it says: posts without labels, variations of them, and a teacher for every fold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.models.classifier import Classifier
from workbench.models.features import prepared
from workbench.models.text_hashes import fold_of

# A teacher with a transformer reads some hundred posts a second: more posts than these take hours.
MOST_POSTS = 30_000
_MOST_VARIATIONS = 15_000
# With fewer there is nothing to hold out.
FEWEST_POSTS = 10
# Posts are mostly of the kind that will be asked about, variations are not.
_WEIGHT_OF_VARIATIONS = 0.5
_FEWEST_WORDS_OF_A_SPAN = 3
_LEFT_OUT = 0.25
_CHUNK = 1_000


@dataclass(frozen=True)
class Lesson:
    """Posts and variations with what the teacher of each student says of them."""

    clean: list[str]
    """Prepared texts: the posts, then the variations."""
    posts: int
    """Number of posts."""
    fold: NDArray[np.int64]
    """Fold of each post, and of what a variation was made of."""
    taught: list[NDArray[np.float64]]
    """Of each student: the teacher's probabilities, one row a text."""

    @property
    def of_posts(self) -> NDArray[np.float64]:
        """Of each post what the teacher of its fold says: post × label."""
        return np.stack([self.taught[fold][place] for place, fold in enumerate(self.fold[: self.posts])])

    @property
    def weight(self) -> NDArray[np.float64]:
        """How much each text counts."""
        return np.where(np.arange(len(self.clean)) < self.posts, 1.0, _WEIGHT_OF_VARIATIONS)


def drawn(texts: Sequence[str], brands: Sequence[str], seed: int) -> tuple[list[str], list[str]]:
    """Different posts, at most so many at random as a teacher can read.

    Raises
    ------
    WorkbenchError
        Brands do not fit the texts, or there are too few different posts.
    """
    if len(texts) != len(brands):
        raise WorkbenchError(
            f"{len(texts)} texts came with {len(brands)} brands; each text needs one, if only ''."
        )
    first = {prepared(text): place for place, text in reversed(list(enumerate(texts)))}
    first.pop("", None)
    places = np.array(sorted(first.values()), dtype=np.int64)
    if len(places) < FEWEST_POSTS:
        raise WorkbenchError(
            f"a student learns from what its teacher says of posts: it needs {FEWEST_POSTS} different ones at least, "
            f"better thousands, and {len(places)} were given. Bring in more posts; they need no labels."
        )
    if len(places) > MOST_POSTS:
        places = np.sort(np.random.default_rng(seed).choice(places, MOST_POSTS, replace=False))
    return [texts[i] for i in places], [brands[i] for i in places]


def hear(
    teacher: Classifier,
    texts: Sequence[str],
    brands: Sequence[str],
    folds: int,
    seed: int,
    progress: Callable[[float], None],
) -> Lesson:
    """Let the teacher read posts and variations of them.

    Where the teacher has a model for every fold, each student hears its own.
    """
    fold = fold_of([prepared(text) for text in texts], folds)
    made, source = variations(texts, fold, min(3 * len(texts), _MOST_VARIATIONS), seed)
    read = [*texts, *made]
    toward = [*brands, *(brands[i] for i in source)]
    said = _said(teacher, read, toward, folds, progress)
    return Lesson([prepared(text) for text in read], len(texts), np.concatenate([fold, fold[source]]), said)


def folds_of(teacher: Classifier) -> int:
    """Number of models of a teacher of which each has not learned from one part of the texts; else 1."""
    return len(getattr(teacher, "folds", ())) or 1


def variations(
    texts: Sequence[str], fold: NDArray[np.int64], most: int, seed: int
) -> tuple[list[str], NDArray[np.int64]]:
    """Parts of posts, posts with words left out, and beginnings of posts with the ends of others.

    A student that only hears of whole posts must guess which words told the teacher.

    Returns
    -------
    The texts, and the place of the post that each was made of; ends come from posts of the same fold.

    Notes
    -----
    Tang et al. 2019, Distilling task-specific knowledge from BERT into simple neural networks, arXiv 1903.12136.
    """
    random = np.random.default_rng(seed)
    same = {int(number): np.flatnonzero(fold == number) for number in np.unique(fold)}
    made: dict[str, int] = {}
    # Post after post in no order: when there are enough, they are a sample.
    for place in random.permutation(len(texts)):
        if len(made) >= most:
            break
        words, other = texts[place].split(), texts[random.choice(same[int(fold[place])])].split()
        half = (len(words) + 1) // 2
        for found in (
            _span(words, random),
            _thinned(words, random),
            [*words[:half], *other[len(other) // 2 :]],
        ):
            if found and found != words:
                made.setdefault(" ".join(found), int(place))
    return list(made), np.array(list(made.values()), dtype=np.int64)


def _span(words: list[str], random: np.random.Generator) -> list[str]:
    longest = 2 * len(words) // 3
    if longest < _FEWEST_WORDS_OF_A_SPAN:
        return []
    length = int(random.integers(_FEWEST_WORDS_OF_A_SPAN, longest + 1))
    start = int(random.integers(0, len(words) - length + 1))
    return words[start : start + length]


def _thinned(words: list[str], random: np.random.Generator) -> list[str]:
    return [word for word, kept in zip(words, random.random(len(words)) > _LEFT_OUT, strict=True) if kept]


def _said(
    teacher: Classifier,
    texts: Sequence[str],
    brands: Sequence[str],
    folds: int,
    progress: Callable[[float], None],
) -> list[NDArray[np.float64]]:
    chunks = [slice(start, start + _CHUNK) for start in range(0, len(texts), _CHUNK)]
    parts: list[list[NDArray[np.float64]]] = []
    for number, chunk in enumerate(chunks):
        parts.append(_of_chunk(teacher, texts[chunk], brands[chunk]))
        progress((number + 1) / len(chunks))
    said = [np.concatenate(one) for one in zip(*parts, strict=True)]
    return said if len(said) == folds else said * folds


def _of_chunk(teacher: Classifier, texts: Sequence[str], brands: Sequence[str]) -> list[NDArray[np.float64]]:
    if folds_of(teacher) == 1:
        return [teacher.classify(texts, brands)]
    clean = [prepared(text) for text in texts]
    # The models of all folds read the same texts: each is embedded once.
    embedded: dict[str, _Remembered] = {}
    said = []
    for learnt in cast(Any, teacher).folds:
        if learnt.embed is not None:
            embed = embedded.setdefault(learnt.embed.name, _Remembered(learnt.embed))
            learnt = replace(learnt, embed=embed)
        said.append(learnt.probabilities(texts, clean))
    return said


class _Remembered:
    """Sentence embeddings that are made once for each text."""

    def __init__(self, embed: Any):
        self.name = embed.name
        self._embed = embed
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = list(dict.fromkeys(text for text in texts if text not in self._vectors))
        if new or not len(texts):
            vectors = self._embed(new)
            self._vectors.update(zip(new, vectors, strict=True))
            if not len(texts):
                return vectors
        return np.array([self._vectors[text] for text in texts])
