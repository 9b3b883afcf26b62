"""Handing queues to Label Studio: everything once, however often it is interrupted."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from filelock import FileLock
from numpy.typing import NDArray

from workbench.labels.connection import Connection, LostServerError, connect
from workbench.labels.following import follow_model
from workbench.labels.frames import KEY
from workbench.labels.label_studio import Project, add_tasks, known_keys
from workbench.labels.model_answers import model_in_use, thresholds_of_model
from workbench.labels.projects import (
    ESTIMATE,
    PICK,
    SETTLE,
    TEACH,
    Place,
    link,
    open_project,
    projects_of,
    purpose_of,
)
from workbench.labels.server_process import answers
from workbench.labels.shown import shown
from workbench.labels.tasks import Task, load_task, tasks_folder
from workbench.labels.validation import PLACE, PROBABILITY, check_rows, prediction
from workbench.privacy.pseudonyms import fingerprint
from workbench.progress import Progress, silent
from workbench.settings import Settings
from workbench.store.lake import Lake
from workbench.store.schema import claim, open_lake

_CHUNK = 100
_PATIENCE = 60  # seconds to wait for a server that fell silent


def push(
    settings: Settings,
    rows: pd.DataFrame,
    task: Task | str,
    *,
    model: str = "",
    connection: Connection | None = None,
    owner: str = "",
    patience: float = _PATIENCE,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Hand a queue to the people who label; run again, only what is not there yet is added.

    Parameters
    ----------
    settings
        Whose lake holds the posts.
    rows
        As `workbench.labels.queue.Queue` gives them.
    task
        What is asked, or its name.
    model
        Whose answers stand in the columns ``probability_…``; shown where the queue teaches, never where it estimates.
    connection
        The Label Studio to use; otherwise that of the settings.
    owner
        Whose queue it is, in the titles of the projects, where one server holds several lakes.
    patience
        How long to wait for a server that falls silent, in seconds; then the command may be run again.
    progress
        Called with the share done and what is done.

    Returns
    -------
    ``task``, ``purpose``, ``pushed`` (new now), ``there`` (were there already, or are answered though they were cleared
    away or answered elsewhere), ``gone`` (whose posts were erased) and
    ``projects``: ``title``, ``url`` to label at, ``tasks``.

    Raises
    ------
    WorkbenchError
        The queue cannot be handed over, or the server does not come back.
    """
    task = load_task(task, tasks_folder(settings)) if isinstance(task, str) else task
    check_rows(rows, task)
    if (rows["strategy"] == "gold").all():  # nothing is open whose readers could be checked
        return {"task": task.name, "purpose": "", "pushed": 0, "there": 0, "gone": 0, "projects": []}
    purpose = purpose_of(list(rows["strategy"]))
    lake = open_lake(settings)
    key = claim(lake, settings.key_file)
    connection = connection or connect(settings)
    data = shown(lake, key, task, rows)
    if purpose == TEACH:
        data = _with_places(rows, data)
    said = _said(settings, task, rows, data, model) if purpose == TEACH else [None] * len(rows)
    is_answered = _answered(lake, rows) if purpose in (ESTIMATE, TEACH) else np.zeros(len(rows), dtype=bool)
    waiting: dict[int, list[dict[str, Any]]] = {}
    for row, shown_to_people, answer in zip(rows.to_dict("records"), data, said, strict=True):
        if shown_to_people is not None:
            people = 2 if row["is_doubled"] and _has_doubled(rows) else 1
            predictions = {"predictions": [answer]} if answer else {}
            waiting.setdefault(people, []).append({"data": shown_to_people, **predictions})
    answered = {told["key"] for told, known in zip(data, is_answered, strict=True) if told and known}
    done = _Handed(connection, task, purpose, fingerprint(key), owner, answered, progress)
    with FileLock(settings.data_folder / ".push.lock"):
        _patiently(lambda: done.hand_over(waiting), connection, patience, progress)
        if purpose == TEACH:
            _patiently(
                lambda: follow_model(settings, task, connection=connection), connection, patience, progress
            )
    return {
        "task": task.name,
        "purpose": purpose,
        "pushed": done.total - done.there,
        "there": done.there,
        "gone": sum(1 for one in data if one is None),
        "projects": done.projects,
    }


class _Handed:
    """A queue on its way: what was there before, and the projects it went to."""

    def __init__(
        self,
        connection: Connection,
        task: Task,
        purpose: str,
        lake: str,
        owner: str,
        answered: set[str],
        progress: Progress,
    ):
        self.connection, self.task, self.purpose = connection, task, purpose
        self.lake, self.owner, self.answered, self.progress = lake, owner, answered, progress
        self.total = self.there = 0
        self.projects: list[dict[str, Any]] = []
        self._before: set[str] | None = None

    def hand_over(self, waiting: Mapping[int, Sequence[dict[str, Any]]]) -> None:
        """Put what is not there yet where so many people answer it; may be called again at any point."""
        keys = {one["data"]["key"] for tasks in waiting.values() for one in tasks}
        known = self._known() | self.answered
        self._before = known if self._before is None else self._before
        self.total, self.there = len(keys), len(keys & self._before)
        self.projects = []
        for people, tasks in sorted(waiting.items()):
            place = Place(self.task.name, self.purpose, people, self.lake)
            project = open_project(self.connection, self.task, place, self.owner)
            self._fill(project, [one for one in tasks if one["data"]["key"] not in known])
            now = projects_of(self.connection, self.task.name, self.lake)[place]
            url = link(self.connection, now, self.purpose)
            self.projects.append({"title": now.title, "url": url, "tasks": now.tasks})

    def _fill(self, project: Project, tasks: Sequence[dict[str, Any]]) -> None:
        for start in range(0, len(tasks), _CHUNK):
            add_tasks(self.connection, project.number, tasks[start : start + _CHUNK])
            done = min(start + _CHUNK, len(tasks))
            self.progress(done / len(tasks), f"{done:,} of {len(tasks):,} posts handed over")

    def _known(self) -> set[str]:
        """Keys that are there; a mention is in one queue of a task only, but for what is settled anew.

        What was picked by hand keeps nothing from a drawn sample, which would else lose what drew the eye.
        """
        known: set[str] = set()
        for place, project in projects_of(self.connection, self.task.name, self.lake).items():
            is_alike = (place.purpose == SETTLE) == (self.purpose == SETTLE)
            if is_alike and (place.purpose != PICK or self.purpose == PICK):
                known |= known_keys(self.connection, project.number).keys()
        return known


def _answered(lake: Lake, rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Which mentions were judged for their sample already, by as many people as are asked."""
    columns = [*KEY, "sample_id"]
    where = "sample_id IS NOT NULL AND strategy <> 'gold'"
    labels = lake.read("labels", [*columns, "annotator"], where=where).to_pandas()
    people = labels.groupby(columns)["annotator"].nunique().rename("people")
    wanted = np.where(rows["is_doubled"].astype(bool) & _has_doubled(rows), 2, 1)
    found = rows[columns].join(people, on=columns)["people"].fillna(0).to_numpy()
    return np.asarray(found >= wanted)


def _patiently(act: Callable[[], Any], connection: Connection, patience: float, progress: Progress) -> None:
    """Do it again whenever the server fell silent and came back.

    Whether the last posts arrived, the server alone knows: what is done again begins by asking.
    """
    until = time.monotonic() + patience
    while True:
        try:
            act()
            return
        except LostServerError:
            if time.monotonic() > until:
                raise
        progress(0.0, "waiting for Label Studio, which fell silent")
        while not answers(connection.url) and time.monotonic() < until:
            time.sleep(0.5)


def _said(
    settings: Settings,
    task: Task,
    rows: pd.DataFrame,
    data: Sequence[Mapping[str, Any] | None],
    model: str,
) -> list[dict[str, Any] | None]:
    """What the model says of each row; gold items too, or they would be told by its silence."""
    columns = [PROBABILITY + label for label in task.labels]
    if not model or any(name not in rows for name in columns):
        return [None] * len(rows)
    said = rows[columns].astype(float)
    is_gold = (rows["strategy"] == "gold").to_numpy()
    if said[~is_gold].isna().all(axis=None):  # it reads none of their languages
        return [None] * len(rows)
    reader = model_in_use(settings, task.name) if is_gold.any() else None
    if reader is not None and reader.name == model:
        shown_gold = [one for one, gold in zip(data, is_gold, strict=True) if gold and one is not None]
        read = reader.classify([one["text"] for one in shown_gold], [one["brand"] for one in shown_gold])
        said.loc[is_gold, columns] = pd.DataFrame(read, columns=list(reader.labels))[
            list(task.labels)
        ].to_numpy()
    records: list[Any] = said.to_dict("records")
    thresholds = thresholds_of_model(settings, task.name, model)
    return [
        prediction(task, one, model, thresholds, (told or {}).get(PLACE))
        for one, told in zip(records, data, strict=True)
    ]


def _with_places(rows: pd.DataFrame, data: Sequence[dict[str, Any] | None]) -> list[dict[str, Any] | None]:
    """What people see, with its place in the queue: the most useful is served first, whatever model reads it later.

    A queue of what a model is unsure of has none: it is served by what the model in use is unsure of by then.
    """
    if "uncertainty" in set(rows["strategy"]):
        return list(data)
    return [told and {**told, PLACE: number / len(rows)} for number, told in enumerate(data)]


def _has_doubled(rows: pd.DataFrame) -> bool:
    """Whether posts are asked twice at all: a gold item alone among two people would be known for one."""
    return bool((rows["is_doubled"].astype(bool) & (rows["strategy"] != "gold")).any())
