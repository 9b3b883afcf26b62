"""Specification: satisfaction and outcome. Check it by eye."""

import datetime as dt
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from spec.table import ENGINES, mentions, native, table

from workbench.errors import WorkbenchError
from workbench.kpi.outcome_association import outcome_association
from workbench.tables import CASES, OUTCOMES

DAY = 86_400

MENTIONS = mentions("""
    author | brand | region | author_role | is_relevant | negative | created_epoch
    -------+-------+--------+-------------+-------------+----------+--------------
    ann    | Acme  | GB     | customer    | yes         | 0.9      | 100
    ann    | Acme  | GB     | customer    | yes         | 0.7      | 200
    bob    | Acme  | GB     | customer    | yes         | 0.6      | 100
    cat    | Acme  | IE     | customer    | yes         | 0.1      | 100
    cat    | Acme  | IE     | customer    | yes         | 1.0      | 200000
    dan    | Acme  | IE     | customer    | yes         | 0.2      | 300
    eve    | Acme  | IE     | customer    | yes         | 0.9      | 100
    fay    | Acme  | IE     | customer    | yes         |          | 100
    gus    | Acme  | IE     | bot         | yes         | 0.9      | 100
    hal    | Acme  | IE     | customer    | no          | 0.9      | 100
           | Acme  | IE     | customer    | yes         | 0.9      | 100
    ivy    | Bolt  | IE     | customer    | yes         | 0.1      | 100
""")

for row in MENTIONS:
    row["created_at"] = dt.datetime.fromtimestamp(row["created_epoch"], dt.UTC)

# Known a day after 1970 began, so that what cat said on the third day came too late.
OUTCOMES_DRAWN = table("""
    author | brand | outcome | is_observed
    -------+-------+---------+------------
    ann    | Acme  | churn   | yes
    bob    | Acme  | churn   | no
    cat    | Acme  | churn   | no
    dan    | Acme  | churn   | no
    fay    | Acme  | churn   | yes
    gus    | Acme  | churn   | yes
    hal    | Acme  | churn   | yes
    ivy    | Acme  | churn   | yes
    silent | Acme  | churn   | yes
""")


def of_engine(engine: str, rows: list[dict[str, Any]], schema: pa.Schema, spark: Any) -> Any:
    arrow = pa.Table.from_pylist(rows, schema)
    if engine == "pandas":
        return arrow.to_pandas()
    if engine == "polars":
        return pl.from_arrow(arrow).lazy()
    return duckdb.connect().from_arrow(arrow) if engine == "duckdb" else spark.createDataFrame(arrow)


def after(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


@pytest.fixture(params=ENGINES)
def frames(request) -> tuple[Any, Any, Any]:
    """Mentions, outcomes and cases on one engine; relations of DuckDB share a connection."""
    engine = request.param
    session = request.getfixturevalue("spark").session if engine == "spark" else None
    outcomes = [{**row, "observed_at": after(DAY)} for row in OUTCOMES_DRAWN]
    cases = [
        {
            "case_id": str(number),
            "author": author,
            "brand": "Acme",
            "status": "open",
            "created_at": after(when),
        }
        for number, (author, when) in enumerate([("ann", 150), ("ann", 900), ("dan", 0), ("bob", 500)])
    ]
    if engine == "duckdb":
        connection = duckdb.connect()
        arrow = pa.Table.from_pandas(native("pandas", MENTIONS), preserve_index=False)
        return (
            connection.from_arrow(arrow),
            connection.from_arrow(pa.Table.from_pylist(outcomes, OUTCOMES.schema)),
            connection.from_arrow(pa.Table.from_pylist(cases, CASES.schema)),
        )
    return (
        native(engine, MENTIONS, session),
        of_engine(engine, outcomes, OUTCOMES.schema, session),
        of_engine(engine, cases, CASES.schema, session),
    )


def figures(frame: pd.DataFrame, metric: str, *columns: str) -> list[tuple]:
    rows = frame[frame["metric"] == f"outcome_association.{metric}"]
    return [tuple(row) for row in rows[list(columns)].itertuples(index=False)]


def test_people_are_compared_not_posts(frames):
    """Ann and bob spoke badly (0.8, 0.6), cat (until then) and dan did not; of all these only ann left.

    Eve's outcome is not known, fay's post was not classified, gus is a bot, hal's post is not about Acme, ivy
    spoke of another brand.
    """
    told = outcome_association(*frames[:2])
    assert figures(
        told, "risk_difference", "brand", "outcome", "value", "people", "negative_people", "posts"
    ) == [("Acme", "churn", 1 / 2 - 0 / 2, 4, 2, 5)]
    leavers, others = 0.8, (0.6 + 0.1 + 0.2) / 3
    assert outcome_association(*frames[:2])["status"].unique().tolist() == ["few people", "withheld"]
    # One person left: no variance, so the difference of means is withheld.
    assert leavers > others
    assert figures(told, "difference_of_means", "status") == [("withheld",)]


def test_by_region_and_with_the_correlation_of_segments(frames):
    told = outcome_association(*frames[:2], by=["brand", "region"], segment="region")
    assert figures(told, "risk_difference", "region", "people", "status") == [
        ("GB", 2, "withheld"),
        ("IE", 2, "withheld"),
    ]
    over = outcome_association(*frames[:2], segment="region")
    assert figures(over, "correlation_of_segments", "people", "status") == [(4, "withheld")]


def test_only_people_with_a_case_and_what_they_said_since(frames):
    """Ann said 0.7 after her first case at 150, dan 0.2; bob said nothing after his; the others have none."""
    mentions_frame, outcomes, cases = frames
    told = outcome_association(mentions_frame, outcomes, cases=cases)
    assert figures(told, "risk_difference", "value", "people", "posts") == [(1 / 1 - 0 / 1, 2, 2)]


def test_it_says_what_it_does_not_show(frames):
    told = outcome_association(*frames[:2])
    for words in ("not a cause", "silent customers are missing", "one row a person"):
        assert told["method"].str.contains(words).all()


def test_nobody_in_common(frames):
    mentions_frame, outcomes, _ = frames
    narrow = outcome_association(mentions_frame, outcomes, mostly_negative=2.0)
    assert figures(narrow, "risk_difference", "status") == [("withheld",)]


def test_a_missing_column_is_named(frames):
    mentions_frame, _, cases = frames
    with pytest.raises(WorkbenchError, match="outcomes have no column 'outcome'"):
        outcome_association(mentions_frame, cases)


def test_a_person_in_two_segments_is_one_person():
    """Ann, who left, speaks in GB and IE: she counts once, but in both regions of the correlation."""
    said = pd.DataFrame(
        {
            "author": ["ann", "ann", "bob", "cat", "dan"],
            "brand": "Acme",
            "region": ["GB", "IE", "GB", "IE", "IE"],
            "author_role": "customer",
            "is_relevant": True,
            "negative": [0.9, 0.9, 0.8, 0.1, 0.2],
            "created_at": pd.Timestamp("2026-04-01", tz="UTC"),
        }
    )
    left = pd.DataFrame(
        {
            "author": ["ann", "bob", "cat", "dan"],
            "brand": "Acme",
            "outcome": "churn",
            "is_observed": [True, False, False, False],
            "observed_at": pd.Timestamp("2026-05-01", tz="UTC"),
        }
    )
    plain = outcome_association(said, left)
    by_region = outcome_association(said, left, segment="region")
    assert by_region["people"].unique().tolist() == [4]
    pd.testing.assert_frame_equal(by_region.iloc[:3], plain)
