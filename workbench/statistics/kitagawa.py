"""A difference in two parts: other posts than before, or other things said in posts of the same kind?

Complaints rise when more of the conversation comes from a platform where people complain (mix), and when
people complain more on each platform (within). Only the second says that something got worse.
"""

from dataclasses import dataclass, replace

import pandas as pd

from workbench.statistics.clusters import Cell, arrays
from workbench.statistics.few_categories import with_few_together
from workbench.statistics.intervals import students_t
from workbench.statistics.kitagawa_rates import Part, Rates, rates, split
from workbench.statistics.prevalence import FEW_LABELS, Estimate

_WHAT = ("difference", "part of the difference due to the mix", "part of the difference within categories")


@dataclass(frozen=True)
class Decomposition:
    """A difference and its two parts, which add up to it exactly.

    Parameters
    ----------
    total
        Corrected mean after minus before, each put together from its categories.
    mix
        What follows from other shares of the categories.
    within
        What follows from other means within the categories.
    categories
        One row a category: category, ``share_before``, ``share_after``, ``mean_before``, ``mean_after``,
        ``labels_before``, ``labels_after``, ``mix``, ``within``. For reading, without intervals; one
        category's mix depends on how the others are cut and means little alone.
    """

    total: Estimate
    mix: Estimate
    within: Estimate
    categories: pd.DataFrame


def kitagawa(
    before: Cell,
    after: Cell,
    category: str,
    *,
    bounds: tuple[float, float] = (0.0, 1.0),
    confidence: float = 0.95,
) -> Decomposition:
    """Split a difference of corrected means into mix and within.

    Mix is the sum over categories of change of share × mean of both means, within that of change of mean ×
    mean of both shares (Kitagawa 1955). Categories with fewer than 10 labels in either period go together
    as "other categories". A change of mix is no cause: it says how much would have changed at unchanged means.

    Parameters
    ----------
    before, after
        The periods; ``authors`` has one row an author and category, ``labelled`` has the category too.
    category
        Column by which to split: a platform, a topic, a product.
    bounds, confidence
        As for `workbench.statistics.differences.corrected_difference`.

    Raises
    ------
    WorkbenchError
        Too few labels for two categories; otherwise as `corrected_difference`.

    Notes
    -----
    The total weighs each category by its share of posts, which is known, and so has mostly a slightly
    narrower interval than `corrected_difference`, which differs from it by chance. Intervals by
    linearisation with authors as clusters, as there; that of the mix is too wide where it hardly changed.

    Examples
    --------
    >>> def cell(good: int, bad: int) -> Cell:
    ...     posts = pd.DataFrame({"platform": ["good"] * good + ["bad"] * bad})
    ...     posts["author"] = range(len(posts))
    ...     posts["label"] = [1.0, 0.0, 0.0, 0.0] * (good // 4) + [1.0, 1.0, 1.0, 0.0] * (bad // 4)
    ...     labelled = posts.assign(prediction=0.5, inclusion_probability=1.0, is_held_out=True)
    ...     return Cell(posts.assign(posts=1, prediction_sum=0.5), labelled)
    >>> parts = kitagawa(cell(160, 40), cell(80, 120), "platform")
    >>> f"{parts.total.value:.2f} = {parts.mix.value:.2f} mix + {parts.within.value:.2f} within"
    '0.20 = 0.20 mix + 0.00 within'
    """
    cells = with_few_together([before, after], category)
    numbers, authors = arrays(cells, bounds)
    names = pd.Index(pd.concat([cell.authors[category] for cell in cells]).unique())
    first, second = (
        rates(
            cell,
            names.get_indexer(pd.Index(frame.authors[category])),
            names.get_indexer(pd.Index(frame.labelled[category])),
            (authors, len(names)),
        )
        for cell, frame in zip(numbers, cells, strict=True)
    )
    whole, mix, within = (
        _estimate(what, part, bounds, confidence, cells, (first.power + second.power) / 2)
        for what, part in zip(_WHAT, split(first, second), strict=True)
    )
    # As a remainder, so that the parts add up to the last digit.
    within = replace(within, value=whole.value - mix.value)
    return Decomposition(whole, mix, within, _table(category, names, first, second, bounds))


def _table(
    category: str, names: pd.Index, first: Rates, second: Rates, bounds: tuple[float, float]
) -> pd.DataFrame:
    span = bounds[1] - bounds[0]
    shares, means = (first.share + second.share) / 2, (first.mean + second.mean) / 2
    return pd.DataFrame(
        {
            category: names,
            "share_before": first.share,
            "share_after": second.share,
            "mean_before": bounds[0] + span * first.mean,
            "mean_after": bounds[0] + span * second.mean,
            "labels_before": first.labels,
            "labels_after": second.labels,
            # Around the overall mean, or the mix of one category would hang on where zero lies.
            "mix": span * (second.share - first.share) * (means - shares @ means),
            "within": span * (second.mean - first.mean) * shares,
        }
    )


def _estimate(
    what: str, part: Part, bounds: tuple[float, float], confidence: float, cells: list[Cell], power: float
) -> Estimate:
    span = bounds[1] - bounds[0]
    half = float(students_t(part.freedom, confidence)) * part.error
    labels = [len(cell.labelled) for cell in cells]
    return Estimate(
        value=span * part.value,
        low=span * max(part.value - half, -1.0),
        high=span * min(part.value + half, 1.0),
        standard_error=span * part.error,
        posts=int(sum(cell.authors["posts"].sum() for cell in cells)),
        labels=sum(labels),
        power=power,
        method=f"{what} (Kitagawa 1955) of two corrected means (PPI++), authors as clusters; "
        f"{100 * confidence:g} % interval",
        warning=f"only {min(labels)} labels in one period" if min(labels) < FEW_LABELS else "",
    )
