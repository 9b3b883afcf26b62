"""Label Studio as we speak to it: its projects, tasks and judgements."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from label_studio_sdk.core.api_error import ApiError

from workbench.labels.connection import Connection, answering

_PAGE = 500


@dataclass(frozen=True)
class Project:
    """A project as the server has it; `fingerprint` is the same whoever asks, and no other project's ever."""

    number: int
    title: str
    description: str
    fingerprint: str
    tasks: int
    annotations: int
    labelled: int
    skipped: int
    model_version: str


def list_projects(connection: Connection) -> list[Project]:
    """All projects that one may see, the oldest first."""
    with answering(connection.url):
        pages: Any = connection.api.projects.list()
        found = [_project(project) for project in pages]
    return sorted(found, key=lambda project: project.number)


def create_project(connection: Connection, wanted: Mapping[str, Any]) -> Project:
    """A new project with these settings."""
    with answering(connection.url):
        made: Any = connection.api.projects.create(**wanted)
        return _project(connection.api.projects.get(made.id))


def update_project(connection: Connection, number: int, changes: Mapping[str, Any]) -> None:
    """Give a project other settings, where they differ."""
    with answering(connection.url):
        now = connection.api.projects.get(number)
        if different := {name: value for name, value in changes.items() if getattr(now, name, None) != value}:
            connection.api.projects.update(number, **different)


def ordered_view(connection: Connection, project: int, title: str, ordering: str) -> int:
    """Number of the project's tab of that title, in that order; made if need be."""
    with answering(connection.url):
        for view in connection.api.views.list(project=project):
            if (view.data or {}).get("title") == title:
                return view.id
        data: Any = {"title": title, "ordering": [ordering]}
        return connection.api.views.create(project=project, data=data).id


def known_keys(connection: Connection, project: int) -> dict[str, dt.datetime]:
    """Since when a project has a task of each of our keys; a task that carries none was put there by hand."""
    return first_of_keys(_plain_tasks(connection, project, "id,data,created_at"))


def first_of_keys(tasks: Iterable[Any]) -> dict[str, dt.datetime]:
    """Since when there is a task of each key."""
    newest_first = sorted(tasks, key=lambda task: task.id, reverse=True)
    return {str(task.data["key"]): task.created_at for task in newest_first if (task.data or {}).get("key")}


def task_data(connection: Connection, project: int) -> dict[int, dict[str, Any]]:
    """What each task of a project shows, by its number."""
    return {task.id: task.data or {} for task in _plain_tasks(connection, project, "id,data")}


def change_data(connection: Connection, number: int, data: Mapping[str, Any]) -> None:
    """Let a task show something else; what was said of it stays."""
    with answering(connection.url):
        connection.api.tasks.update(str(number), data=dict(data))


def add_tasks(connection: Connection, project: int, tasks: Sequence[Mapping[str, Any]]) -> None:
    """Put tasks into a project, all or none."""
    request: Any = list(tasks)
    with answering(connection.url):
        connection.api.projects.import_tasks(project, request=request)


def remove_task(connection: Connection, number: int) -> None:
    """Take a task away, with all that was said of it."""
    with answering(connection.url):
        connection.api.tasks.delete(str(number))


def judged_tasks(connection: Connection, project: Project, since: dt.datetime | None = None) -> list[Any]:
    """Tasks with judgements, whole; with `since`, only those that changed after it."""
    items = [_filter("total_annotations", "greater", "Number", 0)]
    if since is not None:
        moment = since.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return _tasks(
            connection, project.number, [*items, _filter("updated_at", "greater", "Datetime", moment)]
        )
    found = _tasks(connection, project.number, items)
    judgements = sum(not one["was_cancelled"] for task in found for one in task.annotations)
    # A server that was killed between saving a judgement and counting it does not list its task.
    return found if judgements >= project.annotations else found + _uncounted(connection, project, found)


def open_tasks(connection: Connection, project: int) -> list[Any]:
    """Tasks that nobody has judged yet, with their predictions."""
    return _tasks(connection, project, [_filter("total_annotations", "equal", "Number", 0)])


def add_predictions(connection: Connection, project: int, predictions: Sequence[Mapping[str, Any]]) -> None:
    """Put predictions beside tasks that are there: `task`, `result`, `score`, `model_version`."""
    request: Any = list(predictions)
    with answering(connection.url):
        connection.api.projects.import_predictions(project, request=request)


def connect_service(
    connection: Connection, project: int, url: str, title: str, login: tuple[str, str]
) -> None:
    """Let a project ask a prediction service; one of that title that it asked before gives way."""
    user, password = login
    with answering(connection.url):
        before: Any = list(connection.api.ml.list(project=project))
        # Where it cannot be reached nothing is made, and the one before stays.
        connection.api.ml.create(
            project=project,
            url=url,
            title=title,
            auth_method="BASIC_AUTH",
            basic_auth_user=user,
            basic_auth_pass=password,
            is_interactive=False,
        )
        for service in before:
            if service.title == title:
                connection.api.ml.delete(service.id)


def people(connection: Connection) -> dict[int, str]:
    """E-mail address of everybody who may sign in, by number; of who was removed it calls all alike."""
    with answering(connection.url):
        users = {user.id: str(user.email) for user in connection.api.users.list()}
    return {number: email for number, email in users.items() if "@" in email}


def _project(found: Any) -> Project:
    # Numbers begin anew in a new database; the moment at which the project was made does not come again.
    born = found.created_at.astimezone(dt.UTC).isoformat()
    return Project(
        number=found.id,
        title=found.title or "",
        description=found.description or "",
        fingerprint=hashlib.sha256(f"{found.id} {born}".encode()).hexdigest()[:12],
        tasks=found.task_number or 0,
        annotations=found.total_annotations_number or 0,
        labelled=found.num_tasks_with_annotations or 0,
        skipped=found.skipped_annotations_number or 0,
        model_version=found.model_version or "",
    )


def _tasks(connection: Connection, project: int, filters: Sequence[Mapping[str, Any]]) -> list[Any]:
    query = json.dumps({"filters": {"conjunction": "and", "items": filters}})
    with answering(connection.url):
        return list(_until_the_end(connection.api.tasks.list(project=project, query=query, page_size=_PAGE)))


def _uncounted(connection: Connection, project: Project, found: Sequence[Any]) -> list[Any]:
    """Tasks with judgements that are not among those found, by looking at every task."""
    known = {task.id for task in found}
    with answering(connection.url):
        pages: Any = connection.api.tasks.list(
            project=project.number, include="id,annotations", page_size=_PAGE
        )
        missing = [one.id for one in _until_the_end(pages) if one.annotations and one.id not in known]
        return [connection.api.tasks.get(str(number)) for number in missing]


def _until_the_end(pages: Any) -> Iterator[Any]:
    """Items of all pages; a page beyond the last is answered as if it were not there."""
    has_begun = False
    try:
        for item in pages:
            has_begun = True
            yield item
    except ApiError as error:
        if error.status_code != 404 or not has_begun:
            raise


def _plain_tasks(connection: Connection, project: int, wanted: str) -> list[Any]:
    with answering(connection.url):
        pages: Any = connection.api.tasks.list(
            project=project, include=wanted, fields="task_only", page_size=_PAGE
        )
        return list(_until_the_end(pages))


def _filter(column: str, operator: str, kind: str, value: Any) -> dict[str, Any]:
    return {"filter": f"filter:tasks:{column}", "operator": operator, "type": kind, "value": value}
