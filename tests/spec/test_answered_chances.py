"""Specification: the chance of having been drawn and answered by now, of a sample that people have answered in part."""

import pyarrow as pa
import pytest
from spec.table import rows, table
from unit.rows import NOON, drawn, mention, mentions, post, posts

from workbench.store.lake import Lake
from workbench.store.latest_judgements import with_answered_chances
from workbench.store.mention_frame import mention_frame
from workbench.tables import LABELS

# 1–4 are all posts of a stratum that was drawn whole; of 5–8 a half was drawn. 9 is no mention of Acme any more.
DRAWN = """
    post_id | stratum | inclusion_probability
    --------+---------+----------------------
    1       | forum   | 1.0
    2       | forum   | 1.0
    3       | forum   | 1.0
    4       | forum   | 1.0
    5       | x       | 0.5
    6       | x       | 0.5
    9       | x       | 0.5
"""
# 2 nobody could tell; 3 was picked by hand. So one of four is answered, and one of the two that are left.
SAID = """
    post_id | annotator | label       | strategy | inclusion_probability
    --------+-----------+-------------+----------+----------------------
    1       | ann       | negative    | random   | 1.0
    1       | bob       | neutral     | random   | 1.0
    2       | ann       | cannot_tell | random   | 1.0
    3       | ann       | negative    | picked   |
    5       | ann       | irrelevant  | random   | 0.5
    9       | ann       | negative    | random   | 0.5
"""
EXPECTED = [("x:1", 0.25), ("x:5", 0.25)]


@pytest.fixture
def lake(tmp_path):
    lake = Lake(str(tmp_path / "lake"))
    lake.merge("posts", posts(*[post(str(n)) for n in range(1, 10)]))
    lake.merge("mentions", mentions(*[mention(str(n), is_relevant=n != 9) for n in range(1, 10)]))
    return lake


def draw_and_answer(lake, task, answers=None):
    common = {"brand": "Acme", "task": task, "sample_id": "spring"}
    rows_drawn = [row | {"task": task, "post_id": f"x:{row['post_id']}"} for row in table(DRAWN)]
    said = [{**common, **row, "post_id": f"x:{row['post_id']}"} for row in table(SAID)]
    for number, row in enumerate(said):
        row |= {
            "annotation_id": str(number),
            "labelled_at": NOON,
            "label": (answers or {}).get(number, row["label"]),
        }
        row |= {"sample_id": None} if row["strategy"] == "picked" else {}
    lake.merge("label_samples", drawn(*rows_drawn))
    lake.merge("labels", LABELS.conform(pa.Table.from_pylist(said, LABELS.schema)))


def test_what_is_answered_stands_for_all_that_was_drawn(engine, lake):
    draw_and_answer(lake, "sentiment")
    found = rows(mention_frame(engine, lake), "post_id", "inclusion_probability")
    assert sorted(row for row in found if row[1] is not None) == EXPECTED


def test_intents_have_chances_of_their_own(engine, lake):
    draw_and_answer(lake, "intents", {0: "praise", 1: "not:praise"})
    frame = mention_frame(engine, lake, intents=["praise"])
    found = rows(frame, "post_id", "intents_inclusion_probability")
    assert sorted(row for row in found if row[1] is not None) == EXPECTED
    assert {chance for (chance,) in rows(frame, "inclusion_probability")} == {None}


def test_tables_in_memory_have_the_same(lake):
    """Of what no sample drew, or is no mention any more, the chance stays as it was."""
    draw_and_answer(lake, "sentiment")
    said = lake.read("labels").to_pandas().sort_values("annotation_id")
    found = with_answered_chances(lake, "sentiment", said)
    assert found["inclusion_probability"].fillna(0).tolist() == [0.25, 0.25, 1.0, 0, 0.25, 0.5]
    assert found["post_id"].tolist() == said["post_id"].tolist()
