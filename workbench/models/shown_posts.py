"""Posts that show a finding: quoted where their platform allows it, else only counted."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

SHOWN = 5


@dataclass
class ShownPosts:
    """Posts by what they show."""

    quotable: Collection[str]
    """Platforms whose policy allows quotation."""
    posts: list[dict[str, Any]] = field(default_factory=list)
    """``shows``, ``post_id``, ``platform`` and the masked ``text`` of each."""
    not_quoted: dict[str, int] = field(default_factory=dict)
    """How many more there are that may not be quoted, by what they show."""

    def add(self, shows: str, posts: pd.DataFrame, count: int = SHOWN) -> None:
        """The first of these posts that may be quoted; of as many that come first, the others are counted.

        Examples
        --------
        >>> shown = ShownPosts(["x"])
        >>> posts = pd.DataFrame({"post_id": ["a", "b"], "platform": ["x", "forum"], "text": ["one", "two"]})
        >>> shown.add("a change", posts)
        >>> [post["text"] for post in shown.posts], shown.not_quoted
        (['one'], {'a change': 1})
        """
        first = posts.drop_duplicates("post_id").head(count)
        may = first["platform"].isin(list(self.quotable))
        self.posts += [
            {"shows": shows, **{str(name): value for name, value in row.items()}}
            for row in first.loc[may, ["post_id", "platform", "text"]].to_dict("records")
        ]
        if not may.all():
            self.not_quoted[shows] = int((~may).sum())
