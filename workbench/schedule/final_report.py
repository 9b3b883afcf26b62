"""The final report in place of a preliminary one, for a scheduler that asks for it now and then, as Airflow does."""

import time
from dataclasses import replace
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.runs.kept_manifest import kept_order
from workbench.schedule.elsewhere import Asked, run_asked
from workbench.schedule.entries import Key
from workbench.schedule.slots import slot_text
from workbench.schedule.starting import order_of_entry, pause_after_failure
from workbench.schedule.vintages import Completeness, is_final_by
from workbench.settings import Settings

NOT_YET = 75  # exit code: "temporary failure" of sysexits.h


def finish_asked(asked: Asked, settings: Settings) -> tuple[Path | None, str]:
    """Make the final report of a slot as soon as its data are complete, or it is waited for no longer.

    A run that fails is tried again as the job wants; after the last try people are told.

    Returns
    -------
    The report, or None and what it waits for.

    Raises
    ------
    WorkbenchError
        The job makes no preliminary reports, there is none to be replaced when its time is over, or the run failed.
    """
    job, slot = asked.job, slot_text(asked.at)
    if job.requires is None or job.requires.then != "preliminary":
        raise WorkbenchError(
            f"job '{job.name}' makes no preliminary reports that others would replace. Leave out --final, or let it "
            "demand complete data: requires, then: preliminary."
        )
    order = order_of_entry(job, Key(job.name, slot, asked.segment, "final"), settings)
    kept = kept_order(order.manifest_file(settings.data_folder))
    vintage = kept.get("vintage") if kept.get("slot") == slot else None
    if vintage == "final":
        return order.report_file(settings.data_folder), ""
    lacking = Completeness(settings).lacking(job, slot, time.time())
    is_over = is_final_by(job.requires, slot, settings, time.time())
    if lacking and not is_over:
        return None, f"waits for data: {'; '.join(lacking)}"
    if vintage == "preliminary":
        return _run(asked, settings), ""
    if not is_over:
        return None, "waits for the first report"
    raise WorkbenchError(
        f"job '{job.name}' has left no preliminary report of {slot} that a final one would replace: its first run "
        "failed, or never was. Look there, and run that again."
    )


def _run(asked: Asked, settings: Settings) -> Path:
    """One try after another; only the last failure is told and raised."""
    for attempt in range(1, asked.job.retries.times + 1):
        try:
            return run_asked(replace(asked, attempt=attempt), settings)
        except WorkbenchError:
            time.sleep(pause_after_failure(asked.job, attempt - 1) or 0.0)
    return run_asked(replace(asked, attempt=asked.job.retries.times + 1), settings)
