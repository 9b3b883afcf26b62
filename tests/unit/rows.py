"""Rows for tests, with only what a test is about spelled out."""

import datetime as dt

import pyarrow as pa

from workbench.tables import LABEL_SAMPLES, MENTIONS, POSTS

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


def drawn(*rows: dict) -> pa.Table:
    """Mentions of Acme that a sample has drawn at random: ``post_id`` and ``inclusion_probability`` at least."""
    common = {
        "brand": "Acme",
        "task": "sentiment",
        "sample_id": "spring",
        "stratum": "all",
        "strategy": "random",
    }
    common |= {"seed": 0, "frame": "mentions", "frame_size": 9, "drawn_at": NOON}
    return LABEL_SAMPLES.conform(pa.Table.from_pylist([common | row for row in rows], LABEL_SAMPLES.schema))
