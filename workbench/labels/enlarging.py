"""A random sample made larger: the larger one holds the smaller, and every chance becomes that of the larger."""

import datetime as dt
from collections.abc import Mapping

import pandas as pd
import pyarrow as pa

from workbench.errors import WorkbenchError
from workbench.labels.drawn import Drawn
from workbench.labels.frames import KEY, members
from workbench.labels.other_queues import Left, draw_of_what_is_left, is_among, left_by_teaching, thinned
from workbench.store.lake import Lake
from workbench.tables import LABEL_SAMPLES

_SAME = ["sample_id", "task", "strategy", "seed", "frame"]


def of_then(lake: Lake, frame: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """The mentions of a frame that a sample was drawn from already: what came since is no part of it."""
    first = before.iloc[0]
    stored = members(lake, first["task"])
    return frame[is_among(frame, stored[stored["sample_id"] == first["sample_id"]])].reset_index(drop=True)


def enlarge(lake: Lake, frame: pd.DataFrame, before: pd.DataFrame, per_stratum: Mapping[str, int]) -> Drawn:
    """Draw further and write it down; labels that were given keep their posts and take over the new chances.

    Parameters
    ----------
    lake
        Its `label_samples` and `labels` are brought up to date.
    frame
        The mentions that the sample was drawn from and that are still there, with their ``stratum``.
    before
        What was drawn, as `label_samples` has it.
    per_stratum
        How many mentions of each stratum the larger sample shall have; never fewer than it had.

    Notes
    -----
    Mentions have permanent numbers, of which the smallest are drawn (Ohlsson 1995). What was drawn to teach after the
    sample is not asked again: see `workbench.labels.other_queues.thinned`.

    Raises
    ------
    WorkbenchError
        The mentions stand in other strata than when the sample was drawn.
    """
    first = before.iloc[0]
    _same_strata(frame, before)
    began = before["drawn_at"].min()
    left = left_by_teaching(lake, frame, first["task"], began)
    sizes = _at_least(per_stratum, draw_of_what_is_left(frame, left, len(frame), int(first["seed"])), before)
    rows = draw_of_what_is_left(frame, left, sizes, int(first["seed"]))
    drawn_at = rows[KEY].merge(before[[*KEY, "drawn_at"]], on=KEY, how="left")["drawn_at"]
    same = {name: first[name] for name in _SAME}
    rows = rows.assign(**same, drawn_at=drawn_at.fillna(dt.datetime.now(dt.UTC)))
    rows = _without_taught_since(lake, frame, rows, began, left)[LABEL_SAMPLES.schema.names]
    # The labels first: whoever is interrupted here draws the same again.
    _tell_labels(lake, rows, first["sample_id"])
    lake.merge("label_samples", pa.Table.from_pandas(rows, preserve_index=False), update=True)
    gone = before[~is_among(before, rows)]
    return Drawn(
        first["sample_id"],
        first["task"],
        int(first["seed"]),
        pd.concat([rows, gone], ignore_index=True),
        is_new=False,
    )


def _same_strata(frame: pd.DataFrame, before: pd.DataFrame) -> None:
    both = before[[*KEY, "stratum"]].merge(frame[[*KEY, "stratum"]], on=KEY)
    other = both[both["stratum_x"] != both["stratum_y"]]
    if len(other):
        was, now = other.iloc[0][["stratum_x", "stratum_y"]]
        raise WorkbenchError(
            f"sample '{before.iloc[0]['sample_id']}' was drawn by other strata: a mention of '{was}' would now be of "
            f"'{now}'. To enlarge it, part the mentions by the same columns as then (--by)."
        )


def _at_least(wanted: Mapping[str, int], ordered: pd.DataFrame, before: pd.DataFrame) -> dict[str, int]:
    """So many of each stratum that everything drawn before is among them."""
    place = ordered.groupby("stratum").cumcount() + 1
    had = place[is_among(ordered, before)].groupby(ordered["stratum"]).max()
    return {name: max(wanted.get(name, 0), int(had.get(name, 0))) for name in ordered["stratum"].unique()}


def _without_taught_since(
    lake: Lake, frame: pd.DataFrame, rows: pd.DataFrame, began: dt.datetime, first: Left
) -> pd.DataFrame:
    """Of each part that came later only what taught nobody until it came."""
    task, parts = str(rows["task"].iloc[0]), [rows[rows["drawn_at"] == began]]
    for moment in sorted(set(rows["drawn_at"]) - {began}):
        part, now = rows[rows["drawn_at"] == moment], left_by_teaching(lake, frame, task, moment)
        parts.append(thinned(part, frame, first, now))
    return pd.concat(parts, ignore_index=True)


def _tell_labels(lake: Lake, rows: pd.DataFrame, sample_id: str) -> None:
    labels = lake.read("labels", ["annotation_id", *KEY], where=f"sample_id = '{sample_id}'").to_pandas()
    chances = labels.merge(rows[[*KEY, "inclusion_probability"]], on=KEY).drop(columns=KEY)
    if len(chances):
        lake.update("labels", pa.Table.from_pandas(chances, preserve_index=False))
