"""After another model was put in use: the queues of Label Studio show what it says."""

from workbench.cli.output import console
from workbench.errors import WorkbenchError
from workbench.settings import Settings


def show_model_in_use(settings: Settings, task: str) -> None:
    """Let the teaching queues of a task follow, where Label Studio runs; why not is told and stops nothing."""
    from workbench.labels.following import follow_model
    from workbench.labels.server import address
    from workbench.labels.tasks import task_names, tasks_folder

    if address(settings) is None or task not in task_names(tasks_folder(settings)):
        return
    try:
        told = follow_model(settings, task)
    except WorkbenchError as error:
        console.print(
            f"The teaching queues still show the model before: {error} Later: workbench labels follow --task {task}."
        )
        return
    if told["predictions"]:
        console.print(
            f"The teaching queues now show what {told['model']} says of {told['predictions']:,} open posts."
        )
