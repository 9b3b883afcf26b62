"""Failed jobs, told once: one notice a slot, repeated failures counted, and one more when the job works again."""

import datetime as dt
import sqlite3
import time
from collections.abc import Collection, Sequence
from dataclasses import replace

from workbench.errors import WorkbenchError
from workbench.notify import outbox
from workbench.notify.channels import channel_names, readers
from workbench.notify.database import opened as opened_outbox
from workbench.notify.database import outbox_file, transaction
from workbench.notify.failed_slots import (
    Failed,
    forget,
    let_go,
    mark_made,
    note,
    standing,
    times_told,
    told,
    write_told,
)
from workbench.notify.harmless import harmless
from workbench.notify.notice import Notice, from_json, to_json
from workbench.settings import Settings

SUCCEEDED = "succeeded"
_WORDS = {"missed": "was not run", "skipped": "was skipped"}  # any other word is said as it is
_GATHERED_SECONDS = 60.0  # for which further segments that fail are gathered into one more notice
_NAMED = 5  # of many segments or slots, as many are named
_LONGEST_REASON = 1500


def tell(
    settings: Settings,
    job: str,
    slot: str,
    segment: str,
    outcome: str,
    reason: str = "",
    report: str = "",
    *,
    channels: Sequence[str] = (),
    segments: Collection[str] | None = None,
) -> None:
    """Note how a slot of a job ended, and put the notice that is due for it into the outbox.

    To be called after the last attempt, for successes too; twice for the same end says nothing twice.

    Parameters
    ----------
    settings
        Have the channels.
    job, slot, segment
        Which run: the name of the job, the time it was due (ISO, UTC), the segment or nothing.
    outcome
        ``succeeded``; any other is a failure, in one word: ``failed``, ``missed``.
    reason
        Why it failed. What could name a person is masked and secrets of channels are taken out here in any case.
    report
        Path or address of the page that says more.
    channels
        The channels that the job names; with none, those of the settings.
    segments
        Those that the job has now, "" where it has none; failures of others stand in nobody's way. None: not known.

    Raises
    ------
    WorkbenchError
        The slot is no time, there is no such channel, or the outbox cannot be written: to be told again.
    """
    failed = Failed(job, _utc(slot), segment, outcome, harmless(reason, settings)[:_LONGEST_REASON], report)
    file = outbox_file(settings)
    if outcome == SUCCEEDED and not file.exists():
        return
    chosen = channel_names(settings, channels)
    try:
        with opened_outbox(file) as opened, transaction(opened):
            if segments is not None:
                let_go(opened, job, segments)
            if outcome == SUCCEEDED:
                _recovered(opened, settings, failed, chosen)
            else:
                _failed(opened, settings, failed, chosen)
    except WorkbenchError as error:
        news = f"{job} succeeded" if outcome == SUCCEEDED else f"{_subject(failed)}. {failed.reason}".rstrip()
        raise WorkbenchError(f"{news} Nobody could be told of it yet: {error}") from None


def _failed(opened: sqlite3.Connection, settings: Settings, failed: Failed, channels: Sequence[str]) -> None:
    """Add to what failed; say so, or count it where the last notice is of this slot or not long ago."""
    note(opened, failed)
    last = told(opened, failed.job)
    rows = standing(opened, failed.job)
    # A slot that fails again after the job had worked is news again.
    times = times_told(opened, f"failed:{failed.job}:{failed.slot}")
    is_told = last is not None and last[0] == failed.slot
    key = f"failed:{failed.job}:{failed.slot}"
    notice = Notice(
        f"{key}:{times + 1}",
        _subject(failed),
        _failure_text(failed, rows),
        "failure",
        failed.job,
        failed.slot,
        failed.segment,
        failed.report,
    )
    if is_told:
        _tell_again(opened, settings, notice, key, channels)
    elif not last or time.time() - last[1] >= settings.notify.repeat_after_hours * 3600:
        outbox.add(opened, settings, notice, channels)
        write_told(opened, failed.job, failed.slot, time.time())


def _tell_again(
    opened: sqlite3.Connection, settings: Settings, notice: Notice, key: str, channels: Sequence[str]
) -> None:
    """Another segment of the same slot: what waits says how many there are; who was told already is told once more."""
    for channel, reader in readers(settings, channels):
        number, last, state = opened.execute(
            "select number, notice, state from notices where channel = ? and reader = ? and substr(key, 1, ?) = ? "
            "order by number desc limit 1",
            (channel, reader, len(key) + 1, f"{key}:"),
        ).fetchone() or (0, "", "")
        if state == "waiting":
            anew = to_json(replace(notice, key=from_json(last).key))
            opened.execute("update notices set notice = ? where number = ?", (anew, number))
        elif not last or to_json(replace(notice, key=from_json(last).key)) != last:
            outbox.add_for(opened, notice, channel, reader, time.time() + _GATHERED_SECONDS)


def _recovered(
    opened: sqlite3.Connection, settings: Settings, success: Failed, channels: Sequence[str]
) -> None:
    """Strike out what this success mends; when nothing stands any more, say once that the job works again."""
    before = standing(opened, success.job)
    mark_made(opened, success)
    if not before or any(not row.is_over for row in standing(opened, success.job)):
        return
    rows = standing(opened, success.job)
    slots = sorted({row.slot for row in rows})
    open_slots = sorted({row.slot for row in rows if not row.is_made})
    lines = [f"Its run of {_time(success.slot)} succeeded. Before it, {_count(slots)} failed."]
    if open_slots:
        lines += [
            f"Not made up for: {_some([_time(slot) for slot in open_slots])}.",
            f"To make it: workbench schedule run-now {success.job} --slot {open_slots[0]}",
        ]
    key = f"recovered:{success.job}:{slots[-1]}"
    key = f"{key}:{times_told(opened, key) + 1}"
    subject = f"{success.job} works again"
    notice = Notice(key, subject, "\n".join(lines), "good", success.job, success.slot, "", success.report)
    outbox.add(opened, settings, notice, channels)
    forget(opened, success.job)


def _subject(failed: Failed) -> str:
    return f"{failed.job} {_WORDS.get(failed.outcome, failed.outcome)}: {_time(failed.slot)}"


def _failure_text(failed: Failed, rows: Sequence[Failed]) -> str:
    slots = sorted({row.slot for row in rows if not row.is_over})
    segments = sorted({row.segment for row in rows if row.slot == failed.slot and row.segment})
    lines = [failed.reason] if failed.reason else []
    if segments:
        lines.append(f"Segments ({len(segments)}): {_some(segments)}.")
    if len(slots) > 1:
        lines.append(f"{_count(slots)} have failed since it last worked.")
    lines.append(f"To run it again: workbench schedule run-now {failed.job} --slot {failed.slot}")
    return "\n".join(lines)


def _count(slots: Sequence[str]) -> str:
    if len(slots) == 1:
        return f"the run of {_time(slots[0])}"
    return f"{len(slots):,} runs, {_time(slots[0])} to {_time(slots[-1])},"


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _time(slot: str) -> str:
    return f"{dt.datetime.fromisoformat(slot):%Y-%m-%d %H:%M} UTC"


def _utc(slot: str) -> str:
    """The slot in one spelling, so that slots sort as texts."""
    try:
        return f"{dt.datetime.fromisoformat(slot).astimezone(dt.UTC):%Y-%m-%dT%H:%MZ}"
    except ValueError:
        raise WorkbenchError(
            f"'{slot}' is no slot. Expected the time at which the run was due, such as 2026-11-23T07:00Z."
        ) from None
