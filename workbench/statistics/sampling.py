"""Drawing posts for people to label, so that what they say can be counted."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError


def draw_stratified(
    frame: pd.DataFrame,
    size: int | Mapping[str, int],
    *,
    seed: int,
    key: Sequence[str] = ("post_id", "brand"),
    stratum: str = "stratum",
) -> pd.DataFrame:
    """Simple random sample within each stratum, without replacement.

    Every row has a number that follows from its key and the seed alone, and those with the smallest numbers
    are drawn (permanent random numbers, Ohlsson 1995). So the order of the rows does not matter, a larger
    size with the same seed holds the smaller sample, and rows that come later replace few. Samples with one
    seed overlap by design: an independent one needs another seed.

    Parameters
    ----------
    frame
        The rows that may be drawn, one a key.
    size
        How many to draw per stratum, one number for all or one for each (0 where not named).
    seed
        Whole number.
    key
        Columns that identify a row.
    stratum
        Column of the stratum.

    Returns
    -------
    The rows drawn, in the order in which to label them (any first part is itself a random sample of each
    stratum), with ``inclusion_probability`` and ``frame_size`` (rows in its stratum). A stratum no larger
    than the size is drawn whole, with probability 1.

    Raises
    ------
    WorkbenchError
        A negative size, keys that repeat, columns that are missing.

    Examples
    --------
    >>> posts = pd.DataFrame({"post_id": list("abcdef"), "brand": "Acme", "stratum": ["x"] * 4 + ["y"] * 2})
    >>> drawn = draw_stratified(posts, 2, seed=1)
    >>> drawn.groupby("stratum")["inclusion_probability"].mean().to_dict()
    {'x': 0.5, 'y': 1.0}
    """
    _check(frame, key, stratum)
    wanted = _sizes(frame[stratum], size)
    number = permanent_numbers(frame, key, seed)
    order = np.argsort(number, kind="stable")
    ordered = frame.iloc[order]
    place = ordered.groupby(stratum, sort=False, dropna=False).cumcount()
    rows = ordered.groupby(stratum, sort=False, dropna=False)[stratum].transform("size").to_numpy()
    size_here = wanted.iloc[order].to_numpy()
    drawn = place.to_numpy() < size_here
    chance = np.minimum(size_here / rows, 1.0)
    return ordered.assign(inclusion_probability=chance, frame_size=rows)[drawn].reset_index(drop=True)


def equal_parts(mentions: Mapping[str, int], size: int) -> dict[str, int]:
    """How many to draw of each stratum: as many of each as can be, and what one lacks falls to the others.

    Raises
    ------
    WorkbenchError
        There are more strata than mentions asked for.

    Examples
    --------
    >>> equal_parts({"Acme": 900, "Bolt": 10, "Cord": 500}, 101)
    {'Bolt': 10, 'Cord': 45, 'Acme': 46}
    """
    if size < len(mentions):
        raise WorkbenchError(
            f"{size} mentions of {len(mentions)} strata: each needs one at least, or the sample would not speak for "
            "it. Ask for more (30 of each make an estimate), or part the mentions by fewer columns (--by)."
        )
    parts: dict[str, int] = {}
    left = size
    # The smallest first, so that what they lack is known when the larger ones are asked.
    for place, (name, count) in enumerate(sorted(mentions.items(), key=lambda item: (item[1], item[0]))):
        parts[name] = min(count, left // (len(mentions) - place))
        left -= parts[name]
    return parts


def _check(frame: pd.DataFrame, key: Sequence[str], stratum: str) -> None:
    missing = [name for name in (*key, stratum) if name not in frame]
    if missing:
        raise WorkbenchError(f"the posts to draw from have no column {', '.join(missing)}.")
    repeated = int(frame.duplicated(list(key)).sum())
    if repeated:
        raise WorkbenchError(
            f"{repeated} of {len(frame)} rows to draw from repeat the {', '.join(key)} of another row, which "
            "would be drawn with twice the probability. Keep one of each."
        )


def _sizes(strata: pd.Series, size: int | Mapping[str, int]) -> pd.Series:
    """The size wanted of each row's stratum."""
    smallest = min(size.values(), default=0) if isinstance(size, Mapping) else size
    if smallest < 0:
        raise WorkbenchError(f"{smallest} posts cannot be drawn; give 0 or more.")
    if isinstance(size, Mapping):
        unknown = sorted(set(size) - set(strata))
        if unknown:
            raise WorkbenchError(
                f"there is no stratum {', '.join(map(repr, unknown))}; there are "
                f"{', '.join(map(repr, sorted(map(str, strata.unique()))))}."
            )
        return strata.map(lambda name: size.get(name, 0)).astype(np.int64)
    return pd.Series(size, index=strata.index, dtype=np.int64)


def permanent_numbers(frame: pd.DataFrame, key: Sequence[str], seed: int | str) -> np.ndarray:
    """A number of 64 bits for each row, evenly spread, from its key and the seed alone.

    Draws that must not depend on one another need seeds that differ: a word beside the number will do.

    Examples
    --------
    >>> rows = pd.DataFrame({"post_id": ["x:1", "x:2"], "brand": "Acme"})
    >>> one, other = (permanent_numbers(rows, ["post_id"], seed) for seed in (7, "7 for something else"))
    >>> bool((one == other).any())
    False
    """
    start = hashlib.blake2b(str(seed).encode(), digest_size=8)
    numbers = np.empty(len(frame), dtype=np.uint64)
    for place, values in enumerate(zip(*(frame[name].astype(str) for name in key), strict=True)):
        digest = start.copy()
        for value in values:
            # Each part with its length: "ab", "c" is another row than "a", "bc".
            digest.update(f"\0{len(value)}:{value}".encode())
        numbers[place] = int.from_bytes(digest.digest(), "big")
    return numbers
