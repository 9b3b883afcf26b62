"""The lake keeps every row once, whoever writes and however often."""

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.rows import post, posts

from workbench.errors import WorkbenchError
from workbench.store.lake import Lake, first_of_each_key
from workbench.tables import TABLES


def said(**values: str) -> pa.Table:
    return pa.table({"name": list(values), "value": list(values.values())})


def names(lake: Lake) -> dict:
    rows = lake.read("lake")
    return dict(zip(rows["name"].to_pylist(), rows["value"].to_pylist(), strict=True))


def test_table_without_rows_reads_as_empty_with_its_columns(tmp_path):
    rows = Lake(str(tmp_path)).read("posts", ["post_id", "likes"])
    assert rows.num_rows == 0
    assert rows.schema.names == ["post_id", "likes"]


def test_merge_adds_what_is_not_there_and_changes_nothing_else(tmp_path):
    lake = Lake(str(tmp_path))
    assert lake.merge("lake", said(a="1", b="2")) == 2
    assert lake.merge("lake", said(a="9", c="3")) == 1
    assert names(lake) == {"a": "1", "b": "2", "c": "3"}


def test_merge_with_update_replaces(tmp_path):
    lake = Lake(str(tmp_path))
    lake.merge("lake", said(a="1", b="2"))
    assert lake.merge("lake", said(a="9"), update=True) == 0
    assert names(lake) == {"a": "9", "b": "2"}


def test_update_touches_only_the_columns_given(tmp_path):
    lake = Lake(str(tmp_path))
    lake.merge("posts", posts(post("1"), post("2", text="Other")))
    lake.update("posts", pa.table({"post_id": ["x:2", "x:unknown"], "thread_id": ["x:1", "x:1"]}))
    found = {r["post_id"]: (r["thread_id"], r["text"]) for r in lake.read("posts").to_pylist()}
    assert found == {"x:1": ("x:1", "The line is down"), "x:2": ("x:1", "Other")}


@settings(deadline=None, max_examples=25)
@given(st.lists(st.lists(st.sampled_from("abcde"), min_size=1), min_size=1, max_size=4))
def test_any_sequence_of_merges_holds_each_key_once_with_its_first_value(tmp_path_factory, batches):
    lake, expected = Lake(str(tmp_path_factory.mktemp("lake"))), {}
    for number, keys in enumerate(batches):
        lake.merge("lake", pa.table({"name": keys, "value": [f"{number}-{i}" for i in range(len(keys))]}))
        for i, key in enumerate(keys):
            expected.setdefault(key, f"{number}-{i}")
    assert names(lake) == expected


def test_first_of_each_key_keeps_order():
    rows = pa.table({"k": ["b", "a", "b", "c", "a"], "v": [1, 2, 3, 4, 5]})
    assert first_of_each_key(rows, ("k",)).to_pydict() == {"k": ["b", "a", "c"], "v": [1, 2, 4]}


def test_opens_at_a_version_and_refuses_to_write_there(tmp_path):
    lake = Lake(str(tmp_path))
    lake.merge("lake", said(a="1"))
    before = lake.current_versions()
    lake.merge("lake", said(b="2"))
    assert names(lake.at(before)) == {"a": "1"}
    assert names(lake) == {"a": "1", "b": "2"}
    with pytest.raises(WorkbenchError, match="cannot be written"):
        lake.at(before).merge("lake", said(c="3"))


def test_a_table_that_came_later_is_empty_in_the_lake_as_it_was(tmp_path):
    lake = Lake(str(tmp_path))
    lake.merge("lake", said(a="1"))
    before = lake.current_versions()
    lake.merge("brands", pa.table({"brand": ["Acme"], "account": ["acme"], "origin": ["settings"]}))
    assert lake.read("brands").num_rows == 1
    assert lake.at(before).read("brands").num_rows == 0


def test_version_that_is_gone_says_why(tmp_path):
    lake = Lake(str(tmp_path))
    lake.merge("lake", said(a="1"))
    with pytest.raises(WorkbenchError, match=r"version 99.*keep_versions_days"):
        lake.at({"lake": 99}).read("lake")


def test_versions_are_kept_as_long_as_the_settings_say(tmp_path):
    Lake(str(tmp_path), keep_versions_days=123).merge("lake", said(a="1"))
    configuration = DeltaTable(str(tmp_path / "lake")).metadata().configuration
    assert configuration["delta.logRetentionDuration"] == "interval 123 days"
    assert configuration["delta.deletedFileRetentionDuration"] == "interval 123 days"


def test_column_that_a_stored_table_lacks_reads_as_null(tmp_path):
    older = posts(post("1")).drop_columns(["region", "likes"])
    write_deltalake(str(tmp_path / "posts"), older)
    row = Lake(str(tmp_path)).read("posts", ["post_id", "region", "likes"]).to_pylist()[0]
    assert row == {"post_id": "x:1", "region": None, "likes": None}


def test_unknown_table_names_the_nearest(tmp_path):
    with pytest.raises(WorkbenchError, match="Did you mean 'posts'"):
        Lake(str(tmp_path)).read("post")


def test_undeclared_column_is_refused(tmp_path):
    with pytest.raises(WorkbenchError, match=r"no column 'valu'.*Did you mean 'value'"):
        Lake(str(tmp_path)).merge("lake", pa.table({"name": ["a"], "valu": ["1"]}))


def test_delete_takes_the_named_rows_only(tmp_path):
    lake = Lake(str(tmp_path))
    lake.merge("lake", said(a="1", b="2", c="2"))
    assert lake.delete("lake", pa.table({"value": ["2", "2"]})) == 2
    assert names(lake) == {"a": "1"}


def test_root_may_be_a_url(tmp_path):
    lake = Lake(f"file://{tmp_path}")
    lake.merge("lake", said(a="1"))
    assert names(lake) == {"a": "1"}


def _write(root: str, process: int) -> None:
    lake = Lake(root)
    for number in range(6):
        own, shared = f"{process}-{number}", f"shared-{number}"
        lake.merge("lake", pa.table({"name": [own, shared], "value": [own, shared]}))


def test_four_processes_at_once_lose_and_double_nothing(tmp_path):
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        list(pool.map(_write, [str(tmp_path)] * 4, range(4)))
    found = Lake(str(tmp_path)).read("lake")["name"].to_pylist()
    expected = {f"{p}-{n}" for p in range(4) for n in range(6)} | {f"shared-{n}" for n in range(6)}
    assert sorted(found) == sorted(expected)


def test_what_somebody_said_never_stands_in_the_log(tmp_path):
    lake = Lake(str(tmp_path))
    lake.merge("posts", posts(post("1", text="my line is down", author="ben hill")))
    lake.merge("posts", posts(post("2", text="it is up again", author="ann hill")))
    written = "".join(file.read_text() for file in tmp_path.rglob("*.json"))
    assert "x:1" in written, "merges look for the key"
    assert "my line" not in written
    assert "hill" not in written
    assert "up again" not in written


def test_a_table_of_an_older_workbench_keeps_no_words_in_its_log_from_now_on(tmp_path):
    DeltaTable.create(str(tmp_path / "posts"), TABLES["posts"].schema)
    lake = Lake(str(tmp_path))
    lake.merge("posts", posts(post("1", text="my line is down")))
    lake.merge("posts", posts(post("2", text="it is up again")))
    written = "".join(file.read_text() for file in tmp_path.rglob("*.json"))
    assert "x:2" in written
    assert "line" not in written
    assert "up again" not in written


def test_old_files_go_by_the_days_of_the_settings_though_the_table_was_made_with_more(tmp_path):
    Lake(str(tmp_path), keep_versions_days=400).merge("lake", said(a="1"))
    lake = Lake(str(tmp_path), keep_versions_days=0)
    lake.update("lake", said(a="2"))
    time.sleep(0.01)  # what was replaced has to be older than now
    [old] = lake.vacuum(dry_run=False)
    assert not (tmp_path / "lake" / old).exists()
    assert names(lake) == {"a": "2"}
