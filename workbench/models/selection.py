"""Choosing between settings of the linear model by cross-validation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.model_selection import StratifiedKFold

from workbench.models.calibration import fit_temperature, log_loss
from workbench.models.features import learn_features, prepared
from workbench.models.fitting import Candidate, fitting_of, joined
from workbench.models.scoring import confusion, macro_f1
from workbench.models.text_hashes import text_hashes

MOST_FOLDS = 5
# Few texts show few of the words there are: then what the embeddings know may weigh more.
_FEW_TEXTS = 1_000
# About the standard error of macro-F1 with some thousand labels. Within it the better calibrated candidate
# is taken: evened classes gain a little macro-F1 and bend the mean probability, which is the signal.
NEGLIGIBLE = 0.01


@dataclass(frozen=True)
class Trial:
    """A cross-validation: what was tried, what each said of texts it had not seen, which was best."""

    tried: list[Candidate]
    classes: NDArray[np.int64]
    fold: NDArray[np.int64]
    logits: NDArray[np.float64]
    """Candidate × text × label."""
    best: int

    @property
    def chosen(self) -> Candidate:
        """The best candidate."""
        return self.tried[self.best]


def cross_validate(
    texts: Sequence[str],
    classes: NDArray[np.int64],
    vectors: NDArray[np.float32] | None,
    seed: int,
    progress: Callable[[float], None],
    *,
    count: int,
) -> Trial:
    """Try every candidate on texts that it has not seen, and take the best; `count` is the number of labels."""
    tried = _candidates(len(texts), with_embeddings=vectors is not None)
    fold = folds_of(text_hashes([prepared(text) for text in texts]), classes, seed)
    logits = _out_of_fold(texts, classes, vectors, tried, fold, progress, count)
    return Trial(tried, classes, fold, logits, best_of(logits, classes))


def _candidates(texts: int, with_embeddings: bool) -> list[Candidate]:
    weights = (0.0, 1.0, 2.0) if texts <= _FEW_TEXTS else (0.0, 1.0)
    return [
        Candidate(weight, evenness, penalty)
        for weight in (weights if with_embeddings else (0.0,))
        for evenness in (0.0, 0.5, 1.0)
        for penalty in (1.0, 3.0, 10.0)
    ]


def folds_of(
    keys: Sequence[str] | NDArray[np.uint64], classes: NDArray[np.int64], seed: int
) -> NDArray[np.int64]:
    """Fold of each text, classes in even shares; equal keys stay together.

    A repeated post that is learnt from in one fold and asked about in another would be no test.
    """
    _, first, group = np.unique(np.asarray(keys), return_index=True, return_inverse=True)
    smallest = np.bincount(classes[first])[np.unique(classes[first])].min()
    splitter = StratifiedKFold(min(MOST_FOLDS, int(smallest)), shuffle=True, random_state=seed)
    fold = np.empty(len(first), dtype=np.int64)
    for number, (_, held_out) in enumerate(splitter.split(first, classes[first])):
        fold[held_out] = number
    return fold[group]


def _out_of_fold(
    texts: Sequence[str],
    classes: NDArray[np.int64],
    vectors: NDArray[np.float32] | None,
    tried: Sequence[Candidate],
    fold: NDArray[np.int64],
    progress: Callable[[float], None],
    labels: int,
) -> NDArray[np.float64]:
    """Logits of every text by models that have not seen it: candidate × text × label."""
    logits = np.empty((len(tried), len(texts), labels))
    count = int(fold.max()) + 1
    for number in range(count):
        seen, held_out = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        features = learn_features([texts[i] for i in seen])
        learnt, asked = features([texts[i] for i in seen]), features([texts[i] for i in held_out])
        of_seen, of_asked = (None if vectors is None else vectors[rows] for rows in (seen, held_out))
        fitting = fitting_of(learnt, of_seen, classes[seen], labels)
        for place, candidate in enumerate(tried):
            weights = fitting(candidate)
            logits[place, held_out] = weights.logits(joined(asked, of_asked, candidate.vector_weight))
            progress((number + (place + 1) / len(tried)) / count)
    return logits


def held_out_probabilities(trial: Trial) -> NDArray[np.float64]:
    """Calibrated probabilities of every text by models that have not seen it.

    The settings and the temperature of a fold are those that the texts of the other folds choose, or the best
    of many candidates would look better on these texts than it is on others.
    """
    said = np.empty(trial.logits.shape[1:])
    for number in range(int(trial.fold.max()) + 1):
        asked, others = trial.fold == number, trial.fold != number
        logits = trial.logits[best_of(trial.logits[:, others], trial.classes[others])]
        temperature = fit_temperature(logits[others], trial.classes[others])
        said[asked] = softmax(logits[asked] / temperature, axis=1)
    return said


def best_of(logits: NDArray[np.float64], classes: NDArray[np.int64]) -> int:
    """Place of the candidate with the highest macro-F1; among near equals, of the best calibrated."""
    count = logits.shape[2]
    scores = np.array([macro_f1(confusion(classes, one.argmax(axis=1), count)) for one in logits])
    near = np.flatnonzero(scores >= scores.max() - NEGLIGIBLE)
    return int(min(near, key=lambda i: log_loss(logits[i] / fit_temperature(logits[i], classes), classes)))
