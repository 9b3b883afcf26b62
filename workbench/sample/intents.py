"""What a person who is never wrong said of the intents of a drawn sample of the sample world."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.labels.judgements import NOT
from workbench.labels.queues import draw_sample
from workbench.labels.tasks import IRRELEVANT, load_task, tasks_folder
from workbench.sample.known import is_labelled, mentions_by, with_truth
from workbench.sample.labels import TRUTH
from workbench.sample.world import INTENTS_PER_BRAND
from workbench.settings import Settings
from workbench.store.lake import Lake

SAMPLE_ID = "sample-world-intents"
_TASK, _SEED = "intents", 20260302


def reveal_intents(lake: Lake, settings: Settings, folder: Path) -> int:
    """Label a random sample of every brand, a row for each label of the task; gives the number of rows.

    The intents are those of the post, whichever brand it is shown with. Revealed already, it does nothing.
    """
    if is_labelled(lake, SAMPLE_ID):
        return 0
    frame = mentions_by(lake, settings, ["brand"])
    sample = draw_sample(
        lake, frame, sample_id=SAMPLE_ID, per_stratum=INTENTS_PER_BRAND, seed=_SEED, task=_TASK
    )
    labels = load_task(_TASK, tasks_folder(settings)).labels
    mentions = with_truth(sample.rows, folder, "intents", "is_relevant").to_dict("records")
    judged = [answer for mention in mentions for answer in _answers(mention, labels)]
    rows = pd.DataFrame(judged).assign(
        task=_TASK,
        annotator=TRUTH,
        labelled_at=dt.datetime.now(dt.UTC),
        sample_id=SAMPLE_ID,
        strategy="random",
    )
    return lake.merge("labels", pa.Table.from_pandas(rows, preserve_index=False))


def _answers(mention: dict[Any, Any], labels: Sequence[str]) -> Iterator[dict[str, Any]]:
    """A row for each label, whether it holds or not; one row where the post is not about the brand."""
    said = {name: f"{NOT}{name}" for name in labels}
    # Labels that were added to the task since hold of no post; those that it has no more are not asked.
    said |= {name: name for name in np.atleast_1d(mention["intents"]) if name in said}
    if mention["is_relevant"] is not True:
        said = {IRRELEVANT: IRRELEVANT}
    for name, label in said.items():
        yield {
            "annotation_id": f"revealed|{SAMPLE_ID}|{mention['post_id']}|{mention['brand']}|{name}",
            "post_id": mention["post_id"],
            "brand": mention["brand"],
            "label": label,
            "inclusion_probability": mention["inclusion_probability"],
        }
