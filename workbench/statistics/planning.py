"""How many labels a wanted precision takes, and what more labels would buy.

Before anybody labels, the share and how well the classifier does are assumed; once there are a few labels,
they tell both.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.statistics.correction import UNSEEN_ERROR, corrected
from workbench.statistics.intervals import Floats, bounded_interval
from workbench.statistics.labelled import checked_labels, mean_prediction_between
from workbench.statistics.prevalence import annotator_variance


@dataclass(frozen=True)
class Outlook:
    """What is known, or assumed, of a figure before more labels are bought.

    Parameters
    ----------
    mean
        The figure, between 0 and 1.
    variance
        Of what one label leaves unexplained once the classifier has spoken.
    relevant
        Share of posts that are relevant.
    power
        How much the classifier counts (λ).
    span
        Highest less lowest possible value: 1 for a share, 2 for net sentiment.
    labels
        Labels from which it is known; 0 where it is assumed.
    """

    mean: float
    variance: float
    relevant: float = 1.0
    power: float = 0.0
    span: float = 1.0
    labels: int = 0
    people: float = 0.0
    """Variance of what a post adds that is due to who judged it, in units of `span`: no label more takes it away."""


def assumed(share: float = 0.5, *, explained: float = 0.0, relevant: float = 1.0) -> Outlook:
    """An outlook without any label.

    Parameters
    ----------
    share
        The share that is expected; ½ needs most labels.
    explained
        Part of the variance of labels which the classifier explains (R², 0–1): 0 promises nothing.
    relevant
        Share of posts that are expected to be relevant.

    Raises
    ------
    WorkbenchError
        One of them is no share.
    """
    for name, value in (("share", share), ("explained", explained), ("relevant", relevant)):
        if not 0 <= value <= 1 or (name == "relevant" and not value):
            raise WorkbenchError(f"{name} is {value:g}, and was expected between 0 and 1.")
    variance = share * (1 - share) * (1 - explained) / relevant
    return Outlook(share, variance, relevant, power=float(explained > 0))


def outlook(
    posts: int, prediction_sum: float, labelled: pd.DataFrame, *, bounds: tuple[float, float] = (0.0, 1.0)
) -> Outlook:
    """What the labels there are tell of the next ones.

    Parameters and errors as for `workbench.statistics.prevalence.corrected_mean`. A few labels tell it roughly:
    thirty give a number of labels that may well be a third too low or too high.
    """
    labels = checked_labels(labelled, bounds)
    found = corrected(
        labels.labels_between(bounds),
        labels.predictions_between(bounds),
        labels.chance,
        mean_prediction_between(prediction_sum, posts, bounds),
        labels.relevance,
    )
    squared = float(np.average(found.errors**2, weights=1 / labels.chance))
    span, relevant = bounds[1] - bounds[0], float(found.relevant)
    return Outlook(
        mean=float(found.mean),
        variance=squared * float(found.size / found.freedom),
        relevant=relevant,
        power=float(found.power),
        span=span,
        labels=len(labels),
        people=annotator_variance(labels, bounds[0] + span * float(found.mean)) / relevant**2 / span**2,
    )


def half_widths(known: Outlook, posts: int, labels: Sequence[int], *, confidence: float = 0.95) -> Floats:
    """Half the width of the interval for these posts, at each number of labels drawn at random.

    Parameters
    ----------
    known
        Of the figure.
    posts
        How many posts the figure speaks of.
    labels
        Numbers of labels, each up to that of posts.
    confidence
        Of the interval.

    Returns
    -------
    In the unit of the figure; where no label is left to doubt, what people differ by.

    Raises
    ------
    WorkbenchError
        Fewer than one label is planned, or more than there are posts.

    Examples
    --------
    What the next hundred labels buy, for a brand with 5,000 posts of which 40 % are negative:

    >>> half_widths(assumed(0.4), 5_000, [100, 200]).round(3)
    array([0.095, 0.066])
    """
    count = np.asarray(labels, dtype=np.float64)
    if ((count < 1) | (count > posts)).any():
        raise WorkbenchError(
            f"a plan for {count.min():,.0f} to {count.max():,.0f} labels: expected 1 to {posts:,}, as there are posts."
        )
    # As `workbench.statistics.correction` reckons with labels once they are there.
    relevant = known.relevant * count
    freedom = np.maximum(relevant - 1 - (known.power > 0), 1.0)
    left = 1 - count / posts
    unseen = UNSEEN_ERROR * (1 / relevant**2 + known.power / count**2)
    variance = left * (known.variance / count + unseen * relevant / freedom)
    variance = variance + known.people / posts
    spread = known.mean * (1 - known.mean) + UNSEEN_ERROR / relevant
    low, high = bounded_interval(known.mean, variance, freedom, confidence, spread)
    return np.asarray(known.span * (high - low) / 2)


def labels_wanted(known: Outlook, posts: int, half_width: float, *, confidence: float = 0.95) -> int:
    """The fewest labels whose interval is no wider than wanted to either side.

    Parameters
    ----------
    known, posts, confidence
        As for `half_widths`.
    half_width
        Wanted, in the unit of the figure: .05 is ±5 points of a share.

    Returns
    -------
    Labels in all, those there are included; no more than there are posts.

    Raises
    ------
    WorkbenchError
        The half-width is not above 0, or there are no posts.

    Examples
    --------
    To ±5 points; with a classifier that explains half of the variance; and of few posts.

    >>> labels_wanted(assumed(0.4), 100_000, 0.05), labels_wanted(assumed(0.4, explained=0.5), 100_000, 0.05)
    (367, 191)
    >>> labels_wanted(assumed(0.4), 400, 0.05)
    193
    """
    if not half_width > 0 or posts < 1:
        raise WorkbenchError(
            f"a half-width of {half_width:g} over {posts:,} posts: expected more than 0, over 1 post or more."
        )
    low, high = 1, posts
    while low < high:
        middle = (low + high) // 2
        if half_widths(known, posts, [middle], confidence=confidence)[0] <= half_width:
            high = middle
        else:
            low = middle + 1
    return low
