"""What is ordered is made or said to have failed, and a person's report takes no place of a scheduled one."""

import dataclasses
import os
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from report_notebook import write_notebook
from signed_report import published, records_of, settings_in

from workbench import reporting
from workbench.cli.reports import report as report_command
from workbench.errors import WorkbenchError
from workbench.notify.alarms import tell_alarm
from workbench.notify.database import outbox_file
from workbench.notify.outbox import undelivered
from workbench.reporting import fulfil, order_of
from workbench.reports.neighbours import is_good
from workbench.runs.notebook import running_file
from workbench.runs.order import Order
from workbench.runs.signing import check_key
from workbench.schedule.entries import Entry, Key
from workbench.schedule.ledger import Ledger, ledger_file
from workbench.schedule.processes import process_of, this_process
from workbench.schedule.reconcile import reconcile
from workbench.schedule.telling import tell_outcomes
from workbench.schedule.worker import Task, work
from workbench.settings import Settings

NAME = "kpi/weekly/2026-W43"
KEY = Key("weekly", "2026-10-26T07:00Z")


def quiet(done: float, what: str) -> None:
    """Nobody watches."""


@pytest.fixture
def order(tmp_path):
    source = write_notebook(tmp_path / "notebooks" / "kpi" / "weekly.ipynb", "1 + 1")
    return Order(source, NAME, job="weekly", engine="warm")


@pytest.fixture
def settings(tmp_path):
    return Settings(folder=tmp_path)


@pytest.fixture
def worked(order, settings, tmp_path, monkeypatch):
    """Have the order run as a scheduler's process runs it; gives what came of it, and the page in its place."""
    file = tmp_path / "workbench.toml"
    file.touch()
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(file))
    monkeypatch.setattr("workbench.schedule.refreshed.refresh", lambda settings: None)
    # It would stand around this process for ever; tests of its own raise it in others.
    monkeypatch.setattr("workbench.schedule.worker.raise_fence", lambda folders: None)
    monkeypatch.setenv("WORKBENCH_WRITES_IN", "")

    def work_on(order):
        ledger = Ledger(ledger_file(settings))
        ledger.add(Entry(KEY, "waiting"), 0.0)
        attempt = ledger.claim(KEY, this_process(), time.time())
        assert attempt is not None
        work(Task(order, attempt.number, ledger.file, file, time.time(), None))
        page = order.report_file(settings.data_folder)
        return ledger.attempt(attempt.number), page.read_text(encoding="utf-8")

    return work_on


def test_a_check_that_does_not_hold_leaves_a_page_and_keeps_no_figures(order, worked, monkeypatch):
    kept = []
    monkeypatch.setattr(reporting, "keep_measures", lambda *given: kept.append(given))
    settled, page = worked(dataclasses.replace(order, checks=("dates",)))
    assert settled.outcome == "failed"
    assert "a check did not hold" in settled.reason
    assert "a check did not hold" in page
    assert kept == []


def test_a_scheduled_report_is_not_left_unsigned_where_a_key_is_pinned(order, tmp_path):
    settings = settings_in(tmp_path)
    settings.signing_key_file.unlink()
    check_key(settings, is_needed=False)  # who explores makes reports without it
    with pytest.raises(WorkbenchError, match=r"there is no signing key .* Bring it back"):
        fulfil(order, settings, quiet)
    assert not order.run_file(settings.data_folder).exists(), "said before minutes are spent"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (OSError(28, "No space left on device"), "OSError: No space left on device."),
        (WorkbenchError("there are no posts."), "there are no posts."),
        (KeyError("somebody's words"), "something failed that should not (KeyError)."),
    ],
)
def test_a_run_that_fails_before_its_notebook_leaves_a_page_too(order, worked, monkeypatch, fault, said):
    def refresh(settings):
        raise fault

    monkeypatch.setattr("workbench.schedule.refreshed.refresh", refresh)
    settled, page = worked(order)
    assert (settled.outcome, settled.reason) == ("failed", said)
    assert said in page
    assert "somebody's words" not in page


def test_a_run_that_outlived_its_scheduler_and_its_time_leaves_a_page(order, settings):
    ledger = Ledger(ledger_file(settings))
    ledger.add(Entry(KEY, "waiting"), 0.0)
    with subprocess.Popen(["sleep", "600"]) as hanging:
        attempt = ledger.claim(
            KEY, dataclasses.replace(this_process(), number=2**22 + 1), 10.0, ends_after=60.0
        )
        assert attempt is not None
        assert ledger.register(attempt.number, process_of(hanging.pid), order.name, 11.0)
        (settled,) = reconcile(ledger, settings, 100.0)
    assert settled.reason == "it did not end in time and was ended by force."
    assert settled.reason in order.report_file(settings.data_folder).read_text(encoding="utf-8")


def test_what_a_person_ordered_leaves_a_page_where_it_fails(order, settings, monkeypatch):
    monkeypatch.setattr(reporting, "load_settings", lambda: settings)
    wanted = dataclasses.replace(order, job="", checks=("dates",))
    monkeypatch.setattr(reporting, "order_of", lambda *given: wanted)
    with pytest.raises(WorkbenchError, match="a check did not hold"):
        reporting.report_job("kpi/weekly", [], quiet)
    assert "a check did not hold" in order.report_file(settings.data_folder).read_text(encoding="utf-8")


def test_a_persons_report_stands_beside_the_scheduled_one(tmp_path, monkeypatch):
    settings = settings_in(tmp_path)
    monkeypatch.setattr(reporting, "refresh", lambda *given: None)
    published(settings, records_of(), name=NAME, job="weekly")  # of a job
    asked = ("kpi/weekly", ["week=2026-W43"], quiet)
    assert order_of(settings, *asked).name == f"{NAME}/by-hand"
    published(settings, records_of(), name=NAME)  # of a person
    assert order_of(settings, *asked).name == NAME
    running = running_file(Order(tmp_path, NAME).run_file(settings.data_folder))
    running.touch()
    assert order_of(settings, *asked).name == f"{NAME}/by-hand", "a run is at it"
    os.utime(running, (0, 0))
    assert order_of(settings, *asked).name == NAME, "it was left by one that was killed"
    of_a_brand = order_of(settings, "kpi/weekly", ["week=2026-W43", "brand=Bolt"], quiet)
    assert (of_a_brand.name, of_a_brand.segment) == (f"{NAME}/Bolt", {"brand": "Bolt"})
    with pytest.raises(WorkbenchError, match="is too long to name a file"):
        order_of(settings, "kpi/weekly", ["week=2026-W43", f"brand={'B' * 300}"], quiet)


@pytest.mark.parametrize("said", ["", "Drift: the share of negative has changed."])
def test_an_alarm_is_told_once_and_the_report_is_made(order, settings, said):
    write_notebook(order.source, f"from workbench import record\nrecord('alarm', {said!r})")
    report = fulfil(order, settings, quiet)
    assert is_good(report)
    for _ in range(2):
        tell_alarm(settings, order.run_file(settings.data_folder), "weekly", order.slot, "", str(report))
        told = [one["subject"] for one in undelivered(outbox_file(settings))]
        assert told == ([f"weekly: {said}"] if said else [])


def test_of_a_report_that_is_there_an_email_is_made_and_it_stays_as_it_is(tmp_path, monkeypatch):
    settings = settings_in(tmp_path)
    made = published(settings, records_of())
    before = made.read_bytes()
    (tmp_path / "workbench.toml").touch()
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(tmp_path / "workbench.toml"))
    report_command(str(made), [], email=tmp_path / "summary.eml")
    assert b"The week" in (tmp_path / "summary.eml").read_bytes()
    assert made.read_bytes() == before
    with pytest.raises(WorkbenchError, match="has been made already"):
        report_command(str(made), [])
    with pytest.raises(WorkbenchError, match="there is no report"):
        report_command(str(tmp_path / "none.html"), [], pdf=True)


def test_an_alarm_leaves_the_machine_masked_and_other_words_are_told_too(order, settings):
    run_file = order.run_file(settings.data_folder)
    for said in ("Write to jane.doe@example.com.", "Anger rises."):
        write_notebook(order.source, f"from workbench import record\nrecord('alarm', {said!r})")
        report = fulfil(order, settings, quiet)
        tell_alarm(settings, run_file, "weekly", order.slot, "", str(report))
    told = [one["subject"] for one in undelivered(outbox_file(settings))]
    assert told == ["weekly: Write to <EMAIL>.", "weekly: Anger rises."]


def test_an_alarm_that_could_not_be_told_is_told_at_the_next_look(order, settings, monkeypatch):
    write_notebook(order.source, "from workbench import record\nrecord('alarm', 'Anger rises.')")
    report, ledger = fulfil(order, settings, quiet), Ledger(ledger_file(settings))
    ledger.add(Entry(KEY, "waiting"), 0.0)
    attempt = ledger.claim(KEY, this_process(), 10.0)
    ledger.register(attempt.number, this_process(), order.name, 11.0)
    ledger.settle(attempt.number, "done", 12.0, report=str(report))

    def full(*arguments):
        raise WorkbenchError("the disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr("workbench.notify.alarms.put", full)
        with pytest.raises(WorkbenchError, match="the disk is full"):
            tell_outcomes(ledger, settings, {})
    assert undelivered(outbox_file(settings)) == []
    for _ in range(2):
        tell_outcomes(ledger, settings, {})
        assert [one["subject"] for one in undelivered(outbox_file(settings))] == ["weekly: Anger rises."]
    ledger.close()


def test_a_failure_that_could_not_be_told_is_told_at_the_next_look(settings):
    ledger = Ledger(ledger_file(settings))
    ledger.add(Entry(KEY, "waiting"), 0.0)
    attempt = ledger.claim(KEY, this_process(), 10.0)
    ledger.settle(attempt.number, "failed", 12.0, "no data")
    outbox_file(settings).mkdir(parents=True)
    with pytest.raises(WorkbenchError, match=r"failed: .* Nobody could be told of it yet"):
        tell_outcomes(ledger, settings, {})
    outbox_file(settings).rmdir()
    for _ in range(2):
        tell_outcomes(ledger, settings, {})
        (told,) = undelivered(outbox_file(settings))
        assert told["subject"].startswith("weekly failed")
    ledger.close()


def test_who_makes_a_report_of_one_name_waits_for_the_other(order, settings, monkeypatch):
    """A person's, for which a scheduled one comes in between, then stands beside it."""
    begun, may_end, names = threading.Event(), threading.Event(), []

    def executed(order, settings, progress):
        names.append(order.name)
        if len(names) == 1:
            begun.set()
            may_end.wait(20)
        return made_of(order, settings, progress)

    made_of = reporting._executed
    monkeypatch.setattr(reporting, "_executed", executed)
    with ThreadPoolExecutor(2) as two:
        first = two.submit(fulfil, order, settings, quiet)
        assert begun.wait(20)
        second = two.submit(fulfil, dataclasses.replace(order, job="", slot=""), settings, quiet)
        time.sleep(0.3)
        assert names == [order.name]
        may_end.set()
        assert [first.result(60), second.result(60)] == [
            replaced.report_file(settings.data_folder)
            for replaced in (order, dataclasses.replace(order, name=f"{order.name}/by-hand"))
        ]
