"""Frames of an engine, brought into memory."""

from typing import Any

import narwhals as nw
import pandas as pd
from narwhals.typing import FrameT


def in_memory(frame: Any) -> pd.DataFrame:
    """A frame of any engine (or of Narwhals) that is small by now, as pandas.

    Examples
    --------
    >>> import polars as pl
    >>> in_memory(pl.LazyFrame({"brand": ["Acme"], "posts": [3]}))
      brand  posts
    0  Acme      3
    """
    lazy = nw.from_native(frame)
    return (lazy.collect() if isinstance(lazy, nw.LazyFrame) else lazy).to_pandas()


def column_names(frame: FrameT) -> list[str]:
    """Names of the columns of a Narwhals frame.

    Examples
    --------
    >>> column_names(nw.from_native(pd.DataFrame({"brand": ["Acme"], "posts": [3]})))
    ['brand', 'posts']
    """
    if frame.implementation.is_duckdb():
        # Beside the names Narwhals asks for types, and with those of times for the time zone: a query each time.
        native: Any = frame.to_native()
        return list(native.columns)
    return frame.collect_schema().names()
