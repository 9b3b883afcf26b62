"""Rows of a lake's files, kept by hash: a row changed behind its back is told, and nothing outlives an erasure."""

import datetime as dt
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.provenance.changed_rows import forged_rows
from workbench.runs.inputs import table_contents
from workbench.runs.row_hashes import forget_row_hashes, keep_row_hashes
from workbench.settings import Settings
from workbench.store.lake import Lake
from workbench.tables import TABLES

SCHEMA = TABLES["surveys"].schema


def survey(name: str, brand: str = "Acme") -> dict:
    at = dt.datetime(2026, 10, 5, tzinfo=dt.UTC)
    return {"survey_id": name, "author": None, "brand": brand, "score": 9, "answered_at": at}


def rows(*names: str) -> pa.Table:
    return pa.Table.from_pylist([survey(name) for name in names], schema=SCHEMA)


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(folder=tmp_path)


@pytest.fixture
def lake(settings) -> Lake:
    lake = Lake(settings.lake_root)
    lake.merge("surveys", rows("a", "b", "c"))
    lake.merge("surveys", rows("d, with 'marks'"))
    return lake.at(lake.current_versions())


def only_file(lake: Lake, row: str) -> Path:
    files = [Path(uri) for uri in lake.delta("surveys").file_uris()]
    return next(f for f in files if row in pq.read_table(f)["survey_id"].to_pylist())


def forge(lake: Lake, row: str, change) -> None:
    file = only_file(lake, row)
    found = [change(r) for r in pq.read_table(file).to_pylist()]
    pq.write_table(pa.Table.from_pylist([r for r in found if r], schema=pq.read_schema(file)), file)


def keep(lake: Lake, settings: Settings) -> int:
    return keep_row_hashes(lake, table_contents(lake), settings)


def kept(settings: Settings) -> list[Path]:
    return list((settings.data_folder / "runs" / "rows").rglob("*.parquet"))


def test_each_file_is_kept_once(lake, settings):
    assert keep(lake, settings) == 2
    assert keep(lake, settings) == 0
    now = Lake(lake.root)
    now.merge("surveys", rows("e"))
    assert keep(now.at(now.current_versions()), settings) == 1


def test_another_lake_at_the_same_place_and_versions_is_kept_too(lake, settings):
    keep(lake, settings)
    shutil.rmtree(lake.root)
    again = Lake(lake.root)
    again.merge("surveys", rows("x"))
    again.merge("surveys", rows("y"))
    again = again.at(again.current_versions())
    assert again.versions == lake.versions
    assert keep(again, settings) == 2
    assert not forged_rows(again, "surveys", again.versions["surveys"], settings)


def test_an_untouched_table_has_no_forged_row(lake, settings):
    keep(lake, settings)
    assert not forged_rows(lake, "surveys", lake.versions["surveys"], settings)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda row: {**row, "score": 1} if row["survey_id"] == "b" else row, "surveys: 1 changed (b)"),
        (lambda row: None if row["survey_id"] == "b" else row, "surveys: 1 removed (b)"),
        (lambda row: survey("e") if row["survey_id"] == "b" else row, "surveys: 1 added (e), 1 removed (b)"),
    ],
)
def test_the_row_that_was_forged_is_named(lake, settings, change, told):
    keep(lake, settings)
    forge(lake, "b", change)
    assert str(forged_rows(lake, "surveys", lake.versions["surveys"], settings)) == told


def test_a_row_that_was_doubled_is_named(lake, settings):
    keep(lake, settings)
    file = only_file(lake, "b")
    table = pq.read_table(file)
    pq.write_table(pa.concat_tables([table, table.slice(1, 1)]), file)
    assert str(forged_rows(lake, "surveys", lake.versions["surveys"], settings)) == "surveys: 1 changed (b)"


def test_where_nobody_kept_them_nothing_is_claimed(lake, settings):
    assert forged_rows(lake, "surveys", lake.versions["surveys"], settings) is None


def test_a_file_that_cannot_be_read_claims_nothing(lake, settings):
    keep(lake, settings)
    only_file(lake, "a").write_bytes(b"PAR1")
    assert forged_rows(lake, "surveys", lake.versions["surveys"], settings) is None


def test_what_was_erased_is_kept_no_longer(lake, settings):
    keep(lake, settings)
    before = len(kept(settings))
    only_file(lake, "a").unlink()
    forget_row_hashes(lake, settings)
    assert len(kept(settings)) == before - 1


def test_another_lake_keeps_its_own(lake, settings, tmp_path):
    keep(lake, settings)
    other = Lake(str(tmp_path / "other"))
    other.merge("surveys", rows("a"))
    keep(other.at(other.current_versions()), settings)
    forget_row_hashes(other, settings)
    assert not forged_rows(lake, "surveys", lake.versions["surveys"], settings)
