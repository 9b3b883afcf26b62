"""Which slots of a job have failed since it last worked, kept beside the outbox so that both change together."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

TABLES = """
create table if not exists failed (
  job text not null, slot text not null, segment text not null,
  outcome text not null, reason text not null, report text not null,
  is_over integer not null default 0,  -- this slot or a later one succeeded
  is_made integer not null default 0,  -- this very slot did
  primary key (job, slot, segment)
);
create table if not exists told (job text primary key, slot text not null, at real not null);
"""


@dataclass(frozen=True)
class Failed:
    """How a slot of a job ended; `slot` in UTC and one spelling."""

    job: str
    slot: str
    segment: str
    outcome: str
    reason: str = ""
    report: str = ""
    is_over: bool = False
    is_made: bool = False


def note(opened: sqlite3.Connection, failed: Failed) -> None:
    """Add a failure, or renew it."""
    opened.execute(
        "insert or replace into failed (job, slot, segment, outcome, reason, report) values (?, ?, ?, ?, ?, ?)",
        (failed.job, failed.slot, failed.segment, failed.outcome, failed.reason, failed.report),
    )


def standing(opened: sqlite3.Connection, job: str) -> list[Failed]:
    """What failed since the job last worked as a whole, mended or not; by slot."""
    rows = opened.execute(
        "select job, slot, segment, outcome, reason, report, is_over, is_made from failed where job = ? "
        "order by slot, segment",
        (job,),
    )
    return [Failed(*row) for row in rows]


def let_go(opened: sqlite3.Connection, job: str, segments: Collection[str]) -> None:
    """Failures of segments that the job no longer has are not waited for: no success will come of them."""
    for row in standing(opened, job):
        if row.segment.removesuffix("preliminary").strip() not in segments:
            opened.execute(
                "update failed set is_over = 1, is_made = 1 where job = ? and slot = ? and segment = ?",
                (job, row.slot, row.segment),
            )


def mark_made(opened: sqlite3.Connection, success: Failed) -> None:
    """A success of a segment ends its failures up to that slot; it makes up for that of the slot itself alone.

    A preliminary report that failed is of no interest once the final one is there.
    """
    segments = (success.segment, f"{success.segment} preliminary".strip())
    where = (success.job, *segments, success.slot)
    opened.execute("update failed set is_over = 1 where job = ? and segment in (?, ?) and slot <= ?", where)
    opened.execute("update failed set is_made = 1 where job = ? and segment in (?, ?) and slot = ?", where)


def forget(opened: sqlite3.Connection, job: str) -> None:
    """The job works again as a whole."""
    opened.execute("delete from failed where job = ?", (job,))
    opened.execute("delete from told where job = ?", (job,))


def times_told(opened: sqlite3.Connection, key: str) -> int:
    """How often the outbox was given a notice of this key, each time with a number after it."""
    keys = opened.execute(
        "select distinct key from notices where substr(key, 1, ?) = ?", (len(key) + 1, f"{key}:")
    )
    return len(keys.fetchall())


def told(opened: sqlite3.Connection, job: str) -> tuple[str, float] | None:
    """Slot and time of the last notice that the job failed."""
    return opened.execute("select slot, at from told where job = ?", (job,)).fetchone()


def write_told(opened: sqlite3.Connection, job: str, slot: str, at: float) -> None:
    """Remember that notice."""
    opened.execute("insert or replace into told values (?, ?, ?)", (job, slot, at))
