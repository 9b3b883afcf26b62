import datetime
import decimal
import json
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from workbench.errors import WorkbenchError
from workbench.runs.record import json_safe, read_records, record, recorded_frame

ROWS = {"brand": ["Acme", "Bolt"], "value": [0.5, None]}
FRAME = pd.DataFrame(ROWS)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.float32("inf"), None),
        (float("nan"), None),
        (pd.NA, None),
        (pd.NaT, None),
        (decimal.Decimal("0.5"), 0.5),
        (datetime.date(2026, 11, 23), "2026-11-23"),
        (pd.Timestamp("2026-11-23T09:12Z"), "2026-11-23T09:12:00+00:00"),
        (np.datetime64("2026-11-23"), "2026-11-23T00:00:00"),
        (datetime.timedelta(minutes=2), 120.0),
        (np.array([1.0, np.nan]), [1.0, None]),
        (pd.Series([1, 2]), [1, 2]),
        ({"a": [{"b": np.int64(1)}], 2: None}, {"a": [{"b": 1}], "2": None}),
    ],
)
def test_values_become_plain(value, plain):
    assert json_safe(value) == plain
    json.dumps(json_safe(value), allow_nan=False)


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(FRAME, id="pandas"),
        pytest.param(pl.DataFrame(ROWS), id="polars"),
        pytest.param(pl.LazyFrame(ROWS), id="polars lazy"),
        pytest.param(duckdb.connect().from_df(FRAME), id="duckdb"),
    ],
)
def test_frames_of_every_kind_become_columns_and_rows(frame):
    assert json_safe(frame) == {"columns": ["brand", "value"], "rows": [["Acme", 0.5], ["Bolt", None]]}


def test_a_recorded_frame_comes_back():
    pd.testing.assert_frame_equal(recorded_frame(json_safe(FRAME)), FRAME)


def test_dataclasses_become_dictionaries():
    @dataclass
    class Tile:
        label: str
        value: float

    assert json_safe([Tile("Share", float("nan"))]) == [{"label": "Share", "value": None}]


@pytest.mark.parametrize("value", [object(), {1, 2}, {(1, 2): 3}, b"bytes", str])
def test_nothing_is_turned_into_text_by_guessing(value):
    with pytest.raises(WorkbenchError, match=r"record\('thing', …\): a .* has no plain form"):
        record("thing", value)


def test_outside_a_notebook_there_is_nowhere_to_write():
    with pytest.raises(WorkbenchError, match="none is running"):
        record("share", 0.5)


def test_reading_says_what_is_missing(tmp_path):
    with pytest.raises(WorkbenchError, match=r"does not exist\. Run the notebook first"):
        read_records(tmp_path / "none.ipynb")


@pytest.mark.parametrize("value", [2**53, {"posts": [np.uint64(2**63)]}, -(2**53)])
def test_a_whole_number_that_readers_of_json_would_round_is_refused_where_it_is_recorded(value):
    with pytest.raises(TypeError, match="record it as text"):
        json_safe(value)
    assert json_safe(2**53 - 1) == 2**53 - 1
