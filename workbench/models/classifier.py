"""What every classifier offers: a name, its labels, a card and probabilities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

LABELS = ("negative", "neutral", "positive")


class Classifier(Protocol):
    """Gives each text the probability of every label.

    The card is plain JSON and says what the model is: its kind, what it was trained on, its settings,
    scores with interval, calibration, languages, limits and licence. ``card["uses_brand"]`` says
    whether a text is judged toward the brand, or as a whole; ``card["is_multi_label"]`` whether several
    labels, or none, may hold of one text.
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
        """Probabilities, one row a text and one column a label.

        Every row sums to 1; where several labels may hold, each column stands for itself.
        """

    def held_out(self, texts: Sequence[str]) -> list[bool]:
        """Whether what it says of each text comes from a model that has not learned from that text.

        Only then may a human label of the text correct it.
        """


@dataclass
class Carded:
    """What all trained models have in common: a card that names them and their labels."""

    card: dict[str, Any]

    @property
    def name(self) -> str:
        """Kind, time of training and fingerprint of what it was trained on."""
        return self.card["name"]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in the order of the probabilities."""
        return labels_of(self.card)


def labels_of(card: Mapping[str, Any]) -> tuple[str, ...]:
    """The labels of a card; cards written when there was one task have none."""
    return tuple(card.get("labels", LABELS))


def is_multi_label(classifier: Classifier) -> bool:
    """Whether several of its labels, or none, may hold of one text."""
    return bool(classifier.card.get("is_multi_label", False))


def thresholds_of(card: Mapping[str, Any]) -> tuple[float, ...]:
    """From which probability on each label is said, where several may hold; one half where the card says nothing."""
    thresholds = card.get("thresholds") or {}
    return tuple(float(thresholds.get(label, 0.5)) for label in labels_of(card))


def thresholds_by_label(card: Mapping[str, Any]) -> dict[str, float]:
    """From which probability (0–1) on each label is said, by its name; see `thresholds_of`."""
    return dict(zip(labels_of(card), thresholds_of(card), strict=True))


def top_labels(probabilities: NDArray[np.float64], labels: tuple[str, ...] = LABELS) -> list[str]:
    """The most probable label of each row.

    Examples
    --------
    >>> top_labels(np.array([[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]]))
    ['neutral', 'negative']
    """
    return [labels[i] for i in probabilities.argmax(axis=1)]
