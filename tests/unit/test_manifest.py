import datetime as dt
import json
import subprocess
from pathlib import Path

import nbformat
import pyarrow as pa
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from signed_report import published, records_of, settings_in

from workbench.errors import WorkbenchError
from workbench.reports.revision_rows import revision_rows
from workbench.runs.code_state import changes, packages, patched_files
from workbench.runs.inputs import label_sets, table_contents
from workbench.runs.made_by import made_by
from workbench.runs.manifest import ELEMENT, manifest_of, page_hash, with_manifest
from workbench.runs.recorded_values import numbers, without_words
from workbench.settings import Settings
from workbench.store.lake import Lake
from workbench.tables import LABELS

ORIGIN = {
    "tables": {}, "schema_version": 1, "models_in_use": {"sentiment": "lexicon"}, "parameters": {"weeks": 8},
    "lock": "a" * 64, "settings": "b" * 64, "models": [], "commit": "", "package": "", "python": "",
    "made_at": "2026-11-23T09:12:00+00:00",
}  # fmt: skip
SOMEBODYS_WORDS = "call me, nobody ever answers"


def manifest_in(report: Path) -> dict:
    manifest = manifest_of(report.read_text(encoding="utf-8"))
    assert manifest is not None
    return manifest


def test_a_report_carries_what_it_was_made_of(tmp_path):
    settings = settings_in(tmp_path)
    report = published(
        settings,
        records_of(provenance=ORIGIN),
        parameters={"weeks": 8},
        job="weekly",
        slot="2026-11-02T06:00:00+00:00",
        owner="Insights",
    )
    manifest = manifest_in(report)
    assert manifest["order"]["owner"] == "Insights"
    assert manifest["order"]["parameters"] == {"week": "2026-W43", "weeks": 8, "seed": 7}, "given or not"
    assert manifest["seeds"] == {"seed": 7}
    assert manifest["order"]["notebook"] == "kpi/weekly"
    assert (manifest["title"], manifest["question"]) == ("The week", "How did customers feel?")
    assert manifest["models"]["sentiment"]["name"] == "lexicon"
    assert manifest["packages"]["pandas"] == packages()["pandas"]
    assert manifest["figures"]["tiles"]["value"][0]["value"] == -0.25
    assert manifest["figures"]["tiles"]["code"] == [
        "table = brand_table(weeks)",
        "tiles = scorecard(table)",
        "tiles",
    ]
    assert "provenance" not in manifest["figures"]
    kept = json.loads((tmp_path / "data/runs/kpi/weekly/2026-W43.manifest.json").read_text(encoding="utf-8"))
    assert kept == manifest
    assert manifest["page"] == page_hash(report.read_text(encoding="utf-8"))


def test_without_a_key_a_report_is_made_and_says_that_it_is_not_signed(tmp_path):
    report = published(Settings(folder=tmp_path), records_of(provenance=ORIGIN))
    assert manifest_in(report)["signature"] == ""
    assert "not signed; <code>workbench key</code>" in report.read_text(encoding="utf-8")


def test_nobodys_words_are_in_it(tmp_path):
    frame = {"columns": ["platform", "text"], "rows": [["x", SOMEBODYS_WORDS]]}
    drift = {"posts": [{"post_id": "x:1", "text": SOMEBODYS_WORDS}], "verdict": "no drift"}
    report = published(settings_in(tmp_path), records_of(shown=frame, drift=drift, long=SOMEBODYS_WORDS * 20))
    assert SOMEBODYS_WORDS not in json.dumps(manifest_in(report))
    assert manifest_in(report)["figures"]["drift"]["value"]["verdict"] == "no drift"
    assert without_words({"text": "a"}) != without_words({"text": "b"}), "a change of them is still seen"


def test_a_text_in_it_cannot_end_its_element():
    manifest = {"title": "</script><script>alert(1)</script><!-- "}
    html = with_manifest("<html><body><p>x</p></body></html>", manifest)
    assert html.count("</script>") == 1
    assert html.endswith("</script></body></html>"), "the last of the body"
    assert manifest_of(html) == manifest
    assert with_manifest(html, {"title": "another"}).count(ELEMENT) == 1
    assert manifest_of("<p>no manifest</p>") is None
    with pytest.raises(WorkbenchError, match="cannot be read"):
        manifest_of(html.replace('{"title"', '{"title'))


def test_the_final_report_lists_what_it_revised(tmp_path):
    settings = settings_in(tmp_path)
    published(settings, records_of(-0.25), vintage="preliminary")
    final = manifest_in(published(settings, records_of(-0.3), vintage="final"))
    assert [row["figure"] for row in final["revisions"]] == ["Mood"]
    again = manifest_in(published(settings, records_of(-0.31), vintage="final"))
    assert "revisions" not in again, "what was final is not revised, but made again"


def test_without_tiles_the_recorded_values_are_compared():
    def report(value, count=1):
        rows = [[f"Acme {number}", "volume", value] for number in range(count)]
        frame = {"columns": ["brand", "metric", "value"], "rows": rows}
        return {"figures": {"talk": {"value": frame}}, "tables": {}}

    (row,) = revision_rows(report(0.25), report(0.5))
    assert (row["figure"], row["was"], row["is"]) == ("talk, Acme 0, volume", "0.25", "0.5")
    assert revision_rows(report(0.25), report(0.25)) == []
    many = revision_rows(report(0.25, 60), report(0.5, 60))
    assert (len(many), many[-1]["figure"]) == (51, "10 more")


def test_the_patch_puts_a_changed_tree_back_together(tmp_path):
    def git(*words, at="here"):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        command = ["git", "-C", str(tmp_path / at), *identity, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    code = tmp_path / "here" / "workbench"
    code.mkdir(parents=True)
    git("init", "-q")
    (code / "a.py").write_text("a = 1\n")
    (tmp_path / "here" / "notes.txt").write_text("mine")
    git("add", ".")
    git("commit", "-qm", "first")
    assert changes(tmp_path / "here") == ""
    subprocess.run(["git", "clone", "-q", str(tmp_path / "here"), str(tmp_path / "there")], check=True)
    (code / "a.py").write_text("a = 2\n")
    (code / "new.py").write_text("b = 'é'\n")
    (tmp_path / "here" / "notes.txt").write_text("a secret of mine")
    patch = changes(tmp_path / "here")
    assert "secret" not in patch, "only code is kept"
    assert "new.py" not in git("ls-files"), "the index of the checkout is as it was"
    (tmp_path / "patch").write_text(patch)
    git("apply", str(tmp_path / "patch"), at="there")
    assert (tmp_path / "there/workbench/a.py").read_text() == "a = 2\n"
    assert (tmp_path / "there/workbench/new.py").read_text() == "b = 'é'\n"
    assert changes(tmp_path) == "", "no checkout at all"


def test_the_patch_has_no_posts_and_no_secrets(tmp_path):
    def git(*words):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", "-C", str(tmp_path), *identity, *words], check=True, capture_output=True)

    folder = tmp_path / "notebooks" / "kpi"
    folder.mkdir(parents=True)
    (tmp_path / "workbench").mkdir()
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    shown = new_output("stream", text=SOMEBODYS_WORDS)
    nbformat.write(new_notebook(cells=[new_code_cell("a = 1")]), folder / "old.ipynb")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    nbformat.write(new_notebook(cells=[new_code_cell("a = 2", outputs=[shown])]), folder / "old.ipynb")
    nbformat.write(new_notebook(cells=[new_code_cell("b = 3", outputs=[shown])]), folder / "new.ipynb")
    (folder / ".env").write_text("TOKEN=of mine")
    (folder / "posts.csv").write_text(SOMEBODYS_WORDS)
    for number, broken in enumerate((b"\xff\xfe", b"{", b'{"nbformat": 99, "cells": []}')):
        (folder / f"broken{number}.ipynb").write_bytes(broken)
    (tmp_path / "workbench" / "posts.json").write_text(SOMEBODYS_WORDS)
    patch = changes(tmp_path)
    assert list(patched_files(patch)) == ["notebooks/kpi/new.ipynb", "notebooks/kpi/old.ipynb"]
    assert "a = 2" in patch
    assert "b = 3" in patch
    assert SOMEBODYS_WORDS not in patch


def test_a_version_whose_files_were_changed_has_another_content(tmp_path):
    lake = Lake(str(tmp_path))
    lake.merge("lake", pa.table({"name": ["schema_version"], "value": ["1"]}))
    lake = lake.at(lake.current_versions())
    before = table_contents(lake)
    assert table_contents(lake) == before
    [file] = (tmp_path / "lake").glob("*.parquet")
    content = bytearray(file.read_bytes())
    content[10] ^= 1
    file.write_bytes(content)
    assert table_contents(lake) != before


def test_sets_of_labels_are_told_apart(tmp_path):
    lake = Lake(str(tmp_path))

    def label(number: str, said: str) -> dict:
        return {
            "annotation_id": number, "post_id": "x:1", "brand": "Acme", "task": "sentiment", "label": said,
            "annotator": "ann", "strategy": "random", "labelled_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
            "batch_id": "b",
        }  # fmt: skip

    def rows(*given: dict) -> pa.Table:
        return LABELS.conform(pa.Table.from_pylist(list(given)))

    lake.merge("labels", rows(label("1", "negative"), label("2", "neutral")))
    first = label_sets(lake)
    assert first["sentiment"]["count"] == 2
    lake.merge("labels", rows(label("2", "positive")), update=True)
    assert label_sets(lake)["sentiment"]["count"] == 2
    assert label_sets(lake)["sentiment"]["hash"] != first["sentiment"]["hash"]
    assert label_sets(lake.at({"labels": 0 if lake.current_versions()["labels"] == 1 else 1})) == first


def test_the_code_behind_a_figure_is_what_it_hangs_on_and_no_more():
    cells = [
        "from workbench import open_workbench, scorecard, record",
        "%matplotlib inline",
        "wb = open_workbench()\nother = wb.week()\nframe = wb.measure('volume', by)",
        "frame = frame[frame['brand'] == brand]\nframe['twice'] = 2 * frame['value']",
        "record('tiles', scorecard(frame))",
    ]
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    nbformat.validate(notebook)
    found = made_by(notebook)["tiles"]
    assert found["code"] == [
        "wb = open_workbench()",
        "frame = wb.measure('volume', by)",
        "frame = frame[frame['brand'] == brand]",
        "frame['twice'] = 2 * frame['value']",
        "scorecard(frame)",
    ]
    assert found["functions"] == [
        "workbench.reports.scorecard.scorecard",
        "workbench.session.open_workbench",
        "workbench.workbench.Workbench.measure",
    ]


def test_figures_have_the_same_name_wherever_their_row_stands():
    rows = [["Acme", "volume", 3, None], ["Bolt", "volume", 4, 0.5]]
    frame = {"columns": ["brand", "metric", "value", "low"], "rows": rows}
    turned = {**frame, "rows": rows[::-1]}
    assert numbers(frame, "talk") == numbers(turned, "talk")
    assert len(numbers({**frame, "rows": [rows[0], rows[0]]}, "talk")) == 2, "two like rows are two figures"


@pytest.mark.parametrize(
    ("cells", "behind"),
    [
        (["def share(v):\n    return v + 1", "record('f', share(1))"], "def share(v):\n    return v + 1"),
        (["rows = []", "rows.append(x)", "record('f', rows)"], "rows.append(x)"),
        (["frame.drop(0, inplace=True)", "record('f', frame)"], "frame.drop(0, inplace=True)"),
        (["for b in c:\n    rows.append(b)", "record('f', rows)"], "for b in c:\n    rows.append(b)"),
        (["n = %measure volume", "record(name='f', value=n)"], "n = get_ipython().run_line_magic('measure', 'volume')"),
        (["if good:\n    x = 2\n    record('f', x)"], "if good:\n    x = 2\n    record('f', x)"),
    ],
)  # fmt: skip
def test_helpers_changes_in_place_and_magics_are_behind_a_figure_too(cells, behind):
    found = made_by(new_notebook(cells=[new_code_cell(cell) for cell in cells]))["f"]
    assert behind in found["code"]


def test_what_is_only_shown_is_not_behind_a_figure():
    cells = ["wb = open_workbench()", "finding(wb.unheard())", "record('f', wb.measure('volume'))"]
    found = made_by(new_notebook(cells=[new_code_cell(cell) for cell in cells]))["f"]
    assert found["code"] == ["wb = open_workbench()", "wb.measure('volume')"]
