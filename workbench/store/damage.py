"""Files of the lake that are not what its log says: gone, cut off, or written over behind its back."""

from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.store.lake import Lake
from workbench.tables import TABLES


def damaged_files(lake: Lake) -> list[str]:
    """What is wrong with each file of the versions it is opened at, in words; of a lake in the cloud nothing.

    Only sizes and the ends of the files are read, in which Parquet describes itself.
    """
    if "://" in lake.root:
        return []
    return [told for name in TABLES for told in _damaged(lake, name)]


def _damaged(lake: Lake, name: str) -> list[str]:
    delta, folder = lake.delta(name), Path(lake.root) / name
    if delta is None:
        return []
    logged = pa.table(delta.get_add_actions(flatten=True)).select(["path", "size_bytes"]).to_pylist()
    faults = {folder / unquote(one["path"]): one["size_bytes"] for one in logged}
    return [f"table {name}: {file} {fault}" for file, size in faults.items() if (fault := _fault(file, size))]


def _fault(file: Path, size: int) -> str:
    if not file.is_file():
        return "is gone"
    if file.stat().st_size != size:
        return f"has {file.stat().st_size:,} bytes, and {size:,} were written"
    try:
        pq.read_metadata(file)
    except (pa.ArrowException, OSError):
        return "cannot be read"
    return ""
