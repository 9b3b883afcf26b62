"""Share answered: how many of those who ask the brand something get a public answer in time."""

import narwhals as nw
from narwhals.typing import IntoFrameT

from workbench.statistics.answers import with_first_answer
from workbench.statistics.business_hours import HOUR, OpeningHours, business_seconds
from workbench.statistics.measure import Metric, aggregate, measure_frame, with_every_group
from workbench.statistics.mentions import with_columns_checked

HORIZON_HOURS = (1, 24)


def share_answered(
    mentions: IntoFrameT,
    by: list[str],
    *,
    opening_hours: OpeningHours | None = None,
    observed_until_epoch: int | None = None,
) -> IntoFrameT:
    """Share of eligible mentions with a public answer by the brand within 1 h and within 24 h, per group.

    Eligible is what is directed at the brand and asks something; all of it is the denominator. An
    answer is the brand's own public post in the same thread, then or later, that replies to the
    post, to another post of its author, or to nobody in particular.

    Parameters
    ----------
    mentions
        Mention frame, with the brand's posts.
    by
        Grouping columns; they are those of the mention that asks.
    opening_hours
        If given, also within 1 h and 24 h of opening time; needs ``local_epoch``.
    observed_until_epoch
        End of the data, seconds since 1970 UTC; without it, the newest post of the frame. A group
        with a post younger than the horizon is preliminary: it may still be answered in time.

    Returns
    -------
    Measure frame of the kind given: metrics ``share_answered_1h``, ``share_answered_24h`` and, with
    opening hours, ``share_answered_1h_business``, ``share_answered_24h_business``; unit share (0–1),
    ``posts`` the eligible mentions. Without any, the value is null and the status withheld.

    Raises
    ------
    WorkbenchError
        The mentions lack a column.

    Examples
    --------
    >>> import pandas as pd
    >>> mentions = pd.DataFrame(
    ...     {
    ...         "post_id": ["1", "2", "3"],
    ...         "thread_id": ["1", "1", "3"],
    ...         "in_reply_to": [None, "1", None],
    ...         "brand": "Acme",
    ...         "directed_at": ["Acme", None, "Acme"],
    ...         "author": ["ann", "acme", "bob"],
    ...         "author_role": ["customer", "brand", "customer"],
    ...         "kind": "post",
    ...         "text": "",
    ...         "is_relevant": True,
    ...         "is_asking": [True, False, True],
    ...         "created_epoch": [0, 7200, 9000],
    ...     }
    ... )
    >>> share_answered(mentions, by=["brand"])[["metric", "value", "posts", "vintage"]]
                   metric  value  posts      vintage
    0   share_answered_1h    0.0      2  preliminary
    1  share_answered_24h    0.5      2  preliminary
    """
    frame = with_columns_checked(nw.from_native(mentions), [*by, *(["local_epoch"] if opening_hours else [])])
    clocks = {"": nw.col("answer_epoch") - nw.col("created_epoch")}
    if opening_hours:
        clocks["_business"] = business_seconds("local_epoch", "answer_local_epoch", opening_hours)
    metrics, in_time = [], {}
    for clock, wait in clocks.items():
        for hours in HORIZON_HOURS:
            metrics.append(_metric(hours, clock, opening_hours if clock else None))
            in_time[metrics[-1].column] = _one_if(wait <= hours * HOUR)
    asked = with_first_answer(frame, ("epoch", "local_epoch") if opening_hours else ("epoch",))
    asked = asked.select(*by, asked_epoch="created_epoch", **in_time)
    counted = aggregate(
        with_every_group(asked, frame, by),
        by,
        posts=nw.col("asked_epoch").count(),
        newest_epoch=nw.col("asked_epoch").max(),
        latest_epoch=nw.col("latest_epoch").max(),
        **{name: nw.col(name).mean() for name in in_time},
    )
    return measure_frame(counted, by, metrics, observed_until_epoch=observed_until_epoch).to_native()


def _metric(hours: int, clock: str, opening_hours: OpeningHours | None) -> Metric:
    counted = f"opening hours {opening_hours}" if opening_hours else "calendar hours"
    return Metric(
        f"share_answered_{hours}h{clock}",
        "share",
        f"public answer by the brand within {hours} h ({counted}), of all eligible mentions",
        horizon_seconds=opening_hours.longest_seconds(hours) if opening_hours else hours * HOUR,
    )


def _one_if(condition: nw.Expr) -> nw.Expr:
    """1 where it holds, 0 where it does not or cannot be said: no answer is no answer in time."""
    return nw.when(condition).then(nw.lit(1.0)).otherwise(nw.lit(0.0))
