"""A slot run for another scheduler: what is told of it, and what it does while data are not there."""

import datetime as dt

import pytest
from scheduled_project import FAILS, LATE, deliver_posts, scheduled_project
from typer.testing import CliRunner

from workbench.cli import app
from workbench.errors import WorkbenchError
from workbench.reports.entries import read_entry
from workbench.runs.fence import VARIABLE
from workbench.schedule.elsewhere import Asked, run_asked, slot_before
from workbench.schedule.final_report import finish_asked
from workbench.schedule.job_files import read_jobs
from workbench.settings import load_settings

BERLIN_SEVEN = dt.datetime(2026, 11, 23, 6, tzinfo=dt.UTC)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The job and the settings of a project."""
    monkeypatch.setenv(VARIABLE, "")  # a run sets it, and a test process goes on

    def make(*cells, **job):
        file = scheduled_project(tmp_path, *cells, **{"cron": "'0 7 * * MON'", **job})
        monkeypatch.setenv("WORKBENCH_SETTINGS", str(file))
        settings = load_settings(file)
        return read_jobs(settings)["small"], settings

    return make


def test_slot_is_the_one_given_or_the_last_before_it(project):
    job, settings = project()
    for given in ("2026-11-23T07:00+01:00", "2026-11-23T06:00:00+00:00", "2026-11-29T23:59Z"):
        assert slot_before(job, given, settings) == BERLIN_SEVEN
    assert slot_before(job, "2026-11-23T05:59Z", settings) == BERLIN_SEVEN - dt.timedelta(days=7)


@pytest.mark.parametrize("given", ["yesterday", "2026-11-23T07:00"])
def test_slot_without_a_zone_is_none(given, project):
    with pytest.raises(WorkbenchError, match=f"'{given}' is no time"):
        slot_before(*project()[:1], given, project()[1])


@pytest.mark.slow
def test_only_the_last_try_is_told_and_the_success_after_it(project):
    job, settings = project(*FAILS, retries="{times: 1}")
    notices = settings.data_folder / "runs" / "notices.log"
    with pytest.raises(WorkbenchError, match="KeyError"):
        run_asked(Asked(job, BERLIN_SEVEN, attempt=1), settings)
    assert not notices.exists()
    with pytest.raises(WorkbenchError, match="KeyError"):
        run_asked(Asked(job, BERLIN_SEVEN, attempt=2), settings)
    assert "small failed: 2026-11-23 06:00 UTC" in notices.read_text(encoding="utf-8")
    job, settings = project()
    assert run_asked(Asked(job, BERLIN_SEVEN), settings).is_file()
    assert "small works again" in notices.read_text(encoding="utf-8")
    assert "ann@example.org" not in notices.read_text(encoding="utf-8")


@pytest.mark.slow
def test_data_that_do_not_come_are_waited_for_and_then_said(project):
    job, settings = project(requires="{tables: [posts], wait: 1, then: wait}")
    said = []
    now = dt.datetime.now(dt.UTC)
    with pytest.raises(WorkbenchError, match=r"data of job 'small' are not complete: there are no posts yet"):
        run_asked(Asked(job, now), settings, said.append, look_again=0.2)
    assert said == ["waits for data: there are no posts yet"]


@pytest.mark.slow
def test_data_that_come_late_make_a_preliminary_report_and_then_the_final_one(project):
    job, settings = project(requires=LATE)
    asked = Asked(job, BERLIN_SEVEN)
    assert finish_asked(asked, settings) == (None, "waits for data: there are no posts yet")
    report = run_asked(asked, settings)
    assert read_entry(report, settings.data_folder / "reports")["vintage"] == "preliminary"
    assert finish_asked(asked, settings) == (None, "waits for data: there are no posts yet")
    deliver_posts(settings, "2026-11-25T10:00:00Z")
    assert finish_asked(asked, settings) == (report, "")
    assert read_entry(report, settings.data_folder / "reports")["vintage"] == "final"
    made = report.stat().st_mtime_ns
    assert finish_asked(asked, settings) == (report, "")
    assert report.stat().st_mtime_ns == made, "it is made once"


def test_final_report_waits_for_the_first_one_and_not_for_ever(project):
    job, settings = project(requires=LATE)
    deliver_posts(settings, "2026-11-25T10:00:00Z")
    assert finish_asked(Asked(job, BERLIN_SEVEN), settings) == (None, "waits for the first report")
    job, settings = project(requires="{tables: [posts], wait: 0, final_after: 0}")
    with pytest.raises(WorkbenchError, match="has left no preliminary report of 2026-11-23T06:00Z"):
        finish_asked(Asked(job, BERLIN_SEVEN), settings)


@pytest.mark.slow
def test_final_report_that_fails_is_tried_as_the_job_wants_and_told_once(project):
    job, settings = project(requires=LATE)
    run_asked(Asked(job, BERLIN_SEVEN), settings)
    deliver_posts(settings, "2026-11-25T10:00:00Z")
    job, settings = project(*FAILS, requires=LATE, retries="{times: 1, wait_seconds: 0}")
    with pytest.raises(WorkbenchError, match="KeyError"):
        finish_asked(Asked(job, BERLIN_SEVEN), settings)
    notices = (settings.data_folder / "runs" / "notices.log").read_text(encoding="utf-8")
    assert notices.count("small failed: 2026-11-23 06:00 UTC") == 1


def test_job_without_preliminary_reports_has_none_to_finish(project):
    job, settings = project()
    with pytest.raises(WorkbenchError, match="job 'small' makes no preliminary reports"):
        finish_asked(Asked(job, BERLIN_SEVEN), settings)


def test_exit_code_says_that_it_waits(project):
    project(requires=LATE)
    words = ["schedule", "run-slot", "small", "--final", "--slot", "2026-11-23T06:00Z"]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 75
    assert "waits for data: there are no posts yet" in " ".join(told.stderr.split())
