"""Labelled texts with all that is known of each text and label before anything is learnt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Labelled:
    """Texts with the labels that hold of them, and what is known of each text and label."""

    clean: Sequence[str]
    """Prepared texts."""
    vectors: NDArray[np.float32] | None
    """Their sentence embeddings."""
    written: NDArray[np.float64]
    """Text × label × feature of `LabelWords`."""
    meant: NDArray[np.float64] | None
    """Text × label × feature of `LabelMeaning`."""
    holds: NDArray[np.bool_]
    judged: NDArray[np.bool_]

    def take(self, rows: NDArray[np.int64]) -> "Labelled":
        """Some of the texts."""
        return Labelled(
            [self.clean[i] for i in rows],
            None if self.vectors is None else self.vectors[rows],
            self.written[rows],
            None if self.meant is None else self.meant[rows],
            self.holds[rows],
            self.judged[rows],
        )


class Standard(NamedTuple):
    """Mean and spread of the similarities to each label's name, over the texts that were learnt from.

    Some names are near to every text; what tells is how much nearer they are than usual.
    """

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]

    def __call__(self, meant: NDArray[np.float64]) -> NDArray[np.float64]:
        """Similarities in units of their spread."""
        return (meant - self.mean) / self.spread


def standard_of(meant: NDArray[np.float64]) -> Standard:
    """The standard of these texts."""
    return Standard(meant.mean(axis=0), meant.std(axis=0) + 1e-6)


def evidence(
    written: NDArray[np.float64], meant: NDArray[np.float64] | None, standard: Standard | None
) -> NDArray[np.float64]:
    """What names tell of texts: their words, and their meaning where it is used."""
    if meant is None or standard is None:
        return written
    return np.concatenate([written, standard(meant)], axis=2)
