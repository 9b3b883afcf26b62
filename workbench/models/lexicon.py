"""VADER: a published lexicon with rules for negation and emphasis, the off-the-shelf baseline."""

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from workbench.models.classifier import LABELS
from workbench.models.features import without_masks

NAME = "lexicon-1"

# Published: positive from .05, negative from −.05. Compounds have four decimals, so half a step less
# leaves no tie.
_THRESHOLD = 0.05 - 0.00005
# How fast the probabilities leave one third; ours, as VADER gives none.
_WIDTH = 0.25
# VADER's rules take quadratic time; a post is shorter, and a document is no post.
_LONGEST = 10_000


class LexiconModel:
    """VADER as a classifier; always there, trained on nothing of yours."""

    name = NAME
    labels = LABELS

    @property
    def card(self) -> dict[str, Any]:
        """What it is."""
        return {
            "name": NAME,
            "task": "sentiment",
            "what": "VADER lexicon and rules (Hutto and Gilbert 2014), thresholds −.05 and .05 as published",
            "trained_on": None,
            "trained_at": None,
            "settings": {"vaderSentiment": version("vaderSentiment"), "width": _WIDTH},
            "scores": None,
            "calibration": None,
            "uses_brand": False,
            "languages": {"en": {"n": 0, "accuracy": None}},
            "limits": [
                "English only; words of other languages count as neutral.",
                "Misses complaints that state facts without words of feeling: it reports too few negatives.",
                "Probabilities only order the posts; they are not calibrated.",
                f"Reads the first {_LONGEST:,} characters.",
            ],
            "licence": "MIT",
            "code_version": version("workbench"),
        }

    def classify(self, texts: Sequence[str], brands: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities whose largest follows the published rule; the brand is not looked at.

        Examples
        --------
        >>> from workbench.models.classifier import top_labels
        >>> texts = ["Not good at all", "It is a table", "I love it"]
        >>> top_labels(LexiconModel().classify(texts, ["Acme"] * 3))
        ['negative', 'neutral', 'positive']
        """
        return probabilities(np.array([compound(text) for text in texts], dtype=np.float64))

    def held_out(self, texts: Sequence[str]) -> list[bool]:
        """Always: it learns from nothing."""
        return [True] * len(texts)


def compound(text: str) -> float:
    """VADER's compound score of a masked text, −1 to 1."""
    return float(_analyzer().polarity_scores(without_masks(text)[:_LONGEST])["compound"])


def opinions(texts: Sequence[str]) -> NDArray[np.float64]:
    """What the lexicon holds of masked texts, as evidence for a model that learns: compound, positive, negative.

    Returns
    -------
    One row a text: the compound score, −1 to 1, and the shares of positive and of negative words, 0 to 1.

    Examples
    --------
    >>> opinions(["It is a table", "I love it"]).round(2).tolist()
    [[0.0, 0.0, 0.0], [0.64, 0.68, 0.0]]
    """
    scores = [_analyzer().polarity_scores(without_masks(text)[:_LONGEST]) for text in texts]
    return np.array([[one[name] for name in ("compound", "pos", "neg")] for one in scores]).reshape(-1, 3)


def probabilities(compounds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Smooth probabilities of negative, neutral, positive; they tie exactly at the thresholds."""
    negative = (-compounds - _THRESHOLD) / _WIDTH
    positive = (compounds - _THRESHOLD) / _WIDTH
    return np.asarray(softmax(np.stack([negative, np.zeros_like(compounds), positive], axis=1), axis=1))


@cache
def _analyzer() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
