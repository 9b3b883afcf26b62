"""What each author adds to the error of a corrected mean: the part that differences and their parts share.

Between periods it is not "these posts" that are compared but the people who might have written: who writes
much, and much alike, counts as one observation and not as many.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.statistics.correction import UNSEEN_ERROR, corrected
from workbench.statistics.intervals import Floats
from workbench.statistics.labelled import Labels, checked_labels


@dataclass(frozen=True)
class Cell:
    """The posts of one period.

    Parameters
    ----------
    authors
        One row an author (and category, where parts are asked for): ``author``, ``posts``,
        ``prediction_sum``. A post without an author is an author of its own: give it its own name.
    labelled
        As for `workbench.statistics.prevalence.corrected_mean`, with ``author`` (and category).
    """

    authors: pd.DataFrame
    labelled: pd.DataFrame


@dataclass(frozen=True)
class Arrays:
    """A cell as numbers: predictions and labels between 0 and 1, authors as places in a common list.

    `relevance` of labelled posts is between 0 and 1; without it all are relevant.
    """

    author: NDArray[np.intp]
    posts: Floats
    prediction_sum: Floats
    labelled_author: NDArray[np.intp]
    label: Floats
    prediction: Floats
    chance: Floats
    relevance: Floats | None = None

    @property
    def counted(self) -> Floats:
        """For how many relevant posts each labelled post stands."""
        return 1 / self.chance * (1.0 if self.relevance is None else self.relevance)


@dataclass(frozen=True)
class Influence:
    """A corrected mean with what each author adds to its error."""

    mean: float
    power: float
    of_authors: Floats
    unseen: float
    freedom: float
    people: float
    """How many people who write alike would tell as much (Kish)."""


def influence(cell: Arrays, authors: int) -> Influence:
    """Corrected mean of one cell, linearised by author (`authors`: how many there are in all cells)."""
    posts = cell.posts.sum()
    mean_prediction = cell.prediction_sum.sum() / posts
    result = corrected(cell.label, cell.prediction, cell.chance, mean_prediction, cell.relevance)
    weight = 1 / cell.chance
    power = float(result.power)
    predicted = _by_author(cell.author, (cell.prediction_sum - mean_prediction * cell.posts) / posts, authors)
    judged = _by_author(cell.labelled_author, weight * result.errors / weight.sum(), authors)
    written = _by_author(cell.author, cell.posts / posts, authors)
    counted = _by_author(cell.labelled_author, cell.counted, authors)
    # Few who write much are fewer people than they are by name (Kish's effective number).
    people = float(counted.sum() ** 2 / (counted**2).sum())
    freedom = max(people - 1.0 - (power > 0), 1.0)
    of_authors = without_oneself(judged, counted / counted.sum())
    of_authors += power * without_oneself(predicted, written)
    return Influence(
        mean=float(result.mean),
        power=power,
        of_authors=(of_authors * np.sqrt(max(people - 1.0, 1.0) / freedom)).clip(-1.0, 1.0),
        unseen=unseen_variance(cell, people, power),
        freedom=freedom,
        people=people,
    )


def unseen_variance(cell: Arrays, people: float, power: float) -> float:
    """Of an error that was not seen, or of people who were not: of one person nobody knows how others would differ."""
    if people < 1 + 1e-9:
        return 1.0
    return UNSEEN_ERROR * (1 + power) * float(((1 / cell.chance).max() / cell.counted.sum()) ** 2)


def _by_author(author: NDArray[np.intp], values: Floats, authors: int) -> Floats:
    return np.asarray(np.bincount(author, values, authors), dtype=np.float64)


def without_oneself(influences: Floats, share: Floats) -> Floats:
    """What authors add to the error of a mean, each held against the mean of the others.

    Who wrote most of the posts is near their mean for that alone. Up to half of the posts as CR2 in Bell and McCaffrey
    2002 (Bias reduction in standard errors for linear regression with multi-stage samples), from there on gradually as
    the jackknife, CR3: simulated, CR2 covers too little where one wrote nearly all, and CR3 is too wide where he did
    not. Of who wrote all nothing is known: he may have been anywhere between 0 and 1.

    Examples
    --------
    >>> without_oneself(np.array([0.1, -0.1, 0.0]), np.array([0.75, 0.25, 0.0])).round(3).tolist()
    [0.283, -0.115, 0.0]
    >>> without_oneself(np.array([0.0]), np.array([1.0])).tolist()
    [1.0]
    """
    others = (1 - share) ** np.maximum(0.5, share)
    return np.divide(influences, others, out=np.ones_like(influences), where=share < 1 - 1e-9)


def variance_and_freedom(
    combined: Floats, separate: list[Floats], freedoms: list[float]
) -> tuple[float, float]:
    """Variance of a sum of authors' parts, and its degrees of freedom (Welch and Satterthwaite)."""
    own = np.array([float((part**2).sum()) for part in separate])
    total = own.sum()
    freedom = total**2 / (own**2 / np.array(freedoms)).sum() if total > 0 else min(freedoms)
    return float((combined**2).sum()), float(freedom)


def arrays(cells: list[Cell], bounds: tuple[float, float]) -> tuple[list[Arrays], int]:
    """The cells as numbers, and how many authors there are in them together."""
    labels = [checked_labels(cell.labelled, bounds) for cell in cells]
    for cell in cells:
        _check_authors(cell)
    names = pd.Index(pd.concat([cell.authors["author"] for cell in cells]).unique())
    numbers = [_arrays(cell, own, names, bounds) for cell, own in zip(cells, labels, strict=True)]
    return numbers, len(names)


def _arrays(cell: Cell, labels: Labels, names: pd.Index, bounds: tuple[float, float]) -> Arrays:
    posts = cell.authors["posts"].to_numpy(dtype=np.float64)
    predicted = cell.authors["prediction_sum"].to_numpy(dtype=np.float64)
    return Arrays(
        author=names.get_indexer(pd.Index(cell.authors["author"])),
        posts=posts,
        prediction_sum=(predicted - bounds[0] * posts) / (bounds[1] - bounds[0]),
        labelled_author=names.get_indexer(pd.Index(cell.labelled["author"])),
        label=labels.labels_between(bounds),
        prediction=labels.predictions_between(bounds),
        chance=labels.chance,
        relevance=labels.relevance,
    )


def _check_authors(cell: Cell) -> None:
    missing = int(cell.authors["author"].isna().sum())
    if missing:
        raise WorkbenchError(
            f"{missing} rows have no author. A post without one is an author of its own: give it its own name."
        )
    unknown = int((~cell.labelled["author"].isin(cell.authors["author"])).sum())
    if unknown:
        raise WorkbenchError(
            f"{unknown} labelled posts are of authors who are not among the authors of the cell."
        )
