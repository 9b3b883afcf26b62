"""Drawn tables for specifications: what a person can check by eye, on every engine."""

from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from workbench.store.intent_columns import intent_schema
from workbench.store.mention_frame import SCHEMA

ENGINES = ("pandas", "polars", "duckdb", "spark")
_WORDS = {"yes": True, "no": False}


def table(drawing: str) -> list[dict[str, Any]]:
    """Rows of a drawn table: a header, a rule, then one line a row.

    Numbers become numbers, yes and no become booleans, an empty cell is missing.
    """
    header, _rule, *lines = (line.strip() for line in drawing.strip().splitlines())
    names = [name.strip() for name in header.split("|")]
    return [dict(zip(names, map(_value, line.split("|")), strict=True)) for line in lines]


def mentions(drawing: str) -> list[dict[str, Any]]:
    """Rows of a drawn mention frame; what is not drawn is an ordinary question of a customer to the brand."""
    return [
        {
            "post_id": str(number),
            "thread_id": str(row.get("post_id", number)),
            "directed_at": row.get("brand"),
            "author": "ann",
            "author_role": "customer",
            "kind": "post",
            "text": "",
            "is_asking": True,
            "is_relevant": True,
            "created_epoch": 0,
            **row,
        }
        for number, row in enumerate(table(drawing), start=1)
    ]


def on_every_engine(rows: list[dict[str, Any]]) -> pytest.MarkDecorator:
    """Run a test once per engine, its argument `frame` being the mentions as a frame of that engine."""
    return pytest.mark.parametrize("frame", [pytest.param((e, rows), id=e) for e in ENGINES], indirect=True)


def native(engine: str, rows: list[dict[str, Any]], spark: Any = None) -> Any:
    """Mentions as a frame of the engine's kind, with columns of the intents that are drawn."""
    intents = sorted(
        {name.removeprefix("intent_") for row in rows for name in row if name.startswith("intent_")}
    )
    schema = pa.schema([*SCHEMA, *intent_schema(intents)])
    arrow = pa.Table.from_pylist([{**row, **_as_text(row)} for row in rows], schema)
    if engine == "pandas":
        return arrow.to_pandas()
    if engine == "polars":
        return pl.from_arrow(arrow).lazy()
    if engine == "duckdb":
        return duckdb.connect().from_arrow(arrow)
    # Spark infers no schema from nothing, so a row is shown to it and taken away again.
    shown = pa.concat_tables([arrow, pa.Table.from_pylist([{"post_id": "shown"}], schema)])
    return spark.createDataFrame(shown).where("post_id <> 'shown'")


def rows(frame: Any, *columns: str) -> list[tuple[Any, ...]]:
    """Plain tuples from a frame of any kind, missing values as None."""
    frame = nw.from_native(frame)
    frame = frame.select(*columns) if columns else frame
    frame = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    return [tuple(None if pd.isna(value) else value for value in row) for row in frame.rows()]


def _value(cell: str) -> Any:
    cell = cell.strip()
    if cell in _WORDS:
        return _WORDS[cell]
    for number in (int, float):
        try:
            return number(cell)
        except ValueError:
            pass
    return cell or None


def _as_text(row: dict[str, Any]) -> dict[str, Any]:
    """Ids drawn as numbers are text."""
    return {
        name: str(value)
        for name, value in row.items()
        if isinstance(value, int) and name in SCHEMA.names and SCHEMA.field(name).type == pa.string()
    }
