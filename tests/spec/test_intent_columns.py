"""Specification: what the mention frame says of intents, of which a mention may have several."""

import datetime as dt

import pyarrow as pa
import pytest
from spec.table import rows, table
from unit.rows import NOON, mention, mentions, post, posts

from workbench.errors import WorkbenchError
from workbench.store.engine import open_engine
from workbench.store.intent_columns import intent_schema
from workbench.store.lake import Lake
from workbench.store.mention_frame import SCHEMA, mention_frame
from workbench.tables import LABELS, PREDICTIONS

INTENTS = ("complaint", "praise")


@pytest.fixture
def lake(tmp_path):
    lake = Lake(str(tmp_path / "lake"))
    lake.merge("posts", posts(*[post(str(n)) for n in range(1, 6)]))
    lake.merge("mentions", mentions(*[mention(str(n)) for n in range(1, 6)]))
    return lake


def labels(drawing: str) -> pa.Table:
    """Judgements of intents of mentions of Acme, drawn with a chance of a quarter, an hour after the last."""
    drawn = [
        {
            "annotation_id": f"{number}|{row['label']}",
            "brand": "Acme",
            "task": "intents",
            "labelled_at": NOON + dt.timedelta(hours=row.pop("hour", 0)),
            "strategy": "random",
            "sample_id": "spring",
            "inclusion_probability": 0.25,
            **row,
            "post_id": f"x:{row['post_id']}",
        }
        for number, row in enumerate(table(drawing), start=1)
    ]
    return LABELS.conform(pa.Table.from_pylist(drawn, LABELS.schema))


def predictions(**probabilities: float) -> pa.Table:
    given = {"post_id": "x:1", "brand": "Acme", "task": "intents", "model": "several-1", "predicted_at": NOON}
    rows = [
        {**given, "label": label, "probability": probability, "is_held_out": True}
        for label, probability in probabilities.items()
    ]
    return PREDICTIONS.conform(pa.Table.from_pylist(rows, PREDICTIONS.schema))


def intent_rows(engine, lake, *columns: str, **options) -> list[tuple]:
    frame = mention_frame(engine, lake, intents=INTENTS, **options)
    return sorted(rows(frame, "post_id", *columns))


def test_a_label_that_does_not_hold_is_a_judgement_too(engine, lake):
    """1 complains, 2 does both, 3 one of two finds praise, 4 neither; nobody judged 5."""
    drawing = """
        post_id | annotator | label
        --------+-----------+--------------
        1       | ann       | complaint
        1       | ann       | not:praise
        2       | ann       | complaint
        2       | ann       | praise
        3       | ann       | not:complaint
        3       | ann       | praise
        3       | bob       | not:complaint
        3       | bob       | not:praise
        4       | ann       | not:complaint
        4       | ann       | not:praise
    """
    lake.merge("labels", labels(drawing))
    columns = (
        "judged_intent_complaint",
        "judged_intent_praise",
        "judged_intents_relevant",
        "intents_annotators",
    )
    assert intent_rows(engine, lake, *columns, "intents_inclusion_probability") == [
        ("x:1", 1, 0, 1, 1, 0.25),
        ("x:2", 1, 1, 1, 1, 0.25),
        ("x:3", 0, 1 / 2, 1, 2, 0.25),
        ("x:4", 0, 0, 1, 1, 0.25),
        ("x:5", None, None, None, None, None),
    ]


def test_the_latest_judgement_counts_as_a_whole(engine, lake):
    """1: irrelevant, thought better of. 2: the other way round. 3: irrelevant for one of two. 4: in the end, who knows.

    Of 5 nobody looked for praise, which came to the task later.
    """
    drawing = """
        post_id | annotator | label         | hour
        --------+-----------+---------------+-----
        1       | ann       | irrelevant    | 1
        1       | ann       | complaint     | 2
        1       | ann       | not:praise    | 2
        2       | ann       | complaint     | 1
        2       | ann       | praise        | 1
        2       | ann       | irrelevant    | 2
        3       | ann       | irrelevant    | 1
        3       | bob       | complaint     | 1
        3       | bob       | not:praise    | 1
        4       | ann       | complaint     | 1
        4       | ann       | cannot_tell   | 2
        5       | ann       | not:complaint | 1
    """
    lake.merge("labels", labels(drawing))
    columns = (
        "judged_intent_complaint",
        "judged_intent_praise",
        "judged_intents_relevant",
        "intents_annotators",
    )
    assert intent_rows(engine, lake, *columns) == [
        ("x:1", 1, 0, 1, 1),
        ("x:2", 0, 0, 0, 1),
        ("x:3", 1 / 2, 0, 1 / 2, 2),
        ("x:4", None, None, None, None),
        ("x:5", 0, None, 1, 1),
    ]


def test_other_tasks_and_what_nobody_drew_stay_out(engine, lake):
    drawing = """
        post_id | annotator | label     | task      | strategy    | sample_id
        --------+-----------+-----------+-----------+-------------+----------
        1       | ann       | complaint | sentiment | random      | spring
        2       | ann       | complaint | intents   | ticket      | spring
        3       | ann       | complaint | intents   | uncertainty | spring
        4       | ann       | complaint | intents   | random      |
    """
    lake.merge("labels", labels(drawing))
    assert {row[1] for row in intent_rows(engine, lake, "intents_annotators")} == {None}


def test_what_the_model_says_of_each(engine, lake):
    lake.merge("predictions", predictions(complaint=0.75, praise=0.5))
    found = intent_rows(
        engine, lake, "intent_complaint", "intent_praise", "intents_is_held_out", intents_model="several-1"
    )
    assert found[:2] == [("x:1", 0.75, 0.5, True), ("x:2", None, None, True)]
    assert intent_rows(engine, lake, "intent_complaint", intents_model="another")[0] == ("x:1", None)


def test_columns_are_those_asked_for(engine, lake):
    frame = mention_frame(engine, lake, intents=INTENTS)
    assert list(frame.columns) == [*SCHEMA.names[:-3], *intent_schema(INTENTS).names, *SCHEMA.names[-3:]]
    assert list(mention_frame(engine, lake).columns) == SCHEMA.names


@pytest.mark.parametrize("name", ["Complaint", "pr risk", "x'; DROP", "", "1st"])
def test_a_label_that_cannot_name_a_column_is_refused(lake, name):
    engine = open_engine()
    with pytest.raises(WorkbenchError, match="cannot name a column"):
        mention_frame(engine, lake, intents=[name])
    engine.close()
