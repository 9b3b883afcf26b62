"""How far the queues in Label Studio are labelled."""

from typing import Any

from workbench.labels.connection import Connection, connect
from workbench.labels.label_studio import list_projects
from workbench.labels.projects import place_of
from workbench.privacy.pseudonyms import fingerprint
from workbench.settings import Settings
from workbench.store.schema import claim, open_lake


def standing(settings: Settings, connection: Connection | None = None) -> list[dict[str, Any]]:
    """One row a queue of this lake.

    Returns
    -------
    ``task``, ``purpose``, ``people`` (how many answer each post), ``posts``, ``labelled``, ``judgements``, ``skipped``,
    ``model`` (whose answers are shown), ``url``.
    """
    connection = connection or connect(settings)
    lake = fingerprint(claim(open_lake(settings), settings.key_file))
    found = [(place_of(project), project) for project in list_projects(connection)]
    return [
        {
            "task": place.task,
            "purpose": place.purpose,
            "people": place.people,
            "posts": project.tasks,
            "labelled": project.labelled,
            "judgements": project.annotations,
            "skipped": project.skipped,
            "model": project.model_version or None,
            "url": f"{connection.url}/projects/{project.number}/data?labeling=1",
        }
        for place, project in found
        if place is not None and place.lake == lake
    ]
