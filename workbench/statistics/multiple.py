"""Several questions at once: p-values that keep their promise over all of them."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Correction = Literal["holm", "benjamini_hochberg", "none"]


def promise(correction: Correction, confidence: float, period: str) -> str:
    """What a correction promises of figures that are called different, in words.

    Examples
    --------
    >>> promise("holm", 0.95, "week")
    'Holm, so that in 95 of 100 weeks without change nothing is called different'
    >>> promise("benjamini_hochberg", 0.8, "day")
    'Benjamini–Hochberg, so that of figures called different 20 in 100 are not'
    """
    if correction == "none":
        return "each figure for itself"
    if correction == "holm":
        return f"Holm, so that in {100 * confidence:.3g} of 100 {period}s without change nothing is called different"
    return (
        f"Benjamini–Hochberg, so that of figures called different {100 - 100 * confidence:.3g} in 100 are not"
    )


def adjusted(p_values: ArrayLike, correction: Correction = "holm") -> NDArray[np.float64]:
    """Adjusted p-values; missing ones stay missing and do not count as questions.

    Parameters
    ----------
    p_values
        One for each figure asked about.
    correction
        "holm": in a period without any change, *no* figure is called different in 95 of 100 reports.
        It holds however the figures depend on each other, and figures of the same posts do (shares
        of voice sum to 1, answers within 1 h are among those within 24 h). "benjamini_hochberg": of
        the figures called different, 5 of 100 are not, on average; finds more, and needs figures
        that are independent or rise and fall together. "none": each for itself.

    Notes
    -----
    Holm 1979, Scandinavian Journal of Statistics 6, 65–70; Benjamini and Hochberg 1995, Journal of the
    Royal Statistical Society B 57, 289–300.

    Examples
    --------
    >>> [round(float(p), 3) for p in adjusted([0.01, 0.04, np.nan, 0.03])]
    [0.03, 0.06, nan, 0.06]
    >>> [round(float(p), 3) for p in adjusted([0.01, 0.04, np.nan, 0.03], "benjamini_hochberg")]
    [0.03, 0.04, nan, 0.04]
    """
    p = np.asarray(p_values, dtype=float)
    result = np.full(p.shape, np.nan)
    asked = np.flatnonzero(~np.isnan(p))
    order = asked[np.argsort(p[asked], kind="stable")]
    questions = len(order)
    if correction == "none" or not questions:
        result[asked] = p[asked]
        return result
    place = np.arange(questions)
    if correction == "holm":
        raised = np.maximum.accumulate(p[order] * (questions - place))
    else:
        raised = np.minimum.accumulate((p[order] * questions / (place + 1))[::-1])[::-1]
    result[order] = np.minimum(raised, 1.0)
    return result
