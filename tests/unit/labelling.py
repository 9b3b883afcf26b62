"""What tests of labelling share: a lake with posts to be labelled, and tasks."""

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
from unit.rows import mention, mentions, post, posts

from workbench.labels.tasks import Gold, Task
from workbench.store.lake import Lake
from workbench.tables import LABELS

NOON = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)

SENTIMENT = Task(
    name="sentiment",
    title="Sentiment",
    labels=("negative", "neutral", "positive"),
    answers=("irrelevant", "mixed", "cannot_tell"),
    is_multi_label=False,
    config="",
    instructions="",
    tickets={},
    gold=tuple(Gold(f"gold:sentiment-{n}", f"Made post {n}", "Acme", ("negative",)) for n in range(3)),
)
INTENTS = Task(
    name="intents",
    title="Intents",
    labels=("complaint", "praise", "churn_threat"),
    answers=("irrelevant", "none", "cannot_tell"),
    is_multi_label=True,
    config="",
    instructions="",
    tickets={"Billing > wrong": ("complaint",), "Cancel": ("complaint", "churn_threat")},
    gold=(),
)

_SAID = ("I love this line", "The line is down again", "When do you open?", "This is terrible, I hate it")


class Model:
    """Says of the post with number n what its row of a table says."""

    def __init__(self, task: str, labels: tuple[str, ...], probabilities: np.ndarray):
        self.name, self.labels, self._said = f"{task}-made", labels, probabilities
        self.card = {"name": self.name, "task": task, "labels": list(labels), "trained_at": "2026-03-01"}

    def classify(self, texts, brands):
        return self._said[[int(text.rsplit(" ", 1)[-1]) for text in texts]]

    def held_out(self, texts):
        return [True] * len(texts)


def filled(
    folder, count: int = 40, brand: str = "Acme", texts: dict[int, str] | None = None, **columns
) -> Lake:
    """A lake with so many posts of a brand, each ending in its number."""
    lake = Lake(str(folder / "lake"))
    said = [(texts or {}).get(n, _SAID[n % len(_SAID)]) + f" {n}" for n in range(count)]
    names = [f"{brand}-{n}" for n in range(count)]
    given = [{name: values[n] for name, values in columns.items()} for n in range(count)]
    rows = [
        post(name, text=text, language="en", **more)
        for name, text, more in zip(names, said, given, strict=True)
    ]
    lake.merge("posts", posts(*rows))
    lake.merge("mentions", mentions(*(mention(name, brand) for name in names)))
    return lake


def frame_of(lake: Lake) -> pd.DataFrame:
    return lake.read("mentions", ["post_id", "brand"]).to_pandas().sort_values("post_id", ignore_index=True)


def label_row(post_id: str, label: str, annotator: str = "ann", **columns: object) -> dict:
    when = columns.pop("labelled_at", NOON)
    return {
        "annotation_id": f"{post_id}|{annotator}|{when:%H%M}|{label}",
        "post_id": post_id,
        "brand": "Acme",
        "task": "sentiment",
        "label": label,
        "annotator": annotator,
        "labelled_at": when,
        "strategy": "random",
        **columns,
    }


def write_labels(lake: Lake, *rows: dict) -> None:
    lake.merge("labels", LABELS.conform(pa.Table.from_pylist(list(rows), LABELS.schema)))
