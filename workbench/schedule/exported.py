"""The schedule for other clocks: units of systemd, lines of cron.

They only wake the workbench up. What is due, and what was run already, the ledger says; so nothing runs twice, whoever
else wakes it, and a slot that the other clock slept through is made up for as the job wants.
"""

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from workbench.schedule.calendar_lines import daily, is_cronlike, systemd_times
from workbench.schedule.jobs import CalendarTrigger, Job
from workbench.settings import Settings

NAME = "workbench-schedule"

_SERVICE = """\
# {by}
[Unit]
Description=Notebooks of the workbench that are due

[Service]
Type=oneshot
WorkingDirectory={folder}
# Passwords and addresses of the channels that settings name by environment variable; there need be none.
EnvironmentFile=-%h/.config/workbench.env
ExecStart={command}
# It is told to stop, and lets notebooks that run come to their end for as long as the settings say.
KillMode=mixed
TimeoutStartSec=infinity
TimeoutStopSec={patience:.0f}
"""

_TIMER = """\
# {by}
# After a change of jobs, calendars or time zones, export again.
[Unit]
Description=When notebooks of the workbench are due

[Timer]
{lines}
# For what no clock knows: data that came late, another try, an hour that the clock jumped over in spring.
OnCalendar=hourly
# What was due while the machine was off is looked at once it is on.
Persistent=true
AccuracySec=1s

[Install]
WantedBy=timers.target
"""

_CRON_HEAD = """\
# {by}
# After a change of jobs, calendars or time zones, export again.
# CRON_TZ is understood by cronie (Fedora, Red Hat, Arch). Debian's cron goes by the zone of the machine and does not
# say so: where that is another, take the timer of systemd, or the last of these lines alone, which asks each hour."""


def systemd_units(jobs: Mapping[str, Job], settings: Settings, settings_file: Path | None) -> dict[str, str]:
    """A service and a timer, by the name of their file.

    One for all jobs: systemd never starts a service that runs, so notebooks do not exceed the budget together.
    """
    lines = []
    for job in jobs.values():
        lines.append(f"# {_called(job)}")
        lines += [f"OnCalendar={_unit(time)}" for time in _systemd_times(job, settings)]
    command = " ".join(_quoted(word) for word in wake_command(settings_file))
    patience = settings.schedule.grace_seconds + 30
    folder = _unit(str(settings.folder.resolve()))
    words = {"patience": patience, "by": _by("systemd"), "folder": folder, "command": command}
    return {
        f"{NAME}.service": _SERVICE.format(**words),
        f"{NAME}.timer": _TIMER.format(by=_by("systemd"), lines="\n".join(lines)),
    }


def cron_lines(jobs: Mapping[str, Job], settings: Settings, settings_file: Path | None) -> str:
    """Lines for a crontab."""
    folder, runs = str(settings.folder.resolve()), str(settings.data_folder.resolve() / "runs")
    begin = f"cd {shlex.quote(folder)} && mkdir -p {shlex.quote(runs)} && {shlex.join(wake_command(settings_file))}"
    # To cron a percent sign is the end of a line.
    command = f"{begin} >>{shlex.quote(runs + '/cron.log')} 2>&1".replace("%", r"\%")
    at_times: dict[tuple[str, str], list[str]] = {}
    for job in jobs.values():
        time, remark = _cron_time(job)
        at_times.setdefault((job.zone(settings.time_zone), time), []).append(f"# {_called(job)}{remark}")
    late = "# For what no clock knows: data that came late, another try, an hour that the clock jumped over in spring."
    at_times.setdefault(("UTC", "0 * * * *"), []).append(late)
    lines = [_CRON_HEAD.format(by=_by("cron"))]
    for (zone, time), remarks in at_times.items():
        lines += [*remarks, f"CRON_TZ={zone}", f"{time} {command}"]
    return "\n".join(lines) + "\n"


def wake_command(settings_file: Path | None) -> list[str]:
    """Runs what is due and ends."""
    chosen = ["--settings", str(settings_file.resolve())] if settings_file else []
    return [sys.executable, "-m", "workbench", *chosen, "schedule", "run", "--once"]


def _systemd_times(job: Job, settings: Settings) -> list[str]:
    zone = job.zone(settings.time_zone)
    if job.cron is None:
        return [f"*-*-* {_trigger(job).at}:00 {zone}"]
    return systemd_times(job.cron, zone) or systemd_times(daily(job.cron), zone)


def _cron_time(job: Job) -> tuple[str, str]:
    """Five fields, and what is to be said of them."""
    if job.cron is None:
        hour, minute = _trigger(job).at.split(":")
        remark = f": cron knows no calendar {_trigger(job).calendar}, so each day the ledger is asked"
        return f"{int(minute)} {int(hour)} * * *", remark
    if not is_cronlike(job.cron):
        return daily(job.cron), f": not every cron understands {job.cron}, so each day the ledger is asked"
    return job.cron, ""


def _trigger(job: Job) -> CalendarTrigger:
    trigger = job.after or job.before
    assert trigger is not None  # a job has one of the three
    return trigger


def _called(job: Job) -> str:
    return f"{job.name} ({' '.join(job.title.split())})" if job.title else job.name


def _by(form: str) -> str:
    return f"Written by `workbench schedule export {form}`."


def _unit(text: str) -> str:
    return text.replace("%", "%%")


def _quoted(word: str) -> str:
    """A word of a command line as systemd reads it."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return _unit(escaped if word.isalnum() or word.startswith("-") else f'"{escaped}"')
