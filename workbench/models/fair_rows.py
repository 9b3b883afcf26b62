"""Which texts a fair comparison is scored on: those that none of the models has learned from."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.models.classifier import Classifier
from workbench.models.features import prepared
from workbench.models.methods import Labels
from workbench.models.text_hashes import text_hashes

Labelled = tuple[Sequence[str], Labels]


def unseen(learn: Sequence[str], score: Sequence[str]) -> NDArray[np.int64]:
    """Rows of the texts to score on that read like none of those to learn from.

    Raises
    ------
    WorkbenchError
        There are none.

    Examples
    --------
    >>> unseen(["@Acme late"], ["@Bolt LATE", "thanks"]).tolist()
    [1]
    """
    known, asked = (text_hashes([prepared(text) for text in texts]) for texts in (learn, score))
    rows = np.flatnonzero(np.isin(asked, known, invert=True))
    if not len(rows):
        raise WorkbenchError(
            "every text to score on is also one to learn from. Name another file to score on."
        )
    return rows


def fair_rows(
    learn: Labelled, score: Labelled, trained: Sequence[Classifier], vendors: Mapping[str, Sequence]
) -> NDArray[np.int64]:
    """Rows to score on: no model has learned from them.

    Raises
    ------
    WorkbenchError
        There are none, or a vendor did not give a label to each text.
    """
    for name, labels in vendors.items():
        if len(labels) != len(score[0]):
            raise WorkbenchError(
                f"{name} has {len(labels)} labels for {len(score[0])} texts; each text needs one, empty where "
                "it gave none."
            )
    rows = unseen(learn[0], score[0])
    for model in trained:
        rows = rows[np.array(model.held_out([score[0][row] for row in rows]), dtype=bool)]
        if not len(rows):
            raise WorkbenchError(
                f"model {model.name} has learned from all the texts to score on. Leave it out."
            )
    return rows
