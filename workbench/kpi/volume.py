"""Volume: how much is said about a brand."""

import narwhals as nw
from narwhals.typing import IntoFrameT

from workbench.statistics.measure import Metric, Vintage, aggregate, measure_frame
from workbench.statistics.mentions import is_earned, with_columns_checked

METRIC = Metric("volume", "mentions", "relevant, earned mentions that were collected")


def volume(mentions: IntoFrameT, by: list[str], *, vintage: Vintage = "final") -> IntoFrameT:
    """Relevant, earned mentions per group.

    A collection artefact looks like a surge: read it beside the coverage of the window.

    Parameters
    ----------
    mentions
        Mention frame; its window has to be closed, else pass ``vintage="preliminary"``.
    by
        Grouping columns.
    vintage
        Whether posts of the window may still arrive.

    Returns
    -------
    Measure frame of the kind given, unit mentions. A group in which nobody but the brand spoke has 0.

    Raises
    ------
    WorkbenchError
        The mentions have no such grouping column.

    Examples
    --------
    >>> import pandas as pd
    >>> mentions = pd.DataFrame(
    ...     {
    ...         "brand": ["Acme", "Acme", "Acme", "Bolt"],
    ...         "author_role": ["customer", "unknown", "brand", "bot"],
    ...         "is_relevant": True,
    ...     }
    ... )
    >>> volume(mentions, by=["brand"])[["brand", "metric", "value", "unit"]]
      brand  metric  value      unit
    0  Acme  volume    2.0  mentions
    1  Bolt  volume    0.0  mentions
    """
    frame = with_columns_checked(nw.from_native(mentions), by)
    counted = frame.with_columns(counts=nw.when(is_earned()).then(nw.lit(1)).otherwise(nw.lit(0)))
    # An empty frame without groups sums to null on some engines, where it has to be 0.
    total = aggregate(counted, by, posts=nw.col("counts").sum()).with_columns(nw.col("posts").fill_null(0))
    return measure_frame(
        total.with_columns(volume=nw.col("posts")), by, [METRIC], vintage=vintage
    ).to_native()
