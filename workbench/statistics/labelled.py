"""Posts that people labelled, and what must hold before they may correct a figure."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
        No labels, or none of a relevant post; columns missing, values that are none or out of bounds,
        inclusion probabilities outside of 0 to 1, or a classifier that learned from the labels which are to
        judge it.
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
    _check_relevance(labelled, bounds)
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


def relevance_of(labelled: pd.DataFrame) -> NDArray[np.float64]:
    """How relevant each labelled post is, from 0 to 1; 1 where nothing is said of it.

    Examples
    --------
    >>> relevance_of(pd.DataFrame({"label": [1.0, 0.0]})), relevance_of(pd.DataFrame({"relevance": [0, None]}))
    (array([1., 1.]), array([0., 1.]))
    """
    if "relevance" not in labelled:
        return np.ones(len(labelled))
    return labelled["relevance"].fillna(1.0).to_numpy(dtype=np.float64)


def labels_between(
    labelled: pd.DataFrame, relevance: NDArray[np.float64], bounds: tuple[float, float]
) -> NDArray[np.float64]:
    """Labels brought to 0 and 1, those of posts that are not relevant to 0."""
    label = labelled["label"].to_numpy(dtype=np.float64)
    return np.asarray((label - bounds[0] * relevance) / (bounds[1] - bounds[0]))


def predictions_between(labelled: pd.DataFrame, bounds: tuple[float, float]) -> NDArray[np.float64]:
    """Predictions brought to 0 and 1."""
    return np.asarray(
        (labelled["prediction"].to_numpy(dtype=np.float64) - bounds[0]) / (bounds[1] - bounds[0])
    )


def mean_prediction_between(prediction_sum: float, posts: int, bounds: tuple[float, float]) -> float:
    """Mean prediction of all posts, brought to 0 and 1."""
    return (prediction_sum / max(posts, 1) - bounds[0]) / (bounds[1] - bounds[0])


def _check_relevance(labelled: pd.DataFrame, bounds: tuple[float, float]) -> None:
    relevance, label = relevance_of(labelled), _numbers(labelled["label"])
    # Who finds a post irrelevant adds nothing to its label.
    is_within = (label >= bounds[0] * relevance - 1e-9) & (label <= bounds[1] * relevance + 1e-9)
    if wrong := int((~((relevance >= 0) & (relevance <= 1) & is_within)).sum()):
        raise WorkbenchError(
            f"{wrong} of {len(labelled)} labelled posts have a relevance outside of 0 to 1, or a label beyond it: that "
            "of a post which nobody finds relevant is 0."
        )
    if not relevance.any():
        raise WorkbenchError(
            f"none of the {len(labelled)} labelled posts is about the brand, so nothing can be said of those that are. "
            "Mend the brand's keywords and exclusions in workbench.toml."
        )


def _numbers(values: pd.Series) -> np.ndarray:
    return pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
