"""The pass over all posts that finds those which say almost the same."""

import pyarrow as pa

from workbench.store.lake import Lake
from workbench.store.schema import says
from workbench.text.duplicates import near_duplicates

_PASSED = "near_duplicates_of_posts_version"


def mark_near_duplicates(lake: Lake) -> int:
    """Write `near_duplicates` for all stored posts; gives their number."""
    version = _posts_version(lake)
    posts = lake.read("posts", ["post_id", "text", "created_epoch"])
    found = near_duplicates(*(posts[name].to_pylist() for name in posts.column_names))
    before = lake.read("near_duplicates", ["post_id"])
    lake.delete("near_duplicates", before.join(found.select(["post_id"]), "post_id", join_type="left anti"))
    lake.merge("near_duplicates", found, update=True)
    lake.merge("lake", pa.table({"name": [_PASSED], "value": [version]}), update=True)
    return found.num_rows


def is_pass_due(lake: Lake) -> bool:
    """Whether the posts changed since the last pass."""
    return says(lake).get(_PASSED) != _posts_version(lake)


def _posts_version(lake: Lake) -> str:
    posts = lake.delta("posts")
    return "" if posts is None else str(posts.version())
