"""Posts that people labelled, and what must hold before they may correct a figure."""

import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError


def check_labelled(labelled: pd.DataFrame, bounds: tuple[float, float], *, predicted: bool = True) -> None:
    """Refuse labels with which no estimate can be made.

    Parameters
    ----------
    labelled
        As for `workbench.statistics.prevalence.corrected_mean`.
    bounds
        Lowest and highest possible label.
    predicted
        Are the predictions used as well?

    Raises
    ------
    WorkbenchError
        No labels, columns missing, values that are none or out of bounds, inclusion probabilities outside
        of 0 to 1, or a classifier that learned from the labels which are to judge it.
    """
    numbers = ["label", "prediction"] if predicted else ["label"]
    needed = [*numbers, "inclusion_probability", *(["is_held_out"] if predicted else [])]
    missing = [name for name in needed if name not in labelled]
    if missing:
        raise WorkbenchError(
            f"labelled posts have no column {', '.join(missing)}; needed: {', '.join(needed)}."
        )
    if labelled.empty:
        raise WorkbenchError(
            "there are no labels, so nothing can be corrected: use the signal, or draw a sample."
        )
    for name in numbers:
        values = _numbers(labelled[name])
        wrong = int((~((values >= bounds[0] - 1e-9) & (values <= bounds[1] + 1e-9))).sum())
        if wrong:
            raise WorkbenchError(
                f"{wrong} of {len(labelled)} labelled posts have a {name} that is missing or outside of "
                f"{bounds[0]:g} to {bounds[1]:g}."
            )
    chance = _numbers(labelled["inclusion_probability"])
    wrong = int((~((chance > 0) & (chance <= 1))).sum())
    if wrong:
        raise WorkbenchError(
            f"{wrong} of {len(labelled)} labelled posts have an inclusion probability that is missing or not "
            "above 0 and up to 1. Posts that nobody drew with a known probability may train a classifier, "
            "never estimate."
        )
    learned = int((~labelled["is_held_out"].fillna(False).astype(bool)).sum()) if predicted else 0
    if learned:
        raise WorkbenchError(
            f"the classifier learned from {learned} of the {len(labelled)} labelled posts, so its errors there "
            "look smaller than they are. Use a cross-fitted model, or one trained on other posts."
        )


def _numbers(values: pd.Series) -> np.ndarray:
    return pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
