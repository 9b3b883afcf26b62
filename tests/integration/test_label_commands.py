"""The loop of labelling as a person types it: up, push, label, pull, down; with a real Label Studio."""

import json
import os
import subprocess
import sys

import pytest
from label_studio_server import chosen, free_port, made_database, with_database

from workbench.labels.connection import connect
from workbench.labels.label_studio import list_projects, open_tasks
from workbench.labels.server import down
from workbench.settings import load_settings

pytestmark = pytest.mark.slow

# The commands are the same where the package is not installed as a program.
WORKBENCH = [sys.executable, "-c", "import workbench.cli.labelling; from workbench.cli import main; main()"]


@pytest.fixture
def folder(tmp_path, tmp_path_factory):
    """A lake with posts of two brands, and a Label Studio that was started once before."""
    settings = with_database(made_database(tmp_path_factory.getbasetemp()), tmp_path)
    (tmp_path / "workbench.toml").write_text(
        f'[labeling]\nport = {settings.labeling.port}\nfolder = "{settings.labeling.folder}"\n'
    )
    lines = ["id,brand,author,created_at,text"]
    for n in range(60):
        lines.append(
            f"{n},{('Acme', 'Bolt')[n % 2]},author{n},2026-03-{1 + n % 28:02d}T10:00:00Z,The line {n} is down"
        )
    (tmp_path / "posts.csv").write_text("\n".join(lines))
    yield tmp_path
    down(settings)


def run(folder, *words, expected=0):
    """Standard output of a command; of a failure standard error."""
    environment = {**os.environ, "WORKBENCH_SETTINGS": str(folder / "workbench.toml")}
    done = subprocess.run(
        [*WORKBENCH, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == expected, done.stderr
    return done.stderr if expected else done.stdout


def test_the_whole_loop(folder):
    run(folder, "ingest", "posts.csv")
    assert "Start it: workbench labels up" in run(folder, "labels", "push", "-n", "20", expected=1)
    said = run(folder, "labels", "up")
    assert "Sign in as" in said
    told = json.loads(run(folder, "labels", "push", "--strategy", "random", "-n", "20", "--json"))
    assert (told["pushed"], told["there"], told["sample_id"]) == (21, 0, "sentiment-random-1")  # one is gold
    assert json.loads(run(folder, "labels", "push", "-n", "20", "--json"))["there"] == 21
    again = json.loads(run(folder, "labels", "push", "--id", "sentiment-random-1", "--json"))
    assert (again["pushed"], again["there"]) == (0, 21)
    same = ("labels", "push", "--id", "sentiment-random-1")
    assert "of more brands or days" in run(folder, *same, "--brand", "Acme", expected=1)
    assert "with seed 1, not 9" in run(folder, *same, "--seed", "9", expected=1)
    assert "by the strategy random, not diversity" in run(
        folder, *same, "--strategy", "diversity", expected=1
    )

    settings = load_settings(folder / "workbench.toml")
    connection = connect(settings)
    project = list_projects(connection)[0]
    tasks = open_tasks(connection, project.number)
    connection.api.annotations.create(id=tasks[0].id, result=chosen("sentiment", "negative"))
    connection.api.annotations.create(id=tasks[1].id, result=chosen("sentiment", "angry"))

    status = json.loads(run(folder, "labels", "status", "--json"))
    assert status["answers"]
    assert sum(one["posts"] for one in status["queues"]) == 21
    pulled = {one["task"]: one for one in json.loads(run(folder, "labels", "pull", "--json"))["tasks"]}
    assert set(pulled) == {"intents", "sarcasm", "sensitive", "sentiment"}
    assert pulled["sentiment"]["new"] == 1
    assert pulled["sentiment"]["refused"][0]["reason"] == "a label that the task does not have"
    assert pulled["sentiment"]["open"] == 20, "what was refused is open still"
    assert "Sentiment" not in run(folder, "labels", "list")
    assert "is stopped" in run(folder, "labels", "down")
    assert "did not run" in run(folder, "labels", "down")


def test_a_wrong_task_or_strategy_is_told(folder):
    run(folder, "ingest", "posts.csv")
    assert "Did you mean 'sentiment'" in run(folder, "labels", "push", "--task", "sentimant", expected=1)
    assert "there is no strategy 'rnd'" in run(folder, "labels", "push", "--strategy", "rnd", expected=1)


def test_where_nobody_can_be_asked_no_sample_is_drawn(folder):
    run(folder, "ingest", "posts.csv")
    assert "Label Studio does not run" in run(folder, "labels", "push", "-n", "5", expected=1)
    assert json.loads(run(folder, "labels", "list", "--json")) == []


def test_a_busy_port_is_told(folder):
    import socket

    port = free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert f"port {port} is taken" in run(folder, "labels", "up", "--port", str(port), expected=1)
