"""What is ordered is made or said to have failed, and a person's report takes no place of a scheduled one."""

import dataclasses
import os
import time

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
from workbench.schedule.processes import this_process
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


def test_a_check_that_does_not_hold_leaves_a_page_and_keeps_no_figures(order, settings, monkeypatch):
    kept = []
    monkeypatch.setattr(reporting, "keep_measures", lambda *given: kept.append(given))
    with pytest.raises(WorkbenchError, match="a check did not hold"):
        fulfil(dataclasses.replace(order, checks=("dates",)), settings, quiet)
    assert "a check did not hold" in order.report_file(settings.data_folder).read_text(encoding="utf-8")
    assert kept == []


def test_a_scheduled_report_is_not_left_unsigned_where_a_key_is_pinned(order, tmp_path):
    settings = settings_in(tmp_path)
    settings.signing_key_file.unlink()
    check_key(settings, is_needed=False)  # who explores makes reports without it
    with pytest.raises(WorkbenchError, match=r"there is no signing key .* Bring it back"):
        fulfil(order, settings, quiet)
    assert "there is no signing key" in order.report_file(settings.data_folder).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "fault", [OSError(28, "No space left on device"), WorkbenchError("no posts"), KeyError("x")]
)
def test_a_run_that_fails_before_its_notebook_leaves_a_page_too(
    order, settings, monkeypatch, tmp_path, fault
):
    def refresh_once(*given):
        raise fault

    monkeypatch.setattr("workbench.schedule.refreshed.refresh_once", refresh_once)
    (tmp_path / "workbench.toml").touch()
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(tmp_path / "workbench.toml"))
    ledger = Ledger(ledger_file(settings))
    ledger.add(Entry(KEY, "waiting", ""), 0.0)
    attempt = ledger.claim(KEY, this_process(), time.time())
    assert attempt is not None
    work(Task(order, attempt.number, ledger.file, tmp_path / "workbench.toml", 0.0, None))
    settled = ledger.attempt(attempt.number)
    assert settled.outcome == "failed"
    page = order.report_file(settings.data_folder).read_text(encoding="utf-8")
    assert settled.reason.split("(")[0].strip()[:20] in page


def test_a_persons_report_stands_beside_the_scheduled_one(tmp_path, monkeypatch):
    settings = settings_in(tmp_path)
    monkeypatch.setattr(reporting, "refresh", lambda *given: None)
    source = published(settings, records_of(), name=NAME, job="weekly").parent  # of a job
    assert source.is_dir()
    asked = ("kpi/weekly", ["week=2026-W43"], quiet)
    assert order_of(settings, *asked).name == f"{NAME}/by-hand"
    published(settings, records_of(), name=NAME)  # of a person
    assert order_of(settings, *asked).name == NAME
    running = running_file(Order(tmp_path, NAME).run_file(settings.data_folder))
    running.touch()
    assert order_of(settings, *asked).name == f"{NAME}/by-hand", "a run is at it"
    os.utime(running, (0, 0))
    assert order_of(settings, *asked).name == NAME, "it was left by one that was killed"


@pytest.mark.parametrize("said", ["", "Drift: the share of negative has changed."])
def test_an_alarm_is_told_once_and_the_report_is_made(order, settings, said):
    write_notebook(order.source, f"from workbench import record\nrecord('alarm', {said!r})")
    report = fulfil(order, settings, quiet)
    assert is_good(report)
    for _ in range(2):
        tell_alarm(settings, order, report)
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
