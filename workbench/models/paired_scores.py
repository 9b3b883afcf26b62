"""Several models on the same texts: what each gets right, and how far it is behind the best."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.models.drawn_texts import drawn_sums, interval_of_draws
from workbench.models.set_scoring import Flags, macro_f1_of_sets, mean_f1


def scores_of(
    given: Flags,
    said: Sequence[Flags],
    groups: NDArray[np.int64] | None = None,
    repeats: int = 1_000,
    seed: int = 0,
) -> pd.DataFrame:
    """Macro-F1 of several models on the same texts, with 95 % intervals of it and of the distance to the best.

    A model that is right of every text has no interval: no draw tells what it might get wrong.

    Parameters
    ----------
    given, said
        Text × label: whether it holds, and whether each model says so.
    groups
        Of each text, as `workbench.models.drawn_texts.alike` numbers them; None: no two read alike.

    Notes
    -----
    Percentiles over texts drawn with replacement, the same draws for every model.

    Examples
    --------
    Two models that disagree on one text in forty cannot be told apart:

    >>> given = np.tile(np.eye(2, dtype=bool), (20, 1))
    >>> other = given.copy()
    >>> other[0] = ~other[0]
    >>> scores_of(given, [given, other])[["macro_f1", "behind", "behind_low"]].round(3).values.tolist()
    [[1.0, 0.0, 0.0], [0.975, 0.025, 0.0]]
    """
    counted = np.array([macro_f1_of_sets(given, one) for one in said])
    groups = np.arange(len(given)) if groups is None else groups
    parts = [given, *(part for one in said for part in (given & one, one))]
    sums = drawn_sums(np.hstack(parts), groups, repeats, np.random.default_rng(seed))
    of_given, *of_models = np.split(sums, len(parts), axis=1)
    pairs = zip(of_models[::2], of_models[1::2], strict=True)
    drawn = np.stack([mean_f1(right, of_said, of_given) for right, of_said in pairs], axis=1)
    best = int(np.argmax(counted))
    low, high = interval_of_draws(drawn)
    behind_low, behind_high = np.nanquantile(drawn[:, [best]] - drawn, [0.025, 0.975], axis=0)
    return pd.DataFrame(
        {
            "macro_f1": counted,
            "low": low,
            "high": high,
            "behind": counted[best] - counted,
            "behind_low": behind_low,
            "behind_high": behind_high,
            "accuracy": [float((one == given).all(axis=1).mean()) for one in said],
        }
    )
