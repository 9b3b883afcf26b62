import base64
import copy
import zlib
from pathlib import Path

import pyarrow as pa
import pytest
from signed_report import published, records_of, settings_in

from workbench.errors import WorkbenchError
from workbench.provenance.changed_rows import changed_rows
from workbench.provenance.difference import attributed, only_in_one, verdicts, why_moved
from workbench.provenance.factors import Compared, compare
from workbench.provenance.opened_again import code_changes, lost_tables
from workbench.provenance.rerun import differing
from workbench.provenance.said import legend, moved_rows, say_difference
from workbench.provenance.swaps import Ingredients, Remade, remake
from workbench.provenance.verify import read_report
from workbench.runs.recorded_values import numbers
from workbench.settings import Settings
from workbench.store.lake import Lake

NOTHING = Ingredients({}, {}, {}, {})
CODE = {"commit": "1f2e", "diff": None, "patch": ""}
PLACE = {"code": CODE, "python": "3.11.7 on Linux x86_64", "packages": {"numpy": "2.2.5", "pandas": "3.0.1"}}


@pytest.fixture
def made_reports(monkeypatch):
    """Two manifests of which only the recorded figures count, and settings; nothing else is looked up."""
    old, new = ({"figures": {"mentions": {"value": value}}, "tables": {}} for value in (32, 42))
    monkeypatch.setattr("workbench.provenance.difference._otherwise_here", lambda *given: [])
    return old, new, Settings()


def runs(**values: float) -> dict:
    """Figures by the set of parts taken from the new report: ``data_labels=3`` is both, ``none=1`` neither."""
    return {
        frozenset() if name == "none" else frozenset(name.split("_")): {"share": value}
        for name, value in values.items()
    }


def test_effects_that_add_up_leave_no_interaction():
    made = runs(none=10, data=12, labels=11, data_labels=13)
    moved = attributed("share", 10, 13, ["data", "labels"], made)
    assert moved.alone == {"data": 2, "labels": 1}
    assert moved.last == {"data": 2, "labels": 1}
    assert (moved.interactions, moved.remainder, moved.change) == (0, 0, 3)


def test_what_only_both_together_move_is_an_interaction():
    made = runs(none=10, data=10, labels=10, data_labels=14)
    moved = attributed("share", 10, 14, ["data", "labels"], made)
    assert (moved.alone, moved.last) == ({"data": 0, "labels": 0}, {"data": 4, "labels": 4})
    assert moved.interactions == 4


def test_what_cannot_be_swapped_is_the_remainder():
    moved = attributed("share", 10, 15, ["data"], runs(none=11, data=13))
    assert moved.alone == {"data": 2}
    assert moved.remainder == 3, "2 of 5 were made again; code or packages did the rest"


def test_a_figure_that_is_not_there_in_a_mix_is_not_guessed():
    made = {frozenset(): {"share": 1.0}, frozenset({"data"}): {}}
    moved = attributed("share", 1, 2, ["data"], made)
    assert (moved.alone["data"], moved.interactions, moved.remainder) == (None, None, None)
    assert moved_rows([moved], 5)[0]["data"] == "?"


def test_a_part_that_cannot_be_put_in_alone_counts_as_the_last():
    # The new week is not in the old data: 10 → 14 by data, then 14 → 9 by the week.
    made = {
        frozenset(): {"talk": 10.0},
        frozenset({"data"}): {"talk": 14.0},
        frozenset({"week"}): {},
        frozenset({"data", "week"}): {"talk": 9.0},
    }
    moved = attributed("talk", 10, 9, ["data", "week"], made)
    assert (moved.alone, moved.last["week"]) == ({"data": 4.0, "week": None}, -5.0)
    assert (moved.interactions, moved.remainder) == (0, 0)
    (row,) = moved_rows([moved], 1)
    assert row["week"] == "-5 last"
    assert legend([row])[0].startswith("last: cannot be put into the old report alone")


def test_a_tile_whose_verdict_is_another_is_named():
    def report(status: str) -> dict:
        return {"tiles": [{"label": "Mood", "status": status}, {"label": "Talk"}]}

    judged = verdicts(report("met"), report("unsure"))
    told = say_difference(
        Path("o"), Path("n"), Compared(NOTHING, NOTHING, {}), [], {"gone": [], "new": []}, judged
    )
    assert told.splitlines()[-1] == "Mood: target met → whether the target is met cannot be told yet"
    assert verdicts(report("met"), report("met")) == {}


def test_a_brand_that_changed_its_rank_is_the_same_figure():
    def ranks(letter: str, share: float) -> dict:
        return {"columns": ["brand", "alike", "value"], "rows": [["Acme", letter, share]]}

    assert numbers(ranks("A", 0.3), "ranks").keys() == numbers(ranks("B", 0.5), "ranks").keys()


def test_a_small_change_of_a_small_figure_is_a_change():
    assert differing({"a": 2e-11}, {"a": 1e-11}) == ["a"]
    moved = attributed("share", 1e-10, 3e-10, ["data"], runs(none=1e-10, data=2e-10))
    assert moved.alone["data"] == pytest.approx(1e-10)
    assert moved.remainder == pytest.approx(1e-10)


def test_figures_that_only_one_report_has_are_named():
    def report(**values: float) -> dict:
        return {"figures": {name: {"value": value} for name, value in values.items()}}

    found = only_in_one(report(a=1, b=2), report(b=3, c=4))
    assert found == {"gone": ["a"], "new": ["c"]}
    told = say_difference(Path("o"), Path("n"), Compared(NOTHING, NOTHING, {}), [], found, {})
    assert told.splitlines()[-2:] == ["1 only in the old report: a", "1 only in the new report: c"]


def test_tiles_come_first_and_the_last_digits_of_sums_do_not_count():
    assert differing({"a": 0.1 + 0.2}, {"a": 0.3}) == []
    moved = [
        attributed(name, 1, 2, [], {frozenset(): {name: 1.0}})
        for name in ("talk: value", "tiles, Mood: value")
    ]
    assert [row["figure"] for row in moved_rows(moved, 1)] == ["tiles, Mood"]


def test_a_changed_package_is_named():
    other = {**PLACE, "packages": {"numpy": "2.2.6", "pandas": "3.0.1"}}
    assert code_changes(PLACE, PLACE) == []
    assert code_changes(PLACE, other) == ["package numpy: 2.2.5 → 2.2.6"]


def test_a_changed_file_of_a_dirty_tree_is_named():
    def dirty(*patches: str) -> dict:
        patch = "".join(patches)
        kept = base64.b85encode(zlib.compress(patch.encode())).decode()
        return {**PLACE, "code": {"commit": "1f2e+changes", "diff": patch, "patch": kept}}

    one = "diff --git a/workbench/kpi/volume.py b/workbench/kpi/volume.py\n+a\n"
    two = "diff --git a/workbench/kpi/net_sentiment.py b/workbench/kpi/net_sentiment.py\n+b\n"
    told = code_changes(dirty(one), dirty(one, two))
    assert told == ["code: other changes on top of the commit: workbench/kpi/net_sentiment.py"]


def test_a_mix_takes_each_table_from_where_it_is_wanted():
    old = Ingredients({"posts": 1, "labels": 1, "predictions": 1}, {"sentiment": "a"}, {}, {"weeks": 12})
    new = Ingredients(
        {"posts": 2, "labels": 2, "predictions": 2, "cases": 1}, {"sentiment": "b"}, {}, {"weeks": 8}
    )
    both = Compared(old, new, {"data": ["x"], "labels": ["x"], "parameters": ["x"]})
    assert both.mixed([]) == Ingredients(
        {"posts": 1, "labels": 1, "predictions": 1}, {"sentiment": "a"}, {}, {"weeks": 12}
    )
    assert both.mixed(["labels"]).tables == {"posts": 1, "labels": 2, "predictions": 1}
    assert both.mixed(["data", "parameters"]).tables == {
        "posts": 2,
        "labels": 1,
        "predictions": 2,
        "cases": 1,
    }
    assert both.mixed(["data", "parameters"]).parameters == {"weeks": 8}
    with_model = Compared(old, new, {"data": ["x"], "model": ["x"]})
    assert with_model.mixed(["model"]).tables["predictions"] == 2, (
        "the old version knows nothing of the new model"
    )
    assert with_model.mixed(["model"]).models == {"sentiment": "b"}
    assert with_model.mixed(["data"]).tables["predictions"] == 2, (
        "the old version knows nothing of the new posts"
    )


def test_the_rows_that_differ_between_two_versions_are_named(tmp_path):
    lake = Lake(str(tmp_path))

    def say(update: bool = False, **said: str) -> int:
        rows = pa.table({"name": list(said), "value": list(said.values())})
        lake.merge("lake", rows, update=update)
        return lake.current_versions()["lake"]

    first = say(a="1", b="2")
    second = say(update=True, a="3", c="4")
    rows = changed_rows(lake, "lake", first, second)
    assert rows is not None
    assert (rows.changed, rows.added, rows.removed) == (["a"], ["c"], [])
    assert str(rows) == "lake: 1 changed (a), 1 added (c)"
    back = changed_rows(lake, "lake", second, first)
    assert back is not None
    assert (back.added, back.removed) == ([], ["c"])
    assert not changed_rows(lake, "lake", first, first)


def test_a_version_whose_files_are_gone_is_lost_and_said(tmp_path):
    lake = Lake(str(tmp_path))
    lake.merge("lake", pa.table({"name": ["a"], "value": ["1"]}))
    version = lake.current_versions()["lake"]
    assert lost_tables(lake, {"lake": version}) == {}
    for file in (tmp_path / "lake").glob("*.parquet"):
        file.unlink()
    assert "has lost 1 of the 1 files" in lost_tables(lake, {"lake": version})["lake"]
    assert "no longer opens at version 99" in lost_tables(lake, {"lake": 99})["lake"]


def test_reports_of_different_notebooks_are_not_compared(tmp_path):
    settings = settings_in(tmp_path)
    _, manifest = read_report(published(settings, records_of()))
    other = copy.deepcopy(manifest)
    other["order"]["notebook"] = "kpi/baseline"
    with pytest.raises(WorkbenchError, match=r"different notebooks \(kpi/weekly and kpi/baseline"):
        compare(manifest, other, settings)


def test_settings_and_the_way_a_figure_is_made_are_told_apart(tmp_path):
    settings = settings_in(tmp_path)
    _, old = read_report(published(settings, records_of()))
    new = copy.deepcopy(old)
    new["settings"]["values"]["closing_days"] = 3
    new["figures"]["tiles"]["code"] = ["table = brand_table(2 * weeks)", *old["figures"]["tiles"]["code"][1:]]
    assert compare(old, new, settings).not_swapped == [], "of one notebook another workbench has traced more"
    new["order"]["notebook_hash"] = "another"
    compared = compare(old, new, settings)
    assert compared.swapped == {"settings": ["closing_days: was null, is 3"]}
    assert compared.not_swapped == [
        "method of tiles: the notebook makes it otherwise (no longer `table = brand_table(weeks)`; "
        "now `table = brand_table(2 * weeks)`)"
    ]


def test_a_forged_manifest_does_not_choose_what_runs_here(tmp_path):
    settings = settings_in(tmp_path / "ours")
    _, manifest = read_report(published(settings, records_of()))
    for name in ("../../evil.ipynb", str(tmp_path / "evil.ipynb"), "../evil/x"):
        manifest["order"]["notebook"] = name
        with pytest.raises(WorkbenchError, match="It is not run from a report"):
            remake(manifest, settings, Ingredients.of(manifest))


def test_a_part_that_cannot_be_put_in_alone_is_put_in_last(made_reports, monkeypatch):
    """The new week is not in the old data; in the new data it is."""
    old, new, settings = made_reports
    swapped = Compared(NOTHING, NOTHING, {"data": ["posts"], "parameters": ["week"]})
    values = {(): 32, ("data",): 32, ("data", "parameters"): 42}

    def remade(manifest, settings, mix):
        if tuple(sorted(mix)) not in values:
            raise WorkbenchError("there are no posts of that week.")
        return Remade({"mentions": values[tuple(sorted(mix))]}, {})

    monkeypatch.setattr(Compared, "mixed", lambda self, mix: mix)
    monkeypatch.setattr("workbench.provenance.difference.remake", remade)
    monkeypatch.setattr("workbench.provenance.difference.compare", lambda *given: swapped)
    compared, [moved] = why_moved(old, new, settings, lambda done, what: None)
    assert moved.alone == {"data": 0, "parameters": None}
    assert moved_rows([moved], 5)[0]["parameters"] == "+10 last"
    assert any(
        "the new parameters cannot be made: there are no posts of that week" in line
        for line in compared.not_swapped
    )


def test_a_report_that_does_not_come_out_again_is_told(made_reports, monkeypatch):
    old, new, settings = made_reports
    swapped = Compared(NOTHING, NOTHING, {"parameters": ["week"]})
    monkeypatch.setattr(Compared, "mixed", lambda self, mix: mix)
    monkeypatch.setattr(
        "workbench.provenance.difference.remake",
        lambda manifest, settings, mix: Remade({"mentions": 50 if mix else 1032}, {}),
    )
    monkeypatch.setattr("workbench.provenance.difference.compare", lambda *given: swapped)
    compared, _ = why_moved(old, new, settings, lambda done, what: None)
    assert "the old report made again has 1 other figures than it shows, as mentions" in compared.not_swapped
    assert "the new report made again has 1 other figures than it shows, as mentions" in compared.not_swapped
