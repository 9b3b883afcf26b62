"""Jobs for Airflow: one DAG each, made of the same files.

Airflow's scheduler and database take the place of ours. It has an environment of its own and imports nothing of the
workbench: it reads `jobs.json`, and has a small notebook run by a kernel of ours, which runs the slot.
"""

import datetime as dt
import json
import re
import shlex
import sys
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import nbformat

from workbench.schedule.budget import most_at_once
from workbench.schedule.calendars import calendar_times
from workbench.schedule.cron import cron_times
from workbench.schedule.final_report import NOT_YET
from workbench.schedule.jobs import Job
from workbench.schedule.segments import segment_key, segments_of
from workbench.schedule.vintages import final_after_days
from workbench.settings import Settings

# Beyond the limit that the run keeps itself, so that it can still say in which cell it was.
_FORCE_AFTER = 120.0
_AHEAD = dt.timedelta(days=36500)
_MOST_DATES = 1_000  # of a cron that is exported as its times
_LONG_AGO = "2000-01-01T00:00:00+00:00"
JOBS_FILE = "workbench_jobs/jobs.json"
_DAGS = Path(__file__).with_name("airflow_dags.txt")

_PARAMETERS = """\
job = ""  # the job
slot = ""  # when it was due
segment = ""  # for whom
attempt = "1"  # which try
begun = "0"  # when the first task of this slot began"""
_RUN = """\
from workbench.schedule.elsewhere import run_in_process

run_in_process(job, slot, segment, attempt, begun)"""


def airflow_files(
    jobs: Mapping[str, Job],
    settings: Settings,
    settings_file: Path | None,
    now: dt.datetime,
    before: str = "",
) -> dict[str, str]:
    """What goes into Airflow's folder of DAGs, by path.

    Parameters
    ----------
    jobs, settings, settings_file
        What is exported; a job that runs for nobody is left out, for to Airflow a DAG without tasks has succeeded.
    now
        The time.
    before
        The `jobs.json` that is there already: since when it makes up for slots of a job is kept.
    """
    since = _since(before)
    exported = [
        _exported(job, settings, settings_file, _start(job, since.get(job.name), now), now)
        for job in jobs.values()
        if segments_of(job, settings)
    ]
    return {
        "workbench_dags.py": _DAGS.read_text(encoding="utf-8"),
        JOBS_FILE: json.dumps({"jobs": exported}, ensure_ascii=False, indent=1) + "\n",
        "workbench_jobs/run_slot.ipynb": _notebook(),
        "workbench_jobs/kernels/workbench/kernel.json": _kernel(settings_file),
    }


def _since(before: str) -> dict[str, str]:
    try:
        return {job["name"]: job["since"] for job in json.loads(before)["jobs"]}
    except (ValueError, KeyError, TypeError):
        return {}


def _start(job: Job, since: str | None, now: dt.datetime) -> str:
    """From when Airflow makes up for slots. Of a slot before it Airflow runs nothing and calls that a success."""
    if job.catch_up != "all":
        return _LONG_AGO
    return since if since and since != _LONG_AGO else now.isoformat()


def _exported(
    job: Job, settings: Settings, settings_file: Path | None, since: str, now: dt.datetime
) -> dict[str, Any]:
    segments = [segment_key(segment) for segment in segments_of(job, settings)]
    wait = job.requires.wait if job.requires else 0.0
    return {
        "name": job.name,
        "title": job.title,
        "cron": None if job.cron and _is_read_otherwise(job.cron) else job.cron,
        "time_zone": job.zone(settings.time_zone),
        "dates": _dates(job, settings, now if since == _LONG_AGO else dt.datetime.fromisoformat(since)),
        "since": since,
        "catch_up": job.catch_up,
        "segments": task_ids(segments),
        "at_once": most_at_once(settings),
        "retries": job.retries.times,
        "retry_delay": job.retries.wait_seconds,
        "retry_factor": job.retries.factor,
        "finish": _finish(job, settings, settings_file),
        "timeout": None if job.timeout is None else job.timeout + wait + _FORCE_AFTER,
        "kept": str(settings.data_folder.resolve() / "runs" / "airflow"),
    }


def _finish(job: Job, settings: Settings, settings_file: Path | None) -> dict[str, Any] | None:
    """How the final report is asked for, and for how many seconds; None of a job that publishes no preliminary one."""
    if job.requires is None or job.requires.then != "preliminary":
        return None
    days = final_after_days(job.requires, settings)
    environment = [f"{name}={value}" for name, value in _environment(settings_file).items()]
    words = [
        "env",
        *environment,
        sys.executable,
        "-m",
        "workbench",
        "schedule",
        "run-slot",
        job.name,
        "--final",
    ]
    return {"command": shlex.join(words), "exit_code": NOT_YET, "within": (days + 1) * 86_400.0}


def task_ids(segments: list[str]) -> dict[str, str]:
    """A name that Airflow takes for each segment; two that would be called the same get a number.

    Examples
    --------
    >>> task_ids([""])
    {'run': ''}
    >>> task_ids(["brand=Acme", "brand=A & B", "brand=A + B"])
    {'brand.Acme': 'brand=Acme', 'brand.A_B': 'brand=A & B', 'brand.A_B.2': 'brand=A + B'}
    """
    named: dict[str, str] = {}
    for segment in segments:
        plain = re.sub(r"[^A-Za-z0-9.-]+", "_", segment.replace("=", "."))[:200] or "run"
        name, number = plain, 1
        while name in named:
            number += 1
            name = f"{plain}.{number}"
        named[name] = segment
    return named


def _dates(job: Job, settings: Settings, since: dt.datetime) -> list[str]:
    """Times of a calendar, or of a cron that Airflow would read otherwise: it knows those of the day of the export."""
    if job.cron:
        if not _is_read_otherwise(job.cron):
            return []
        fires = cron_times(job.cron, since, None, job.zone(settings.time_zone))
        return [time.isoformat() for time in islice(fires, _MOST_DATES)]
    trigger = job.after or job.before
    if trigger is None:
        return []
    side, zone = ("after" if job.after else "before"), job.zone(settings.time_zone)
    times = calendar_times(trigger, side, since, since + _AHEAD, zone, settings)  # type: ignore[arg-type]
    return [time.isoformat() for time in times]


def _is_read_otherwise(cron: str) -> bool:
    """Whether Airflow's croniter fires on other days than cron does, or refuses it.

    Examples
    --------
    >>> [_is_read_otherwise(cron) for cron in ("0 7 */2 * MON", "0 7 * * 5L", "0 7 LW * *", "0 7 1 * MON", "0 7 L * *")]
    [True, True, True, False, False]
    """
    _minute, _hour, day, _month, weekday = cron.upper().split()
    # Where one of the two begins with a star, both must hold, for cron; for croniter one of them is enough.
    is_both = "*" not in (day, weekday) and (day.startswith("*") or weekday.startswith("*"))
    return is_both or "W" in day or bool(re.search(r"\dL|L\d|[A-Z]{3}L", weekday))


def _notebook() -> str:
    parameters = nbformat.v4.new_code_cell(_PARAMETERS, metadata={"tags": ["parameters"]}, id="parameters")
    notebook = nbformat.v4.new_notebook(cells=[parameters, nbformat.v4.new_code_cell(_RUN, id="run")])
    notebook.metadata = {
        "kernelspec": {"name": "workbench", "display_name": "workbench", "language": "python"},
        "language_info": {"name": "python"},
    }
    return nbformat.writes(notebook) + "\n"


def _kernel(settings_file: Path | None) -> str:
    """A kernel of this environment, with these settings and without what Airflow has in its own."""
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "workbench",
        "language": "python",
        "env": _environment(settings_file),
    }
    return json.dumps(spec, indent=1) + "\n"


def _environment(settings_file: Path | None) -> dict[str, str]:
    settings = {"WORKBENCH_SETTINGS": str(settings_file.resolve())} if settings_file else {}
    return {"PYTHONPATH": "", "JUPYTER_PATH": "", **settings}
