"""Teaching projects follow the model in use: on promotion, what is still open is read by the new one."""

from collections.abc import Sequence
from typing import Any

from workbench.errors import WorkbenchError
from workbench.labels.connection import Connection, connect
from workbench.labels.label_studio import Project, add_predictions, open_tasks, update_project
from workbench.labels.model_answers import model_in_use, predictions_of
from workbench.labels.projects import TEACH, projects_of
from workbench.labels.server import address
from workbench.labels.tasks import Task, load_task, task_names, tasks_folder
from workbench.models.classifier import Classifier
from workbench.privacy.pseudonyms import fingerprint
from workbench.progress import Progress, silent
from workbench.settings import Settings
from workbench.store.schema import claim, open_lake

_CHUNK = 200


def follow_model(
    settings: Settings,
    task: Task | str,
    *,
    connection: Connection | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Show in the teaching projects of a task what the model in use says; run again, it adds what is lacking.

    Returns
    -------
    ``task``, ``model`` and ``predictions``, how many were added to open posts.

    Raises
    ------
    WorkbenchError
        The task has no model, or one of other labels; or the server does not answer.
    """
    task = load_task(task, tasks_folder(settings)) if isinstance(task, str) else task
    model = model_in_use(settings, task.name)
    if model is None:
        return {"task": task.name, "model": None, "predictions": 0}
    if set(model.labels) != set(task.labels):
        raise WorkbenchError(
            f"model {model.name} knows the labels {', '.join(model.labels)}, and the task '{task.name}' has "
            f"{', '.join(task.labels)}. Train one of these labels."
        )
    connection = connection or connect(settings)
    lake = fingerprint(claim(open_lake(settings), settings.key_file))
    added = 0
    for place, project in projects_of(connection, task.name, lake).items():
        if place.purpose == TEACH and project.model_version != model.name:
            read, new = _read_again(connection, project, task, model, progress)
            added += new
            if read + new:
                # Last, so that people never see a model's name without its answers; without any it would be refused.
                update_project(connection, project.number, {"model_version": model.name})
    return {"task": task.name, "model": model.name, "predictions": added}


def follow_where_it_runs(settings: Settings, task: str) -> str:
    """As `follow_model`, where Label Studio runs and has the task; in words what came of it, or nothing.

    Another model is in use whether or not people see its answers: what goes wrong is told and stops nothing.
    """
    if address(settings) is None or task not in task_names(tasks_folder(settings)):
        return ""
    try:
        told = follow_model(settings, task)
    except WorkbenchError as error:
        return f"The teaching queues still show the model before: {error} Later: workbench labels follow --task {task}."
    if not told["predictions"]:
        return ""
    return f"The teaching queues now show what {told['model']} says of {told['predictions']:,} open posts."


def _read_again(
    connection: Connection, project: Project, task: Task, model: Classifier, progress: Progress
) -> tuple[int, int]:
    """How many open posts have an answer of the model already, and how many get one now."""
    found = open_tasks(connection, project.number)
    waiting = [one for one in found if not _is_read(one, model.name)]
    added = 0
    for start in range(0, len(waiting), _CHUNK):
        part = waiting[start : start + _CHUNK]
        said = _predictions(part, task, model)
        if said:  # else all are of languages that the model does not read
            add_predictions(connection, project.number, said)
        added += len(said)
        progress((start + len(part)) / len(waiting), f"{start + len(part):,} posts read by {model.name}")
    return len(found) - len(waiting), added


def _is_read(waiting: Any, model: str) -> bool:
    return any(said.model_version == model for said in waiting.predictions or ())


def _predictions(waiting: Sequence[Any], task: Task, model: Classifier) -> list[dict[str, Any]]:
    said = predictions_of(task, model, [one.data or {} for one in waiting])
    return [{"task": one.id, **answer} for one, answer in zip(waiting, said, strict=True) if answer]
