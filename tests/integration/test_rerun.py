"""Reports of the sample made again: what was changed behind their back is found and named."""

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from loaded_sample import copy_of_sample
from report_notebook import write_notebook

from workbench.errors import WorkbenchError
from workbench.models import champions
from workbench.models.in_use import current
from workbench.models.lexicon import NAME as LEXICON
from workbench.provenance import opened_again
from workbench.provenance.difference import why_moved
from workbench.provenance.rerun import rerun
from workbench.provenance.verify import Finding, read_report, verify
from workbench.reporting import fulfil
from workbench.reports.displayed import displayed_figures
from workbench.runs.manifest import with_manifest
from workbench.runs.order import Order
from workbench.runs.signing import make_key, signed
from workbench.session import open_workbench
from workbench.settings import Settings, load_settings
from workbench.store.frames import in_memory
from workbench.store.lake import Lake
from workbench.store.schema import open_lake
from workbench.tables import TABLES

pytestmark = pytest.mark.slow

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

# The report that most of them begin with is made once.
FIRST = "kpi/small/first"
BRAND, WEEK = "Halvora", "2026-W43"
# A small notebook: two figures of its own, and one that reads a table which they do not need.
CELLS = (
    "text:\n# Small\n\nWhat do they say?",
    f'parameters:\nweek: str = "{WEEK}"  # ISO week\nweeks: int = 2  # weeks of history',
    "from workbench import open_workbench, record, records_table",
    "wb = open_workbench()\nperiod = wb.week(week)\nweeks_wanted = period.until_here(weeks)",
    f'shares = wb.measures(["volume", "sentiment_share"], ["brand", "week"], brand="{BRAND}", week=weeks_wanted)\n'
    'records_table(shares[["metric", "week", "value", "posts"]], caption="Shares")',
    'mentions = float(shares[shares["metric"] == "volume"]["value"].sum())',
    'outcomes = len(wb.table("outcomes").df())',
    'record("shares", shares)\nrecord("mentions", mentions)\nrecord("outcomes", outcomes)',
    'record("provenance", wb.provenance(week=period.label, weeks=weeks))',
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Path:
    folder = copy_of_sample(tmp_path_factory)
    settings_file = folder / "workbench.toml"
    _, public = make_key(load_settings(settings_file))
    with settings_file.open("a") as file:
        file.write(f'\n[signing]\npublic_key = "{public}"\n')
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("WORKBENCH_SETTINGS", str(settings_file))
        report_of(load_settings())
    return folder


@pytest.fixture
def settings(loaded, tmp_path, monkeypatch) -> Settings:
    """A copy of the loaded sample, so that each test may spoil its own."""
    folder = tmp_path / "sample"
    shutil.copytree(loaded, folder)
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(folder / "workbench.toml"))
    return load_settings()


def report_of(settings: Settings, name: str = FIRST, *cells: str, **parameters) -> Path:
    made = Order(Path(), FIRST).report_file(settings.data_folder)
    if name == FIRST and not cells and not parameters and made.exists():
        return made
    source = write_notebook(settings.folder / "notebooks" / "kpi" / "small.ipynb", *(cells or CELLS))
    return fulfil(Order(source, name, parameters), settings, quiet)


def quiet(done: float, what: str) -> None:
    """Progress that nobody watches."""


def every_second_figure(html: str) -> list[dict[str, str]]:
    return displayed_figures(html)[::2]


def made_again(report: Path, settings: Settings) -> dict[str, Finding]:
    return {finding.check: finding for finding in rerun(*read_report(report), settings, quiet)}


def a_mention(lake: Lake, *, is_labelled: bool) -> tuple[str, str]:
    """A relevant mention of the brand in the week that enters the figures: post and brand."""
    frame = in_memory(open_workbench().mentions)
    own = frame[(frame["brand"] == BRAND) & (frame["week"] == WEEK) & frame["is_relevant"]]
    own = own[own["author_role"] == "customer"]
    labels = lake.read("labels", ["post_id"], where="task = 'sentiment' AND strategy = 'random'")
    known = own["post_id"].isin(labels["post_id"].to_pylist())
    return str(own[known if is_labelled else ~known]["post_id"].iloc[0]), BRAND


def erase(lake: Lake, post: str) -> None:
    for table in ("posts", "mentions", "predictions"):
        lake.delete(table, pa.table({"post_id": [post]}))


def turn_label(lake: Lake, post: str) -> str:
    """Turn what people said of a post into its opposite; gives the key of the label."""
    where = f"task = 'sentiment' AND post_id = '{post}' AND brand = '{BRAND}'"
    row = lake.read("labels", where=where).to_pylist()[0]
    turned = {**row, "label": "positive" if row["label"] == "negative" else "negative"}
    rows = pa.Table.from_pylist([turned], schema=lake.read("labels", where=where).schema)
    lake.merge("labels", rows, update=True)
    return row["annotation_id"]


def rewrite(lake: Lake, table: str, version: int, change) -> None:
    """Change the files of a version behind the lake's back, as somebody would who forges history."""
    for name in lake.at({table: version}).delta(table).file_uris():
        file = Path(name)
        # Read by the declared types: the engines write views of strings, which cannot be compared here.
        rows = ds.dataset(file, schema=TABLES[table].schema).to_table()
        pq.write_table(change(rows), file)


def test_a_report_comes_out_again_and_nothing_is_written(settings):
    report = report_of(settings)
    before = open_lake(settings).current_versions()
    files = sorted(file for file in settings.folder.rglob("*") if "lake" not in file.parts)
    found = made_again(report, settings)
    assert all(finding.holds for finding in verify(report, settings))
    assert found["ingredients"].holds
    assert found["figures made again"].holds, found["figures made again"]
    assert found["displayed figures made again"].holds
    assert "within 1e-09 relative" in found["figures made again"].said, "the tolerance is stated"
    assert open_lake(settings).current_versions() == before
    assert sorted(file for file in settings.folder.rglob("*") if "lake" not in file.parts) == files


def test_the_weekly_report_comes_out_again(settings):
    source = NOTEBOOKS / "kpi" / "weekly.ipynb"
    report = fulfil(Order(source, f"kpi/weekly/{WEEK}", {"week": WEEK}), settings, quiet)
    assert report.stat().st_size < 1_500_000
    found = made_again(report, settings)
    assert found["figures made again"].holds, found["figures made again"]
    assert found["displayed figures made again"].holds, found["displayed figures made again"]


def test_a_workbench_that_finds_other_figures_in_a_page_reads_both_pages_in_its_own_way(
    settings, monkeypatch
):
    report = report_of(settings)
    for part in ("verify", "rerun", "swaps"):
        monkeypatch.setattr(f"workbench.provenance.{part}.displayed_figures", every_second_figure)
    found = made_again(report, settings)
    assert all(finding.holds for finding in verify(report, settings))
    assert found["displayed figures made again"].holds, found["displayed figures made again"]


def test_a_post_changed_since_is_named_and_changes_nothing_of_the_report(settings):
    report, lake = report_of(settings), open_lake(settings)
    post, _ = a_mention(lake, is_labelled=False)
    erase(lake, post)
    found = made_again(report, settings)
    assert found["figures made again"].holds, "it is made again of what was there then"
    assert any(told.startswith(f"posts: 1 removed ({post})") for told in found["since"].details), found[
        "since"
    ]


def test_a_label_changed_since_is_named(settings):
    report, lake = report_of(settings), open_lake(settings)
    key = turn_label(lake, a_mention(lake, is_labelled=True)[0])
    assert any(f"labels: 1 changed ({key})" in told for told in made_again(report, settings)["since"].details)


def test_one_post_forged_in_the_history_is_found(settings):
    report, lake = report_of(settings), open_lake(settings)
    post, brand = a_mention(lake, is_labelled=False)

    def drop(rows: pa.Table) -> pa.Table:
        is_it = pc.and_(pc.equal(rows["post_id"], post), pc.equal(rows["brand"], brand))
        return rows.filter(pc.invert(is_it))

    version = lake.current_versions()["mentions"]
    rewrite(lake, "mentions", version, drop)
    found = made_again(report, settings)
    assert found["ingredients"].details == (
        f"table mentions: its files of version {version} are not those that the report was made of "
        f"(mentions: 1 removed ({post} · {brand}))",
    )
    told = found["figures made again"].details
    assert any(line.startswith(f"shares, {BRAND}, {WEEK}, volume: value: is ") for line in told), told
    assert found["displayed figures made again"].holds is False


def test_one_label_forged_in_the_history_is_found(settings):
    report, lake = report_of(settings), open_lake(settings)
    post, brand = a_mention(lake, is_labelled=True)

    def turn(rows: pa.Table) -> pa.Table:
        is_it = pc.and_(pc.equal(rows["post_id"], post), pc.equal(rows["brand"], brand))
        # Some labels are of no brand.
        is_it = pc.fill_null(pc.and_(is_it, pc.equal(rows["task"], "sentiment")), False)
        opposite = pc.if_else(pc.equal(rows["label"], "negative"), "positive", "negative")
        labels = pc.if_else(is_it, opposite, rows["label"]).cast(rows.schema.field("label").type)
        return rows.set_column(rows.schema.get_field_index("label"), rows.schema.field("label"), labels)

    where = f"task = 'sentiment' AND post_id = '{post}' AND brand = '{brand}'"
    turned = sorted(lake.read("labels", ["annotation_id"], where=where)["annotation_id"].to_pylist())
    rewrite(lake, "labels", lake.current_versions()["labels"], turn)
    found = made_again(report, settings)
    assert found["ingredients"].details[0].startswith("table labels")
    assert f"(labels: {len(turned)} changed ({', '.join(turned)}))" in found["ingredients"].details[0]
    # The log of the lake has the size of each file, so that its own reader refuses this one.
    assert found["figures made again"].holds is False
    assert found["figures made again"].details[0].startswith("table labels: ")
    assert found["figures made again"].details[0].endswith(" were written")


def test_one_parameter_forged_and_signed_anew_is_named(settings):
    report = report_of(settings, weeks=2)
    html, manifest = read_report(report)
    manifest["order"]["parameters"]["weeks"] = 3
    forged = signed(manifest, settings)
    report.write_text(with_manifest(html, forged), encoding="utf-8")
    (settings.data_folder / "runs/kpi/small/first.manifest.json").write_text(json.dumps(forged))
    assert all(finding.holds for finding in verify(report, settings)), "whoever has the key can do this"
    found = made_again(report, settings)["figures made again"]
    assert found.holds is False
    assert found.details[0] == "parameter weeks: the report was made with 2, its manifest says 3"


def test_a_package_changed_since_is_named(settings, monkeypatch):
    report = report_of(settings)
    here = opened_again.packages()
    monkeypatch.setattr(opened_again, "packages", lambda: {**here, "pandas": "9.9"})
    code = made_again(report, settings)["code"]
    assert code.said == "made by other code or packages than are here."
    assert code.details == (f"package pandas: {here['pandas']} → 9.9",)


def test_a_model_put_in_use_since_changes_nothing_of_a_report(settings):
    report = report_of(settings)
    now = current(settings.data_folder / "models").name
    folder = settings.data_folder / "models" / "sentiment"
    champions.record(folder, LEXICON, "rolled back", LEXICON, now, "for the test")
    assert current(settings.data_folder / "models").name == LEXICON
    assert made_again(report, settings)["figures made again"].holds
    with (folder / now / "model.skops").open("ab") as file:
        file.write(b"x")
    (changed,) = made_again(report, settings)["ingredients"].details
    assert changed == f"model {now} for sentiment: its files are not those that the report was made with"
    shutil.rmtree(folder / now)
    found = made_again(report, settings)
    assert found["ingredients"].details == (f"model {now} for sentiment is no longer in {folder}",)
    assert found["figures made again"].holds is False


def test_after_an_erasure_it_is_said_which_figures_are_lost_and_why(settings):
    report, lake = report_of(settings), open_lake(settings)
    lake.delete("outcomes", lake.read("outcomes", list(TABLES["outcomes"].key)).slice(0, 1))
    lake.delta("outcomes").vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
    found = made_again(report, settings)
    assert "table outcomes has lost 1 of the 1 files" in found["ingredients"].details[0]
    told = found["figures made again"]
    assert told.holds is False
    assert len(told.details) == 2, "the figures that do not need that table come out again"
    assert told.details[0].startswith("table outcomes has lost")
    assert told.details[1] == "outcomes: lost"
    assert found["since"].said == "of outcomes it cannot be told; the other data are the same today."


def test_a_notebook_that_keeps_something_is_not_made_again(settings):
    source = NOTEBOOKS / "modeling" / "train_sentiment.ipynb"
    order = Order(source, "modeling/train_sentiment/now", {"cross_fitted": False})
    report = fulfil(order, settings, quiet)
    models = sorted((settings.data_folder / "models" / "sentiment").iterdir())
    found = made_again(report, settings)["figures made again"]
    assert found.holds is False
    assert "would have kept a trained model" in found.said
    assert sorted((settings.data_folder / "models" / "sentiment").iterdir()) == models


def test_why_it_moved_a_post_a_label_and_a_parameter(settings):
    old, lake = report_of(settings, weeks=2), open_lake(settings)
    post, _ = a_mention(lake, is_labelled=False)
    erase(lake, post)
    key = turn_label(lake, a_mention(lake, is_labelled=True)[0])
    new = report_of(settings, "kpi/small/second", weeks=3)
    compared, moved = why_moved(read_report(old)[1], read_report(new)[1], settings, quiet)
    assert set(compared.swapped) == {"data", "labels", "parameters"}
    assert f"posts: 1 removed ({post})" in compared.swapped["data"]
    assert compared.swapped["labels"] == [f"labels: 1 changed ({key})"]
    assert compared.swapped["parameters"] == ["weeks: was 2, is 3"]
    assert not [told for told in compared.not_swapped if "package" in told]
    by_name = {one.figure: one for one in moved}
    volume = by_name[f"shares, {BRAND}, {WEEK}, volume: value"]
    assert (volume.alone["data"], volume.alone["labels"], volume.alone["parameters"]) == (-1, 0, 0)
    assert (volume.interactions, volume.remainder) == (0, 0)
    share = by_name[f"shares, {BRAND}, {WEEK}, sentiment_share.negative: value"]
    assert share.alone["labels"]
    assert share.alone["parameters"] == 0
    mentions = by_name["mentions"]
    assert mentions.alone["parameters"] == mentions.change + 1, "a week more, and a post less"
    for one in moved:
        parts = [*one.alone.values(), one.interactions, one.remainder]
        if None not in parts:
            assert sum(parts) == pytest.approx(one.change, abs=1e-8), one.figure


def test_reports_of_two_notebooks_are_not_compared(settings):
    small = read_report(report_of(settings))[1]
    other = {**small, "order": {**small["order"], "notebook": "kpi/other"}}
    with pytest.raises(WorkbenchError, match="different notebooks"):
        why_moved(small, other, settings, quiet)
