"""Did the share change from one period to the other, for the people who write and not for these posts alone?"""

import numpy as np

from workbench.statistics.clusters import Cell, arrays, influence, variance_and_freedom
from workbench.statistics.intervals import students_t
from workbench.statistics.labelled import relevance_of
from workbench.statistics.prevalence import FEW_LABELS, Estimate

__all__ = ["Cell", "corrected_difference"]

# Of two people one learns that they differ, and hardly by how much.
_FEW_PEOPLE = 3.0


def corrected_difference(
    before: Cell, after: Cell, *, bounds: tuple[float, float] = (0.0, 1.0), confidence: float = 0.95
) -> Estimate:
    """Corrected mean after minus corrected mean before.

    Two intervals that overlap can still belong to a difference that is certain; look at this one. It speaks
    of the people who might have written in such periods: posts of one author go together, also across the
    periods, and labelling every post does not make the interval vanish.

    Parameters
    ----------
    before, after
        The periods.
    bounds
        Lowest and highest possible label: 0 and 1 for a share, −1 and 1 for net sentiment.
    confidence
        Of the interval.

    Returns
    -------
    Estimate whose posts and labels are those of both periods, and whose power is the mean of both.

    Raises
    ------
    WorkbenchError
        As `workbench.statistics.prevalence.corrected_mean`; an author missing.

    Notes
    -----
    Linearised variance between clusters (Binder 1983), degrees of freedom by Welch and Satterthwaite.
    """
    cells, authors = arrays([before, after], bounds)
    parts = [influence(cell, authors) for cell in cells]
    combined = parts[1].of_authors - parts[0].of_authors
    variance, freedom = variance_and_freedom(
        combined, [part.of_authors for part in parts], [part.freedom for part in parts]
    )
    span = bounds[1] - bounds[0]
    value = span * (parts[1].mean - parts[0].mean)
    error = span * float(np.sqrt(variance + parts[0].unseen + parts[1].unseen))
    half = float(students_t(freedom, confidence)) * error
    relevant = [int(relevance_of(cell.labelled).sum()) for cell in (before, after)]
    few = [
        f"only {count} labels {when}"
        for count, when in zip(relevant, ("before", "after"), strict=True)
        if count < FEW_LABELS
    ]
    few += [
        f"few people wrote most of it {when} (as good as {part.people:.1f})"
        for part, when in zip(parts, ("before", "after"), strict=True)
        if part.people < _FEW_PEOPLE
    ]
    return Estimate(
        value=value,
        low=max(value - half, -span),
        high=min(value + half, span),
        standard_error=error,
        posts=int(sum(cell.posts.sum() for cell in cells)),
        labels=len(before.labelled) + len(after.labelled),
        power=(parts[0].power + parts[1].power) / 2,
        method=f"difference of two corrected means (PPI++), authors as clusters; {100 * confidence:g} % interval",
        warning=f"{', '.join(few)}: the interval is wide" if few else "",
    )
