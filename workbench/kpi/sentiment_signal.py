"""Sentiment signal: what the classifier says of the posts, at once."""

import narwhals as nw
from narwhals.typing import IntoFrameT

from workbench.statistics.measure import Metric, Vintage, measure_frame
from workbench.statistics.sentiment import LABELS, mean_probabilities

_METHOD = "mean predicted probability of the label over classified mentions; not corrected by people"
METRICS = [Metric(f"sentiment_signal.{label}", "share", _METHOD, kind="signal") for label in LABELS]


def sentiment_signal(mentions: IntoFrameT, by: list[str], *, vintage: Vintage = "final") -> IntoFrameT:
    """Share of negative, neutral and positive mentions as the classifier sees them, per group.

    The mean of the predicted probabilities, not the share of largest ones: where the probabilities
    are calibrated, it is unbiased for posts like those of the training, while counting the largest
    one exaggerates the commonest label and jumps when many posts lie near one half. It is a signal
    for control charts, never a share of customers: only human labels make it an estimate.

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
    Measure frame of the kind given: metrics ``sentiment_signal.negative``, ``.neutral`` and
    ``.positive``, unit share (0–1). ``posts`` counts the classified mentions; the others are left out.

    Raises
    ------
    WorkbenchError
        The mentions have no such grouping column.

    Examples
    --------
    >>> import pandas as pd
    >>> mentions = pd.DataFrame(
    ...     {
    ...         "brand": ["Acme", "Acme", "Acme"],
    ...         "author_role": "customer",
    ...         "is_relevant": True,
    ...         "negative": [0.75, 0.25, None],
    ...         "neutral": [0.25, 0.25, None],
    ...         "positive": [0.0, 0.5, None],
    ...     }
    ... )
    >>> sentiment_signal(mentions, by=["brand"])[["brand", "metric", "value", "posts"]]
      brand                     metric  value  posts
    0  Acme  sentiment_signal.negative   0.50      2
    1  Acme   sentiment_signal.neutral   0.25      2
    2  Acme  sentiment_signal.positive   0.25      2
    """
    means = mean_probabilities(nw.from_native(mentions), by)
    named = means.rename({label: metric.column for label, metric in zip(LABELS, METRICS, strict=True)})
    return measure_frame(named, by, METRICS, vintage=vintage).to_native()
