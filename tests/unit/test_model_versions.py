"""The commands on versions of models, as a person or a scheduler calls them."""

import json

import pytest
from typer.testing import CliRunner
from unit.test_linear import WHEN, made

from workbench.cli import app
from workbench.cli import model_versions as _  # noqa: F401  adds the commands
from workbench.errors import WorkbenchError
from workbench.models.lexicon import NAME as LEXICON
from workbench.models.linear import train_linear
from workbench.models.registry import save


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A workbench of its own, with a trained model and costs."""
    (tmp_path / "workbench.toml").write_text(
        "[costs.sentiment.negative]\nmissed = 5\nfalse_alarm = 5\nreview = 1\n", encoding="utf-8"
    )
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(tmp_path / "workbench.toml"))
    model = train_linear(*made(30), trained_at=WHEN)
    save(model, tmp_path / "data" / "models")

    def call(*words: str) -> str:
        found = CliRunner().invoke(app, ["models", *words], catch_exceptions=False)
        assert found.exit_code == 0, found.output
        return found.stdout

    call.model = model.name
    return call


def test_promote_roll_back_and_read_why(run):
    assert json.loads(run("promote", run.model, "--reason", "new products", "--json"))["before"] == LEXICON
    assert json.loads(run("rollback", "--reason", "too many alarms", "--json"))["model"] == LEXICON
    decisions = json.loads(run("decisions", "--json"))
    assert [(one["decision"], one["champion"], one["reason"]) for one in decisions] == [
        ("promoted", run.model, "new products"),
        ("rolled back", LEXICON, "too many alarms"),
    ]
    assert "rolled back" in run("decisions")
    with pytest.raises(WorkbenchError, match="none to go back to"):
        run("rollback", "--reason", "again")


def test_behave_gives_a_rate_for_each_test(run, tmp_path):
    cases = [
        {
            "test": "words",
            "type": "MFT",
            "capability": "Vocabulary",
            "case": 0,
            "examples": ["I love it"],
            "label": 2,
        },
        {
            "test": "words",
            "type": "MFT",
            "capability": "Vocabulary",
            "case": 1,
            "examples": ["I hate it"],
            "label": 2,
        },
        {
            "test": "same",
            "type": "INV",
            "capability": "Robustness",
            "case": 0,
            "examples": ["Good", "Bad"],
            "label": None,
        },
    ]
    file = tmp_path / "suite.jsonl"
    file.write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
    found = json.loads(run("behave", str(file), "--model", LEXICON, "--json"))["tests"]
    assert {name: (rate["failure_rate"], rate["n"], rate["type"]) for name, rate in found.items()} == {
        "words": (0.5, 2, "MFT"),
        "same": (1.0, 1, "INV"),
    }
    assert "50.0%" in run("behave", str(file), "--model", LEXICON)


def test_behave_says_which_tests_it_cannot_judge(run, tmp_path):
    case = {"test": "louder", "type": "DIR", "capability": "x", "case": 0, "examples": ["good", "very good"]}
    file = tmp_path / "suite.jsonl"
    file.write_text(json.dumps(case), encoding="utf-8")
    told = CliRunner().invoke(app, ["models", "behave", str(file), "--model", LEXICON, "--json"])
    assert json.loads(told.stdout)["tests"]["louder"]["failure_rate"] is None
    assert "Not judged, or not every case: louder." in told.stderr


def test_thresholds_of_a_labelled_file(run, tmp_path):
    texts, labels = made(20, seed=4)
    rows = "\n".join(f"{text},{label}" for text, label in zip(texts, labels, strict=True))
    (tmp_path / "held.csv").write_text(f"text,label\n{rows}\n", encoding="utf-8")
    found = json.loads(run("thresholds", "--file", str(tmp_path / "held.csv"), "--json"))
    assert (found["model"], found["n"]) == (run.model, 60)
    row = found["labels"]["negative"]
    assert (row["threshold"], row["people_from"], row["people_to"], row["holds"]) == (0.5, 0.2, 0.8, 20)
    assert row["found"] >= row["recall"] > 0.5
    assert "negative" in run("thresholds", "--file", str(tmp_path / "held.csv"))


def test_without_posts_nothing_is_known_of_doubts(run):
    with pytest.raises(WorkbenchError, match="holds no posts yet"):
        run("doubtful")
