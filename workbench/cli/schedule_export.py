"""`workbench schedule export`: the schedule for systemd, cron and Airflow, and what Airflow then calls."""

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.options import Json
from workbench.cli.output import console, show
from workbench.cli.schedule import JobName, app
from workbench.errors import WorkbenchError, did_you_mean

_FORMS = ("systemd", "cron", "airflow")


@app.command("export")
def export(
    form: Annotated[str, typer.Argument(metavar="systemd|cron|airflow", help="For whom.")],
    to: Annotated[
        Path | None, typer.Option(help="Folder to write into; otherwise systemd and cron are printed.")
    ] = None,
) -> None:
    """Write the schedule for another clock: units of systemd, lines for cron, or DAGs for Airflow.

    With systemd and cron the ledger still says what is due, so nothing runs twice; Airflow keeps its own.

    Example: workbench schedule export systemd --to ~/.config/systemd/user
    """
    files = _files(form, to)
    if to is None:
        if form == "airflow":
            raise WorkbenchError(
                "Airflow wants files. Name its folder of DAGs: workbench schedule export airflow --to FOLDER."
            )
        print(
            "\n".join(text if len(files) == 1 else f"# {name}\n{text}" for name, text in files.items()),
            end="",
        )
        return
    for name, text in files.items():
        file = to / name
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise WorkbenchError(
                f"{file} cannot be written: {error.strerror}. Name another folder with --to."
            ) from None
        print(file)
    console.print(_NEXT[form].format(to=to), soft_wrap=True)


_NEXT = {
    "systemd": "Switch it on: systemctl --user daemon-reload && systemctl --user enable --now workbench-schedule.timer",
    "cron": "Add it to yours: (crontab -l; cat {to}/workbench.crontab) | crontab -",
    "airflow": "Airflow finds the DAGs by itself when {to} is, or is in, its folder of DAGs.",
}


@app.command("run-slot")
def run_slot(
    job: JobName,
    slot: Annotated[
        str, typer.Option(metavar="TIME", help="When it was due, for instance 2026-11-23T07:00+01:00.")
    ],
    segment: Annotated[str, typer.Option(metavar="NAME=VALUE", help="Its segment, where it has some.")] = "",
    attempt: Annotated[int, typer.Option(min=1, help="Which try it is.")] = 1,
    begun: Annotated[
        float,
        typer.Option(help="Since when the lake must be up to date (seconds since 1970); otherwise now."),
    ] = 0.0,
    final: Annotated[
        bool,
        typer.Option(
            "--final",
            help="Make the final report in the place of a preliminary one; exit code 75 while it has to wait.",
        ),
    ] = False,
    with_parent: Annotated[
        bool, typer.Option("--with-parent", help="End when the process that started this one ends.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Run a slot that another scheduler, such as Airflow, has decided on: without asking our ledger.

    Example: workbench schedule run-slot weekly --slot 2026-11-23T07:00+01:00
    """
    import time

    from workbench.schedule.elsewhere import Asked, end_with_parent, run_asked, slot_before
    from workbench.schedule.final_report import NOT_YET, finish_asked
    from workbench.schedule.job_files import read_jobs
    from workbench.schedule.run_now import find_job
    from workbench.settings import load_settings

    if with_parent:
        end_with_parent()
    settings = load_settings()
    asked = find_job(read_jobs(settings), job)
    at = slot_before(asked, slot, settings)
    slot_asked = Asked(asked, at, segment, attempt, begun or time.time())
    report: Path | None
    if final:
        report, waits = finish_asked(slot_asked, settings)
        if report is None:
            console.print(f"{job}, {at:%Y-%m-%d %H:%M} UTC: {waits}", soft_wrap=True)
            raise typer.Exit(NOT_YET)
    else:
        report = run_asked(slot_asked, settings, lambda line: console.print(line, soft_wrap=True))
    if as_json:
        show({"job": job, "slot": at.isoformat(), "segment": segment, "report": str(report)}, as_json=True)
    else:
        print(report)


def _files(form: str, to: Path | None) -> dict[str, str]:
    import datetime as dt

    from workbench.schedule.airflow import JOBS_FILE, airflow_files
    from workbench.schedule.exported import cron_lines, systemd_units
    from workbench.schedule.job_files import read_jobs
    from workbench.settings import find_settings, load_settings

    if form not in _FORMS:
        raise WorkbenchError(
            f"there is no form '{form}' to export.{did_you_mean(form, _FORMS)} Expected {', '.join(_FORMS)}."
        )
    settings, file = load_settings(), find_settings()
    jobs = read_jobs(settings)
    if form == "systemd":
        return systemd_units(jobs, settings, file)
    if form == "cron":
        return {"workbench.crontab": cron_lines(jobs, settings, file)}
    there = to / JOBS_FILE if to else None
    before = there.read_text(encoding="utf-8") if there and there.is_file() else ""
    return airflow_files(jobs, settings, file, dt.datetime.now(dt.UTC), before)
