"""Labels of the lake: which of them teach, one a text or several."""

import pyarrow as pa
import pytest
from unit.labelled_lake import filled, judgement
from unit.rows import post, posts

from workbench.models.lake_labels import labelled_sets, labelled_texts
from workbench.settings import parse_settings
from workbench.store.schema import open_lake
from workbench.tables import LABELS


@pytest.fixture
def settings(tmp_path):
    return parse_settings({"brands": {"Acme": {"keywords": ["line"]}}}, tmp_path)


def taught(lake) -> dict[str, str]:
    rows = labelled_texts(lake)
    return dict(zip(rows["text"].to_pylist(), rows["label"].to_pylist(), strict=True))


def test_truth_never_trains_and_drawn_and_imported_labels_do(settings):
    lake = filled(
        settings,
        judgement("x:0", "negative", strategy="truth", annotator="truth"),
        judgement("x:1", "neutral", strategy="random", sample_id="s1", inclusion_probability=0.5),
        judgement("x:2", "positive", strategy="imported"),
    )
    assert taught(lake) == {"two": "neutral", "three": "positive"}


def test_truth_does_not_contradict_what_a_person_said(settings):
    lake = filled(
        settings,
        judgement("x:0", "negative", strategy="truth", annotator="truth"),
        judgement("x:0", "positive", 1, strategy="random", sample_id="s1", inclusion_probability=0.5),
    )
    assert taught(lake) == {"one": "positive"}


def test_contradictions_and_other_labels_teach_nothing(settings):
    lake = filled(
        settings,
        judgement("x:0", "negative"),
        judgement("x:0", "positive", annotator="p2", annotation_id="other"),
        judgement("x:1", "mixed"),
        judgement("x:2", "negative", task="irony"),
    )
    assert taught(lake) == {}


def test_of_one_persons_judgements_the_latest_counts(settings):
    lake = filled(settings, judgement("x:0", "negative", 1), judgement("x:0", "neutral", 2))
    assert taught(lake) == {"one": "neutral"}


def test_where_people_differ_the_decision_counts(settings):
    drawn = {"strategy": "random", "sample_id": "s1", "inclusion_probability": 0.5}
    lake = filled(
        settings,
        judgement("x:0", "negative", 1, **drawn),
        judgement("x:0", "positive", 2, annotator="p2", annotation_id="other", **drawn),
        judgement("x:0", "negative", 3, annotator="p3", annotation_id="first", strategy="adjudication"),
        judgement("x:0", "neutral", 4, annotator="p3", annotation_id="second", strategy="adjudication"),
        judgement("x:1", "positive", 1, strategy="uncertainty", sample_id="s2", inclusion_probability=0.5),
        judgement("x:1", "neutral", 2, annotator="p3", annotation_id="third", strategy="adjudication"),
    )
    assert taught(lake) == {"one": "neutral", "two": "neutral"}
    assert labelled_texts(lake)["may_judge"].to_pylist() == [True, False]


def test_a_label_of_no_brand_is_a_fair_test_too(settings):
    lake = filled(settings, judgement("x:0", "negative", brand=None, strategy="imported"))
    assert labelled_texts(lake)["may_judge"].to_pylist() == [True]


def test_who_cannot_tell_contradicts_nobody(settings):
    lake = filled(
        settings,
        judgement("x:0", "negative"),
        judgement("x:0", "cannot_tell", annotator="p2", annotation_id="other"),
    )
    assert taught(lake) == {"one": "negative"}


def test_one_source_that_says_both_at_once_contradicts_itself(settings):
    lake = filled(settings, judgement("x:0", "negative"), judgement("x:0", "neutral", annotation_id="other"))
    assert taught(lake) == {}


def test_media_are_learned_from_as_they_are_read(settings):
    lake = open_lake(settings)
    lake.merge("posts", posts(post("0", text="Look", media="A broken screen")))
    lake.merge("labels", LABELS.conform(pa.Table.from_pylist([judgement("x:0", "negative")], LABELS.schema)))
    assert taught(lake) == {"Look\nA broken screen": "negative"}


def test_what_was_picked_for_its_doubt_is_no_fair_test(settings):
    rows = labelled_texts(
        filled(
            settings,
            judgement("x:0", "negative", strategy="uncertainty", sample_id="s1", inclusion_probability=0.5),
            judgement("x:1", "neutral", strategy="random", sample_id="s2", inclusion_probability=0.5),
            judgement("x:2", "neutral", strategy="gold"),
        )
    )
    assert rows.select(["text", "may_judge"]).to_pylist() == [
        {"text": "one", "may_judge": False},
        {"text": "two", "may_judge": True},
    ]


def test_another_task_has_labels_of_its_own(settings):
    lake = filled(
        settings,
        judgement("x:0", "sarcastic", task="sarcasm"),
        judgement("x:1", "cannot_tell", task="sarcasm"),
    )
    rows = labelled_texts(lake, "sarcasm", ("sarcastic", "literal"))
    assert rows["label"].to_pylist() == ["sarcastic"]


CLASSES = ("complaint", "praise")


def said(post_id: str, labels: list[str], number: int = 0, annotator: str = "p1", **columns) -> list[dict]:
    """One judgement with all its labels."""
    return [
        judgement(
            post_id,
            label,
            number,
            task="intents",
            annotator=annotator,
            annotation_id=f"{post_id}-{number}-{annotator}|{label}",
            **columns,
        )
        for label in labels
    ]


def found(settings, *judgements: list[dict]):
    rows = labelled_sets(filled(settings, *(row for one in judgements for row in one)), "intents", CLASSES)
    return {
        text: (set(labels), judged)
        for text, labels, judged in zip(rows.texts, rows.label_sets, rows.judged.tolist(), strict=True)
    }


def test_a_label_holds_or_not_or_nobody_said(settings):
    assert found(
        settings,
        said("x:0", ["complaint", "not:praise"]),
        said("x:1", ["none"]),
        said("x:2", ["praise"], strategy="ticket"),
    ) == {
        "one": ({"complaint"}, [True, True]),
        "two": (set(), [True, True]),
        "three": ({"praise"}, [False, True]),
    }


def test_people_who_contradict_each_other_leave_the_other_labels(settings):
    first = said("x:0", ["complaint", "not:praise"])
    assert found(settings, first, said("x:0", ["not:complaint", "not:praise"], annotator="p2")) == {
        "one": (set(), [False, True])
    }


def test_a_later_judgement_takes_the_place_of_the_earlier_one(settings):
    first = said("x:0", ["complaint", "not:praise"])
    assert found(settings, first, said("x:0", ["not:complaint", "praise"], 1)) == {
        "one": ({"praise"}, [True, True])
    }


def test_answers_that_are_no_label_teach_nothing(settings):
    assert found(settings, said("x:0", ["irrelevant"]), said("x:1", ["cannot_tell"])) == {}


def test_truth_and_gold_teach_no_sets(settings):
    assert (
        found(settings, said("x:0", ["praise"], strategy="truth"), said("x:1", ["praise"], strategy="gold"))
        == {}
    )


def test_tickets_teach_and_judge_no_model(settings):
    lake = filled(
        settings,
        judgement("x:0", "negative", strategy="ticket", annotator="ticket:june.csv"),
        judgement("x:1", "neutral", strategy="imported"),
    )
    rows = labelled_texts(lake)
    assert dict(zip(rows["text"].to_pylist(), rows["may_judge"].to_pylist(), strict=True)) == {
        "one": False,
        "two": True,
    }
