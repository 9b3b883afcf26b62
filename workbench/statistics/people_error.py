"""Shares with the error of those who judge taken off: what posts are, and not what people call them.

Labels are answers of people, who call some posts negative that are not. Where some posts were judged by two,
their differences tell how often, and the corrected share can be corrected once more. It costs precision.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.statistics.correction import UNSEEN_ERROR, Corrected, corrected
from workbench.statistics.intervals import Floats, bounded_interval
from workbench.statistics.labelled import checked_labels
from workbench.statistics.prevalence import Estimate
from workbench.statistics.shared_confusion import SharedConfusion

IRRELEVANT = "irrelevant"
# Condition number from which on what is solved for is noise.
_HOPELESS = 50.0


def carried_shares(
    posts: int,
    prediction_sums: Mapping[str, float],
    answers: pd.DataFrame,
    labelled: pd.DataFrame,
    confusion: SharedConfusion,
    *,
    places: NDArray[np.intp] | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Share of each class in truth, from what people say and how they err.

    Parameters
    ----------
    posts
        How many posts there are, labelled or not.
    prediction_sums
        Of each class the sum of its predicted probabilities; a class without one, as irrelevant, is known by
        the labels alone.
    answers
        One row a labelled post, one column a class of the confusion: how many people gave that answer. A class
        "irrelevant" is no part of the whole: the shares are of the other posts.
    labelled
        The same posts: one column a class with its predicted probability, ``inclusion_probability`` and
        ``is_held_out``.
    confusion
        Of the people who judged, from these posts or from these and others.
    places
        Which of the posts of the confusion these are; without, all of them.
    confidence
        Of the intervals.
    seed
        The same seed gives the same intervals.

    Returns
    -------
    An estimate a class, without "irrelevant", each with an interval that holds the error of sampling and what is
    not known of people's error.

    Raises
    ------
    WorkbenchError
        As `workbench.statistics.prevalence.corrected_mean`; or people's answers have hardly to do with the truth.

    Notes
    -----
    The shares that people give are those in truth times their confusion; solved for the truth (Levy and Kass
    1970; Rogan and Gladen 1978). Both are drawn anew together: posts on which people happened to err much show
    in what they say and in how they are found to err, and mostly cancel. What it assumes is said in
    `workbench.statistics.shared_confusion`, and what comes of it where that fails is simulated in the tests.
    """
    if np.linalg.cond(confusion.probability) > _HOPELESS:
        raise WorkbenchError(
            "people's answers have hardly to do with the truth, as it shows in those posts that several judged, so "
            "that their error cannot be taken off. Make the instructions clearer, and label again."
        )
    chance = labelled["inclusion_probability"].to_numpy(dtype=np.float64)
    parts = [_said(name, posts, prediction_sums, answers, labelled) for name in confusion.classes]
    said = np.array([float(part.mean) for part in parts])
    weights = confusion.weights if places is None else confusion.weights[:, places]
    moved = _moved(np.column_stack([part.errors for part in parts]), chance, weights)
    moved += _judged_otherwise(confusion, said, posts, seed)
    truth = _shares(_solved(confusion.probability[None], said[None]), confusion.classes)[0]
    draws = _shares(_solved(confusion.draws, said + moved), confusion.classes)
    own = (1 - chance) / chance**2
    power = np.array([float(part.power) for part in parts])
    unseen = UNSEEN_ERROR * (1 + power) * own.max() / (1 / chance).sum() ** 2
    return {
        name: Estimate(
            value=float(value),
            low=float(ends[0]),
            high=float(ends[1]),
            standard_error=float(np.sqrt(variance)),
            posts=posts,
            labels=len(labelled),
            power=float(part.power),
            method="corrected by labels drawn at random (PPI++), people's own error taken off as it shows in "
            f"{confusion.doubled:,} posts that several judged; {100 * confidence:g} % interval for these posts",
        )
        for name, part, value, variance, ends in _with_intervals(
            confusion, parts, truth, draws.var(axis=0) + unseen, confidence
        )
        if name != IRRELEVANT
    }


def _said(
    name: str, posts: int, sums: Mapping[str, float], answers: pd.DataFrame, labelled: pd.DataFrame
) -> Corrected:
    """The share that people give of one class, corrected for whom they were asked about."""
    rows = pd.DataFrame(
        {
            "label": (answers[name] / answers.sum(axis=1)).to_numpy(),
            "prediction": labelled[name].to_numpy() if name in sums else 0.0,
            "inclusion_probability": labelled["inclusion_probability"].to_numpy(),
            "is_held_out": labelled["is_held_out"].to_numpy(),
        }
    )
    labels = checked_labels(rows, (0.0, 1.0))
    return corrected(labels.label, labels.prediction, labels.chance, sums.get(name, 0.0) / posts)


def _moved(errors: Floats, chance: Floats, weights: Floats) -> Floats:
    """How far the shares that people give lie elsewhere in each draw of posts."""
    of_each = (np.sqrt(1 - chance) / chance)[:, None] * errors
    return np.asarray((weights - 1) @ of_each / (1 / chance).sum())


def _judged_otherwise(confusion: SharedConfusion, said: Floats, posts: int, seed: int) -> Floats:
    """… and of answers: also to a post that was drawn for certain people might have given another."""
    truth = np.linalg.solve(confusion.probability.T, said).clip(0, 1)
    variance = truth @ (confusion.probability * (1 - confusion.probability)) / posts
    noise = np.random.default_rng(seed).normal(size=(len(confusion.draws), len(said)))
    return np.asarray(noise * np.sqrt(variance))


def _solved(confusion: Floats, said: Floats) -> Floats:
    """Shares in truth that give what people say, within what is possible."""
    truth = np.linalg.solve(np.swapaxes(confusion, 1, 2), said[:, :, None])[:, :, 0].clip(0, 1)
    return np.asarray(truth / truth.sum(axis=1, keepdims=True))


def _shares(truth: Floats, classes: Sequence[str]) -> Floats:
    """Shares of the relevant posts."""
    if IRRELEVANT not in classes:
        return truth
    return np.asarray(truth / (1 - truth[:, [classes.index(IRRELEVANT)]]).clip(1e-9))


def _with_intervals(
    confusion: SharedConfusion, parts: list[Corrected], truth: Floats, variance: Floats, confidence: float
) -> Iterator[tuple[str, Corrected, float, float, tuple[Floats, Floats]]]:
    truth = truth.clip(0, 1)
    for name, part, value, spread in zip(confusion.classes, parts, truth, variance, strict=True):
        of_one = value * (1 - value) + UNSEEN_ERROR / part.observations
        # People's error is known from the posts on which they differ.
        freedom = np.minimum(part.freedom, max(confusion.differing - 1, 1))
        yield name, part, value, spread, bounded_interval(value, spread, freedom, confidence, of_one)
