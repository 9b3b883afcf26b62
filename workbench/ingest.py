"""One ingest: a source is read, masked, described and stored, and nothing of it twice."""

import datetime as dt
import json
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from pathlib import Path

import pyarrow as pa

from workbench.file_hash import sha256_of
from workbench.preparation import Context, Prepared, prepare
from workbench.privacy.masking import mask_text
from workbench.progress import Progress, silent
from workbench.settings import Settings
from workbench.sources.blocks import KEPT_CHARACTERS, Chunk, Rejected
from workbench.sources.files import read_posts
from workbench.sources.guessing import guess_mapping
from workbench.sources.layouts import Layout
from workbench.sources.mapping import Mapping
from workbench.sources.sniffing import sniff
from workbench.store.batches import Counts, begin, finish
from workbench.store.lake import Lake
from workbench.store.mentions import brand_accounts, remember_rules
from workbench.store.replies import inherit_mentions
from workbench.store.schema import claim, open_lake
from workbench.store.threads import resolve_threads
from workbench.text.mentions import account_for_brands

# Every merge looks through the keys of the whole table: a few large ones cost less than many small.
_ROWS_OF_A_MERGE = 100_000


@dataclass(frozen=True)
class IngestResult:
    """What an ingest did; `rejected_file` holds the refused rows, masked, with line and reason."""

    batch_id: str
    counts: Counts
    seconds: float
    rejected_file: Path | None


def ingest(
    path: Path,
    settings: Settings,
    mapping: Mapping | None = None,
    layout: Layout | None = None,
    progress: Progress = silent,
    *,
    chunk_rows: int = 25_000,
    workers: int = 2,
) -> IngestResult:
    """Read a file of posts into the lake, masked.

    Whatever interrupts it, running it again ends with exactly the right rows: every step adds only
    what is not there yet.

    Parameters
    ----------
    path
        CSV, TSV, JSONL, Parquet or XLSX, also gzipped.
    settings
        Where the lake is, and the brands.
    mapping, layout
        Which column is what, and how the file is laid out; found out where they are not given.
    progress
        Called with the share done (0–1) and what is being done.
    chunk_rows
        Rows that are read and prepared together.
    workers
        Processes that prepare rows; 0: this one does. A file of one chunk needs none.

    Raises
    ------
    WorkbenchError
        The file cannot be read as posts at all. Single bad rows are put aside instead.
    """
    start = time.perf_counter()
    layout = layout or sniff(path)
    mapping = mapping or guess_mapping(layout)
    lake = open_lake(settings)
    key = claim(lake, settings.key_file)
    chunks = read_posts(path, mapping, layout, time_zone=settings.time_zone, chunk_rows=chunk_rows)
    first = next(chunks, None)
    is_first = lake.delta("posts") is None
    batch_id = begin(lake, path.name, sha256_of(path), mapping.to_toml())
    context = Context(
        key=key,
        batch_id=batch_id,
        source=path.name,
        started_at=dt.datetime.now(dt.UTC),
        accounts=_learn_accounts(lake, settings, first),
        brands=settings.brands,
    )
    if is_first:
        remember_rules(lake, settings)
    counts = Counts()
    rejected_file = settings.data_folder / "rejected" / f"{batch_id}.jsonl"
    rejected_file.unlink(missing_ok=True)
    ready: list[Prepared] = []
    for chunk, prepared in _prepare_all(chain([first] if first else [], chunks), context, workers):
        ready.append(prepared)
        if sum(rows.posts.num_rows for rows in ready) >= _ROWS_OF_A_MERGE:
            _store(lake, ready)
            ready.clear()
        _put_aside(chunk.rejected, rejected_file, key, mapping)
        counts.read += chunk.posts.num_rows + len(chunk.rejected)
        counts.rejected += len(chunk.rejected)
        counts.masked += prepared.masked
        counts.brands_disagree += prepared.brands_disagree
        progress(chunk.fraction_done, f"{counts.read:,} rows")
    _store(lake, ready)
    if "in_reply_to" in mapping.fields and "thread_id" not in mapping.fields:
        resolve_threads(lake)
    inherit_mentions(lake)
    # Counted in the lake and not while writing: an ingest that goes on after a crash counts right too.
    counts.stored = lake.read("posts", ["post_id"], where=f"batch_id = '{batch_id}'").num_rows
    counts.duplicates = counts.read - counts.rejected - counts.stored
    finish(lake, batch_id, counts)
    return IngestResult(
        batch_id, counts, time.perf_counter() - start, rejected_file if counts.rejected else None
    )


def _prepare_all(chunks: Iterator[Chunk], context: Context, workers: int) -> Iterator[tuple[Chunk, Prepared]]:
    """Prepare what is more than one chunk in processes of their own; in order."""
    head = list(islice(chunks, 2))
    if len(head) < 2 or not workers:
        yield from ((chunk, prepare(chunk.posts, context)) for chunk in chain(head, chunks))
        return
    waiting: deque[tuple[Chunk, Future[Prepared]]] = deque()
    # Spawned, not forked: the lake's threads do not survive a fork.
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_end_with_parent) as pool:
        for chunk in chain(head, chunks):
            waiting.append((chunk, pool.submit(prepare, chunk.posts, context)))
            # No more than the workers can hold, so that a long file does not fill the memory.
            while len(waiting) > workers:
                done, future = waiting.popleft()
                yield done, future.result()
        for done, future in waiting:
            yield done, future.result()


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    parent = parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _store(lake: Lake, ready: list[Prepared]) -> None:
    if ready:
        # Posts last: a post that is there has its mentions and labels.
        lake.merge("labels", pa.concat_tables([rows.labels for rows in ready]))
        lake.merge("mentions", pa.concat_tables([rows.mentions for rows in ready]))
        lake.merge("posts", pa.concat_tables([rows.posts for rows in ready]))


def _learn_accounts(lake: Lake, settings: Settings, first: Chunk | None) -> dict[str, str]:
    """Brand by account: those of the settings, and those that the posts of a given brand address."""
    known = brand_accounts(lake, settings)
    rows = [{"brand": brand, "account": account, "origin": "settings"} for account, brand in known.items()]
    if first is not None and first.posts["brand"].null_count < first.posts.num_rows:
        found = account_for_brands(*(first.posts[name].to_pylist() for name in ("brand", "text", "author")))
        rows += [
            {"brand": brand, "account": account, "origin": "data"}
            for brand, account in found.items()
            if account not in known
        ]
    if rows:
        lake.merge("brands", pa.Table.from_pylist(rows))
    return brand_accounts(lake, settings)


def _put_aside(rejected: list[Rejected], file: Path, key: bytes, mapping: Mapping) -> None:
    """Append the refused rows with line and reason; what they say is masked, their author left out."""
    told = set(mapping.read) - set(mapping.sources("author"))
    if not rejected:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        for row in rejected:
            # Who wrote it, what nobody has asked for, and fields that could not be told apart, stay in the user's
            # own file. Masked before it is cut: half an address would not be known for one.
            said = {k: mask_text(v, key)[:KEPT_CHARACTERS] for k, v in row.row.items() if k in told}
            line = {"line": row.line, "reason": mask_text(row.reason, key), "row": said}
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
