"""Reading each text by the one of several models that has not learned from it."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from workbench.models.text_hashes import fold_of


class Reads(Protocol):
    """What a model of one fold does."""

    def probabilities(self, texts: Sequence[str], clean: Sequence[str]) -> NDArray[np.float64]:
        """One row a text and one column a label."""


def probabilities_by_fold(
    folds: Sequence[Reads],
    texts: Sequence[str],
    clean: Sequence[str],
    labels: int,
    alike: Sequence[str] | None = None,
) -> NDArray[np.float64]:
    """Probabilities of texts, each by the model of its own fold, which learned from those of the others.

    Parameters
    ----------
    folds
        The model of each fold.
    texts, clean
        Texts, and the same prepared, by which their fold is known.
    labels
        How many labels there are.
    alike
        Prepared texts whose folds are taken instead of the texts' own.
    """
    fold = fold_of(clean if alike is None else alike, len(folds))
    said = np.empty((len(texts), labels))
    for number, learnt in enumerate(folds):
        rows = np.flatnonzero(fold == number)
        said[rows] = learnt.probabilities([texts[i] for i in rows], [clean[i] for i in rows])
    return said
