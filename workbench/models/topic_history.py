"""Topics over time: what part of the posts of each period each has."""

import numpy as np
import pandas as pd

from workbench.models.share_interval import share_interval
from workbench.models.topics import OUTLIER, Topics


def topic_history(topics: Topics, periods: pd.Series, *, is_sample: bool = True) -> pd.DataFrame:
    """Share of each topic in each period.

    Parameters
    ----------
    topics
        Topics of posts in the order of `periods`.
    periods
        Period of each post; its name names the column.
    is_sample
        Were the posts drawn from more? Then the shares have an interval.

    Returns
    -------
    One row a period and topic: the period, ``topic``, ``words``, ``posts`` (of the topic), ``of`` (all posts of the
    period), ``value`` (share of these), ``low``, ``high`` and ``outlier_share`` (of the period).

    Examples
    --------
    >>> table = pd.DataFrame({"topic": [0, 1], "words": ["late", "crew"]})
    >>> topics = Topics(table, np.array([0, 0, 1, -1]), np.zeros((2, 2)))
    >>> weeks = pd.Series(["W1", "W1", "W1", "W2"], name="week")
    >>> topic_history(topics, weeks, is_sample=False)[["week", "words", "posts", "value", "outlier_share"]].round(2)
      week words  posts  value  outlier_share
    0   W1  late      2   0.67            0.0
    1   W1  crew      1   0.33            0.0
    2   W2  late      0   0.00            1.0
    3   W2  crew      0   0.00            1.0
    """
    period = str(periods.name or "period")
    all_posts = pd.DataFrame({period: periods.to_numpy(), "topic": topics.of_post})
    counts = all_posts.groupby([period, "topic"]).size().unstack("topic", fill_value=0).sort_index()
    of = counts.sum(axis=1)
    outliers = counts.get(OUTLIER, pd.Series(0, index=counts.index)) / of
    wide = counts.reindex(columns=topics.table["topic"], fill_value=0)
    long = wide.reset_index().melt(period, var_name="topic", value_name="posts")
    long = long.sort_values([period, "topic"], ignore_index=True)
    long["words"] = long["topic"].map(topics.table.set_index("topic")["words"])
    # Where there is no topic there is no row, and no row tells of what kind its values are.
    long["posts"], long["of"] = long["posts"].astype("int64"), long[period].map(of).astype("int64")
    long["outlier_share"] = long[period].map(outliers).astype("float64")
    long["value"] = long["posts"] / long["of"]
    share = long["value"].to_numpy(dtype=np.float64)
    number = long["of"].to_numpy(dtype=np.float64)
    low, high = share_interval(share, number)
    long["low"], long["high"] = (low, high) if is_sample else (np.nan, np.nan)
    return long[[period, "topic", "words", "posts", "of", "value", "low", "high", "outlier_share"]]


def growth_sentence(history: pd.DataFrame) -> str:
    """Which topic has grown from the first period to the last, beyond what chance allows.

    Parameters
    ----------
    history
        As of `topic_history`.

    Examples
    --------
    >>> rows = [("W1", 0, "late", 0.1, 100), ("W1", 1, "crew", 0.3, 100),
    ...     ("W2", 0, "late", 0.4, 100), ("W2", 1, "crew", 0.32, 100)]
    >>> growth_sentence(pd.DataFrame(rows, columns=["week", "topic", "words", "value", "of"]))
    "From W1 to W2 'late' has grown most: from 10\xa0% to 40\xa0% of the posts."
    """
    period = str(history.columns[0])
    if history.empty:
        return "No topic was found, so that none can grow."
    times = sorted(history[period].unique())
    if len(times) < 2:
        return "All posts are of one period: nobody can tell what grows."
    before, after = (history[history[period] == time].set_index("topic") for time in (times[0], times[-1]))
    # Also where all posts were read: who happens to write in a period is chance, and few of few are no growth.
    ends = [share_interval(one["value"], one["of"]) for one in (before, after)]
    rise = (after["value"] - before["value"])[ends[1][0] > ends[0][1]]
    if rise.empty:
        return f"From {times[0]} to {times[-1]} no topic has grown beyond what chance allows."
    top = rise.idxmax()
    return (
        f"From {times[0]} to {times[-1]} '{after['words'][top]}' has grown most: from {percent(before['value'][top])} "
        f"to {percent(after['value'][top])} of the posts."
    )


def percent(share: float) -> str:
    """A share in words, as reports write it."""
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"
