"""Erased here, erased there: what Label Studio still shows of posts that the lake no longer holds."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from workbench.labels.connection import Connection
from workbench.labels.drawn_mentions import Mention
from workbench.labels.keys import mention_key
from workbench.labels.label_studio import Project, change_data, remove_task, task_data
from workbench.labels.shown import shown
from workbench.labels.tasks import Task
from workbench.store.lake import Lake

_OURS = re.compile(r"[0-9a-f]{32}")
_BETWEEN, _LEFT_OUT = "\n\n", "…"


class _Post(NamedTuple):
    post_id: str
    brand: str
    is_erased: bool


def remove_erased(
    connection: Connection,
    project: Project,
    lake: Lake,
    key: bytes,
    task: Task,
    mentions: Mapping[str, Mention],
    *,
    is_written_down: bool,
) -> int:
    """Take tasks of erased posts away, and the texts of erased posts out of the threads of others.

    Parameters
    ----------
    connection, project
        Where the tasks are.
    lake, key, task
        Whose posts were handed over, under which keys, and for what.
    mentions
        By the key that a task carries; see `workbench.labels.drawn_mentions`.
    is_written_down
        Whether `mentions` are all that can have been handed over. Of what was picked by hand a post that was erased
        may have left no other trace than a key that fits no post there is.

    Returns
    -------
    Number of tasks that were taken away, with all that was said of them.
    """
    tasks = task_data(connection, project.number)
    posts = _posts(lake, key, task, mentions, tasks, is_written_down)
    gone = [number for number, post in posts.items() if post.is_erased]
    for number in gone:
        remove_task(connection, number)
    there = {number: tasks[number] for number in posts if number not in set(gone)}
    _shorten_threads(connection, lake, key, task, {n: d for n, d in there.items() if d.get("thread")}, posts)
    return len(gone)


def _posts(
    lake: Lake,
    key: bytes,
    task: Task,
    mentions: Mapping[str, Mention],
    tasks: Mapping[int, Mapping[str, Any]],
    is_written_down: bool,
) -> dict[int, _Post]:
    """Of each task of ours the post that it is about, by the task's number."""
    found, unknown = {}, {}
    for number, data in tasks.items():
        if mention := mentions.get(str(data.get("key"))):
            found[number] = _Post(mention.post_id, mention.brand, mention.is_erased)
        elif not is_written_down and _OURS.fullmatch(str(data.get("key"))):
            unknown[number] = data
    if unknown:
        # The brand that a task shows is the one that it was handed over for.
        brands = {str(data.get("brand")) for data in unknown.values()}
        alive = {
            mention_key(key, task.name, post, brand): _Post(post, brand, False)
            for post in lake.read("posts", ["post_id"])["post_id"].to_pylist()
            for brand in brands
        }
        erased = _Post("", "", True)
        found |= {number: alive.get(str(data["key"]), erased) for number, data in unknown.items()}
    return found


def _shorten_threads(
    connection: Connection,
    lake: Lake,
    key: bytes,
    task: Task,
    tasks: Mapping[int, Mapping[str, Any]],
    posts: Mapping[int, _Post],
) -> None:
    """Leave of each thread what the lake still holds; what came into the lake since is not added."""
    rows = pd.DataFrame(
        [[posts[number].post_id, posts[number].brand, "", ""] for number in tasks],
        columns=["post_id", "brand", "strategy", "sample_id"],
    )
    now = shown(lake, key, task, rows.assign(is_distressing=False), earlier=None)
    for (number, data), told in zip(tasks.items(), now, strict=True):
        there = {_LEFT_OUT, *(told["thread"].split(_BETWEEN) if told else ())}
        kept = _BETWEEN.join(part for part in data["thread"].split(_BETWEEN) if part in there)
        if kept != data["thread"]:
            where = data["where"] if kept else data["where"].partition(",")[0]
            change_data(connection, number, {**data, "thread": kept, "where": where})
