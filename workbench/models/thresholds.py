"""From what a wrong answer costs to when a model says yes, says no, or leaves a post to people.

The costs are stated by whoever bears them (`[costs.<task>.<label>]` in the settings); the probabilities must be
calibrated, or the thresholds mean nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.settings import Cost
from workbench.statistics.intervals import Floats


class Rule(NamedTuple):
    """When a label is said by the model alone: never below `low`, from `high` on always; between them people decide."""

    low: float
    high: float

    @property
    def asks_people(self) -> bool:
        """Whether any post goes to people."""
        return self.low < self.high


class Result(NamedTuple):
    """What a rule does to posts; shares are of all posts, of which `n` were labelled. None: nothing to divide by."""

    precision: float | None
    """Of the posts of which the model says yes alone, the share that has the label."""
    recall: float | None
    """Of the posts that have the label, the share of which the model says yes alone."""
    found: float | None
    """The same together with what people find among the posts left to them."""
    said: float
    to_people: float
    cost_per_1000: float
    n: int


def rule_for(cost: Cost) -> Rule:
    """The rule of least expected cost for calibrated probabilities.

    Saying yes costs a false alarm where the label does not hold, saying no costs a miss where it does. Where people
    can be asked, they are whenever either would cost more than their looking at it.

    Notes
    -----
    Chow 1970, On optimum recognition error and reject tradeoff; for two unequal costs as in Elkan 2001, The
    foundations of cost-sensitive learning. People are taken to be right.

    Examples
    --------
    A missed risk costs as much as 19 false alarms, so yes is said from 5 % on:

    >>> rule_for(Cost(missed=19, false_alarm=1))
    Rule(low=0.05, high=0.05)

    At half a false alarm for a look, people see what lies between:

    >>> low, high = rule_for(Cost(missed=20, false_alarm=1, review=0.5))
    >>> low, high
    (0.025, 0.5)
    """
    return rule_at(threshold_for(cost), cost)


def threshold_for(cost: Cost) -> float:
    """Probability from which yes is cheaper than no."""
    return cost.false_alarm / (cost.false_alarm + cost.missed)


def rule_at(threshold: float, cost: Cost) -> Rule:
    """The rule around a threshold of a person's own choice.

    The threshold says what a miss is worth against a false alarm, the costs what both together are worth against a
    look by people. At `threshold_for` it is `rule_for`.

    Raises
    ------
    WorkbenchError
        The threshold is no probability.
    """
    if not 0 <= threshold <= 1:
        raise WorkbenchError(f"{threshold:g} is no threshold: it is a probability, from 0 to 1.")
    stakes = cost.missed + cost.false_alarm
    missed, false_alarm = (1 - threshold) * stakes, threshold * stakes
    if cost.review is None or cost.review * stakes >= missed * false_alarm:
        return Rule(threshold, threshold)
    return Rule(cost.review / missed, 1 - cost.review / false_alarm)


def outcome(
    probabilities: Floats,
    holds: NDArray[np.bool_],
    rule: Rule,
    cost: Cost,
    weights: Floats | None = None,
) -> Result:
    """What a rule does on labelled posts.

    Parameters
    ----------
    probabilities
        Of the label, from a model that has not learned from these posts.
    holds
        Whether the label holds.
    rule, cost
        The rule, and what its errors cost; `cost` is that of the settings, whatever the threshold.
    weights
        How many posts each stands for, 1 / π of a drawn sample. None: each for itself.

    Raises
    ------
    WorkbenchError
        There are no posts.

    Examples
    --------
    Four posts; the model says yes of two of which one has the label, and leaves one to people:

    >>> cost = Cost(missed=10, false_alarm=1, review=0.5)
    >>> said = outcome(np.array([0.9, 0.8, 0.4, 0.1]), np.array([True, False, True, False]), Rule(0.3, 0.5), cost)
    >>> said.precision, said.recall, said.found, said.to_people, said.cost_per_1000
    (0.5, 0.5, 1.0, 0.25, 375.0)
    """
    weights = checked(probabilities, holds, weights)
    yes, asked = probabilities >= rule.high, (probabilities >= rule.low) & (probabilities < rule.high)
    has = weights * holds
    said, right, missed = weights[yes].sum(), has[yes].sum(), has[~yes & ~asked].sum()
    every, reviewed = weights.sum(), weights[asked].sum()
    costs = cost.missed * missed + cost.false_alarm * (said - right) + (cost.review or 0.0) * reviewed
    return Result(
        precision=float(right / said) if said else None,
        recall=float(right / has.sum()) if has.sum() else None,
        found=float((right + has[asked].sum()) / has.sum()) if has.sum() else None,
        said=float(said / every),
        to_people=float(reviewed / every),
        cost_per_1000=float(1_000 * costs / every),
        n=len(weights),
    )


def checked(probabilities: Floats, holds: NDArray[np.bool_], weights: Floats | None) -> Floats:
    """The weights, once it is seen that there is one of everything for each post.

    Raises
    ------
    WorkbenchError
        There is not, or there are no posts.
    """
    if not len(probabilities):
        raise WorkbenchError(
            "there are no labelled posts to see what a threshold does. Label some at random."
        )
    weights = np.ones(len(probabilities)) if weights is None else weights
    if not len(probabilities) == len(holds) == len(weights):
        raise WorkbenchError(
            f"{len(probabilities)} probabilities came with {len(holds)} labels and {len(weights)} weights."
        )
    return weights


def doubted(probabilities: Floats, rules: Sequence[Rule]) -> NDArray[np.bool_]:
    """Posts that go to people by the rule of any of their labels: a row a post, a column and a rule a label."""
    lows, highs = (np.array([getattr(rule, name) for rule in rules]) for name in ("low", "high"))
    return np.asarray(((probabilities >= lows) & (probabilities < highs)).any(axis=1))
