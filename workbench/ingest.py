"""One ingest: a source is read, masked, described and stored, and nothing of it twice."""

import datetime as dt
import hashlib
import json
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from workbench.privacy.masking import mask_text, mask_texts
from workbench.privacy.pseudonyms import pseudonyms
from workbench.settings import Brand, Settings
from workbench.sources.blocks import Chunk, Rejected
from workbench.sources.files import read_posts
from workbench.sources.guessing import guess_mapping
from workbench.sources.layouts import Layout
from workbench.sources.mapping import Mapping
from workbench.sources.sniffing import sniff
from workbench.store.batches import Counts, begin, finish
from workbench.store.lake import Lake, first_of_each_key
from workbench.store.mentions import brand_accounts, remember_rules
from workbench.store.replies import inherit_mentions
from workbench.store.schema import claim, open_lake
from workbench.store.threads import resolve_threads
from workbench.tables import LABELS, POSTS
from workbench.text.language import languages
from workbench.text.mentions import account_for_brands, disagreements, mentions_of
from workbench.text.questions import is_asking

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class IngestResult:
    """What an ingest did; `rejected_file` holds the refused rows, masked, with line and reason."""

    batch_id: str
    counts: Counts
    seconds: float
    rejected_file: Path | None


@dataclass(frozen=True)
class Context:
    """What is needed to mask and describe the posts of one batch, in whichever process."""

    key: bytes
    batch_id: str
    source: str
    collected_at: dt.datetime
    accounts: dict[str, str]
    brands: dict[str, Brand]


class Prepared(NamedTuple):
    """Rows ready to be stored, and how many posts held personal data."""

    posts: pa.Table
    mentions: pa.Table
    labels: pa.Table
    masked: int
    brands_disagree: int


def ingest(
    path: Path,
    settings: Settings,
    mapping: Mapping | None = None,
    layout: Layout | None = None,
    progress: Progress = lambda done, what: None,
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
        Rows that are read, prepared and stored together.
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
    batch_id = begin(lake, path.name, _fingerprint(path), mapping.to_toml())
    context = Context(
        key=key,
        batch_id=batch_id,
        source=path.name,
        collected_at=dt.datetime.now(dt.UTC),
        accounts=_learn_accounts(lake, settings, first),
        brands=settings.brands,
    )
    if is_first:
        remember_rules(lake, settings)
    counts = Counts()
    rejected_file = settings.data_folder / "rejected" / f"{batch_id}.jsonl"
    rejected_file.unlink(missing_ok=True)
    for chunk, prepared in _prepare_all(chain([first] if first else [], chunks), context, workers):
        _store(lake, prepared)
        _put_aside(chunk.rejected, rejected_file, key)
        counts.read += chunk.posts.num_rows + len(chunk.rejected)
        counts.rejected += len(chunk.rejected)
        counts.masked += prepared.masked
        counts.brands_disagree += prepared.brands_disagree
        progress(chunk.fraction_done, f"{counts.read:,} rows")
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


def prepare(raw: pa.Table, context: Context) -> Prepared:
    """Mask and describe one chunk of raw posts; pure, so that it can run in any process."""
    readable = frozenset(context.accounts)
    texts, has_masked = mask_texts(raw["text"].to_pylist(), context.key, readable)
    media, media_masked = mask_texts([m or "" for m in raw["media"].to_pylist()], context.key, readable)
    platform = raw["platform"]
    post_id = pc.binary_join_element_wise(platform, raw["native_id"], ":")
    parent = pc.binary_join_element_wise(platform, raw["in_reply_to"], ":")
    thread = pc.binary_join_element_wise(platform, raw["thread_id"], ":")
    spoken = [
        given or found for given, found in zip(raw["language"].to_pylist(), languages(texts), strict=True)
    ]
    handles = raw["author"].to_pylist()
    posts = {
        "post_id": post_id,
        "platform": platform,
        "author": pseudonyms(context.key, handles),
        "author_role": _roles(raw["author_role"].to_pylist(), handles, context.accounts),
        "kind": pc.coalesce(raw["kind"], pc.if_else(pc.is_valid(parent), "reply", "post")),
        "text": texts,
        "language": spoken,
        "is_asking": is_asking(texts),
        "created_at": raw["created_at"],
        "created_epoch": pc.cast(
            pc.cast(raw["created_at"], pa.timestamp("s", "UTC"), safe=False), pa.int64()
        ),
        "in_reply_to": parent,
        "thread_id": pc.coalesce(thread, parent, post_id),
        "media": pa.array([m or None for m in media], pa.string()),
        "brand_given": raw["brand"],
        "source": [context.source] * raw.num_rows,
        "collected_at": pa.array([context.collected_at] * raw.num_rows, pa.timestamp("us", "UTC")),
        "batch_id": [context.batch_id] * raw.num_rows,
        **{name: raw[name] for name in ("reach", "likes", "shares", "region", "product")},
    }
    table = first_of_each_key(POSTS.conform(pa.table(posts)), POSTS.key)
    mentions = mentions_of(table, context.brands, context.accounts, **_author_brands(context))
    return Prepared(
        posts=table,
        mentions=mentions,
        labels=_labels(raw, post_id, context),
        masked=sum(a or b for a, b in zip(has_masked, media_masked, strict=True)),
        brands_disagree=len(disagreements(table, mentions)),
    )


def _labels(raw: pa.Table, post_id: pa.ChunkedArray, context: Context) -> pa.Table:
    """Labels that the source carries. Two that contradict each other are both kept."""
    rows = pa.table(
        {
            "post_id": post_id,
            "brand": raw["brand"],
            "label": raw["sentiment"],
            "confidence": raw["sentiment_confidence"],
        }
    ).filter(pc.is_valid(raw["sentiment"]))
    said = (rows["post_id"], pc.fill_null(rows["brand"], ""), rows["label"])
    count = rows.num_rows
    rows = (
        rows.append_column("annotation_id", pc.binary_join_element_wise("imported", *said, "|"))
        .append_column("task", pa.array(["sentiment"] * count, pa.string()))
        .append_column("annotator", pa.array([f"imported:{context.source}"] * count, pa.string()))
        .append_column("labelled_at", pa.array([context.collected_at] * count, pa.timestamp("us", "UTC")))
        .append_column("strategy", pa.array(["imported"] * count, pa.string()))
        .append_column("batch_id", pa.array([context.batch_id] * count, pa.string()))
    )
    return LABELS.conform(rows)


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


def _store(lake: Lake, prepared: Prepared) -> None:
    # Posts last: a post that is there has its mentions and labels.
    lake.merge("labels", prepared.labels)
    lake.merge("mentions", prepared.mentions)
    lake.merge("posts", prepared.posts)


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


def _author_brands(context: Context) -> dict[str, dict[str, str]]:
    """Pseudonyms under which the brands' own accounts write."""
    names = list(context.accounts)
    made = pseudonyms(context.key, names)
    return {"author_brands": {p: context.accounts[n] for p, n in zip(made, names, strict=True) if p}}


def _roles(given: list[str | None], handles: list[str | None], accounts: dict[str, str]) -> list[str]:
    return [
        role or ("brand" if handle and handle.lower().lstrip("@") in accounts else "unknown")
        for role, handle in zip(given, handles, strict=True)
    ]


def _put_aside(rejected: list[Rejected], file: Path, key: bytes) -> None:
    """Append the refused rows with line and reason; what they say is masked, their author left out."""
    if not rejected:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        for row in rejected:
            # Who wrote it, and fields that could not be told apart, stay in the user's own file.
            said = {k: mask_text(v, key) for k, v in row.row.items() if k not in ("author", "raw")}
            out.write(
                json.dumps({"line": row.line, "reason": row.reason, "row": said}, ensure_ascii=False) + "\n"
            )


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
