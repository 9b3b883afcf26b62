"""Net sentiment signal: how far the positive outweighs the negative, as the classifier sees it, at once."""

import narwhals as nw
from narwhals.typing import IntoFrameT

from workbench.statistics.measure import Metric, Vintage, measure_frame, ratio
from workbench.statistics.sentiment import mean_probabilities

METRIC = Metric(
    "net_sentiment_signal",
    "−1 to 1",
    "(P − N) / (P + N + neutral) of mean predicted probabilities, neutrals counted; not corrected by people",
    kind="signal",
)


def net_sentiment_signal(mentions: IntoFrameT, by: list[str], *, vintage: Vintage = "final") -> IntoFrameT:
    """(P − N) / (P + N + neutral) of the classifier's probabilities, per group.

    Neutral mentions are in the denominator. Tools that leave them out get a figure further from
    zero: (P − N) / (P + N) of the same posts. Do not compare the two variants. It is a signal for
    control charts: `net_sentiment` is corrected by people's labels.

    Parameters
    ----------
    mentions
        Mention frame.
    by
        Grouping columns.
    vintage
        Whether posts of the window may still arrive.

    Returns
    -------
    Measure frame of the kind given, unit −1 to 1. ``posts`` counts the classified mentions; the
    others are left out.

    Raises
    ------
    WorkbenchError
        The mentions have no such grouping column.

    Examples
    --------
    >>> import pandas as pd
    >>> mentions = pd.DataFrame(
    ...     {
    ...         "brand": ["Acme", "Acme"],
    ...         "author_role": "customer",
    ...         "is_relevant": True,
    ...         "negative": [0.75, 0.25],
    ...         "neutral": [0.25, 0.25],
    ...         "positive": [0.0, 0.5],
    ...     }
    ... )
    >>> net_sentiment_signal(mentions, by=["brand"])[["brand", "metric", "value", "unit", "posts"]]
      brand                metric  value     unit  posts
    0  Acme  net_sentiment_signal  -0.25  −1 to 1      2
    """
    negative, neutral, positive = nw.col("negative"), nw.col("neutral"), nw.col("positive")
    means = mean_probabilities(nw.from_native(mentions), by)
    net = means.with_columns(net_sentiment_signal=ratio(positive - negative, positive + negative + neutral))
    wanted = net.select(*by, "posts", "net_sentiment_signal")
    return measure_frame(wanted, by, [METRIC], vintage=vintage).to_native()
