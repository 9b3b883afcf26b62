"""Publicly acknowledged resolution: how many customers say in public that they were helped."""

import narwhals as nw
from narwhals.typing import IntoFrameT

from workbench.statistics.answers import CONVERSATION, conversations, with_first_answer
from workbench.statistics.business_hours import WEEK
from workbench.statistics.measure import Metric, aggregate, measure_frame, with_every_group
from workbench.statistics.mentions import with_columns_checked
from workbench.statistics.wording import is_acknowledging

METRIC = Metric(
    "acknowledged_resolution",
    "share",
    "customer thanks or says that it works, in public, after an answer and within 7 days of asking, "
    "of all eligible conversations; by words; a lower bound",
    horizon_seconds=WEEK,
)


def acknowledged_resolution(
    mentions: IntoFrameT, by: list[str], *, observed_until_epoch: int | None = None
) -> IntoFrameT:
    """Share of eligible conversations in which the customer acknowledges the brand's help, per group.

    A lower bound of what was resolved: most people say nothing when it works, and a conversation
    that moves to private messages is neither resolved nor lost. Compare it with itself over time,
    not with the resolution rate of a CRM.

    Parameters
    ----------
    mentions
        Mention frame, with the brand's posts.
    by
        Grouping columns; they are those of the first mention of the conversation.
    observed_until_epoch
        End of the data, seconds since 1970 UTC; without it, the newest post of the frame. A group
        with a conversation younger than 7 days is preliminary.

    Returns
    -------
    Measure frame of the kind given, unit share (0–1); ``posts`` counts the eligible conversations.
    Without any, the value is null and the status withheld.

    Raises
    ------
    WorkbenchError
        The mentions have no such grouping column.

    Examples
    --------
    >>> import pandas as pd
    >>> mentions = pd.DataFrame(
    ...     {
    ...         "post_id": ["1", "2", "3", "4"],
    ...         "thread_id": ["1", "1", "1", "4"],
    ...         "in_reply_to": [None, "1", "2", None],
    ...         "brand": "Acme",
    ...         "directed_at": ["Acme", None, "Acme", "Acme"],
    ...         "author": ["ann", "acme", "ann", "bob"],
    ...         "author_role": ["customer", "brand", "customer", "customer"],
    ...         "kind": "post",
    ...         "text": ["It is down?", "Try again.", "Works now, thanks!", "Down here too?"],
    ...         "is_relevant": True,
    ...         "is_asking": [True, False, False, True],
    ...         "created_epoch": [0, 90, 200, 250],
    ...     }
    ... )
    >>> acknowledged_resolution(mentions, by=["brand"])[["metric", "value", "posts"]]
                        metric  value  posts
    0  acknowledged_resolution    0.5      2
    """
    frame = with_columns_checked(nw.from_native(mentions), by)
    asked = conversations(with_first_answer(frame))
    # An unknown author would be joined with every other one on some engines.
    words = frame.filter(nw.col("author_role") != "brand", ~nw.col("author").is_null(), is_acknowledging())
    said = nw.col("said_epoch")
    is_thanks = (said > nw.col("answer_epoch")) & (said <= nw.col("created_epoch") + METRIC.horizon_seconds)
    one_each = list(dict.fromkeys([*by, "post_id", "brand", "created_epoch"]))
    thanked = (
        asked.join(words.select(*CONVERSATION, said_epoch="created_epoch"), on=list(CONVERSATION), how="left")
        .with_columns(is_thanked=nw.when(is_thanks).then(nw.lit(1.0)).otherwise(nw.lit(0.0)))
        .group_by(*one_each)
        .agg(nw.col("is_thanked").max())
    )
    counted = aggregate(
        with_every_group(thanked.select(*by, "is_thanked", asked_epoch="created_epoch"), frame, by),
        by,
        posts=nw.col("asked_epoch").count(),
        newest_epoch=nw.col("asked_epoch").max(),
        latest_epoch=nw.col("latest_epoch").max(),
        acknowledged_resolution=nw.col("is_thanked").mean(),
    )
    return measure_frame(counted, by, [METRIC], observed_until_epoch=observed_until_epoch).to_native()
