"""The arithmetic of corrected means, on arrays: one estimate or thousands of simulated draws at once."""

from typing import NamedTuple

import numpy as np

from workbench.statistics.intervals import Floats, bounded_interval

# A few labels may by chance show no error at all, so that a variance of half a squared error, of a share,
# is added. Chosen on made populations; what it does on real posts is simulated in the tests.
UNSEEN_ERROR = 0.5


class Corrected(NamedTuple):
    """Corrected means with what their variance is made of; arrays have one entry a draw."""

    mean: Floats
    variance: Floats
    power: Floats
    errors: Floats
    observations: Floats


def corrected(
    labels: Floats, predictions: Floats, chances: Floats, mean_prediction: float | Floats
) -> Corrected:
    """Corrected means of labels between 0 and 1; the last axis is labelled posts, others are draws.

    The part that public functions and simulations share.
    """
    weights = 1 / chances
    # What a labelled post adds to the variance: nothing, if it was drawn for certain.
    own = (1 - chances) * weights**2
    labels_mean, predictions_mean = weighted_mean(labels, weights), weighted_mean(predictions, weights)
    label, prediction = labels - labels_mean[..., None], predictions - predictions_mean[..., None]
    power = np.clip(ratio((own * label * prediction).sum(-1), (own * prediction**2).sum(-1)), 0.0, 1.0)
    mean = labels_mean + power * (mean_prediction - predictions_mean)
    errors = label - power[..., None] * prediction
    size = labels.shape[-1]
    observations = weights.sum(-1) ** 2 / (weights**2).sum(-1)
    # λ costs a degree of freedom where predictions differ, as the mean does.
    freedom = np.maximum(size - 1.0 - (power > 0), 1.0)
    # The error that was not seen might be that of the post which stands for most.
    seen, unseen = (own * errors**2).sum(-1), UNSEEN_ERROR * own.max(-1)
    variance = (seen + unseen) / weights.sum(-1) ** 2 * size / freedom
    return Corrected(np.clip(mean, 0.0, 1.0), variance, power, errors, observations)


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
