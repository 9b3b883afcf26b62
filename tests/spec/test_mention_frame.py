"""Specification: the mention frame, and the engines that make it from the lake."""

import datetime as dt

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from spec.table import rows, table
from unit.rows import NOON, mention, mentions, post, posts

from workbench.errors import WorkbenchError
from workbench.kpi.share_answered import share_answered
from workbench.store.engine import open_engine
from workbench.store.lake import Lake
from workbench.store.mention_frame import SCHEMA, mention_frame
from workbench.tables import LABELS, PREDICTIONS
from workbench.tables.strategies import ESTIMATION, STRATEGIES


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path / "lake"))


def at(moment: str) -> dict:
    when = dt.datetime.fromisoformat(moment)
    return {"created_at": when, "created_epoch": int(when.timestamp())}


def predictions(
    post_id: str,
    *probabilities: float,
    model: str = "lexicon-1",
    brand: str = "Acme",
    held_out: bool | None = None,
) -> pa.Table:
    labels = ["negative", "neutral", "positive"]
    count = len(probabilities)
    return PREDICTIONS.conform(
        pa.table(
            {
                "post_id": [post_id] * count,
                "brand": [brand] * count,
                "task": ["sentiment"] * count,
                "model": [model] * count,
                "label": labels[:count],
                "probability": list(probabilities),
                "predicted_at": pa.array([NOON] * count, pa.timestamp("us", "UTC")),
                "is_held_out": pa.array([held_out] * count, pa.bool_()),
            }
        )
    )


def labels(drawing: str) -> pa.Table:
    """Judgements of mentions of Acme; what is not drawn is one of a mention drawn with a chance of a quarter."""
    drawn = [
        {
            "annotation_id": str(number),
            "brand": "Acme",
            "task": "sentiment",
            "labelled_at": NOON + dt.timedelta(hours=number),
            "strategy": "random",
            "sample_id": "spring",
            "inclusion_probability": 0.25,
            **row,
            "post_id": f"x:{row['post_id']}",
        }
        for number, row in enumerate(table(drawing), start=1)
    ]
    return LABELS.conform(pa.Table.from_pylist(drawn, LABELS.schema))


def test_an_empty_lake_gives_an_empty_frame_with_all_columns(engine, lake):
    frame = mention_frame(engine, lake)
    assert rows(frame) == []
    assert list(frame.columns) == SCHEMA.names


def test_a_mention_has_its_post_and_what_the_named_model_said(engine, lake):
    lake.merge("posts", posts(post("1", region="north", product="Box"), post("2")))
    lake.merge(
        "mentions",
        mentions(mention("1", product="Box 2", directed_at="Acme"), mention("2"), mention("2", "Bolt")),
    )
    lake.merge("predictions", predictions("x:1", 0.2, 0.3, 0.5))
    lake.merge("predictions", predictions("x:2", 0.9, 0.1, 0.0))
    lake.merge("predictions", predictions("x:2", 0.0, 0.0, 1.0, model="another"))
    lake.merge("predictions", predictions("x:2", 0.0, 1.0, 0.0, brand="Bolt"))
    columns = (
        "post_id",
        "brand",
        "product",
        "region",
        "negative",
        "neutral",
        "positive",
        "sentiment",
        "sentiment_model",
    )
    assert sorted(rows(mention_frame(engine, lake, model="lexicon-1"), *columns)) == [
        ("x:1", "Acme", "Box 2", "north", 0.2, 0.3, 0.5, "positive", "lexicon-1"),
        ("x:2", "Acme", None, None, 0.9, 0.1, 0.0, "negative", "lexicon-1"),
        ("x:2", "Bolt", None, None, 0.0, 1.0, 0.0, "neutral", "lexicon-1"),
    ]
    assert set(rows(mention_frame(engine, lake), "negative", "sentiment", "sentiment_model")) == {
        (None, None, None)
    }


JUDGED = (
    "post_id",
    "label_negative",
    "label_neutral",
    "label_positive",
    "inclusion_probability",
    "annotators",
)


def judged(engine, lake) -> list[tuple]:
    return sorted(row for row in rows(mention_frame(engine, lake), *JUDGED) if row[-1] is not None)


def test_a_mention_has_what_people_judged_it_to_be(engine, lake):
    """1 and 3 by one person, 2 by two who differ, 4 by two of three who agree; nobody judged 5."""
    lake.merge("posts", posts(*[post(str(n)) for n in range(1, 6)]))
    lake.merge("mentions", mentions(*[mention(str(n)) for n in range(1, 6)], mention("1", "Bolt")))
    drawing = """
        post_id | annotator | label    | inclusion_probability
        --------+-----------+----------+----------------------
        1       | ann       | negative | 0.25
        2       | ann       | negative | 0.5
        2       | bob       | neutral  | 0.5
        3       | bob       | positive | 1.0
        4       | ann       | neutral  | 0.25
        4       | bob       | negative | 0.25
        4       | cem       | neutral  | 0.25
    """
    lake.merge("labels", labels(drawing))
    assert judged(engine, lake) == [
        ("x:1", 1, 0, 0, 0.25, 1),
        ("x:2", 1 / 2, 1 / 2, 0, 0.5, 2),
        ("x:3", 0, 0, 1, 1.0, 1),
        ("x:4", pytest.approx(1 / 3), pytest.approx(2 / 3), 0, 0.25, 3),
    ]
    assert len(rows(mention_frame(engine, lake))) == 6


def test_of_one_person_the_latest_judgement_counts_once(engine, lake):
    """ann changed her mind, bob pressed twice; cem, in the end, cannot tell."""
    lake.merge("posts", posts(post("1"), post("2"), post("3")))
    lake.merge("mentions", mentions(mention("1"), mention("2"), mention("3")))
    drawing = """
        post_id | annotator | label
        --------+-----------+-----------
        1       | ann       | negative
        1       | ann       | positive
        2       | bob       | neutral
        2       | bob       | neutral
        2       | ann       | negative
        3       | cem       | negative
        3       | cem       | cannot_tell
    """
    lake.merge("labels", labels(drawing))
    assert judged(engine, lake) == [("x:1", 0, 0, 1, 0.25, 1), ("x:2", 1 / 2, 1 / 2, 0, 0.25, 2)]


def test_mixed_is_half_of_either_and_irrelevant_is_none(engine, lake):
    """1 is not about Acme, 2 is for one of two, 3 is mixed, 4 is mixed for one of two; 5 nobody could tell."""
    lake.merge("posts", posts(*[post(str(n)) for n in range(1, 6)]))
    lake.merge("mentions", mentions(*[mention(str(n)) for n in range(1, 6)]))
    drawing = """
        post_id | annotator | label
        --------+-----------+------------
        1       | ann       | irrelevant
        2       | ann       | irrelevant
        2       | bob       | negative
        3       | ann       | mixed
        4       | ann       | mixed
        4       | bob       | positive
        4       | cem       | cannot_tell
        5       | ann       | cannot_tell
    """
    lake.merge("labels", labels(drawing))
    columns = (*JUDGED[:4], "label_mixed", "label_relevant", "annotators")
    found = sorted(row for row in rows(mention_frame(engine, lake), *columns) if row[-1] is not None)
    assert found == [
        ("x:1", 0, 0, 0, 0, 0, 1),
        ("x:2", 1 / 2, 0, 0, 0, 1 / 2, 2),
        ("x:3", 1 / 2, 0, 1 / 2, 1, 1, 1),
        ("x:4", 1 / 4, 0, 3 / 4, 1 / 2, 1, 2),
    ]


def test_labels_that_nobody_drew_never_stand_in_the_frame(engine, lake):
    """Nor those of another task, of a mention that is not relevant, of an erased post."""
    lake.merge("posts", posts(*[post(str(n)) for n in range(1, 8)]))
    lake.merge("mentions", mentions(*[mention(str(n), is_relevant=n != 6) for n in range(1, 9)]))
    drawing = """
        post_id | annotator | label    | strategy | sample_id | inclusion_probability | task
        --------+-----------+----------+----------+-----------+-----------------------+----------
        1       | ann       | negative | imported | spring    | 0.5                   | sentiment
        2       | ann       | negative | truth    | spring    | 0.5                   | sentiment
        3       | ann       | negative | random   |           | 0.5                   | sentiment
        4       | ann       | negative | random   | spring    |                       | sentiment
        5       | ann       | negative | random   | spring    | 0.5                   | intent
        6       | ann       | negative | random   | spring    | 0.5                   | sentiment
        7       | ann       | negative | random   | spring    | 0.5                   | sentiment
        8       | ann       | negative | random   | spring    | 0.5                   | sentiment
    """
    lake.merge("labels", labels(drawing))
    assert judged(engine, lake) == [("x:7", 1, 0, 0, 0.5, 1)]


@pytest.mark.parametrize("strategy", [name for name in STRATEGIES if name not in ESTIMATION])
def test_what_teaches_never_estimates(lake, strategy):
    """Though a queue that teaches knows its chances: a model's answer was shown to who judged."""
    engine = open_engine()
    lake.merge("posts", posts(post("1")))
    lake.merge("mentions", mentions(mention("1")))
    lake.merge(
        "labels", labels(f"post_id | annotator | label | strategy\n--\n1 | ann | negative | {strategy}")
    )
    assert judged(engine, lake) == []
    engine.close()


def test_labels_stay_with_their_mentions_when_these_are_made_anew(engine, lake):
    lake.merge("posts", posts(post("1")))
    lake.merge("mentions", mentions(mention("1")))
    lake.merge("labels", labels("post_id | annotator | label\n--\n1 | ann | negative"))
    lake.merge("mentions", mentions(mention("1", rules="others")), update=True)
    assert judged(engine, lake) == [("x:1", 1, 0, 0, 0.25, 1)]


def test_lake_without_labels_has_none_in_the_frame(engine, lake):
    lake.merge("posts", posts(post("1")))
    lake.merge("mentions", mentions(mention("1")))
    assert rows(mention_frame(engine, lake), *JUDGED) == [("x:1", None, None, None, None, None)]


@pytest.mark.parametrize(
    ("model", "said", "is_held_out"),
    [
        ("linear-1", True, True),
        ("linear-1", False, False),
        ("linear-1", None, False),  # from before it was recorded: who knows
        ("lexicon-1", None, True),  # learned from nothing
    ],
)
def test_whether_the_model_learned_from_the_text(engine, lake, model, said, is_held_out):
    lake.merge("posts", posts(post("1"), post("2")))
    lake.merge("mentions", mentions(mention("1"), mention("2")))
    lake.merge("predictions", predictions("x:1", 0.2, 0.3, 0.5, model=model, held_out=said))
    found = sorted(rows(mention_frame(engine, lake, model=model), "post_id", "is_held_out"))
    assert found == [("x:1", is_held_out), ("x:2", True)]


def test_predictions_from_before_it_was_recorded_are_not_held_out(engine, lake):
    lake.merge("posts", posts(post("1")))
    lake.merge("mentions", mentions(mention("1")))
    older = predictions("x:1", 0.2, 0.3, 0.5, model="linear-1").drop_columns(["is_held_out"])
    write_deltalake(f"{lake.root}/predictions", older)
    frame = mention_frame(engine, lake, model="linear-1")
    assert rows(frame, "positive", "is_held_out") == [(0.5, False)]


def test_when_it_was_collected_in_seconds(engine, lake):
    lake.merge("posts", posts(post("1", collected_at=NOON + dt.timedelta(seconds=90.5))))
    lake.merge("mentions", mentions(mention("1")))
    (found,) = rows(mention_frame(engine, lake, time_zone="Asia/Kolkata"), "collected_epoch", "created_epoch")
    assert found[0] - found[1] == 90


@pytest.mark.parametrize(
    ("moment", "zone", "day", "week", "month"),
    [
        # Half an hour before and after midnight in Berlin, in winter (+1 h) and in summer (+2 h).
        ("2026-11-30T22:30+00:00", "Europe/Berlin", "2026-11-30", "2026-W49", "2026-11"),
        ("2026-11-30T23:30+00:00", "Europe/Berlin", "2026-12-01", "2026-W49", "2026-12"),
        ("2026-06-30T21:30+00:00", "Europe/Berlin", "2026-06-30", "2026-W27", "2026-06"),
        ("2026-06-30T22:30+00:00", "Europe/Berlin", "2026-07-01", "2026-W27", "2026-07"),
        # The clocks go back on 25 October 2026 at 01:00 UTC: that Sunday has 25 hours.
        ("2026-10-24T22:00+00:00", "Europe/Berlin", "2026-10-25", "2026-W43", "2026-10"),
        ("2026-10-25T22:59+00:00", "Europe/Berlin", "2026-10-25", "2026-W43", "2026-10"),
        ("2026-10-25T23:00+00:00", "Europe/Berlin", "2026-10-26", "2026-W44", "2026-10"),
        # New year: the ISO year of a week is that of its Thursday.
        ("2027-01-01T12:00+00:00", "UTC", "2027-01-01", "2026-W53", "2027-01"),
        ("2024-12-30T12:00+00:00", "UTC", "2024-12-30", "2025-W01", "2024-12"),
        ("2026-11-23T02:00+00:00", "America/New_York", "2026-11-22", "2026-W47", "2026-11"),
    ],
)
def test_days_weeks_and_months_are_those_of_the_business_clock(engine, lake, moment, zone, day, week, month):
    lake.merge("posts", posts(post("1", **at(moment))))
    lake.merge("mentions", mentions(mention("1")))
    assert rows(mention_frame(engine, lake, time_zone=zone), "day", "week", "month") == [(day, week, month)]


@pytest.mark.parametrize(
    ("first_day", "weeks"),
    [
        ("monday", ["2026-W47", "2026-W47", "2026-W48", "2026-W48"]),
        ("sunday", ["2026-W47", "2026-W48", "2026-W48", "2026-W48"]),
        ("saturday", ["2026-W48", "2026-W48", "2026-W48", "2026-W48"]),
    ],
)
def test_a_week_is_named_after_its_thursday(engine, lake, first_day, weeks):
    """Saturday 21 to Tuesday 24 November 2026; Thursday the 26th is of ISO week 48."""
    days = [f"2026-11-{day}T12:00+00:00" for day in (21, 22, 23, 24)]
    lake.merge("posts", posts(*[post(str(number), **at(day)) for number, day in enumerate(days)]))
    lake.merge("mentions", mentions(*[mention(str(number)) for number in range(4)]))
    frame = mention_frame(engine, lake, first_day_of_week=first_day)
    assert [week for _, week in sorted(rows(frame, "day", "week"))] == weeks


def test_every_date_has_the_week_of_the_calendar(engine, lake):
    """Against Python's own ISO calendar, for each day of three years around two leap days."""
    days = [dt.datetime(2023, 12, 1, 12, tzinfo=dt.UTC) + dt.timedelta(days=n) for n in range(1900)]
    lake.merge("posts", posts(*[post(str(n), created_at=day) for n, day in enumerate(days)]))
    lake.merge("mentions", mentions(*[mention(str(n)) for n in range(len(days))]))
    expected = [(f"{day:%Y-%m-%d}", f"{day:%G-W%V}") for day in days]
    assert sorted(rows(mention_frame(engine, lake), "day", "week")) == expected


def test_the_wall_clock_in_seconds(engine, lake):
    lake.merge("posts", posts(post("1", **at("2026-07-01T12:00:00.900+00:00"))))
    lake.merge("mentions", mentions(mention("1")))
    (epoch, local), *_ = rows(
        mention_frame(engine, lake, time_zone="Asia/Kolkata"), "created_epoch", "local_epoch"
    )
    assert local - epoch == 5.5 * 3600


def test_a_brand_that_speaks_of_another_promotes(engine, lake):
    """1 is Acme's and names Bolt too; 2 is an agent whose account is not known, so the keyword has to do."""
    lake.merge("posts", posts(post("1", author_role="brand"), post("2", author_role="brand"), post("3")))
    found = [mention("1", found_by="author"), mention("1", "Bolt"), mention("2"), mention("3")]
    lake.merge("mentions", mentions(*found))
    assert sorted(rows(mention_frame(engine, lake), "post_id", "brand", "author_role")) == [
        ("x:1", "Acme", "brand"),
        ("x:1", "Bolt", "promoter"),
        ("x:2", "Acme", "brand"),
        ("x:3", "Acme", "customer"),
    ]


def test_an_old_version_is_what_it_was(engine, lake):
    lake.merge("posts", posts(post("1")))
    lake.merge("mentions", mentions(mention("1")))
    then = lake.current_versions()
    lake.merge("posts", posts(post("2")))
    lake.merge("mentions", mentions(mention("2")))
    lake.delete("posts", pa.table({"post_id": ["x:1"]}))
    assert rows(mention_frame(engine, lake), "post_id") == [("x:2",)]
    assert rows(mention_frame(engine, lake.at(then)), "post_id") == [("x:1",)]


def test_a_column_declared_later_is_null(engine, lake, monkeypatch):
    from workbench import tables
    from workbench.store import engine as engine_module

    lake.merge("mentions", mentions(mention("1")))
    later = tables.Column("later", tables.WHOLE, "Declared after the rows were written")
    table = tables.Table("mentions", "", tables.MENTIONS.key, (*tables.MENTIONS.columns, later))
    monkeypatch.setitem(engine_module.TABLES, "mentions", table)
    assert rows(engine.table(lake, "mentions"), "post_id", "later") == [("x:1", None)]


def test_spark_itself_reads_the_version_by_delta(spark, lake, monkeypatch):
    write_deltalake(f"{lake.root}/mentions", mentions(mention("1"), mention("2")))
    write_deltalake(f"{lake.root}/mentions", mentions(mention("3")), mode="append")
    monkeypatch.setattr(spark, "_is_sail", False)
    assert rows(spark.table(lake.at({"mentions": 0}), "mentions"), "post_id") == [("x:1",), ("x:2",)]
    assert len(rows(spark.table(lake, "mentions"))) == 3


def test_an_emptied_table_is_empty(engine, lake):
    lake.merge("mentions", mentions(mention("1"), mention("2")))
    lake.delete("mentions", pa.table({"post_id": ["x:1", "x:2"]}))
    assert rows(engine.table(lake, "mentions")) == []


def test_kept_rows_stay(engine, lake):
    lake.merge("posts", posts(post("1")))
    lake.merge("mentions", mentions(mention("1")))
    kept = engine.keep(mention_frame(engine, lake))
    assert rows(kept, "post_id") == [("x:1",)]


def test_a_measure_from_lake_to_figure(engine, lake):
    asked = {"is_asking": True, "thread_id": "x:1"}
    answer = post(
        "2",
        author_role="brand",
        author="b" * 32,
        thread_id="x:1",
        in_reply_to="x:1",
        **at("2026-03-04T12:30+00:00"),
    )
    lake.merge("posts", posts(post("1", **asked), answer))
    lake.merge("mentions", mentions(mention("1", directed_at="Acme"), mention("2", found_by="author")))
    figures = share_answered(mention_frame(engine, lake), by=["brand", "day"])
    assert rows(figures, "brand", "day", "value", "posts") == [("Acme", "2026-03-04", 1, 1)] * 2


@pytest.mark.parametrize("folder", ["my lake", "lake [2026]", "what?"])
def test_a_lake_in_a_folder_with_an_odd_name(tmp_path, folder):
    lake, engine = Lake(str(tmp_path / folder)), open_engine()
    lake.merge("mentions", mentions(mention("1")))
    assert rows(engine.table(lake, "mentions"), "post_id") == [("x:1",)]
    engine.close()


def test_a_lake_at_a_url_is_read_by_deltas_own_reader(lake, monkeypatch):
    lake.merge("posts", posts(post("1"), post("2")))
    lake.merge("mentions", mentions(mention("1"), mention("2", "Bolt")))
    elsewhere = [f"s3://bucket{name}" for name in lake.delta("posts").file_uris()]
    monkeypatch.setattr(DeltaTable, "file_uris", lambda self: elsewhere)
    engine = open_engine()
    frame = mention_frame(engine, lake).filter("author_role = 'customer' AND brand = 'Bolt'")
    assert rows(frame, "post_id", "text") == [("x:2", "The line is down")]
    engine.close()


def test_a_server_that_does_not_answer_is_named_without_its_token():
    with pytest.raises(WorkbenchError, match=r"no Spark Connect server answers at 127\.0\.0\.1:1\.") as error:
        open_engine("sc://127.0.0.1:1/;token=hush")
    assert "hush" not in str(error.value)


def test_a_column_that_the_table_has_and_no_file_yet_is_null(engine, lake):
    write_deltalake(f"{lake.root}/posts", posts(post("1")).drop_columns(["region"]))
    lake.add_columns("posts", ["region"])
    assert rows(engine.table(lake, "posts"), "post_id", "region") == [("x:1", None)]
