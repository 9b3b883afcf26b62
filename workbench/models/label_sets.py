"""Texts with several labels or none: as a matrix, and whether a model can be trained on them."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.errors import WorkbenchError, did_you_mean
from workbench.models.label_spelling import shown_label
from workbench.models.text_hashes import text_hashes

FEWEST_TEXTS = 10
FEWEST_OF_A_LABEL = 5


def matrix_of_sets(label_sets: Sequence[Collection[str]], classes: Sequence[str]) -> NDArray[np.bool_]:
    """One row a text, one column a label: whether it holds.

    Raises
    ------
    WorkbenchError
        A label that is none of the classes, or a word where the labels of a text should stand.

    Examples
    --------
    >>> matrix_of_sets([{"complaint", "question"}, set()], ["question", "praise", "complaint"]).tolist()
    [[True, False, True], [False, False, False]]
    """
    if any(isinstance(one, str) for one in label_sets):
        raise WorkbenchError(
            "several labels may hold of a text here, and a single word was given for one. Give each text the list "
            "of its labels, empty where none holds."
        )
    place = {label: column for column, label in enumerate(classes)}
    for label in sorted({label for one in label_sets for label in one} - place.keys()):
        raise WorkbenchError(
            f"{shown_label(label)} is no label.{did_you_mean(label, classes)} Labels: {', '.join(classes)}."
        )
    matrix = np.zeros((len(label_sets), len(place)), dtype=bool)
    for row, labels in enumerate(label_sets):
        matrix[row, [place[label] for label in labels]] = True
    return matrix


def sets_of_matrix(matrix: NDArray[np.bool_], classes: Sequence[str]) -> list[frozenset[str]]:
    """The labels of each row.

    Examples
    --------
    >>> sets_of_matrix(np.array([[True, False], [False, False]]), ["question", "praise"])
    [frozenset({'question'}), frozenset()]
    """
    return [frozenset(classes[column] for column in np.flatnonzero(row)) for row in matrix]


def folds_of_sets(clean: Sequence[str], holds: NDArray[np.bool_], folds: int, seed: int) -> NDArray[np.int64]:
    """Fold of each text, the texts of rare labels in even shares; texts that read alike stay together.

    Examples
    --------
    >>> holds = np.array([[1, 0], [0, 1]] * 4, dtype=bool)
    >>> fold = folds_of_sets(list("abcdefga"), holds, folds=2, seed=0)
    >>> bool(fold[0] == fold[7]), sorted(np.bincount(fold[:7][holds[:7, 0]]).tolist())
    (True, [2, 2])
    """
    _, first, group = np.unique(text_hashes(clean), return_index=True, return_inverse=True)
    texts_with = holds[first].sum(axis=0)
    rarest = np.where(holds[first], texts_with, len(first) + 1).argmin(axis=1)
    rarest[~holds[first].any(axis=1)] = holds.shape[1]
    order = np.lexsort((np.random.default_rng(seed).permutation(len(first)), rarest))
    fold = np.empty(len(first), dtype=np.int64)
    fold[order] = np.arange(len(first)) % max(min(folds, len(first)), 1)
    return fold[group]


def check_label_sets(
    clean: Sequence[str], holds: NDArray[np.bool_], judged: NDArray[np.bool_], classes: Sequence[str]
) -> None:
    """See whether a model of these classes can be trained on prepared texts and their labels.

    One label must have enough texts to learn from; rarer ones are read by their names and by what is common
    to all labels.

    Raises
    ------
    WorkbenchError
        Too few different texts, or no label with enough of them where it holds and where it does not.
    """
    if len(clean) != len(holds):
        raise WorkbenchError(
            f"{len(clean)} texts came with {len(holds)} sets of labels; each text needs one."
        )
    told_apart = text_hashes(clean)  # a post that was passed on is no other
    different = len(np.unique(told_apart))
    if different < FEWEST_TEXTS:
        raise WorkbenchError(
            f"training needs at least {FEWEST_TEXTS} different labelled texts and found {different}. Label more posts."
        )
    counts = [
        tuple(len(np.unique(told_apart[rows])) for rows in (judged_yes, judged_no))
        for judged_yes, judged_no in zip((holds & judged).T, (~holds & judged).T, strict=True)
    ]
    if not any(min(count) >= FEWEST_OF_A_LABEL for count in counts):
        found = ", ".join(f"{name} {yes}/{no}" for name, (yes, no) in zip(classes, counts, strict=True))
        raise WorkbenchError(
            f"training needs a label that holds of at least {FEWEST_OF_A_LABEL} different texts and does not hold of "
            f"as many. Found (holds/does not): {found}. Label more posts."
        )
