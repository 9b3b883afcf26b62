"""What every threshold would do: precision, recall, cost and work for people, with intervals."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from workbench.models.thresholds import Rule, checked, outcome, rule_at, threshold_for
from workbench.settings import Cost
from workbench.statistics.correction import UNSEEN_ERROR
from workbench.statistics.intervals import Floats, bounded_interval

FIGURES = ("precision", "recall", "found", "said", "to_people", "cost_per_1000")


def threshold_curve(
    probabilities: Floats,
    holds: NDArray[np.bool_],
    cost: Cost,
    weights: Floats | None = None,
    *,
    steps: int = 100,
) -> pd.DataFrame:
    """Precision, recall, cost and share to people at thresholds from 0 to 1.

    Parameters
    ----------
    probabilities, holds, cost, weights
        As in `workbench.models.thresholds.outcome`.
    steps
        Thresholds are this fine; the one that the costs ask for is always among them.

    Returns
    -------
    One row a threshold: ``threshold``, ``is_asked_for`` by the costs, ``people_from`` and ``people_to`` (the band of
    probabilities left to people, equal where there is none), and the figures of `Result`, each with ``_low`` and
    ``_high``, its 95 % interval; null where nothing is said or nothing has the label.

    Notes
    -----
    Shares have Wilson's interval with an effective number of posts, that of the variance of a ratio (Särndal, Swensson
    and Wretman 1992, chapter 5): posts that stand for many may be right less often. The cost has Student's, with two
    posts more: one that costs nothing and one that costs the most, as a rare and dear miss may not have been seen yet.
    Each interval is of one threshold; the cheapest of a hundred looks cheaper on the posts that chose it than it is.
    """
    weights = checked(probabilities, holds, weights)
    wanted = threshold_for(cost)
    thresholds = np.union1d(np.linspace(0, 1, steps + 1), [wanted])
    rows = []
    for threshold in map(float, thresholds):
        rule = rule_at(threshold, cost)
        at = {"threshold": threshold, "is_asked_for": threshold == wanted}
        at |= {"people_from": rule.low, "people_to": rule.high}
        rows.append(at | _figures(probabilities, holds, rule, cost, weights))
    return pd.DataFrame(rows)


def _figures(
    probabilities: Floats, holds: NDArray[np.bool_], rule: Rule, cost: Cost, weights: Floats
) -> dict[str, float]:
    result = outcome(probabilities, holds, rule, cost, weights)
    yes, no = probabilities >= rule.high, probabilities < rule.low
    asked, every = ~yes & ~no, np.ones(len(holds), dtype=bool)
    counted = {
        "precision": (yes, holds),
        "recall": (holds, yes),
        "found": (holds, ~no),
        "said": (every, yes),
        "to_people": (every, asked),
    }
    figures: dict[str, float] = {}
    for name, (whole, part) in counted.items():
        value = getattr(result, name)
        ends = (np.nan, np.nan) if value is None else _share_interval(value, part[whole], weights[whole])
        figures |= _named(name, np.nan if value is None else value, *ends)
    costs = cost.missed * (no & holds) + cost.false_alarm * (yes & ~holds) + (cost.review or 0.0) * asked
    worst = max(cost.missed, cost.false_alarm, cost.review or 0.0)
    low, high = _mean_interval(costs, weights, worst)
    value = result.cost_per_1000
    return figures | _named("cost_per_1000", value, min(1_000 * low, value), max(1_000 * high, value))


def _named(name: str, value: float, low: float, high: float) -> dict[str, float]:
    return {name: value, f"{name}_low": low, f"{name}_high": high}


def _share_interval(share: float, is_part: NDArray[np.bool_], weights: Floats) -> tuple[float, float]:
    effective = weights.sum() ** 2 / (weights**2).sum()
    # Half an error that was not seen, of the post that stands for most: where all were alike, nothing varies.
    unseen = UNSEEN_ERROR * weights.max() ** 2
    variance = ((weights**2 * (is_part - share) ** 2).sum() + unseen) / weights.sum() ** 2
    spread = share * (1 - share) + UNSEEN_ERROR / effective
    low, high = bounded_interval(share, variance, effective - 1, spread=spread)
    return float(low), float(high)


def _mean_interval(values: Floats, weights: Floats, highest: float) -> tuple[float, float]:
    values = np.append(values, [0.0, highest])
    weights = np.append(weights, [weights.mean()] * 2)
    mean = np.average(values, weights=weights)
    error = np.sqrt((weights**2 * (values - mean) ** 2).sum()) / weights.sum()
    half = stats.t.ppf(0.975, len(values) - 1) * error
    return float(max(0.0, mean - half)), float(min(highest, mean + half))
