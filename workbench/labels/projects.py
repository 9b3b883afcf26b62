"""The projects of a task in Label Studio: what estimates and what teaches never share one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nbconvert.filters import markdown2html

from workbench.errors import WorkbenchError
from workbench.labels.connection import Connection
from workbench.labels.label_studio import Project, create_project, list_projects, ordered_view, update_project
from workbench.labels.tasks import Task
from workbench.tables.strategies import ADJUDICATION, ESTIMATION, PICKED

ESTIMATE, TEACH, SETTLE, PICK = "estimation", "teaching", ADJUDICATION, PICKED
_TITLES = {ESTIMATE: "to estimate", TEACH: "to teach", SETTLE: "disputed", PICK: "picked by hand"}
_WORDS = {
    ESTIMATE: "Drawn at random and answered blind: figures rest on these.",
    TEACH: "Picked because a model learns most from them, shown with its answer: correct it where it is wrong.",
    SETTLE: "People differed on these: read afresh and decide.",
    PICK: "Somebody who read them picked these by hand: a model learns from them, no figure rests on them.",
}
_SAMPLING = {
    # In the order of the queue, which is random: whenever one stops, what was answered is a random part.
    ESTIMATE: "Sequential sampling",
    TEACH: "Uncertainty sampling",
    SETTLE: "Sequential sampling",
    PICK: "Sequential sampling",
}
_MARK = re.compile(r"\[workbench/(?P<task>[^/\]]+)/(?P<purpose>\w+)/(?P<people>\d)/(?P<lake>[0-9a-f]+)\]")
_VIEW = "Most useful first"


@dataclass(frozen=True)
class Place:
    """Which project is meant: by task, purpose, how many people answer each post, and whose lake it serves."""

    task: str
    purpose: str
    people: int
    lake: str

    @property
    def mark(self) -> str:
        """What stands in the project's description, so that it is found again whatever its title."""
        return f"[workbench/{self.task}/{self.purpose}/{self.people}/{self.lake}]"


def purpose_of(strategies: Sequence[str]) -> str:
    """What a queue is for: to estimate, to teach, to settle, or to learn from what was picked by hand.

    Raises
    ------
    WorkbenchError
        It mixes what estimates with what does not.
    """
    kinds = {name for name in strategies if name != "gold"}
    if kinds and kinds <= set(ESTIMATION):
        return ESTIMATE
    if kinds in ({SETTLE}, {PICK}):
        return kinds.pop()
    if not kinds or kinds & {*ESTIMATION, SETTLE, PICK}:
        raise WorkbenchError(
            f"a queue mixes {', '.join(sorted(kinds)) or 'nothing but gold items'}: what estimates, what teaches and "
            "what is disputed are labelled apart. Hand them over one by one."
        )
    return TEACH


def place_of(project: Project) -> Place | None:
    """Where a project belongs; None for one that is not ours."""
    found = _MARK.search(project.description)
    return Place(found["task"], found["purpose"], int(found["people"]), found["lake"]) if found else None


def projects_of(connection: Connection, task: str, lake: str) -> dict[Place, Project]:
    """The projects of a task and lake; of two for one place, as two machines may make them, the older."""
    found: dict[Place, Project] = {}
    for project in list_projects(connection):
        place = place_of(project)
        if place is not None and place.task == task and place.lake == lake:
            found.setdefault(place, project)
    return found


def open_project(connection: Connection, task: Task, place: Place, owner: str = "") -> Project:
    """The project of a place, made if need be, asking what the task asks now.

    Raises
    ------
    WorkbenchError
        Label Studio does not accept the task's interface, for instance because labels that were given are no
        longer in it.
    """
    wanted = _settings(task, place)
    project = projects_of(connection, task.name, place.lake).get(place)
    if project is None:
        project = create_project(connection, {"title": _title(task, place, owner), **wanted})
        # Another machine may have made one at the same moment: both go on with the older.
        project = projects_of(connection, task.name, place.lake).get(place, project)
    else:
        update_project(connection, project.number, wanted)
    return project


def link(connection: Connection, project: Project, purpose: str) -> str:
    """Address at which people start to label, the most useful first where that is wanted."""
    address = f"{connection.url}/projects/{project.number}/data?labeling=1"
    if purpose != TEACH:
        return address
    # The sampling orders what "next" gives, the tab what "Label All Tasks" gives.
    view = ordered_view(connection, project.number, _VIEW, "tasks:predictions_score")
    return f"{address}&tab={view}"


def _settings(task: Task, place: Place) -> dict[str, Any]:
    return {
        "description": f"{_WORDS[place.purpose]} {place.mark}",
        "label_config": task.config,
        "expert_instruction": _html(task.instructions),
        "show_instruction": True,
        "show_skip_button": True,
        # What one person skips is offered to others, and not to the same again.
        "skip_queue": "REQUEUE_FOR_OTHERS",
        "enable_empty_annotation": False,
        "show_collab_predictions": place.purpose == TEACH,
        "maximum_annotations": place.people,
        "sampling": _SAMPLING[place.purpose],
    }


def _html(markdown: str) -> str:
    return re.sub(r'<a class="anchor-link".*?</a>', "", markdown2html(markdown))


def _title(task: Task, place: Place, owner: str) -> str:
    """Fifty letters at most: whose it is stands first, and before what may be cut how many people answer."""
    what = (task.title, _TITLES[place.purpose])
    parts = (owner[:30], _crowd(place.people), *what) if owner else (*what, _crowd(place.people))
    return " · ".join(part for part in parts if part)[:50]


def _crowd(people: int) -> str:
    return "two people each" if people > 1 else ""
