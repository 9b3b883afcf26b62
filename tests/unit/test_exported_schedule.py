"""The schedule in the words of systemd, cron and Airflow says the times that the jobs say."""

import datetime as dt
import json
import os
import shutil
import subprocess
from zoneinfo import ZoneInfo

import pytest
from scheduled_project import scheduled_project

from workbench.schedule.airflow import JOBS_FILE, airflow_files
from workbench.schedule.calendar_lines import systemd_times
from workbench.schedule.cron import cron_times
from workbench.schedule.exported import cron_lines, systemd_units
from workbench.schedule.job_files import read_jobs
from workbench.settings import load_settings

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")


@pytest.fixture
def project(tmp_path):
    """Settings file, jobs and settings of a project in a folder with a blank, a percent and a dollar sign."""

    def make(**job):
        folder = tmp_path / "a b%c$d"
        folder.mkdir(exist_ok=True)
        file = scheduled_project(folder, **job)
        with open(file, "a", encoding="utf-8") as settings:
            settings.write('\n[[calendars.releases]]\nname = "Pebble"\ndate = 2027-06-16\n')
        settings = load_settings(file)
        return read_jobs(settings), settings, file

    return make


@systemd
@pytest.mark.parametrize(
    "cron", ["0 7 * * MON", "*/20 7-9 * * 1-5", "0 7 1,15 * 0", "30 5 L * *", "0 7 * 1,7 7", "15 8 29 2 *"]
)
def test_systemd_fires_when_cron_does(cron):
    expected = [
        f"{time:%Y-%m-%d %H:%M}" for time in cron_times(cron, NOW, NOW + dt.timedelta(days=1600), "UTC")
    ][:8]
    found = set()
    for line in systemd_times(cron, "UTC"):
        command = [
            "systemd-analyze",
            "calendar",
            "--iterations=8",
            "--base-time=2026-11-23 12:00:00 UTC",
            line,
        ]
        told = subprocess.run(
            command, env={**os.environ, "TZ": "UTC", "LC_ALL": "C"}, capture_output=True, text=True
        )
        assert told.returncode == 0, told.stderr
        # "Next elapse: Mon 2026-11-30 07:00:00 UTC", then "Iter. #2: …".
        found |= {
            row.split(": ", 1)[1][4:20]
            for row in told.stdout.splitlines()
            if row.strip().startswith(("Next elapse", "Iter"))
        }
    assert sorted(found)[: len(expected)] == expected


@systemd
@pytest.mark.parametrize(
    "trigger", [{}, {"cron": "null", "after": "{calendar: releases, days: 8, at: '08:30'}"}]
)
def test_systemd_takes_the_units(trigger, project, tmp_path):
    for name, text in systemd_units(*project(**trigger)).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    files = [str(tmp_path / f"workbench-schedule.{kind}") for kind in ("timer", "service")]
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    told = subprocess.run(
        ["systemd-analyze", "verify", "--user", *files], env=environment, capture_output=True, text=True
    )
    assert (told.returncode, told.stderr) == (0, "")


def test_units_name_each_job_its_zone_and_an_hourly_look(project):
    timer = systemd_units(*project(cron="'30 7 * * MON#2'", title="Every %n"))["workbench-schedule.timer"]
    # systemd has no second Monday: it asks each day.
    assert "# small (Every %n)\nOnCalendar=*-*-* 07:30:00 Europe/Berlin\n" in timer
    assert "OnCalendar=hourly" in timer
    assert "Persistent=true" in timer


def test_cron_says_what_it_cannot_say(project):
    jobs, settings, file = project(cron="null", after="{calendar: releases, days: 8, at: '08:30'}")
    lines = cron_lines(jobs, settings, file)
    assert (
        "cron knows no calendar releases, so each day the ledger is asked\nCRON_TZ=Europe/Berlin\n30 8 * * * "
        in lines
    )
    jobs, settings, file = project(cron="'30 7 L * *'")
    assert "not every cron understands 30 7 L * *" in cron_lines(jobs, settings, file)


def test_jobs_of_one_time_are_one_line(project):
    jobs, settings, file = project(cron="'0 7 * * 1'")
    other = {"other": jobs["small"].model_copy(update={"name": "other"})}
    assert cron_lines({**jobs, **other}, settings, file).count("\n0 7 * * 1 ") == 1


@pytest.mark.slow
def test_line_of_cron_runs_the_job_and_the_ledger_sees_to_it_that_it_runs_once(project):
    """As cron has it: the line without its times, percent signs unescaped, by sh, in an environment almost empty."""
    jobs, settings, file = project(cron="'0 0 * * *'")
    (line,) = [line for line in cron_lines(jobs, settings, file).splitlines() if line.startswith("0 0 ")]
    command = line.split(" ", 5)[5].replace(r"\%", "%")
    midnight = dt.datetime.now(ZoneInfo("Europe/Berlin")).replace(hour=0, minute=0, second=0, microsecond=0)
    _plan_from(settings, "small", midnight - dt.timedelta(minutes=1))
    environment = {
        "HOME": str(settings.folder),
        "PATH": "/usr/bin:/bin",
        "LOGNAME": "somebody",
        "SHELL": "/bin/sh",
    }
    for _ in range(2):
        done = subprocess.run(
            ["/bin/sh", "-c", command], env=environment, capture_output=True, text=True, timeout=400
        )
        log = (settings.data_folder / "runs" / "cron.log").read_text(encoding="utf-8")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), log
    assert log.count("attempt 1 has begun") == 1
    assert len(list((settings.data_folder / "reports" / "kpi").rglob("*.html"))) == 1


def _plan_from(settings, job, moment):
    """A job that is new to the ledger is planned from now on; this one is known since then."""
    from workbench.schedule.ledger import Ledger, ledger_file
    from workbench.schedule.slots import slot_text

    ledger = Ledger(ledger_file(settings))
    ledger.planned_until(job, slot_text(moment))
    ledger.close()


def test_airflow_gets_every_job_with_its_segments(project):
    jobs, settings, file = project(
        for_each="{brand: all}", retries="{times: 2, wait_seconds: 5m}", timeout="1h"
    )
    files = airflow_files(jobs, settings, file, NOW)
    (job,) = json.loads(files[JOBS_FILE])["jobs"]
    assert job["segments"] == {"brand.Acme": "brand=Acme", "brand.Bolt": "brand=Bolt"}
    assert (job["cron"], job["time_zone"]) == ("* * * * *", "Europe/Berlin")
    assert (job["retries"], job["retry_delay"], job["timeout"]) == (2, 300.0, 3600.0 + 120)
    assert job["finish"] is None
    compile(files["workbench_dags.py"], "workbench_dags.py", "exec")
    assert "import workbench" not in files["workbench_dags.py"]
    assert "from workbench" not in files["workbench_dags.py"]


def test_airflow_asks_for_the_final_report_of_a_job_that_may_publish_a_preliminary_one(project):
    jobs, settings, file = project(requires="{tables: [posts], final_after: 2}")
    (job,) = json.loads(airflow_files(jobs, settings, file, NOW)[JOBS_FILE])["jobs"]
    assert job["finish"]["command"].endswith("-m workbench schedule run-slot small --final")
    assert f"WORKBENCH_SETTINGS={file.resolve()}" in job["finish"]["command"]
    assert (job["finish"]["exit_code"], job["finish"]["within"]) == (75, 3 * 86_400)
    jobs, settings, file = project(requires="{tables: [posts], then: wait}")
    (job,) = json.loads(airflow_files(jobs, settings, file, NOW)[JOBS_FILE])["jobs"]
    assert job["finish"] is None


def test_airflow_gets_the_dates_of_a_calendar(project):
    jobs, settings, file = project(cron="null", after="{calendar: releases, days: 8, at: '08:30'}")
    (job,) = json.loads(airflow_files(jobs, settings, file, NOW)[JOBS_FILE])["jobs"]
    assert job["dates"] == ["2027-06-24T06:30:00+00:00"]


def test_airflow_gets_the_times_of_a_cron_that_it_would_read_otherwise(project):
    jobs, settings, file = project(cron="'0 7 */2 * MON'")
    (job,) = json.loads(airflow_files(jobs, settings, file, NOW)[JOBS_FILE])["jobs"]
    assert job["cron"] is None
    days = [dt.datetime.fromisoformat(date) for date in job["dates"]]
    assert f"{days[0]:%F %H:%M}" == "2026-12-07 06:00"
    assert all(day.weekday() == 0 and day.day % 2 == 1 for day in days)
    jobs, settings, file = project(cron="'0 7 */2 * MON'", catch_up="all")
    first = airflow_files(jobs, settings, file, NOW)[JOBS_FILE]
    later = airflow_files(jobs, settings, file, NOW + dt.timedelta(days=30), first)[JOBS_FILE]
    assert json.loads(later)["jobs"][0]["dates"][0] == job["dates"][0], "what passed is still made up for"


def test_airflow_gets_no_job_for_nobody(project):
    """To Airflow a DAG without tasks has succeeded."""
    jobs, settings, file = project(for_each="{brand: all}")
    settings = settings.model_copy(update={"brands": {}})
    assert json.loads(airflow_files(jobs, settings, file, NOW)[JOBS_FILE])["jobs"] == []


def test_second_export_forgets_no_slot_that_is_to_be_made_up_for(project):
    jobs, settings, file = project(catch_up="all")
    first = airflow_files(jobs, settings, file, NOW)[JOBS_FILE]
    second = airflow_files(jobs, settings, file, NOW + dt.timedelta(days=9), first)[JOBS_FILE]
    assert json.loads(second)["jobs"][0]["since"] == NOW.isoformat()
    broken = airflow_files(jobs, settings, file, NOW, "{")[JOBS_FILE]
    assert json.loads(broken)["jobs"][0]["since"] == NOW.isoformat()
