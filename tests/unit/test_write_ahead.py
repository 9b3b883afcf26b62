"""Whoever opens or closes a database at the same moment: nobody is sent away."""

import multiprocessing
import sqlite3
import threading
from contextlib import closing

import pytest

from workbench.write_ahead import write_ahead

SPAWN = multiprocessing.get_context("spawn")


def _open_and_close(file, ready, times):
    ready.wait()
    for _ in range(times):
        with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as connection:
            write_ahead(connection)
            connection.execute("create table if not exists notices (number)")
            connection.execute("insert into notices values (1)")


def test_processes_that_open_and_close_at_once_all_write(tmp_path):
    """With the plain pragma some one in ten of these processes ends with "database is locked"."""
    file, ready = tmp_path / "some.sqlite", SPAWN.Barrier(5)
    started = [SPAWN.Process(target=_open_and_close, args=(file, ready, 40)) for _ in range(5)]
    for process in started:
        process.start()
    for process in started:
        process.join(120)
    assert [process.exitcode for process in started] == [0] * 5
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("select count(*) from notices").fetchone() == (5 * 40,)
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)


def _held(file):
    """A database in which somebody writes, in the older way."""
    holder = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    holder.execute("create table notices (number)")
    holder.execute("begin exclusive")
    return holder


def test_a_lock_is_waited_for(tmp_path):
    with closing(_held(tmp_path / "some.sqlite")) as holder:
        letting_go = threading.Timer(0.3, holder.execute, ["commit"])
        letting_go.start()
        with closing(sqlite3.connect(tmp_path / "some.sqlite", timeout=0)) as connection:
            write_ahead(connection)
            assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
        letting_go.join()


def test_patience_ends(tmp_path):
    with (
        closing(_held(tmp_path / "some.sqlite")),
        closing(sqlite3.connect(tmp_path / "some.sqlite", timeout=0)) as connection,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        write_ahead(connection, patience=0.2)
