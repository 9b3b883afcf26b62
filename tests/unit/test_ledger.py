"""The ledger: who may run a slot, and what becomes of it."""

import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import workbench
from workbench.errors import WorkbenchError
from workbench.runs.process_tree import end_tree
from workbench.schedule.entries import Entry, Key
from workbench.schedule.ledger import MOST_INTERRUPTIONS, Ledger
from workbench.schedule.processes import Process, is_alive, memory_of, process_of, this_process
from workbench.schedule.states import OPEN, STATES, STOPPED

MONDAY = Key("weekly", "2026-11-23T07:00Z")
LATER = Key("weekly", "2026-11-30T07:00Z")
GONE = Process(this_process().place, 1 << 30, "")


@pytest.fixture
def ledger(tmp_path):
    made = Ledger(tmp_path / "runs" / "ledger.sqlite")
    for key in (MONDAY, LATER):
        made.add(Entry(key, "waiting", "waits for its turn"), now=1.0)
    yield made
    made.close()


def claimed(ledger, key=MONDAY, now=10.0, **options):
    attempt = ledger.claim(key, this_process(), now, **options)
    assert attempt is not None
    return attempt


def test_a_slot_is_claimed_once(ledger):
    other = Ledger(ledger.file)
    assert claimed(ledger).attempt == 1
    assert other.claim(MONDAY, this_process(), 11.0) is None
    assert other.obstacle(MONDAY) == "it is running"
    other.close()


def test_a_slot_that_is_done_is_never_run_again_by_anybody(ledger):
    assert ledger.settle(claimed(ledger).number, "done", 20.0, report="week.html")
    assert ledger.entry(MONDAY).state == "done"
    assert ledger.entry(MONDAY).report == "week.html"
    assert ledger.claim(MONDAY, this_process(), 30.0, origin="person") is None
    assert ledger.obstacle(MONDAY) == "done"


def test_another_slot_of_the_job_waits_and_another_segment_does_not(ledger):
    acme, bolt = replace(MONDAY, segment="brand=Acme"), replace(MONDAY, segment="brand=Bolt")
    for key in (acme, bolt):
        ledger.add(Entry(key, "waiting"), 1.0)
    claimed(ledger, acme)
    assert claimed(ledger, bolt).attempt == 1
    assert ledger.claim(LATER, this_process(), 11.0) is None
    assert ledger.obstacle(LATER) == "the job's slot of 2026-11-23T07:00Z is running"


def test_two_vintages_of_a_slot_are_never_made_at_once(ledger):
    first, last = replace(MONDAY, vintage="preliminary"), replace(MONDAY, vintage="final")
    for key in (first, last):
        ledger.add(Entry(key, "waiting"), 1.0)
    ledger.settle(claimed(ledger, first).number, "done", 11.0)
    again = claimed(ledger, last)
    assert ledger.claim(first, this_process(), 12.0) is None
    ledger.settle(again.number, "done", 13.0)
    assert ledger.obstacle(first) == "done"
    assert [entry.state for entry in ledger.entries("weekly", ["done"])] == ["done", "done"], "both are kept"


def test_a_failure_is_tried_again_after_its_pause_and_then_no_more(ledger):
    ledger.settle(claimed(ledger).number, "failed", 20.0, "in cell 3.", pause=60)
    entry = ledger.entry(MONDAY)
    assert (entry.state, entry.reason, entry.not_before) == ("waiting", "in cell 3.", 80.0)
    assert ledger.failures(MONDAY) == 1
    second = claimed(ledger, now=80.0)
    assert second.attempt == 2
    ledger.settle(second.number, "failed", 90.0, "in cell 3.")
    assert ledger.entry(MONDAY).state == "failed"
    assert ledger.claim(MONDAY, this_process(), 91.0) is None, "not by itself"
    assert ledger.claim(MONDAY, this_process(), 92.0, origin="person") is not None


def test_an_attempt_ends_once(ledger):
    attempt = claimed(ledger)
    assert ledger.settle(attempt.number, "interrupted", 20.0, "gone")
    assert not ledger.settle(attempt.number, "done", 21.0)
    assert ledger.entry(MONDAY).state == "interrupted"
    assert not ledger.register(attempt.number, this_process(), "kpi/weekly/2026-W47", 22.0), (
        "and runs no more"
    )


def test_what_keeps_dying_is_not_begun_for_ever(ledger):
    for number in range(MOST_INTERRUPTIONS):
        attempt = claimed(ledger, now=10.0 + number)
        ledger.settle(attempt.number, "interrupted", 11.0 + number, "its process died.")
    assert ledger.entry(MONDAY).state == "failed"
    assert "interrupted 5 times" in ledger.entry(MONDAY).reason


def test_stopping_the_scheduler_is_no_fault_of_the_run(ledger):
    for number in range(2 * MOST_INTERRUPTIONS):
        ledger.settle(claimed(ledger, now=10.0 + number).number, "interrupted", 11.0 + number, STOPPED)
    assert ledger.entry(MONDAY).state == "interrupted"


def test_a_person_who_stops_a_run_leaves_the_slot_as_it_was(ledger):
    missed = replace(MONDAY, slot="2026-11-16T07:00Z")
    ledger.add(Entry(missed, "missed", "no scheduler ran when it was due"), 1.0)
    assert ledger.claim(missed, this_process(), 10.0) is None
    ledger.settle(claimed(ledger, missed, origin="person").number, "interrupted", 12.0, "stopped")
    assert ledger.entry(missed).state == "missed"


def test_a_person_may_run_what_is_not_due_yet_and_stop_it_as_if_nothing_had_been(ledger):
    early = replace(MONDAY, slot="2026-12-07T07:00Z")
    assert ledger.claim(early, this_process(), 10.0) is None
    ledger.settle(claimed(ledger, early, origin="person").number, "interrupted", 12.0, "stopped")
    assert ledger.entry(early) is None
    ledger.settle(claimed(ledger, early, origin="person").number, "done", 14.0)
    assert ledger.entry(early).state == "done"


def test_what_became_due_while_a_person_ran_it_is_due_when_they_stop(ledger):
    early = replace(MONDAY, slot="2026-12-07T07:00Z")
    ledger.planned_until("weekly", "2026-12-01T00:00:00+00:00")
    attempt = claimed(ledger, early, origin="person")
    ledger.plan("weekly", "2026-12-07T07:02:00+00:00", [], 20.0)
    ledger.settle(attempt.number, "interrupted", 22.0, "stopped")
    assert ledger.entry(early).state == "waiting"


def test_what_no_scheduler_ever_knew_is_not_taken_up_when_a_person_stops_it(ledger):
    ledger.planned_until("weekly", "2026-12-09T00:00:00+00:00")
    old = replace(MONDAY, slot="2026-11-16T07:00Z")
    ledger.settle(claimed(ledger, old, origin="person").number, "interrupted", 12.0, "stopped")
    assert ledger.entry(old) is None
    preliminary = replace(MONDAY, slot="2026-12-14T07:00Z", vintage="preliminary")
    attempt = claimed(ledger, preliminary, origin="person")
    ledger.plan("weekly", "2026-12-14T07:02:00+00:00", [], 20.0)
    ledger.settle(attempt.number, "interrupted", 22.0, "stopped")
    assert ledger.entry(preliminary) is None, "it is for the scheduler to say when a preliminary one may be"


def test_what_a_person_stops_does_not_count_as_dying(ledger):
    failed = claimed(ledger, origin="person")
    for number in range(MOST_INTERRUPTIONS):
        ledger.settle(failed.number, "interrupted", 11.0 + number, "its process died.")
        failed = claimed(ledger, now=12.0 + number, origin="person")
    ledger.settle(failed.number, "interrupted", 30.0, "its process died.")
    ledger.settle(claimed(ledger, now=31.0).number, "interrupted", 32.0, "its process died.")
    assert ledger.entry(MONDAY).state == "interrupted"


def test_planning_again_changes_nothing(ledger):
    assert ledger.planned_until("daily", "2026-11-23T00:00:00+00:00") == "2026-11-23T00:00:00+00:00"
    assert ledger.planned_until("daily", "2027-01-01T00:00:00+00:00") == "2026-11-23T00:00:00+00:00"
    slot = Key("daily", "2026-11-24T06:00Z")
    ledger.plan("daily", "2026-11-24T07:00:00+00:00", [Entry(slot, "waiting")], 5.0)
    ledger.plan("daily", "2026-11-23T07:00:00+00:00", [Entry(slot, "missed")], 6.0)
    assert ledger.entry(slot).state == "waiting"
    assert ledger.planned_until("daily", "") == "2026-11-24T07:00:00+00:00", "it never goes back"


def test_what_was_told_is_not_told_again_until_it_changes(ledger):
    ledger.settle(claimed(ledger).number, "failed", 20.0)
    (entry,) = ledger.untold()
    ledger.set_told(entry)
    assert ledger.untold() == []
    ledger.settle(claimed(ledger, now=30.0, origin="person").number, "done", 31.0)
    assert [entry.state for entry in ledger.untold()] == ["done"]


def test_a_process_killed_in_the_middle_of_a_transaction_leaves_the_ledger_whole(ledger):
    program = (
        "import os, signal, sys; from pathlib import Path; from workbench.schedule.ledger import Ledger\n"
        "ledger = Ledger(Path(sys.argv[1]))\n"
        "with ledger._transaction():\n"
        "    ledger._rows.execute(\"update slots set state = 'done'\")\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(ledger.file)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert {entry.state for entry in ledger.entries()} == {"waiting"}


def test_a_file_that_is_no_ledger_is_refused(tmp_path):
    file = tmp_path / "ledger.sqlite"
    file.write_text("no ledger at all, " * 100)
    with pytest.raises(
        WorkbenchError, match=r"ledger .*ledger\.sqlite cannot be used: file is not a database"
    ):
        Ledger(file)


def test_a_ledger_of_a_later_workbench_is_left_alone(ledger):
    with sqlite3.connect(ledger.file) as rows:
        rows.execute("pragma user_version = 99")
    rows.close()
    with pytest.raises(WorkbenchError, match="version 99, and this workbench knows version 1"):
        Ledger(ledger.file)


def add_many(ledger):
    for number in range(10_000):
        ledger.add(Entry(Key("many", f"{number}", "x" * 1000), "waiting"), 1.0)


@pytest.mark.skipif(
    not Path("/proc/self/limits").exists(), reason="limits the size of files, which Linux can"
)
def test_a_full_disk_is_said_and_the_ledger_goes_on_when_there_is_room(ledger):
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(f"{ledger.file}-wal"), before[1]))
    try:
        with pytest.raises(WorkbenchError, match=r"cannot be used: .* If the disk is full, make room"):
            add_many(ledger)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert claimed(ledger).attempt == 1


def test_a_process_is_known_by_its_start_and_not_by_its_number_alone():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    process = process_of(child.pid)
    assert is_alive(process)
    assert is_alive(this_process())
    assert memory_of(child.pid) > 0
    assert not is_alive(replace(process, began="another start"))
    end_tree(child.pid)
    child.poll()
    child.wait()
    assert not is_alive(process)
    assert not is_alive(GONE)


def test_what_a_run_started_ends_with_it():
    """A kernel has a session of its own, so the group of its parent does not hold it."""
    program = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True)\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    child = process_of(int(parent.stdout.readline()))
    assert is_alive(child)
    end_tree(parent.pid)
    parent.communicate()
    for _ in range(100):
        if not is_alive(child):
            break
        signal.sigtimedwait([], 0.05)
    assert not is_alive(child)


def test_every_state_is_documented():
    text = (Path(workbench.__file__).parent / "docs" / "schedule.md").read_text(encoding="utf-8")
    for state, meaning in STATES.items():
        assert f"| `{state}` | {meaning} |" in text
    assert set(OPEN) < set(STATES)
