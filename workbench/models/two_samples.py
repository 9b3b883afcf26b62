"""Two heaps of vectors: can a classifier tell them apart, better than by chance?

Whatever differs between two times shows in a classifier that can tell posts of the one from posts of the other.
Where nothing differs it guesses.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from workbench.errors import WorkbenchError
from workbench.statistics.intervals import Floats

FOLDS = 5
# One way of parting into folds is as good as another, and their mean depends on none.
_PARTED = 5
FEWEST = 20
# Penalty of the classifier, as a part of the whole variance: fixed, as nothing may be tuned on what is tested.
_PENALTY = 0.01


@dataclass(frozen=True)
class ToldApart:
    """How well two samples can be told apart.

    Parameters
    ----------
    auc
        Chance that of one vector of each sample the later one is recognised: 0.5 is guessing, 1 never errs.
    p_value
        Of the hypothesis that both come from the same source.
    scores
        How much each vector of the second sample looks like one of that sample, told by a classifier that has not
        learned from it.
    """

    auc: float
    p_value: float
    scores: Floats


def tell_apart(
    before: NDArray[np.floating],
    after: NDArray[np.floating],
    *,
    permutations: int = 999,
    seed: int = 0,
) -> ToldApart:
    """Let a classifier learn the difference of two samples, and test it on vectors that it has not seen.

    Parameters
    ----------
    before, after
        One row an observation; observations independent of each other, so of each person only one.
    permutations
        How often samples are mixed at random, to see how well a classifier does where there is nothing to learn.
    seed
        Of folds and permutations.

    Raises
    ------
    WorkbenchError
        Fewer than 20 observations on a side.

    Notes
    -----
    Classifier two-sample test (Lopez-Paz and Oquab 2017, arXiv:1610.06545), with the p-value of permutations, which
    is exact (Kim, Ramdas, Singh and Wasserman 2021, doi:10.1214/20-AOS1962). The classifier is ridge
    regression on what held-out folds are told from: there its answers are linear in the labels, so that a
    thousand permutations cost one product of matrices.

    Examples
    --------
    >>> draw = np.random.default_rng(0)
    >>> alike = tell_apart(draw.normal(size=(60, 5)), draw.normal(size=(60, 5)))
    >>> apart = tell_apart(draw.normal(size=(60, 5)), draw.normal(1, size=(60, 5)))
    >>> alike.p_value > 0.05, apart.p_value, apart.auc > 0.9
    (True, 0.001, True)
    """
    if min(len(before), len(after)) < FEWEST:
        raise WorkbenchError(
            f"{len(before)} posts are compared with {len(after)}: with fewer than {FEWEST} on a side no change of "
            "what is written can be told. Take longer times."
        )
    draw = np.random.default_rng(seed)
    answers = _held_out_answers(np.vstack([before, after]).astype(np.float64), draw)
    is_after = np.repeat([0.0, 1.0], [len(before), len(after)])
    mixed = np.column_stack([is_after, *(draw.permutation(is_after) for _ in range(permutations))])
    scores = answers @ (mixed - is_after.mean())
    aucs = _aucs(scores, mixed)
    # Rounding must not make one mixture better than its equal.
    p_value = (1 + int((aucs[1:] >= aucs[0] - 1e-12).sum())) / (permutations + 1)
    return ToldApart(float(aucs[0]), p_value, scores[len(before) :, 0])


def _held_out_answers(vectors: Floats, draw: np.random.Generator) -> Floats:
    """What labels, whichever they are, are multiplied with to give the answers of models that have not seen them."""
    centred = vectors - vectors.mean(axis=0)
    alike = centred @ centred.T
    penalty = max(_PENALTY * float(np.trace(alike)), 1e-9)
    answers = np.zeros_like(alike)
    for _ in range(_PARTED):
        answers += _answers_of_folds(alike, penalty, draw) / _PARTED
    return answers


def _answers_of_folds(alike: Floats, penalty: float, draw: np.random.Generator) -> Floats:
    fold = draw.permutation(len(alike)) % FOLDS
    answers = np.zeros_like(alike)
    for number in range(FOLDS):
        out, learned = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        regular = alike[np.ix_(learned, learned)] + penalty * np.eye(len(learned))
        answers[np.ix_(out, learned)] = np.linalg.solve(regular, alike[np.ix_(learned, out)]).T
    return answers


def _aucs(scores: Floats, is_after: Floats) -> Floats:
    """Area under the curve of each column (Mann and Whitney 1947)."""
    count = is_after[:, 0].sum()
    others = len(scores) - count
    ranks = (rankdata(scores, axis=0) * is_after).sum(axis=0)
    return np.asarray((ranks - count * (count + 1) / 2) / (count * others))
