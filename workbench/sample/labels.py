"""What people said of a drawn sample of the sample world: one who never errs, and a second who sometimes does."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from workbench.labels.frames import KEY
from workbench.labels.reveal import reveal
from workbench.labels.tasks import IRRELEVANT
from workbench.sample.known import is_labelled, mentions_by, with_truth
from workbench.sample.world import READER_ERROR, SENTIMENTS
from workbench.settings import Settings
from workbench.store.lake import Lake

SAMPLE_ID = "sample-world"
TRUTH, SECOND = "truth of the sample world", "second reader of the sample world"
_PER_BRAND_AND_MONTH, _SEED = 40, 20260301


def reveal_labels(lake: Lake, settings: Settings, folder: Path) -> int:
    """Label a random sample of every brand and month from the known truth; gives the number of labels.

    Revealed already, it does nothing, whatever has become of the brands in the settings since.
    """
    if is_labelled(lake, SAMPLE_ID):
        return 0
    by = ["brand", "month"]
    frame = mentions_by(lake, settings, by)
    judged = with_truth(frame[KEY], folder, "sentiment")
    # What in truth is not about the brand has no sentiment towards it.
    judged = judged.assign(label=judged["sentiment"].fillna(IRRELEVANT), annotator=TRUTH)
    done = reveal(
        lake,
        frame,
        judged[[*KEY, "label", "annotator"]],
        sample_id=SAMPLE_ID,
        per_stratum=_PER_BRAND_AND_MONTH,
        seed=_SEED,
        by=by,
    )
    return done.labels


def double_labels(lake: Lake, settings: Settings) -> int:
    """Let a second reader judge a part of the sample, with the slips that people make; gives the number of labels.

    How large a part, `labeling.doubled` in the settings says. Doubled already, it does nothing.
    """
    labels = lake.read("labels", where=f"sample_id = '{SAMPLE_ID}'").to_pandas()
    if (labels["annotator"] == SECOND).any():
        return 0
    labels = labels.sort_values(KEY, ignore_index=True)
    rng = np.random.default_rng(_SEED)
    rows = labels[rng.random(len(labels)) < settings.labeling.doubled]
    number = rows["label"].map({name: place for place, name in enumerate(SENTIMENTS)})
    slips = number.notna() & (rng.random(len(rows)) < READER_ERROR)
    other = (number.fillna(0).astype(int) + rng.integers(1, 3, len(rows))) % len(SENTIMENTS)
    rows = rows.assign(
        annotation_id=rows["annotation_id"].str.removesuffix(TRUTH) + SECOND,
        annotator=SECOND,
        label=rows["label"].where(~slips, np.array(SENTIMENTS)[other]),
    )
    return lake.merge("labels", pa.Table.from_pandas(rows, preserve_index=False))
