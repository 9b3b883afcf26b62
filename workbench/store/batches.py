"""Ingests as they happened, and how one is taken back."""

import datetime as dt
from dataclasses import asdict, dataclass

import pyarrow as pa

from workbench.errors import WorkbenchError, did_you_mean
from workbench.store.lake import Lake


@dataclass
class Counts:
    """What happened to the rows of one ingest: read = stored + duplicates + rejected."""

    read: int = 0
    stored: int = 0
    duplicates: int = 0
    rejected: int = 0
    masked: int = 0
    brands_disagree: int = 0


def begin(lake: Lake, source: str, fingerprint: str, mapping: str) -> str:
    """Open a batch and give its id; an interrupted ingest of the same file and mapping goes on under its own."""
    rows = lake.read("batches", ["batch_id", "fingerprint", "mapping", "status"]).to_pylist()
    same = [r for r in rows if r["fingerprint"] == fingerprint and r["mapping"] == mapping]
    if interrupted := next((r for r in same if r["status"] == "running"), None):
        return interrupted["batch_id"]
    now = dt.datetime.now(dt.UTC)
    batch_id = f"{now:%Y-%m-%dT%H%M%S}-{now.microsecond:06d}-{fingerprint[:8]}"
    row = {
        "batch_id": batch_id,
        "source": source,
        "fingerprint": fingerprint,
        "mapping": mapping,
        "status": "running",
        "started_at": now,
    }
    lake.merge("batches", pa.Table.from_pylist([row]))
    return batch_id


def finish(lake: Lake, batch_id: str, counts: Counts) -> None:
    """Close a batch with what happened."""
    _rewrite(lake, batch_id, status="complete", finished_at=dt.datetime.now(dt.UTC), **asdict(counts))


def batches(lake: Lake) -> list[dict]:
    """All ingests, the newest first."""
    return sorted(lake.read("batches").to_pylist(), key=lambda row: row["started_at"], reverse=True)


def undo(lake: Lake, batch_id: str) -> int:
    """Take back an ingest: its posts and all that hangs on them. Gives the number of posts removed.

    A post that an earlier ingest had brought stays, for it belongs to that one.

    Raises
    ------
    WorkbenchError
        There is no such batch.
    """
    known = [row["batch_id"] for row in batches(lake)]
    if batch_id not in known:
        raise WorkbenchError(
            f"there is no batch '{batch_id}'.{did_you_mean(batch_id, known)} See: workbench batches list."
        )
    posts = lake.read("posts", ["post_id"], where=f"batch_id = '{batch_id}'")
    for table in ("predictions", "mentions", "near_duplicates"):
        lake.delete(table, posts)
    lake.delete("near_duplicates", posts.rename_columns(["duplicate_of"]))
    lake.delete("labels", pa.table({"batch_id": [batch_id]}))
    # The posts last: whoever is interrupted here still finds them, and can undo again.
    removed = lake.delete("posts", posts)
    _rewrite(lake, batch_id, status="undone")
    return removed


def _rewrite(lake: Lake, batch_id: str, **changes: object) -> None:
    row = lake.read("batches", where=f"batch_id = '{batch_id}'").to_pylist()[0]
    lake.merge("batches", pa.Table.from_pylist([{**row, **changes}]), update=True)
