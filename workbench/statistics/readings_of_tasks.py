"""Where the mention frame keeps what a classifier says of a task, and what people said."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from workbench.statistics.sentiment import LABELS

INTENT, JUDGED_INTENT = "intent_", "judged_intent_"


@dataclass(frozen=True)
class TaskColumns:
    """Columns of one task.

    Parameters
    ----------
    labels
        Its labels.
    said, judged
        What stands before a label in the columns of predicted probabilities, and of people's answers.
    chance, annotators, is_held_out
        Columns of the inclusion probability, of how many judged, and of whether the classifier learned nothing
        from the text.
    relevant, mixed
        Share of the people who found the mention relevant, and who found it both negative and positive. A
        frame may be without: all are relevant then, and none is mixed.
    """

    labels: tuple[str, ...]
    said: str = ""
    judged: str = "label_"
    chance: str = "inclusion_probability"
    annotators: str = "annotators"
    is_held_out: str = "is_held_out"
    relevant: str = "label_relevant"
    mixed: str = "label_mixed"

    @property
    def predicted(self) -> list[str]:
        """Columns of what the classifier says."""
        return [self.said + label for label in self.labels]

    @property
    def needed(self) -> list[str]:
        """Columns without which nothing can be estimated."""
        people = [self.judged + label for label in self.labels]
        return [*self.predicted, *people, self.chance, self.annotators, self.is_held_out]

    @property
    def optional(self) -> list[str]:
        """Columns that a frame may be without."""
        return [name for name in (self.relevant, self.mixed) if name]


SENTIMENT = TaskColumns(LABELS)


def intents(labels: Sequence[str]) -> TaskColumns:
    """Columns of intents, of which a mention may have several."""
    return TaskColumns(
        tuple(labels),
        said=INTENT,
        judged=JUDGED_INTENT,
        chance="intents_inclusion_probability",
        annotators="intents_annotators",
        is_held_out="intents_is_held_out",
        relevant="judged_intents_relevant",
        mixed="",
    )


def intents_in(columns: Sequence[str]) -> TaskColumns:
    """Columns of the intents that a mention frame has.

    Examples
    --------
    >>> intents_in(["post_id", "intent_praise", "judged_intent_praise", "intent_complaint"]).labels
    ('complaint', 'praise')
    """
    return intents(sorted(name.removeprefix(INTENT) for name in columns if name.startswith(INTENT)))


def or_else(frame: pd.DataFrame, column: str, otherwise: float) -> pd.Series:
    """A column of numbers, with something else where it is missing, in part or as a whole."""
    if column not in frame:
        return pd.Series(otherwise, index=frame.index, dtype=float)
    return frame[column].astype(float).fillna(otherwise)
