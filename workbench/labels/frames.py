"""What a sample is drawn from: the mentions that count, of chosen brands and days."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from functools import reduce
from typing import Any

import narwhals as nw
import pandas as pd
import pyarrow as pa

from workbench.errors import WorkbenchError, did_you_mean
from workbench.statistics.mentions import earned, with_columns_checked
from workbench.store.frames import in_memory
from workbench.store.lake import Lake
from workbench.tables.posts import MENTION_KEY

KEY = MENTION_KEY


def sampling_frame(
    mentions: Any,
    by: Sequence[str] = ("brand",),
    brands: Sequence[str] = (),
    first_day: str = "",
    last_day: str = "",
) -> pd.DataFrame:
    """The relevant, earned mentions that a sample may be drawn from.

    Parameters
    ----------
    mentions
        The mention frame, of any engine.
    by
        Columns whose values part the frame into strata.
    brands
        Only these; otherwise all.
    first_day, last_day
        Only mentions of these days and between them, as ISO dates on the business clock.

    Returns
    -------
    ``post_id``, ``brand`` and the columns `by`, in the order of post and brand.

    Raises
    ------
    WorkbenchError
        There is no such column or brand, a day is no date, or nothing is left to draw from.
    """
    frame = with_columns_checked(nw.from_native(earned(mentions)), [*KEY, *by, "day"])
    for day, is_wanted in ((first_day, nw.col("day") >= first_day), (last_day, nw.col("day") <= last_day)):
        if day:
            check_day(day)
            frame = frame.filter(is_wanted)
    columns = list(dict.fromkeys([*KEY, *by]))
    found = in_memory(frame.select(columns)).sort_values(KEY, ignore_index=True)
    known = sorted(found["brand"].unique())
    check_brands(brands, known)
    if brands:
        found = found[found["brand"].isin(list(brands))].reset_index(drop=True)
    if found.empty:
        raise WorkbenchError(
            "there is no relevant, earned mention to draw from: in these days no post names a brand of workbench.toml "
            "([brands.…] with keywords or accounts). Choose other days, declare the brand, or ingest posts first."
        )
    return found


def check_brands(brands: Sequence[str], known: Sequence[str]) -> None:
    """Refuse a brand of which there is no mention.

    Raises
    ------
    WorkbenchError
        Names it, the nearest, and those that there are.
    """
    for brand in brands:
        if brand not in known:
            raise WorkbenchError(
                f"there is no mention of brand '{brand}' to draw from.{did_you_mean(brand, known)} "
                f"Brands: {', '.join(known) or 'none'}."
            )


def without_earlier(lake: Lake, frame: pd.DataFrame, task: str, sample_id: str) -> pd.DataFrame:
    """The mentions that stand in the frame of no other sample of the task."""
    taken = members(lake, task)
    taken = taken[taken["sample_id"] != sample_id]
    marked = frame.merge(taken[KEY], on=KEY, how="left", indicator=True)
    return frame[(marked["_merge"] == "left_only").to_numpy()].reset_index(drop=True)


def members(lake: Lake, task: str) -> pd.DataFrame:
    """Mentions that samples of the task were drawn from: ``post_id``, ``brand``, ``sample_id``."""
    return lake.read("label_frames", [*KEY, "sample_id"], where=f"task = '{task}'").to_pandas()


def remember_members(lake: Lake, frame: pd.DataFrame, task: str, sample_id: str) -> None:
    """Write down what a sample is drawn from."""
    rows = frame[KEY].assign(task=task, sample_id=sample_id)
    lake.merge("label_frames", pa.Table.from_pandas(rows, preserve_index=False))


def fingerprint(frame: pd.DataFrame) -> str:
    """SHA-256 of the mentions of a frame, in whatever order they come.

    Examples
    --------
    >>> frame = pd.DataFrame({"post_id": ["x:1", "x:2"], "brand": ["Acme", "Bolt"]})
    >>> fingerprint(frame) == fingerprint(frame[::-1])
    True
    """
    said = sorted(zip(frame["post_id"], frame["brand"], strict=True))
    return hashlib.sha256("\n".join("\t".join(mention) for mention in said).encode()).hexdigest()


def strata_of(frame: pd.DataFrame, by: Sequence[str]) -> pd.Series:
    """Name of the stratum of each mention: the values of the columns `by`, a missing one as 'unknown'.

    Raises
    ------
    WorkbenchError
        There is no column to part the mentions by.

    Examples
    --------
    >>> strata_of(pd.DataFrame({"brand": ["Acme", "Bolt"], "product": ["Box", None]}), ["brand", "product"]).tolist()
    ['Acme | Box', 'Bolt | unknown']
    """
    if not by:
        raise WorkbenchError("a sample needs a column to part the mentions by, for instance: --by brand.")
    parts = [frame[column].astype("string").fillna("unknown") for column in by]
    return reduce(lambda name, part: name + " | " + part, parts)


def brands_of(labels: pd.DataFrame, lake: Lake) -> pd.Series:
    """The brand of each label; where the source did not say, the one that the post speaks about if it is one."""
    if labels["brand"].notna().all():
        return labels["brand"]
    only = lake.read("mentions", KEY).to_pandas().drop_duplicates("post_id", keep=False)
    return labels["brand"].fillna(labels["post_id"].map(only.set_index("post_id")["brand"]))


def check_day(day: str) -> None:
    """Refuse a day that is not written as 2026-11-23: days are compared as text.

    Raises
    ------
    WorkbenchError
        It is written in another way.
    """
    try:
        is_day = dt.date.fromisoformat(day).isoformat() == day
    except ValueError:
        is_day = False
    if not is_day:
        raise WorkbenchError(f"'{day}' is no day. Write it as 2026-11-23.")
