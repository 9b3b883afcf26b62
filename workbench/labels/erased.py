"""Erased here, erased there: what Label Studio still shows of posts that the lake no longer holds."""

import re
from collections.abc import Mapping

import pandas as pd

from workbench.labels.connection import Connection
from workbench.labels.drawn_mentions import Mention
from workbench.labels.keys import mention_key
from workbench.labels.label_studio import Project, change_data, known_keys, remove_task, task_data
from workbench.labels.projects import PICK, SETTLE
from workbench.labels.shown import shown
from workbench.labels.tasks import Task
from workbench.store.lake import Lake

_OURS = re.compile(r"[0-9a-f]{32}")


def remove_erased(
    connection: Connection,
    project: Project,
    lake: Lake,
    key: bytes,
    task: Task,
    purpose: str,
    mentions: Mapping[str, Mention],
) -> int:
    """Take tasks of erased posts away, and the texts of erased posts out of the threads of others.

    Parameters
    ----------
    connection, project
        Where the tasks are.
    lake, key, task, purpose
        Whose posts were handed over, under which keys, and for what.
    mentions
        By the key that a task carries; see `workbench.labels.drawn_mentions`.

    Returns
    -------
    Number of tasks that were taken away, with all that was said of them.
    """
    removed = 0
    is_written_down = purpose not in (SETTLE, PICK)
    # Of a post that was handed over twice the other shows once the first is gone.
    while gone := _erased(lake, key, task, mentions, known_keys(connection, project.number), is_written_down):
        for number in gone:
            remove_task(connection, number)
        removed += len(gone)
    _shorten_threads(connection, project, lake, key, task, mentions)
    return removed


def _erased(
    lake: Lake,
    key: bytes,
    task: Task,
    mentions: Mapping[str, Mention],
    there: Mapping[str, int],
    is_written_down: bool,
) -> list[int]:
    """Numbers of the tasks whose posts were erased.

    Where no sample is written down, as of what was picked by hand, a post that was erased may have left no other trace
    than a key of ours that fits no post there is.
    """
    gone = [number for name, number in there.items() if name in mentions and mentions[name].is_erased]
    unknown = {
        name: number for name, number in there.items() if name not in mentions and _OURS.fullmatch(name)
    }
    if is_written_down or not unknown:
        return gone
    posts = lake.read("posts", ["post_id"])["post_id"].to_pylist()
    brands = {
        one for table in ("mentions", "brands") for one in lake.read(table, ["brand"])["brand"].to_pylist()
    }
    alive = {mention_key(key, task.name, post, brand) for post in posts for brand in brands}
    return gone + [number for name, number in unknown.items() if name not in alive]


def _shorten_threads(
    connection: Connection,
    project: Project,
    lake: Lake,
    key: bytes,
    task: Task,
    mentions: Mapping[str, Mention],
) -> None:
    """Show each task's thread as the lake has it now."""
    asked = {
        number: data
        for number, data in task_data(connection, project.number).items()
        if data.get("thread") and data.get("key") in mentions
    }
    columns = ["post_id", "brand", "strategy", "sample_id"]
    rows = pd.DataFrame(
        [[getattr(mentions[data["key"]], name) for name in columns] for data in asked.values()],
        columns=columns,
    )
    now = shown(lake, key, task, rows.assign(is_distressing=False))
    for (number, data), told in zip(asked.items(), now, strict=True):
        if told is not None and told["thread"] != data["thread"]:
            change_data(connection, number, {**data, "thread": told["thread"], "where": told["where"]})
