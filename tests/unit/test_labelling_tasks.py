"""Labelling tasks are data: ours are whole, and a wrong one is told what is wrong with it."""

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from workbench.errors import WorkbenchError
from workbench.labels.tasks import load_task, task_names, tasks_folder
from workbench.settings import parse_settings

OURS = tasks_folder(parse_settings({}, folder=Path("/nowhere")))
NAMES = ["intents", "sarcasm", "sensitive", "sentiment"]


@pytest.fixture
def folder(tmp_path):
    """A copy of our tasks, to be spoilt."""
    return shutil.copytree(OURS, tmp_path / "labeling")


def test_the_tasks_there_are():
    assert task_names(OURS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_task_is_whole(name):
    task = load_task(name, OURS)
    root = ElementTree.fromstring(task.config)
    assert root.find(".//TextArea[@name='comment']") is not None
    assert root.find(".//Style").text.strip(), "how it looks is in one file for all"
    values = {value for tag in root.iter() for value in tag.attrib.values()}
    shown = set(re.findall(r"\$(\w+)", " ".join(values)))
    assert shown <= {"text", "brand", "where", "thread", "notice"}
    assert {"text", "thread", "notice"} <= shown
    assert "## Hard cases" in task.instructions
    # A labeller finds every answer in the instructions, under the name it has on the screen.
    for choice in root.iter("Choice"):
        assert f"**{choice.get('value')}**" in task.instructions, choice.get("value")
    assert {"cannot_tell"} <= set(task.answers)
    assert len({item.identity for item in task.gold}) == len(task.gold) >= 4
    assert all(item.brand.lower() in item.text.lower() for item in task.gold)


@pytest.mark.parametrize("name", ["intents", "sensitive"])
def test_where_several_labels_may_hold_none_is_an_answer(name):
    task = load_task(name, OURS)
    assert task.is_multi_label
    assert "none" in task.answers
    assert all("none" not in item.labels for item in task.gold)


def test_ticket_categories_stand_for_labels():
    assert load_task("intents", OURS).tickets["Refund request"] == ("complaint", "question")


def test_a_folder_of_ones_own_comes_first(tmp_path, folder):
    assert tasks_folder(parse_settings({}, tmp_path)) == folder


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("sentiment.toml", '"neutral"', '"neutrall"', "offers .* and the task has"),
        ("sentiment.toml", "multi_label = false", "multi_label = true", 'needs choice="multiple"'),
        ("sentiment.toml", '"mixed"', '"mixt"', "'mixt' is none of .* Did you mean 'mixed'"),
        ("sentiment.toml", 'label = "positive"', 'label = "posi"', "gold: 'posi' is none of"),
        (
            "sentiment.toml",
            '"Praise" = "positive"',
            '"Praise" = "good"',
            r"tickets\.Praise: 'good' is none of",
        ),
        ("sentiment.toml", "title", "titel", "is no labelling task: .*title"),
        ("sentiment.toml", "labels = [", "labels = ", "is not valid TOML"),
        ("sentiment.xml", 'hotkey="2"', 'hotkey="1"', "a hotkey of its own"),
        ("sentiment.xml", 'name="sentiment"', 'name="mood"', 'has no <Choices name="sentiment">'),
        ("sentiment.xml", "</View>", "", "is not valid XML"),
    ],
)
def test_a_wrong_task_is_told_what_is_wrong(folder, file, old, new, said):
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(WorkbenchError, match=said):
        load_task("sentiment", folder)


def test_a_missing_file_or_task(folder):
    (folder / "sentiment.md").unlink()
    with pytest.raises(WorkbenchError, match=r"sentiment\.md is missing"):
        load_task("sentiment", folder)
    with pytest.raises(WorkbenchError, match="Did you mean 'sarcasm'"):
        load_task("sarcasms", folder)


def test_a_task_of_ones_own_is_three_files_and_the_others_stay(tmp_path):
    own = tmp_path / "labeling"
    own.mkdir()
    for end in (".toml", ".xml", ".md"):
        shutil.copy(OURS / f"sentiment{end}", own / f"mood{end}")
    interface = own / "mood.xml"
    interface.write_text(interface.read_text().replace('name="sentiment"', 'name="mood"'))
    assert task_names(own) == sorted([*NAMES, "mood"])
    mood, intents = load_task("mood", own), load_task("intents", own)
    assert "<Style/>" not in mood.config
    assert intents == load_task("intents", OURS)
