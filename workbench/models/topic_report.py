"""Topics of the lake: drawn, told how long it takes, found, laid beside the taxonomy and over time."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.errors import WorkbenchError
from workbench.models.classification import read_texts
from workbench.models.embeddings import MISSING, Embedder, load_embedder
from workbench.models.lake_labels import NONE, NOT
from workbench.models.topic_history import topic_history
from workbench.models.topic_taxonomy import by_labels, by_meaning
from workbench.models.topic_words import spoken
from workbench.models.topics import FEWEST, find_topics
from workbench.models.training_plan import in_words
from workbench.settings import Settings
from workbench.statistics.mentions import earned, with_columns_checked
from workbench.store.frames import in_memory
from workbench.store.lake import Lake
from workbench.tables.strategies import ESTIMATION, in_sql

MOST_POSTS = 5_000
# Measured on one thread of a plain machine: what compiling takes, and each post.
_SECONDS_AT_ONCE, _SECONDS_A_POST = 20.0, 0.005
_TIMED = 32
_NO_LABELS = ("irrelevant", "mixed", "cannot_tell", NONE)

Progress = Callable[[float, str], None]


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
    progress: Progress = lambda done, what: None,
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
        Fewer than 50 posts, or the extra `models` is not installed.
    """
    embed = load_embedder(settings.embeddings)
    if embed is None:
        raise WorkbenchError(f"topics need sentence embeddings, and {MISSING}.")
    found_posts = _mentioning(mentions, brand, first_day, last_day, period)
    language = language or _most_common(found_posts["language"])
    own = found_posts[found_posts["language"] == language] if language else found_posts
    posts = _drawn(lake, own, most, seed)
    names = [*settings.brands, *(word for one in settings.brands.values() for word in one.keywords)]
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
    table = table.merge(by_labels(found, _labels(lake, task, posts)), on="topic")
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


def _mentioning(mentions: Any, brand: str, first_day: str, last_day: str, period: str) -> pd.DataFrame:
    """Relevant, earned posts, each once, in the order of post_id: ``post_id``, ``language``, the period."""
    needed = ["post_id", "brand", "day", "language", period]
    frame = with_columns_checked(nw.from_native(earned(mentions)), needed)
    for given, wanted in (
        (brand, nw.col("brand") == brand),
        (first_day, nw.col("day") >= first_day),
        (last_day, nw.col("day") <= last_day),
    ):
        if given:
            frame = frame.filter(wanted)
    columns = list(dict.fromkeys(["post_id", "language", period]))
    found = in_memory(frame.select(columns).to_native()).drop_duplicates("post_id")
    return found.sort_values("post_id", ignore_index=True)


def _most_common(languages: pd.Series) -> str:
    """Empty where none is known."""
    counts = languages.dropna().value_counts()
    return str(counts.index[0]) if len(counts) else ""


def _drawn(lake: Lake, posts: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """At most so many of the posts, at random, with their texts."""
    if len(posts) < FEWEST:
        raise WorkbenchError(
            f"{len(posts)} posts hold no topics: {FEWEST} are needed. Name another brand or a longer time."
        )
    places = np.random.default_rng(seed).permutation(len(posts))[:most]
    drawn = posts.iloc[np.sort(places)]
    wanted = pa.table({"post_id": pa.array(drawn["post_id"], pa.string())})
    read = lake.read("posts", ["post_id", "text", "media"]).join(wanted, "post_id", join_type="left semi")
    texts = pd.DataFrame({"post_id": read["post_id"].to_pylist(), "text": read_texts(read)})
    return drawn.merge(texts, on="post_id").sort_values("post_id", ignore_index=True)


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


def _labels(lake: Lake, task: str, posts: pd.DataFrame) -> pd.DataFrame:
    """Labels of these posts that were drawn at random: place of the post, label, weight."""
    where = f"task = '{task}' AND strategy IN {in_sql(ESTIMATION)} AND inclusion_probability IS NOT NULL"
    columns = ["post_id", "annotator", "label", "labelled_at", "inclusion_probability"]
    labels = lake.read("labels", columns, where=where).to_pandas()
    latest = labels.groupby(["post_id", "annotator"], dropna=False)["labelled_at"].transform("max")
    labels = labels[labels["labelled_at"] == latest].drop_duplicates(["post_id", "label"])
    is_label = ~labels["label"].str.startswith(NOT) & ~labels["label"].isin(_NO_LABELS)
    places = pd.DataFrame({"post_id": posts["post_id"], "post": np.arange(len(posts))})
    own = labels[is_label].merge(places, on="post_id")
    return own.assign(weight=1 / own["inclusion_probability"].astype(float))[["post", "label", "weight"]]


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rounded = frame.round(4).astype(object)
    return [
        {str(name): value for name, value in row.items()}
        for row in rounded.where(rounded.notna(), None).to_dict("records")
    ]
