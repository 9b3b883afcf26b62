"""Exports that cannot be audited are refused before anything is stored; others are read as they are meant."""

import pandas as pd
import pytest
from vendor_exports import export_rows, write_export

from workbench.audit.begin import begin
from workbench.audit.opened import open_audit
from workbench.audit.world import SAMPLE, audit_name
from workbench.errors import WorkbenchError
from workbench.labels.drawn import recorded
from workbench.settings import parse_settings
from workbench.store.schema import open_lake

ROWS = export_rows({"Acme": 30, "Bolt": 30})
MAPPING = """
native_id = "Mention Id"
text = "Snippet"
created_at = "Date"
brand = "Brand"
sentiment = "Sentiment"
"""


def started(folder, rows, settings=None, mapping="", **options):
    file = write_export(folder / "export.csv", rows)
    (folder / "mapping.toml").write_text(mapping)
    path = folder / "mapping.toml" if mapping else None
    options = {"labels": 40, **options}
    return begin(parse_settings(settings or {}, folder), file, mapping=path, **options)


def predictions(world):
    rows = open_lake(world.settings).read("predictions").to_pandas()
    return rows.pivot(index=["post_id", "brand"], columns="label", values="probability").reset_index()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (ROWS.drop(columns="Sentiment"), "no column seems to hold the vendor's sentiment"),
        (ROWS.drop(columns="Brand"), "no column names the brand"),
        (ROWS.assign(Sentiment=""), "no row has a sentiment"),
        (
            ROWS.assign(Sentiment=["toxic", "spicy"] * 30),
            r"unknown words 'spicy' \(30 rows\), 'toxic' \(30 rows\)",
        ),
        (
            ROWS.assign(Sentiment=[f"{n / 100}" for n in range(60)]),
            "in words. Column 'Sentiment' does not, by its values",
        ),
        (export_rows({"Acme": 9, "Bolt": 4}), r"no brand has 10 posts or more.*Acme \(9\), Bolt \(4\)"),
    ],
)
def test_what_cannot_be_audited_is_refused(tmp_path, rows, message):
    with pytest.raises(WorkbenchError, match=f"(?s){message}"):
        started(tmp_path, rows)


def test_words_that_could_be_posts_are_not_shown(tmp_path):
    with pytest.raises(WorkbenchError, match="different values") as told:
        started(tmp_path, ROWS, mapping=MAPPING.replace('sentiment = "Sentiment"', 'sentiment = "Snippet"'))
    assert "line is down" not in str(told.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"brands": ("Acne",)}, "no post of brand 'Acne' has a sentiment. Did you mean 'Acme'"),
        ({"brands": ("Tiny",)}, "brand 'Tiny' has 5 posts; an audit needs 10"),
        ({"labels": 12}, r"12 labels for 2 brands: each needs 10.*--brand"),
        ({"labels": 0}, "0 labels"),
        ({"name": "a/b"}, "is no name of an audit"),
    ],
)
def test_what_cannot_be_drawn_is_refused(tmp_path, options, message):
    rows = export_rows({"Acme": 30, "Bolt": 30, "Tiny": 5})
    with pytest.raises(WorkbenchError, match=message):
        started(tmp_path, rows, **options)


def test_chosen_brands_only(tmp_path):
    world = started(tmp_path, ROWS, brands=("Bolt",), labels=20)
    assert set(recorded(open_lake(world.settings), SAMPLE)["brand"]) == {"Bolt"}


def test_refused_once_it_can_be_begun_again_otherwise(tmp_path):
    with pytest.raises(WorkbenchError, match="12 labels"):
        started(tmp_path, ROWS, labels=12)
    world = started(tmp_path, ROWS, labels=20)
    assert len(recorded(open_lake(world.settings), SAMPLE)) == 20
    assert len(predictions(world)) == 60


def test_what_a_failed_attempt_read_is_not_mixed_with_the_next_file(tmp_path):
    with pytest.raises(WorkbenchError, match="12 labels"):
        started(tmp_path, export_rows({"Old": 30, "Stale": 30}), labels=12)
    world = started(tmp_path, ROWS, labels=20)
    assert set(predictions(world)["brand"]) == {"Acme", "Bolt"}


def test_own_words_are_translated_by_a_mapping(tmp_path):
    mapping = MAPPING + '[values.sentiment]\nToxic = "negative"\nspicy = "mixed"\n'
    said = predictions(started(tmp_path, ROWS.assign(Sentiment=["toxic", "spicy"] * 30), mapping=mapping))
    assert said[["negative", "neutral", "positive"]].drop_duplicates().to_numpy().tolist() in (
        [[1, 0, 0], [0.5, 0, 0.5]], [[0.5, 0, 0.5], [1, 0, 0]],
    )  # fmt: skip


def test_posts_without_an_answer_are_left_out(tmp_path):
    world = started(tmp_path, ROWS.assign(Sentiment=["positive", "n/a", ""] * 20), labels=20)
    assert len(predictions(world)) == 20
    assert recorded(open_lake(world.settings), SAMPLE)["frame_size"].unique().tolist() == [10]


def test_posts_of_no_brand_are_counted(tmp_path):
    no_brand = ROWS.tail(4).assign(Brand="", Snippet="nothing of anybody, all day long")
    started(tmp_path, pd.concat([ROWS.head(56), no_brand]))
    with open_audit(settings=parse_settings({}, tmp_path)) as opened:
        assert opened.standing.without_brand == 4
        assert opened.standing.posts == 56


def test_a_post_that_is_exported_twice_with_two_answers_gets_a_part_of_each(tmp_path):
    again = ROWS.head(1).assign(Sentiment="negative")
    said = predictions(started(tmp_path, pd.concat([ROWS, again])))
    twice = said[said["post_id"] == "reddit:acme0"].iloc[0]
    assert (twice["negative"], twice["neutral"]) == (0.5, 0.5)


def test_rows_about_another_brand_of_a_post_are_left_out_and_that_is_told(tmp_path):
    told = []
    again = ROWS.head(5).assign(Brand="Bolt", Sentiment="negative")
    said = predictions(started(tmp_path, pd.concat([ROWS, again]), say=told.append))
    assert said["brand"].value_counts().to_dict() == {"Acme": 30, "Bolt": 30}
    assert set(said["negative"]) == {0}
    assert any("5 rows name a post again, about another brand" in line for line in told)


def test_without_a_column_of_brands_the_keywords_tell_them(tmp_path):
    settings = {"brands": {"Acme": {}, "Bolt": {"keywords": ["the line"]}}}
    world = started(tmp_path, ROWS.drop(columns="Brand"), settings)
    said = predictions(world)
    # 'the line is down again, Acme' names both, and what the vendor says holds for either.
    assert said["brand"].value_counts().to_dict() == {"Acme": 30, "Bolt": 30 + 10}


def test_with_a_column_of_brands_no_other_is_judged(tmp_path):
    settings = {"brands": {"Acme": {}, "Bolt": {"keywords": ["the line"]}}}
    assert predictions(started(tmp_path, ROWS, settings))["brand"].value_counts().to_dict() == {
        "Acme": 30,
        "Bolt": 30,
    }


@pytest.mark.parametrize(
    ("file", "name"),
    [("Acme Q3 (final).csv.gz", "Acme-Q3-final"), ("2026.xlsx", "2026"), ("((.csv", "audit")],
)
def test_an_audit_is_named_after_its_file(tmp_path, file, name):
    assert audit_name(tmp_path / file) == name
