"""What people are asked: a task is a folder entry of `labeling/`, data and not code.

`<task>.xml` is the Label Studio interface, `<task>.md` the instruction to labellers, `<task>.toml` the labels,
the answers that are no label, the categories of support tickets that stand for labels, and gold items.
"""

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.errors import WorkbenchError, did_you_mean
from workbench.settings import Settings
from workbench.tables.judgements import CANNOT_TELL as CANNOT_TELL
from workbench.tables.judgements import IRRELEVANT as IRRELEVANT
from workbench.tables.judgements import MIXED as MIXED
from workbench.tables.judgements import NONE as NONE

_PACKAGED = Path(__file__).parents[2] / "labeling"
STYLE = "style.css"  # how all tasks look; put where an interface says <Style/>

# What a person may say instead of a label of the task.
ANSWERS = {
    IRRELEVANT: "the post is not about the brand",
    MIXED: "good and bad in equal parts",
    CANNOT_TELL: "nobody could say from what is shown",
    NONE: "none of the labels holds",
}


@dataclass(frozen=True)
class Gold:
    """An invented post whose answer is known: it shows whether people read before they answer.

    `labels` are those that hold; none where the answer is that none does.
    """

    identity: str
    text: str
    brand: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Task:
    """One thing that people are asked about a mention.

    `labels` are classes, `answers` what may be said instead; `tickets` maps the category of a support
    ticket, as its system writes it, to the labels it stands for.
    """

    name: str
    title: str
    labels: tuple[str, ...]
    answers: tuple[str, ...]
    is_multi_label: bool
    config: str
    instructions: str
    tickets: dict[str, tuple[str, ...]]
    gold: tuple[Gold, ...]


class _Gold(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str
    brand: str
    label: str | list[str]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str
    labels: list[str] = Field(min_length=2)
    answers: list[str] = []
    multi_label: bool = False
    tickets: dict[str, str | list[str]] = {}
    gold: list[_Gold] = []


def tasks_folder(settings: Settings) -> Path:
    """The folder of the tasks: that of the settings, else the one that comes with the workbench."""
    own = settings.labeling_folder
    return own if own.is_dir() else _PACKAGED


def task_names(folder: Path) -> list[str]:
    """Names of the tasks there are: those of the folder, and those that come with the workbench."""
    return sorted({file.stem for place in (folder, _PACKAGED) for file in place.glob("*.toml")})


def load_task(name: str, folder: Path) -> Task:
    """A task, checked whole: its interface offers exactly its labels and answers.

    Parameters
    ----------
    name
        For instance "sentiment".
    folder
        Where the tasks are; see `tasks_folder`. One that is not there is the one that comes with the workbench.

    Raises
    ------
    WorkbenchError
        There is no such task, or one of its three files is wrong.
    """
    names = task_names(folder)
    if name not in names:
        raise WorkbenchError(
            f"there is no task '{name}' in {folder}.{did_you_mean(name, names)} Tasks: {', '.join(names) or 'none'}."
        )
    folder = folder if (folder / f"{name}.toml").is_file() else _PACKAGED
    file = folder / f"{name}.toml"
    said = _parse(file)
    known = set(said.labels)
    style = folder / STYLE if (folder / STYLE).is_file() else _PACKAGED / STYLE
    task = Task(
        name=name,
        title=said.title,
        labels=tuple(said.labels),
        answers=tuple(said.answers),
        is_multi_label=said.multi_label,
        config=_text(folder / f"{name}.xml").replace("<Style/>", f"<Style>{_text(style)}</Style>"),
        instructions=_text(folder / f"{name}.md"),
        tickets={category: _labels(labels) for category, labels in said.tickets.items()},
        gold=tuple(_gold(name, item) for item in said.gold),
    )
    _check_words(file, "answers", task.answers, set(ANSWERS))
    for item in said.gold:
        _check_words(file, "gold", _labels(item.label), known | set(task.answers))
    for category, labels in task.tickets.items():
        _check_words(file, f"tickets.{category}", labels, known)
    _check_interface(folder / f"{name}.xml", task)
    return task


def _parse(file: Path) -> _File:
    try:
        return _File.model_validate(tomllib.loads(_text(file)))
    except tomllib.TOMLDecodeError as error:
        raise WorkbenchError(f"{file} is not valid TOML: {error}.") from None
    except ValidationError as invalid:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in invalid.errors())
        raise WorkbenchError(f"{file} is no labelling task: {wrong}.") from None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise WorkbenchError(f"{file} is missing: a task is three files, .toml, .xml and .md.") from None


def _labels(said: str | list[str]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)


def _gold(task: str, item: _Gold) -> Gold:
    digest = hashlib.sha256(item.text.encode()).hexdigest()[:12]
    labels = tuple(label for label in _labels(item.label) if label != NONE)
    return Gold(f"gold:{task}-{digest}", item.text, item.brand, labels)


def _check_words(file: Path, where: str, words: tuple[str, ...], known: set[str]) -> None:
    for word in words:
        if word not in known:
            raise WorkbenchError(
                f"{file}, {where}: '{word}' is none of {', '.join(sorted(known))}.{did_you_mean(word, known)}"
            )


def _check_interface(file: Path, task: Task) -> None:
    """The interface asks what the task says, or labels would come back that nobody knows."""
    try:
        root = ElementTree.fromstring(task.config)
    except ElementTree.ParseError as error:
        raise WorkbenchError(f"{file} is not valid XML: {error}.") from None
    choices = root.find(f".//Choices[@name='{task.name}']")
    if choices is None:
        raise WorkbenchError(f'{file} has no <Choices name="{task.name}">, where the answer is given.')
    offered = [_word(choice) for choice in choices.iter("Choice")]
    expected = [*task.labels, *task.answers]
    if sorted(offered) != sorted(expected):
        raise WorkbenchError(
            f"{file} offers {', '.join(sorted(offered))}, and the task has {', '.join(sorted(expected))}."
        )
    wanted = "multiple" if task.is_multi_label else "single"
    if choices.get("choice", "single") != wanted:
        raise WorkbenchError(f'{file}: <Choices name="{task.name}"> needs choice="{wanted}".')
    keys: list[Any] = [choice.get("hotkey") for choice in choices.iter("Choice")]
    if None in keys or len(set(keys)) != len(keys):
        raise WorkbenchError(f"{file}: every <Choice> needs a hotkey of its own.")


def _word(choice: ElementTree.Element) -> str:
    return choice.get("alias") or choice.get("value") or ""
