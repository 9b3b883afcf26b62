"""What every classifier offers: a name, its labels, a card and probabilities."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

LABELS = ("negative", "neutral", "positive")


class Classifier(Protocol):
    """Gives each text the probability of every label.

    The card is plain JSON and says what the model is: its kind, what it was trained on, its settings,
    scores with interval, calibration, languages, limits and licence. ``card["uses_brand"]`` says
    whether sentiment is judged toward the brand, or for the text as a whole.
    """

    @property
    def name(self) -> str:
        """Name and version, as in ``predictions.model``."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in the order of the probabilities."""

    @property
    def card(self) -> dict[str, Any]:
        """What the model is and how far it may be trusted."""

    def classify(self, texts: Sequence[str], brands: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities, one row a text and one column a label; every row sums to 1."""

    def held_out(self, texts: Sequence[str]) -> list[bool]:
        """Whether what it says of each text comes from a model that has not learned from that text.

        Only then may a human label of the text correct it.
        """


def top_labels(probabilities: NDArray[np.float64], labels: tuple[str, ...] = LABELS) -> list[str]:
    """The most probable label of each row.

    Examples
    --------
    >>> top_labels(np.array([[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]]))
    ['neutral', 'negative']
    """
    return [labels[i] for i in probabilities.argmax(axis=1)]
