"""What goes to Label Studio and what comes back, held to the task: its server itself accepts anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.labels.frames import KEY
from workbench.labels.judgements import NOT
from workbench.labels.tasks import NONE, Task

PROBABILITY = "probability_"
PLACE = "place_in_queue"
COMMENT = "comment"

# Why an answer is not taken, as a sentence for whoever can mend it.
EMPTY = "no answer was chosen"
UNKNOWN = "a label that the task does not have"
SEVERAL = "two answers where one is allowed"
CONTRADICTION = "an answer that excludes all others stands beside others"
NO_LIST = "what was saved is no answer to the question"
ERASED = "the post was erased, or no longer mentions the brand"
RETIRED = "it is a made-up post that the task no longer has"
FOREIGN = "the task was not handed over from this lake"
MEND = {
    EMPTY: "Open the task, choose an answer and press Update.",
    UNKNOWN: "Choose one of the task's labels, or add the label to labeling/ if it is meant.",
    SEVERAL: "Open the task and choose one.",
    CONTRADICTION: "Open the task and take back one or the other.",
    NO_LIST: "Open the task and answer it in Label Studio.",
    ERASED: "Nothing is to be done; the answer is not taken. workbench labels pull --remove-erased removes the text.",
    RETIRED: "Nothing is to be done; what was answered before stays.",
    FOREIGN: "Posts are handed over with workbench labels push.",
}


@dataclass(frozen=True)
class Answer:
    """What a person said: the labels as rows of the table `labels` hold them, and a remark."""

    labels: tuple[str, ...]
    comment: str


def read_answer(task: Task, result: Any) -> Answer | str:
    """The answer in an annotation, or why it is none.

    Parameters
    ----------
    task
        What was asked.
    result
        The list that Label Studio keeps of an annotation.

    Returns
    -------
    The answer. Of a task with several labels, every label of the task is a row: by its name where it holds,
    with ``not:`` before it where it was looked at and does not hold. Else one of the reasons above.

    Examples
    --------
    >>> from pathlib import Path
    >>> from workbench.labels.tasks import load_task
    >>> task = load_task("sarcasm", Path("labeling"))
    >>> chosen = {"from_name": "sarcasm", "type": "choices", "value": {"choices": ["literal"]}}
    >>> read_answer(task, [chosen])
    Answer(labels=('literal',), comment='')
    >>> read_answer(task, [])
    'no answer was chosen'
    """
    if not isinstance(result, list) or not all(isinstance(part, dict) for part in result):
        return NO_LIST
    chosen = _values(result, task.name, "choices")
    if chosen is None:
        return NO_LIST
    chosen = list(dict.fromkeys(chosen))
    if not chosen:
        return EMPTY
    if any(label not in (*task.labels, *task.answers) for label in chosen):
        return UNKNOWN
    if len(chosen) > 1 and not task.is_multi_label:
        return SEVERAL
    if len(chosen) > 1 and any(label in task.answers for label in chosen):
        return CONTRADICTION
    comment = " ".join(str(line) for line in _values(result, COMMENT, "text") or [])
    return Answer(_rows(task, chosen), comment.strip())


def prediction(
    task: Task,
    probabilities: Mapping[str, float],
    model: str,
    thresholds: Mapping[str, float],
    place: float | None = None,
) -> dict[str, Any] | None:
    """A model's answer as Label Studio shows it, None where the model has none.

    Of several labels those are shown whose probability reaches the model's own threshold (`thresholds`, by label, 0–1),
    as everywhere else; one half where it has none. Label Studio serves the lowest score first: the score is the place
    of the post in its queue (`PLACE`, 0 the most useful, below 1), and of a queue without places how sure the model is.
    """
    said = {label: float(probabilities[PROBABILITY + label]) for label in task.labels}
    if any(np.isnan(value) for value in said.values()):
        return None
    if task.is_multi_label:
        holds = [label for label, value in said.items() if value >= thresholds.get(label, 0.5)]
        score = min(max(value, 1 - value) for value in said.values())
        holds = holds or ([NONE] if NONE in task.answers else [])
    else:
        holds = [max(said, key=said.__getitem__)]
        score = said[holds[0]]
    chosen = {"from_name": task.name, "to_name": "text", "type": "choices", "value": {"choices": holds}}
    return {"model_version": model, "score": score if place is None else place, "result": [chosen]}


def check_rows(rows: pd.DataFrame, task: Task) -> None:
    """Refuse a queue that cannot be handed over.

    Raises
    ------
    WorkbenchError
        A column is missing, a mention stands there twice, or a probability is none.
    """
    needed = [*KEY, "sample_id", "strategy", "is_doubled", "is_distressing"]
    if missing := [name for name in needed if name not in rows]:
        raise WorkbenchError(f"the queue has no column {', '.join(missing)}: expected {', '.join(needed)}.")
    if again := int(rows.duplicated(KEY).sum()):
        raise WorkbenchError(
            f"{again:,} of {len(rows):,} rows of the queue repeat a mention. Each is asked about once."
        )
    said = [name for name in map(str, rows) if name.startswith(PROBABILITY)]
    if not said:
        return
    expected = [PROBABILITY + label for label in task.labels]
    if sorted(said) != sorted(expected):
        found = ", ".join(name.removeprefix(PROBABILITY) for name in said)
        raise WorkbenchError(
            f"the queue brings what a model says of {found}, and the task '{task.name}' has the labels "
            f"{', '.join(task.labels)}. Train a model of these labels."
        )
    values = rows[expected].to_numpy(dtype=np.float64)
    if ((values < 0) | (values > 1)).any():
        raise WorkbenchError("the queue holds a probability that is not from 0 to 1.")


def _rows(task: Task, chosen: Sequence[str]) -> tuple[str, ...]:
    if not task.is_multi_label or (chosen[0] in task.answers and chosen[0] != NONE):
        return tuple(chosen)
    return tuple(label if label in chosen else NOT + label for label in task.labels)


def _values(result: Sequence[Mapping[str, Any]], name: str, kind: str) -> list[str] | None:
    """All that was said at one place of the interface; None where it cannot be read."""
    found: list[str] = []
    for part in result:
        if part.get("from_name") != name:
            continue
        value = part.get("value")
        said = value.get(kind) if isinstance(value, dict) else None
        said = [said] if isinstance(said, str) else said
        if not isinstance(said, list) or not all(isinstance(word, str) for word in said):
            return None
        found += said
    return found
