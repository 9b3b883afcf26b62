"""How much may run at once: so many runs, and so much memory."""

import os
from collections.abc import Iterable

import psutil

from workbench.schedule.processes import memory_of
from workbench.settings import Settings

_GB = 1e9
_SHARE_OF_MEMORY = 0.75


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def most_at_once(settings: Settings) -> int:
    """How many runs may be under way together."""
    return settings.schedule.parallel or cores()


def memory_lacking(settings: Settings, workers: Iterable[int]) -> str:
    """Why there is no memory for another run, in words; nothing where there is.

    Parameters
    ----------
    settings
        Have the budget.
    workers
        Processes of the runs under way.
    """
    schedule = settings.schedule
    expected = schedule.run_memory_gb * _GB
    budget = schedule.memory_gb * _GB or _SHARE_OF_MEMORY * psutil.virtual_memory().total
    # A run that has just begun will still grow to what is expected of it.
    held = [max(memory_of(number), expected) for number in workers]
    if held and sum(held) + expected > budget:
        return f"waits for memory: runs under way hold {sum(held) / _GB:.1f} of {budget / _GB:.1f} GB"
    free = psutil.virtual_memory().available
    if free < expected:
        return f"waits for memory: {free / _GB:.1f} GB are free, and a run is expected to take {expected / _GB:.1f}"
    return ""
