"""Posts in which topics are looked for: drawn from the lake, with their texts and what people said of them."""

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.models.days import day_named
from workbench.models.lake_labels import NONE, NOT
from workbench.models.posts_read import posts_read
from workbench.models.topics import FEWEST
from workbench.statistics.mentions import earned, with_columns_checked
from workbench.store.frames import in_memory
from workbench.store.lake import Lake
from workbench.store.latest_judgements import drawn_judgements, with_answered_chances

PERIODS = ("day", "week", "month")
# Answers that judge nothing.
_NO_JUDGEMENT = ("irrelevant", "cannot_tell")


def posts_about(mentions: Any, brand: str, first_day: str, last_day: str, period: str) -> pd.DataFrame:
    """Relevant, earned posts, each once, in the order of post_id: ``post_id``, ``language``, the period.

    Raises
    ------
    WorkbenchError
        A day is no date, or the period none of day, week and month.
    """
    if period not in PERIODS:
        raise WorkbenchError(f"'{period}' is no period of topics. Expected one of {', '.join(PERIODS)}.")
    frame = with_columns_checked(
        nw.from_native(earned(mentions)), ["post_id", "brand", "day", "language", period]
    )
    if brand:
        frame = frame.filter(nw.col("brand") == brand)
    if first_day:
        frame = frame.filter(nw.col("day") >= day_named(first_day).isoformat())
    if last_day:
        frame = frame.filter(nw.col("day") <= day_named(last_day).isoformat())
    found = in_memory(frame.select("post_id", "language", period).to_native()).drop_duplicates("post_id")
    return found.sort_values("post_id", ignore_index=True)


def commonest_language(languages: pd.Series) -> str:
    """Of most posts; empty where none is known.

    Examples
    --------
    >>> commonest_language(pd.Series(["en", None, "de", "en"]))
    'en'
    """
    counts = languages.dropna().value_counts()
    return str(counts.index[0]) if len(counts) else ""


def drawn_posts(lake: Lake, posts: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """At most so many of the posts, at random, with their masked texts.

    Raises
    ------
    WorkbenchError
        Fewer than 50, or fewer are wanted.
    """
    if most < FEWEST:
        raise WorkbenchError(f"{most} posts hold no topics: {FEWEST} are needed. Let more be read.")
    if len(posts) < FEWEST:
        raise WorkbenchError(
            f"{len(posts)} posts hold no topics: {FEWEST} are needed. Name another brand or language, or a longer time."
        )
    places = np.random.default_rng(seed).permutation(len(posts))[:most]
    drawn = posts.iloc[np.sort(places)]
    return drawn.merge(posts_read(lake, drawn["post_id"]), on="post_id").sort_values(
        "post_id", ignore_index=True
    )


def answers_of_people(lake: Lake, task: str, identities: Sequence[str]) -> pd.DataFrame:
    """What people said of these posts where they were drawn at random, see `by_labels`; each person's latest."""
    labels = with_answered_chances(lake, task, drawn_judgements(lake, task))
    labels = labels[~labels["label"].isin(_NO_JUDGEMENT)]
    places = pd.DataFrame({"post_id": list(identities), "post": np.arange(len(identities))})
    own = labels.merge(places, on="post_id")
    holds = ~own["label"].str.startswith(NOT) & (own["label"] != NONE)
    own = own.assign(
        person=own["annotator"].fillna(""),
        label=own["label"].where(holds),
        weight=1 / own["inclusion_probability"].astype(float),
    )
    return own[["post", "person", "label", "weight"]].drop_duplicates(["post", "person", "label"])
