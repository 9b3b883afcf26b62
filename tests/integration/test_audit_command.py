"""`workbench audit` as a person types it, on the export that comes with the sample."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
EXPORT, ANSWERS = SAMPLE / "vendor_export.csv", SAMPLE / "vendor_answers.csv"


def audit(folder: Path, *words: str, code: int = 0) -> subprocess.CompletedProcess:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WORKBENCH")}
    command = [sys.executable, "-m", "workbench", "audit", str(EXPORT), *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    return done


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("audited")
    (folder / "workbench.toml").write_text("", encoding="utf-8")
    return folder


def test_from_the_export_to_the_report(here):
    begun = audit(here, "--labels", "200")
    assert "Fill in the sheet, and hand it in" in " ".join(begun.stderr.split())
    assert (here / "data/audits/vendor_export/to_label.xlsx").is_file()
    assert json.loads(audit(here, "--json").stdout)["result"] is None
    told = audit(here, "--answers", str(ANSWERS), "--report")
    assert "The vendor is right about" in told.stdout
    assert "These cannot be told apart" in told.stdout
    report = (here / "data/audits/vendor_export/report.html").read_text(encoding="utf-8")
    assert "<h1>The vendor is right about" in report
    assert 'class="one-page"' in report
    found = json.loads(audit(here, "--json").stdout)
    assert (found["drawn"], found["labelled"], found["status"]) == (200, 200, "complete")
    assert {row["brand"] for row in found["result"]["ranks"]} == {
        "Halvora", "Quorrin", "Nimbrel", "Pendrift", "Ostrelle", "Wexlow",
    }  # fmt: skip


def test_more_labels_come_in_a_sheet_beside_the_first(here):
    told = json.loads(audit(here, "--labels", "230", "--json").stdout)
    assert (told["drawn"], told["open"]) == (230, 30)
    assert (here / "data/audits/vendor_export/to_label_230.xlsx").is_file()
    assert (here / "data/audits/vendor_export/to_label.xlsx").is_file()


def test_the_command_that_is_told_is_that_of_this_audit(here):
    told = " ".join(audit(here, "--labels", "60", "--name", "mine").stderr.split())
    assert f"hand it in: workbench audit {EXPORT} --name mine --answers " in told


def test_what_is_wrong_is_one_sentence_with_its_mend(here):
    assert "begin another audit (--name NAME)" in audit(here, "--seed", "9", code=1).stderr
    refused = audit(here, "--answers", str(EXPORT), code=1).stderr
    assert "has no column 'key'" in refused
    assert "--key COLUMN --label COLUMN" in refused
