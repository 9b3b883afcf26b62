"""Who answered whom: the brand's public answers to eligible mentions, and conversations."""

from collections.abc import Sequence

import narwhals as nw
from narwhals.typing import FrameT

from workbench.statistics.mentions import is_eligible
from workbench.store.frames import column_names

CONVERSATION = ("thread_id", "brand", "author")


def public_answers(mentions: FrameT) -> FrameT:
    """The brands' own public posts, each with whom it speaks to.

    Returns
    -------
    Columns ``answer_id``, ``thread_id``, ``brand``, ``answers_post``, ``parent_post`` and
    ``parent_author`` (null where it replies to nothing that was collected), ``answer_epoch``,
    ``answer_text``, and ``answer_local_epoch`` where the mentions have ``local_epoch``.
    """
    parents = mentions.select("brand", answers_post="post_id", parent_post="post_id", parent_author="author")
    local = ["local_epoch"] if "local_epoch" in column_names(mentions) else []
    answers = mentions.filter(nw.col("author_role") == "brand", nw.col("kind") != "direct_message").select(
        "thread_id",
        "brand",
        answer_id="post_id",
        answers_post="in_reply_to",
        answer_epoch="created_epoch",
        answer_text="text",
        **{f"answer_{name}": name for name in local},
    )
    return answers.join(parents, on=["answers_post", "brand"], how="left")


def is_to(post_id: str, author: str) -> nw.Expr:
    """Whether an answer speaks to this post: a reply to it, to its author, or to nobody in particular.

    In a thread of many people an answer to one is no answer to the others.
    """
    return (
        nw.col("parent_post").is_null()
        | (nw.col("parent_post") == nw.col(post_id)).fill_null(False)
        | (nw.col("parent_author") == nw.col(author)).fill_null(False)
    )


def with_first_answer(mentions: FrameT, clocks: Sequence[str] = ("epoch",)) -> FrameT:
    """The eligible mentions, with the time of the brand's first public answer.

    Parameters
    ----------
    mentions
        Mention frame.
    clocks
        "epoch", and "local_epoch" where business hours are wanted.

    Returns
    -------
    The eligible rows with ``answer_epoch`` (seconds, null where there is no answer), and likewise for
    each clock.
    """
    eligible = mentions.filter(is_eligible())
    asked = eligible.select("thread_id", "brand", "post_id", "author", asked_epoch="created_epoch")
    first = (
        asked.join(public_answers(mentions), on=["thread_id", "brand"])
        .filter(nw.col("answer_epoch") >= nw.col("asked_epoch"), is_to("post_id", "author"))
        .group_by("post_id", "brand")
        .agg(*[nw.col(f"answer_{clock}").min() for clock in clocks])
    )
    return eligible.join(first, on=["post_id", "brand"], how="left")


def conversations(eligible: FrameT) -> FrameT:
    """The first eligible mention of each customer to a brand in a thread: a conversation counts once."""
    return eligible.unique(list(CONVERSATION), keep="first", order_by=["created_epoch", "post_id"])
