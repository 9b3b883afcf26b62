"""Texts drawn with replacement, those that read alike together: a post shared a hundred times says one thing once."""

from collections import defaultdict
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.models.features import prepared
from workbench.models.text_hashes import text_hashes

# Of so many texts at a time it is known how often each is drawn: 80 MB.
_MOST_DRAWN = 10_000_000


def alike(texts: Sequence[str]) -> NDArray[np.int64]:
    """The number of each text's group, from 0 in the order in which groups come first.

    Examples
    --------
    >>> alike(["@Acme late", "thanks", "@Bolt LATE"]).tolist()
    [0, 1, 0]
    """
    _, first, group = np.unique(
        text_hashes([prepared(text) for text in texts]), return_index=True, return_inverse=True
    )
    return np.argsort(np.argsort(first))[group].astype(np.int64)


def first_of_each(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Of texts that read alike only the first."""
    first = np.zeros(len(texts), dtype=bool)
    first[np.unique(alike(texts), return_index=True)[1]] = True
    return first


def contradictory(texts: Sequence[str], labels: Sequence[Hashable]) -> int:
    """How many texts read like another that has another label.

    Examples
    --------
    >>> contradictory(["late", "RT @ann: late", "LATE", "thanks"], ["negative", "neutral", "negative", "positive"])
    3
    """
    said: dict[int, set[Hashable]] = defaultdict(set)
    groups = alike(texts).tolist()
    for group, label in zip(groups, labels, strict=True):
        said[group].add(label)
    return sum(len(said[group]) > 1 for group in groups)


def drawn_sums(
    flags: NDArray[np.bool_], groups: NDArray[np.int64], repeats: int, random: np.random.Generator
) -> NDArray[np.float64]:
    """How many texts of each draw with replacement have each flag: draw × flag, of text × flag.

    Examples
    --------
    Of texts that read alike each draw has all or none:

    >>> flags = np.array([[True], [False], [True]])
    >>> set(drawn_sums(flags, np.array([0, 1, 0]), 100, np.random.default_rng(0)).ravel().tolist())
    {0.0, 2.0, 4.0}
    """
    count = int(groups.max()) + 1
    of_group = np.stack([np.bincount(groups, column, count) for column in flags.T], axis=1)
    at_once = max(_MOST_DRAWN // count, 1)
    sums = [
        random.multinomial(count, np.full(count, 1 / count), size=min(at_once, repeats - start)) @ of_group
        for start in range(0, repeats, at_once)
    ]
    return np.concatenate(sums)


def interval_of_draws(drawn: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """95 % intervals of figures by draw, percentiles over the first axis; NaN for what no draw moves.

    Where everything is right, no draw holds an error, which tells nothing of the next texts.

    Examples
    --------
    >>> interval_of_draws(np.stack([np.linspace(0, 1, 201), np.ones(201)], axis=1))
    (array([0.025,   nan]), array([0.975,   nan]))
    """
    low, high = np.nanquantile(drawn, [0.025, 0.975], axis=0)
    is_moved = high > low
    return np.where(is_moved, low, np.nan), np.where(is_moved, high, np.nan)


def draw_texts(groups: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.int64]:
    """Places of the texts of one draw with replacement."""
    count = int(groups.max()) + 1
    drawn = random.integers(count, size=count)
    if count == len(groups):
        return np.asarray(drawn)  # every group is one text
    return np.repeat(np.arange(len(groups)), np.bincount(drawn, minlength=count)[groups])
