"""What the labels of a task mean, in words: their names, and the categories of tickets that stand for them."""

from workbench.labels.tasks import Task, load_task, tasks_folder
from workbench.settings import Settings


def taxonomy(settings: Settings, task: str = "intents") -> dict[str, str]:
    """Words of each label of a task, by its name.

    Raises
    ------
    WorkbenchError
        There is no such task.
    """
    return meanings_of(load_task(task, tasks_folder(settings)))


def meanings_of(task: Task) -> dict[str, str]:
    """Words of each label, for laying topics beside them.

    Examples
    --------
    >>> task = Task("t", "T", ("churn_threat", "other"), (), True, "", "", {"Cancellation": ("churn_threat",)}, ())
    >>> meanings_of(task)
    {'churn_threat': 'churn threat, Cancellation'}
    """
    # "Other" means whatever the others do not, and a text near to the word is not for that near to it.
    named = [label for label in task.labels if label != "other"]
    return {label: ", ".join([label.replace("_", " "), *_categories(task, label)]) for label in named}


def _categories(task: Task, label: str) -> list[str]:
    """Categories that stand for this label and no other."""
    return [category for category, labels in task.tickets.items() if labels == (label,)]
