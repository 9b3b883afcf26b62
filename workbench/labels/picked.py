"""Posts that somebody picked while reading: asked about, and learned from; no figure ever rests on them."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.labels.connection import Connection
from workbench.labels.distress import is_distressing
from workbench.labels.frames import KEY
from workbench.labels.other_queues import is_among
from workbench.labels.pushing import push
from workbench.labels.queue import COLUMNS, rationed
from workbench.labels.tasks import Task, load_task, tasks_folder
from workbench.labels.texts import texts_of
from workbench.settings import Settings
from workbench.store.lake import Lake
from workbench.store.schema import open_lake
from workbench.tables.strategies import DRAWN, PICKED, in_sql


class Picked(NamedTuple):
    """What is handed over of what was picked, and how much was not: drawn by a sample already, or erased since."""

    rows: pd.DataFrame
    drawn: int
    gone: int


def picked_queue(lake: Lake, settings: Settings, task: str, mentions: pd.DataFrame) -> Picked:
    """Mentions picked by hand, as a queue to hand to people.

    What a sample has drawn stays with its sample, whose labels would be lost to estimates otherwise. Nothing is
    shown of what a model says: a mention that is drawn at random later must have been answered blind.

    Parameters
    ----------
    lake
        Of the posts.
    settings
        For what may distress.
    task
        What is asked.
    mentions
        ``post_id`` and ``brand``, in the order in which to ask.

    Returns
    -------
    Rows with `workbench.labels.queue.COLUMNS`, and how many are left out.
    """
    chosen = mentions[KEY].drop_duplicates(ignore_index=True)
    is_there = np.array([text is not None for text in texts_of(lake, chosen)], dtype=bool)
    where = f"task = '{task}' AND strategy IN {in_sql(DRAWN)}"
    is_drawn = is_among(chosen, lake.read("label_samples", KEY, where=where).to_pandas())
    rows = chosen[is_there & ~is_drawn]
    rows = rows.assign(
        sample_id=f"{task}-{PICKED}",
        strategy=PICKED,
        inclusion_probability=np.nan,
        is_doubled=False,
        is_distressing=is_distressing(lake, settings, rows),
        gold_label=None,
    )
    drawn, gone = int((is_drawn & is_there).sum()), int((~is_there).sum())
    return Picked(rows[COLUMNS].reset_index(drop=True), drawn, gone)


def send_picked(
    settings: Settings, mentions: pd.DataFrame, task: Task | str, connection: Connection | None = None
) -> dict[str, Any]:
    """Hand mentions picked by hand to the people who label; sent again, nothing is asked twice.

    Parameters
    ----------
    settings
        Whose lake holds the posts.
    mentions
        ``post_id`` and ``brand``.
    task
        What is asked, or its name.
    connection
        The Label Studio to use; otherwise that of the settings.

    Returns
    -------
    As `workbench.labels.pushing.push`, with ``drawn``: how many a sample has drawn already, and ``waiting``:
    distressing posts that are too many at once.

    Raises
    ------
    WorkbenchError
        Nothing was picked, or Label Studio does not run.
    """
    if mentions.empty:
        raise WorkbenchError("no post is picked. Tick the posts that people shall label.")
    task = load_task(task, tasks_folder(settings)) if isinstance(task, str) else task
    lake = open_lake(settings)
    queue = picked_queue(lake, settings, task.name, mentions)
    nothing: dict[str, Any] = {
        "task": task.name,
        "purpose": PICKED,
        "pushed": 0,
        "there": 0,
        "gone": 0,
        "projects": [],
    }
    rows, waiting = rationed(lake, settings, queue.rows)
    told = push(settings, rows, task, connection=connection) if len(rows) else nothing
    return {**told, "gone": told["gone"] + queue.gone, "drawn": queue.drawn, "waiting": waiting}


def sent_sentence(told: dict[str, Any]) -> str:
    """What became of the posts that were sent, in words.

    Examples
    --------
    >>> sent_sentence({"task": "intents", "pushed": 2, "there": 1, "drawn": 1, "gone": 0, "waiting": 0})
    '2 posts sent to intents; 1 had been sent before; 1 was drawn by a sample and is asked about there. They teach models; no figure rests on them.'
    """  # noqa: E501
    parts = [f"{_posts(told['pushed'])} sent to {told['task']}"]
    if told["there"]:
        parts.append(f"{told['there']:,} had been sent before")
    if told["drawn"]:
        was, is_ = ("was", "is") if told["drawn"] == 1 else ("were", "are")
        parts.append(f"{told['drawn']:,} {was} drawn by a sample and {is_} asked about there")
    if told["waiting"]:
        parts.append(f"{told['waiting']:,} distressing: too many at once, send them when these are labelled")
    if told["gone"]:
        parts.append(f"{told['gone']:,} erased since")
    after = "They teach models; no figure rests on them." if told["pushed"] else ""
    return "; ".join(parts) + f". {after}".rstrip()


def _posts(count: int) -> str:
    return "1 post" if count == 1 else f"{count:,} posts"
