"""Alarms: what a scheduled run has found that somebody should know before opening its report."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.notify.harmless import harmless
from workbench.notify.notice import Notice
from workbench.notify.outbox import put
from workbench.runs.record import read_records
from workbench.settings import Settings

# What a notebook records under this name, a sentence without anybody's words, is told; nothing where it is empty.
RECORD = "alarm"
_LONGEST, _LONGEST_SUBJECT = 500, 150


def tell_alarm(
    settings: Settings,
    run_file: Path,
    job: str,
    slot: str,
    segment: str,
    report: str,
    channels: Sequence[str] = (),
) -> None:
    """Put the alarm that a run has recorded into the outbox; the same words for a slot and segment once.

    Parameters
    ----------
    settings
        Have the channels.
    run_file
        The notebook as it ran.
    job, slot, segment
        Whose run it was.
    report
        The report that shows more.
    channels
        The channels that the job names; with none, those of the settings.

    Raises
    ------
    WorkbenchError
        There is no such channel, or the outbox cannot be written: to be tried again.
    """
    said = None
    with suppress(OSError, ValueError, WorkbenchError):  # gone or damaged since: its report was made of it
        said = read_records(run_file).get(RECORD)
    told = harmless(" ".join(said.split()), settings)[:_LONGEST] if isinstance(said, str) else ""
    if told:
        words = hashlib.sha256(told.encode()).hexdigest()[:12]
        key, subject = f"alarm:{job}:{slot}:{segment}:{words}", f"{job}: {told}"[:_LONGEST_SUBJECT]
        put(
            settings, Notice(key, subject, told, job=job, slot=slot, segment=segment, report=report), channels
        )
