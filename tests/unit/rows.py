"""Rows for tests, with only what a test is about spelled out."""

import datetime as dt

import pyarrow as pa

from workbench.tables import MENTIONS, POSTS

NOON = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)


def post(native_id: str, **columns: object) -> dict:
    post_id = f"x:{native_id}"
    when = columns.get("created_at", NOON)
    return {
        "post_id": post_id,
        "platform": "x",
        "author": "a" * 32,
        "author_role": "customer",
        "kind": "post",
        "text": "The line is down",
        "is_asking": False,
        "created_at": when,
        "created_epoch": int(when.timestamp()),
        "thread_id": post_id,
        "source": "test.csv",
        "collected_at": NOON,
        "batch_id": "b1",
        **columns,
    }


def posts(*rows: dict) -> pa.Table:
    return POSTS.conform(pa.Table.from_pylist(list(rows), POSTS.schema))


def mention(native_id: str, brand: str = "Acme", **columns: object) -> dict:
    return {
        "post_id": f"x:{native_id}",
        "brand": brand,
        "is_relevant": True,
        "found_by": "keyword",
        "rules": "r",
        **columns,
    }


def mentions(*rows: dict) -> pa.Table:
    return MENTIONS.conform(pa.Table.from_pylist(list(rows), MENTIONS.schema))
