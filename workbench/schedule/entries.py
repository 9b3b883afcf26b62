"""What the ledger holds: slots, and attempts to run them."""

import sqlite3
from dataclasses import dataclass
from typing import Literal

from workbench.runs.order import Vintage
from workbench.schedule.processes import Process

Origin = Literal["scheduler", "person"]

TABLES = """
create table if not exists jobs (
  job text primary key, planned_until text not null
);
create table if not exists slots (
  job text not null, slot text not null, segment text not null, vintage text not null,
  state text not null, reason text not null default '', report text not null default '',
  not_before real not null default 0, planned_at real not null, changed_at real not null,
  told text not null default '',
  primary key (job, slot, segment, vintage)
);
create index if not exists slots_by_state on slots (state);
create table if not exists attempts (
  number integer primary key,
  job text not null, slot text not null, segment text not null, vintage text not null,
  attempt integer not null, origin text not null, state_before text not null,
  place text not null, claimer integer not null, claimer_began text not null,
  worker integer, worker_began text, name text not null default '',
  claimed_at real not null, beat_at real not null, ends_by real,
  ended_at real, outcome text, reason text not null default '', report text not null default ''
);
create index if not exists open_attempts on attempts (job) where ended_at is null;
create index if not exists attempts_by_slot on attempts (job, slot, segment);
"""

JOB_TIMES = "create table if not exists job_times (job text primary key, times text not null)"


@dataclass(frozen=True, order=True)
class Key:
    """A slot of a job: when it was due (ISO, UTC), for which segment, and of which vintage."""

    job: str
    slot: str
    segment: str = ""
    vintage: Vintage = ""


@dataclass(frozen=True)
class Entry:
    """What the ledger says of a slot."""

    key: Key
    state: str
    reason: str = ""
    report: str = ""
    not_before: float = 0.0
    planned_at: float = 0.0
    changed_at: float = 0.0


@dataclass(frozen=True)
class Attempt:
    """One run of a slot, under way or ended."""

    number: int
    key: Key
    attempt: int
    origin: Origin
    claimer: Process
    worker: Process | None
    name: str
    claimed_at: float
    beat_at: float
    ends_by: float | None
    ended_at: float | None
    outcome: str | None
    reason: str
    report: str


def key_values(key: Key) -> tuple[str, str, str, str]:
    """The key as the columns hold it."""
    return key.job, key.slot, key.segment, key.vintage


def key_of_row(row: sqlite3.Row) -> Key:
    """The key of a row."""
    return Key(row["job"], row["slot"], row["segment"], row["vintage"])


def attempt_of_row(row: sqlite3.Row) -> Attempt:
    """A row of the table `attempts`."""
    worker = Process(row["place"], row["worker"], row["worker_began"]) if row["worker"] else None
    claimer = Process(row["place"], row["claimer"], row["claimer_began"])
    same = (
        "number",
        "name",
        "attempt",
        "origin",
        "claimed_at",
        "beat_at",
        "ends_by",
        "ended_at",
        "outcome",
        "reason",
        "report",
    )
    return Attempt(key=key_of_row(row), claimer=claimer, worker=worker, **{name: row[name] for name in same})


def entry_of_row(row: sqlite3.Row) -> Entry:
    """A row of the table `slots`."""
    same = ("state", "reason", "report", "not_before", "planned_at", "changed_at")
    return Entry(key_of_row(row), **{name: row[name] for name in same})
