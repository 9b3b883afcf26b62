"""The measure frame: its columns, types and vintages."""

import duckdb
import narwhals as nw
import pandas as pd
import pytest

from workbench.errors import WorkbenchError
from workbench.statistics.measure import MEASURE_COLUMNS, Metric, measure_frame, ratio, with_every_group
from workbench.statistics.mentions import earned, eligible, with_columns_checked

DAILY = Metric("speed.daily", "share", "within a day", horizon_seconds=86_400)
HOURLY = Metric("speed.hourly", "share", "within an hour", kind="signal", horizon_seconds=3_600)


def counted() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "brand": ["Acme", "Bolt"],
            "posts": [2, 0],
            "speed_daily": [0.5, None],
            "speed_hourly": [0.25, None],
            "newest_epoch": [1_000.0, None],
            "latest_epoch": [10_000.0, 2_000.0],
        }
    )


def test_columns_in_order_and_type():
    frame = measure_frame(nw.from_native(counted()), ["brand"], [DAILY, HOURLY])
    assert frame.columns == ["brand", *MEASURE_COLUMNS]
    schema = frame.schema
    assert [name for name in frame.columns if schema[name] == nw.Float64] == ["value", "low", "high"]
    assert [name for name in frame.columns if schema[name] == nw.Int64] == ["posts", "labels"]


def test_each_row_says_what_its_metric_says():
    rows = measure_frame(nw.from_native(counted()), ["brand"], [HOURLY, DAILY]).to_native()
    said = rows[["brand", "metric", "unit", "kind", "method", "vintage", "status"]].itertuples(
        index=False, name=None
    )
    assert list(said) == [
        ("Acme", "speed.daily", "share", "count", "within a day", "preliminary", "ok"),
        ("Bolt", "speed.daily", "share", "count", "within a day", "final", "withheld"),
        ("Acme", "speed.hourly", "share", "signal", "within an hour", "final", "ok"),
        ("Bolt", "speed.hourly", "share", "signal", "within an hour", "final", "withheld"),
    ]


@pytest.mark.parametrize(("end", "vintage"), [(1_000 + 86_399, "preliminary"), (1_000 + 86_400, "final")])
def test_the_end_of_the_data_can_be_given(end, vintage):
    frame = measure_frame(nw.from_native(counted()), ["brand"], [DAILY], observed_until_epoch=end)
    assert frame["vintage"].to_list() == [vintage, "final"]


def test_a_duckdb_frame_keeps_its_connection_and_its_nulls():
    relation = duckdb.connect().from_df(counted())
    rows = nw.from_native(measure_frame(nw.from_native(relation), ["brand"], [DAILY, HOURLY])).collect()
    assert rows["value"].to_list() == [0.5, None, 0.25, None]


def test_a_group_with_nothing_to_count_is_seen_even_if_it_has_no_name():
    mentions = nw.from_native(pd.DataFrame({"region": ["north", None], "created_epoch": [1, 2]}))
    rows = nw.from_native(pd.DataFrame({"region": ["north"], "wait": [7]}))
    padded = with_every_group(rows, mentions, ["region"]).to_native()
    assert padded["wait"].tolist()[0] == 7
    assert padded["wait"].isna().tolist() == [False, True, True]
    assert padded["region"].isna().tolist() == [False, False, True]


def test_no_ratio_without_a_whole():
    frame = nw.from_native(pd.DataFrame({"part": [1, 0], "whole": [4, 0]}))
    shares = frame.select(share=ratio(nw.col("part"), nw.col("whole"))).to_native()["share"]
    assert shares[0] == 0.25
    assert pd.isna(shares[1])


def test_which_mentions_count():
    mentions = pd.DataFrame(
        {
            "post_id": list("abcdefg"),
            "brand": "Acme",
            "author_role": ["customer", "unknown", "brand", "bot", "promoter", "customer", "customer"],
            "is_relevant": [True, True, True, True, True, False, True],
            "is_asking": [True, False, True, True, True, True, True],
            "directed_at": ["Acme", "Acme", "Acme", "Acme", "Acme", "Acme", None],
        }
    )
    assert earned(mentions)["post_id"].tolist() == ["a", "b", "g"]
    assert eligible(mentions)["post_id"].tolist() == ["a"]


def test_a_missing_column_is_named():
    with pytest.raises(WorkbenchError, match=r"no column 'branth'\. Did you mean 'brand'\?"):
        with_columns_checked(nw.from_native(pd.DataFrame({"brand": []})), ["branth"])
