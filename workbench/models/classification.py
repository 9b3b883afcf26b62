"""Predictions for mentions that have none yet, in the languages in which the model was checked.

A language in which nobody looked how well the model does is withheld: its mentions get no prediction, stand in no
figure of sentiment, and are counted as unread.
"""

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc

from workbench.models.classifier import Classifier
from workbench.models.languages import UNKNOWN, checked_languages
from workbench.models.posts_read import read_texts
from workbench.progress import Progress, silent
from workbench.store.lake import Lake
from workbench.tables.posts import MENTION_KEY

_CHUNK = 20_000


def unclassified(lake: Lake, model: Classifier, task: str = "sentiment") -> pa.Table:
    """Mentions that the model may read and has said nothing of: ``post_id``, ``brand``."""
    of_model = f"model = '{model.name}' AND task = '{task}'"
    done = lake.read("predictions", MENTION_KEY, where=of_model)
    return _mentions(lake, model, is_read=True).join(done, MENTION_KEY, join_type="left anti")


def unread(lake: Lake, model: Classifier) -> dict[str, int]:
    """Mentions that the model may not read, by language; most first."""
    withheld = _mentions(lake, model, is_read=False).join(
        lake.read("posts", ["post_id", "language"]), "post_id"
    )
    counts = pc.value_counts(pc.fill_null(withheld["language"], UNKNOWN)).to_pylist()
    return {
        one["values"]: one["counts"]
        for one in sorted(counts, key=lambda one: (-one["counts"], one["values"]))
    }


def classify_mentions(
    lake: Lake,
    model: Classifier,
    task: str = "sentiment",
    progress: Progress = silent,
) -> int:
    """Let the model speak of every mention that it may read and has not spoken of; gives their number.

    Stopped in the middle, it goes on where it stopped. What it said of languages that it may not read, before that
    was looked at, is taken back.
    """
    _take_back(lake, model, task)
    waiting = unclassified(lake, model, task)
    texts = lake.read("posts", ["post_id", "text", "media"])
    waiting = waiting.join(texts, "post_id", join_type="inner").sort_by("post_id")
    for start in range(0, waiting.num_rows, _CHUNK):
        lake.merge("predictions", _predict(model, waiting.slice(start, _CHUNK), task))
        progress(min(1.0, (start + _CHUNK) / waiting.num_rows), f"{task} by {model.name}")
    return waiting.num_rows


def _mentions(lake: Lake, model: Classifier, is_read: bool) -> pa.Table:
    """Mentions whose language the model may read, or those it may not."""
    mentions, checked = lake.read("mentions", MENTION_KEY), checked_languages(model.card)
    if checked is None:
        return mentions if is_read else mentions.slice(0, 0)
    posts = lake.read("posts", ["post_id", "language"])
    may = pc.is_in(pc.fill_null(posts["language"], UNKNOWN), pa.array(sorted(checked), pa.string()))
    return mentions.join(
        posts.filter(may).select(["post_id"]), "post_id", join_type="left semi" if is_read else "left anti"
    )


def _take_back(lake: Lake, model: Classifier, task: str) -> None:
    said = lake.read("predictions", MENTION_KEY, where=f"model = '{model.name}' AND task = '{task}'")
    withheld = said.join(_mentions(lake, model, is_read=False), MENTION_KEY, join_type="left semi")
    if withheld.num_rows:
        rows = withheld.append_column("model", pa.array([model.name] * withheld.num_rows))
        lake.delete("predictions", rows.append_column("task", pa.array([task] * withheld.num_rows)))


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
