"""Net sentiment: how far the positive outweighs the negative, corrected by people's labels."""

from collections.abc import Sequence

import pandas as pd
from narwhals.typing import IntoFrameT

from workbench.statistics.cells import CLOSING_DAYS, POOL_PERIODS
from workbench.statistics.estimates import estimates
from workbench.statistics.figure import Figure
from workbench.statistics.prevalence import FEW_LABELS

FIGURE = Figure("net_sentiment", "−1 to 1", {"negative": -1.0, "positive": 1.0})


def net_sentiment(
    mentions: IntoFrameT,
    by: Sequence[str],
    *,
    minimum_labels: int = FEW_LABELS,
    pool_periods: int = POOL_PERIODS,
    closing_days: int = CLOSING_DAYS,
    observed_until_epoch: int | None = None,
) -> pd.DataFrame:
    """(P − N) / (P + N + neutral), corrected by people's labels, per group.

    Neutral mentions are in the denominator. Tools that leave them out get a figure further from
    zero: (P − N) / (P + N) of the same posts. Do not compare the two variants. It is corrected, pooled
    and marked as `sentiment_share` is: without labels it is the signal, and says so.

    Parameters
    ----------
    mentions
        Mention frame.
    by
        Grouping columns.
    minimum_labels, pool_periods, closing_days, observed_until_epoch
        As in `workbench.kpi.sentiment_share.sentiment_share`.

    Returns
    -------
    Measure frame in memory, whatever the engine; unit −1 to 1, with the 95 % interval for these posts.
    ``posts`` counts the classified mentions of the pool, ``labels`` those among them that people judged.

    Raises
    ------
    WorkbenchError
        The mentions lack a column, the classifier learned from a label, or a label has no known chance of
        having been drawn.

    Examples
    --------
    >>> mentions = pd.DataFrame(
    ...     {
    ...         "brand": ["Acme", "Acme"],
    ...         "author": ["ann", "bob"],
    ...         "author_role": "customer",
    ...         "is_relevant": True,
    ...         "created_epoch": 0,
    ...         "negative": [0.75, 0.25],
    ...         "neutral": [0.25, 0.25],
    ...         "positive": [0.0, 0.5],
    ...         "is_held_out": True,
    ...         "label_negative": [1.0, 0.0],
    ...         "label_neutral": [0.0, 1.0],
    ...         "label_positive": [0.0, 0.0],
    ...         "inclusion_probability": 1.0,
    ...         "annotators": 1,
    ...     }
    ... )
    >>> net_sentiment(mentions, by=["brand"])[["brand", "metric", "value", "unit", "labels"]]
      brand         metric  value     unit  labels
    0  Acme  net_sentiment   -0.5  −1 to 1       2
    """
    return estimates(
        mentions,
        by,
        [FIGURE],
        minimum_labels=minimum_labels,
        pool_periods=pool_periods,
        closing_days=closing_days,
        observed_until_epoch=observed_until_epoch,
    )
