"""The outbox: notices wait here until they are delivered, whatever breaks meanwhile.

Delivery is at least once. A notice is taken out only after its channel has accepted it; a process killed between the
two sends it again. Of one channel and reader the notices go in the order in which they were put, so that a recovery is
never told before its failure, and only one process at a time sends them.
"""

import datetime as dt
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from workbench.notify.channels import NotDeliveredError, channel_names, open_channel, readers
from workbench.notify.database import opened, outbox_file, transaction
from workbench.notify.harmless import harmless
from workbench.notify.notice import Notice, from_json, to_json
from workbench.settings import Settings

FIRST_PAUSE = 30.0  # seconds; doubled after each attempt
LONGEST_PAUSE = 3600.0
LONGEST_WAIT = 86400.0  # that a server may ask for


def put(settings: Settings, notice: Notice, channels: Sequence[str] = ()) -> bool:
    """Leave a notice to be delivered; says whether it is new.

    Parameters
    ----------
    settings
        Have the channels.
    notice
        What is told, masked once more; a second one with the same key changes nothing.
    channels
        Names of channels; with none, those of `notify.failures`, else all.

    Raises
    ------
    WorkbenchError
        There is no such channel, or the outbox cannot be written.
    """
    with opened(outbox_file(settings)) as outbox, transaction(outbox):
        return add(outbox, settings, notice, channels)


def add(outbox: sqlite3.Connection, settings: Settings, notice: Notice, channels: Sequence[str] = ()) -> bool:
    """As `put`, within a transaction of the caller's."""
    notice = replace(notice, subject=harmless(notice.subject, settings), body=harmless(notice.body, settings))
    added = [
        add_for(outbox, notice, channel, reader, time.time())
        for channel, reader in readers(settings, channel_names(settings, channels))
    ]
    return any(added)


def add_for(outbox: sqlite3.Connection, notice: Notice, channel: str, reader: str, due_at: float) -> bool:
    """As `add`, for one reader of one channel, not to be sent before that time (seconds since 1970)."""
    row = (notice.key, channel, reader, to_json(notice), time.time(), due_at)
    added = outbox.execute(
        "insert or ignore into notices (key, channel, reader, notice, put_at, due_at) values (?, ?, ?, ?, ?, ?)",
        row,
    )
    return added.rowcount > 0


def deliver_due(settings: Settings, now: float | None = None, wait: float = 30.0) -> int:
    """Deliver what is due; gives the number of notices that were accepted.

    Where a channel fails, it is left alone until its pause is over, and the others go on. Safe to call from several
    processes and threads at once.

    Parameters
    ----------
    settings
        Have the channels.
    now
        Seconds since 1970; otherwise the clock's.
    wait
        How long to wait, in seconds, for another process that is sending by the same channel.
    """
    file = outbox_file(settings)
    if not file.exists():
        return 0
    with opened(file) as outbox:
        queues = outbox.execute(
            "select channel, reader, min(number) from notices where state = 'waiting' "
            "group by channel, reader order by 3"
        ).fetchall()
    delivered = 0
    for channel, reader, _ in queues:
        lock = FileLock(file.with_name(f"outbox.{channel}.lock"), timeout=wait)
        try:
            # The system lets go of the lock of a process that was killed.
            with lock, opened(file) as outbox:
                delivered += _deliver(outbox, settings, channel, reader, now)
        except Timeout:
            continue
    return delivered


def undelivered(file: Path) -> list[dict[str, Any]]:
    """Notices that were given up, and those that still wait, with the reason: the oldest first."""
    if not file.exists():
        return []
    with opened(file) as outbox:
        rows = outbox.execute(
            "select notice, channel, reader, state, attempts, reason, put_at, due_at from notices "
            "where state != 'delivered' order by number"
        ).fetchall()
    return [
        {
            "subject": from_json(notice).subject,
            "channel": channel,
            "reader": reader,
            "state": state,
            "attempts": attempts,
            "reason": reason,
            "since": _time(put_at),
            "next": _time(due_at) if state == "waiting" else None,
        }
        for notice, channel, reader, state, attempts, reason, put_at, due_at in rows
    ]


def _deliver(
    outbox: sqlite3.Connection, settings: Settings, channel: str, reader: str, now: float | None
) -> int:
    """Deliver the notices of one channel and reader in turn, until one fails for now."""
    delivered = 0
    while True:
        moment = time.time() if now is None else now
        head = outbox.execute(
            "select number, notice, attempts, due_at from notices "
            "where state = 'waiting' and channel = ? and reader = ? order by number limit 1",
            (channel, reader),
        ).fetchone()
        if head is None or head[3] > moment:
            return delivered
        number, notice, attempts, _ = head
        try:
            _send(settings, channel, reader, notice)
        except NotDeliveredError as failed:
            if _put_off(outbox, number, attempts + 1, failed, settings.notify.attempts, moment):
                return delivered
            continue
        outbox.execute(
            "update notices set state = 'delivered', attempts = ?, reason = '', delivered_at = ? where number = ?",
            (attempts + 1, moment, number),
        )
        delivered += 1


def _send(settings: Settings, channel: str, reader: str, notice: str) -> None:
    """Send a notice; whatever goes wrong is this channel's, and stops neither the others nor who asked for it."""
    try:
        open_channel(settings, channel, reader).send(from_json(notice))
    except NotDeliveredError:
        raise
    except Exception as error:  # noqa: BLE001 its words may quote an address or a password
        raise NotDeliveredError(f"the channel '{channel}' failed with {type(error).__name__}") from None


def _put_off(
    outbox: sqlite3.Connection, number: int, attempts: int, failed: NotDeliveredError, most: int, now: float
) -> bool:
    """Keep the reason; says whether the notice stays."""
    stays = not failed.is_final and attempts < most
    pause = max(
        min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE),
        min(failed.retry_after or 0, LONGEST_WAIT),
    )
    outbox.execute(
        "update notices set state = ?, attempts = ?, reason = ?, due_at = ? where number = ?",
        ("waiting" if stays else "given up", attempts, str(failed), now + pause, number),
    )
    return stays


def _time(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="seconds")
