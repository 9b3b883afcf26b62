"""Files of a lake that are gone, cut off or written over are named; an untouched lake has none."""

from pathlib import Path

import pyarrow as pa
import pytest
from unit.rows import post, posts

from workbench.doctor import examine
from workbench.settings import load_settings
from workbench.store.damage import damaged_files
from workbench.store.lake import Lake
from workbench.store.schema import open_lake


@pytest.fixture
def lake(tmp_path) -> Lake:
    lake = Lake(str(tmp_path / "a lake"))
    lake.merge("brands", pa.Table.from_pylist([{"brand": "Acme", "account": "acme", "origin": "settings"}]))
    return lake


def only_file(lake: Lake) -> Path:
    [file] = (Path(lake.root) / "brands").glob("*.parquet")
    return file


def test_an_untouched_lake_has_none(lake):
    assert damaged_files(lake) == []


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda file: file.unlink(), "is gone"),
        (lambda file: file.write_bytes(file.read_bytes()[:100]), "has 100 bytes, and "),
        (lambda file: file.write_bytes(b"x" * file.stat().st_size), "cannot be read"),
    ],
)
def test_what_was_spoilt_is_named(lake, spoil, told):
    file = only_file(lake)
    spoil(file)
    [found] = damaged_files(lake)
    assert found.startswith(f"table brands: {file} {told}")


def test_the_doctor_names_a_damaged_file_and_goes_on(tmp_path, monkeypatch):
    (tmp_path / "workbench.toml").write_text('[brands."Acme"]\nrole = "own"\n', encoding="utf-8")
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(tmp_path / "workbench.toml"))
    settings = load_settings()
    open_lake(settings).merge("posts", posts(post("1")))
    [file] = Path(settings.lake_root, "posts").glob("*.parquet")
    file.write_bytes(b"x" * file.stat().st_size)
    found = {result.name: result for result in examine()}
    assert not found["tables"].is_ok
    assert str(file) in found["tables"].found
    assert not found["engine"].is_ok
    assert found["disk"].found, "what comes after it is examined, too"
