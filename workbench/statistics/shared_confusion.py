"""Which wrong answers people give, taken together, from posts that several of them judged.

Two answers that differ do not tell who is right. They do where groups of posts differ in what they are, as
those that a classifier calls negative and those it calls positive: an answer that comes up with another in
one group and hardly in the next is the wrong one more often there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.statistics.agreement_counts import drawn_weights
from workbench.statistics.intervals import Floats

FEWEST_DOUBLED = 30
_DRAWS, _STEPS, _ENOUGH = 200, 1_000, 1e-6
# Of people half a judgement a class, and of a group a tenth of a post, is held to be possible unseen.
_POSSIBLE_ANSWER, _POSSIBLE_CLASS = 0.5, 0.1


@dataclass(frozen=True)
class SharedConfusion:
    """How often people give each answer to posts of each class.

    Parameters
    ----------
    classes
        The possible answers.
    probability
        Of each answer (column) given each class in truth (row), 0–1.
    draws
        The same, from posts drawn anew: draws × truth × answer.
    weights
        How often each post was drawn: draws × posts.
    doubled
        On how many posts that two people or more judged, or whose class is known, it rests.
    differing
        On how many of these people differ, from each other or from what is known.
    """

    classes: tuple[str, ...]
    probability: Floats
    draws: Floats
    weights: Floats
    doubled: int
    differing: int

    def table(self, confidence: float = 0.95) -> pd.DataFrame:
        """One row a class in truth and answer: ``truth``, ``said``, ``probability``, ``low``, ``high``."""
        tail = (1 - confidence) / 2
        low, high = np.quantile(self.draws, [tail, 1 - tail], axis=0)
        index = pd.MultiIndex.from_product([self.classes, self.classes], names=["truth", "said"])
        columns = {"probability": self.probability, "low": low, "high": high}
        return pd.DataFrame(
            {name: values.ravel() for name, values in columns.items()}, index=index
        ).reset_index()


def shared_confusion(
    answers: pd.DataFrame,
    group: Sequence[str],
    *,
    mixed: Sequence[float] | None = None,
    known: Sequence[str | None] | None = None,
    seed: int = 0,
) -> SharedConfusion:
    """Confusion of people who are taken for one like the other.

    Parameters
    ----------
    answers
        One row a post, one column a class: how many people gave that answer. Posts that one person judged help to
        tell how frequent the classes are.
    group
        Of each post the class that a classifier finds likeliest, or another group that differs in what its posts
        are and not in how they are judged.
    mixed
        Of each post how many of its answers were both at once, which stand as halves in two columns; none without.
    known
        Class of posts whose answer is known, as of gold or adjudicated ones; None for the others.
    seed
        The same seed gives the same draws.

    Raises
    ------
    WorkbenchError
        Fewer than `FEWEST_DOUBLED` posts were judged by two people or are known.

    Notes
    -----
    Dawid and Skene 1979 with one confusion for all people; that two answers suffice where groups differ in
    prevalence is due to Hui and Walter 1980, Biometrics 36. It rests on errors being independent given the
    truth, those of the classifier too: where all stumble over the same posts, people are better in it than they are.
    """
    counts = answers.to_numpy(dtype=np.float64)
    place = pd.Index(answers.columns)
    fixed = np.full(len(counts), -1) if known is None else place.get_indexer(pd.Index(known))
    doubled = int(((counts.sum(axis=1) > 1) | (fixed >= 0)).sum())
    if doubled < FEWEST_DOUBLED:
        raise WorkbenchError(
            f"{doubled} of {len(counts)} labelled posts were judged by two people or have a known answer, and "
            f"{FEWEST_DOUBLED} are needed to tell how people err. Have more judged twice: `doubled` in the section "
            "[labeling] of workbench.toml."
        )
    names, groups = np.unique(np.asarray(group, dtype=str), return_inverse=True)
    weights = np.vstack([np.ones(len(counts)), drawn_weights(np.ones(len(counts)), _DRAWS, seed)])
    patterns, together = _patterns(counts, groups, fixed, weights)
    start = np.tile(0.7 * np.eye(len(place)) + 0.3 / len(place), (1, 1, 1))
    found = _fitted(patterns, together[:1], start, len(names))
    # What posts drawn anew give lies near: from there it is soon found.
    draws = _fitted(patterns, together[1:], np.repeat(found, len(together) - 1, axis=0), len(names))
    both = np.zeros(len(counts)) if mixed is None else np.asarray(mixed, dtype=np.float64)
    differing = int(_differ(counts, both, fixed).sum())
    return SharedConfusion(tuple(answers.columns), found[0], draws, weights[1:], doubled, differing)


def _differ(counts: Floats, mixed: Floats, fixed: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Of which posts people said different things, or not what is known; one who finds both differs from nobody."""
    people, is_known = counts.sum(axis=1), fixed >= 0
    same = np.where(is_known, counts[np.arange(len(counts)), fixed], counts.max(axis=1))
    agree = np.isclose(same, people) | (~is_known & (np.isclose(mixed, people) | (people <= 1)))
    return np.asarray(~agree)


class _Patterns(NamedTuple):
    """Posts with the same answers, group and known class (or −1), of which there is one each."""

    answers: Floats
    group: NDArray[np.intp]
    fixed: NDArray[np.intp]


def _patterns(
    counts: Floats, groups: NDArray[np.intp], fixed: NDArray[np.intp], weights: Floats
) -> tuple[_Patterns, Floats]:
    """The patterns there are, and the weight of each in every draw."""
    rows = np.column_stack([counts, groups, fixed]).astype(np.float64)
    found, place = np.unique(rows, axis=0, return_inverse=True)
    together = np.stack([np.bincount(place.ravel(), row, len(found)) for row in weights])
    patterns = _Patterns(found[:, :-2], found[:, -2].astype(np.intp), found[:, -1].astype(np.intp))
    return patterns, np.asarray(together, dtype=np.float64)


def _fitted(patterns: _Patterns, weights: Floats, confusion: Floats, groups: int) -> Floats:
    """Confusion in each draw, by expectation and maximisation."""
    classes = patterns.answers.shape[1]
    prevalence: Floats = np.full((len(weights), groups, classes), 1 / classes)
    found, moving = confusion.copy(), np.arange(len(weights))
    for _ in range(_STEPS):
        prevalence, after = _step(patterns, weights[moving], prevalence, found[moving])
        is_moving = np.abs(after - found[moving]).max(axis=(1, 2)) >= _ENOUGH
        found[moving] = after
        moving, prevalence = moving[is_moving], prevalence[is_moving]
        if not len(moving):
            break
    return found


def _step(
    patterns: _Patterns, weights: Floats, prevalence: Floats, confusion: Floats
) -> tuple[Floats, Floats]:
    """What posts are, expected of people; then how frequent it is in each group, and how people err."""
    answers, group, fixed = patterns
    groups, classes = prevalence.shape[1:]
    log = np.log(prevalence)[:, group] + answers @ np.log(confusion).swapaxes(1, 2)
    truth = _shares(np.exp(log - log.max(axis=2, keepdims=True)))
    is_known = fixed >= 0
    truth[:, is_known] = np.eye(classes)[fixed[is_known]]
    of_classes = (truth * weights[:, :, None]).swapaxes(1, 2)
    in_group = of_classes @ np.eye(groups)[group]
    said = of_classes @ answers + _POSSIBLE_ANSWER / classes
    return _shares(in_group.swapaxes(1, 2) + _POSSIBLE_CLASS), _shares(said)


def _shares(counts: Floats) -> Floats:
    return np.asarray(counts / counts.sum(axis=2, keepdims=True))
