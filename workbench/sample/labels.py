"""What people who are never wrong said of a drawn sample of the sample world."""

from pathlib import Path

import pandas as pd

from workbench.labels.frames import sampling_frame
from workbench.labels.reveal import reveal
from workbench.settings import Settings
from workbench.store.engine import open_engine
from workbench.store.lake import Lake
from workbench.store.mention_frame import mention_frame

SAMPLE_ID = "sample-world"
_PER_BRAND_AND_MONTH, _SEED = 40, 20260301


def reveal_labels(lake: Lake, settings: Settings, folder: Path) -> int:
    """Label a random sample of every brand and month from the known truth; gives the number of labels.

    Revealed already, it does nothing, whatever has become of the brands in the settings since.
    """
    if lake.read("labels", ["annotation_id"], where=f"sample_id = '{SAMPLE_ID}'").num_rows:
        return 0
    engine = open_engine()
    mentions = mention_frame(
        engine, lake, time_zone=settings.time_zone, first_day_of_week=settings.first_day_of_week
    )
    by = ["brand", "month"]
    frame = sampling_frame(mentions, by)
    engine.close()
    done = reveal(
        lake,
        frame,
        _judged(frame, pd.read_parquet(folder / "truth.parquet", columns=["post_id", "brand", "sentiment"])),
        sample_id=SAMPLE_ID,
        per_stratum=_PER_BRAND_AND_MONTH,
        seed=_SEED,
        by=by,
    )
    return done.labels


def _judged(frame: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """The true sentiment of each mention; 'irrelevant' where in truth the post is not about the brand."""
    native_id = frame["post_id"].str.split(":", n=1).str[1]
    mentions = frame[["post_id", "brand"]].assign(native_id=native_id)
    known = mentions.merge(
        truth.rename(columns={"post_id": "native_id"}), on=["native_id", "brand"], how="left"
    )
    return pd.DataFrame(
        {
            "post_id": known["post_id"],
            "brand": known["brand"],
            "label": known["sentiment"].fillna("irrelevant"),
            "annotator": "truth of the sample world",
        }
    )
