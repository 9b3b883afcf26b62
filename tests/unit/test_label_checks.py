"""Faults of labels are found without anybody looking for them."""

import datetime as dt

import duckdb
import pandas as pd
import pytest

from workbench.labels.checks import check_labels
from workbench.labels.queues import draw_sample
from workbench.store.lake import Lake
from workbench.tables import LABEL_FRAMES, LABEL_SAMPLES, LABELS

MOMENT = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)


def mentions(count: int = 20, brand: str = "Acme", **columns: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "post_id": [f"x:{brand}-{n}" for n in range(count)],
            "brand": brand,
            "is_relevant": True,
            "author_role": "customer",
            "day": [f"2026-03-{1 + n % 9:02d}" for n in range(count)],
            **columns,
        }
    )


@pytest.fixture
def drawn(tmp_path):
    """The tables of a sample of 5 of 20 mentions, each labelled once."""
    lake = Lake(str(tmp_path / "lake"))
    sample = draw_sample(lake, mentions()[["post_id", "brand"]], sample_id="spring", per_stratum=5, seed=1)
    labels = sample.rows[
        ["post_id", "brand", "sample_id", "task", "strategy", "inclusion_probability"]
    ].assign(annotation_id=[str(n) for n in range(5)], label="negative", annotator="ann", labelled_at=MOMENT)
    return labels, lake.read("label_samples").to_pandas(), lake.read("label_frames").to_pandas()


def again(labels: pd.DataFrame, annotator: str, label: str) -> pd.DataFrame:
    """The labels, and the first mention judged once more, later."""
    more = labels.head(1).assign(
        annotation_id="again", annotator=annotator, label=label, labelled_at=MOMENT + dt.timedelta(days=1)
    )
    return pd.concat([labels, more], ignore_index=True)


def told(known: pd.DataFrame, labels, samples, frames) -> list[tuple[str, str]]:
    """Check and finding, the same from pandas and from DuckDB."""
    connection = duckdb.connect()
    of_duckdb = [connection.from_df(frame) for frame in (known, labels, samples, frames)]
    found = check_labels(known, labels, samples, frames)
    pd.testing.assert_frame_equal(check_labels(*of_duckdb), found)
    return list(zip(found["check"], found["finding"], strict=True))


def test_sound_labels_have_no_findings(drawn):
    assert told(mentions(), *drawn) == []


def test_lake_without_labels_has_no_findings():
    empty = [table.schema.empty_table().to_pandas() for table in (LABELS, LABEL_SAMPLES, LABEL_FRAMES)]
    assert told(mentions(), *empty) == []


def test_labels_of_erased_posts_are_found(drawn):
    labels, *tables = drawn
    left = mentions()[lambda rows: rows["post_id"] != labels["post_id"][0]]
    assert told(left, labels, *tables) == [
        (
            "labels of posts that are gone",
            "1 label of sample 'spring' is of posts that were erased, or that no longer mention the brand.",
        )
    ]


@pytest.mark.parametrize("change", [{"is_relevant": False}, {"author_role": "bot"}], ids=str)
def test_labels_of_mentions_that_no_longer_count_are_found(drawn, change):
    ((check, finding),) = told(mentions().assign(**change), *drawn)
    assert check == "labels of irrelevant mentions"
    assert finding.startswith("5 labels of sample 'spring' are of")


def test_same_person_twice_is_found_and_is_no_disagreement(drawn):
    labels, *tables = drawn
    ((check, finding),) = told(mentions(), again(labels, "ann", "positive"), *tables)
    assert check == "annotations repeat"
    assert finding.startswith("1 annotation of sample 'spring' repeat")


@pytest.mark.parametrize(("label", "checks"), [("positive", ["annotators disagree"]), ("negative", [])])
def test_two_people_who_disagree_are_found(drawn, label, checks):
    labels, *tables = drawn
    assert [check for check, _ in told(mentions(), again(labels, "bob", label), *tables)] == checks


def test_several_labels_of_one_judgement_are_no_repetition_and_differ_as_a_whole(drawn):
    labels, *tables = drawn
    parts = [
        labels.assign(annotation_id=labels["annotation_id"] + f"|{name}", label=label)
        for name, label in (("complaint", "complaint"), ("praise", "not:praise"))
    ]
    several = pd.concat(parts, ignore_index=True)
    assert told(mentions(), several, *tables) == []
    other = several.assign(annotator="bob", annotation_id="b" + several["annotation_id"])
    other.loc[0, "label"] = "not:complaint"
    ((check, finding),) = told(mentions(), pd.concat([several, other]), *tables)
    assert check == "annotators disagree"
    assert finding == "Of 5 mentions that several people judged, they disagree on 1."


def test_who_cannot_tell_disagrees_with_nobody(drawn):
    labels, *tables = drawn
    assert told(mentions(), again(labels, "bob", "cannot_tell"), *tables) == []


def test_disagreement_is_counted_among_those_judged_by_several(drawn):
    labels, *tables = drawn
    second = labels.assign(annotator="bob", annotation_id=[f"b{n}" for n in range(5)])
    second.loc[:1, "label"] = "neutral"
    ((_, finding),) = told(mentions(), pd.concat([labels, second]), *tables)
    assert finding == "Of 5 mentions that several people judged, they disagree on 2."


@pytest.mark.parametrize("chance", [0.0, -0.1, 1.5, None, float("inf")])
def test_chances_that_are_none_are_found(drawn, chance):
    labels, *tables = drawn
    labels.loc[0, "inclusion_probability"] = chance
    checks = [check for check, _ in told(mentions(), labels, *tables)]
    assert checks[0] == "chance of being drawn is none"


def test_chances_that_are_not_those_recorded_are_found(drawn):
    labels, *tables = drawn
    labels.loc[:1, "inclusion_probability"] = 0.5
    ((check, finding),) = told(mentions(), labels, *tables)
    assert check == "labels of no drawn mention"
    assert finding.startswith("2 labels")


def test_labels_of_mentions_that_nobody_drew_are_found(drawn):
    labels, samples, frames = drawn
    ((check, finding),) = told(
        mentions(), labels, samples[samples["post_id"] != labels["post_id"][0]], frames
    )
    assert check == "labels of no drawn mention"
    assert finding.startswith("1 label of sample 'spring' is")


def test_mentions_that_came_after_the_draw_are_found(drawn):
    """Three came on days of the sample; what is of a later day or of another brand was never meant."""
    late = mentions(3).assign(post_id=["x:late-1", "x:late-2", "x:late-3"])
    later = mentions(4, day="2026-04-01").assign(post_id=[f"x:later-{n}" for n in range(4)])
    promoted = mentions(2, author_role="promoter").assign(post_id=["x:p-1", "x:p-2"])
    known = pd.concat([mentions(), late, later, promoted, mentions(5, "Bolt")], ignore_index=True)
    ((check, finding),) = told(known, *drawn)
    assert check == "mentions came after drawing"
    assert finding.startswith("3 mentions of the brands and days of sample 'spring' were not")


def test_imported_labels_and_truth_are_not_looked_at(drawn):
    labels, *tables = drawn
    other = labels.assign(strategy="truth", inclusion_probability=None, post_id="x:gone")
    assert told(mentions(), pd.concat([labels, other], ignore_index=True), *tables) == []
