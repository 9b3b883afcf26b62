"""What an audit draws goes to people: to Label Studio where one's own runs, otherwise into a sheet."""

from pathlib import Path
from typing import Any

import pandas as pd

from workbench.audit.label_studio import push_posts
from workbench.audit.sheet import write_sheet
from workbench.audit.world import World
from workbench.labels.server import address
from workbench.labels.server_process import answers
from workbench.labels.tasks import Task
from workbench.settings import Settings
from workbench.store.lake import Lake


def hand_out(
    settings: Settings, world: World, lake: Lake, drawn: pd.DataFrame, task: Task, *, is_larger: bool
) -> dict[str, Any]:
    """Hand the open posts to people where nobody has said how.

    To a Label Studio that a team shares nothing goes unasked: it may be read by others than the vendor's customer.

    Parameters
    ----------
    settings
        Of the user.
    world, lake, drawn, task
        The audit, its lake and sample, and what is asked.
    is_larger
        Whether the sample was made larger since the last time: what is new comes in a sheet beside the others.

    Returns
    -------
    As `push_posts`; or ``sheet``, its path, and ``open``, the number of posts in one that was just written.
    """
    url = None if settings.labeling.server else address(settings)
    if url and answers(url):
        return push_posts(settings, world, lake, drawn, task)
    sheet = sheet_of(world)
    if sheet.exists() and not is_larger:
        return {"sheet": str(sheet)}
    place = sheet.with_stem(f"{sheet.stem}_{len(drawn)}") if sheet.exists() else sheet
    return {"sheet": str(place), "open": write_sheet(place, lake, world, drawn, task)}


def sheet_of(world: World) -> Path:
    """Where the first sheet of an audit lies."""
    return world.folder / "to_label.xlsx"
