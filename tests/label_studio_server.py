"""A real Label Studio for tests: installed once into this environment, its database made once a session.

Every test has a lake and projects of its own. Where Label Studio is not installed and there is no network, tests
skip and say why.
"""

import functools
import shutil
import socket
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from unit.labelling import filled, frame_of

from workbench.labels.connection import Connection, connect
from workbench.labels.label_studio import Project, judged_tasks, open_tasks
from workbench.labels.projects import Place, projects_of
from workbench.labels.pulling import pull
from workbench.labels.pushing import push
from workbench.labels.queues import draw_queue
from workbench.labels.server import down, up
from workbench.labels.server_environment import NotInstallableError, install
from workbench.labels.tasks import Task, load_task
from workbench.privacy.pseudonyms import fingerprint
from workbench.settings import Settings, parse_settings
from workbench.store.lake import Lake
from workbench.store.schema import claim

TASKS = Path(__file__).parents[1] / "labeling"


@dataclass
class World:
    """A lake with posts, and the Label Studio whose people judge them."""

    settings: Settings
    lake: Lake

    @property
    def connection(self) -> Connection:
        return connect(self.settings)

    def push(self, rows: pd.DataFrame, name: str = "sentiment", **options: Any) -> dict[str, Any]:
        return push(self.settings, rows, task(name), **options)

    def pull(self, name: str = "sentiment", **options: Any) -> dict[str, Any]:
        return pull(self.settings, task(name), **options)

    def projects(self, name: str = "sentiment") -> dict[Place, Project]:
        key = claim(self.lake, self.settings.key_file)
        return projects_of(self.connection, name, fingerprint(key))

    def project(self, name: str = "sentiment", purpose: str = "estimation", people: int = 1) -> Project:
        return next(
            p
            for place, p in self.projects(name).items()
            if (place.purpose, place.people) == (purpose, people)
        )

    def open(self, project: Project) -> list[Any]:
        """Tasks that nobody has judged, in the order of the queue."""
        return sorted(open_tasks(self.connection, project.number), key=lambda one: one.id)

    def judged(self, project: Project) -> list[Any]:
        return judged_tasks(self.connection, project)

    def keys(self) -> list[str]:
        """Keys of all tasks of this lake on the server, as often as they are there."""
        found: list[str] = []
        for name in ("sentiment", "intents"):
            for project in self.projects(name).values():
                pages = self.connection.api.tasks.list(project=project.number, fields="task_only")
                found += [one.data["key"] for one in pages]
        return found

    def judge(self, number: int, result: list[dict], **more: Any) -> int:
        """Submit an answer as Label Studio's page does; gives its number."""
        return self.connection.api.annotations.create(id=number, result=result, **more).id

    def labels(self) -> pd.DataFrame:
        columns = ["post_id", "annotation_id"]
        return self.lake.read("labels").to_pandas().sort_values(columns, ignore_index=True)

    def erase(self, *post_ids: str) -> None:
        gone = pa.table({"post_id": list(post_ids)})
        for table in ("posts", "mentions"):
            self.lake.delete(table, gone)

    @property
    def database(self) -> Path:
        return self.settings.data_folder / "label_studio" / "data" / "label_studio.sqlite3"

    def in_database(self, statement: str, *values: Any) -> None:
        """Change something behind the server's back, as a kill at the wrong moment does."""
        with sqlite3.connect(self.database, timeout=60) as database:
            database.execute(statement, values)


def settings_in(folder: Path, port: int) -> Settings:
    content = {
        "labeling": {"port": port, "folder": str(TASKS)},
        "brands": {"Acme": {"accounts": ["acme"]}},
    }
    return parse_settings(content, folder)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@functools.cache
def made_database(folder: Path) -> Path:
    """A folder of a Label Studio that was started once: making its database takes a minute."""
    try:
        install()
    except NotInstallableError as error:
        pytest.skip(str(error))
    settings = settings_in(folder / "label-studio", free_port())
    up(settings)
    down(settings)
    return settings.data_folder / "label_studio"


def with_database(database: Path, folder: Path) -> Settings:
    """Settings of a Label Studio that is not started, with a copy of that database."""
    settings = settings_in(folder, free_port())
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(database, settings.data_folder / "label_studio")
    return settings


@functools.cache
def shared_server(folder: Path) -> Settings:
    """Settings of a Label Studio that runs for the whole session."""
    settings = with_database(made_database(folder), Path(tempfile.mkdtemp(prefix="shared-", dir=folder)))
    up(settings)
    return settings


def world_on(server: Settings, folder: Path, posts: int = 40, **columns: Any) -> World:
    """A lake of its own, with a key of its own, whose people use that server."""
    root = str(folder / "lake")
    settings = server.model_copy(update={"lake": server.lake.model_copy(update={"root": root})})
    # Another key, another lake: the projects of two tests on one server never meet.
    settings = _Elsewhere.model_validate(
        {**settings.model_dump(), "folder": server.folder, "key": folder / "key"}
    )
    return World(settings, filled(folder, posts, **columns))


class _Elsewhere(Settings):
    key: Path

    @property
    def key_file(self) -> Path:
        return self.key


def queue(world: World, name: str = "sentiment", strategy: str = "random", size: int = 10, seed: int = 1):
    """A queue drawn from the lake and written down, without gold items."""
    asked = task(name)
    asked = Task(**{**asked.__dict__, "gold": ()})
    return draw_queue(
        world.lake, world.settings, frame_of(world.lake), asked, strategy=strategy, size=size, seed=seed
    ).rows


def task(name: str) -> Task:
    return load_task(name, TASKS)


def chosen(name: str, *labels: str, comment: str = "") -> list[dict]:
    """What Label Studio keeps of an answer."""
    said = [_part(name, "choices", list(labels))] if labels else []
    return said + ([_part("comment", "textarea", [comment], "text")] if comment else [])


def _part(name: str, kind: str, values: list[str], place: str = "") -> dict:
    return {"from_name": name, "to_name": "text", "type": kind, "value": {place or kind: values}}
