"""The share for which labels are planned."""

from typing import Any

import narwhals as nw

from workbench.errors import WorkbenchError, did_you_mean
from workbench.labels.tasks import Task
from workbench.statistics.figure import Figure
from workbench.statistics.readings_of_tasks import SENTIMENT, intents_in


def figure_of(mentions: Any, task: Task, label: str = "") -> Figure:
    """The share that is planned for: of negative mentions, or of the first label, unless another is named.

    Raises
    ------
    WorkbenchError
        The task has no such label, or no figure is made of it.
    """
    label = label or ("negative" if "negative" in task.labels else task.labels[0])
    if label not in task.labels:
        raise WorkbenchError(
            f"{task.name} has no label '{label}'.{did_you_mean(label, task.labels)} Labels: {', '.join(task.labels)}."
        )
    known = list(nw.from_native(mentions).collect_schema().names())
    if task.name not in ("sentiment", "intents"):
        raise WorkbenchError(
            f"no figure is made of {task.name}, so that no precision can be planned for it: its labels teach and judge "
            "a model, for which some hundred do. Figures are made of sentiment and intents."
        )
    columns = SENTIMENT if task.name == "sentiment" else intents_in(known)
    if label not in columns.labels:
        raise WorkbenchError(
            f"no model has read the mentions for {task.name} yet. Train one from a first queue, let it read, "
            f"then plan: workbench labels push --task {task.name} --strategy diversity -n 200."
        )
    return Figure(f"share of {label}", "share", {label: 1.0}, columns)
