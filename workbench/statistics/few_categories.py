"""Categories with too few labels go together, so that each that is left can be estimated."""

import pandas as pd

from workbench.errors import WorkbenchError
from workbench.statistics.clusters import Cell

OTHER = "other categories"
FEWEST_LABELS = 10


def with_few_together(cells: list[Cell], category: str) -> list[Cell]:
    """The cells with categories joined until each has labels enough in both periods.

    Raises
    ------
    WorkbenchError
        Fewer than two categories have labels enough.
    """
    for cell in cells:
        for frame in (cell.authors, cell.labelled):
            if category not in frame:
                raise WorkbenchError(f"the posts to compare have no column {category}.")
    counts = (
        pd.concat([cell.labelled[category].value_counts() for cell in cells], axis=1).fillna(0).min(axis=1)
    )
    kept = counts[counts >= FEWEST_LABELS].sort_values(kind="stable")
    while True:
        joined = [_joined(cell, category, set(kept.index)) for cell in cells]
        rest = [int((cell.labelled[category] == OTHER).sum()) for cell in joined]
        has_rest = any((cell.authors[category] == OTHER).any() for cell in joined)
        if len(kept) + has_rest < 2:
            raise WorkbenchError(
                f"too few labels to split the difference by {category}: two categories with {FEWEST_LABELS} "
                "labels in either period are needed."
            )
        if not has_rest or min(rest) >= FEWEST_LABELS:
            return joined
        # The smallest goes to the others, which are too few to stand alone.
        kept = kept.iloc[1:]


def _joined(cell: Cell, category: str, kept: set) -> Cell:
    return Cell(
        *(
            frame.assign(
                **{category: frame[category].astype(object).where(frame[category].isin(kept), OTHER)}
            )
            for frame in (cell.authors, cell.labelled)
        )
    )
