"""`make git`: a clone in which notebooks are committed without outputs and compared and merged cell by cell."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import nbstripout
import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
NOTEBOOK = Path("notebooks") / "kpi" / "weekly.ipynb"
NOTEBOOKS = [ROOT / "notebooks" / "start.ipynb", *sorted((ROOT / "notebooks").glob("[!.]*/*.ipynb"))]

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
    pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed"),
]


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A clone with a notebook, whose path has a space, for a user without settings of git."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("MAKEFLAGS", "")
    folder = tmp_path / "my clone"
    (folder / NOTEBOOK).parent.mkdir(parents=True)
    for name in ("Makefile", ".gitattributes", NOTEBOOK):
        shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "config", "user.email", "someone@example.org")
    git(folder, "config", "user.name", "Someone")
    commit(folder)
    command = ["make", f"BIN={BIN}", f"--old-file={BIN}/.full", "git"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


def git(folder, *words):
    """What git says, without its colours."""
    told = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout
    return re.sub(r"\x1b\[[0-9;]*m", "", told)


def commit(folder):
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "-m", "notebooks")


def change(folder, number, old, new, output=""):
    """Change a cell as somebody does who edits and runs it."""
    notebook = nbformat.read(folder / NOTEBOOK, as_version=4)
    cell = notebook.cells[number]
    assert old in cell.source
    cell.source = cell.source.replace(old, new)
    if output:
        cell.execution_count = 7
        cell.outputs = [nbformat.v4.new_output("stream", text=output)]
    nbformat.write(notebook, folder / NOTEBOOK)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_committed_notebooks_are_as_the_filter_leaves_them(notebook):
    """Else git would call them modified as soon as `make git` has run."""
    content = nbformat.read(notebook, as_version=nbformat.NO_CONVERT)
    stripped = nbstripout.strip_output(content, keep_output=False, keep_count=False, keep_id=True)
    assert nbformat.writes(stripped) + "\n" == notebook.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_run_notebook_is_compared_by_its_cells_and_committed_without_outputs(clone):
    change(clone, 1, "weeks: int = 12", "weeks: int = 26", output="what a run printed")
    told = git(clone, "diff")
    assert "## modified /cells/1/source:" in told
    assert "-weeks: int = 12  # weeks of history in the trends" in told
    assert "+weeks: int = 26  # weeks of history in the trends" in told
    assert "printed" not in told
    assert "execution_count" not in told
    commit(clone)
    stored = git(clone, "show", f"HEAD:{NOTEBOOK}")
    assert "weeks: int = 26" in stored
    assert "printed" not in stored
    assert '"id": "weekly-01"' in stored, "cells keep the names by which they are compared"


@pytest.mark.slow
def test_two_people_change_different_cells_of_one_notebook(clone):
    commit_on = {
        "other": (13, "Unhappy mentions", "Unhappy people"),
        "main": (13 + 1, "of all brands", "of all"),
    }
    for branch, words in commit_on.items():
        git(clone, "checkout", "-q", *(["-b"] if branch == "other" else []), branch)
        change(clone, *words)
        commit(clone)
    git(clone, "merge", "-q", "other")
    merged = nbformat.read(clone / NOTEBOOK, as_version=4)
    assert "Unhappy people" in merged.cells[13].source
    assert "of all brands" not in merged.cells[14].source
