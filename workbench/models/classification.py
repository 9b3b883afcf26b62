"""Predictions for mentions that have none yet."""

import datetime as dt
from collections.abc import Callable

import pyarrow as pa

from workbench.models.classifier import Classifier
from workbench.store.lake import Lake
from workbench.text.normalise import with_media

_CHUNK = 20_000


def unclassified(lake: Lake, model: str, task: str = "sentiment") -> pa.Table:
    """Mentions of which the model has said nothing: ``post_id``, ``brand``."""
    key = ["post_id", "brand"]
    done = lake.read("predictions", key, where=f"model = '{model}' AND task = '{task}'")
    return lake.read("mentions", key).join(done, key, join_type="left anti")


def classify_mentions(
    lake: Lake,
    model: Classifier,
    task: str = "sentiment",
    progress: Callable[[float, str], None] = lambda done, what: None,
) -> int:
    """Let the model speak of every mention it has not spoken of; gives their number.

    Stopped in the middle, it goes on where it stopped.
    """
    waiting = unclassified(lake, model.name, task)
    texts = lake.read("posts", ["post_id", "text", "media"])
    waiting = waiting.join(texts, "post_id", join_type="inner").sort_by("post_id")
    for start in range(0, waiting.num_rows, _CHUNK):
        lake.merge("predictions", _predict(model, waiting.slice(start, _CHUNK), task))
        progress(min(1.0, (start + _CHUNK) / waiting.num_rows), f"sentiment by {model.name}")
    return waiting.num_rows


def read_texts(posts: pa.Table) -> list[str]:
    """What a model reads of posts with ``text`` and ``media``, when it learns and when it is asked.

    The caption of a picture is often all that a post says.
    """
    columns = (posts[name].to_pylist() for name in ("text", "media"))
    return [with_media(text, media) for text, media in zip(*columns, strict=True)]


def _predict(model: Classifier, mentions: pa.Table, task: str) -> pa.Table:
    said = read_texts(mentions)
    probabilities = model.classify(said, mentions["brand"].to_pylist())
    count, classes = probabilities.shape
    return pa.table(
        {
            "post_id": _each(mentions["post_id"], classes),
            "brand": _each(mentions["brand"], classes),
            "task": [task] * count * classes,
            "model": [model.name] * count * classes,
            "label": list(model.labels) * count,
            "probability": probabilities.ravel(),
            "predicted_at": [dt.datetime.now(dt.UTC)] * count * classes,
            "is_held_out": _each(pa.chunked_array([model.held_out(said)], pa.bool_()), classes),
        }
    )


def _each(values: pa.ChunkedArray, times: int) -> pa.ChunkedArray:
    """Every value `times` times, in order."""
    return values.take(pa.array([i for i in range(len(values)) for _ in range(times)], pa.int64()))
