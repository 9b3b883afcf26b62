"""A slot run for another scheduler: what is told of it, and what it does while data are not there."""

import datetime as dt

import pytest
from scheduled_project import FAILS, scheduled_project

from workbench.errors import WorkbenchError
from workbench.runs.fence import VARIABLE
from workbench.schedule.elsewhere import Asked, run_asked, slot_before
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
def test_data_that_do_not_come_make_a_preliminary_report(project):
    job, settings = project(requires="{tables: [posts], wait: 0}")
    report = run_asked(Asked(job, BERLIN_SEVEN), settings)
    assert "reliminary" in report.read_text(encoding="utf-8")
