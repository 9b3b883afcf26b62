"""Tests that may be looked at after every label: an alarm is no likelier to be false for having looked often.

Whoever looks at a usual interval after each new label finds sooner or later one that excludes what is true.
Here money is bet against the hypothesis that nothing changed, label by label: to have made twenty of one is
the evidence that alarms.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.statistics.betting import capital, checked, either_way, scaled
from workbench.statistics.confidence_sequence import means_so_far
from workbench.statistics.intervals import Floats


@dataclass(frozen=True)
class Watch:
    """What a sequence of labels has shown so far.

    Parameters
    ----------
    is_alarm
        Was the evidence ever strong enough?
    alarm_at
        After how many labels it first was; None where it was not.
    evidence
        The most that was made of one by betting against the hypothesis (an e-value): 20 alarms at 5 %.
    p_value
        Of the hypothesis, valid whenever one looks.
    path
        One row a label: ``labels``, ``evidence`` (at that moment), and where a mean is watched ``mean``, ``low``,
        ``high`` (a confidence sequence: all its intervals together hold the truth with the confidence stated).
    """

    is_alarm: bool
    alarm_at: int | None
    evidence: float
    p_value: float
    path: pd.DataFrame


def watch_drop(
    values: Sequence[float],
    promised: float,
    *,
    weights: Sequence[float] | None = None,
    largest: float = np.nan,
    alarm_chance: float = 0.05,
) -> Watch:
    """Has a mean fallen below what was promised? As for the accuracy of a model on labels that come one by one.

    Parameters
    ----------
    values
        Between 0 and 1, in the order in which they came: 1 where the model was right, 0 where it was wrong.
    promised
        What the mean ought to be at least. A promise that was measured itself is not known for certain: give
        the low end of its interval, or less by what would not matter.
    weights
        For how many posts each value stands (1 / inclusion probability), where they were not drawn alike.
    largest
        The largest weight that can come, as the design has it: that of the day is not known before, and a stake
        that is made smaller afterwards was never bet. NaN: the largest there is.
    alarm_chance
        Chance of ever alarming falsely.

    Raises
    ------
    WorkbenchError
        Values out of bounds, or a promise that is none.

    Notes
    -----
    The hypothesis is that every value has, given those before, a mean of at least what was promised. Betting as
    in Waudby-Smith and Ramdas 2023, "Estimating means of bounded random variables by betting" (JRSS B),
    doi:10.1093/jrsssb/qkad009, with a mixture of fixed stakes; Ville's inequality 1939.

    Examples
    --------
    A model that promised 80 % is right on 55 of 100:

    >>> right = ([1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0] * 10)[:100]
    >>> found = watch_drop(right, promised=0.8)
    >>> found.is_alarm, found.alarm_at
    (True, 26)
    """
    observed = checked(values)
    if not 0 < promised <= 1:
        raise WorkbenchError(f"a promised mean of {promised:g}: expected above 0 and up to 1.")
    scale = scaled(weights, len(observed), largest)
    # Gained by each unit staked: what the value is short of the promise.
    evidence = capital((promised - observed) * scale, worst=1 - promised)
    path = means_so_far(observed, scale, alarm_chance).assign(evidence=evidence)
    return _watched(path, alarm_chance)


def watch_difference(
    before: Sequence[float],
    after: Sequence[float],
    *,
    bounds: tuple[float, float] = (0.0, 1.0),
    bounds_after: tuple[float, float] | None = None,
    alarm_chance: float = 0.05,
) -> Watch:
    """Has a mean changed, up or down? New labels are laid beside old ones, pair by pair.

    Parameters
    ----------
    before
        Values of the time to compare with, in random order; as many are used as there are new ones.
    after
        Values since, in the order in which they came.
    bounds, bounds_after
        Lowest and highest possible value, of those since as before unless said: of a corrected share those that
        `powered` gives.
    alarm_chance
        Chance of ever alarming falsely.

    Returns
    -------
    A watch whose path has one row a pair: ``labels``, ``evidence``, ``difference`` (mean after less before).

    Raises
    ------
    WorkbenchError
        Values out of bounds.

    Notes
    -----
    The hypothesis is that both have the same mean. As `watch_drop`, with bets either way.
    """
    later = bounds if bounds_after is None else bounds_after
    early, late = checked(before, bounds), checked(after, later)
    pairs = min(len(early), len(late))
    gained = late[:pairs] - early[:pairs]
    evidence = either_way(gained, bounds[1] - later[0], later[1] - bounds[0])
    count = np.arange(1, pairs + 1)
    path = pd.DataFrame({"labels": count, "evidence": evidence, "difference": gained.cumsum() / count})
    return _watched(path, alarm_chance)


def powered(
    label: Sequence[float], prediction: Sequence[float], mean_prediction: float, power: float
) -> tuple[Floats, tuple[float, float]]:
    """Labels less what the classifier explains of them: the same mean, and less to and fro around it.

    Parameters
    ----------
    label, prediction
        Of the labelled posts, between 0 and 1.
    mean_prediction
        Of all posts of the time from which they were drawn.
    power
        How much the classifier counts (λ), chosen before: that of the time to compare with.

    Returns
    -------
    Values for `watch_difference`, and their bounds.

    Notes
    -----
    Prediction-powered inference, as in `workbench.statistics.prevalence`, label by label.
    """
    explained = power * (np.asarray(prediction, dtype=np.float64) - mean_prediction)
    bounds = (-power * (1 - mean_prediction), 1 + power * mean_prediction)
    return np.asarray(label, dtype=np.float64) - explained, bounds


def _watched(path: pd.DataFrame, alarm_chance: float) -> Watch:
    evidence = float(path["evidence"].max()) if len(path) else 1.0
    is_over = (path["evidence"] >= 1 / alarm_chance).to_numpy()
    return Watch(
        is_alarm=bool(is_over.any()),
        alarm_at=int(path["labels"].iloc[is_over.argmax()]) if is_over.any() else None,
        evidence=max(evidence, 1.0),
        p_value=1 / max(evidence, 1.0),
        path=path,
    )
