"""`workbench labels plan | agreement | errors | adjudicate | import`, as a person types them."""

import json

import pytest
from typer.testing import CliRunner
from unit.labelling import filled, label_row, write_labels

from workbench.cli import label_quality
from workbench.errors import WorkbenchError
from workbench.refresh import refresh
from workbench.settings import load_settings

SAID = ("I love this great Acme line", "I hate this terrible Acme line")


@pytest.fixture
def lake(tmp_path, monkeypatch):
    file = tmp_path / "workbench.toml"
    file.write_text(
        '[lake]\nroot = "lake"\n[brands.Acme]\nrole = "own"\nkeywords = ["line"]\n', encoding="utf-8"
    )
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(file))
    lake = filled(tmp_path, 60, texts={n: SAID[n % 2] for n in range(60)})
    refresh(load_settings(file))
    return lake


def run(*words: str):
    done = CliRunner().invoke(label_quality.app, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout) if "--json" in words else done.stdout


def test_plan_before_anybody_labels(lake):
    told = run("plan", "--precision", ".1", "--per", "brand", "--json")
    (group,) = told["groups"]
    assert (group["brand"], group["posts"], group["known"], group["reached"]) == ("Acme", 60, 0, None)
    assert told["pooling"][0]["labels"] == group["wanted"] < 60
    assert "half of the posts are assumed" in run("plan", "--precision", ".1", "--per", "brand")


@pytest.mark.parametrize("day", ["1.11.2026", "31/12/2026", "2026-1-1"])
def test_days_are_compared_as_text_and_must_be_written_so(lake, day):
    with pytest.raises(WorkbenchError, match=f"'{day}' is no day. Write it as"):
        run("plan", "--first-day", day)


def test_agreement_errors_and_disputes(lake):
    for number in range(50):
        right = "negative" if number % 2 else "positive"
        label = "positive" if number == 7 else right
        for person, said in {"ann": label, "bob": "neutral" if number == 4 else label}.items():
            chance = {"sample_id": "spring", "inclusion_probability": 50 / 60}
            write_labels(lake, label_row(f"x:Acme-{number}", said, person, **chance))
    told = run("agreement", "--json")
    assert told["agreement"][0]["items"] == 50
    assert told["agreement"][0]["observed_agreement"] == 49 / 50
    assert "settled (labels adjudicate)" in run("agreement")
    told = run("adjudicate", "--json")
    assert told["disputed"] == 1
    assert told["mentions"][0]["post_id"] == "x:Acme-4"
    assert told["mentions"][0]["text"] == f"{SAID[0]} 4"
    assert f"{SAID[0]} 4" in run("adjudicate")
    with pytest.raises(WorkbenchError, match="a lexicon errs more often than people"):
        run("errors")
    with pytest.raises(WorkbenchError, match="there is no model 'it's'"):
        run("errors", "--model", "it's")
    told = run("errors", "--model", "lexicon-1", "--json")
    assert told["labels"] == 49
    assert [row["post_id"] for row in told["mentions"]] == ["x:Acme-7"]
    assert told["mentions"][0]["suggested"] == "negative"
    # Once there are labels, the plan says what they have reached.
    assert run("plan", "--per", "brand", "--json")["groups"][0]["reached"] is not None


def test_tickets_are_read_by_the_mapping_of_the_task(lake, tmp_path):
    file = tmp_path / "tickets.csv"
    file.write_text("id,category,text\n1,Complaint,It is broken\n2,Parking,Where?\n", encoding="utf-8")
    told = run("import", str(file), "--json")
    assert (told["tickets"], told["of_their_own"], told["unknown"]) == (2, 1, {"Parking": 1})


def test_nothing_to_say_is_said(lake):
    assert "There are none." in run("adjudicate")
    assert "No mention was judged by two people" in run("agreement")
