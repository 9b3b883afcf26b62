"""The truth about mentions, where it is known: it scores figures and never enters one."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as parquet

from workbench.errors import WorkbenchError
from workbench.labels.frames import KEY, brands_of
from workbench.store.lake import Lake

_COLUMNS = ["post_id", "brand", "label"]


def known_truth(lake: Lake, task: str = "sentiment", file: Path | None = None) -> pd.DataFrame:
    """The truth about mentions: labels that were set aside for scoring, else those of a file.

    Parameters
    ----------
    lake
        Its labels of strategy ``truth``, and its mentions.
    task
        What was judged.
    file
        A Parquet file with ``post_id`` (as the platform names it), ``brand`` and a column named as the task:
        what the sample knows of itself. Read only where the lake has no such labels; may be missing.

    Returns
    -------
    ``post_id``, ``brand``, ``label``; a mention judged by several people has several rows. A label without
    brand is taken for that of the one brand which its post speaks about.

    Raises
    ------
    WorkbenchError
        The file lacks a column.
    """
    labels = lake.read("labels", _COLUMNS, where=f"task = '{task}' AND strategy = 'truth'").to_pandas()
    if labels.empty and file is not None and file.is_file():
        labels = _of_file(file, task, lake.read("mentions", KEY).to_pandas())
    labels = labels.assign(brand=brands_of(labels, lake))
    return labels.dropna(subset=["brand", "label"])[_COLUMNS].reset_index(drop=True)


def _of_file(file: Path, task: str, mentions: pd.DataFrame) -> pd.DataFrame:
    known = parquet.read_schema(file).names
    missing = [name for name in ("post_id", "brand", task) if name not in known]
    if missing:
        raise WorkbenchError(f"{file} has no column {', '.join(missing)}. It has: {', '.join(known)}.")
    truth = parquet.read_table(file, columns=["post_id", "brand", task]).to_pandas()
    # In the lake the platform stands before the post's own number.
    ours = mentions.assign(native=mentions["post_id"].str.partition(":")[2])
    joined = ours.merge(
        truth, left_on=["native", "brand"], right_on=["post_id", "brand"], suffixes=("", "_told")
    )
    return joined.rename(columns={task: "label"})
