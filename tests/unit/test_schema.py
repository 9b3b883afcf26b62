"""A lake knows its schema and its key."""

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from unit.rows import post, posts

from workbench.errors import WorkbenchError
from workbench.settings import parse_settings
from workbench.store.lake import Lake
from workbench.store.schema import claim, migrate, migration_steps, open_lake, says


def an_older_lake(folder) -> Lake:
    """Schema 0, whose posts had no region and no likes."""
    lake = Lake(str(folder / "data/lake"))
    write_deltalake(f"{lake.root}/posts", posts(post("1")).drop_columns(["region", "likes"]))
    lake.merge("lake", pa.table({"name": ["schema_version"], "value": ["0"]}))
    return lake


def test_dry_run_says_what_migration_does_and_changes_nothing(tmp_path):
    lake = an_older_lake(tmp_path)
    steps = migration_steps(lake)
    assert steps == ["add to posts the columns likes, region", "schema version 0 → 1"]
    assert migration_steps(lake) == steps
    assert migrate(lake) == steps
    assert migration_steps(lake) == []
    assert says(lake)["schema_version"] == "1"


def test_migrated_lake_takes_new_rows(tmp_path):
    lake = an_older_lake(tmp_path)
    migrate(lake)
    lake.merge("posts", posts(post("2", likes=7)))
    assert {r["post_id"]: r["likes"] for r in lake.read("posts").to_pylist()} == {"x:1": None, "x:2": 7}


def test_older_lake_is_not_written_before_it_is_migrated(tmp_path):
    with pytest.raises(WorkbenchError, match="workbench lake migrate"):
        claim(an_older_lake(tmp_path), tmp_path / "vault/key")


def test_columns_that_an_older_table_lacks_are_never_dropped_unsaid(tmp_path):
    lake = an_older_lake(tmp_path)
    with pytest.raises(WorkbenchError, match=r"'posts' .* lacks likes, region\. Run: workbench lake migrate"):
        lake.merge("posts", posts(post("2", likes=7)))


def test_newer_lake_is_refused(tmp_path):
    settings = parse_settings({}, tmp_path)
    Lake(settings.lake_root).merge("lake", pa.table({"name": ["schema_version"], "value": ["99"]}))
    with pytest.raises(WorkbenchError, match=r"schema version 99.*Update"):
        open_lake(settings)


def test_key_is_made_once_and_the_lake_keeps_only_its_fingerprint(tmp_path):
    lake, file = Lake(str(tmp_path / "lake")), tmp_path / "vault/key"
    key = claim(lake, file)
    assert claim(lake, file) == key
    assert file.stat().st_mode & 0o777 == 0o600
    assert key.hex() not in str(says(lake))


def test_machine_without_the_key_is_refused_and_not_given_a_new_one(tmp_path):
    lake = Lake(str(tmp_path / "lake"))
    claim(lake, tmp_path / "vault/key")
    with pytest.raises(WorkbenchError, match="key"):
        claim(lake, tmp_path / "elsewhere/key")
    assert not (tmp_path / "elsewhere/key").exists()


def test_machine_with_another_key_is_refused(tmp_path):
    lake = Lake(str(tmp_path / "lake"))
    claim(lake, tmp_path / "vault/key")
    claim(Lake(str(tmp_path / "other")), tmp_path / "other-vault/key")
    with pytest.raises(WorkbenchError, match="key"):
        claim(lake, tmp_path / "other-vault/key")
