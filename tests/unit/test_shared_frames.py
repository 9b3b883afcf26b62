"""Runs of one warm process share small frames, and only those that would come out the same."""

import datetime as dt
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pandas as pd
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal
from unit.test_workbench import workbench as workbench

import workbench.measured_lake as shared_frames_user
from workbench.measures import MEASURES
from workbench.settings import keeping
from workbench.store import shared_frames
from workbench.store.engine import open_engine
from workbench.store.schema import open_lake
from workbench.store.shared_frames import (
    KEPT_SECONDS,
    VARIABLE,
    forget_old,
    is_being_made,
    shared_folder,
    shared_frame,
)
from workbench.workbench import Workbench

FRAME = pd.DataFrame(
    {
        "brand": ["Acme", None],
        "value": [0.1, float("nan")],
        "posts": pd.array([3, None], dtype="Int64"),
        "day": [dt.date(2026, 3, 2), None],
        "is_final": [True, False],
    }
)


@pytest.fixture
def shared(tmp_path, monkeypatch):
    folder = tmp_path / "shared"
    folder.mkdir()
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


class Maker:
    """Counts how often it had to compute."""

    def __init__(self, frame=FRAME) -> None:
        self.frame, self.times = frame, 0

    def __call__(self) -> pd.DataFrame:
        self.times += 1
        return self.frame.copy()


class Slow:
    """Makes the frame when it may."""

    def __init__(self) -> None:
        self.begun, self.may_end = Event(), Event()

    def __call__(self) -> pd.DataFrame:
        self.begun.set()
        assert self.may_end.wait(60)
        return FRAME.copy()


def test_what_one_has_made_the_next_reads_as_it_was(shared):
    make = Maker()
    first, second = (shared_frame("lake 1", "volume", make) for _ in range(2))
    assert make.times == 1
    assert_frame_equal(first, second, check_exact=True)
    assert second["brand"].isna().tolist() == [False, True]
    shared_frame("lake 2", "volume", make)
    shared_frame("lake 1", "other", make)
    assert make.times == 3


def test_what_another_run_is_making_is_waited_for(shared):
    make = Slow()
    assert not is_being_made("lake", "volume")
    with ThreadPoolExecutor(2) as runs:
        first = runs.submit(shared_frame, "lake", "volume", make)
        assert make.begun.wait(60)
        assert is_being_made("lake", "volume")
        assert not is_being_made("lake", "net_sentiment")
        second = runs.submit(shared_frame, "lake", "volume", Maker(None))
        make.may_end.set()
        assert_frame_equal(first.result(60), second.result(60))
    assert not is_being_made("lake", "volume")


def test_a_run_that_fails_or_stands_still_holds_up_nobody(shared, monkeypatch):
    def fails() -> pd.DataFrame:
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        shared_frame("lake", "volume", fails)
    monkeypatch.setattr(shared_frames, "PATIENCE_SECONDS", 0.1)
    make = Slow()
    with ThreadPoolExecutor(1) as runs:
        late = runs.submit(shared_frame, "lake", "volume", make)
        assert make.begun.wait(60)
        assert_frame_equal(shared_frame("lake", "volume", Maker()), FRAME)
        make.may_end.set()
        assert_frame_equal(late.result(60), FRAME)


def test_two_runs_that_begin_together_share_the_work(workbench, monkeypatch):
    names, made = ["volume", "sentiment_signal", "net_sentiment_signal"], []
    alone = workbench.measures(names, ["brand"], brand="Acme")
    monkeypatch.setattr(shared_frames_user, "is_being_made", lambda known_by, asked: "'volume'" in asked)
    measure = Workbench.measure
    monkeypatch.setattr(
        Workbench, "measure", lambda self, name, by: made.append(name) or measure(self, name, by)
    )
    assert_frame_equal(again(workbench).measures(names, ["brand"], brand="Acme"), alone)
    assert made == ["sentiment_signal", "net_sentiment_signal", "volume"]


def test_without_a_warm_process_and_where_a_report_is_verified_all_is_computed(shared, monkeypatch):
    make = Maker()
    shared_frame("lake", "volume", make)
    monkeypatch.setenv(keeping.VARIABLE, "1")
    shared_frame("lake", "volume", make)
    monkeypatch.delenv(keeping.VARIABLE)
    monkeypatch.delenv(VARIABLE)
    shared_frame("lake", "volume", make)
    assert make.times == 3


def test_a_folder_that_is_gone_and_a_file_that_is_broken_cost_nothing_but_time(shared, monkeypatch):
    make = Maker()
    shared_frame("lake", "volume", make)
    [file] = shared.glob("*.arrow")
    file.write_bytes(b"half a file")
    assert_frame_equal(shared_frame("lake", "volume", make), FRAME)
    monkeypatch.setenv(VARIABLE, str(shared / "gone"))
    assert_frame_equal(shared_frame("lake", "volume", make), FRAME)
    assert make.times == 3


@pytest.mark.parametrize(
    "frame", [pd.DataFrame({"any": [{1}, "x"]}), pd.DataFrame({"value": [1, 2]}, index=["a", "b"])]
)
def test_what_does_not_come_back_as_it_was_is_not_shared(shared, frame):
    make = Maker(frame)
    for _ in range(2):
        assert_frame_equal(shared_frame("lake", "volume", make), frame)
    assert make.times == 2


def test_what_is_old_is_forgotten(shared, monkeypatch):
    shared_frame("lake", "volume", Maker())
    forget_old(shared)
    for file in shared.iterdir():
        os.utime(file, (0, file.stat().st_mtime - KEPT_SECONDS - 1))
    with socket.socket(socket.AF_UNIX) as painter:
        monkeypatch.chdir(shared)  # the name of a socket may have 107 characters
        painter.bind("painter.socket")
        os.utime("painter.socket", (0, 0))
        forget_old(shared)
        assert [left.name for left in shared.iterdir()] == ["painter.socket"]
    Path("painter.socket").unlink()
    shared.rmdir()
    forget_old(shared)


def test_the_folder_of_a_killed_process_is_removed_and_that_of_a_living_one_stays(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv(VARIABLE, "")
    killed = tmp_path / "workbench-shared-killed"
    killed.mkdir()
    (killed / "kept.arrow").touch()
    os.utime(killed, (0, 0))
    with shared_folder() as alive:
        os.utime(alive, (0, 0))
        with shared_folder() as later:
            assert os.environ[VARIABLE] == str(later)
            assert sorted(tmp_path.iterdir()) == sorted([alive, later])
    assert list(tmp_path.iterdir()) == []


def again(one: Workbench) -> Workbench:
    """The same lake as it is now, opened by another run."""
    lake = open_lake(one.settings)
    versions = lake.current_versions()
    return Workbench(one.settings, lake.at(versions), open_engine(one.settings.lake.engine), versions)


@pytest.mark.parametrize(
    "name", [name for name in MEASURES if name != "intent_share"]
)  # nothing tells intents here
def test_every_measure_is_the_same_shared_or_not(name, workbench, shared, monkeypatch):
    by = ["brand"] if name == "sentiment_shift" else ["brand", "week"]
    alone = workbench._measure(name, list(by), {})
    again(workbench).measure(name, by)
    monkeypatch.setattr(Workbench, "_measure", lambda *_: pytest.fail("it was computed again"))
    assert_frame_equal(again(workbench).measure(name, by), alone, check_exact=True)


def test_a_lake_without_fixed_versions_shares_nothing(workbench, shared):
    assert workbench.known_by == ""
    workbench.measure("volume")
    assert list(shared.iterdir()) == []


def test_other_data_are_other_figures_and_reports_are_not(workbench, shared):
    lake = open_lake(workbench.settings)
    before = again(workbench).known_by
    lake.merge("lake", pa.table({"name": ["x"], "value": ["1"]}), update=True)
    assert again(workbench).known_by == before
    post = lake.read("posts").slice(0, 1).to_pylist()[0]
    lake.delete("posts", pa.table({"post_id": [post["post_id"]]}))
    assert again(workbench).known_by != before
