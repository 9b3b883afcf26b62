"""The student: a small model that has learnt what a slow teacher says, and reads every post.

It loads in a moment and without PyTorch, whatever its teacher was; `student_training` makes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.models.classifier import Carded, is_multi_label, labels_of
from workbench.models.features import prepared
from workbench.models.student_reading import StudentReader, said
from workbench.models.student_state import read_state, write_state
from workbench.models.text_hashes import fold_of, not_among

_CHUNK = 10_000


@dataclass
class Student(Carded):
    """Weights of words, pairs of words and character sequences; `student_training.train_student` makes it."""

    reader: StudentReader
    folds: int
    """1; or one student a fold, each without the texts of that fold."""
    learned_from: NDArray[np.uint64] | None
    """Hashes of texts of which nothing it says is held out; None where that may be any text."""
    out_of_fold: NDArray[np.float64] | None = None
    """It learns from no labels, so there is none until somebody asks it of labelled texts."""

    def classify(self, texts: Sequence[str], brands: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities as its teacher would give them, one row a text; the brand is not looked at."""
        return self.classify_alike(texts, brands, texts)

    def classify_alike(
        self, texts: Sequence[str], brands: Sequence[str], first: Sequence[str]
    ) -> NDArray[np.float64]:
        """The same by the students that would read `first`: texts that are compared must be read by one student."""
        parts = []
        for start in range(0, len(texts), _CHUNK):
            clean = [prepared(text) for text in texts[start : start + _CHUNK]]
            alike = clean if first is texts else [prepared(text) for text in first[start : start + _CHUNK]]
            parts.append(self._of_chunk(clean, alike))
        return np.concatenate(parts) if parts else np.empty((0, len(self.labels)))

    def held_out(self, texts: Sequence[str]) -> list[bool]:
        """Whether neither it nor its teacher has learned from each text, when it is asked about that text."""
        return not_among(texts, self.learned_from)

    def write(self, folder: Path) -> None:
        """Write everything learnt into a folder."""
        write_state(folder, self.reader, self.folds, self.learned_from)

    def _of_chunk(self, clean: list[str], alike: list[str]) -> NDArray[np.float64]:
        logits = self.reader.logits(clean).reshape(len(clean), self.folds, len(self.labels))
        fold = fold_of(alike, self.folds) if self.folds > 1 else np.zeros(len(clean), dtype=np.int64)
        return said(logits[np.arange(len(clean)), fold], is_multi_label(self))


def read(folder: Path, card: dict[str, Any]) -> Student:
    """The student that was written into that folder; PyTorch is not needed.

    Raises
    ------
    WorkbenchError
        There is no such model in it.
    """
    return Student(card, *read_state(folder, labels_of(card)))
