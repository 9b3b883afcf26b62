"""Files of a lake that are gone, cut off or written over are named; an untouched lake has none."""

from pathlib import Path

import pyarrow as pa
import pytest

from workbench.store.damage import damaged_files
from workbench.store.lake import Lake


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
