"""What is written for people never runs in a spreadsheet."""

import csv
from datetime import UTC, datetime

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.sources import neutralise, write_csv, write_xlsx

ROWS = {"id": ["570306133677760513", "2"], "=text": ["=cmd|' /C calc'!A0", "fine"], "likes": [-5, 3]}


@pytest.mark.parametrize(
    "value", ["=1+1", "+SUM(A1)", "-cmd", "@SUM", "\t=1", "\r=1", "\n=1", "＝1", "+49 170 1"]
)
def test_formulas_get_an_apostrophe(value):
    assert neutralise(value) == "'" + value


@pytest.mark.parametrize("value", ["", "fine", "-5", "+5.2", "-1,234.5", "-1e5", "-12%", "'=1"])
def test_numbers_and_words_stay(value):
    assert neutralise(value) == value


@given(st.text())
def test_neutralising_twice_is_neutralising_once(value):
    once = neutralise(value)
    assert neutralise(once) == once
    assert once.removeprefix("'") == value.removeprefix("'")


@pytest.mark.parametrize("kind", ["pandas", "polars", "duckdb"])
def test_csv_of_any_frame(tmp_path, kind):
    frame = pd.DataFrame(ROWS)
    frames = {"pandas": frame, "polars": pl.LazyFrame(ROWS), "duckdb": duckdb.connect().from_df(frame)}
    write_csv(tmp_path / "posts.csv", frames[kind])
    with (tmp_path / "posts.csv").open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [
            ["id", "'=text", "likes"],
            ["570306133677760513", "'=cmd|' /C calc'!A0", "-5"],
            ["2", "fine", "3"],
        ]


def test_xlsx_keeps_ids_and_runs_nothing(tmp_path):
    moment = datetime(2026, 11, 24, 9, tzinfo=UTC)
    frame = pl.DataFrame(
        {"id": [570306133677760513], "text": ["=1+1\x00"], "at": [moment], "likes": [7], "none": [None]}
    )
    write_xlsx(tmp_path / "posts.xlsx", frame)
    sheet = openpyxl.load_workbook(tmp_path / "posts.xlsx").active
    assert [cell.value for cell in sheet[2]] == [
        "570306133677760513", "'=1+1", "2026-11-24T09:00:00+00:00", 7, None
    ]  # fmt: skip
    assert sheet["B2"].data_type == "s"


def test_missing_values_are_empty(tmp_path):
    write_csv(tmp_path / "posts.csv", pd.DataFrame({"a": [1.5, None], "b": ["x", None]}))
    assert (tmp_path / "posts.csv").read_text() == "a,b\n1.5,x\n,\n"
