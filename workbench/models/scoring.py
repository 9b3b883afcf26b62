"""Agreement between labels given and labels said: counts, macro-F1 and its interval."""

import numpy as np
from numpy.typing import NDArray

from workbench.models.drawn_texts import draw_texts, interval_of_draws


def confusion(given: NDArray[np.int64], said: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """Counts with one row a given label and one column a said label."""
    return np.bincount(given * classes + said, minlength=classes * classes).reshape(classes, classes)


def per_class(
    counts: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Precision, recall and F1 of each label; 0 where a label was never said or never given."""
    right = np.diag(counts).astype(np.float64)
    said, given = counts.sum(axis=0), counts.sum(axis=1)
    return _ratio(right, said), _ratio(right, given), _ratio(2 * right, said + given)


def macro(values: NDArray[np.float64], counts: NDArray[np.int64]) -> float:
    """Mean over the labels that were given: one that no text has cannot be scored."""
    return float(values[counts.sum(axis=1) > 0].mean())


def macro_f1(counts: NDArray[np.int64]) -> float:
    """Mean F1 of the labels given.

    Examples
    --------
    F1 is 2/3 and 4/5; the third label has no text:

    >>> round(macro_f1(np.array([[1, 1, 0], [0, 2, 0], [0, 0, 0]])), 4) == round((2 / 3 + 4 / 5) / 2, 4)
    True
    """
    return macro(per_class(counts)[2], counts)


def chosen_by_bootstrap(
    given: NDArray[np.int64],
    said: NDArray[np.int64],
    classes: int,
    groups: NDArray[np.int64],
    repeats: int = 500,
    seed: int = 0,
) -> tuple[float, float, float]:
    """Macro-F1 of "take the best candidate" with its 95 % interval, free of the luck of choosing.

    The best of several candidates looks better than it is on the texts that chose it. Each repeat
    chooses on texts drawn with replacement and scores on those not drawn.

    Parameters
    ----------
    given
        True labels.
    said
        Out-of-fold predictions, one row a candidate.
    groups
        Of each text, as `workbench.models.drawn_texts.alike` numbers them.

    Returns
    -------
    Mean, low and high, these NaN where no draw moves it. The interval is of about a third of the texts, so rather
    too wide.

    Notes
    -----
    BBC-CV: Tsamardinos, Greasidou, Borboudakis 2018, Bootstrapping the out-of-sample predictions for
    efficient and accurate cross-validation.
    """
    random = np.random.default_rng(seed)
    scores = []
    for _ in range(repeats):
        drawn = draw_texts(groups, random)
        left = np.setdiff1d(np.arange(len(given)), drawn)
        if not len(left):  # of five texts, one draw in thirty leaves none
            continue
        best = max(said, key=lambda one: macro_f1(confusion(given[drawn], one[drawn], classes)))
        scores.append(macro_f1(confusion(given[left], best[left], classes)))
    low, high = interval_of_draws(np.array(scores))
    return float(np.mean(scores)), float(low), float(high)


def interval_by_bootstrap(
    given: NDArray[np.int64],
    said: NDArray[np.int64],
    classes: int,
    groups: NDArray[np.int64],
    repeats: int = 1_000,
    seed: int = 0,
) -> tuple[float, float]:
    """95 % interval of macro-F1 on texts that chose nothing: percentiles over texts drawn with replacement.

    NaN where no draw moves it; see `workbench.models.drawn_texts.interval_of_draws`.
    """
    random = np.random.default_rng(seed)
    draws = (draw_texts(groups, random) for _ in range(repeats))
    scores = [macro_f1(confusion(given[drawn], said[drawn], classes)) for drawn in draws]
    low, high = interval_of_draws(np.array(scores))
    return float(low), float(high)


def ends(low: float, high: float) -> dict[str, float | None]:
    """Both ends as a card keeps them; None where there is no interval.

    Examples
    --------
    >>> ends(0.71234, 0.8), ends(np.nan, np.nan)
    ({'low': 0.7123, 'high': 0.8}, {'low': None, 'high': None})
    """
    return {name: None if np.isnan(end) else round(end, 4) for name, end in (("low", low), ("high", high))}


def _ratio(part: NDArray[np.float64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
