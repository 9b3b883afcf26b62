"""First response time: how long people wait until the brand answers them in public."""

import narwhals as nw
from narwhals.typing import IntoFrameT

from workbench.statistics.answers import conversations, with_first_answer
from workbench.statistics.business_hours import DAY, OpeningHours, business_seconds
from workbench.statistics.measure import Metric, aggregate, measure_frame, with_every_group
from workbench.statistics.mentions import with_columns_checked

FEWEST_ANSWERS, FEW_ANSWERS = 10, "few answers"
_ANSWERED = Metric(
    "first_response_time.share_answered",
    "share",
    "conversations with a public answer by the brand so far, of all eligible conversations",
    horizon_seconds=DAY,
)


def first_response_time(
    mentions: IntoFrameT,
    by: list[str],
    *,
    opening_hours: OpeningHours | None = None,
    observed_until_epoch: int | None = None,
) -> IntoFrameT:
    """Median and 90th percentile of the wait for the first public answer, per group.

    A conversation – what one customer says to one brand in one thread – counts once, from its first
    eligible mention. Conversations without an answer are left out of the times and counted in the
    share answered: read both, or a brand that ignores the hard cases looks fast.

    Parameters
    ----------
    mentions
        Mention frame, with the brand's posts.
    by
        Grouping columns; they are those of the first mention.
    opening_hours
        If given, also in opening time; needs ``local_epoch``.
    observed_until_epoch
        End of the data, seconds since 1970 UTC; without it, the newest post of the frame. A group
        with a conversation younger than a day is preliminary.

    Returns
    -------
    Measure frame of the kind given: metrics ``first_response_time.median``, ``.percentile_90`` (unit
    seconds; with opening hours also ``.median_business``, ``.percentile_90_business``) and
    ``.share_answered``; ``posts`` counts all eligible conversations. Without any answer the times are
    null and withheld; of fewer than ten answers their status is "few answers".

    Raises
    ------
    WorkbenchError
        The mentions lack a column.

    Notes
    -----
    Zendesk calls this first reply time. Percentiles are interpolated linearly (Hyndman and Fan 1996, type 7).

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
    ...         "created_epoch": [0, 90, 200],
    ...     }
    ... )
    >>> first_response_time(mentions, by=["brand"])[["metric", "value", "unit", "posts"]]
                                   metric  value     unit  posts
    0          first_response_time.median   90.0  seconds      2
    1   first_response_time.percentile_90   90.0  seconds      2
    2  first_response_time.share_answered    0.5    share      2
    """
    frame = with_columns_checked(nw.from_native(mentions), [*by, *(["local_epoch"] if opening_hours else [])])
    waits = {"": nw.col("answer_epoch") - nw.col("created_epoch")}
    if opening_hours:
        waits["_business"] = business_seconds("local_epoch", "answer_local_epoch", opening_hours)
    asked = conversations(with_first_answer(frame, ("epoch", "local_epoch") if opening_hours else ("epoch",)))
    asked = asked.select(
        *by,
        asked_epoch="created_epoch",
        is_answered=nw.when(nw.col("answer_epoch").is_null()).then(nw.lit(0.0)).otherwise(nw.lit(1.0)),
        **{f"wait{clock}": wait.cast(nw.Float64) for clock, wait in waits.items()},
    )
    metrics, figures = [_ANSWERED], {_ANSWERED.column: nw.col("is_answered").mean()}
    for clock in waits:
        wait = nw.col(f"wait{clock}")
        median, slowest = _metrics(clock, opening_hours if clock else None)
        metrics += [median, slowest]
        figures |= {median.column: wait.median(), slowest.column: wait.quantile(0.9, interpolation="linear")}
    counted = aggregate(
        with_every_group(asked, frame, by),
        by,
        posts=nw.col("asked_epoch").count(),
        answers=nw.col("is_answered").sum(),
        newest_epoch=nw.col("asked_epoch").max(),
        latest_epoch=nw.col("latest_epoch").max(),
        **figures,
    )
    return measure_frame(counted, by, metrics, observed_until_epoch=observed_until_epoch).to_native()


def _metrics(clock: str, opening_hours: OpeningHours | None) -> list[Metric]:
    counted = f"opening hours {opening_hours}" if opening_hours else "calendar hours"
    method = f"creation to first public answer by the brand ({counted}), of the conversations answered"
    return [
        Metric(
            f"first_response_time.{part}{clock}",
            "seconds",
            f"{part.replace('_', ' ')}, {method}",
            horizon_seconds=DAY,
            rests_on="answers",
            fewest=FEWEST_ANSWERS,
            status_of_fewer=FEW_ANSWERS,
        )
        for part in ("median", "percentile_90")
    ]
