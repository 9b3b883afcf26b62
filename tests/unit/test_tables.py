"""Tables are declared once, and rows are held to it."""

import pyarrow as pa
import pytest
from unit.rows import post, posts

from workbench.errors import WorkbenchError
from workbench.tables import BRANDS, POSTS, TABLES


def test_keys_are_columns_that_always_have_a_value():
    for table in TABLES.values():
        required = {column.name for column in table.columns if column.is_required}
        assert set(table.key) <= required, table.name


def test_names_follow_the_rules():
    for table in TABLES.values():
        for column in table.columns:
            if column.type == pa.bool_():
                assert column.name.startswith(("is_", "has_")), f"{table.name}.{column.name}"
            assert column.description, f"{table.name}.{column.name}"


def test_missing_optional_column_becomes_null_and_order_is_the_declared():
    rows = POSTS.conform(posts(post("1")).select(list(reversed(POSTS.schema.names))).drop_columns(["likes"]))
    assert rows.schema.names == POSTS.schema.names
    assert rows["likes"].to_pylist() == [None]


def test_missing_required_value_names_the_column_and_counts():
    rows = pa.table({"brand": ["Acme", None], "account": ["acme", "bolt"], "origin": ["data", "data"]})
    with pytest.raises(WorkbenchError, match="table 'brands', column 'brand': 1 of 2 rows have no value"):
        BRANDS.conform(rows)


def test_wrong_type_names_what_was_expected_and_not_the_value():
    rows = pa.table(
        {**{n: posts(post("1"))[n] for n in POSTS.schema.names if n != "likes"}, "likes": ["secret"]}
    )
    with pytest.raises(WorkbenchError, match="expected int64, found string") as raised:
        POSTS.conform(rows)
    assert "secret" not in str(raised.value)
