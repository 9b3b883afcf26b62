"""The file of the outbox: SQLite with a write-ahead log, so that a killed process leaves it whole."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.notify.failed_slots import TABLES
from workbench.settings import Settings
from workbench.write_ahead import write_ahead

_TABLES = f"""
create table if not exists notices (
  number integer primary key,
  key text not null, channel text not null, reader text not null,
  notice text not null,
  state text not null default 'waiting',  -- then 'delivered', or 'given up'
  attempts integer not null default 0,
  reason text not null default '',
  put_at real not null, due_at real not null, delivered_at real,
  unique (key, channel, reader)
);
{TABLES}
"""


def outbox_file(settings: Settings) -> Path:
    """Where the outbox is."""
    return settings.data_folder / "runs" / "outbox.sqlite"


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """The outbox; each statement is kept at once, but for those in a `transaction`.

    Raises
    ------
    WorkbenchError
        It cannot be read or written, for instance on a full disk.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as outbox:
            write_ahead(outbox)
            outbox.execute("pragma synchronous = full")
            outbox.executescript(_TABLES)
            yield outbox
    except (sqlite3.Error, OSError) as error:
        told = error.strerror if isinstance(error, OSError) else str(error)
        raise WorkbenchError(
            f"the outbox of notices, {file}, cannot be used: {told}. Free the disk, or if the file is broken move it "
            "away: a new one is made, and what waited in the old one is not sent."
        ) from None


@contextmanager
def transaction(outbox: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, and nobody else writes meanwhile."""
    outbox.execute("begin immediate")
    try:
        yield
    except BaseException:
        if outbox.in_transaction:  # a full disk has ended it already
            outbox.execute("rollback")
        raise
    outbox.execute("commit")
