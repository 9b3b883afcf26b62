"""Topics of the lake: drawn, told how long it takes, found, laid beside the taxonomy and over time."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError, one_of
from workbench.models.embeddings import MISSING, Embedder, load_embedder
from workbench.models.topic_history import growth_sentence, percent, topic_history
from workbench.models.topic_posts import answers_of_people, commonest_language, drawn_posts, posts_about
from workbench.models.topic_taxonomy import by_labels, by_meaning
from workbench.models.topic_words import spoken
from workbench.models.topics import find_topics
from workbench.models.training_plan import in_words
from workbench.progress import Progress, silent
from workbench.settings import Settings
from workbench.store.frames import in_memory
from workbench.store.lake import Lake

MOST_POSTS = 5_000
# Measured on one thread of a plain machine: what compiling takes, and each post.
_SECONDS_AT_ONCE, _SECONDS_A_POST = 20.0, 0.005
_TIMED = 32


@dataclass(frozen=True)
class TopicReport:
    """Topics of the lake.

    Parameters
    ----------
    topics
        One row a topic: as `Topics.table`, with the columns of `by_meaning` and `by_labels`.
    history
        See `topic_history`.
    outlier_share
        Share of the posts that belong to no topic.
    posts, of
        How many posts were read, and of how many in their language.
    language, other_languages
        The language of the posts, and how many posts of others are left out: the embeddings would part posts by
        language before anything else.
    budget
        What it was said to take, in words.
    """

    topics: pd.DataFrame
    history: pd.DataFrame
    outlier_share: float
    posts: int
    of: int
    language: str
    other_languages: int
    budget: str

    def sentences(self) -> list[str]:
        """What was found, in words: the largest topic, the one that grows, and how many posts belong to none."""
        none = f"{percent(self.outlier_share)} of the {self.posts:,} posts read belong to no topic."
        if self.topics.empty:
            return ["No topic was found.", none]
        first = self.topics.iloc[0]
        most = f"Most is written about '{first['words']}': {percent(first['share'])} of the posts."
        return [most, growth_sentence(self.history), none]

    def told(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "posts": self.posts,
            "of": self.of,
            "language": self.language,
            "other_languages": self.other_languages,
            "outlier_share": round(self.outlier_share, 4),
            "budget": self.budget,
            "topics": _rows(self.topics),
            "history": _rows(self.history),
        }


def report_topics(
    settings: Settings,
    lake: Lake,
    mentions: Any,
    *,
    task: str = "intents",
    meanings: Mapping[str, str] | None = None,
    brand: str = "",
    first_day: str = "",
    last_day: str = "",
    language: str = "",
    period: str = "month",
    most: int = MOST_POSTS,
    seed: int = 0,
    progress: Progress = silent,
) -> TopicReport:
    """What the relevant, earned posts of a brand, or of all, are about.

    Parameters
    ----------
    settings, lake, mentions
        Of the workbench; the mention frame of any engine.
    task, meanings
        Whose labels the topics are laid beside, and what these mean (see `workbench.labels.taxonomy.taxonomy`).
    brand, first_day, last_day
        Which posts; empty: all.
    language
        Of the posts; empty: that of most.
    period
        day, week or month.
    most
        At most so many posts, drawn at random.
    seed
        The same seed and posts give the same topics.
    progress
        Told first how long it will take on this machine, and then how far it is.

    Raises
    ------
    WorkbenchError
        Fewer than 50 posts, a day or period that is none, or the extra `models` is not installed.
    """
    embed = load_embedder(settings.embeddings)
    if embed is None:
        raise WorkbenchError(f"topics need sentence embeddings, and {MISSING}.")
    spoken_of = in_memory(nw.from_native(mentions).select("brand").unique())["brand"].dropna()
    brands = dict.fromkeys([*settings.brands, *sorted(spoken_of)])
    if brand:
        one_of(brand, brands, "brand")
    found_posts = posts_about(mentions, brand, first_day, last_day, period)
    language = language or commonest_language(found_posts["language"])
    own = found_posts[found_posts["language"] == language] if language else found_posts
    posts = drawn_posts(lake, own, most, seed)
    names = [*brands, *(word for one in settings.brands.values() for word in one.keywords)]
    # Whoever names a brand is near to all who do, whatever the post is about.
    clean = [spoken(text, names).lower() for text in posts["text"]]
    budget = f"{in_words(_seconds(embed, clean))} on this machine: {len(posts):,} posts"
    progress(0.0, budget)
    vectors = _embedded(embed, clean, progress)
    found = find_topics(
        list(posts["text"]),
        vectors,
        names=names,
        seed=seed,
        progress=lambda done, what: progress(0.6 + 0.4 * done, what),
    )
    table = found.table.merge(by_meaning(found, meanings or {}, embed), on="topic")
    table = table.merge(by_labels(found, answers_of_people(lake, task, list(posts["post_id"]))), on="topic")
    history = topic_history(found, posts[period], is_sample=len(posts) < len(own))
    return TopicReport(
        topics=table,
        history=history,
        outlier_share=found.outlier_share,
        posts=len(posts),
        of=len(own),
        language=language,
        other_languages=len(found_posts) - len(own),
        budget=budget,
    )


def _seconds(embed: Embedder, texts: Sequence[str]) -> float:
    """What it will take, by what some of the texts took."""
    embed(texts[:1])  # loads it
    start = time.perf_counter()
    embed(texts[:_TIMED])
    a_text = (time.perf_counter() - start) / min(_TIMED, len(texts))
    return _SECONDS_AT_ONCE + len(texts) * (a_text + _SECONDS_A_POST)


def _embedded(embed: Embedder, texts: Sequence[str], progress: Progress) -> np.ndarray:
    step = 256
    parts = []
    for start in range(0, len(texts), step):
        progress(0.6 * start / len(texts), "reading the posts")
        parts.append(embed(texts[start : start + step]))
    return np.vstack(parts)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rounded = frame.round(4).astype(object)
    return [
        {str(name): value for name, value in row.items()}
        for row in rounded.where(rounded.notna(), None).to_dict("records")
    ]
