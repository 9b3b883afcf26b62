"""Channel weights: one figure over platforms that do not stand for equally many customers.

Two questions are kept apart. *Representative*: what would the figure be, if posts came from each
platform as customers do (post-stratification to known shares)? *Importance*: what is it, if each
platform counts as much as was declared to matter? The unweighted figure always stands beside them.
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import WorkbenchError, did_you_mean
from workbench.settings import WEIGHTS_TOLERANCE

_COLUMNS = (
    "weighting", "value", "low", "high", "sensitivity_low", "sensitivity_high", "posts", "channels", "kind", "method",
    "status",
)  # fmt: skip
_METHODS = {
    "unweighted": "every post counts the same",
    "representative": "post-stratified: each channel counts as its known share of customers",
    "importance": "each channel counts as much as was declared to matter; a judgement, not a share of customers",
}


def weighted_channels(
    channels: pd.DataFrame,
    *,
    representativeness: Mapping[str, float] | None = None,
    importance: Mapping[str, float] | None = None,
    by: Sequence[str] = (),
    channel: str = "platform",
    known_channels: Sequence[str] = (),
    change: float = 0.2,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """A figure over all channels: unweighted, representative and by importance, with its sensitivity.

    Parameters
    ----------
    channels
        One row a channel (and group): the channel, ``value``, ``posts``, and ``standard_error`` or ``low``
        and ``high`` (95 %) where they are known. A measure frame by platform is one, if it holds a
        single metric or `by` names "metric", and nothing in it is pooled: ``posts`` are then those of
        several periods.
    representativeness
        Share of customers on each channel, known from outside these posts; adds to 1.
    importance
        Declared weight of each channel; adds to 1.
    by
        Grouping columns.
    channel
        Column of the channel.
    known_channels
        Channels that may be silent in these rows: a weight of one is no mistake, though the weighted
        figure is withheld.
    change
        By which part each weight is raised and lowered for the sensitivity.
    confidence
        Of the interval.

    Returns
    -------
    One row a group and weighting (unweighted, and those given): `by`, weighting, value, low, high,
    sensitivity_low, sensitivity_high, posts, channels, kind, method, status. The interval takes channels for
    independent and weights for exact: variance Σ w² · standard error². It is null where a standard
    error is unknown. The sensitivity is the lowest and the highest value when any one channel is
    left out, or any one weight is changed by `change` and the others scaled to add to 1. A group in
    which a weighted channel has no figure is withheld: weights are not spread over the others unseen.
    So is one that would mix kinds, estimates of some channels with mere signals of others. Status "few
    labels" where an estimate of any channel has few.

    Raises
    ------
    WorkbenchError
        A channel has no weight; a weight is of an unknown channel; weights are not shares or do not add
        to 1; a channel stands twice in a group; a figure is pooled.

    Notes
    -----
    OECD and JRC 2008, Handbook on Constructing Composite Indicators: weights are value judgements, to be stated
    beforehand and varied afterwards. Post-stratification: Holt and Smith 1979, Journal of the Royal
    Statistical Society A 142, 33–46. It mends how many post, not who: customers of a platform who never post stay
    unheard.

    Examples
    --------
    >>> channels = pd.DataFrame(
    ...     {
    ...         "platform": ["x", "reddit"],
    ...         "value": [0.6, 0.2],
    ...         "standard_error": [0.03, 0.04],
    ...         "posts": [900, 100],
    ...     }
    ... )
    >>> told = weighted_channels(channels, representativeness={"x": 0.5, "reddit": 0.5})
    >>> told[["weighting", "value", "low", "high", "sensitivity_low", "sensitivity_high"]].round(3)
            weighting  value    low   high  sensitivity_low  sensitivity_high
    0      unweighted   0.56  0.507  0.613              0.2               0.6
    1  representative   0.40  0.351  0.449              0.2               0.6
    """
    for column in (channel, "value", "posts", *by):
        if column not in channels:
            raise WorkbenchError(
                f"the channels have no column '{column}'.{did_you_mean(column, map(str, channels.columns))}"
            )
    if "status" in channels and (channels["status"] == "pooled").any():
        raise WorkbenchError(
            f"figures of some {channel}s are pooled over several periods, and so are their posts: they cannot be "
            "weighed as those of one. Measure with pool_periods=1."
        )
    given = {"representative": representativeness, "importance": importance}
    declared = {name: dict(weights) for name, weights in given.items() if weights}
    known = sorted({*channels[channel].dropna().astype(str), *known_channels})
    for name in declared:
        check_weights(declared[name], known, name)
    groups = channels.groupby(list(by), sort=False, dropna=False) if by else [((), channels)]
    rows = []
    for keys, group in groups:
        names = dict(zip(by, keys, strict=True))
        if group[channel].duplicated().any():
            raise WorkbenchError(
                f"a {channel} stands twice in {names or 'the frame'}. Give one figure a {channel}: choose one "
                f"metric and period, or add the column that tells them apart to `by`."
            )
        for weighting in ("unweighted", *declared):
            weights = declared.get(weighting)
            rows.append({**names, **_row(group, channel, weighting, weights, change, confidence)})
    return pd.DataFrame(rows, columns=[*by, *_COLUMNS])


def check_weights(weights: Mapping[str, float], known: Sequence[str], name: str = "channel") -> None:
    """Refuse weights that do not fit the channels.

    Raises
    ------
    WorkbenchError
        See `weighted_channels`.

    Examples
    --------
    >>> check_weights({"x": 0.5, "redit": 0.5}, ["x", "reddit"])
    Traceback (most recent call last):
    workbench.errors.WorkbenchError: channel weights name 'redit', of which there is no figure. Did you mean ...
    """
    for channel in weights:
        if channel not in known:
            raise WorkbenchError(
                f"{name} weights name '{channel}', of which there is no figure.{did_you_mean(channel, known)} "
                f"Channels: {', '.join(known)}."
            )
    missing = [channel for channel in known if channel not in weights]
    if missing:
        raise WorkbenchError(
            f"{name} weights say nothing of: {', '.join(missing)}. Give each a weight in [weights] of "
            "workbench.toml; 0 leaves a channel out."
        )
    total = math.fsum(weights.values())
    is_off = round(abs(total - 1), 9) > WEIGHTS_TOLERANCE
    if is_off or any(not 0 <= weight <= 1 for weight in weights.values()):
        raise WorkbenchError(
            f"{name} weights add to {total:.4g}. Expected shares from 0 to 1 that add to 1: give every channel "
            "its part of the whole."
        )


def frozen(since: dt.date, day: dt.date) -> str:
    """Whether weights declared on a day held on another, in words for beneath the figure.

    Examples
    --------
    >>> frozen(dt.date(2026, 1, 1), dt.date(2026, 10, 25))
    'weights frozen since 2026-01-01'
    >>> frozen(dt.date(2026, 1, 1), dt.date(2025, 12, 1))
    'weights declared on 2026-01-01, after this period: chosen with its figures in sight'
    """
    if day < since:
        return f"weights declared on {since}, after this period: chosen with its figures in sight"
    if (day - since).days > 366:
        return f"weights frozen since {since}, over a year ago: declare them anew"
    return f"weights frozen since {since}"


def _row(
    rows: pd.DataFrame,
    channel: str,
    weighting: str,
    weights: Mapping[str, float] | None,
    change: float,
    confidence: float,
) -> dict[str, object]:
    """One weighting of one group."""
    told: dict[str, object] = {
        "weighting": weighting,
        "posts": int(rows["posts"].fillna(0).sum()),
        "channels": len(rows),
        "kind": "",
        "method": _METHODS[weighting],
        "status": "ok",
    }
    counted = rows[rows["value"].notna()]
    # As objects: a platform that nobody knows has no weight, whatever type the column has.
    weight = counted["posts"] if weights is None else counted[channel].astype(object).map(weights)
    if reason := _why_not(rows, counted[weight.fillna(0) > 0], channel, weights):
        return {**told, **_NOTHING, "method": f"withheld: {reason}; {told['method']}", "status": "withheld"}
    # What weighs nothing is not in the figure, nor what is unknown of it in the interval.
    counted, weight = counted[weight > 0], weight[weight > 0]
    values, shares = counted["value"].to_numpy(float), (weight / weight.sum()).to_numpy(float)
    value = float(shares @ values)
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * np.sqrt(shares**2 @ _standard_errors(counted) ** 2)
    others = _varied(values, shares, change)
    return {
        **told,
        "value": value,
        "low": value - reach,
        "high": value + reach,
        "sensitivity_low": min([value, *others]),
        "sensitivity_high": max([value, *others]),
        "kind": counted["kind"].iloc[0] if "kind" in counted else "",
        "status": _least_certain(counted),
    }


def _why_not(
    rows: pd.DataFrame, counted: pd.DataFrame, channel: str, weights: Mapping[str, float] | None
) -> str:
    """Why a group has no weighted figure; empty where it has one."""
    if weights is not None:
        if nameless := int(rows.loc[rows[channel].isna(), "posts"].fillna(0).sum()):
            return f"{nameless:,} posts are of no known {channel}, and so have no weight"
        if silent := [name for name, w in weights.items() if w > 0 and name not in set(counted[channel])]:
            return f"no figure of {', '.join(silent)}"
    if counted.empty:
        return f"no {channel} has a figure"
    if "kind" in counted and len(kinds := sorted(set(counted["kind"]))) > 1:
        of_each = (
            f"{kind}s of {', '.join(map(str, part))}" for kind, part in counted.groupby("kind")[channel]
        )
        return f"{' and '.join(kinds)} do not mix ({'; '.join(of_each)})"
    return ""


def _least_certain(counted: pd.DataFrame) -> str:
    """The status of the channel whose figure is the least certain."""
    found = set(counted["status"]) if "status" in counted else set()
    return next((status for status in ("no labels", "few labels") if status in found), "ok")


_NOTHING = dict.fromkeys(("value", "low", "high", "sensitivity_low", "sensitivity_high"), math.nan)


def _standard_errors(rows: pd.DataFrame) -> NDArray[np.float64]:
    if "standard_error" in rows:
        return rows["standard_error"].to_numpy(float)
    if "low" not in rows or "high" not in rows:
        return np.full(len(rows), np.nan)
    width = rows["high"].to_numpy(float) - rows["low"].to_numpy(float)
    return width / (2 * NormalDist().inv_cdf(0.975))


def _varied(values: NDArray[np.float64], weight: NDArray[np.float64], change: float) -> list[float]:
    """The figure with one channel left out, or one weight changed, for each channel."""
    varied = []
    for place in np.flatnonzero(weight):
        for factor in (0.0, 1 - change, 1 + change):
            other = weight.copy()
            other[place] *= factor
            if other.sum() > 0:
                varied.append(float(other @ values / other.sum()))
    return varied
