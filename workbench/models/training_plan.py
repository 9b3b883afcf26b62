"""How long a training will take on this machine, told before it begins, and made to fit the time there is."""

import math
from dataclasses import dataclass

from workbench.errors import WorkbenchError

# Of each text, while a step reads `TEXTS_A_STEP`: enough that texts of one label lie together.
_PASSES = 6
_FEWEST_STEPS, _MOST_STEPS = 40, 150
_LEAST_USEFUL = 10
TEXTS_A_STEP = 32


@dataclass(frozen=True)
class TrainingPlan:
    """Steps of the whole model and of the model of each fold, and what they take."""

    steps: int
    steps_of_a_fold: int
    folds: int
    seconds_a_step: float
    seconds_of_reading: float
    """What turning the texts into vectors takes, all models together."""

    @property
    def seconds(self) -> float:
        """What the training takes."""
        return (
            self.steps + self.folds * self.steps_of_a_fold
        ) * self.seconds_a_step + self.seconds_of_reading

    def __str__(self) -> str:
        """As it is told.

        Examples
        --------
        >>> print(TrainingPlan(60, 40, 3, 1.0, 20.0))
        about 3 minutes on this machine: 60 + 3 × 40 steps of 1.0 s, and reading
        """
        folds = f" + {self.folds} × {self.steps_of_a_fold}" if self.folds else ""
        return (
            f"{in_words(self.seconds)} on this machine: {self.steps}{folds} steps of "
            f"{self.seconds_a_step:.1f} s, and reading"
        )


def plan_training(
    texts: int, folds: int, seconds_a_step: float, *, budget: float | None = None
) -> TrainingPlan:
    """Steps for so many texts, fewer where the budget (in seconds) demands it.

    Raises
    ------
    WorkbenchError
        Within the budget nothing useful can be learnt.

    Examples
    --------
    >>> plan_training(24, 3, 0.5).steps, plan_training(320, 3, 0.5).steps, plan_training(9_000, 3, 0.5).steps
    (40, 60, 150)
    >>> plan_training(320, 3, 1.0).seconds > 100 > plan_training(320, 3, 1.0, budget=100).seconds
    True
    """
    wanted = min(max(_FEWEST_STEPS, texts * _PASSES // TEXTS_A_STEP), _MOST_STEPS)
    plan = _of(wanted, texts, folds, seconds_a_step)
    if budget is None or plan.seconds <= budget:
        return plan
    for_steps = budget - plan.seconds_of_reading
    steps = int(wanted * for_steps / (plan.seconds - plan.seconds_of_reading))
    if steps < _LEAST_USEFUL:
        least = _of(_LEAST_USEFUL, texts, folds, seconds_a_step)
        raise WorkbenchError(
            f"in {budget:,.0f} seconds nothing useful can be learnt from {texts:,} texts: on this machine, just now, "
            f"it takes {math.ceil(least.seconds):,}. Give more time, fewer texts, or train a linear model."
        )
    return _of(steps, texts, folds, seconds_a_step)


def in_words(seconds: float) -> str:
    """A time as one would say it.

    Examples
    --------
    >>> in_words(8), in_words(100), in_words(12_000)
    ('about 8 seconds', 'about 2 minutes', 'about 3.3 hours')
    """
    if seconds < 90:
        return f"about {seconds:.0f} seconds"
    return f"about {seconds / 60:.0f} minutes" if seconds < 5_400 else f"about {seconds / 3_600:.1f} hours"


def _of(steps: int, texts: int, folds: int, seconds_a_step: float) -> TrainingPlan:
    of_a_fold = max(1, round(steps * (folds - 1) / folds)) if folds else 0
    # Each fold's model reads all texts once, and so does the whole one; reading takes a third of learning.
    reading = (folds + 1) * texts / TEXTS_A_STEP * seconds_a_step / 3
    return TrainingPlan(steps, of_a_fold, folds, seconds_a_step, reading)
