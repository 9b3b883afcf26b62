"""A random sample made larger: the larger one holds the smaller, and every chance becomes that of the larger."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
import pyarrow as pa

from workbench.errors import WorkbenchError
from workbench.labels.drawn import Drawn
from workbench.labels.frames import KEY, members, strata_of
from workbench.labels.other_queues import Left, draw_of_what_is_left, is_among, left_by_teaching, thinned
from workbench.statistics.sampling import equal_parts
from workbench.store.lake import Lake
from workbench.tables import LABEL_SAMPLES

_SAME = ["sample_id", "task", "strategy", "seed", "frame"]


def as_drawn(lake: Lake, before: pd.DataFrame) -> Drawn:
    """The sample as it was written down; labels that an interrupted enlargement left behind take over its chances."""
    _tell_labels(lake, before)
    first = before.iloc[0]
    return Drawn(
        first["sample_id"], first["task"], int(first["seed"]), before, is_new=False, earlier=len(before)
    )


def drawn_further(
    lake: Lake, frame: pd.DataFrame, before: pd.DataFrame, size: int, by: Sequence[str]
) -> Drawn:
    """The sample with so many mentions in all, as many of each stratum as can be; as it is where it has all there are.

    Raises
    ------
    WorkbenchError
        As `of_then` and `enlarge`.
    """
    if size == len(before) or (before["inclusion_probability"] == 1).all():
        return as_drawn(lake, before)
    then = of_then(lake, frame, before)
    then = then.assign(stratum=strata_of(then, by))
    left = left_by_teaching(lake, then, before["task"].iloc[0], before["drawn_at"].min())
    mentions = {str(name): int(count) for name, count in then["stratum"][left.is_left].value_counts().items()}
    gone = int((~is_among(before, then)).sum())
    return enlarge(lake, then, before, equal_parts(mentions, size - gone))


def of_then(lake: Lake, frame: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """The mentions of a frame that a sample was drawn from already: what came since is no part of it.

    Raises
    ------
    WorkbenchError
        The frame leaves out mentions that were drawn and are still there.
    """
    refuse_other_mentions(lake, frame, before)
    stored, first = members(lake, before["task"].iloc[0]), before.iloc[0]
    return frame[is_among(frame, stored[stored["sample_id"] == first["sample_id"]])].reset_index(drop=True)


def refuse_other_mentions(lake: Lake, frame: pd.DataFrame, before: pd.DataFrame) -> None:
    """A sample goes on with the brands and days of which it was drawn.

    Raises
    ------
    WorkbenchError
        The frame leaves out mentions that were drawn and are still there.
    """
    first = before.iloc[0]
    there = lake.read("mentions", KEY, where="is_relevant").to_pandas()
    left_out = before[is_among(before, there) & ~is_among(before, frame)]
    if len(left_out):
        raise WorkbenchError(
            f"sample '{first['sample_id']}' was drawn of more brands or days: {len(left_out):,} of its {len(before):,} "
            "mentions are none of these. Go on with the options of then, or draw another (--id NAME)."
        )


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
    first, began = before.iloc[0], before["drawn_at"].min()
    _same_strata(frame, before)
    left = left_by_teaching(lake, frame, first["task"], began)
    sizes = _at_least(per_stratum, draw_of_what_is_left(frame, left, len(frame), int(first["seed"])), before)
    rows = draw_of_what_is_left(frame, left, sizes, int(first["seed"]))
    drawn_at = rows[KEY].merge(before[[*KEY, "drawn_at"]], on=KEY, how="left")["drawn_at"]
    same = {name: first[name] for name in _SAME}
    rows = rows.assign(**same, drawn_at=drawn_at.fillna(dt.datetime.now(dt.UTC)))
    rows = _without_taught_since(lake, frame, rows, began, left)[LABEL_SAMPLES.schema.names]
    lake.merge("label_samples", pa.Table.from_pandas(rows, preserve_index=False), update=True)
    gone = before[~is_among(before, rows)]
    return replace(as_drawn(lake, pd.concat([rows, gone], ignore_index=True)), earlier=len(before))


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


def _tell_labels(lake: Lake, rows: pd.DataFrame) -> None:
    """Give the labels of a sample the chances of its mentions, where they have others."""
    chance = "inclusion_probability"
    where = f"sample_id = '{rows['sample_id'].iloc[0]}'"
    labels = lake.read("labels", ["annotation_id", *KEY, chance], where=where).to_pandas()
    both = labels.merge(rows[[*KEY, chance]], on=KEY, suffixes=("_was", ""))
    other = both[both[f"{chance}_was"] != both[chance]]
    if len(other):
        lake.update("labels", pa.Table.from_pandas(other[["annotation_id", chance]], preserve_index=False))
