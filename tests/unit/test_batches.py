"""An ingest can be taken back, and one that was interrupted goes on under its own name."""

import datetime as dt

import pyarrow as pa
import pytest
from unit.rows import mention, mentions, post, posts

from workbench.errors import WorkbenchError
from workbench.store.batches import Counts, batches, begin, finish, undo
from workbench.store.lake import Lake


def test_undo_removes_the_posts_of_the_batch_and_all_that_hangs_on_them(tmp_path):
    lake = Lake(str(tmp_path))
    first, second = begin(lake, "a.csv", "aaaaaaaa", "m"), begin(lake, "b.csv", "bbbbbbbb", "m")
    lake.merge("posts", posts(post("1", batch_id=first), post("2", batch_id=second)))
    lake.merge("mentions", mentions(mention("1"), mention("2")))
    lake.merge("labels", pa.Table.from_pylist([label("1", first), label("2", second)]))
    assert undo(lake, second) == 1
    for table in ("posts", "mentions", "labels"):
        assert lake.read(table)["post_id"].to_pylist() == ["x:1"]
    assert {row["batch_id"]: row["status"] for row in batches(lake)} == {first: "running", second: "undone"}


def test_undo_takes_near_duplicates_of_removed_posts_too(tmp_path):
    lake = Lake(str(tmp_path))
    batch = begin(lake, "a.csv", "aaaaaaaa", "m")
    lake.merge("posts", posts(post("1", batch_id=batch), post("2", batch_id="other")))
    lake.merge(
        "near_duplicates", pa.table({"post_id": ["x:2"], "duplicate_of": ["x:1"], "similarity": [0.9]})
    )
    undo(lake, batch)
    assert lake.read("near_duplicates").num_rows == 0


def test_unknown_batch_is_an_error(tmp_path):
    with pytest.raises(WorkbenchError, match=r"no batch 'x'.*batches list"):
        undo(Lake(str(tmp_path)), "x")


def test_interrupted_ingest_of_the_same_file_goes_on(tmp_path):
    lake = Lake(str(tmp_path))
    interrupted = begin(lake, "a.csv", "aaaaaaaa", "m")
    assert begin(lake, "a.csv", "aaaaaaaa", "m") == interrupted
    assert begin(lake, "a.csv", "aaaaaaaa", "another mapping") != interrupted
    finish(lake, interrupted, Counts(read=3, stored=2, rejected=1))
    assert begin(lake, "a.csv", "aaaaaaaa", "m") != interrupted


def test_finished_batch_says_what_happened(tmp_path):
    lake = Lake(str(tmp_path))
    finish(
        lake,
        begin(lake, "a.csv", "aaaaaaaa", "m"),
        Counts(read=9, stored=5, duplicates=3, rejected=1, masked=2),
    )
    row = batches(lake)[0]
    assert (row["status"], row["read"], row["stored"], row["duplicates"], row["masked"]) == (
        "complete",
        9,
        5,
        3,
        2,
    )


def label(native_id: str, batch_id: str) -> dict:
    return {
        "annotation_id": f"imported|x:{native_id}",
        "post_id": f"x:{native_id}",
        "task": "sentiment",
        "label": "negative",
        "annotator": "imported",
        "labelled_at": dt.datetime(2026, 3, 4, tzinfo=dt.UTC),
        "strategy": "imported",
        "batch_id": batch_id,
    }
