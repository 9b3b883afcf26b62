"""Which of the posts that a model leaves to people still wait for them."""

from typing import Any

import pandas as pd

from workbench.labels.frames import KEY, brands_of, sampling_frame
from workbench.models.doubts import list_doubtful
from workbench.settings import Settings
from workbench.store.lake import Lake


def left_to_people(lake: Lake, settings: Settings, task: str, mentions: Any) -> pd.DataFrame:
    """The rows of `workbench.models.doubts.list_doubtful` that concern somebody: relevant, earned, judged by nobody.

    Parameters
    ----------
    lake, settings
        Where predictions, labels and models are.
    task
        What is classified.
    mentions
        The mention frame, of any engine.

    Raises
    ------
    WorkbenchError
        Nothing is known of doubts, or there is no relevant mention.
    """
    doubtful = list_doubtful(settings, task)
    if doubtful.empty:
        return doubtful
    labels = lake.read("labels", KEY, where=f"task = '{task}'").to_pandas()
    judged = labels.assign(brand=brands_of(labels, lake))[KEY].drop_duplicates().assign(is_judged=True)
    kept = doubtful.merge(sampling_frame(mentions)[KEY], on=KEY).merge(judged, on=KEY, how="left")
    return kept[kept["is_judged"].isna()].drop(columns="is_judged").reset_index(drop=True)
