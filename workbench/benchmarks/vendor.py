"""A vendor's sentiment beside people's labels: shares and ranks of brands, and what more labels would tell."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbench.statistics.estimates import estimates
from workbench.statistics.figure import Figure
from workbench.statistics.planning import half_widths, labels_wanted, outlook
from workbench.statistics.possible_ranks import possible_ranks
from workbench.statistics.ranks import is_ahead, largest_difference
from workbench.statistics.sentiment import LABELS

TOO_HIGH, TOO_LOW, WITHIN, UNKNOWN = "too high", "too low", "within", "not known"
_FIGURES = {label: Figure(label, "share", {label: 1.0}) for label in LABELS}


def vendor_shares(mentions: pd.DataFrame, by: Sequence[str] = ("brand",)) -> pd.DataFrame:
    """Share of each sentiment as the vendor has it and as people's labels correct it.

    Parameters
    ----------
    mentions
        As `workbench.benchmarks.vendor_scores.audited` gives them.
    by
        Grouping columns; none: all posts together.

    Returns
    -------
    Columns of a measure frame but ``vintage``: metrics ``negative``, ``neutral``, ``positive``, their value the
    corrected share (null where nobody labelled any). And ``vendor`` (the vendor's share), ``error`` (vendor less
    corrected share) and ``verdict``: "too high" or "too low" where the vendor lies outside of the interval,
    "within", or "not known".
    """
    by = list(by)
    told = estimates(mentions, by, list(_FIGURES.values()), closing_days=0, pool_periods=1)
    said = _vendor(mentions, by)
    rows = told.drop(columns="vintage").merge(said, on=[*by, "metric"], how="left")
    is_known = rows["kind"] == "estimate"
    rows["value"] = rows["value"].astype(float).where(is_known)
    rows["error"] = (rows["vendor"] - rows["value"]).round(12)
    outside = [rows["vendor"] > rows["high"] + 1e-9, rows["vendor"] < rows["low"] - 1e-9, is_known]
    rows["verdict"] = np.select(outside, [TOO_HIGH, TOO_LOW, WITHIN], UNKNOWN)
    return rows


def _vendor(mentions: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The vendor's share of each sentiment, per group."""
    shares = mentions.groupby(by)[list(LABELS)].mean() if by else mentions[list(LABELS)].mean().to_frame().T
    long = shares.melt(ignore_index=False, var_name="metric", value_name="vendor")
    return long.reset_index() if by else long.reset_index(drop=True)


def vendor_ranks(shares: pd.DataFrame, label: str = "negative") -> pd.DataFrame:
    """Brands by the share of one sentiment: the rank the vendor gives, and those that labels allow.

    Parameters
    ----------
    shares
        By brand, of `vendor_shares`.
    label
        Sentiment by which brands are ranked; rank 1 is the largest share.

    Returns
    -------
    The rows of that sentiment as `workbench.statistics.possible_ranks` gives them, with ``vendor_rank`` and
    ``reversed_with``: list of the brands that the vendor surely has on the wrong side of this one. With 95 %
    confidence not one of the possible ranks and reversals is wrong.

    Examples
    --------
    >>> shares = pd.DataFrame({"brand": ["Acme", "Bolt"], "metric": "negative", "value": [0.3, 0.6]})
    >>> shares = shares.assign(low=shares["value"] - 0.1, high=shares["value"] + 0.1, vendor=[0.5, 0.4])
    >>> vendor_ranks(shares)[["brand", "rank_low", "rank_high", "vendor_rank", "reversed_with"]]
      brand  rank_low  rank_high  vendor_rank reversed_with
    0  Bolt         1          1            2        [Acme]
    1  Acme         2          2            1        [Bolt]
    """
    ranked = possible_ranks(shares, label)
    ranked["vendor_rank"] = ranked["vendor"].rank(ascending=False, method="min").astype(int)
    ahead = _surely_ahead(ranked)
    vendor = ranked["vendor"].to_numpy(dtype=np.float64)
    # Equal shares order nothing, so they contradict nothing.
    contradicts = ahead & (vendor[:, None] < vendor[None, :])
    names = ranked["brand"].to_numpy(dtype=object)
    either = contradicts | contradicts.T
    return ranked.assign(reversed_with=[names[row].tolist() for row in either])


def _surely_ahead(ranked: pd.DataFrame) -> np.ndarray:
    """Whether the brand of the row surely has a larger share than that of the column."""
    value = ranked["value"].to_numpy(dtype=np.float64)
    error = (ranked["high"] - ranked["low"]).to_numpy(dtype=np.float64) / (2 * norm.ppf(0.975))
    is_known = np.isfinite(value) & np.isfinite(error)
    ahead = np.zeros((len(value), len(value)), bool)
    known = np.flatnonzero(is_known)
    largest = largest_difference(error[known], 0.95, seed=0)
    ahead[np.ix_(known, known)] = is_ahead(value[known], error[known], largest)
    return ahead


def next_labels(
    mentions: pd.DataFrame, more: Mapping[str, int], label: str = "negative", half_width: float = 0.05
) -> pd.DataFrame:
    """What more labels would buy: half the width of each brand's interval now and then.

    Parameters
    ----------
    mentions
        As `workbench.benchmarks.vendor_scores.audited` gives them.
    more
        Further labels of each brand.
    label
        Sentiment whose share is to be known.
    half_width
        Wanted, a share of 1: .05 is ±5 points.

    Returns
    -------
    One row a brand: ``brand``, ``posts``, ``labels``, ``now`` and ``then`` (half-widths, shares of 1),
    ``more``, and ``wanted``: labels in all until the half-width wanted is reached. A brand that nobody labelled
    has nulls, and so has ``wanted`` with fewer than two relevant labels, which tell nothing of the next.
    """
    rows = [
        _outlook_of(str(brand), group, more.get(str(brand), 0), _FIGURES[label], half_width)
        for brand, group in mentions.groupby("brand", sort=True)
    ]
    whole = dict.fromkeys(("labels", "more", "wanted"), "Int64")
    return pd.DataFrame(rows, columns=["brand", "posts", "labels", "now", "more", "then", "wanted"]).astype(
        whole
    )


def _outlook_of(
    brand: str, group: pd.DataFrame, more: int, figure: Figure, half_width: float
) -> dict[str, Any]:
    judged = group[group["inclusion_probability"].notna()]
    told: dict[str, Any] = {"brand": brand, "posts": len(group), "labels": len(judged), "more": more}
    is_relevant = judged[[f"label_{name}" for name in LABELS]].sum(axis=1) > 0
    if is_relevant.sum() < 2:
        return told
    known = outlook(len(group), float(figure.predicted(group).sum()), figure.judged(judged))
    now, then = half_widths(known, len(group), [len(judged), min(len(judged) + more, len(group))])
    wanted = labels_wanted(known, len(group), half_width)
    return {**told, "now": float(now), "then": float(then), "wanted": wanted}
