"""Ranks as far as they are known: who is surely ahead of whom, and who cannot be told apart."""

from collections.abc import Sequence
from string import ascii_uppercase

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import WorkbenchError

_SIMULATED = 100_000


def ranks(
    names: Sequence[str],
    values: Sequence[float],
    standard_errors: Sequence[float],
    *,
    confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Lowest and highest possible rank of each value, all at once with the confidence given.

    Each value is compared with each other. One is surely ahead when its difference is larger than what the
    largest of all differences would be by chance, so that with this confidence not one statement of the
    table is wrong, however many there are.

    Parameters
    ----------
    names, values, standard_errors
        One each; standard errors of independent estimates, not all zero.
    confidence
        That all statements hold together.
    seed
        Of the simulated differences by which the largest is judged.

    Returns
    -------
    One row a value, the largest first: ``name``, ``value``, ``standard_error``, ``rank`` (1 is the largest),
    ``lowest_rank`` and ``highest_rank`` (numbers: from the best to the worst rank possible) and ``group``:
    those that share a letter cannot be told apart.

    Raises
    ------
    WorkbenchError
        Lengths that differ, names that repeat, values that are none, standard errors below zero.

    Notes
    -----
    Ranks from simultaneous tests of all pairs: Mogstad, Romano, Shaikh and Wilhelm (2024),
    doi:10.1093/restud/rdad006, here without step-down; the largest studentised difference is that of Tukey
    and Kramer, simulated because standard errors differ. Letters: compact letter display (Piepho 2004).
    Standard errors count as known: with fewer than about 30 labels behind a value, groups are too small.

    Examples
    --------
    >>> found = ranks(["Acme", "Bolt", "Cask"], [0.30, 0.52, 0.33], [0.03, 0.03, 0.03])
    >>> found[["name", "rank", "lowest_rank", "highest_rank", "group"]]
       name  rank  lowest_rank  highest_rank group
    0  Bolt     1            1             1     A
    1  Cask     2            2             3     B
    2  Acme     3            2             3     B
    """
    value, error = np.asarray(values, dtype=np.float64), np.asarray(standard_errors, dtype=np.float64)
    _check(names, value, error)
    if not len(value):
        return pd.DataFrame(
            columns=["name", "value", "standard_error", "rank", "lowest_rank", "highest_rank", "group"]
        )
    ahead = is_ahead(value, error, largest_difference(error, confidence, seed))
    order = np.argsort(-value, kind="stable")
    table = pd.DataFrame(
        {
            "name": list(names),
            "value": value,
            "standard_error": error,
            "rank": 1 + (value[None, :] > value[:, None]).sum(axis=1),
            "lowest_rank": 1 + ahead.sum(axis=0),
            "highest_rank": len(value) - ahead.sum(axis=1),
            "group": _letters(ahead, order),
        }
    )
    return table.iloc[order].reset_index(drop=True)


def is_ahead(values: NDArray[np.float64], errors: NDArray[np.float64], largest: float) -> NDArray[np.bool_]:
    """Whether the value of the row is surely larger than that of the column; leading axes are draws."""
    difference = values[..., :, None] - values[..., None, :]
    together = np.sqrt(errors[..., :, None] ** 2 + errors[..., None, :] ** 2)
    return np.asarray((difference > largest * together) & (difference > 0))


def largest_difference(errors: NDArray[np.float64], confidence: float, seed: int) -> float:
    """How many of its standard errors the largest difference of equal values reaches by chance.

    Examples
    --------
    With two values it is the usual 1.96, with ten of equal error Tukey's 4.47 / √2.

    >>> round(largest_difference(np.ones(2), 0.95, seed=0), 1)
    2.0
    >>> round(largest_difference(np.ones(10), 0.95, seed=0), 1)
    3.2
    """
    first, second = np.triu_indices(len(errors), k=1)
    together = np.sqrt(errors[first] ** 2 + errors[second] ** 2)
    first, second, together = first[together > 0], second[together > 0], together[together > 0]
    if not len(together):
        return 0.0
    noise = np.random.default_rng(seed).normal(size=(_SIMULATED, len(errors))) * errors
    largest = np.zeros(_SIMULATED)
    for one, other, error in zip(first, second, together, strict=True):
        np.maximum(largest, np.abs(noise[:, one] - noise[:, other]) / error, out=largest)
    return float(np.quantile(largest, confidence))


def _letters(ahead: NDArray[np.bool_], order: NDArray[np.intp]) -> list[str]:
    """Letters of each value: one for each largest set in which none is surely ahead of another."""
    place = {int(value): rank for rank, value in enumerate(order)}
    alike = nx.from_numpy_array(~(ahead | ahead.T))
    alike.remove_edges_from(list(nx.selfloop_edges(alike)))
    groups = sorted(sorted(place[value] for value in group) for group in nx.find_cliques(alike))
    letters = [""] * len(order)
    for number, group in enumerate(groups):
        for rank in group:
            letters[int(order[rank])] += _letter(number)
    return letters


def _letter(number: int) -> str:
    """A to Z, then A2 to Z2 and so on."""
    turn, letter = divmod(number, len(ascii_uppercase))
    return ascii_uppercase[letter] + (str(turn + 1) if turn else "")


def _check(names: Sequence[str], values: NDArray[np.float64], errors: NDArray[np.float64]) -> None:
    if not len(names) == len(values) == len(errors):
        raise WorkbenchError(
            f"{len(names)} names, {len(values)} values and {len(errors)} standard errors; one each is needed."
        )
    if len(set(names)) < len(names):
        raise WorkbenchError("names to rank repeat; give each once.")
    wrong = int((~(np.isfinite(values) & np.isfinite(errors) & (errors >= 0))).sum())
    if wrong:
        raise WorkbenchError(
            f"{wrong} of {len(values)} values to rank are missing, or their standard errors are missing or below 0."
        )
