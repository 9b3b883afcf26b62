"""Frames of an engine, brought into memory."""

from typing import Any

import narwhals as nw
import pandas as pd


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
