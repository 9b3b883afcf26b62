"""The posts of an audit in Label Studio: on the user's own server, kept apart from the user's own labelling."""

from typing import Any

import pandas as pd

from workbench.audit.sheet import answered_keys, keys_of
from workbench.audit.world import SAMPLE, TASK, World
from workbench.labels.connection import connect
from workbench.labels.drawn import Drawn
from workbench.labels.pulling import pull
from workbench.labels.pushing import push
from workbench.labels.queue import queue_of
from workbench.labels.tasks import Task
from workbench.settings import Settings
from workbench.store.lake import Lake


def push_posts(
    settings: Settings, world: World, lake: Lake, drawn: pd.DataFrame, task: Task
) -> dict[str, Any]:
    """Hand the drawn posts to the people who label, blind; run again, only what is not there yet is added.

    Parameters
    ----------
    settings
        Of the user: they say where the server is.
    world, lake, drawn
        The audit, its lake and its sample.
    task
        What is asked.

    Returns
    -------
    ``pushed``, ``there`` (were there already), ``waiting`` (distressing posts that come with the next push),
    ``projects`` (addresses at which to label).
    """
    sample = Drawn(SAMPLE, TASK, world.seed, drawn, is_new=False)
    queue = queue_of(lake, world.settings, sample, task)
    # What was answered in a sheet is not asked again; what was answered there is there.
    is_open = ~keys_of(queue.rows).isin(answered_keys(lake, drawn))
    rows = queue.rows[is_open].reset_index(drop=True)
    told = push(world.settings, rows, task, connection=connect(settings), owner=f"Audit {world.name}")
    return {
        "pushed": told["pushed"],
        "there": told["there"],
        "waiting": queue.waiting,
        "projects": [project["url"] for project in told["projects"]],
    }


def pull_answers(settings: Settings, world: World, task: Task) -> dict[str, Any]:
    """Fetch what people said in Label Studio; gives what came of it (see `workbench.labels.pulling.pull`)."""
    told = pull(world.settings, task, connection=connect(settings))
    return {name: told[name] for name in ("judgements", "new", "changed", "withdrawn", "skipped", "refused")}
