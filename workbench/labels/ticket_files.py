"""Exports of ticket systems: which column is what, and rows under our names."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from workbench.errors import WorkbenchError, did_you_mean
from workbench.privacy.masking import NO_KEY, mask_texts
from workbench.sources.column_names import columns_told
from workbench.sources.sniffing import READERS, sniff

# What ticket systems call their columns; the first that a file has is taken.
COLUMNS = {
    "category": ("category", "ticket_category", "type", "ticket_type", "topic", "reason"),
    "text": ("text", "description", "body", "message", "comment", "subject"),
    "post": ("post_id", "tweet_id", "native_id", "source_id"),
    "number": ("ticket_id", "case_id", "ticket", "id", "number"),
    "brand": ("brand",),
    "created": ("created_at", "created", "date"),
}
_ROWS = 50_000
_MOST_SHOWN, _LONGEST_SHOWN = 12, 40


def read_tickets(path: Path, columns: Mapping[str, str]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Tickets of a file.

    Parameters
    ----------
    path
        CSV, TSV, JSON lines, Parquet or XLSX.
    columns
        Column of each of `COLUMNS`, where the usual names do not do.

    Returns
    -------
    Rows under the names of `COLUMNS`, and the column of the file that each came from.

    Raises
    ------
    WorkbenchError
        There is no such file or column, none of categories, or a row that cannot be read.
    """
    layout = sniff(path)
    for name, column in columns.items():
        if column not in layout.columns:
            raise WorkbenchError(
                f"{path} has no column '{column}' ({name}).{did_you_mean(column, layout.columns)} "
                f"{columns_told(layout.columns)}"
            )
    usual = {column.strip().casefold().replace(" ", "_"): column for column in layout.columns}
    chosen = {
        name: columns.get(name) or next((usual[column] for column in names if column in usual), "")
        for name, names in COLUMNS.items()
    }
    if not chosen["category"]:
        raise WorkbenchError(
            f"{path} has no column of categories. Name it: --category COLUMN. {columns_told(layout.columns)}"
        )
    if not chosen["text"] and not chosen["post"]:
        raise WorkbenchError(
            f"{path} has no column of texts and none of posts, so its categories are of nothing. Name one: "
            f"--text COLUMN or --post COLUMN. {columns_told(layout.columns)}"
        )
    wanted = list(dict.fromkeys(filter(None, chosen.values())))
    blocks = list(READERS[layout.format](layout, wanted, _ROWS))
    if rejected := [row for block in blocks for row in block.rejected]:
        raise WorkbenchError(
            f"{path}, line {rejected[0].line}: {rejected[0].reason}. Mend it, or that ticket would be left out."
        )
    rows = pd.DataFrame(
        {
            name: [value for block in blocks for value in block.columns[column].to_pylist()]
            if column
            else None
            for name, column in chosen.items()
        },
        dtype=object,
    )
    return rows, {name: column for name, column in chosen.items() if column}


def told_categories(categories: pd.Series) -> dict[str, int]:
    """Unknown categories with their counts, the most frequent first; what may be a text is not shown."""
    told = mask_texts(categories.fillna("").astype(str).str.strip().replace("", "(none)"), NO_KEY)[0]
    counts = Counter(told)
    if any(len(name) > _LONGEST_SHOWN for name in counts) or len(counts) > 50:
        return {"(too long or too many to be categories)": sum(counts.values())}
    return dict(counts.most_common(_MOST_SHOWN))
