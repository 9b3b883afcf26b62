"""Labels as a table of yes and no: one row a text, one column a label, for one label a text or several."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.models.features import prepared
from workbench.models.label_sets import check_label_sets, matrix_of_sets
from workbench.models.learning import check_labels


class LabelMatrix(NamedTuple):
    """Text × label."""

    holds: NDArray[np.bool_]
    judged: NDArray[np.bool_]
    """Whether anybody said if the label holds."""
    is_multi_label: bool

    def take(self, rows: NDArray[Any]) -> "LabelMatrix":
        """These texts only."""
        return LabelMatrix(self.holds[rows], self.judged[rows], self.is_multi_label)


def label_matrix(
    texts: Sequence[str],
    labels: Sequence[str] | Sequence[Collection[str]],
    classes: Sequence[str],
    is_multi_label: bool = False,
    judged: NDArray[np.bool_] | None = None,
) -> LabelMatrix:
    """Which of the classes hold of each text.

    Raises
    ------
    WorkbenchError
        A model cannot be trained on these: unknown labels, or too few different texts of one.
    """
    if is_multi_label:
        holds = matrix_of_sets(labels, classes)
        known = np.ones(holds.shape, dtype=bool) if judged is None else judged
        check_label_sets([prepared(text) for text in texts], holds, known, classes)
        return LabelMatrix(holds & known, known, True)
    given = [str(label) for label in labels]
    check_labels(texts, given, classes)
    holds = np.array([[label == name for name in classes] for label in given], dtype=bool)
    return LabelMatrix(holds, np.ones(holds.shape, dtype=bool), False)


def own_labels(holds: NDArray[np.bool_], classes: Sequence[str]) -> list[str]:
    """The labels of each text in one word, joined by ``|``, as cards and fingerprints take them."""
    return ["|".join(name for name, one in zip(classes, row, strict=True) if one) for row in holds]
