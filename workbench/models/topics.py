"""What people write about, found without being told: BERTopic on our embeddings, the same topics at every run.

Many posts belong to no topic. Their share stands beside every figure: a topic's share is of all posts.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer
from threadpoolctl import threadpool_limits

from workbench.errors import WorkbenchError
from workbench.models.embeddings import MISSING
from workbench.models.topic_words import APOSTROPHES, TURNING, WORD, spoken, stop_words
from workbench.progress import Progress, silent

FEWEST = 50
OUTLIER = -1
# A topic of fewer posts is an accident; of a hundredth of them, it is one that somebody can look at.
_FEWEST_OF_A_TOPIC, _PART_OF_A_TOPIC = 10, 0.01
# What most posts have in common is no topic: a larger one is parted, or its posts belong to none.
_LARGEST = 1 / 3
_WORDS = 4
_NEIGHBOURS, _DIMENSIONS = 15, 5


@dataclass(frozen=True)
class Topics:
    """Topics of some posts.

    Parameters
    ----------
    table
        One row a topic, largest first: ``topic`` (its number), ``words``, ``posts``, ``share`` (of all posts) and
        ``outlier_share``.
    of_post
        Number of the topic of each post, −1 where it belongs to none.
    centres
        Mean vector of each topic, of length 1.
    """

    table: pd.DataFrame
    of_post: NDArray[np.int64]
    centres: NDArray[np.float64]

    @property
    def outlier_share(self) -> float:
        """Share of the posts that belong to no topic."""
        return float((self.of_post == OUTLIER).mean())


def find_topics(
    texts: Sequence[str],
    vectors: NDArray[np.floating],
    *,
    names: Sequence[str] = (),
    seed: int = 0,
    progress: Progress = silent,
) -> Topics:
    """Topics of masked texts.

    Parameters
    ----------
    texts, vectors
        The texts and their embeddings. The same texts in another order may be parted otherwise: sort them.
    names
        Of brands, which everybody writes and which tell no topic from another.
    seed
        The same seed and texts give the same topics.
    progress
        Told how far it is.

    Raises
    ------
    WorkbenchError
        Fewer than 50 texts with words of their own, or the extra `models` is not installed.

    Notes
    -----
    Grootendorst 2022, BERTopic, arXiv:2203.05794: UMAP on one thread, HDBSCAN, words by c-TF-IDF. A text that holds
    nothing but names and the commonest words belongs to no topic.
    """
    if find_spec("bertopic") is None:
        raise WorkbenchError(f"topics need BERTopic, and {MISSING}.")
    clean = [spoken(text, names).translate(APOSTROPHES) for text in texts]
    words = CountVectorizer(ngram_range=(1, 2), token_pattern=WORD, stop_words=stop_words(clean))
    words_of = words.build_analyzer()
    tells = np.array([bool(words_of(text)) for text in clean], dtype=bool)
    if tells.sum() < FEWEST:
        raise WorkbenchError(
            f"{tells.sum()} posts with words of their own hold no topics: {FEWEST} are needed. Take a longer time."
        )
    with _quiet(), threadpool_limits(1):
        progress(0.0, "learning the shape of the posts")
        model = _model(int(tells.sum()), words, seed)
        found, _ = model.fit_transform(
            [text for text, one in zip(clean, tells, strict=True) if one],
            embeddings=np.asarray(vectors, dtype=np.float32)[tells],
        )
    of_post = np.full(len(texts), OUTLIER, dtype=np.int64)
    of_post[tells] = found
    progress(1.0, "topics found")
    return _topics(model, of_post, vectors)


def _topics(model: Any, of_post: NDArray[np.int64], vectors: NDArray[np.floating]) -> Topics:
    numbers = sorted(set(of_post.tolist()) - {OUTLIER})
    counts = [int((of_post == number).sum()) for number in numbers]
    table = pd.DataFrame(
        {
            "topic": pd.Series(numbers, dtype="int64"),
            "words": pd.Series([_words(model.get_topic(number)) for number in numbers], dtype="str"),
            "posts": pd.Series(counts, dtype="int64"),
            "share": pd.Series(counts, dtype=float) / len(of_post),
            "outlier_share": float((of_post == OUTLIER).mean()),
        }
    )
    means = [np.asarray(vectors)[of_post == number].mean(axis=0) for number in numbers]
    centres = np.array(means, dtype=np.float64).reshape(len(numbers), np.asarray(vectors).shape[1])
    return Topics(table, of_post, centres / np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-12))


def _words(weighed: Sequence[tuple[str, float]]) -> str:
    """The words that tell a topic, each once; "not" and its like tell none by themselves.

    Examples
    --------
    >>> _words([("not", 1.0), ("late flight", 0.9), ("flight", 0.8), ("late crew", 0.7), ("crew", 0.5), ("", 0.0)])
    'late flight, crew'
    """
    chosen: list[str] = []
    for gram, _ in weighed:
        said = {word for one in chosen for word in one.split()}
        if gram and gram not in TURNING and said.isdisjoint(gram.split()) and len(chosen) < _WORDS:
            chosen.append(gram)
    return ", ".join(chosen)


def _model(count: int, words: CountVectorizer, seed: int) -> Any:
    from bertopic import BERTopic
    from hdbscan import HDBSCAN
    from umap import UMAP

    return BERTopic(
        language="multilingual",  # or it takes all letters but A to Z out of the words
        # One thread: several give other topics at every run.
        umap_model=UMAP(
            n_neighbors=_NEIGHBOURS,
            n_components=_DIMENSIONS,
            min_dist=0.0,
            metric="cosine",
            random_state=seed,
            n_jobs=1,
        ),
        hdbscan_model=HDBSCAN(
            min_cluster_size=max(_FEWEST_OF_A_TOPIC, int(_PART_OF_A_TOPIC * count)),
            cluster_selection_method="eom",
            max_cluster_size=max(int(_LARGEST * count), 2 * _FEWEST_OF_A_TOPIC),
            core_dist_n_jobs=1,
        ),
        vectorizer_model=words,
        calculate_probabilities=False,
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what BERTopic's libraries say of themselves, whatever one does."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Tensorflow not installed", ImportWarning)
        yield
