"""Posts that people labelled, as arrays, and what must hold before they may correct a figure."""

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.statistics.intervals import Floats

_SLACK = 1e-9  # what rounding may add to a label


@dataclass(frozen=True)
class Labels:
    """Labelled posts, one entry a post in each array; the columns of `workbench.statistics.prevalence.corrected_mean`.

    Parameters
    ----------
    label, prediction
        What people say of each post, and what the classifier says.
    chance
        Inclusion probability.
    is_held_out
        Whether the classifier did not learn from the text.
    relevance
        From 0 to 1.
    annotators, within_variance
        How many people judged, and the variance among them; NaN where one did, or where nothing is said of it.
    """

    label: Floats
    prediction: Floats
    chance: Floats
    is_held_out: NDArray[np.bool_]
    relevance: Floats
    annotators: Floats
    within_variance: Floats

    def __len__(self) -> int:
        return len(self.label)

    def take(self, places: NDArray[np.intp]) -> "Labels":
        """Some of the posts."""
        return Labels(*(getattr(self, field.name)[places] for field in fields(self)))

    def labels_between(self, bounds: tuple[float, float]) -> Floats:
        """Labels brought to 0 and 1, those of posts that are not relevant to 0."""
        return (self.label - bounds[0] * self.relevance) / (bounds[1] - bounds[0])

    def predictions_between(self, bounds: tuple[float, float]) -> Floats:
        """Predictions brought to 0 and 1."""
        return (self.prediction - bounds[0]) / (bounds[1] - bounds[0])


def labels_of(labelled: pd.DataFrame, *, predicted: bool = True) -> Labels:
    """Labelled posts as arrays; a value that is no number becomes NaN.

    Parameters
    ----------
    labelled
        As for `workbench.statistics.prevalence.corrected_mean`.
    predicted
        Are the predictions used as well?

    Raises
    ------
    WorkbenchError
        A column is missing.
    """
    said = ["prediction", "is_held_out"] if predicted else []
    needed = ["label", "inclusion_probability", *said]
    if missing := [name for name in needed if name not in labelled]:
        raise WorkbenchError(
            f"labelled posts have no column {', '.join(missing)}; needed: {', '.join(needed)}."
        )
    unknown = np.full(len(labelled), np.nan)
    is_within_known = "within_variance" in labelled and "annotators" in labelled
    return Labels(
        label=_numbers(labelled["label"]),
        prediction=_numbers(labelled["prediction"]) if predicted else unknown,
        chance=_numbers(labelled["inclusion_probability"]),
        is_held_out=(
            labelled["is_held_out"].fillna(False).astype(bool).to_numpy()
            if predicted
            else np.ones(len(labelled), dtype=bool)
        ),
        relevance=relevance_of(labelled),
        annotators=_numbers(labelled["annotators"]) if is_within_known else unknown,
        within_variance=_numbers(labelled["within_variance"]) if is_within_known else unknown,
    )


def checked_labels(
    labelled: pd.DataFrame | Labels, bounds: tuple[float, float], *, predicted: bool = True
) -> Labels:
    """Labelled posts as arrays, once they are known to be fit for an estimate.

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
    labels = labelled if isinstance(labelled, Labels) else labels_of(labelled, predicted=predicted)
    if not len(labels):
        raise WorkbenchError(
            "there are no labels, so nothing can be corrected: use the signal, or draw a sample."
        )
    for name, values in (("label", labels.label), ("prediction", labels.prediction))[: 1 + predicted]:
        if wrong := _failing(_is_between(values, *bounds)):
            raise WorkbenchError(
                f"{wrong} of {len(labels)} labelled posts have a {name} that is missing or outside of "
                f"{bounds[0]:g} to {bounds[1]:g}."
            )
    _check_relevance(labels, bounds)
    if wrong := _failing((labels.chance > 0) & (labels.chance <= 1)):
        raise WorkbenchError(
            f"{wrong} of {len(labels)} labelled posts have an inclusion probability that is missing or not "
            "above 0 and up to 1. Posts that nobody drew with a known probability may train a classifier, "
            "never estimate."
        )
    if predicted and (learned := _failing(labels.is_held_out)):
        raise WorkbenchError(
            f"the classifier learned from {learned} of the {len(labels)} labelled posts, so its errors there "
            "look smaller than they are. Use a cross-fitted model, or one trained on other posts."
        )
    return labels


def relevance_of(labelled: pd.DataFrame) -> Floats:
    """How relevant each labelled post is, from 0 to 1; 1 where nothing is said of it.

    Examples
    --------
    >>> relevance_of(pd.DataFrame({"label": [1.0, 0.0]})), relevance_of(pd.DataFrame({"relevance": [0, None]}))
    (array([1., 1.]), array([0., 1.]))
    """
    if "relevance" not in labelled:
        return np.ones(len(labelled))
    return labelled["relevance"].fillna(1.0).to_numpy(dtype=np.float64)


def mean_prediction_between(prediction_sum: float, posts: int, bounds: tuple[float, float]) -> float:
    """Mean prediction of all posts, brought to 0 and 1."""
    return (prediction_sum / max(posts, 1) - bounds[0]) / (bounds[1] - bounds[0])


def _check_relevance(labels: Labels, bounds: tuple[float, float]) -> None:
    relevance = labels.relevance
    # Who finds a post irrelevant adds nothing to its label.
    is_within = _is_between(labels.label, bounds[0] * relevance, bounds[1] * relevance)
    if wrong := _failing((relevance >= 0) & (relevance <= 1) & is_within):
        raise WorkbenchError(
            f"{wrong} of {len(labels)} labelled posts have a relevance outside of 0 to 1, or a label beyond it: that "
            "of a post which nobody finds relevant is 0."
        )
    if not relevance.any():
        raise WorkbenchError(
            f"none of the {len(labels)} labelled posts is about the brand, so nothing can be said of those that are. "
            "Mend the brand's keywords and exclusions in workbench.toml."
        )


def _is_between(values: Floats, low: float | Floats, high: float | Floats) -> NDArray[np.bool_]:
    """Which of the values lie from low to high; one that is missing does not."""
    return (values >= low - _SLACK) & (values <= high + _SLACK)


def _failing(holds: NDArray[np.bool_]) -> int:
    return len(holds) - int(np.count_nonzero(holds))


def _numbers(values: pd.Series) -> Floats:
    return pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
