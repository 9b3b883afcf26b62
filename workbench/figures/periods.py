"""Days, weeks and months by their ISO labels."""

import datetime
import re
from collections.abc import Iterable

import pandas as pd


def every_period(labels: Iterable[str]) -> list[str]:
    """All periods from the first to the last of the labels: a week without posts is a gap, not nothing.

    Labels that are neither days, weeks nor months come back sorted.

    Examples
    --------
    >>> every_period(["2026-W52", "2027-W01"])
    ['2026-W52', '2026-W53', '2027-W01']
    >>> every_period(["2026-03", "2026-01"])
    ['2026-01', '2026-02', '2026-03']
    """
    known = sorted(set(labels))
    if not known:
        return []
    first, last = known[0], known[-1]
    if _all(r"\d{4}-\d\d-\d\d", known):
        return pd.date_range(first, last).strftime("%Y-%m-%d").to_list()
    if _all(r"\d{4}-W\d\d", known):
        mondays = pd.date_range(_monday(first), _monday(last), freq="7D")
        return [f"{iso.year}-W{iso.week:02}" for iso in (day.isocalendar() for day in mondays)]
    if _all(r"\d{4}-\d\d", known):
        return pd.period_range(first, last, freq="M").astype(str).to_list()
    return known


def _all(pattern: str, labels: list[str]) -> bool:
    return all(re.fullmatch(pattern, label) for label in labels)


def _monday(week: str) -> datetime.date:
    return datetime.date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
