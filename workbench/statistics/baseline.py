"""Baseline: what was usual in a frozen reference, and whether a later period differs from it."""

import datetime as dt
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.statistics.laney import laney_prediction
from workbench.statistics.measure import is_count
from workbench.statistics.multiple import Correction, adjusted, promise
from workbench.statistics.prediction_interval import (
    LOGARITHM,
    SAME,
    Periods,
    Prediction,
    count_scale,
    student_prediction,
    unknown,
)
from workbench.statistics.reference import FEWEST_DAYS, Reference

FEWEST_PERIODS = 8
_BOUNDS = {"share": (0.0, 1.0), "−1 to 1": (-1.0, 1.0)}
# The posts of other measures are what is divided by; those of these are what is divided.
_POSTS_ARE_A_PART = ("share_of_voice",)
Way = Literal["laney", "indexes", "counts", "durations", "figures"]
_WAYS: dict[Way, str] = {
    "laney": "Laney p′ (moving range of figures weighted by their posts, t)",
    "indexes": "Laney p′ with one variance for all days (moving range of figures weighted by their posts, t)",
    "counts": "t on Anscombe's scale of counts, which may vary by more than chance",
    "durations": "t on the logarithm of durations",
    "figures": "t on the figures themselves",
}


def baseline(
    measures: pd.DataFrame,
    by: Sequence[str],
    reference: Reference,
    *,
    period: str = "week",
    until: dt.date | None = None,
    collected: Sequence[str] = (),
    confidence: float = 0.95,
    correction: Correction = "holm",
) -> pd.DataFrame:
    """Each period of a measure frame, beside the interval expected from the reference.

    The interval is for one new period (a prediction interval); that of the mean would be far
    narrower, and every second ordinary week would lie outside. Daily figures are compared with the
    same day of the week. Periods of the reference are shown in the interval that they made and never
    judged.

    Parameters
    ----------
    measures
        Measure frame, one row a group, metric and period. Give it all figures that are looked at
        together: those of one period are one family of questions.
    by
        Grouping columns, without the period.
    reference
        Frozen days, and the events that are marked and left out.
    period
        Column of the periods: day, week or month. A month needs a reference of eight months or more.
    until
        Periods that end later are left away: they are not complete.
    collected
        Periods in which posts of anybody were collected. A group without a row in one of them, or in
        one that another group has, was silent: its counts are 0.
    confidence
        Of each interval; a figure differs where its adjusted p-value is at most one minus this.
    correction
        See `workbench.statistics.multiple.adjusted`.

    Returns
    -------
    One row a group, metric and period from the start of the reference: `by`, metric, period (label),
    first_day (ISO), part (reference, left out, new), event, value, expected, low, high, differs, p_value
    (adjusted; only of new periods), unit, posts, kind, vintage, method, periods (how many the reference
    used), left_out (which and why), status. Where fewer than eight periods are known, the interval is
    null and the status "withheld". A figure pooled over several periods is none of this one. low and
    high are those of the prediction, not of the figure's own error.

    Raises
    ------
    WorkbenchError
        A column is missing, or the frame holds fewer than eight periods of the reference.

    Notes
    -----
    Counts: Student's t on `count_scale`. Shares and other means over posts: `laney_prediction`. Durations: t on
    the logarithm. Estimates and shares of voice: t on the figures. Periods are taken for independent: where
    figures drift, widen the reference rather than move it.

    Examples
    --------
    >>> weekly = pd.DataFrame(
    ...     {
    ...         "brand": "Acme",
    ...         "metric": "volume",
    ...         "week": [f"2026-W{number}" for number in range(10, 20)],
    ...         "value": [31, 28, 40, 35, 30, 33, 29, 36, 34, 70],
    ...         "unit": "mentions",
    ...     }
    ... )
    >>> reference = Reference(dt.date(2026, 3, 2), dt.date(2026, 5, 3))
    >>> told = baseline(weekly, ["brand"], reference)
    >>> told[["period", "part", "value", "low", "high", "differs"]].tail(2).round(1)
         period       part  value   low  high  differs
    8  2026-W18  reference   34.0  24.2  42.6    False
    9  2026-W19        new   70.0  24.2  42.6     True
    """
    rows = _prepared(measures, by, period, collected)
    rows = _placed(rows, reference, period, until or dt.date.max)
    groups = rows.groupby([*by, "metric", "kind"], sort=False, dropna=False)
    told = pd.concat([_of_one(group, period, confidence) for _, group in groups]).reset_index(drop=True)
    is_new = told["part"] == "new"
    for _, family in told[is_new].groupby("period"):
        told.loc[family.index, "p_value"] = adjusted(family["p_value"], correction)
        questions = family["p_value"].notna().sum()
        judged = "one figure" if questions == 1 else f"{questions} figures together"
        promised = promise("none" if questions == 1 else correction, confidence, period)
        told.loc[family.index, "method"] += f"; judged {judged}: {promised}"
    told["first_day"] = told["first_day"].map(dt.date.isoformat)
    told["differs"] = is_new & (told["p_value"] <= 1 - confidence + 1e-12)
    return told[[*by, *_COLUMNS]]


_COLUMNS = (
    "metric", "period", "first_day", "part", "event", "value", "expected", "low", "high", "differs", "p_value",
    "unit", "posts", "kind", "vintage", "method", "periods", "left_out", "status",
)  # fmt: skip


def _prepared(
    measures: pd.DataFrame, by: Sequence[str], period: str, collected: Sequence[str]
) -> pd.DataFrame:
    """The measure frame with all columns that are needed, and with silent groups."""
    for column in (*by, "metric", "value", "unit", period):
        if column not in measures:
            raise WorkbenchError(
                f"the measures have no column '{column}'. Measure by {', '.join([*by, period])}, e.g. "
                f'wb.measures(["volume"], {[*by, period]}).'
            )
    rows = measures.assign(period=measures[period].astype(str), value=measures["value"].astype(float))
    optional: dict[str, Any] = {
        "posts": np.nan,
        "kind": "count",
        "vintage": "final",
        "low": np.nan,
        "high": np.nan,
    }
    rows = rows.assign(**{name: default for name, default in optional.items() if name not in rows})
    rows = _with_silent_periods(rows, by, collected)
    if "status" in rows:
        # Neighbours that share posts vary less than periods do.
        rows["value"] = rows["value"].where(rows["status"] != "pooled")
    return rows


def _placed(rows: pd.DataFrame, reference: Reference, period: str, until: dt.date) -> pd.DataFrame:
    """Complete periods from the start of the reference, in order, with their part and event."""
    places = {label: reference.place(label) for label in rows["period"].unique()}
    rows["first_day"] = rows["period"].map(lambda label: places[label].first_day)
    rows["is_complete"] = rows["period"].map(lambda label: places[label].last_day <= until)
    rows["part"] = rows["period"].map(lambda label: places[label].part)
    rows["event"] = rows["period"].map(lambda label: places[label].event)
    known = {label for label, place in places.items() if place.part == "reference"}
    days = sum((places[label].last_day - places[label].first_day).days + 1 for label in known)
    if len(known) < FEWEST_PERIODS or days < FEWEST_DAYS:
        raise WorkbenchError(
            f"the baseline {reference.first} to {reference.last} leaves {len(known)} {period}s ({days} days) of these "
            f"data, events left out. Expected {FEWEST_PERIODS} {period}s and {FEWEST_DAYS} days or more: "
            "move [baseline] first or last, or collect older posts."
        )
    return rows[(rows["part"] != "before") & rows["is_complete"]].sort_values("first_day", kind="stable")


def _with_silent_periods(rows: pd.DataFrame, by: Sequence[str], collected: Sequence[str]) -> pd.DataFrame:
    """A group without a row in a period in which others have one was silent: its counts are 0, not unknown."""
    keys = [*by, "metric"]
    counts = rows[rows["unit"].map(is_count) & (rows["kind"] == "count")]
    groups = counts.drop_duplicates(keys)[[*keys, "unit", "kind"]]
    periods = pd.DataFrame({"period": sorted({*rows["period"], *collected})})
    every = groups.merge(periods, how="cross")
    every = every.merge(rows[[*keys, "period"]].assign(is_there=True), on=[*keys, "period"], how="left")
    silent = every[every["is_there"].isna()].drop(columns="is_there")
    if silent.empty:
        return rows.copy()
    return pd.concat([rows, silent.assign(value=0.0, posts=0, vintage="final")], ignore_index=True)


def _of_one(rows: pd.DataFrame, period: str, confidence: float) -> pd.DataFrame:
    """One figure of one group over its periods."""
    first = rows.iloc[0]
    way = _way(rows)
    errors = (rows["high"] - rows["low"]).astype(float) / (2 * NormalDist().inv_cdf(0.975))
    is_estimate = first["kind"] == "estimate"
    asked = Periods(
        rows["value"].to_numpy(float),
        rows["first_day"].map(dt.date.weekday).to_numpy(int) * (period == "day"),
        rows["posts"].fillna(0).to_numpy(float),
        errors.fillna(0).to_numpy(float) * is_estimate,
    )
    usual = _usable(rows, way)
    told = predicted(asked[usual], asked, way, confidence)
    low, high = _BOUNDS.get(first["unit"], (0.0 if way in ("counts", "durations") else -np.inf, np.inf))
    is_withheld = np.isnan(told.low)
    used = int(usual.sum())
    return rows.assign(
        expected=told.expected,
        low=np.clip(told.low, low, high),
        high=np.clip(told.high, low, high),
        p_value=np.where(rows["part"] == "new", told.p_values, np.nan),
        method=_method(way, used, period, confidence),
        periods=used,
        left_out=_left_out(rows[~usual & (rows["part"] != "new")]),
        status=np.where(is_withheld | rows["value"].isna(), "withheld", "ok"),
    )


def _way(rows: pd.DataFrame) -> Way:
    first = rows.iloc[0]
    if first["kind"] == "estimate" or first["metric"] in _POSTS_ARE_A_PART:
        return "figures"
    if first["unit"] in _BOUNDS:
        over_posts: Way = "laney" if first["unit"] == "share" else "indexes"
        return over_posts if (rows["posts"] > 0).any() else "figures"
    return "counts" if is_count(first["unit"]) else "durations" if first["unit"] == "seconds" else "figures"


def _usable(rows: pd.DataFrame, way: Way) -> np.ndarray:
    """Which periods make the interval."""
    usual = (rows["part"] == "reference") & rows["value"].notna()
    return np.asarray(usual & (rows["posts"] > 0) if way in ("laney", "indexes") else usual, dtype=bool)


def predicted(usual: Periods, asked: Periods, way: Way, confidence: float = 0.95) -> Prediction:
    """What the reference lets expect of periods, in the way that suits the figure."""
    if len(usual.values) < FEWEST_PERIODS:
        return unknown(asked)
    if way in ("laney", "indexes"):
        return laney_prediction(usual, asked, is_share=way == "laney", confidence=confidence)
    scale = count_scale(usual) if way == "counts" else LOGARITHM if way == "durations" else SAME
    return student_prediction(usual, asked, scale=scale, confidence=confidence)


def _method(way: Way, used: int, period: str, confidence: float) -> str:
    if used < FEWEST_PERIODS:
        return f"withheld: {used} {period}s of the reference are known, {FEWEST_PERIODS} are needed"
    season = ", each day of the week for itself" if period == "day" else ""
    return f"{confidence * 100:.3g} % prediction interval of one {period} from {used} {period}s{season}; {_WAYS[way]}"


def _left_out(rows: pd.DataFrame) -> str:
    """Periods of the reference's time that it does not use, each with the reason."""
    reasons = rows["event"].where(rows["part"] == "left out", "no figure of its own")
    return "; ".join(f"{label} ({why})" for label, why in zip(rows["period"], reasons, strict=True))
