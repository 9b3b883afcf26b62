"""Whether one model is better than another, on labels that neither had learned from."""

from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from workbench.models.label_probabilities import best_thresholds

# With fewer the bootstrap promises more than it holds.
FEWEST_TEXTS = 30
_DRAWS, _CHUNK = 2_000, 200


class Verdict(NamedTuple):
    """Whether a challenger is better than the champion, on labels that neither had learned from."""

    is_better: bool
    difference: float | None
    """Macro-F1 of the challenger less that of the champion; None where nothing could be compared."""
    low: float | None
    high: float | None
    n: int
    reason: str


def verdict(
    given: NDArray,
    challenger_probabilities: NDArray[np.float64],
    champion_probabilities: NDArray[np.float64],
    labels: Sequence[str],
    is_multi_label: bool = False,
    seed: int = 0,
    thresholds: tuple[Sequence[float], Sequence[float]] | None = None,
) -> Verdict:
    """Compare two models on the same texts, of which neither had learned.

    Parameters
    ----------
    given
        Labels that people gave: a row a text and a column a label of yes and no, or the place of the only label.
    challenger_probabilities, champion_probabilities
        What both say of these texts, columns as in `labels`.
    labels
        Names of the labels.
    is_multi_label
        Whether several may hold of a text.
    seed
        Of the bootstrap.
    thresholds
        Where several labels may hold, from which probability each model says each label, ours first. None: from
        where the probabilities themselves expect the best F1.

    Notes
    -----
    The 95 % interval of the difference of macro-F1 is of percentiles over texts drawn with replacement, both models
    on the same draw, so that what is hard for both cancels out. Better means that the whole interval is above 0.
    """
    holds = given if given.ndim == 2 else np.eye(len(labels), dtype=bool)[given]
    if len(holds) < FEWEST_TEXTS:
        few = f"{len(holds)} labelled texts could judge both models, and at least {FEWEST_TEXTS} are needed"
        return Verdict(False, None, None, None, len(holds), few)
    both = (challenger_probabilities, champion_probabilities)
    if is_multi_label:
        froms = thresholds or [best_thresholds(one) for one in both]
        said = [one >= np.array(start) for one, start in zip(both, froms, strict=True)]
    else:
        said = [np.eye(len(labels), dtype=bool)[one.argmax(axis=1)] for one in both]
    ours, theirs = (float(_macro_f1(holds, one, np.ones((1, len(holds))))[0]) for one in said)
    low, high = _interval(holds, said, seed)
    around = f"95 % interval {low:+.3f} to {high:+.3f}" if low < high else "no text tells them apart"
    figures = (
        f"macro-F1 {ours:.3f} against {theirs:.3f} on {len(holds):,} texts that neither had learned from, "
        f"difference {ours - theirs:+.3f} ({around})"
    )
    how = "better" if low > 0 else "worse" if high < 0 else "not shown to be better"
    return Verdict(low > 0, ours - theirs, low, high, len(holds), f"{how}: {figures}")


def _interval(holds: NDArray[np.bool_], said: Sequence[NDArray[np.bool_]], seed: int) -> tuple[float, float]:
    random = np.random.default_rng(seed)
    differences = []
    for _ in range(_DRAWS // _CHUNK):
        times = random.multinomial(len(holds), np.full(len(holds), 1 / len(holds)), size=_CHUNK)
        ours, theirs = (_macro_f1(holds, one, times.astype(np.float64)) for one in said)
        differences.append(ours - theirs)
    low, high = np.quantile(np.concatenate(differences), [0.025, 0.975])
    return float(low), float(high)


def _macro_f1(
    holds: NDArray[np.bool_], said: NDArray[np.bool_], times: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Macro-F1 of each draw, which has every text so many times; over the labels that the draw has."""
    right, given, told = times @ (holds & said), times @ holds, times @ said
    f1 = np.divide(2 * right, given + told, out=np.zeros_like(right), where=given + told > 0)
    is_there = given > 0
    return cast(NDArray[np.float64], (f1 * is_there).sum(axis=1) / np.maximum(is_there.sum(axis=1), 1))
