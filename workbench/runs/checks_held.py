"""Checks that must find nothing, or a run makes no report."""

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.runs.record import recorded_frame

RECORD = "checks"
CHECKS = (
    "annotations repeat", "annotators disagree", "brand addresses another", "brand starts late",
    "brands disagree", "chance of being drawn is none", "conflicting labels", "days without posts",
    "duplicates", "ingest interrupted", "labels of irrelevant mentions", "labels of no drawn mention",
    "labels of posts that are gone", "mention in two queues", "mentions came after drawing",
    "no answers collected", "posts in the future", "rows refused",
)  # fmt: skip
_COLUMNS = {"check", "subject", "finding"}


def unmet(records: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """Why a run may not be reported: what the named checks found; empty where they held.

    Parameters
    ----------
    records
        What the notebook recorded; under ``checks`` the frame of `Workbench.checks`.
    names
        Checks that must hold, as that frame calls them.

    Examples
    --------
    >>> checks = {
    ...     "columns": ["check", "subject", "finding", "advice"],
    ...     "rows": [["days without posts", "Acme", "2 days without posts.", "Ask why."]],
    ... }
    >>> unmet({"checks": checks}, ["days without posts"])
    ['days without posts: 2 days without posts. Ask why.']
    >>> unmet({"checks": checks}, ["brand starts late"])
    []
    >>> unmet({}, ["dates"])
    ["the notebook records no checks, so nobody knows whether 'dates' holds. Add record('checks', wb.checks())."]
    """
    if not names:
        return []
    recorded = records.get(RECORD)
    if not isinstance(recorded, Mapping) or not set(recorded.get("columns", ())) >= _COLUMNS:
        wanted = ", ".join(f"'{name}'" for name in names)
        return [
            f"the notebook records no checks, so nobody knows whether {wanted} holds. "
            "Add record('checks', wb.checks())."
        ]
    found = recorded_frame(recorded)
    found = found[found["check"].isin(list(names))]
    return [
        " ".join(str(part) for part in (f"{row['check']}: {row['finding']}", row.get("advice") or "") if part)
        for row in found.to_dict("records")
    ]
