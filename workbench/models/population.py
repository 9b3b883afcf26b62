"""Do people write otherwise than before? Posts of two times, laid beside each other as vectors."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.models.embeddings import Embedder
from workbench.models.post_vectors import post_vectors
from workbench.models.two_samples import tell_apart
from workbench.statistics.intervals import Floats

POSTS = 500
# Times always differ a little, and what can hardly be told apart changes nothing.
LEAST_AUC = 0.55


@dataclass(frozen=True)
class PopulationChange:
    """How far posts of now can be told from those of the reference.

    Parameters
    ----------
    auc, p_value
        See `workbench.models.two_samples.ToldApart`.
    is_alarm
        Is it certain, and more than a little?
    posts
        How many of each time were compared: ``reference``, ``now``.
    vectors
        What they were compared by.
    now
        The posts of now that were compared, with ``score``: the higher, the more of now.
    """

    auc: float
    p_value: float
    is_alarm: bool
    posts: dict[str, int]
    vectors: str
    now: pd.DataFrame

    def told(self) -> dict[str, Any]:
        """As a job tells it."""
        return {
            "auc": round(self.auc, 4),
            "p_value": self.p_value,
            "is_alarm": self.is_alarm,
            "posts": self.posts,
            "vectors": self.vectors,
        }


def draw_one_an_author(mentions: pd.DataFrame, posts: int, seed: int) -> pd.DataFrame:
    """Posts of both times at random, one of each author: who writes much, and much alike, is one person.

    Parameters
    ----------
    mentions
        ``post_id``, ``author`` and ``time`` (reference, now).
    posts
        At most so many of each time.
    seed
        Of the draw.

    Examples
    --------
    >>> mentions = pd.DataFrame({"post_id": list("abcd"), "author": ["ann", "ann", "bob", None], "time": "now"})
    >>> len(draw_one_an_author(mentions, 10, seed=0))
    3
    """
    each = mentions.drop_duplicates("post_id").sort_values("post_id", ignore_index=True)
    drawn = each.iloc[np.random.default_rng(seed).permutation(len(each))]
    author = drawn["author"].where(drawn["author"].notna(), drawn["post_id"])
    drawn = drawn[~author.duplicated()]
    return drawn.groupby("time").head(posts).sort_values("post_id", ignore_index=True)


def population_change(
    drawn: pd.DataFrame,
    embed: Embedder | None,
    *,
    alarm_chance: float = 0.01,
    least_auc: float = LEAST_AUC,
    permutations: int = 999,
    seed: int = 0,
) -> PopulationChange:
    """Compare what is written now with what was written in the reference.

    Parameters
    ----------
    drawn
        As of `draw_one_an_author`, with ``text``.
    embed
        See `post_vectors`.
    alarm_chance
        Chance of a false alarm, of each look.
    least_auc
        What is told apart worse is no alarm, however certain.
    permutations, seed
        See `tell_apart`.

    Raises
    ------
    WorkbenchError
        Fewer than 20 posts in one of the times.
    """
    vectors = post_vectors(list(drawn["text"]), embed, seed)
    is_now = (drawn["time"] == "now").to_numpy()
    found = tell_apart(vectors[~is_now], vectors[is_now], permutations=permutations, seed=seed)
    scores: Floats = found.scores
    return PopulationChange(
        auc=found.auc,
        p_value=found.p_value,
        is_alarm=found.p_value <= alarm_chance and found.auc >= least_auc,
        posts={"reference": int((~is_now).sum()), "now": int(is_now.sum())},
        vectors=embed.name if embed is not None else "TF-IDF of words",
        now=drawn[is_now].assign(score=scores).sort_values("score", ascending=False, ignore_index=True),
    )
