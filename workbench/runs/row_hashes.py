"""Hashes of the rows that a report was made of, kept beside the runs: a file that somebody changed is told row by row.

That a file changed is proved by its hash in the signed manifest; which of its rows, only who has seen them can say.
"""

import glob
import os
import tempfile
from bisect import insort
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

import duckdb

from workbench.runs.canonical import digest
from workbench.runs.file_names import file_safe
from workbench.runs.manifest import lake_place
from workbench.settings import Settings
from workbench.store.engine import DuckDBEngine
from workbench.store.lake import Lake
from workbench.tables import OUTPUTS, TABLES


def keep_row_hashes(lake: Lake, contents: Mapping[str, str], settings: Settings) -> int:
    """Keep the hashes of all rows of a lake opened at versions, of each of its files once; gives how many were new.

    Those of files that the lake has no more go. Of a lake in the cloud nothing is kept: its files are not fetched for
    it.

    Parameters
    ----------
    lake
        Opened at versions.
    contents
        By table, the hash of its files, as the manifest has it.
    settings
        Those in force: hashes are kept beside the runs.

    Raises
    ------
    duckdb.Error, OSError
        A file cannot be read, or a hash not kept; those before it are.
    """
    read = {name: files for name, files in contents.items() if name not in OUTPUTS}
    # Where all of these were kept, no table need be opened for it.
    whole = _folder(lake, settings) / f"{digest(read)}.whole"
    if whole.is_file():
        return 0
    new = [
        (name, file, kept)
        for name in read
        for file, kept in _files(lake, name, settings)
        if file.is_file() and not kept.is_file()
    ]
    if new:
        engine = DuckDBEngine()
        for name, file, kept in new:
            _save(_hashes(engine, name, file), kept)
        engine.close()
        forget_row_hashes(lake, settings)
    if whole.parent.is_dir():  # not where nothing was kept, as of a lake in the cloud
        whole.touch()
    return len(new)


def forget_row_hashes(lake: Lake, settings: Settings) -> None:
    """Remove what was kept of files that the lake has no more, as after an erasure: it has their keys."""
    for kept in _folder(lake, settings).glob("*/*.parquet"):
        if not (Path(lake.root) / kept.parent.name / kept.name).is_file():
            kept.unlink(missing_ok=True)
    for whole in _folder(lake, settings).glob("*.whole"):
        whole.unlink(missing_ok=True)


def row_hashes(
    lake: Lake, name: str, settings: Settings
) -> tuple[dict[str, list[int]], dict[str, list[int]]] | None:
    """The rows of a table opened at a version, by key: hashes as they were kept, and as the files have them now.

    A key has one row, unless somebody forged another. None where of one of its files nothing was kept, or it cannot be
    read.
    """
    engine = DuckDBEngine()
    was: dict[str, list[int]] = defaultdict(list)
    now: dict[str, list[int]] = defaultdict(list)
    try:
        for file, kept in _files(lake, name, settings):
            _add(was, engine.connection.read_parquet(glob.escape(str(kept))))
            _add(now, _hashes(engine, name, file))
    except duckdb.Error:
        return None
    finally:
        engine.close()
    return was, now


def _hashes(engine: DuckDBEngine, name: str, file: Path) -> duckdb.DuckDBPyRelation:
    """Keys of the rows of a file, and last a number of 64 bits that is another for another row."""
    keys = "".join(f'"{column}", ' for column in TABLES[name].key)
    rows = engine.connection.read_parquet(glob.escape(str(file))).set_alias("r")
    return rows.project(f"{keys} md5_number_lower(CAST(r AS VARCHAR)) AS row_hash")


def _add(found: dict[str, list[int]], rows: duckdb.DuckDBPyRelation) -> None:
    for row in rows.fetchall():
        insort(found[" · ".join(map(str, row[:-1]))], row[-1])


def _files(lake: Lake, name: str, settings: Settings) -> Iterator[tuple[Path, Path]]:
    """Each file of a table, and where the hashes of its rows are kept."""
    delta = lake.delta(name)
    for uri in delta.file_uris() if delta is not None else []:
        if "://" not in uri:
            file = Path(unquote(uri))
            yield file, _folder(lake, settings) / name / file.name


def _folder(lake: Lake, settings: Settings) -> Path:
    # As one version of DuckDB writes a row: another may write it otherwise, and must not accuse anybody.
    rows = settings.data_folder / "runs" / "rows" / f"duckdb-{duckdb.__version__}"
    return rows / file_safe(lake_place(lake.root, settings.folder))


def _save(rows: duckdb.DuckDBPyRelation, file: Path) -> None:
    """At once, so that nobody reads half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as making:
        rows.write_parquet(os.path.join(making, file.name))
        os.replace(os.path.join(making, file.name), file)
