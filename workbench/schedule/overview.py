"""What the ledger says, for people: how jobs stand, what is due, what happened."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from workbench.schedule.entries import Entry, Key
from workbench.schedule.jobs import Job
from workbench.schedule.ledger import Ledger
from workbench.schedule.planning import key_of, new_entries, utc
from workbench.schedule.segments import remark_of
from workbench.schedule.slots import next_slot, slot_text, slots_between
from workbench.schedule.states import DONE, FAILED, INTERRUPTED, MISSED, OPEN, RUNNING, SKIPPED, WAITING
from workbench.settings import Settings

# Of several segments the one in the worst state speaks for the slot.
_WORST_FIRST = (RUNNING, FAILED, INTERRUPTED, WAITING, MISSED, SKIPPED, DONE)


def status(ledger: Ledger, jobs: Mapping[str, Job], settings: Settings, now: float) -> list[dict[str, Any]]:
    """Each job: its last slot and what became of it, and its next.

    Returns
    -------
    ``job``, ``state``, ``slot``, ``done`` (how many of them are done, of several), ``next``, ``reason``, ``owner``.
    """
    rows = []
    for job in jobs.values():
        entries = ledger.entries(job.name)
        last = max((entry.key.slot for entry in entries), default="")
        latest = [entry for entry in entries if entry.key.slot == last]
        worst = min(latest, key=lambda entry: _WORST_FIRST.index(entry.state), default=None)
        upcoming = next_slot(job, utc(now), settings)
        rows.append(
            {
                "job": job.name,
                "state": worst.state if worst else "not yet due",
                "slot": last,
                "done": _done(latest),
                "next": slot_text(upcoming) if upcoming else "",
                "reason": (worst.reason if worst else "") or remark_of(job, settings),
                "owner": job.owner,
            }
        )
    return rows


def due(
    ledger: Ledger, jobs: Mapping[str, Job], settings: Settings, now: float, until: float
) -> list[dict[str, Any]]:
    """What would run from now until some time: what is due and has not run, and what is yet to come.

    Returns
    -------
    ``slot``, ``job``, ``segment``, ``vintage``, ``state``: that of the ledger, ``due`` (it is not there yet, and
    runs with the next look), ``missed`` or ``skipped`` (it will not run) or ``to come``.
    """
    rows = [_row(entry.key, entry.state, entry.reason) for entry in ledger.entries(states=(*OPEN, RUNNING))]
    for job in jobs.values():
        # Looking must not change anything: a job that is new to the ledger begins with now.
        since = ledger.known_until(job.name) or utc(now).isoformat()
        passed = slots_between(job, dt.datetime.fromisoformat(since), utc(now), settings)
        for entry in new_entries(ledger, job, passed, utc(now)):
            is_to_run = entry.state == WAITING
            rows.append(
                _row(entry.key, "due" if is_to_run else entry.state, "" if is_to_run else entry.reason)
            )
        upcoming = slots_between(job, utc(now), utc(until), settings)
        rows += [_row(key_of(slot, job), "to come", "") for slot in upcoming]
    return sorted(rows, key=lambda row: (row["slot"], row["job"], row["segment"], row["vintage"]))


def history(ledger: Ledger, job: str = "", least: str = "", last: int = 0) -> list[dict[str, Any]]:
    """What happened, the newest first: every attempt, and every slot that was not run.

    Returns
    -------
    ``slot``, ``job``, ``segment``, ``vintage``, ``attempt`` (0: not run), ``by``, ``begun``, ``seconds``, ``outcome``,
    ``reason``, ``report``.
    """
    rows = []
    for attempt in ledger.attempts(job, least):
        key, ended = attempt.key, attempt.ended_at
        rows.append(
            {
                **_named(key),
                "attempt": attempt.attempt,
                "by": attempt.origin,
                "begun": utc(attempt.claimed_at).isoformat(timespec="seconds"),
                "seconds": None if ended is None else round(ended - attempt.claimed_at, 1),
                "outcome": attempt.outcome or RUNNING,
                "reason": attempt.reason,
                "report": attempt.report,
            }
        )
    for entry in ledger.entries(job, [MISSED, SKIPPED], least):
        unrun = {"attempt": 0, "by": "", "begun": "", "seconds": None, "outcome": entry.state}
        rows.append({**_named(entry.key), **unrun, "reason": entry.reason, "report": ""})
    # The last attempt of the last slot first.
    rows.sort(key=lambda row: (row["slot"], row["begun"], row["attempt"]), reverse=True)
    return rows[:last] if last else rows


def _done(latest: list[Entry]) -> str:
    if len(latest) < 2:
        return ""
    return f"{sum(entry.state == DONE for entry in latest)} of {len(latest)}"


def _named(key: Key) -> dict[str, Any]:
    return {"slot": key.slot, "job": key.job, "segment": key.segment, "vintage": key.vintage}


def _row(key: Key, state: str, reason: str) -> dict[str, Any]:
    return {**_named(key), "state": state, "reason": reason}
