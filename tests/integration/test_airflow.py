"""Airflow, in an environment of its own, runs a job of ours by our kernel and leaves what any run leaves."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from scheduled_project import FAILS, LATE, deliver_posts, scheduled_project

from workbench.notify.outbox import undelivered
from workbench.reports.entries import read_entry
from workbench.settings import load_settings

VERSION = "3.3.2"
SLOT = "2026-11-23T06:00:00+00:00"  # 7 o'clock in Berlin

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def airflow(tmp_path_factory):
    """Runs a command of Airflow; installed on first use, beside this environment and not in it."""
    home = Path(sys.prefix) / "airflow"
    with FileLock(Path(sys.prefix) / "airflow.lock"):
        if not (home / f".complete-{VERSION}").is_file():
            _install(home)
    folder = tmp_path_factory.mktemp("airflow")
    environment = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR")},
        "HOME": str(folder),
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(folder / "dags"),
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess:
        command = [str(home / "bin" / "airflow"), *arguments]
        return subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, text=True, timeout=570
        )

    migrated = run("db", "migrate")
    assert migrated.returncode == 0, migrated.stderr[-3000:]
    run.dags = folder / "dags"
    return run


def _install(home: Path) -> None:
    """What was tested together, so that nothing need be resolved; on another Python what goes with it."""
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    pip = [
        str(home / "bin" / "python"),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        "install",
        "-q",
    ]
    if sys.version_info[:2] == (3, 11):
        wanted = ["--no-deps", "--requirement", str(Path(__file__).with_name("airflow.lock"))]
    else:
        wanted = [f"apache-airflow=={VERSION}", "apache-airflow-providers-papermill"]
    done = subprocess.run([*pip, *wanted], capture_output=True, text=True)
    if done.returncode:
        pytest.fail(f"Airflow could not be installed: {done.stderr[-2000:]}")
    (home / f".complete-{VERSION}").touch()


def _export(settings_file: Path, to: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "workbench",
        "--settings",
        str(settings_file),
        "schedule",
        "export",
        "airflow",
    ]
    done = subprocess.run([*command, "--to", str(to)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_airflow_runs_a_job_and_leaves_what_any_run_leaves(airflow, tmp_path):
    project = tmp_path / "a project"
    project.mkdir()
    settings_file = scheduled_project(project, for_each="{brand: [Acme]}", cron="'0 7 * * MON'")
    _export(settings_file, airflow.dags)

    # A Monday in Berlin, and half an hour later: what somebody starts by hand stands for the slot before it.
    tested = airflow("dags", "test", "workbench_small", SLOT.replace("06:00:00", "06:30:00"))

    told = tested.stdout + tested.stderr
    assert tested.returncode == 0, told[-5000:]
    data = load_settings(settings_file).data_folder
    (run,) = (data / "runs" / "kpi").rglob("*.ipynb")
    report = data / "reports" / run.relative_to(data / "runs").with_suffix(".html")
    manifest = json.loads(run.with_suffix(".manifest.json").read_text(encoding="utf-8"))
    assert "Something was found." in report.read_text(encoding="utf-8")
    assert "2026-11-23 Acme" in run.read_text(encoding="utf-8")
    assert manifest["order"]["job"] == "small"
    assert manifest["order"]["slot"] == "2026-11-23T06:00Z"
    assert manifest["order"]["segment"] == {"brand": "Acme"}
    # What ran in Airflow's hands was our kernel, and Airflow's environment knows nothing of the workbench.
    (kept,) = (data / "runs" / "airflow").glob("small-brand.Acme-*.ipynb")
    assert json.loads(kept.read_text(encoding="utf-8"))["metadata"]["kernelspec"]["name"] == "workbench"
    assert undelivered(data / "runs" / "outbox.sqlite") == []


def test_run_that_fails_has_failed_in_airflow_too_and_is_told(airflow, tmp_path):
    settings_file = scheduled_project(tmp_path, *FAILS, cron="'0 7 * * MON'", name="failing")
    _export(settings_file, airflow.dags)

    tested = airflow("dags", "test", "workbench_failing", SLOT)

    told = tested.stdout + tested.stderr
    assert tested.returncode != 0
    assert "KeyError" in told
    assert "ann@example.org" not in told
    data = load_settings(settings_file).data_folder
    notices = (data / "runs" / "notices.log").read_text(encoding="utf-8")
    assert "failing failed: 2026-11-23 06:00 UTC" in notices
    assert "ann@example.org" not in notices


def test_final_report_takes_the_place_of_the_preliminary_one_when_the_data_have_come(
    airflow, tmp_path, monkeypatch
):
    settings_file = scheduled_project(tmp_path, cron="'0 7 * * MON'", name="late", requires=LATE)
    _export(settings_file, airflow.dags)
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(settings_file))
    settings = load_settings()
    reports = settings.data_folder / "reports"

    tested = airflow("dags", "test", "workbench_late", SLOT)
    assert tested.returncode == 0, (tested.stdout + tested.stderr)[-5000:]
    (report,) = (reports / "kpi").rglob("*.html")
    assert read_entry(report, reports)["vintage"] == "preliminary"

    deliver_posts(settings, "2026-11-25T10:00:00Z")
    tested = airflow("dags", "test", "workbench_late_final", SLOT)
    assert tested.returncode == 0, (tested.stdout + tested.stderr)[-5000:]
    assert read_entry(report, reports)["vintage"] == "final"


def test_job_of_a_calendar_is_due_on_its_dates(airflow, tmp_path):
    settings_file = scheduled_project(
        tmp_path, cron="null", after="{calendar: releases, days: 8, at: '08:30'}", name="released"
    )
    with open(settings_file, "a", encoding="utf-8") as settings:
        settings.write('\n[[calendars.releases]]\nname = "Pebble"\ndate = 2099-06-16\n')
    _export(settings_file, airflow.dags)

    taken = airflow("dags", "reserialize")

    assert taken.returncode == 0, (taken.stdout + taken.stderr)[-3000:]
    assert "next_dagrun='2099-06-24 06:30:00+00:00'" in taken.stdout + taken.stderr


def test_environment_of_airflow_has_no_workbench(airflow):
    python = Path(sys.prefix) / "airflow" / "bin" / "python"
    done = subprocess.run([str(python), "-c", "import workbench"], cwd="/", capture_output=True, text=True)
    assert "No module named 'workbench'" in done.stderr
