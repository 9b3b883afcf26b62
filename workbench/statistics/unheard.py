"""Of whom the figures do not speak: languages nobody checked, platforms nothing came from."""

from collections.abc import Collection
from dataclasses import dataclass, field

import narwhals as nw
from narwhals.typing import IntoFrameT

from workbench.statistics.mentions import earned, with_columns_checked
from workbench.store.frames import in_memory


@dataclass(frozen=True)
class Unheard:
    """What is missing from a figure, as far as the data show it.

    Parameters
    ----------
    unread
        Posts by language that the model was not checked in.
    collected
        Platforms that posts came from, the most frequent first.
    missing
        Platforms that the settings declare and no post came from.
    """

    unread: dict[str, int] = field(default_factory=dict)
    collected: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def unheard(
    mentions: IntoFrameT, languages: Collection[str] | None, platforms: Collection[str] = ()
) -> Unheard:
    """Count what the figures of these mentions do not speak for.

    Parameters
    ----------
    mentions
        Mention frame.
    languages
        Languages that the model was checked in; None where it reads all.
    platforms
        Platforms that posts are expected from.

    Raises
    ------
    WorkbenchError
        The mentions lack a column.

    Examples
    --------
    >>> import pandas as pd
    >>> mentions = pd.DataFrame({"post_id": ["x:1", "x:2", "reddit:1"], "platform": ["x", "x", "reddit"]})
    >>> mentions = mentions.assign(language=["en", "de", None], author_role="customer", is_relevant=True)
    >>> unheard(mentions, languages=["en"], platforms=["x", "mastodon"])
    Unheard(unread={'de': 1, 'unknown': 1}, collected=['x', 'reddit'], missing=['mastodon'])
    """
    frame = with_columns_checked(nw.from_native(earned(mentions)), ["post_id", "platform", "language"])
    counted = in_memory(frame.group_by("platform", "language").agg(posts=nw.col("post_id").n_unique()))
    counted["language"] = counted["language"].fillna("unknown")
    by_language, by_platform = (
        # By name first, so that equal counts have one order.
        counted.groupby(name)["posts"].sum().sort_index().sort_values(ascending=False, kind="stable")
        for name in ("language", "platform")
    )
    unread = {
        str(name): int(posts)
        for name, posts in by_language.items()
        if languages is not None and name not in languages
    }
    return Unheard(unread, list(by_platform.index), sorted(set(platforms) - set(by_platform.index)))
