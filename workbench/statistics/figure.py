"""What is estimated: a mean of weighted labels, as the classifier gives them and as people do."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from workbench.statistics.readings_of_tasks import SENTIMENT, TaskColumns, or_else


@dataclass(frozen=True)
class Figure:
    """A mean of weighted labels: the share of one, or how far one outweighs another.

    Parameters
    ----------
    metric
        Name of the figure.
    unit
        Unit of the value.
    weights
        Weight of each label; one that is not named weighs nothing.
    columns
        Where the mention frame has the task's labels.

    Examples
    --------
    >>> Figure("net_sentiment", "−1 to 1", {"positive": 1, "negative": -1}).bounds
    (-1.0, 1.0)
    """

    metric: str
    unit: str
    weights: Mapping[str, float]
    columns: TaskColumns = SENTIMENT

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest possible value."""
        return min(0.0, *map(float, self.weights.values())), max(0.0, *map(float, self.weights.values()))

    def predicted(self, frame: pd.DataFrame) -> pd.Series:
        """The figure of each row, of what the classifier says."""
        return self._weighted(frame, self.columns.said)

    def judged(self, labelled: pd.DataFrame) -> pd.DataFrame:
        """Labelled mentions in the columns of `workbench.statistics.prevalence.corrected_mean`."""
        people = labelled[self.columns.annotators].astype(float)
        label, relevance = (
            self._weighted(labelled, self.columns.judged),
            or_else(labelled, self.columns.relevant, 1),
        )
        return pd.DataFrame(
            {
                "label": label,
                "prediction": self.predicted(labelled),
                "inclusion_probability": labelled[self.columns.chance].astype(float),
                "is_held_out": labelled[self.columns.is_held_out].astype(bool),
                "relevance": relevance,
                "annotators": people,
                "within_variance": self._within(labelled, label, people),
            }
        )

    def _within(self, labelled: pd.DataFrame, label: pd.Series, people: pd.Series) -> pd.Series:
        """Variance among people; each gives one label or none of these, so that the shares alone tell it."""
        prefix = self.columns.judged
        squares = sum(labelled[prefix + name].astype(float) * w**2 for name, w in self.weights.items())
        # Who finds it mixed gives half to either, and is less far from the others than if some gave all.
        apart = (self.weights.get("positive", 0.0) - self.weights.get("negative", 0.0)) / 2
        squares -= or_else(labelled, self.columns.mixed, 0) * apart**2
        return (squares - label**2).clip(lower=0) * people / (people - 1).where(people > 1)

    def _weighted(self, frame: pd.DataFrame, prefix: str) -> pd.Series:
        weighted = [frame[prefix + label].astype(float) * weight for label, weight in self.weights.items()]
        return sum(weighted[1:], weighted[0])
