"""Ranks of the groups of a measure frame, as far as its intervals allow."""

import re

import pandas as pd
from scipy.stats import norm

from workbench.statistics.ranks import ranks

_LETTER = re.compile(r"[A-Z]\d*")


def possible_ranks(measures: pd.DataFrame, metric: str, by: str = "brand") -> pd.DataFrame:
    """The rows of a metric, largest first, with the ranks that each may have.

    Parameters
    ----------
    measures
        Measure frame of one period.
    metric
        The figure.
    by
        Column of what is ranked.

    Returns
    -------
    The rows of `metric` with ``rank_low`` and ``rank_high`` (1 is the largest value; both null where a figure
    has no interval: a signal is not ranked) and ``alike``, letters shared by those that cannot be told apart.
    With 95 % confidence nothing that the ranks of all say is wrong.

    Notes
    -----
    `workbench.statistics.ranks`; the standard error is a quarter of the interval's width, nearly.

    Examples
    --------
    >>> frame = pd.DataFrame({"brand": ["Acme", "Bolt", "Crux"], "metric": "m", "value": [0.3, 0.5, 0.32]})
    >>> frame = frame.assign(low=frame["value"] - 0.06, high=frame["value"] + 0.06)
    >>> possible_ranks(frame, "m")[["brand", "rank_low", "rank_high", "alike"]]
      brand  rank_low  rank_high alike
    0  Bolt         1          1     A
    1  Crux         2          3     B
    2  Acme         2          3     B
    """
    rows = measures[measures["metric"] == metric]
    rows = rows.assign(low=rows["low"].astype(float), high=rows["high"].astype(float))
    known = rows.dropna(subset=["value", "low", "high"])
    errors = (known["high"] - known["low"]) / (2 * norm.ppf(0.975))
    found = ranks(list(known[by]), list(known["value"].astype(float)), list(errors))
    told = found.rename(columns={"lowest_rank": "rank_low", "highest_rank": "rank_high", "group": "alike"})
    told = told[["name", "rank_low", "rank_high", "alike"]]
    ranked = rows.merge(told, left_on=by, right_on="name", how="left").drop(columns="name")
    # Of equal values the one with the better possible rank first.
    return ranked.sort_values(["value", "rank_low"], ascending=[False, True], ignore_index=True)


def told_apart(ranked: pd.DataFrame, by: str = "brand") -> list[list[str]]:
    """Groups that cannot be told apart from each other, each a list of names; a name may be in several.

    Examples
    --------
    >>> told_apart(pd.DataFrame({"brand": ["Bolt", "Crux", "Acme"], "alike": ["A", "AB", "B"]}))
    [['Bolt', 'Crux'], ['Crux', 'Acme']]
    """
    groups: dict[str, list[str]] = {}
    for name, letters in zip(ranked[by], ranked["alike"].fillna(""), strict=True):
        for letter in _LETTER.findall(letters):
            groups.setdefault(letter, []).append(str(name))
    return list(groups.values())
