"""Rows as they may be stored: masked, under pseudonyms, described. Pure, so that any process can do it."""

import datetime as dt
from dataclasses import dataclass
from itertools import compress
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from workbench.privacy.masking import mask_texts
from workbench.privacy.pseudonyms import pseudonyms
from workbench.settings import Brand
from workbench.sources.identifiers import keyed
from workbench.store.lake import first_of_each_key
from workbench.tables import LABELS, POSTS, TIME
from workbench.text.language import languages
from workbench.text.mentions import disagreements, mentions_of
from workbench.text.questions import is_asking


@dataclass(frozen=True)
class Context:
    """What is needed to mask and describe the posts of one batch."""

    key: bytes
    batch_id: str
    source: str
    started_at: dt.datetime
    accounts: dict[str, str]
    brands: dict[str, Brand]


class Prepared(NamedTuple):
    """Rows ready to be stored, and how many posts held personal data."""

    posts: pa.Table
    mentions: pa.Table
    labels: pa.Table
    masked: int
    brands_disagree: int


def prepare(raw: pa.Table, context: Context) -> Prepared:
    """Mask and describe posts.

    Parameters
    ----------
    raw
        Posts as `workbench.sources.files.RAW_POSTS` declares them.
    context
        Of their batch.
    """
    readable = frozenset(context.accounts)
    texts, has_masked = mask_texts(raw["text"].to_pylist(), context.key, readable)
    media, media_masked = mask_texts([m or "" for m in raw["media"].to_pylist()], context.key, readable)
    platform = raw["platform"]
    post_id, parent, thread = (
        pc.binary_join_element_wise(platform, keyed(raw[name], context.key), ":")
        for name in ("native_id", "in_reply_to", "thread_id")
    )
    handles = raw["author"].to_pylist()
    posts = {
        "post_id": post_id,
        "platform": platform,
        "author": pseudonyms(context.key, handles),
        "author_role": _roles(raw["author_role"].to_pylist(), handles, context.accounts),
        "kind": pc.coalesce(raw["kind"], pc.if_else(pc.is_valid(parent), "reply", "post")),
        "text": texts,
        "language": _spoken(raw["language"], texts),
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
        "collected_at": pc.coalesce(raw["collected_at"], pa.scalar(context.started_at, TIME)),
        "batch_id": [context.batch_id] * raw.num_rows,
        **{name: raw[name] for name in ("reach", "likes", "shares", "region", "product")},
    }
    table = first_of_each_key(POSTS.conform(pa.table(posts)), POSTS.key)
    mentions = mentions_of(table, context.brands, context.accounts, author_brands=_author_brands(context))
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
    same_for_all = {
        "task": "sentiment",
        "annotator": f"imported:{context.source}",
        "labelled_at": pa.scalar(context.started_at, TIME),
        "strategy": "imported",
        "batch_id": context.batch_id,
    }
    rows = rows.append_column("annotation_id", pc.binary_join_element_wise("imported", *said, "|"))
    for name, value in same_for_all.items():
        rows = rows.append_column(name, pa.repeat(value, rows.num_rows))
    return LABELS.conform(rows)


def _author_brands(context: Context) -> dict[str, str]:
    """Brands by the pseudonyms under which their own accounts write."""
    names = list(context.accounts)
    made = pseudonyms(context.key, names)
    return {p: context.accounts[n] for p, n in zip(made, names, strict=True) if p}


def _spoken(given: pa.ChunkedArray, texts: list[str]) -> pa.ChunkedArray:
    """The language as the source gave it, otherwise as it reads: to look costs more than all masking."""
    is_unknown = pc.is_null(given).to_pylist()
    found = iter(languages(list(compress(texts, is_unknown))))
    return pc.coalesce(given, pa.array([next(found) if look else None for look in is_unknown], pa.string()))


def _roles(given: list[str | None], handles: list[str | None], accounts: dict[str, str]) -> list[str]:
    return [
        role or ("brand" if handle and handle.lower().lstrip("@") in accounts else "unknown")
        for role, handle in zip(given, handles, strict=True)
    ]
