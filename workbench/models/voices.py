"""What people say of a brand in a week: the texts, some that stand for them, and what they speak of."""

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from workbench.models.phrases import key_phrases, representative
from workbench.models.topic_words import spoken
from workbench.statistics.mentions import earned
from workbench.store.frames import in_memory

_PHRASES_OF_A_TOPIC = 4


def texts_of(mentions: Any, brand: str, week: str, sentiment: str) -> pd.DataFrame:
    """Masked texts of a brand's relevant, earned mentions of a week that the model reads as such.

    Parameters
    ----------
    mentions
        Mention frame.
    brand, week, sentiment
        Name of the brand, label of the week, and what the model reads: negative, neutral or positive.

    Returns
    -------
    Columns ``post_id``, ``platform``, ``text``, ``week``, in the order of ``post_id``.
    """
    wanted = nw.from_native(mentions).filter(
        nw.col("brand") == brand, nw.col("week") == week, nw.col("sentiment") == sentiment
    )
    texts = nw.from_native(earned(wanted)).select("post_id", "platform", "text", "week")
    return in_memory(texts).sort_values("post_id", ignore_index=True)


def voices_of(texts: pd.DataFrame, quotable: Sequence[str], count: int) -> pd.DataFrame:
    """Posts picked to represent the others: the middle ones of as many groups of like posts.

    Posts of platforms that may not be quoted come after them, only to be counted.

    Examples
    --------
    >>> texts = pd.DataFrame({"platform": ["x", "x", "forum"], "text": ["late flight", "a late flight", "rude"]})
    >>> voices_of(texts, quotable=["x"], count=1)
      platform         text
    0        x  late flight
    1    forum         rude
    """
    is_quotable = texts["platform"].isin(quotable)
    chosen = texts[is_quotable].reset_index(drop=True)
    picked = chosen.iloc[representative(list(chosen["text"]), count)]
    return pd.concat([picked, texts[~is_quotable]], ignore_index=True)


def topics_of(texts: Sequence[str], brands: Sequence[str], count: int) -> pd.DataFrame:
    """Key phrases of the texts by topic, with the number of posts of the topic: phrase, posts.

    Examples
    --------
    >>> topics_of(["Acme: late flight", "late flight with ACME", "flight late, Acme"], ["Acme"], count=1)
            phrase  posts
    0  late flight      3
    """
    # Everybody names the brand: it tells no topic from another.
    topics = key_phrases([spoken(text, brands) for text in texts], count, _PHRASES_OF_A_TOPIC)
    return pd.DataFrame(
        [(", ".join(topic.phrases), topic.texts) for topic in topics], columns=["phrase", "posts"]
    )
