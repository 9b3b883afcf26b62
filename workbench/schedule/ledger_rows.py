"""What the ledger knows, read: slots, attempts, and what stands against a run."""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError
from workbench.schedule.entries import (
    JOB_TIMES,
    TABLES,
    Attempt,
    Entry,
    Key,
    attempt_of_row,
    entry_of_row,
    key_values,
)
from workbench.schedule.slots import slot_text
from workbench.write_ahead import write_ahead

VERSION = 1
# The conditions and values of one slot.
THAT = "job = ? and slot = ? and segment = ? and vintage = ?"


class LedgerRows:
    """A connection to a ledger, for one thread; `workbench.schedule.ledger.Ledger` also changes it.

    Parameters
    ----------
    file
        The ledger; made where there is none.

    Raises
    ------
    WorkbenchError
        The file is no ledger, or cannot be written.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        with self._told():
            file.parent.mkdir(parents=True, exist_ok=True)
            self._rows = sqlite3.connect(file, timeout=60, isolation_level=None)
            self._rows.row_factory = sqlite3.Row
            self._make_ready()
        found = self._one("pragma user_version")
        if found != VERSION:
            raise WorkbenchError(
                f"the ledger {file} is of version {found}, and this workbench knows version {VERSION}. "
                "Update workbench, or move the file away: a new one is begun."
            )

    def close(self) -> None:
        """Let go of the file."""
        self._rows.close()

    def known_until(self, job: str) -> str:
        """Up to when the job's slots are in the ledger; empty for a job that is new to it."""
        found = self._first("select planned_until from jobs where job = ?", job)
        return found[0] if found else ""

    def planned_minute(self, job: str) -> str:
        """The same as a slot is written, so that the two can be compared."""
        known = self.known_until(job)
        return slot_text(dt.datetime.fromisoformat(known)) if known else ""

    def entry(self, key: Key) -> Entry | None:
        """What is known of a slot; None where nothing is."""
        found = self._entries(f"where {THAT}", key_values(key))
        return found[0] if found else None

    def entries(self, job: str = "", states: Iterable[str] = (), least: str = "") -> list[Entry]:
        """Slots, the oldest first: of one job, in some states, since some time."""
        states = tuple(states)
        marks = ", ".join("?" * len(states))
        return self._entries(
            f"where (? = '' or job = ?) and slot >= ? {f'and state in ({marks})' if states else ''} "
            "order by slot, job, segment, vintage",
            (job, job, least, *states),
        )

    def obstacle(self, key: Key) -> str:
        """Why a slot may not be run now: it is done, it runs, or another slot of the job does; else nothing."""
        is_done = self._one(
            "select count(*) from slots where job = ? and slot = ? and segment = ? and state = 'done' and "
            "(vintage = ? or vintage = 'final')",
            *key_values(key),
        )
        if is_done:
            return "done"
        running = self._first(
            "select slot, segment from attempts where job = ? and ended_at is null order by "
            "slot = ? and segment = ? desc, number limit 1",
            key.job,
            key.slot,
            key.segment,
        )
        if running is None:
            return ""
        if (running["slot"], running["segment"]) == (key.slot, key.segment):
            return "it is running"
        return "" if running["slot"] == key.slot else f"the job's slot of {running['slot']} is running"

    def attempt(self, number: int) -> Attempt:
        """One attempt."""
        return self._attempts("where number = ?", (number,))[0]

    def open_attempts(self) -> list[Attempt]:
        """All that are under way, as far as the ledger knows."""
        return self._attempts("where ended_at is null order by number", ())

    def attempts(self, job: str = "", least: str = "") -> list[Attempt]:
        """All attempts, the oldest first: of one job, since some slot."""
        return self._attempts("where (? = '' or job = ?) and slot >= ? order by number", (job, job, least))

    def failures(self, key: Key) -> int:
        """How often the slot failed, interruptions not counted."""
        return int(
            self._one(f"select count(*) from attempts where {THAT} and outcome = 'failed'", *key_values(key))
        )

    def untold(self) -> list[Entry]:
        """Slots that are done or failed, of which nobody was told yet."""
        return self._entries("where state in ('done', 'failed') and told != state order by changed_at", ())

    def _make_ready(self) -> None:
        write_ahead(self._rows)
        self._rows.execute("pragma synchronous = normal")
        if self._one("pragma user_version") == 0:
            self._rows.executescript(f"begin immediate; {TABLES} pragma user_version = {VERSION}; commit;")
        self._rows.execute(JOB_TIMES)  # a ledger of the first days has not got it

    def _one(self, query: str, *values: Any) -> Any:
        return self._first(query, *values)[0]

    def _first(self, query: str, *values: Any) -> Any:
        """The first row; None where there is none."""
        with self._told():
            return self._rows.execute(query, values).fetchone()

    def _entries(self, where: str, values: tuple[Any, ...]) -> list[Entry]:
        with self._told():
            return [entry_of_row(row) for row in self._rows.execute(f"select * from slots {where}", values)]

    def _attempts(self, where: str, values: tuple[Any, ...]) -> list[Attempt]:
        with self._told():
            return [
                attempt_of_row(row) for row in self._rows.execute(f"select * from attempts {where}", values)
            ]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing; within one already begun, part of it."""
        if self._rows.in_transaction:
            yield
            return
        with self._told():
            # Immediate: to read first and only then ask to write may fail where another writes.
            self._rows.execute("begin immediate")
            try:
                yield
            except BaseException:
                if self._rows.in_transaction:
                    self._rows.execute("rollback")
                raise
            self._rows.execute("commit")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            told = error.strerror if isinstance(error, OSError) else str(error)
            raise WorkbenchError(
                f"the ledger {self.file} cannot be used: {told}. If the disk is full, make room; if the file is "
                "broken, move it away: a new one is begun, which knows nothing of earlier runs."
            ) from None
