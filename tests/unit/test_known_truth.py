import pandas as pd
import pyarrow as pa
import pytest

from workbench.errors import WorkbenchError
from workbench.labels.known_truth import known_truth


class Tables:
    """A lake that holds these frames."""

    def __init__(self, **frames: pd.DataFrame) -> None:
        self.frames = frames

    def read(self, name, columns=None, where=None):
        return pa.Table.from_pandas(self.frames[name][columns], preserve_index=False)


MENTIONS = pd.DataFrame({"post_id": ["x:1", "x:2", "x:2"], "brand": ["Acme", "Acme", "Bolt"]})
NO_LABELS = pd.DataFrame({"post_id": [], "brand": [], "label": []}, dtype=str)


def rows(truth):
    return truth.itertuples(index=False, name=None)


def test_a_label_without_brand_is_that_of_the_only_one():
    labels = pd.DataFrame({"post_id": ["x:1", "x:2"], "brand": [None, None], "label": "negative"})
    found = known_truth(Tables(mentions=MENTIONS, labels=labels))
    assert list(rows(found)) == [("x:1", "Acme", "negative")], "of two brands nobody knows which"


def test_the_file_is_read_where_the_lake_has_no_truth(tmp_path):
    file = tmp_path / "truth.parquet"
    pd.DataFrame({"post_id": ["2", "9"], "brand": "Bolt", "sentiment": ["positive", "negative"]}).to_parquet(
        file
    )
    found = known_truth(Tables(mentions=MENTIONS, labels=NO_LABELS), file=file)
    assert list(rows(found)) == [("x:2", "Bolt", "positive")]
    labels = pd.DataFrame({"post_id": ["x:1"], "brand": ["Acme"], "label": ["neutral"]})
    assert list(rows(known_truth(Tables(mentions=MENTIONS, labels=labels), file=file))) == [
        ("x:1", "Acme", "neutral")
    ]


def test_without_truth_there_is_none(tmp_path):
    assert known_truth(Tables(mentions=MENTIONS, labels=NO_LABELS), file=tmp_path / "none.parquet").empty


def test_a_file_without_the_column_is_named(tmp_path):
    file = tmp_path / "truth.parquet"
    pd.DataFrame({"post_id": ["2"], "brand": "Bolt"}).to_parquet(file)
    with pytest.raises(WorkbenchError, match="no column sentiment"):
        known_truth(Tables(mentions=MENTIONS, labels=NO_LABELS), file=file)
