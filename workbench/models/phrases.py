"""What people talk about, in their words: key phrases by topic, and posts that stand for the rest."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.decomposition import non_negative_factorization
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer
from sklearn.preprocessing import normalize

from workbench.errors import WorkbenchError
from workbench.models.features import without_names

# fmt: off
# Stop words elsewhere; here they turn the meaning of a phrase, but are none by themselves.
TURNING = {
    "no", "not", "never", "nothing", "without", "cannot", "cant", "couldnt", "dont", "doesnt", "didnt",
    "isnt", "wasnt", "wont", "off", "down", "out", "back",
}
_CHATTER = {
    "just", "really", "got", "get", "gets", "getting", "going", "like", "know", "did", "does", "way",
    "lot", "thing", "things", "please", "let", "im", "ive", "ill", "youre", "youve", "thats", "theyre", "theyve",
    "weve", "hes", "shes", "theres", "amp", "rt",
}
# fmt: on
STOP_WORDS = sorted((ENGLISH_STOP_WORDS - TURNING) | _CHATTER)
# Letters: numbers and single letters say nothing by themselves.
WORD = r"[^\W\d_]\w+"
APOSTROPHES = str.maketrans("", "", "'’")
_MOST_GRAMS = 20_000
# Cosine from which a text is about a topic: a word or two in common.
_ALIKE = 0.1
# More posts do not change the picture, only the wait.
_MOST_TEXTS = 20_000
# Real posts settle within fifty.
_ROUNDS = 100


@dataclass(frozen=True)
class Topic:
    """Phrases that occur together, weightiest first, and the posts that are mostly about them."""

    phrases: tuple[str, ...]
    texts: int
    share: float


def key_phrases(texts: Sequence[str], n_topics: int = 5, n_phrases: int = 6, seed: int = 0) -> list[Topic]:
    """Topics of the texts, commonest first.

    Parameters
    ----------
    texts
        Masked texts; masks, accounts and links are not looked at.
    n_topics, n_phrases
        Most topics, and most phrases of each.
    seed
        The same seed and texts give the same topics.

    Returns
    -------
    Fewer topics where the texts do not hold so many; ``share`` is of all texts given (at most
    20,000 are read, drawn by the seed). A text that has little in common with any has no topic.

    Notes
    -----
    Non-negative matrix factorisation of TF-IDF (Lee and Seung 1999). Stop words are left
    out before phrases are formed: "waste of time" is said as "waste time".

    Examples
    --------
    >>> texts = ["late flight again", "a late flight", "rude crew", "such a rude crew"]
    >>> [topic.phrases for topic in key_phrases(texts, n_topics=2, n_phrases=1)]
    [('late flight',), ('rude crew',)]
    """
    weights, grams = _weights([texts[i] for i in _drawn(len(texts), seed)], longest=3, in_texts=2)
    telling = [i for i, gram in enumerate(grams) if gram not in TURNING]
    weights, grams = weights[:, telling], grams[telling]
    n_topics = min(n_topics, *weights.shape)
    if n_topics < 1:
        return []
    strengths = _factors(weights, n_topics, seed)
    likeness = weights @ normalize(strengths).T
    main = np.where(likeness.max(axis=1) >= _ALIKE, likeness.argmax(axis=1), -1)
    # Topics of the same phrases are one, in whatever order the factors weigh them.
    found: dict[frozenset[str], tuple[tuple[str, ...], NDArray[np.bool_]]] = {}
    for number, row in enumerate(strengths):
        phrases, is_about = _phrases(row, grams, n_phrases), main == number
        first, others = found.get(frozenset(phrases), (phrases, np.zeros_like(is_about)))
        found[frozenset(phrases)] = first, is_about | others
    topics = [Topic(phrases, int(about.sum()), float(about.mean())) for phrases, about in found.values()]
    return sorted((topic for topic in topics if topic.texts), key=lambda topic: (-topic.texts, topic.phrases))


def representative(texts: Sequence[str], k: int, seed: int = 0) -> list[int]:
    """Places of up to `k` texts that stand for the others, the one that stands for most first.

    The medoids of `k` clusters: each is a real text, the most typical of its cluster.
    `represented_shares` says how many each stands for.

    Raises
    ------
    WorkbenchError
        `k` is less than 1.

    Examples
    --------
    >>> texts = ["late flight", "my late flight", "late flight again", "rude crew", "a rude crew"]
    >>> picked = representative(texts, 2)
    >>> [texts[i] for i in picked], represented_shares(texts, picked)
    (['late flight', 'rude crew'], [0.6, 0.4])
    """
    if k < 1:
        raise WorkbenchError(f"{k} texts cannot stand for the others; ask for at least 1.")
    drawn = _drawn(len(texts), seed)
    weights, _ = _weights([texts[i] for i in drawn], longest=2)
    rows, times = _distinct(weights)
    if not rows:
        return []
    weights = weights[rows]
    clusters = KMeans(min(k, len(rows)), n_init=3, random_state=seed).fit(weights, sample_weight=times)
    nearness = (weights @ clusters.cluster_centers_.T)[np.arange(len(rows)), clusters.labels_]
    size = np.bincount(clusters.labels_, weights=times)
    medoids = [
        int(max(np.flatnonzero(clusters.labels_ == i), key=nearness.__getitem__)) for i in range(len(size))
    ]
    return [int(drawn[rows[medoids[i]]]) for i in np.argsort(-size, kind="stable")]


def represented_shares(texts: Sequence[str], picked: Sequence[int]) -> list[float]:
    """Share of the texts that is nearest to each picked one; texts like none of them count for none."""
    if not len(picked):
        return []
    weights, _ = _weights(texts, longest=2)
    nearness = (weights @ weights[list(picked)].T).toarray()
    nearest = np.where(nearness.max(axis=1) > 0, nearness.argmax(axis=1), -1)
    return [float(np.mean(nearest == i)) for i in range(len(picked))]


def _drawn(count: int, seed: int) -> NDArray[np.int64]:
    """Places of all texts, or of so many at random as are read."""
    if count <= _MOST_TEXTS:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, _MOST_TEXTS, replace=False))


def _weights(
    texts: Sequence[str], longest: int, in_texts: int = 1
) -> tuple[sparse.csr_matrix, NDArray[np.str_]]:
    """TF-IDF of phrases up to so many words that occur in at least so many texts; stop words are left out."""
    vectorizer = TfidfVectorizer(
        ngram_range=(1, longest),
        token_pattern=WORD,
        stop_words=STOP_WORDS,
        min_df=in_texts,
        max_features=_MOST_GRAMS,
        sublinear_tf=True,
    )
    try:
        weights = vectorizer.fit_transform([without_names(text).translate(APOSTROPHES) for text in texts])
    except ValueError:  # scikit-learn's answer where no phrase is left
        return sparse.csr_matrix((len(texts), 0)), np.array([], dtype=str)
    return weights, vectorizer.get_feature_names_out()


def _factors(weights: sparse.csr_matrix, count: int, seed: int) -> NDArray[np.float64]:
    """How strongly each phrase belongs to each topic: topic × phrase.

    Posts of a few kinds are factored without a remainder, often by the start already. scikit-learn's `NMF`
    then takes the root of a remainder that rounding made negative, and waits for changes that are nothing
    but rounding to become a thousandth of themselves. So: no remainder, which nobody reads, and a fixed
    number of rounds.
    """
    return non_negative_factorization(
        weights, n_components=count, init="nndsvda", random_state=seed, max_iter=_ROUNDS, tol=0
    )[1]


def _distinct(weights: sparse.csr_matrix) -> tuple[list[int], NDArray[np.float64]]:
    """First row of every kind of text, and how often it occurs; texts without a phrase are left out."""
    times: dict[bytes, list[int]] = {}
    for row in np.flatnonzero(np.diff(weights.indptr)):
        part = slice(weights.indptr[row], weights.indptr[row + 1])
        order = np.argsort(weights.indices[part])
        key = weights.indices[part][order].tobytes() + weights.data[part][order].tobytes()
        times.setdefault(key, []).append(int(row))
    return [rows[0] for rows in times.values()], np.array(
        [len(rows) for rows in times.values()], dtype=np.float64
    )


def _phrases(strengths: NDArray[np.float64], grams: NDArray[np.str_], count: int) -> tuple[str, ...]:
    """The strongest phrases, each mostly of words that were not said before.

    A phrase counts by its words, or its single words, which occur at least as often, would always win.
    """
    counted = strengths * np.array([gram.count(" ") + 1 for gram in grams])
    ranked = sorted(np.flatnonzero(counted), key=lambda i: (-round(float(counted[i]), 6), grams[i]))
    chosen: list[str] = []
    said: set[str] = set()
    for words in (str(grams[i]).split() for i in ranked):
        if len(chosen) == count:
            break
        if len(said.intersection(words)) < len(words) / 2:
            chosen.append(" ".join(words))
            said.update(words)
    return tuple(chosen)
