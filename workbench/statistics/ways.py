"""One share found in several ways, right and wrong: why signals are corrected, and how they must not be."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.statistics.labelled import relevance_of
from workbench.statistics.prevalence import Estimate, corrected_mean, labels_only_mean

CORRECTED = "Corrected by labels"
COLUMNS = ("way", "value", "low", "high", "truth", "holds_truth", "labels", "posts", "unit")

# A column of the mentions for each way that takes no label.
_AVERAGED = {
    "Lexicon": "lexicon",
    "Classifier, likeliest label": "likeliest",
    "Classifier, mean probability": "prediction",
}


class _Way(NamedTuple):
    way: str
    value: float
    low: float = np.nan
    high: float = np.nan
    labels: int = 0


def ways_to_a_share(mentions: pd.DataFrame, by: str = "brand") -> pd.DataFrame:
    """The share of mentions of one sentiment, found in every way that the mentions allow.

    Two ways are wrong and there to be seen. Labels that trained the classifier show too few of its errors,
    so that what they correct leans to the classifier and has too narrow an interval. The posts of which
    the classifier is least sure are not like the others, so that labels of these, taken as drawn at
    random, speak of nobody.

    Parameters
    ----------
    mentions
        One row a mention: `by`; ``lexicon``, ``likeliest`` (1 where they call it so, else 0) and ``prediction``
        (its probability); ``is_held_out``; ``label`` (1, 0, or the mean of several people's; null where
        not labelled), its ``inclusion_probability`` and, where people found some irrelevant, ``relevance``;
        ``reused``, the probability by a model that was trained on these very labels (null without one);
        ``truth``, null where nobody knows.
    by
        Column of groups.

    Returns
    -------
    One row a group and way: `by` and `COLUMNS`; ``truth`` is the share in truth, and ``holds_truth`` whether
    it lies within the interval (null without interval or truth).

    Notes
    -----
    Cross-prediction, arXiv 2309.16598; active sampling with its probabilities, arXiv 2403.03208.
    """
    tables = []
    for name, rows in mentions.groupby(by, sort=True):
        ways = pd.DataFrame(list(_ways(rows)))
        truth = float(rows["truth"].mean()) if rows["truth"].notna().all() else np.nan
        tables.append(ways.assign(**{by: name}, truth=truth, posts=len(rows)))
    table = pd.concat(tables, ignore_index=True).assign(unit="share")
    is_within = (table["low"] <= table["truth"]) & (table["truth"] <= table["high"])
    table["holds_truth"] = is_within.astype(object).where(table["low"].notna() & table["truth"].notna(), None)
    return table[[by, *COLUMNS]]


def _ways(rows: pd.DataFrame) -> Iterator[_Way]:
    for way, column in _AVERAGED.items():
        yield _Way(way, float(rows[column].mean()))
    labelled = rows[rows["label"].notna()]
    if not relevance_of(labelled).any():
        return
    yield _told("Labels alone", labels_only_mean(labelled, len(rows)))
    if labelled["is_held_out"].all():
        yield _told(CORRECTED, corrected_mean(len(rows), float(rows["prediction"].sum()), labelled))
    if rows["reused"].notna().all():
        pretended = labelled.assign(prediction=labelled["reused"], is_held_out=True)
        yield _told(
            "Wrong: trained on the labels",
            corrected_mean(len(rows), float(rows["reused"].sum()), pretended),
        )
    if rows["truth"].notna().all() and len(labelled) < len(rows):
        yield _told("Wrong: least certain posts", _of_least_certain(rows, len(labelled)))


def _of_least_certain(rows: pd.DataFrame, count: int) -> Estimate:
    """As many labels of the posts nearest to one half, as if each post had had the same chance."""
    order = (rows["prediction"] - 0.5).abs().sort_values(kind="stable").index[:count]
    picked = rows.loc[order].assign(inclusion_probability=count / len(rows), is_held_out=True)
    picked = picked.assign(label=picked["truth"]).drop(columns="relevance", errors="ignore")
    return corrected_mean(len(rows), float(rows["prediction"].sum()), picked)


def redrawn(mentions: pd.DataFrame, draws: int = 200, seed: int = 0, by: str = "brand") -> pd.DataFrame:
    """How often the intervals hold the truth when as many labels are drawn again and again.

    One sample may be lucky or not; of many, 95 % should hold the truth. The predictions stay as they are.

    Parameters
    ----------
    mentions
        As for `ways_to_a_share`. Groups without labels, or whose truth is not known, are left out.
    draws
        How many samples are drawn of each group.
    seed
        The same seed draws the same samples.
    by
        Column of groups.

    Returns
    -------
    One row a way that corrects nothing wrongly, over all groups: ``way``, ``holds_truth`` (share of the samples whose
    interval holds it), ``half_width`` and ``mean_error`` (differences of shares), ``samples``.
    """
    generator = np.random.default_rng(seed)
    rows = []
    for _, group in mentions.groupby(by, sort=True):
        count = int(group["label"].notna().sum())
        if not 0 < count < len(group) or group["truth"].isna().any() or not group["is_held_out"].all():
            continue
        for _ in range(draws):
            rows += _one_draw(group, count, generator)
    found = pd.DataFrame(rows, columns=["way", "holds_truth", "half_width", "mean_error"])
    table = found.groupby("way", sort=False).mean()
    return table.assign(samples=found.groupby("way").size()).reset_index()


def _one_draw(group: pd.DataFrame, count: int, generator: np.random.Generator) -> list[tuple]:
    posts, truth = len(group), float(group["truth"].mean())
    drawn = group.iloc[generator.choice(posts, count, replace=False)]
    drawn = drawn.assign(label=drawn["truth"], inclusion_probability=count / posts)
    drawn = drawn.drop(columns=["annotators", "relevance"], errors="ignore")
    estimates = {
        "Labels alone": labels_only_mean(drawn, posts),
        CORRECTED: corrected_mean(posts, float(group["prediction"].sum()), drawn),
    }
    return [
        (way, float(e.low <= truth <= e.high), (e.high - e.low) / 2, abs(e.value - truth))
        for way, e in estimates.items()
    ]


def _told(way: str, estimate: Estimate) -> _Way:
    return _Way(way, estimate.value, estimate.low, estimate.high, estimate.labels)


def coverage(ways: pd.DataFrame) -> pd.DataFrame:
    """Of how many groups the interval of each way holds the truth, and how far it is from it on average.

    Returns
    -------
    One row a way, of the groups whose truth is known: ``way``, ``mean_error`` (absolute, a share), ``held`` and
    ``groups``, both null where the way has no interval, and ``interval_holds_truth``, the two in words.
    """
    known = ways[ways["truth"].notna()]
    known = known.assign(
        error=(known["value"] - known["truth"]).abs(), held=known["holds_truth"].astype(float)
    )
    table = known.groupby("way", sort=False).agg(
        mean_error=("error", "mean"), held=("held", "sum"), groups=("held", "count")
    )
    has_interval = table["groups"] > 0
    words = table["held"].astype(int).astype(str) + " of " + table["groups"].astype(str)
    return table.assign(
        held=table["held"].where(has_interval),
        groups=table["groups"].where(has_interval),
        interval_holds_truth=words.where(has_interval, "no interval"),
    ).reset_index()
