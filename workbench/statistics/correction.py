"""The arithmetic of corrected means, on arrays: one estimate or thousands of simulated draws at once."""

from typing import NamedTuple

import numpy as np

from workbench.statistics.intervals import Floats, bounded_interval

# A few labels may by chance show no error at all, so that a variance of half a squared error, of a share,
# is added. Chosen on made populations; what it does on real posts is simulated in the tests.
UNSEEN_ERROR = 0.5


class Corrected(NamedTuple):
    """Corrected means with what their variance is made of; arrays have one entry a draw.

    Parameters
    ----------
    mean, variance
        Of the relevant posts.
    power
        How much the classifier counts (λ).
    errors
        What each labelled post adds to the error of the mean, linearised, before its weight.
    observations
        Effective number of labelled posts that are relevant (Kish).
    relevant
        Share of the posts that are relevant.
    size
        How many of the labelled posts are relevant.
    """

    mean: Floats
    variance: Floats
    power: Floats
    errors: Floats
    observations: Floats
    relevant: Floats
    size: Floats

    @property
    def freedom(self) -> Floats:
        """Degrees of freedom; λ costs one where predictions differ, as the mean does."""
        return np.maximum(self.size - 1.0 - (self.power > 0), 1.0)


def corrected(
    labels: Floats,
    predictions: Floats,
    chances: Floats,
    mean_prediction: float | Floats,
    relevance: Floats | None = None,
) -> Corrected:
    """Corrected means of labels between 0 and 1; the last axis is labelled posts, others are draws.

    The part that public functions and simulations share. Where some labelled posts turn out not to be about
    the brand, the mean is that of the others, a ratio of two means (a domain, Särndal, Swensson and Wretman
    1992, chapter 10): its error is linearised, and so is what the predictions are held against.

    Parameters
    ----------
    labels
        0 where a post is not relevant.
    predictions, chances
        Of the labelled posts; chances are inclusion probabilities.
    mean_prediction
        Of all posts, relevant or not, as nobody knows which the others are.
    relevance
        1 or 0, or the share of people who found it so; without it all are relevant.
    """
    weights = 1 / chances
    relevance = np.ones_like(labels) if relevance is None else relevance
    # What a labelled post adds to the variance: nothing, if it was drawn for certain.
    own = (1 - chances) * weights**2
    counted = weights * relevance
    relevant = counted.sum(-1) / weights.sum(-1)
    labels_mean, predictions_mean = (
        (weights * labels).sum(-1) / counted.sum(-1),
        weighted_mean(predictions, weights),
    )
    label = (labels - labels_mean[..., None] * relevance) / relevant[..., None]
    prediction = predictions - predictions_mean[..., None]
    power = np.clip(ratio((own * label * prediction).sum(-1), (own * prediction**2).sum(-1)), 0.0, 1.0)
    mean = labels_mean + power * (mean_prediction - predictions_mean)
    result = Corrected(
        mean=np.clip(mean, 0.0, 1.0),
        variance=np.zeros_like(mean),
        power=power,
        errors=label - power[..., None] * prediction,
        observations=counted.sum(-1) ** 2 / (weights * counted * relevance).sum(-1),
        relevant=relevant,
        size=relevance.sum(-1),
    )
    # The error that was not seen might be that of the post which stands for most; and where a classifier leaves rare
    # and large errors of its own, few labels show fewer of them still.
    unseen = UNSEEN_ERROR * (1 / relevant**2 + power) * own.max(-1)
    seen = (own * result.errors**2).sum(-1)
    variance = (seen + unseen) / weights.sum(-1) ** 2 * result.size / result.freedom
    return result._replace(variance=variance)


def interval(
    result: Corrected, confidence: float = 0.95, added_variance: float = 0.0
) -> tuple[Floats, Floats]:
    """Ends of the interval of `corrected`, with variance from elsewhere, as of people's own error."""
    spread = result.mean * (1 - result.mean) + UNSEEN_ERROR / result.observations
    freedom = result.observations - 1 - (result.power > 0)
    return bounded_interval(result.mean, result.variance + added_variance, freedom, confidence, spread)


def weighted_mean(values: Floats, weights: Floats) -> Floats:
    """Along the last axis."""
    return np.asarray((weights * values).sum(-1) / weights.sum(-1))


def ratio(part: Floats, whole: Floats) -> Floats:
    """The part of the whole, 0 where there is no whole (up to rounding)."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 1e-12)
