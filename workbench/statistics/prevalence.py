"""The corrected share: what a classifier says of all posts, corrected by what people said of some.

The classifier reads every post and errs in its own way; people read a few, drawn with known probability.
The mean prediction plus the mean error of prediction on the drawn posts has no bias, whatever the
classifier, and a narrower interval than the labels alone where the classifier is any good.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.statistics.correction import Corrected, corrected, interval, weighted_mean
from workbench.statistics.labelled import Labels, checked_labels, mean_prediction_between

FEW_LABELS = 30
_WITH_POWER = "predictions of all posts, corrected by labels drawn at random (PPI++)"
_ALONE = "labels drawn at random alone"


@dataclass(frozen=True)
class Estimate:
    """A figure with what is needed to judge it.

    Parameters
    ----------
    value
        The figure.
    low, high
        Ends of its interval.
    standard_error
        Standard error, in the unit of the value.
    posts
        Posts of which it speaks.
    labels
        Posts among them that people labelled.
    power
        How much the classifier counts: from 0, labels alone, to 1 (λ of PPI++).
    method
        How it was computed, in words that may stand beneath a chart.
    warning
        What to mind, in words, or nothing.
    relevant
        Share of the posts that are relevant, by the labels: the figure is of these.
    """

    value: float
    low: float
    high: float
    standard_error: float
    posts: int
    labels: int
    power: float
    method: str
    warning: str = ""
    relevant: float = 1.0


def corrected_mean(
    posts: int,
    prediction_sum: float,
    labelled: pd.DataFrame | Labels,
    *,
    bounds: tuple[float, float] = (0.0, 1.0),
    confidence: float = 0.95,
) -> Estimate:
    """Mean label of these posts, from the predictions of all and the labels of some.

    Where people found that some posts are not about the brand, it is the mean of those that are. Speaks of
    these posts only, so the more of them are labelled the narrower the interval, down to nothing where all
    are. Comparing periods is the concern of `workbench.statistics.differences`.

    Parameters
    ----------
    posts
        How many posts there are, labelled or not.
    prediction_sum
        Sum of their predictions, labelled or not.
    labelled
        One row a labelled post: ``label`` (an indicator, or the mean of several people's), ``prediction``
        (what the classifier says of it), ``inclusion_probability`` (with which it was drawn) and
        ``is_held_out`` (the classifier did not learn from this text). Optional: ``relevance`` (1, or 0 for a
        post that is not about the brand, whose label is then 0; or the share of people who found it
        relevant, those who did not counting as 0 in the label); ``annotators`` (how many judged it) and
        ``within_variance`` (variance among their labels, with n − 1; null where one judged), by which
        people's differences are carried. Where nobody judged twice these are not known and count as none.
    bounds
        Lowest and highest possible label: 0 and 1 for a share, −1 and 1 for net sentiment.
    confidence
        Of the interval.

    Raises
    ------
    WorkbenchError
        No labels, or none of a relevant post; values or probabilities that are none; labels from which the
        classifier learned.

    Notes
    -----
    λ·mean prediction + Σ w (label − λ·prediction) / Σ w with w = 1 / inclusion probability: the difference
    estimator of survey sampling (Särndal, Swensson and Wretman 1992), which is prediction-powered inference
    (Angelopoulos et al. 2023) with power tuning λ (PPI++, arXiv 2311.01453), here kept between 0 and 1.
    The interval is Wilson's with the effective number of labels. Of relevant posts, whose number is not
    known, it is the ratio of two means, linearised.

    Examples
    --------
    The classifier finds 30 % negative among 1,000 posts. Of 100 posts drawn at random people call 40
    negative, where it saw 32: it misses eight in a hundred, and calls none negative that is not.

    >>> sample = pd.DataFrame({
    ...     "label": [1.0] * 40 + [0.0] * 60,
    ...     "prediction": [1.0] * 32 + [0.0] * 68,
    ...     "inclusion_probability": 0.1,
    ...     "is_held_out": True,
    ... })
    >>> found = corrected_mean(1_000, 300.0, sample)
    >>> f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"
    '0.382 (0.331 to 0.437)'
    >>> alone = labels_only_mean(sample, 1_000)
    >>> f"{alone.value:.3f} ({alone.low:.3f} to {alone.high:.3f})"
    '0.400 (0.312 to 0.495)'
    """
    labels = checked_labels(labelled, bounds)
    result = corrected(
        labels.labels_between(bounds),
        labels.predictions_between(bounds),
        labels.chance,
        mean_prediction_between(prediction_sum, posts, bounds),
        labels.relevance,
    )
    return _estimate(result, labels, posts, bounds, confidence)


def labels_only_mean(
    labelled: pd.DataFrame | Labels,
    posts: int,
    bounds: tuple[float, float] = (0.0, 1.0),
    confidence: float = 0.95,
) -> Estimate:
    """Mean label of these posts from the labels alone: with what `corrected_mean` is to be compared.

    Parameters and errors as there; ``prediction`` and ``is_held_out`` are not needed.
    """
    labels = checked_labels(labelled, bounds, predicted=False)
    label = labels.labels_between(bounds)
    result = corrected(label, np.zeros_like(label), labels.chance, 0.0, labels.relevance)
    return _estimate(result, labels, posts, bounds, confidence)


def _estimate(
    result: Corrected, labels: Labels, posts: int, bounds: tuple[float, float], confidence: float
) -> Estimate:
    if posts < len(labels):
        raise WorkbenchError(
            f"{len(labels)} labelled posts of only {posts}: labels of other posts, or counted twice."
        )
    span = bounds[1] - bounds[0]
    mean, relevant = bounds[0] + span * float(result.mean), float(result.relevant)
    annotators = annotator_variance(labels, mean) / (posts * relevant**2) / span**2
    low, high = interval(result, confidence, annotators)
    return Estimate(
        value=mean,
        low=bounds[0] + span * float(low),
        high=bounds[0] + span * float(high),
        standard_error=span * float(np.sqrt(result.variance + annotators)),
        posts=posts,
        labels=len(labels),
        power=float(result.power),
        method=f"{_WITH_POWER if result.power > 0 else _ALONE}; {100 * confidence:g} % interval for these posts"
        + _of_the_relevant(relevant),
        warning=_warning(labels, posts),
        relevant=relevant,
    )


def _of_the_relevant(relevant: float) -> str:
    return f"; of the {100 * relevant:.0f} % of posts that people found relevant" if relevant < 1 else ""


def annotator_variance(labels: Labels, mean: float) -> float:
    """Mean variance of what a post adds that is due to who judged it, 0 where nobody judged twice."""
    twice = ~np.isnan(labels.within_variance)
    if not twice.any():
        return 0.0
    weight, people = 1 / labels.chance, np.nan_to_num(labels.annotators, nan=1.0)
    label, relevance = labels.label[twice], labels.relevance[twice]
    # People may differ on relevance as well. It and the label are 0 together, which gives their covariance.
    both = (1 - relevance) * (mean**2 * relevance - 2 * mean * label) * (people / (people - 1).clip(1))[twice]
    of_one_person = weighted_mean(labels.within_variance[twice] + both, weight[twice])
    return float(of_one_person * weighted_mean(1 / np.maximum(people, 1), weight))


def _warning(labels: Labels, posts: int) -> str:
    said, relevant = [], int(labels.relevance.sum())
    if relevant < FEW_LABELS:
        are = f"{relevant} relevant" if relevant < len(labels) else str(relevant)
        said.append(f"only {are} labels: the interval is wide")
    stand_for = (1 / labels.chance).sum()
    error = np.sqrt(((1 - labels.chance) / labels.chance**2).sum())
    # Posts that came after the draw had no chance to be labelled: the labels do not speak of them.
    if abs(stand_for - posts) > max(4 * error, 0.1 * posts):
        said.append(f"labels were drawn from about {stand_for:,.0f} posts, and there are {posts:,}")
    return "; ".join(said)
