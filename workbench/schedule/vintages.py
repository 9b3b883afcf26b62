"""Preliminary and final: when a job that demands complete data may run, and as what."""

import datetime as dt
from dataclasses import replace

from workbench.schedule.entries import Entry
from workbench.schedule.freshness import lacking
from workbench.schedule.jobs import Job, Requires
from workbench.schedule.ledger import Ledger
from workbench.schedule.orders import complete_until
from workbench.schedule.planning import utc
from workbench.schedule.states import DONE, SKIPPED, WAITING
from workbench.settings import Settings
from workbench.store.schema import open_lake

LOOK_AGAIN = 60.0  # seconds


class Completeness:
    """What the data of jobs lack, looked up at most once a minute and not once a segment."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._known: dict[tuple[str, str], tuple[float, list[str]]] = {}

    def lacking(self, job: Job, slot: str, now: float) -> list[str]:
        """What the data of that slot lack now, in words."""
        if job.requires is None:
            return []
        at, reasons = self._known.get((job.name, slot), (-LOOK_AGAIN, []))
        if not at <= now < at + LOOK_AGAIN:
            until = complete_until(job, dt.datetime.fromisoformat(slot), self.settings)
            reasons = lacking(job.requires, until, open_lake(self.settings))
            self._known = {key: known for key, known in self._known.items() if now - known[0] < LOOK_AGAIN}
            self._known[job.name, slot] = now, reasons
        return reasons


def may_run(
    ledger: Ledger, job: Job, entry: Entry, completeness: Completeness, settings: Settings, now: float
) -> list[str] | None:
    """Whether a slot may run now: what its data lack (nothing, for a final one), or None where it has to wait.

    While the final report waits, a preliminary one is written down beside it, to be run, once the job's `wait` is over.
    """
    requires = job.requires
    if requires is None or not entry.key.vintage:
        return []
    reasons = completeness.lacking(job, entry.key.slot, now)
    if entry.key.vintage == "preliminary":
        return _may_be_preliminary(ledger, entry, reasons, now)
    if not reasons or is_final_by(requires, entry.key.slot, settings, now):
        return reasons
    told = "waits for data: " + "; ".join(reasons)
    preliminary = replace(entry.key, vintage="preliminary")
    is_over = now >= dt.datetime.fromisoformat(entry.key.slot).timestamp() + requires.wait
    if requires.then == "preliminary" and is_over:
        ledger.add(Entry(preliminary, WAITING, told), now)
    ledger.wait(entry.key, told, now + LOOK_AGAIN, now)
    return None


def _may_be_preliminary(ledger: Ledger, entry: Entry, reasons: list[str], now: float) -> list[str] | None:
    final = ledger.entry(replace(entry.key, vintage="final"))
    if not reasons or (final and final.state == DONE):
        # The data came before its turn did.
        ledger.close_unrun(entry.key, SKIPPED, "the data are complete: the final report takes its place", now)
        return None
    return reasons


def is_final_by(requires: Requires, slot: str, settings: Settings, now: float) -> bool:
    """Whether a slot is waited for no longer: its report is then final, whatever its data lack."""
    return utc(now) >= dt.datetime.fromisoformat(slot) + dt.timedelta(
        days=final_after_days(requires, settings)
    )


def final_after_days(requires: Requires, settings: Settings) -> int:
    """Days after which a report counts as final, whatever its data lack."""
    return settings.closing_days if requires.final_after is None else requires.final_after
