"""The command line as a person meets it: results, errors that say their mend, exit codes."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from unittest import mock

import openpyxl
import pytest

from workbench.cli import main

pytestmark = pytest.mark.slow

SETTINGS = '[brands.Acme]\nrole = "own"\naccounts = ["acme"]\n[brands.Bolt]\naccounts = ["bolt"]\n'
HEADER = "id,author,created_at,text,region,sentiment\n"


def write(folder: Path) -> Path:
    (folder / "workbench.toml").write_text(SETTINGS, encoding="utf-8")
    rows = [
        f"{n},user{n % 9},2026-03-{1 + n % 28:02d}T10:00:00Z,@acme my line {n} is down again,=SUM(A1),"
        f"{'negative' if n % 2 else 'positive'}"
        for n in range(60)
    ]
    (folder / "posts.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def here(tmp_path) -> Path:
    """A folder with settings and a file of posts."""
    return write(tmp_path)


@pytest.fixture(scope="session")
def ingested_once(tmp_path_factory) -> Path:
    folder = write(tmp_path_factory.mktemp("ingested"))
    workbench(folder, "ingest", "posts.csv")
    return folder


@pytest.fixture
def ingested(ingested_once, tmp_path) -> Path:
    """The same, with the posts in the lake."""
    return shutil.copytree(ingested_once, tmp_path / "copy")


def workbench(folder: Path, *words: str, code: int = 0) -> subprocess.CompletedProcess:
    """What a command ends with; in this process, or each would import everything anew."""
    out, err, ended = io.StringIO(), io.StringIO(), 0
    with (
        contextlib.chdir(folder),
        mock.patch.dict(os.environ, own_environment(), clear=True),
        mock.patch.object(sys, "argv", ["workbench", *words]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            ended = end.code or 0
    return checked(subprocess.CompletedProcess(words, ended, out.getvalue(), err.getvalue()), code)


def own_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("WORKBENCH")}


def checked(done: subprocess.CompletedProcess, code: int) -> subprocess.CompletedProcess:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    return done


@pytest.mark.parametrize(("file", "code", "says"), [("posts.csv", 0, "60"), ("none.csv", 1, "none.csv")])
def test_a_command_is_a_process(here, file, code, says):
    words = [sys.executable, "-m", "workbench", "ingest", file]
    done = subprocess.run(words, cwd=here, env=own_environment(), capture_output=True, text=True, check=False)
    assert says in checked(done, code).stdout + done.stderr


def test_ingest_says_what_happened_as_json(here):
    said = json.loads(workbench(here, "ingest", "posts.csv", "--json").stdout)
    assert list(said) == ["read", "stored", "duplicates", "rejected", "masked", "seconds"]
    assert (said["read"], said["stored"], said["rejected"]) == (60, 60, 0)


def test_rejected_row_warns_and_strict_fails(here):
    with (here / "posts.csv").open("a", encoding="utf-8") as file:
        file.write("99,max,no date,@acme hello,,\n")
    warned = workbench(here, "ingest", "posts.csv")
    assert "1 rows were refused" in warned.stderr
    workbench(here, "ingest", "posts.csv", "--strict", code=1)


def test_batches_are_listed_and_undone(ingested):
    batch = json.loads(workbench(ingested, "batches", "list", "--json").stdout)[0]
    assert "60 posts removed" in workbench(ingested, "batches", "undo", batch["batch_id"]).stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["ingest", "none.csv"], "none.csv"),
        (["report", "kpi/weekly", "-p", "contry=DE"], "It declares: week, brand, weeks."),
        (["report", "kpi/wekly"], "Did you mean 'kpi/weekly'?"),
        (["report", "kpi/weekly", "-p", "brand=Acmee"], "Did you mean 'Acme'?"),
        (["report", "kpi/weekly", "-p", "week=yesterday"], "'yesterday' is no week"),
        (["measure", "net_sentimnt"], "Did you mean 'net_sentiment'?"),
        (["measure", "volume", "--by", "brnd"], "Did you mean 'brand'?"),
        (["models", "train", "--task", "intents"], "has no intents labels"),
        (["models", "train", "--task", "intent"], "there is no task 'intent'"),
        (["models", "evaluate", "--file", "posts.csv", "--label", "sentimen"], "Did you mean 'sentiment'?"),
        (["batches", "undo", "x"], "no batch 'x'"),
        (["labels", "draw", "--per-brand", "9", "--seed", "1", "--brand", "Acmee"], "Did you mean 'Acme'?"),
        (["labels", "draw", "--per-brand", "9", "--seed", "1", "--first-day", "1.3."], "'1.3.' is no day"),
        (["labels", "reveal", "--per-brand", "0", "--seed", "1"], "expected 1 or more"),
        (
            ["labels", "reveal", "--per-brand", "9", "--seed", "1", "--task", "intents"],
            "no imported labels of intents",
        ),
        (["--settings", "none.toml", "doctor"], "none.toml does not exist"),
    ],
    ids=lambda value: " ".join(value[:3]) if isinstance(value, list) else "",
)
def test_error_names_the_thing_and_its_mend(ingested, words, says):
    assert says in workbench(ingested, *words, code=1).stderr.replace("\n", " ").replace("  ", " ")


def test_failed_cell_means_no_report(ingested):
    workbench(ingested, "report", "kpi/weekly", "-p", "brand=Nobody", code=1)
    reports = ingested / "data" / "reports"
    page = (reports / "kpi" / "weekly" / "2026-W12" / "Nobody.html").read_text(encoding="utf-8")
    assert "This report could not be made" in page
    assert "tile-value" not in page


def test_model_is_trained_scored_and_listed(ingested):
    trained = json.loads(
        workbench(
            ingested,
            "models",
            "train",
            "--file",
            "posts.csv",
            "--label",
            "sentiment",
            "--no-embeddings",
            "--json",
        ).stdout
    )
    # All posts are negative or positive: it takes the lexicon's place where somebody says so.
    assert not trained["is_promoted"]
    assert "it has not learned neutral, which lexicon-1 has" in trained["promotion"]
    workbench(ingested, "models", "promote", trained["name"], "--reason", "no post of ours is neutral")
    scored = json.loads(
        workbench(
            ingested, "models", "evaluate", "--file", "posts.csv", "--label", "sentiment", "--json"
        ).stdout
    )
    figures = {"n", "accuracy", "macro_f1", "macro_recall", "per_class", "seconds", "model", "learned_from"}
    ends = {f"{name}_{end}" for name in ("accuracy", "macro_f1") for end in ("low", "high")}
    assert scored.keys() == figures | ends | {"rows_left_out", "contradictory"}
    assert scored["learned_from"] == scored["n"]
    assert scored["model"] == trained["name"]
    listed = json.loads(workbench(ingested, "models", "list", "--json").stdout)
    assert [model["name"] for model in listed if model["is_used"]] == [trained["name"]]


@pytest.mark.parametrize("name", ["figures.csv", "figures.xlsx"])
def test_formulas_are_neutralised_in_what_is_written(ingested, name):
    workbench(ingested, "measure", "volume", "--by", "region", "--to", name)
    if name.endswith("csv"):
        content = (ingested / name).read_text(encoding="utf-8")
    else:
        content = str(list(openpyxl.load_workbook(ingested / name).active.iter_rows(values_only=True)))
    assert "'=SUM(A1)" in content


def test_labels_are_drawn_once_and_listed(ingested):
    draw = ("labels", "draw", "--per-brand", "20", "--seed", "3", "--id", "march", "--last-day", "2026-03-20")
    said = json.loads(workbench(ingested, *draw, "--json").stdout)
    counts = {name: said[name] for name in ("is_new", "mentions", "drawn")}
    assert counts == {"is_new": True, "mentions": 44, "drawn": 20}
    assert not json.loads(workbench(ingested, *draw, "--json").stdout)["is_new"]
    again = workbench(ingested, *draw[:5], "4", *draw[6:], code=1)
    assert "with seed 3, not 4" in again.stderr
    overlapping = workbench(ingested, "labels", "draw", "--per-brand", "20", "--seed", "3", code=1)
    assert "44 of 60 mentions could be drawn by sample 'march' already" in overlapping.stderr
    rest = workbench(ingested, "labels", "draw", "--per-brand", "20", "--seed", "3", "--only-new")
    assert "Fewer than 20 mentions, so all were drawn (π = 1): Acme." in rest.stderr
    listed = json.loads(workbench(ingested, "labels", "list", "--json").stdout)
    assert [(row["sample_id"], row["mentions"], row["drawn"]) for row in listed] == [
        ("march", 44, 20),
        ("random", 16, 16),
        (None, None, None),
    ]


def test_sample_of_imported_labels_is_revealed(ingested):
    words = ("labels", "reveal", "--per-brand", "25", "--seed", "3")
    said = json.loads(workbench(ingested, *words, "--json").stdout)
    counts = {name: said[name] for name in ("mentions", "drawn", "labels", "set_aside", "without_label")}
    assert counts == {"mentions": 60, "drawn": 25, "labels": 25, "set_aside": 60, "without_label": {}}
    again = workbench(ingested, *words)
    assert "Sample 'revealed' had been drawn already: 25 mentions, seed 3." in again.stdout
    assert "0 labels revealed; 0 imported labels set aside" in again.stdout
    listed = json.loads(workbench(ingested, "labels", "list", "--json").stdout)
    assert [(row["strategy"], row["labelled"]) for row in listed] == [("random", 25), ("truth", 60)]


def test_doctor_finds_a_lost_key(ingested):
    workbench(ingested, "doctor")
    (ingested / "data" / "vault" / "pseudonym.key").unlink()
    said = json.loads(workbench(ingested, "doctor", "--json", code=1).stdout)
    assert [row["name"] for row in said if not row["is_ok"]] == ["key"]


def test_a_measure_takes_what_its_function_takes(ingested):
    rows = json.loads(
        workbench(
            ingested, "measure", "volume", "--by", "brand", "-p", "vintage=preliminary", "--json"
        ).stdout
    )
    assert {row["vintage"] for row in rows} == {"preliminary"}
    refused = workbench(ingested, "measure", "volume", "-p", "vintag=final", code=1)
    assert "has no parameter 'vintag'" in refused.stderr
    assert "Did you mean 'vintage'?" in refused.stderr
    twice = ("-p", "vintage=final", "-p", "vintage=preliminary")
    assert "'vintage' was given twice" in workbench(ingested, "measure", "volume", *twice, code=1).stderr
    voice = ("measure", "share_of_voice", "--by", "brand", "-p")
    assert "Did you mean 'Acme'?" in workbench(ingested, *voice, "brands=Acmee,Bolt", code=1).stderr
    assert "100\xa0%" in workbench(ingested, *voice, "brands=Acme,Bolt").stdout
    few = workbench(ingested, "measure", "sentiment_share", "-p", "minimum_labels=-1", code=1)
    assert "minimum_labels is -1: expected 1 or more" in few.stderr


def test_figures_are_printed_for_a_reader(ingested):
    shown = workbench(ingested, "measure", "volume", "--by", "brand,product").stdout.splitlines()
    assert shown[0].split()[:4] == ["brand", "product", "metric", "value"]
    assert shown[1].split()[:3] == ["Acme", "volume", "60"]  # no product is known, and no word stands for it
    assert shown[-2] == "relevant, earned mentions that were collected"
    assert shown[-1].startswith("These figures do not speak for customers who stay silent")


def test_brands_that_change_change_the_mentions(ingested):
    extra = '[brands.Line]\nkeywords = ["my line"]\n'
    (ingested / "workbench.toml").write_text(SETTINGS + extra, encoding="utf-8")
    assert json.loads(workbench(ingested, "refresh", "--json").stdout)["mentions"] == 120
    rows = json.loads(workbench(ingested, "measure", "volume", "--by", "brand", "--json").stdout)
    assert {row["brand"]: row["value"] for row in rows} == {"Acme": 60, "Line": 60}
