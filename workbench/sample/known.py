"""The mentions of the loaded sample world, and what is true of each."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from workbench.labels.frames import sampling_frame
from workbench.settings import Settings
from workbench.store.engine import open_engine
from workbench.store.lake import Lake
from workbench.store.mention_frame import mention_frame


def mentions_by(lake: Lake, settings: Settings, by: Sequence[str]) -> pd.DataFrame:
    """The mentions that a sample may be drawn from, parted by these columns."""
    engine = open_engine()
    mentions = mention_frame(
        engine, lake, time_zone=settings.time_zone, first_day_of_week=settings.first_day_of_week
    )
    frame = sampling_frame(mentions, by)
    engine.close()
    return frame


def with_truth(mentions: pd.DataFrame, folder: Path, *columns: str) -> pd.DataFrame:
    """Mentions with what is true of each; nothing where in truth the post does not speak of the brand."""
    truth = pd.read_parquet(folder / "truth.parquet", columns=["post_id", "brand", *columns])
    # In the lake the platform stands before the post's own number.
    ours = mentions.assign(native_id=mentions["post_id"].str.partition(":")[2])
    return ours.merge(truth.rename(columns={"post_id": "native_id"}), on=["native_id", "brand"], how="left")


def is_labelled(lake: Lake, sample_id: str) -> bool:
    """Whether there are labels of that sample."""
    return bool(lake.read("labels", ["annotation_id"], where=f"sample_id = '{sample_id}'").num_rows)
