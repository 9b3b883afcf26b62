"""Agreement between sets of labels given and said: F1 of each label, its mean and interval."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.models.drawn_texts import drawn_sums, interval_of_draws

Flags = NDArray[np.bool_]


def per_label(
    given: Flags, said: Flags, judged: Flags | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Precision, recall and F1 of each label; 0 where a label was never said or never given.

    Parameters
    ----------
    given, said
        Text × label.
    judged
        Text × label: where nobody said if the label holds, the text does not count for it.
    """
    right, of_said, of_given = _counts(given, said, judged)
    return _ratio(right, of_said), _ratio(right, of_given), _ratio(2 * right, of_said + of_given)


def macro_f1_of_sets(given: Flags, said: Flags, judged: Flags | None = None) -> float:
    """Mean F1 over the labels that were given; NaN where none was.

    Examples
    --------
    F1 is 1 and 2/3; the third label has no text:

    >>> given = np.array([[True, True, False], [False, True, False]])
    >>> said = np.array([[True, True, True], [False, False, False]])
    >>> round(macro_f1_of_sets(given, said), 4) == round((1 + 2 / 3) / 2, 4)
    True
    """
    f1 = per_label(given, said, judged)[2]
    is_given = _judged(given, judged).any(axis=0)
    return float(f1[is_given].mean()) if is_given.any() else float("nan")


def macro_f1_of_both(given: Flags, said: Flags, judged: Flags | None = None) -> float:
    """Mean over the labels given of the F1 of "holds" and of "does not hold".

    Some publish it as the macro-F1 of multi-label data; where labels are rare it is far higher.
    """
    is_given = _judged(given, judged).any(axis=0)
    yes, no = per_label(given, said, judged)[2], per_label(~given, ~said, judged)[2]
    return float(((yes + no) / 2)[is_given].mean()) if is_given.any() else float("nan")


def interval_of_sets(
    given: Flags,
    said: Flags,
    judged: Flags | None = None,
    groups: NDArray[np.int64] | None = None,
    repeats: int = 1_000,
    seed: int = 0,
) -> tuple[float, float]:
    """95 % interval of the mean F1: percentiles over texts drawn with replacement.

    NaN where no label is given, or no draw moves it.

    Parameters
    ----------
    given, said, judged
        Text × label: what holds, what is said, and what anybody judged; None: all.
    groups
        Of each text, as `workbench.models.drawn_texts.alike` numbers them; None: no two read alike.
    """
    groups = np.arange(len(given)) if groups is None else groups
    drawn = drawn_sums(np.hstack(_parts(given, said, judged)), groups, repeats, np.random.default_rng(seed))
    scores = mean_f1(*np.split(drawn, 3, axis=1))
    if np.isnan(scores).all():
        return float("nan"), float("nan")
    low, high = interval_of_draws(scores)
    return float(low), float(high)


def mean_f1(
    right: NDArray[np.float64], of_said: NDArray[np.float64], of_given: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Mean F1 of the labels given in each draw, from counts: draw × label; NaN where a draw has none."""
    f1, is_given = _ratio(2 * right, of_said + of_given), of_given > 0
    return np.divide(
        (f1 * is_given).sum(axis=1),
        is_given.sum(axis=1),
        out=np.full(len(f1), np.nan),
        where=is_given.any(axis=1),
    )


def _counts(
    given: Flags, said: Flags, judged: Flags | None
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    right, of_said, of_given = (part.sum(axis=0) for part in _parts(given, said, judged))
    return right.astype(np.float64), of_said, of_given


def _parts(given: Flags, said: Flags, judged: Flags | None) -> tuple[Flags, Flags, Flags]:
    given, said = _judged(given, judged), _judged(said, judged)
    return given & said, said, given


def _judged(flags: Flags, judged: Flags | None) -> Flags:
    return flags if judged is None else flags & judged


def _ratio(part: NDArray[np.float64], whole: NDArray[Any]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
