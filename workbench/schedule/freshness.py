"""Whether the data of a run are complete up to a time, and what is lacking where they are not."""

import datetime as dt
import re

import pandas as pd

from workbench.errors import WorkbenchError, did_you_mean
from workbench.schedule.jobs import Requires
from workbench.store.lake import Lake
from workbench.tables import TABLES
from workbench.tables.strategies import ESTIMATION, in_sql
from workbench.tables.table import TIME

# Made of posts by the workbench itself, before each run.
_DERIVED = ("mentions", "predictions", "near_duplicates")
_SAMPLE_DAYS = 31
_LONGEST_INGEST = pd.Timedelta(days=1)


def lacking(requires: Requires, until: dt.datetime, lake: Lake) -> list[str]:
    """What a job's data lack, in words; empty where they are complete.

    Posts are complete up to a time when every source that delivers again and again was collected at that time
    or later: what is not collected yet may still come. Files whose names differ in digits only are one source. A
    source that delivered once is not waited for. Other tables are complete when something in them is of that
    time or later. The queues to estimate with are complete when mentions of the 31 days before that time were drawn
    and every one of them is labelled.

    Parameters
    ----------
    requires
        What the job demands.
    until
        The time.
    lake
        The lake, as it is now.

    Raises
    ------
    WorkbenchError
        There is no such table.
    """
    reasons = []
    for name in dict.fromkeys("posts" if name in _DERIVED else name for name in requires.tables):
        if name not in TABLES:
            raise WorkbenchError(f"there is no table '{name}' to wait for.{did_you_mean(name, TABLES)}")
        reasons += _late_sources(lake, until) if name == "posts" else _late_table(lake, name, until)
    return reasons + (_unlabelled(lake, until) if requires.labels else [])


def _late_sources(lake: Lake, until: dt.datetime) -> list[str]:
    newest = lake.read("posts", ["source", "collected_at"]).group_by("source")
    posts = newest.aggregate([("collected_at", "max")]).rename_columns(["source", "collected_at"]).to_pandas()
    if posts.empty:
        return ["there are no posts yet"]
    columns = ["source", "fingerprint", "status", "started_at", "stored"]
    batches = lake.read("batches", columns).to_pandas()
    # An ingest that was killed is found as running for ever, and is not waited for so long.
    is_young = batches["started_at"] > pd.Timestamp.now("UTC") - _LONGEST_INGEST
    running = batches[(batches["status"] == "running") & is_young]
    reasons = [f"the ingest of {source} has not ended" for source in sorted(set(running["source"]))]
    complete = batches[batches["status"] == "complete"].sort_values("started_at")
    # A file that is read twice is delivered once; one in which nothing is new was collected all the same.
    complete = complete.drop_duplicates(["source", "fingerprint"])
    empty = complete[complete["stored"] == 0].rename(columns={"started_at": "collected_at"})
    known = pd.concat([posts, empty[["source", "collected_at"]]], ignore_index=True)
    reached = known.groupby(known["source"].map(_feed))["collected_at"].max()
    deliveries = complete["source"].map(_feed).value_counts()
    again = {feed for feed, count in deliveries.items() if count > 1 and feed in reached.index}
    if not again:
        newest = reached.max()
        return [*reasons, *([f"posts were last collected {_day(newest)}"] if newest < until else [])]
    late = [feed for feed in sorted(again) if reached[feed] < until]
    return [*reasons, *(f"{_shown(feed)} was last collected {_day(reached[feed])}" for feed in late)]


def _late_table(lake: Lake, name: str, until: dt.datetime) -> list[str]:
    times = [column.name for column in TABLES[name].columns if column.type == TIME]
    rows = lake.read(name, times).to_pandas() if times else pd.DataFrame()
    newest = rows.max().max() if len(rows) else pd.NaT
    if pd.isna(newest):
        return [f"the table {name} holds nothing yet"]
    return [f"the newest row of {name} is of {_day(newest)}"] if newest < until else []


def _unlabelled(lake: Lake, until: dt.datetime) -> list[str]:
    key = ["sample_id", "post_id", "brand"]
    drawn = lake.read("label_samples", [*key, "task"], where=f"strategy IN {in_sql(ESTIMATION)}").to_pandas()
    posts = lake.read("posts", ["post_id", "created_at"]).to_pandas()
    since = until - dt.timedelta(days=_SAMPLE_DAYS)
    posts = posts[(posts["created_at"] >= since) & (posts["created_at"] < until)]
    wanted = drawn[drawn["post_id"].isin(posts["post_id"])]  # a post that was erased is asked of nobody
    if len(posts) and wanted.empty:
        return [f"no mentions since {_day(pd.Timestamp(since))} were drawn for people to label"]
    labels = lake.read("labels", key).to_pandas().drop_duplicates()
    open_rows = wanted.merge(labels.assign(is_labelled=True), on=key, how="left")
    open_rows = open_rows[open_rows["is_labelled"].isna()]
    asked, still = wanted.groupby("task")["post_id"].count(), open_rows.groupby("task")["post_id"].count()
    return [
        f"{count:,} of {asked[task]:,} mentions drawn for {task} are not labelled"
        for task, count in still.items()
    ]


def _feed(source: str) -> str:
    """What a source is called when the date in the name of its file is let go of.

    Examples
    --------
    >>> _feed("brandwatch_2026-11-23.csv")
    'brandwatch_#-#-#.csv'
    """
    return re.sub(r"\d+", "#", source)


def _shown(feed: str) -> str:
    return feed.replace("#", "…")


def _day(time: pd.Timestamp) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
