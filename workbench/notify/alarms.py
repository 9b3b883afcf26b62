"""Alarms: what a scheduled run has found that somebody should know before opening its report."""

import sys
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.notify.notice import Notice
from workbench.notify.outbox import put
from workbench.runs.order import Order
from workbench.runs.record import read_records
from workbench.settings import Settings

# What a notebook records under this name, a sentence without anybody's words, is told; nothing where it is empty.
RECORD = "alarm"
_LONGEST, _LONGEST_SUBJECT = 500, 150


def tell_alarm(settings: Settings, order: Order, report: Path) -> None:
    """Put the alarm that a run has recorded into the outbox, once for each slot and segment.

    Never raises because of it, for the report has been made: what cannot be told goes to standard error.

    Parameters
    ----------
    settings
        Have the channels.
    order
        What was run; it names the channels, or else they are those of the settings.
    report
        The report that shows more.
    """
    try:
        said = read_records(order.run_file(settings.data_folder)).get(RECORD)
        told = " ".join(said.split())[:_LONGEST] if isinstance(said, str) else ""
        if told:
            put(settings, _notice(order, told, report), order.notify)
    except (OSError, WorkbenchError) as error:
        sys.stderr.write(f"workbench: {order.job} may have an alarm that nobody was told of: {error}\n")


def _notice(order: Order, told: str, report: Path) -> Notice:
    segment = ", ".join(order.segment.values())
    return Notice(
        f"alarm:{order.job}:{order.slot}:{segment}",
        f"{order.job}: {told}"[:_LONGEST_SUBJECT],
        told,
        job=order.job,
        slot=order.slot,
        segment=segment,
        report=str(report),
    )
