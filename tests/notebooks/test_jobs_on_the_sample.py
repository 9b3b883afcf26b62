"""What a scheduler runs, on the sample: drift is found where it was planted, and nothing worse is put in use."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workbench.cli import app
from workbench.models.champions import history
from workbench.models.in_use import current
from workbench.models.lexicon import NAME as LEXICON
from workbench.models.promotion import promote
from workbench.reference import FOLDER
from workbench.reporting import report_job

pytestmark = pytest.mark.slow

OUTAGE = ("2026-05-12", "2026-05-15", "2026-03-01:2026-05-10")
DOUBLE_BILLING = ("2026-09-08", "2026-09-22", "2026-03-01:2026-05-10")
QUIET = [("2026-04-15", "2026-05-10", "2026-03-01:2026-04-14"), ("2026-10-04", "2026-10-31", "")]


@pytest.fixture
def here(sample, monkeypatch, tmp_path) -> Path:
    """Settings of a copy, in which models may be put in use."""
    folder = tmp_path / "copy"
    shutil.copytree(sample.parent, folder)
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(folder / sample.name))
    return folder / sample.name


def drift(since, until, reference):
    words = ["models", "drift", "--no-embeddings", "--json", "--since", since, "--until", until]
    told = CliRunner().invoke(app, [*words, "--reference", reference])
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


def test_what_was_planted_alarms_and_quiet_times_do_not(here):
    models = here.parent / "models"
    before = sorted(models.rglob("*"))
    found = drift(*OUTAGE)
    assert "population" in found["alarms"]
    assert found["posts"]
    assert {post["platform"] for post in found["posts"]} <= {"x", "reddit", "youtube"}
    # A fraction of the posts: seen, though the draw decides whether it alarms.
    assert drift(*DOUBLE_BILLING)["population"]["p_value"] < 0.05
    for times in QUIET:
        assert drift(*times)["alarms"] == []
    assert sorted(models.rglob("*")) == before


def retrain(settings_file):
    """The job a scheduler runs; gives the last decision."""
    report_job("modeling/train_sentiment", [], lambda done, what: None)
    return history(settings_file.parent / "models" / "sentiment")[-1]


def test_retraining_puts_in_use_only_what_is_better(here):
    models = here.parent / "models"
    champion = current(models, "sentiment").name
    decision = retrain(here)
    # Learned from the same labels, it cannot be told to be better.
    assert decision["decision"] == "kept"
    assert decision["evidence"]["low"] <= 0
    assert current(models, "sentiment").name == champion == decision["champion"]
    promote(models, "sentiment", LEXICON, "to see what a job does with a poor model in use")
    decision = retrain(here)
    assert decision["decision"] == "promoted"
    assert decision["evidence"]["low"] > 0
    assert current(models, "sentiment").name == decision["champion"] != LEXICON


def examples():
    page = (FOLDER / "drift_and_topics.md").read_text(encoding="utf-8")
    return [line.split()[1:] for line in page.splitlines() if line.startswith("    workbench ")]


def test_the_examples_of_the_page_run(here):
    pytest.importorskip("bertopic")
    assert {tuple(words[:2]) for words in examples()} >= {
        ("models", "drift"),
        ("report", "modeling/drift_check"),
    }
    for words in examples():
        # One plain model instead of one a fold: a fifth of the time.
        quickly = ["-p", "cross_fitted=false"] if "modeling/train_sentiment" in words else []
        told = CliRunner().invoke(app, [*words, *quickly])
        assert told.exit_code == 0, f"{words}: {told.output}"
