"""Record a figure in the notebook that made it, and read it back.

A strict wrapper over scrapbook, which by itself turns NaN into the string 'nan' and refuses
numpy's numbers and dates.
"""

import dataclasses
import datetime
import decimal
import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import narwhals as nw
import nbformat
import numpy as np
import pandas as pd
import scrapbook
from IPython.core.getipython import get_ipython

from workbench.errors import WorkbenchError


def record(name: str, value: Any) -> None:
    """Keep a value in the output of this cell, under a name.

    Parameters
    ----------
    name
        A name; recorded twice, the later value holds.
    value
        Numbers, text, dates, dataclasses, lists, dictionaries and frames of any kind (a measure
        frame, lazy or not), also within each other. See `json_safe` for what becomes of them.

    Raises
    ------
    WorkbenchError
        If the value has no plain JSON form, or no notebook is running.
    """
    try:
        safe = json_safe(value)
    except TypeError as error:
        raise WorkbenchError(
            f"record('{name}', …): {error}. Record numbers, text, dates, lists, dictionaries or a frame."
        ) from None
    if get_ipython() is None:
        raise WorkbenchError(f"record('{name}', …) writes into a notebook, and none is running here.")
    # Its encoder for JSON takes a text for JSON that is written down already.
    scrapbook.glue(name, safe, encoder="text" if isinstance(safe, str) else "json")


def read_records(notebook: Path) -> dict[str, Any]:
    """What an executed notebook recorded, by name.

    Raises
    ------
    WorkbenchError
        If the file is no notebook.
    """
    try:
        changed = notebook.stat()
        return dict(_records(notebook, changed.st_mtime_ns, changed.st_size))
    except FileNotFoundError:
        raise WorkbenchError(f"{notebook} does not exist. Run the notebook first.") from None
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, UnicodeDecodeError):
        raise WorkbenchError(f"{notebook} is no notebook.") from None


@lru_cache(maxsize=2)
def _records(notebook: Path, changed_at: int, size: int) -> Mapping[str, Any]:
    """Read once, though figures, checks, manifest and page of one report are each made of them."""
    node = nbformat.read(notebook, as_version=4)
    return {name: scrap.data for name, scrap in scrapbook.models.Notebook(node).scraps.items()}


def recorded_frame(value: Mapping[str, Any]) -> pd.DataFrame:
    """A recorded frame, as a frame again; dates stay ISO strings.

    Examples
    --------
    >>> recorded_frame({"columns": ["brand", "posts"], "rows": [["Acme", 3]]})
      brand  posts
    0  Acme      3
    """
    return pd.DataFrame(value["rows"], columns=value["columns"])


def json_safe(value: Any) -> Any:
    """The value in plain JSON terms.

    Missing and infinite numbers become None, dates ISO strings, durations seconds, dataclasses
    dictionaries, frames ``{"columns": […], "rows": […]}``.

    Raises
    ------
    TypeError
        For anything else, and for whole numbers beyond 2^53: nothing is turned into text by guessing.

    Examples
    --------
    >>> json_safe({"share": np.float64("nan"), "day": datetime.date(2026, 11, 23), "posts": np.int64(3)})
    {'share': None, 'day': '2026-11-23', 'posts': 3}
    >>> json_safe(pd.DataFrame({"brand": ["Acme"], "value": [0.5]}))
    {'columns': ['brand', 'value'], 'rows': [['Acme', 0.5]]}
    """
    scalar = _scalar(value)
    if scalar is not _NOT_A_SCALAR:
        return scalar
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return json_safe(dataclasses.asdict(value))
    if isinstance(value, Mapping):
        return {_key(key): json_safe(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_safe(item) for item in value]
    if isinstance(value, (np.ndarray, pd.Series, pd.Index)):
        return [json_safe(item) for item in value.tolist()]
    return _frame(value)


_NOT_A_SCALAR = object()
_LARGEST = 2**53 - 1


def _scalar(value: Any) -> Any:
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, np.datetime64):
        return json_safe(pd.Timestamp(value))
    if isinstance(value, (np.generic, decimal.Decimal)):
        value = float(value) if isinstance(value, decimal.Decimal) else value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise TypeError(
            f"{value} is beyond 2^53, where readers of JSON round whole numbers: record it as text"
        )
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return _NOT_A_SCALAR


def _key(key: Any) -> str:
    if isinstance(key, (str, int)):
        return str(key)
    raise TypeError(f"a key of type {type(key).__name__} has no plain form")


def _frame(value: Any) -> dict[str, Any]:
    frame = nw.from_native(value, pass_through=True)
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    if not isinstance(frame, nw.DataFrame):
        raise TypeError(f"a {type(value).__name__} has no plain form")
    return {"columns": frame.columns, "rows": [json_safe(row) for row in frame.rows()]}
