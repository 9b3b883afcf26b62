"""After another model was put in use: the queues of Label Studio show what it says."""

from workbench.cli.output import console
from workbench.settings import Settings


def show_model_in_use(settings: Settings, task: str) -> None:
    """Let the teaching queues of a task follow, and say so."""
    from workbench.labels.following import follow_where_it_runs

    if told := follow_where_it_runs(settings, task):
        console.print(told)
