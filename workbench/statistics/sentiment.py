"""What the sentiment measures share: mean predicted probabilities of the mentions that count."""

import narwhals as nw
from narwhals.typing import FrameT

from workbench.statistics.measure import aggregate
from workbench.statistics.mentions import is_earned, with_columns_checked

LABELS = ("negative", "neutral", "positive")


def mean_probabilities(mentions: FrameT, by: list[str]) -> FrameT:
    """Mean probability of each label over relevant, earned, classified mentions.

    Returns
    -------
    One row per group: `by`, ``negative``, ``neutral``, ``positive`` (null where nothing is
    classified) and ``posts``, the number of classified mentions.
    """
    mentions = with_columns_checked(mentions, [*by, *LABELS])
    # Marked first and then averaged: pandas ignores a condition inside an aggregate.
    counted = mentions.with_columns(
        **{label: nw.when(is_earned()).then(nw.col(label).cast(nw.Float64)) for label in LABELS}
    )
    means = {label: nw.col(label).mean() for label in LABELS}
    return aggregate(counted, by, **means, posts=nw.col("negative").count())
