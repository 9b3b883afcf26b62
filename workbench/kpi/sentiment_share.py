"""Sentiment share: how many mentions are negative, neutral and positive, corrected by people's labels."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from narwhals.typing import IntoFrameT

from workbench.statistics.cells import CLOSING_DAYS, POOL_PERIODS
from workbench.statistics.estimates import estimates
from workbench.statistics.estimates_in_truth import estimates_in_truth
from workbench.statistics.figure import Figure
from workbench.statistics.prevalence import FEW_LABELS
from workbench.statistics.readings_of_tasks import SENTIMENT
from workbench.statistics.sentiment import LABELS

FIGURES = [Figure(f"sentiment_share.{label}", "share", {label: 1.0}) for label in LABELS]


def sentiment_share(
    mentions: IntoFrameT,
    by: Sequence[str],
    *,
    minimum_labels: int = FEW_LABELS,
    pool_periods: int = POOL_PERIODS,
    closing_days: int = CLOSING_DAYS,
    observed_until_epoch: int | None = None,
    without_people_error: bool = False,
) -> pd.DataFrame:
    """Share of negative, neutral and positive mentions, corrected by people's labels, per group.

    The classifier reads every mention, people read a random part of them, and the mean error of the
    classifier on that part is taken off. What they find not to be about the brand is no part of the whole; a
    mention they find mixed is half negative, half positive. Where nobody has labelled anything the figure is
    the signal, and says so. A period with few labels is pooled with those before it: its figure is then the mean of
    several periods, and a change shows in it late.

    Parameters
    ----------
    mentions
        Mention frame.
    by
        Grouping columns.
    minimum_labels
        Labels from which on a cell stands alone. A cell with fewer that cannot be pooled has a wider interval.
    pool_periods
        Longest pool, in days, weeks or months, its own included; 1 pools nothing.
    closing_days
        Days after its end in which a period is still preliminary.
    observed_until_epoch
        How far the data reach, seconds since 1970 UTC; without it, the newest post or collection.
    without_people_error
        Take off as well what people err when they judge, as it shows in mentions that two or more judged. The
        figure is then of what mentions are, and not of what people call them; it is less precise, and rests on
        people erring independently of each other and of the classifier.

    Returns
    -------
    Measure frame in memory, whatever the engine: metrics ``sentiment_share.negative``, ``.neutral`` and
    ``.positive``, unit share (0–1), with the 95 % interval for these posts. ``posts`` counts the classified
    mentions of the pool, ``labels`` those among them that people judged. Each share is corrected by itself,
    so that the three need not add up to exactly 1.

    Raises
    ------
    WorkbenchError
        The mentions lack a column, the classifier learned from a label, or a label has no known chance of
        having been drawn; too few mentions were judged twice for their error to be taken off.

    Notes
    -----
    Prediction-powered inference with power tuning: Angelopoulos, Duchi and Zrnic 2023, arXiv 2311.01453.

    Examples
    --------
    >>> mentions = pd.DataFrame(
    ...     {
    ...         "brand": ["Acme", "Bolt"],
    ...         "author": ["ann", "bob"],
    ...         "author_role": "customer",
    ...         "is_relevant": True,
    ...         "created_epoch": 0,
    ...         "negative": [0.75, 0.25],
    ...         "neutral": [0.25, 0.25],
    ...         "positive": [0.0, 0.5],
    ...         "is_held_out": True,
    ...         "label_negative": [1.0, None],
    ...         "label_neutral": [0.0, None],
    ...         "label_positive": [0.0, None],
    ...         "inclusion_probability": [1.0, None],
    ...         "annotators": [1, None],
    ...     }
    ... )
    >>> shares = sentiment_share(mentions, by=["brand"])
    >>> shares[["brand", "metric", "value", "labels", "kind", "status"]].head(2)
      brand                    metric  value  labels      kind      status
    0  Acme  sentiment_share.negative   1.00       1  estimate  few labels
    1  Bolt  sentiment_share.negative   0.25       0    signal   no labels
    """
    options: dict[str, Any] = {
        "minimum_labels": minimum_labels,
        "pool_periods": pool_periods,
        "closing_days": closing_days,
        "observed_until_epoch": observed_until_epoch,
    }
    if without_people_error:
        metrics = dict(zip(LABELS, (figure.metric for figure in FIGURES), strict=True))
        return estimates_in_truth(mentions, by, metrics, SENTIMENT, **options)
    return estimates(mentions, by, FIGURES, **options)
