"""The ledger: what became of every slot, whoever ran it.

One SQLite file on one machine. A slot is claimed within a transaction, so of two schedulers and a person only
one gets it; what it becomes is written by the process that ran it, so nothing is lost with a scheduler.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from workbench.schedule.entries import Attempt, Entry, Key, Origin, key_values
from workbench.schedule.ledger_rows import THAT, LedgerRows
from workbench.schedule.processes import Process
from workbench.schedule.states import (
    DONE,
    FAILED,
    INTERRUPTED,
    NEVER_PLANNED,
    OPEN,
    RUNNING,
    STOPPED,
    WAITING,
)
from workbench.settings import Settings

# A run that takes the machine down with it must not do so for ever.
MOST_INTERRUPTIONS = 5


def ledger_file(settings: Settings) -> Path:
    """Where the ledger is."""
    return settings.data_folder / "runs" / "ledger.sqlite"


class Ledger(LedgerRows):
    """A connection to a ledger, for one thread, with everything that changes it.

    Every time is given in seconds since 1970, so that a test may have a clock of its own.
    """

    def planned_until(self, job: str, otherwise: str) -> str:
        """Up to when the job's slots are in the ledger (ISO, UTC); `otherwise` for a job that is new to it."""
        with self._transaction():
            self._rows.execute("insert or ignore into jobs values (?, ?)", (job, otherwise))
            return self._rows.execute("select planned_until from jobs where job = ?", (job,)).fetchone()[0]

    def note_times(self, job: str, times: str, since: str) -> bool:
        """Write down when a job is due; says whether it was due at other times before, and is planned since then."""
        with self._transaction():
            known = self._rows.execute("select times from job_times where job = ?", (job,)).fetchone()
            if known is not None and known[0] == times:
                return False
            self._rows.execute("insert or replace into job_times values (?, ?)", (job, times))
            if known is not None:
                self.plan(job, since, [], 0.0)
            return known is not None

    def plan(self, job: str, until: str, entries: Iterable[Entry], now: float) -> None:
        """Write slots down, and up to when the job is planned; what is written down already stays as it is."""
        with self._transaction():
            for entry in entries:
                self._insert(entry, now)
            self._rows.execute(
                "update jobs set planned_until = ? where job = ? and planned_until < ?", (until, job, until)
            )

    def forget_what_had_not_come(self, job: str, slot: str, until: str, now: float) -> list[str]:
        """Forget a job's slots after that one and those missed at a time after now, plan from there; gives the slots.

        A person's, and what runs, stay. What was run of a time that had not come was run on data that were not there.
        """
        with self._transaction():
            forgotten = self._rows.execute(
                "delete from slots where job = ? and (slot > ? or (state = 'missed' and planned_at > ?)) and "
                "not exists (select 1 from attempts where "
                "attempts.job = slots.job and attempts.slot = slots.slot and attempts.segment = slots.segment "
                "and (attempts.ended_at is null or attempts.origin = 'person')) returning slot",
                (job, slot, now),
            ).fetchall()
            self._rows.execute("update jobs set planned_until = ? where job = ?", (until, job))
        return [row[0] for row in forgotten]

    def add(self, entry: Entry, now: float) -> None:
        """Write one slot down, if it is not yet."""
        with self._transaction():
            self._insert(entry, now)

    def wait(self, key: Key, reason: str, not_before: float, now: float) -> None:
        """Say why a slot waits, and until when nobody need look at it again."""
        with self._transaction():
            self._rows.execute(
                f"update slots set reason = ?, not_before = ?, changed_at = ? where {THAT} "
                "and state in ('waiting', 'interrupted') and (reason != ? or not_before != ?)",
                (reason, not_before, now, *key_values(key), reason, not_before),
            )

    def claim(
        self,
        key: Key,
        claimer: Process,
        now: float,
        ends_after: float | None = None,
        origin: Origin = "scheduler",
    ) -> Attempt | None:
        """Take a slot to run it; None where `obstacle` names what stands against it.

        Parameters
        ----------
        key
            The slot; for a scheduler it must be written down.
        claimer
            The process that starts the run.
        now, ends_after
            The time, and after how many seconds the run is ended by force.
        origin
            A person may also run what failed, was missed or skipped, or is not written down yet.
        """
        with self._transaction():
            entry = self.entry(key)
            may_start = origin == "person" or (entry is not None and entry.state in OPEN)
            if not may_start or self.obstacle(key):
                return None
            if entry is None:
                self._insert(Entry(key, RUNNING), now)
            before = self._one(f"select count(*) from attempts where {THAT}", *key_values(key))
            number = self._rows.execute(
                "insert into attempts (job, slot, segment, vintage, attempt, origin, state_before, place, claimer, "
                "claimer_began, claimed_at, beat_at, ends_by) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*key_values(key), before + 1, origin, self._before(key, entry), claimer.place, claimer.number,
                 claimer.began, now, now, None if ends_after is None else now + ends_after),
            ).lastrowid  # fmt: skip
            self._set_state(key, RUNNING, "", now)
            return self.attempt(int(number or 0))

    def register(self, number: int, worker: Process, name: str, now: float) -> bool:
        """The process that does the run says that it is there, and what the run is called.

        False where the attempt was given up meanwhile.
        """
        with self._transaction():
            changed = self._rows.execute(
                "update attempts set worker = ?, worker_began = ?, place = ?, name = ?, beat_at = ? where number = ? "
                "and ended_at is null",
                (worker.number, worker.began, worker.place, name, now, number),
            )
            return changed.rowcount > 0

    def set_end(self, number: int, ends_by: float) -> None:
        """When a run is ended by force, counted from where its notebook begins."""
        with self._transaction():
            self._rows.execute("update attempts set ends_by = ? where number = ?", (ends_by, number))

    def beat(self, number: int, now: float) -> None:
        """The process that does the run is still there."""
        with self._transaction():
            self._rows.execute("update attempts set beat_at = ? where number = ?", (now, number))

    def settle(
        self,
        number: int,
        outcome: Literal["done", "failed", "interrupted"],
        now: float,
        reason: str = "",
        report: str = "",
        pause: float | None = None,
    ) -> bool:
        """Write down how an attempt ended; False where that was done already, and then nothing changes.

        Parameters
        ----------
        number
            The attempt.
        outcome
            ``done``, ``failed`` or ``interrupted``.
        now
            The time.
        reason
            Why it did not work, in words.
        report
            Path of the report it left.
        pause
            Seconds after which a failed run is tried again; None: not by itself.
        """
        with self._transaction():
            attempt = self.attempt(number)
            if attempt.ended_at is not None:
                return False
            self._rows.execute(
                "update attempts set ended_at = ?, outcome = ?, reason = ?, report = ? where number = ?",
                (now, outcome, reason, report, number),
            )
            before = self._one("select state_before from attempts where number = ?", number)
            state, reason = self._state_after(attempt, outcome, reason, pause, before)
            again = now + (pause or 0) if state == WAITING else 0.0
            is_planned = attempt.key.slot <= self.planned_minute(attempt.key.job)
            if not state and is_planned and attempt.key.vintage != "preliminary":
                state, reason = WAITING, "waits for its turn"  # it has become due meanwhile
            if state not in ("", NEVER_PLANNED):
                self._set_state(attempt.key, state, reason, now, report, again)
            else:
                # A person began what no scheduler would have, and stopped it: as if nothing had been.
                self._rows.execute(f"delete from slots where {THAT}", key_values(attempt.key))
            return True

    def close_unrun(self, key: Key, state: str, reason: str, now: float) -> None:
        """A slot that waits is not run any more."""
        with self._transaction():
            entry = self.entry(key)
            if entry and entry.state in OPEN:
                self._set_state(key, state, reason, now)

    def set_told(self, entry: Entry) -> None:
        """Somebody was told of that state of a slot."""
        with self._transaction():
            self._rows.execute(
                f"update slots set told = ? where {THAT}",
                (entry.state, *key_values(entry.key)),
            )

    def _before(self, key: Key, entry: Entry | None) -> str:
        """State of a slot before it is claimed; empty where it is yet to be planned."""
        if entry:
            return entry.state
        return NEVER_PLANNED if key.slot <= self.planned_minute(key.job) else ""

    def _state_after(
        self, attempt: Attempt, outcome: str, reason: str, pause: float | None, before: str
    ) -> tuple[str, str]:
        if outcome == DONE:
            return DONE, ""
        if outcome == INTERRUPTED:
            if attempt.origin == "person":
                return before, reason
            times = self._one(
                f"select count(*) from attempts where {THAT} and outcome = 'interrupted' and reason != ? "
                "and origin = 'scheduler'",
                *key_values(attempt.key),
                STOPPED,
            )
            if times < MOST_INTERRUPTIONS:
                return INTERRUPTED, reason
            return (
                FAILED,
                f"interrupted {times} times, and not begun again by itself; the last time: {reason}",
            )
        return (FAILED if pause is None else WAITING), reason

    def _insert(self, entry: Entry, now: float) -> None:
        self._rows.execute(
            "insert or ignore into slots (job, slot, segment, vintage, state, reason, not_before, planned_at, "
            "changed_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*key_values(entry.key), entry.state, entry.reason, entry.not_before, now, now),
        )

    def _set_state(
        self, key: Key, state: str, reason: str, now: float, report: str = "", not_before: float = 0.0
    ) -> None:
        self._rows.execute(
            f"update slots set state = ?, reason = ?, changed_at = ?, report = ?, not_before = ? where {THAT}",
            (state, reason, now, report, not_before, *key_values(key)),
        )
