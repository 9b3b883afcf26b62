"""Runs that keep nothing: a report is made again to be verified, and nothing may be changed by that."""

import os

from workbench.errors import WorkbenchError

VARIABLE = "WORKBENCH_KEEPS_NOTHING"


def keeps_nothing() -> bool:
    """Whether this process was told to keep nothing."""
    return os.environ.get(VARIABLE, "") not in ("", "0")


def check_may_keep(what: str) -> None:
    """Refuse to keep something in a run that keeps nothing.

    Raises
    ------
    WorkbenchError
        This is such a run.
    """
    if keeps_nothing():
        raise WorkbenchError(
            f"this run keeps nothing ({VARIABLE} is set, as when a report is made again), and would have kept {what}."
        )
