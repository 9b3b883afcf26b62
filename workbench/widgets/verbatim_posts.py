"""Which posts a reader wants to see, and which may be shown."""

from collections.abc import Collection
from typing import Any, NamedTuple

import narwhals as nw
import pandas as pd

from workbench.statistics.mentions import earned
from workbench.store.frames import in_memory

ANY = ""
# Name of an order: column, and whether its least comes first.
ORDERS = {
    "newest first": ("created_at", False),
    "oldest first": ("created_at", True),
    "model surest first": ("probability", False),
    "model least sure first": ("probability", True),
}
_COLUMNS = ["post_id", "brand", "platform", "day", "week", "created_at", "sentiment", "text"]
_CHANCES = ["negative", "neutral", "positive"]


class Wanted(NamedTuple):
    """What a reader wants to see; empty: whatever it is."""

    sentiment: str = ANY
    platform: str = ANY
    first_week: str = ""
    last_week: str = ""
    words: str = ""
    order: str = "newest first"


def posts_of(mentions: Any, brand: str) -> pd.DataFrame:
    """Relevant, earned mentions of a brand, masked, with how sure the model is of the sentiment it reads.

    Returns
    -------
    ``post_id``, ``brand``, ``platform``, ``day``, ``week``, ``created_at``, ``sentiment``, ``text``, ``probability``
    (missing where no model has read the post).
    """
    of_brand = nw.from_native(earned(mentions)).filter(nw.col("brand") == brand)
    found = in_memory(of_brand.select(*_COLUMNS, *_CHANCES))
    return found[_COLUMNS].assign(probability=found[_CHANCES].max(axis=1))


def chosen(posts: pd.DataFrame, wanted: Wanted, quotable: Collection[str]) -> pd.DataFrame:
    """The posts that are wanted and may be quoted, in the order wanted.

    Words are looked for in any place of the text, in upper or lower case, and all of them must be there.

    Examples
    --------
    >>> posts = pd.DataFrame({"post_id": ["x:1", "x:2"], "platform": "x", "text": ["Late again", "On time"],
    ...     "created_at": ["2026-03-02", "2026-03-03"]})
    >>> chosen(posts, Wanted(words="again LATE"), ["x"])["post_id"].tolist()
    ['x:1']
    """
    found = _like(posts, wanted)
    found = found[found["platform"].isin(list(quotable))]
    text = found["text"].fillna("").str.casefold()
    for word in wanted.words.casefold().split():
        is_there = text.str.contains(word, regex=False)
        found, text = found[is_there], text[is_there]
    column, is_rising = ORDERS[wanted.order]
    # Of posts of one moment always the same comes first, or turning the page would show one twice.
    return found.sort_values([column, "post_id"], ascending=[is_rising, True], ignore_index=True)


def unquoted(posts: pd.DataFrame, wanted: Wanted, quotable: Collection[str]) -> dict[str, int]:
    """How many posts like those wanted, whatever their words, each platform has that allows no quotation."""
    found = _like(posts, wanted)
    found = found[~found["platform"].isin(list(quotable))]
    return {str(name): int(count) for name, count in found["platform"].value_counts().sort_index().items()}


def _like(posts: pd.DataFrame, wanted: Wanted) -> pd.DataFrame:
    """The posts of a sentiment, platform and period."""
    for column, value in (("sentiment", wanted.sentiment), ("platform", wanted.platform)):
        if value:
            posts = posts[posts[column] == value]
    if wanted.first_week:
        posts = posts[posts["week"].between(wanted.first_week, wanted.last_week)]
    return posts
