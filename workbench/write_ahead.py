"""SQLite's write-ahead log: readers do not wait for the writer, and a killed process leaves the file whole."""

import sqlite3
import time

_PAUSE_SECONDS = 0.05


def write_ahead(connection: sqlite3.Connection, *, patience: float = 30) -> None:
    """Let a database write ahead, whoever else opens or closes it at this moment.

    SQLite waits by itself for every lock but this one: a database that others make, or let go of as its last
    user, is "locked" at once, whatever the connection's timeout.

    Parameters
    ----------
    connection
        To the database; not within a transaction.
    patience
        How many seconds to wait for the others.

    Raises
    ------
    sqlite3.OperationalError
        It is still locked then, or cannot be written.

    References
    ----------
    https://sqlite.org/wal.html, "Sometimes Queries Return SQLITE_BUSY In WAL Mode"
    """
    given_up = time.monotonic() + patience
    while True:
        try:
            connection.execute("pragma journal_mode = wal")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > given_up:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return
