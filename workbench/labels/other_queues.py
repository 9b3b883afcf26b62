"""Two queues that never mix: a mention that one asks people about is in no other of the same task.

Drawn for teaching first, a mention is lost to a random sample drawn later. What teaches was not picked for certain
but with a known chance π, so that each mention was left over with the chance 1 − π: a random sample of what is left
still speaks for all, when its own chances are multiplied by these.
"""

import datetime as dt
from collections.abc import Mapping
from functools import reduce
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.labels.frames import KEY
from workbench.statistics.intervals import Floats
from workbench.statistics.sampling import draw_stratified
from workbench.store.lake import Lake
from workbench.tables.strategies import ESTIMATION, TEACHING, in_sql

# Labels of these came with the posts or are kept to score figures: nobody need be asked again.
_KNOWN = ("imported", "truth")


class Left(NamedTuple):
    """What is left of a frame: its rows that no other queue holds, and the chance that each had to be left."""

    is_left: np.ndarray
    chance: Floats


def left_by_teaching(lake: Lake, frame: pd.DataFrame, task: str, before: dt.datetime | None = None) -> Left:
    """Which mentions of a frame teaching samples have left over, and with what chance.

    Parameters
    ----------
    lake
        Its `label_samples` and `label_chances`.
    frame
        The mentions of a random sample.
    task
        What is asked of them.
    before
        Only samples drawn earlier than this; otherwise all.
    """
    taught = _drawn(lake, task, TEACHING)
    if before is not None:
        taught = taught[taught["drawn_at"] < before]
    known = lake.read("label_chances", where=f"task = '{task}'").to_pandas()
    # Each sample was drawn from what those before it had left, so that the chances multiply.
    known = known[known["sample_id"].isin(taught["sample_id"].unique())]
    left = (1 - known["inclusion_probability"]).groupby([known[name] for name in KEY]).prod()
    chance = frame[KEY].merge(left.rename("chance").reset_index(), on=KEY, how="left")["chance"]
    return Left(~is_among(frame, taught), chance.fillna(1.0).to_numpy())


def draw_of_what_is_left(
    frame: pd.DataFrame, left: Left, size: int | Mapping[str, int], seed: int
) -> pd.DataFrame:
    """A random sample of each stratum from what teaching has left, with the chances of the whole way.

    Parameters
    ----------
    frame
        All mentions that the sample shall speak for, with their ``stratum``.
    left
        Which of them teaching has left.
    size, seed
        As in `workbench.statistics.sampling.draw_stratified`.

    Returns
    -------
    As `draw_stratified`; ``frame_size`` counts the whole stratum.

    Notes
    -----
    Two-phase sampling: divided by the product of both chances a drawn value is without bias for the whole, also
    where the second chance depends on what the first phase took (the π* estimator of Särndal, Swensson and
    Wretman 1992, section 9.3).
    """
    rows = draw_stratified(frame.assign(left=left.chance)[left.is_left], size, seed=seed)
    whole = frame.groupby("stratum", dropna=False).size()
    return rows.assign(
        inclusion_probability=rows["inclusion_probability"] * rows["left"],
        frame_size=rows["stratum"].map(whole).astype(np.int64),
    ).drop(columns="left")


def thinned(part: pd.DataFrame, frame: pd.DataFrame, then: Left, now: Left) -> pd.DataFrame:
    """What is left of mentions by which a random sample is enlarged, without those drawn to teach since it was drawn.

    Parameters
    ----------
    part
        The mentions by which it is enlarged.
    frame
        All mentions that the sample speaks for.
    then, now
        Which of these teaching had left when the sample was drawn first, and has left now.

    Notes
    -----
    Two-phase sampling, as in `draw_of_what_is_left`, its phases in the other order: the larger sample is drawn, and
    what teaching takes of its new part is missing from it by chance.
    """
    places = frame[KEY].assign(place=range(len(frame)))
    at = part[KEY].merge(places, on=KEY, how="left")["place"].to_numpy()
    chance = part["inclusion_probability"] * (now.chance[at] / then.chance[at])
    return part.assign(inclusion_probability=chance)[now.is_left[at]]


def not_asked_yet(lake: Lake, frame: pd.DataFrame, task: str) -> pd.DataFrame:
    """The mentions of a frame that no sample has drawn and whose label nobody has brought along."""
    labelled = lake.read("labels", KEY, where=f"task = '{task}' AND strategy IN {in_sql(_KNOWN)}").to_pandas()
    # A label without brand is one of the post, whichever brand it names.
    of_posts = set(labelled.loc[labelled["brand"].isna(), "post_id"])
    held = reduce(
        np.logical_or,
        (
            is_among(frame, _drawn(lake, task, (*ESTIMATION, *TEACHING))),
            is_among(frame, labelled),
            frame["post_id"].isin(of_posts).to_numpy(),
        ),
    )
    return frame[~held].reset_index(drop=True)


def remember_chances(lake: Lake, frame: pd.DataFrame, chance: Floats, task: str, sample_id: str) -> None:
    """Write down with what chance a teaching sample could draw each mention of its frame."""
    rows = frame[KEY].assign(sample_id=sample_id, task=task, inclusion_probability=chance)
    # A draw that was interrupted leaves chances that count nowhere; those of the draw that is made replace them.
    lake.delete("label_chances", pa.table({"sample_id": [sample_id]}))
    lake.merge("label_chances", pa.Table.from_pandas(rows, preserve_index=False))


def is_among(frame: pd.DataFrame, mentions: pd.DataFrame) -> np.ndarray:
    """Whether each mention of a frame is among others."""
    others = mentions[KEY].dropna().drop_duplicates()
    return (frame[KEY].merge(others, on=KEY, how="left", indicator=True)["_merge"] == "both").to_numpy()


def _drawn(lake: Lake, task: str, strategies: tuple[str, ...]) -> pd.DataFrame:
    columns = [*KEY, "sample_id", "drawn_at"]
    where = f"task = '{task}' AND strategy IN {in_sql(strategies)}"
    return lake.read("label_samples", columns, where=where).to_pandas()
