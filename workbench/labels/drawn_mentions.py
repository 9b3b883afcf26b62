"""Which mention a Label Studio task is about, and how it came to be asked: the lake knows, not the server."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from workbench.labels.frames import KEY
from workbench.labels.keys import gold_key, mention_key
from workbench.labels.projects import PICK, SETTLE
from workbench.labels.tasks import Task
from workbench.store.lake import Lake


@dataclass(frozen=True)
class Mention:
    """A mention that was handed over; `is_there` is false where its post was erased or names the brand no more."""

    post_id: str
    brand: str
    sample_id: str
    strategy: str
    inclusion_probability: float | None
    is_there: bool
    is_erased: bool = False


def drawn_mentions(lake: Lake, key: bytes, task: Task, purpose: str) -> Mapping[str, Mention]:
    """Everything that can have been handed over for a purpose, by its key in Label Studio."""
    there = set(zip(*_columns(lake.read("mentions", KEY).to_pandas()), strict=True))
    posts = set(lake.read("posts", ["post_id"])["post_id"].to_pylist())
    if purpose in (SETTLE, PICK):  # of these no sample is written down: any mention may be among them
        labelled = lake.read("labels", KEY, where=f"task = '{task.name}' AND brand IS NOT NULL").to_pandas()
        return {
            mention_key(key, task.name, post_id, brand): Mention(
                post_id,
                brand,
                f"{task.name}-{purpose}",
                purpose,
                None,
                is_there=(post_id, brand) in there,
                is_erased=post_id not in posts,
            )
            for post_id, brand in there.union(zip(*_columns(labelled), strict=True))
        }
    columns = [*KEY, "sample_id", "strategy", "inclusion_probability"]
    drawn = lake.read("label_samples", columns, where=f"task = '{task.name}'").to_pandas()
    found = {
        mention_key(key, task.name, row["post_id"], row["brand"]): Mention(
            **row,
            is_there=(row["post_id"], row["brand"]) in there,
            is_erased=row["post_id"] not in posts,
        )
        for row in drawn.to_dict("records")
    }
    where = f"task = '{task.name}' AND strategy = 'gold'"
    for row in lake.read("labels", [*KEY, "sample_id"], where=where).to_pylist():
        # The task may have taken the item out since.
        name = gold_key(key, task.name, row["post_id"], row["sample_id"])
        found[name] = Mention(row["post_id"], row["brand"], row["sample_id"], "gold", None, is_there=False)
    for sample_id in drawn["sample_id"].unique():
        for item in task.gold:
            name = gold_key(key, task.name, item.identity, sample_id)
            found[name] = Mention(item.identity, item.brand, sample_id, "gold", None, True)
    return found


def key_in_label_studio(key: bytes, task: str, label: Mapping[str, str]) -> str:
    """The key under which the mention of a row of `labels` was handed over."""
    if label["strategy"] == "gold":
        return gold_key(key, task, label["post_id"], label["sample_id"])
    return mention_key(key, task, label["post_id"], label["brand"])


def _columns(mentions: pd.DataFrame) -> list[pd.Series]:
    return [mentions[name] for name in KEY]
