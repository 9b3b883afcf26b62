"""Of labelled data a drawn sample counts, and all the rest is kept as the truth."""

import datetime as dt

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.rows import NOON, mention, mentions

from workbench.errors import WorkbenchError
from workbench.labels.reveal import imported_truth, reveal, set_aside_imported
from workbench.labels.samples import list_samples
from workbench.store.lake import Lake

CLASSES = ["negative", "neutral", "positive"]


@pytest.fixture
def lake(tmp_path) -> Lake:
    return Lake(str(tmp_path / "lake"))


def labelled(*labels: str | None, brand: str = "Acme") -> pd.DataFrame:
    """One mention a label."""
    return pd.DataFrame(
        {"post_id": [f"x:{brand}-{n}" for n in range(len(labels))], "brand": brand, "label": list(labels)},
        dtype=object,
    )


def revealed(lake, truth, frame=None, per_stratum=4, seed=1, **options):
    frame = truth[["post_id", "brand"]].drop_duplicates() if frame is None else frame
    return reveal(lake, frame, truth, sample_id="known", per_stratum=per_stratum, seed=seed, **options)


def imported(lake, truth: pd.DataFrame) -> None:
    rows = truth.assign(
        annotation_id=[f"imported|{n}" for n in range(len(truth))],
        task="sentiment",
        annotator="imported:a.csv",
        labelled_at=NOON,
        strategy="imported",
        batch_id="b1",
    )
    lake.merge("labels", pa.Table.from_pandas(rows, preserve_index=False))


def stored(lake) -> pd.DataFrame:
    return lake.read("labels").to_pandas()


def test_only_drawn_mentions_get_their_label_with_its_chance(lake):
    truth = pd.concat([labelled(*CLASSES * 4), labelled("negative", "positive", brand="Bolt")])
    done = revealed(lake, truth)
    assert done.labels == 4 + 2
    rows = stored(lake)
    known = dict(zip(truth["post_id"], truth["label"], strict=True))
    assert [known[post] for post in rows["post_id"]] == rows["label"].tolist()
    chances = rows.groupby("brand")["inclusion_probability"].unique().map(list).to_dict()
    assert chances == {"Acme": [4 / 12], "Bolt": [1.0]}
    assert set(rows["strategy"]) == {"random"}
    assert set(rows["sample_id"]) == {"known"}
    assert set(rows["annotator"]) == {"truth"}


def test_again_it_changes_nothing(lake):
    truth = labelled(*CLASSES * 4)
    revealed(lake, truth)
    versions = lake.current_versions()
    done = revealed(lake, truth)
    assert (done.labels, done.sample.is_new) == (0, False)
    assert len(stored(lake)) == 4
    assert {name: lake.current_versions()[name] for name in ("label_samples", "label_frames")} == {
        name: versions[name] for name in ("label_samples", "label_frames")
    }


def test_one_that_was_interrupted_before_its_labels_goes_on(lake):
    truth = labelled(*CLASSES * 4)
    revealed(lake, truth)
    lake.delete("labels", pa.table({"sample_id": ["known"]}))
    assert revealed(lake, truth).labels == 4


def test_who_judged_and_when_is_kept(lake):
    truth = labelled("negative").assign(
        annotator="ann", labelled_at=dt.datetime(2026, 1, 2, tzinfo=dt.UTC), confidence=0.7, batch_id="b1"
    )
    revealed(lake, truth)
    (row,) = stored(lake).to_dict("records")
    assert (row["annotator"], row["labelled_at"].date(), row["confidence"], row["batch_id"]) == (
        "ann",
        dt.date(2026, 1, 2),
        0.7,
        "b1",
    )


def test_two_labels_that_conflict_are_two_people(lake):
    truth = pd.concat([labelled("negative"), labelled("neutral"), labelled("negative")]).assign(
        annotator="file"
    )
    assert revealed(lake, truth).labels == 2
    rows = stored(lake)
    assert sorted(zip(rows["annotator"], rows["label"], strict=True)) == [
        ("file", "negative"),
        ("file (2)", "neutral"),
    ]
    assert revealed(lake, truth[::-1]).labels == 0


def test_labels_without_a_brand_are_of_the_one_that_the_post_mentions(lake):
    lake.merge("mentions", mentions(mention("1"), mention("2"), mention("2", "Bolt")))
    frame = pd.DataFrame({"post_id": ["x:1"] + [f"x:{n}" for n in range(3, 20)], "brand": "Acme"})
    lake.merge("mentions", mentions(*[mention(str(n)) for n in range(3, 20)]))
    truth = pd.DataFrame({"post_id": [*frame["post_id"], "x:2"], "brand": None, "label": "negative"})
    both = pd.concat([frame, pd.DataFrame({"post_id": ["x:2"], "brand": ["Acme"]})], ignore_index=True)
    done = revealed(lake, truth, both, per_stratum=100)
    assert done.without_label == {"Acme": 1}
    assert "x:2" not in set(stored(lake)["post_id"])
    assert done.labels == len(frame)


def test_all_labels_of_one_class_are_revealed_like_others(lake):
    assert revealed(lake, labelled(*["negative"] * 9)).labels == 4
    assert set(stored(lake)["label"]) == {"negative"}


def test_the_few_mentions_without_a_label_are_counted_and_not_drawn_from(lake):
    truth = labelled(*["negative"] * 19, None)
    done = revealed(lake, truth, per_stratum=20)
    assert done.without_label == {"Acme": 1}
    assert done.sample.strata["mentions"].tolist() == [19]


@pytest.mark.parametrize(
    "labels", [[None] * 5, ["negative", "positive", None, None, None]], ids=["none", "some"]
)
def test_brand_that_is_not_labelled_is_named(lake, labels):
    truth = pd.concat([labelled(*CLASSES), labelled(*labels, brand="Bolt")])
    with pytest.raises(WorkbenchError, match=r"[02] of 5 mentions of Bolt have a label.*--brand"):
        revealed(lake, truth)
    assert not lake.current_versions()


def test_truth_without_a_needed_column_is_named(lake):
    with pytest.raises(WorkbenchError, match="no column label"):
        revealed(lake, labelled("negative").drop(columns="label"))


def test_another_seed_is_refused(lake):
    revealed(lake, labelled(*CLASSES * 4))
    with pytest.raises(WorkbenchError, match="with seed 1, not 2"):
        revealed(lake, labelled(*CLASSES * 4), seed=2)


def test_imported_labels_become_the_truth_and_are_found_again(lake):
    imported(lake, labelled(*CLASSES))
    before = imported_truth(lake)
    assert before["label"].tolist() == CLASSES
    assert set_aside_imported(lake) == 3
    assert set(stored(lake)["strategy"]) == {"truth"}
    assert set_aside_imported(lake) == 0
    pd.testing.assert_frame_equal(imported_truth(lake), before)


def test_labels_of_people_are_not_set_aside(lake):
    imported(lake, labelled(*CLASSES))
    revealed(lake, imported_truth(lake))
    set_aside_imported(lake)
    listed = [(row["sample_id"], row["strategy"], row["labelled"]) for row in list_samples(lake)]
    assert listed == [("known", "random", 3), (None, "truth", 3)]


def test_lake_without_imported_labels_says_what_to_do(lake):
    with pytest.raises(WorkbenchError, match=r"no imported labels of sentiment.*labels draw"):
        imported_truth(lake)
    assert set_aside_imported(lake) == 0


@settings(max_examples=20, deadline=None)
@given(
    judgements=st.lists(
        st.tuples(st.integers(0, 8), st.sampled_from(["ann", "bob"]), st.sampled_from(CLASSES)), min_size=1
    ),
    per_stratum=st.integers(1, 12),
    seed=st.integers(0, 99),
)
def test_whatever_was_judged_nothing_is_said_twice_and_nothing_is_made_up(
    tmp_path_factory, judgements, per_stratum, seed
):
    lake = Lake(str(tmp_path_factory.mktemp("lake")))
    truth = pd.DataFrame(judgements, columns=["post_id", "annotator", "label"])
    truth = truth.assign(post_id="x:" + truth["post_id"].astype(str), brand="Acme")
    done = revealed(lake, truth, per_stratum=per_stratum, seed=seed)
    rows = stored(lake)
    said = set(zip(truth["post_id"], truth["annotator"], truth["label"], strict=True))
    names = rows["annotator"].str.split(" ").str[0]
    kept = list(zip(rows["post_id"], names, rows["label"], strict=True))
    assert len(kept) == len(set(kept)) == done.labels
    assert set(kept) == {judgement for judgement in said if judgement[0] in set(rows["post_id"])}
    assert rows["post_id"].nunique() == min(per_stratum, truth["post_id"].nunique())
    assert not rows.duplicated(["post_id", "brand", "annotator"]).any()
    assert (
        revealed(lake, truth.sample(frac=1, random_state=seed), per_stratum=per_stratum, seed=seed).labels
        == 0
    )
