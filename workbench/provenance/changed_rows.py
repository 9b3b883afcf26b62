"""Which rows of a table changed between two of its versions, or behind the lake's back in one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.dataset as ds

from workbench.runs.row_hashes import row_hashes
from workbench.settings import Settings
from workbench.store.lake import Lake
from workbench.tables import TABLES

SHOWN = 3


@dataclass(frozen=True)
class ChangedRows:
    """Keys of the rows that were added, removed and changed."""

    table: str
    added: list[str]
    removed: list[str]
    changed: list[str]

    def __bool__(self) -> bool:
        """Whether any row differs."""
        return bool(self.added or self.removed or self.changed)

    def __str__(self) -> str:
        """In words: how many, and the first few by their keys."""
        groups = {"changed": self.changed, "added": self.added, "removed": self.removed}
        parts = [f"{len(keys):,} {what} ({_named(keys)})" for what, keys in groups.items() if keys]
        return f"{self.table}: {', '.join(parts) or 'no row differs'}"


def changed_rows(lake: Lake, name: str, before: int | None, after: int | None) -> ChangedRows | None:
    """The rows that differ between two versions; None of a version that there is not.

    Only files that one version has and the other has not are read: files of a table are never changed, so what both
    share is the same.
    """
    pair = [_files(lake, name, version) for version in (before, after)]
    old, new = pair
    if old is None or new is None:
        return None
    return _compared(name, _rows(name, old - new), _rows(name, new - old))


def forged_rows(lake: Lake, name: str, version: int, settings: Settings) -> ChangedRows | None:
    """The rows of a version that are not those that a report was made of; None where nobody kept what they were."""
    hashes = row_hashes(lake.at({name: version}), name, settings)
    return None if hashes is None else _compared(name, *hashes)


def _compared(name: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> ChangedRows:
    changed = [key for key in now if key in was and now[key] != was[key]]
    added, removed = [key for key in now if key not in was], [key for key in was if key not in now]
    return ChangedRows(name, sorted(added), sorted(removed), sorted(changed))


def _files(lake: Lake, name: str, version: int | None) -> set[str] | None:
    if version is None:
        return set()
    delta = lake.at({name: version}).delta(name)
    files = {unquote(file) for file in delta.file_uris()} if delta is not None else None
    # A store in the cloud is not read for this: the number of the version has to do.
    return None if files is None or any("://" in file for file in files) else files


def _rows(name: str, files: set[str]) -> dict[str, tuple]:
    """Rows by key, as text: their values are only compared, never shown."""
    if not files:
        return {}
    table = TABLES[name]
    found = ds.dataset(
        sorted(files), schema=pa.schema([f.with_nullable(True) for f in table.schema])
    ).to_table()
    keys = zip(*(found[column].to_pylist() for column in table.key), strict=True)
    values = zip(*(found[column].to_pylist() for column in found.column_names), strict=True)
    return {" · ".join(map(str, key)): row for key, row in zip(keys, values, strict=True)}


def _named(keys: list[str]) -> str:
    more = f" and {len(keys) - SHOWN:,} more" if len(keys) > SHOWN else ""
    return f"{', '.join(keys[:SHOWN])}{more}"
