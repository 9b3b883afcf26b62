"""What a labeller is shown of a mention: the post, what came before it, the brand; never who wrote it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from workbench.labels.keys import gold_key, mention_key
from workbench.labels.tasks import Gold, Task
from workbench.models.posts_read import read_texts
from workbench.store.lake import Lake

DISTRESSING = (
    "This post may distress you. It can be read once you point at it. You may skip it; nobody asks why."
)
_EARLIER = 8  # posts of a thread that are shown
_COLUMNS = [
    "post_id", "platform", "text", "media", "author", "author_role", "thread_id", "created_epoch",
]  # fmt: skip


def shown(
    lake: Lake, key: bytes, task: Task, rows: pd.DataFrame, *, earlier: int | None = _EARLIER
) -> list[dict[str, Any] | None]:
    """Data of the Label Studio task of each row, None where its post was erased.

    Parameters
    ----------
    lake
        Of the posts, which are masked.
    key
        The pseudonym key; see `workbench.labels.keys`.
    task
        What is asked.
    rows
        As `workbench.labels.queue.Queue` gives them.
    earlier
        How many posts of a thread are shown at most; None: all.

    Returns
    -------
    ``key``, ``text`` (with the captions of its media), ``brand``, ``platform``, ``where`` (in words), ``thread``
    (earlier posts, a paragraph each), ``notice`` (empty, or a warning). A gold item looks like the posts around it.
    """
    posts = _posts(lake, rows["post_id"])
    names = _names(lake, posts)
    gold = {item.identity: item for item in task.gold}
    brands = [b for b, s in zip(rows["brand"], rows["strategy"], strict=True) if s != "gold"]
    platforms = list(posts["platform"].mode()) if len(posts) else ["x"]
    records: list[Any] = posts.to_dict("records")
    by_id = {post["post_id"]: post for post in records}
    threads: dict[str, list[Any]] = {}
    for post in records:
        threads.setdefault(post["thread_id"], []).append(post)
    told: list[dict[str, Any] | None] = []
    for place, row in enumerate(rows.to_dict("records")):
        if item := gold.get(row["post_id"]):
            brand = brands[place * 7 % len(brands)] if brands else item.brand
            name = gold_key(key, task.name, item.identity, row["sample_id"])
            told.append({"key": name, **_gold(item, brand, platforms[0])})
        elif post := by_id.get(row["post_id"]):
            name = mention_key(key, task.name, row["post_id"], row["brand"])
            before = _before(threads[post["thread_id"]], post, names, earlier)
            told.append({"key": name, **_told(post, row["brand"], before, bool(row["is_distressing"]))})
        else:
            told.append(None)
    return told


def _posts(lake: Lake, post_ids: pd.Series) -> pd.DataFrame:
    """These posts and the others of their threads, the earliest first."""
    wanted = pa.table({"post_id": pa.array(post_ids.unique(), pa.string())})
    posts = lake.read("posts", _COLUMNS)
    threads = posts.select(["post_id", "thread_id"]).join(wanted, "post_id", join_type="inner")
    threads = pa.table({"thread_id": threads["thread_id"].unique()})
    found = posts.join(threads, "thread_id", join_type="inner")
    texts = pd.Series(read_texts(found), dtype=object)
    return found.to_pandas().assign(said=texts).sort_values(["created_epoch", "post_id"], ignore_index=True)


def _names(lake: Lake, posts: pd.DataFrame) -> Mapping[str, str]:
    """The brand by whose account a post was written, by post."""
    own = set(posts.loc[posts["author_role"] == "brand", "post_id"])
    if not own:
        return {}
    spoken = lake.read("mentions", ["post_id", "brand"], where="found_by IN ('author', 'given')").to_pandas()
    spoken = spoken[spoken["post_id"].isin(own)].drop_duplicates("post_id")
    return dict(zip(spoken["post_id"], spoken["brand"], strict=True))


def _before(
    thread: Sequence[dict[str, Any]], post: dict[str, Any], names: Mapping[str, str], most: int | None
) -> str:
    place = next(n for n, other in enumerate(thread) if other["post_id"] == post["post_id"])
    said = [f"{_who(other, post, names)}: {other['said']}" for other in thread[:place]]
    # What a thread is about stands at its beginning, what a post answers at its end.
    return "\n\n".join(said if most is None or len(said) <= most else [said[0], "…", *said[1 - most :]])


def _who(other: dict[str, Any], post: dict[str, Any], names: Mapping[str, str]) -> str:
    if other["author_role"] == "brand":
        return names.get(other["post_id"], "the brand")
    is_same = isinstance(other["author"], str) and other["author"] == post["author"]
    return "the same person" if is_same else "somebody else"


def _told(post: dict[str, Any], brand: str, before: str, is_distressing: bool) -> dict[str, Any]:
    where = f"On {post['platform']}" + (", after what stands here above it" if before else "")
    notice = DISTRESSING if is_distressing else ""
    return {
        "text": post["said"],
        "brand": brand,
        "platform": post["platform"],
        "where": where,
        "thread": before,
        "notice": notice,
    }


def _gold(item: Gold, brand: str, platform: str) -> dict[str, Any]:
    """An invented post, about a brand of the queue: the invented brand would give it away."""
    text = item.text.replace(item.brand, brand).replace(item.brand.lower(), brand.lower())
    post = {"said": text, "platform": platform}
    return _told(post, brand, "", is_distressing=False)
