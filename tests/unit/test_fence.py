"""What a fenced process may change, tried in a process of its own: a fence cannot be taken down."""

import json
import subprocess
import sys

import pytest

PROGRAM = """
import json, os, pathlib, shutil, sys, tempfile, threading
from workbench.errors import WorkbenchError
from workbench.runs.fence import raise_fence, running_cell

inside, outside = map(pathlib.Path, sys.argv[1:])
open_before = open(outside / "open_before.txt", "w")
tempfile.tempdir = str(inside / "temporary")
raise_fence([inside])

def tried(action):
    try:
        action()
    except WorkbenchError as error:
        return f"refused: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "done"

told = {
    "write inside": lambda: (inside / "new.txt").write_text("x"),
    "folder inside": lambda: (inside / "deep" / "er").mkdir(parents=True),
    "rename inside": lambda: (inside / "new.txt").rename(inside / "other.txt"),
    "remove inside": lambda: (inside / "other.txt").unlink(),
    "read outside": lambda: (outside / "kept.txt").read_text(),
    "nothing": lambda: open(os.devnull, "w").close(),
    "temporary": lambda: tempfile.NamedTemporaryFile(dir=tempfile.gettempdir()).close(),
    "temporary beside the vault": lambda: tempfile.NamedTemporaryFile(dir=inside).close(),
    "remove a tree": lambda: ((inside / "tree" / "deep").mkdir(parents=True), shutil.rmtree(inside / "tree")),
    "opened before": lambda: open_before.write("x"),
    "write": lambda: (outside / "new.txt").write_text("x"),
    "append": lambda: open(outside / "kept.txt", "a"),
    "low level": lambda: os.open(outside / "new.txt", os.O_WRONLY | os.O_CREAT),
    "bytes": lambda: open(os.fsencode(outside / "new.txt"), "wb"),
    "vault by its link": lambda: (inside / "vault" / "new.key").write_text("x"),
    "where the vault is": lambda: (inside / "elsewhere" / "new.key").write_text("x"),
    "relative": lambda: open("../outside/new.txt", "w"),
    "by a link": lambda: (inside / "link" / "new.txt").write_text("x"),
    "beside": lambda: (inside.parent / (inside.name + "-2")).mkdir(),
    "rename out": lambda: (inside / "stays.txt").rename(outside / "new.txt"),
    "rename in": lambda: (outside / "kept.txt").rename(inside / "taken.txt"),
    "remove": lambda: (outside / "kept.txt").unlink(),
    "folder": lambda: (outside / "folder").mkdir(),
    "remove folder": lambda: shutil.rmtree(outside),
    "link out": lambda: os.symlink(inside, outside / "back"),
    "mode": lambda: (outside / "kept.txt").chmod(0o600),
    "hard link in": lambda: os.link(outside / "kept.txt", inside / "same.txt"),
    "times": lambda: os.utime(outside / "kept.txt"),
    "shorten": lambda: os.truncate(outside / "kept.txt", 0),
    "remove a key": lambda: (inside / "vault" / "signing.key").unlink(),
    "write a key": lambda: (inside / "vault" / "new.key").write_text("x"),
    "move the runs": lambda: (inside / "runs").rename(inside / "gone"),
    "remove the ledger": lambda: (inside / "runs" / "ledger.sqlite").unlink(),
    "copy": lambda: shutil.copy(inside / "stays.txt", outside / "new.txt"),
    "report around cells": lambda: (inside / "reports" / "own.html").write_text("x"),
}
in_a_cell = {
    "elsewhere, in a cell": lambda: (inside / "exports.csv").write_text("x"),
    "beside reports, in a cell": lambda: (inside / "reports of mine").mkdir(),
    "read a report, in a cell": lambda: (inside / "reports" / "others.html").read_text(),
    "report, in a cell": lambda: (inside / "reports" / "others.html").write_text("x"),
    "remove a report, in a cell": lambda: (inside / "reports" / "others.html").unlink(),
    "run, in a cell": lambda: (inside / "runs" / "others.ipynb").write_text("x"),
    "outbox, in a cell": lambda: (inside / "runs" / "outbox.sqlite").unlink(),
    "reports, in a cell": lambda: shutil.rmtree(inside / "reports"),
    "away with reports, in a cell": lambda: (inside / "reports").rename(inside / "gone"),
    "Label Studio, in a cell": lambda: (inside / "label_studio" / "new").mkdir(parents=True),
}
outcomes = {name: tried(action) for name, action in told.items()}
with running_cell():
    outcomes |= {name: tried(action) for name, action in in_a_cell.items()}
    thread = threading.Thread(target=lambda: (over.wait(), outcomes.update(late=tried(told["report around cells"]))))
    over = threading.Event()
    thread.start()
over.set()
thread.join()
outcomes["report after cells"] = tried(told["report around cells"])
print(json.dumps(outcomes))
"""
ALLOWED = (
    "write inside", "folder inside", "rename inside", "remove inside", "read outside", "nothing", "temporary",
    "opened before", "remove a tree", "temporary beside the vault", "report around cells", "report after cells",
    "elsewhere, in a cell", "beside reports, in a cell", "read a report, in a cell",
)  # fmt: skip


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    base = tmp_path_factory.mktemp("fence")
    inside, outside = base / "data", base / "outside"
    for folder in (
        inside / "temporary",
        inside / "reports",
        inside / "runs",
        inside / "label_studio",
        outside,
    ):
        folder.mkdir(parents=True)
    (outside / "kept.txt").write_text("kept")
    (inside / "stays.txt").write_text("stays")
    (inside / "reports" / "others.html").write_text("another's")
    (inside / "link").symlink_to(outside)
    (inside / "elsewhere").mkdir()
    (inside / "vault").symlink_to(inside / "elsewhere")
    # The temporary folder of the tests holds all of it, so the process gets another one.
    made = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, inside, outside],
        check=True, capture_output=True, text=True, cwd=inside,
        env={"HOME": str(base / "home"), "TMPDIR": str(inside / "temporary")},
    )  # fmt: skip
    return json.loads(made.stdout), outside


def test_inside_everything_is_allowed(tried):
    outcomes, _ = tried
    assert {name: outcomes[name] for name in ALLOWED} == dict.fromkeys(ALLOWED, "done")


def test_outside_nothing_is_changed(tried):
    outcomes, outside = tried
    others = {name: outcome for name, outcome in outcomes.items() if name not in ALLOWED}
    assert {name for name, outcome in others.items() if not outcome.startswith("refused: ")} == set()
    assert sorted(file.name for file in outside.iterdir()) == ["kept.txt", "open_before.txt"]
    assert (outside / "kept.txt").read_text() == "kept"


def test_the_refusal_names_the_file_and_the_mend(tried):
    outcomes, outside = tried
    assert f"would change {outside / 'new.txt'}, and a scheduled one writes only inside" in outcomes["write"]
    assert "Let it write there, or run it yourself" in outcomes["write"]


def test_what_other_jobs_left_stays(tried):
    outcomes, outside = tried
    assert (outside.parent / "data" / "reports" / "others.html").read_text() == "another's"
    assert "Let it write into another folder of" in outcomes["report, in a cell"]
