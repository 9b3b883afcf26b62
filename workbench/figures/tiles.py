"""Tiles: the few figures of a first screen, each with its change, its target and who acts on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from narwhals.typing import IntoFrame

from workbench.errors import WorkbenchError
from workbench.figures.frames import small_frame
from workbench.figures.words import metric_label
from workbench.settings import Target

Status = Literal["met", "missed", "unsure", "none"]
Direction = Literal["up", "down", "none"]


@dataclass(frozen=True)
class Tile:
    """One figure of a first screen.

    Parameters
    ----------
    label
        What is measured, in business words.
    value, unit
        The figure; None is one that was withheld.
    low, high
        Its interval, where it has one.
    before, compared_with
        The figure of an earlier period, and the name of that period.
    change, change_unit
        Difference to it and its unit (without one, that of the figure); None where none may be taken,
        as between two estimates whose difference was not estimated.
    change_low, change_high
        Interval of the difference. Only with it is a change called better or worse.
    target, at_least, status
        What it should reach, whether at least or at most, and whether it did: ``unsure`` where the
        interval holds both sides.
    kind, vintage
        How far it can be trusted (`workbench.figures.words`).
    posts, labels
        Posts it rests on, and the labels that corrected it.
    note, owner, decision
        What to know, who answers for it, and what is decided by it.
    good
        The direction that is better; none where neither is.
    """

    label: str
    value: float | None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    before: float | None = None
    change: float | None = None
    change_low: float | None = None
    change_high: float | None = None
    change_unit: str = ""
    compared_with: str = ""
    target: float | None = None
    at_least: bool = True
    status: Status = "none"
    kind: str = "signal"
    vintage: str = "final"
    posts: int | None = None
    labels: int | None = None
    note: str = ""
    owner: str = ""
    decision: str = ""
    good: Direction = "up"


def make_tile(
    measures: IntoFrame,
    metric: str,
    *,
    period: str,
    now: str,
    before: str = "",
    label: str = "",
    good: Direction = "up",
    target: Target | None = None,
    note: str = "",
    shift: Mapping[str, Any] | None = None,
) -> Tile:
    """The tile of one metric from a measure frame.

    Parameters
    ----------
    measures
        A measure frame, of one brand.
    metric
        The figure.
    period
        Column of periods: day, week or month.
    now, before
        The period shown, and the one it is compared with.
    label
        What it is called; without it, the metric's name.
    good, note
        As in `Tile`.
    target
        What it should reach.
    shift
        The estimated difference between the two periods: ``value``, ``low``, ``high``.

    Raises
    ------
    WorkbenchError
        If a period has several rows of the metric.
    """
    table = small_frame(measures, [period, "metric", "value"])
    table = table[table["metric"] == metric]
    row = _one(table[table[period] == now], metric, now)
    earlier = _one(table[table[period] == before], metric, before)
    value, low, high = (_known(row.get(name)) for name in ("value", "low", "high"))
    kind = row.get("kind", "signal")
    change, change_low, change_high = _change(row, earlier, shift)
    return Tile(
        label=label or metric_label(metric),
        value=value,
        unit=row.get("unit", ""),
        low=low,
        high=high,
        before=_known(earlier.get("value")),
        compared_with=before,
        target=target.value if target else None,
        at_least=target.at_least if target else True,
        status=judge(value, low, high, kind, target),
        kind=kind,
        vintage=row.get("vintage", "final"),
        posts=int(row.get("posts", 0)),
        labels=int(row["labels"]) if _known(row.get("labels")) is not None else None,
        note=note,
        owner=target.owner if target else "",
        decision=target.decision if target else "",
        good=good,
        change=change,
        change_low=change_low,
        change_high=change_high,
    )


def judge(
    value: float | None, low: float | None, high: float | None, kind: str, target: Target | None
) -> Status:
    """Whether a figure reached its target, as far as that can be told.

    Parameters
    ----------
    value, low, high
        The figure and its interval: met or missed only where all of it lies on that side.
    kind
        A count without interval is what it is; a signal or an estimate without interval is not judged.
    target
        What it should reach.

    Examples
    --------
    >>> wanted = Target(value=0.4, at_least=False)
    >>> [judge(v, v - 0.05, v + 0.05, "estimate", wanted) for v in (0.3, 0.38, 0.5)]
    ['met', 'unsure', 'missed']
    >>> judge(0.3, None, None, "signal", wanted)
    'none'
    """
    if target is None or value is None:
        return "none"
    if low is None or high is None:
        if kind != "count":
            return "none"
        low = high = value
    sides = {end >= target.value if target.at_least else end <= target.value for end in (low, high)}
    return "unsure" if len(sides) > 1 else "met" if sides.pop() else "missed"


def _change(row: dict, earlier: dict, shift: Mapping[str, Any] | None) -> tuple[float | None, ...]:
    """The difference estimated; else the plain one, but never between figures that people corrected."""
    if shift is not None and _known(shift.get("value")) is not None:
        return tuple(_known(shift.get(name)) for name in ("value", "low", "high"))
    now, before = _known(row.get("value")), _known(earlier.get("value"))
    if (
        now is None
        or before is None
        or row.get("kind") != earlier.get("kind")
        or row.get("kind") == "estimate"
    ):
        return None, None, None
    return now - before, None, None


def _one(rows: pd.DataFrame, metric: str, period: str) -> dict:
    if len(rows) > 1:
        raise WorkbenchError(
            f"{len(rows)} rows of '{metric}' in {period}, and a tile shows one. "
            "Filter the frame, for example by brand."
        )
    return rows.iloc[0].to_dict() if len(rows) else {}


def _known(value: float | None) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
