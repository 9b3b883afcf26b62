"""`workbench schedule`: notebooks on time."""

import time
from typing import Annotated

import typer

from workbench.cli.options import Json
from workbench.cli.output import console, print_rows, show

app = typer.Typer(help="Notebooks on schedule: the jobs in scheduled/*.yaml.", no_args_is_help=True)

_WIDE = ("reason", "report")
JobName = Annotated[str, typer.Argument(metavar="JOB", help="Name of a job, as 'schedule status' shows it.")]


@app.command("run")
def run(
    once: Annotated[bool, typer.Option("--once", help="Run what is due now, and end.")] = False,
    until: Annotated[
        str, typer.Option(metavar="TIME", help="End at this time, for instance 2026-11-23T18:00.")
    ] = "",
    grace: Annotated[
        float | None, typer.Option(help="Seconds that notebooks may go on after the stop signal.")
    ] = None,
) -> None:
    """Run jobs when they are due, until it is stopped (SIGTERM or Ctrl-C; twice: at once).

    Example: workbench schedule run
    """
    from workbench.schedule.declarations import Declarations
    from workbench.schedule.ledger import Ledger, ledger_file
    from workbench.schedule.runner import Runner
    from workbench.schedule.scheduler import Scheduler, run_until_stopped
    from workbench.schedule.slots import read_time
    from workbench.schedule.telling import delivering

    declared = Declarations(_say)
    settings = declared.settings
    ends = read_time(until, settings.time_zone).timestamp() if until else None
    ledger = Ledger(ledger_file(settings))
    runner = Runner(ledger, settings, declared.settings_file, _say)
    _say(f"{len(declared.jobs)} jobs; ledger {ledger.file}")
    try:
        with delivering(lambda: declared.settings):
            scheduler = Scheduler(ledger, declared, runner, say=_say)
            seconds = settings.schedule.grace_seconds if grace is None else grace
            run_until_stopped(scheduler, ends, once, seconds)
    finally:
        runner.close()
        ledger.close()


@app.command("status")
def status(as_json: Json = False) -> None:
    """How the jobs stand: what became of the last slot, when the next is, and what nobody could be told.

    Example: workbench schedule status
    """
    from workbench.notify.database import outbox_file
    from workbench.notify.outbox import undelivered
    from workbench.schedule.overview import status as rows_of

    ledger, declared = _opened()
    rows = rows_of(ledger, declared.jobs, declared.settings, time.time())
    notices = undelivered(outbox_file(declared.settings))
    if as_json:
        show({"jobs": rows, "notices": notices}, as_json)
        return
    print_rows(_shown(rows, as_json), as_json, "There are no jobs yet: put a file in the folder scheduled.")
    if notices:
        print(f"\nNot delivered ({len(notices)}):")
        print_rows(_shown(notices, as_json), as_json, "")


@app.command("due")
def due(
    until: Annotated[
        str, typer.Option(metavar="TIME", help="Until then, for instance 2026-11-30T07:00; otherwise now.")
    ] = "",
    as_json: Json = False,
) -> None:
    """What would run now, or until some time. Changes nothing.

    Example: workbench schedule due --until 2026-11-30T23:59
    """
    from workbench.schedule.overview import due as rows_of
    from workbench.schedule.slots import read_time

    ledger, declared = _opened()
    now = time.time()
    ends = read_time(until, declared.settings.time_zone).timestamp() if until else now
    rows = rows_of(ledger, declared.jobs, declared.settings, now, ends)
    print_rows(_shown(rows, as_json), as_json, "Nothing is due.")


@app.command("history")
def history(
    job: Annotated[str, typer.Argument(metavar="[JOB]", help="Name of a job; otherwise all.")] = "",
    last: Annotated[int, typer.Option(min=0, help="How many; 0: all.")] = 20,
    as_json: Json = False,
) -> None:
    """What happened, the newest first: every attempt, and every slot that was missed or skipped.

    Example: workbench schedule history weekly
    """
    from workbench.schedule.overview import history as rows_of
    from workbench.schedule.run_now import find_job

    ledger, declared = _opened()
    rows = rows_of(ledger, job, last=last)
    if job and not rows:
        find_job(declared.jobs, job)  # no files declare it, and nothing is known of it: it is misspelt
    print_rows(_shown(rows, as_json), as_json, "Nothing has run yet.")


@app.command("run-now")
def run_now(
    job: JobName,
    slot: Annotated[
        str, typer.Option(metavar="TIME", help="The slot, for instance 2026-11-23T07:00; otherwise the last.")
    ] = "",
    segment: Annotated[
        str, typer.Option(metavar="NAME=VALUE", help="One segment, for instance brand=Acme; otherwise all.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Run a slot of a job now, once, unless it is done. Ends with code 1 when it failed; only schedulers try again.

    Example: workbench schedule run-now weekly --slot 2026-11-23T07:00
    """
    from workbench.schedule.run_now import find_job, find_slot, keys_of
    from workbench.schedule.run_now import run_now as run_slots
    from workbench.schedule.runner import Runner, name_of
    from workbench.schedule.telling import tell_now
    from workbench.schedule.vintages import Completeness

    ledger, declared = _opened()
    settings, now = declared.settings, time.time()
    asked = find_job(declared.jobs, job)
    keys = keys_of(
        asked, find_slot(asked, slot, settings, now), segment, settings, Completeness(settings), now
    )
    runner = Runner(ledger, settings, declared.settings_file, _say)
    entries = run_slots(ledger, asked, keys, settings, runner)
    tell_now(ledger, settings, declared.jobs)
    rows = [
        {"slot": name_of(e.key), "state": e.state, "reason": e.reason, "report": e.report} for e in entries
    ]
    if as_json:
        print_rows(rows, as_json, "")
    else:
        for row in rows:
            print(row["report"] or f"{row['slot']}: {row['state']}. {row['reason']}")
    if any(entry.state != "done" for entry in entries):
        raise typer.Exit(1)


def _opened():
    from workbench.schedule.declarations import Declarations
    from workbench.schedule.ledger import Ledger, ledger_file

    declared = Declarations(_say)
    return Ledger(ledger_file(declared.settings)), declared


def _say(line: str) -> None:
    console.print(line, soft_wrap=True)


def _shown(rows: list[dict], as_json: bool) -> list[dict]:
    """For a terminal without the columns that are empty in every row."""
    used = {name for row in rows for name, value in row.items() if value not in ("", None)}
    return rows if as_json else [{k: v for k, v in row.items() if k in used} for row in rows]
