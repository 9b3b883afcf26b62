"""What a model said beside what people said later: right or wrong, in the order of the labels."""

import datetime as dt
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from unit.rows import drawn, post, posts

from workbench.models.accuracy_watch import (
    fresh,
    judged_mentions,
    largest_weight,
    note_fair_score,
    promise_of,
    promise_of_card,
    watch_accuracy,
)
from workbench.settings import parse_settings
from workbench.store.schema import open_lake
from workbench.tables import LABELS

TRAINED = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


class Model:
    """Says bad of every text with 'bad' in it, good of the others; has learned from 'known'."""

    name, labels = "model-1", ("negative", "positive")
    card: ClassVar = {
        "task": "sentiment",
        "trained_at": TRAINED.isoformat(),
        "languages": {"en": {"n": 90, "accuracy": 0.8}},
    }

    def classify(self, texts, brands):
        return np.array([[0.9, 0.1] if "bad" in text else [0.2, 0.8] for text in texts])

    def held_out(self, texts):
        return ["known" not in text for text in texts]


class Several(Model):
    """Says of every post that it is a question and no complaint."""

    labels = ("complaint", "question")
    card: ClassVar = {
        "task": "intents",
        "is_multi_label": True,
        "labels": labels,
        "trained_at": TRAINED.isoformat(),
    }

    def classify(self, texts, brands):
        return np.tile([0.1, 0.7], (len(texts), 1))


def label(native_id, said, day=2, annotator="ann", chance=0.5, strategy="random", task="sentiment"):
    return {
        "annotation_id": f"{native_id}-{annotator}-{day}-{said}-{strategy}",
        "post_id": f"x:{native_id}",
        "brand": "Acme",
        "task": task,
        "label": said,
        "annotator": annotator,
        "labelled_at": TRAINED + dt.timedelta(days=day),
        "strategy": strategy,
        "inclusion_probability": chance,
        "sample_id": "s",
    }


@pytest.fixture
def lake(tmp_path):
    lake = open_lake(parse_settings({}, tmp_path))
    texts = {"1": "bad", "2": "fine", "3": "bad, known", "4": "fine too", "5": "schlecht"}
    languages = {"5": "de"}
    rows = (post(name, text=text, language=languages.get(name, "en")) for name, text in texts.items())
    lake.merge("posts", posts(*rows))
    return lake


def labelled(lake, *rows):
    lake.merge("labels", LABELS.conform(pa.Table.from_pylist(list(rows), LABELS.schema)))


def test_labels_stand_in_their_order_each_with_what_the_model_said(lake):
    labelled(lake, label("2", "negative", day=5, chance=0.25), label("1", "negative", day=9))
    rows = judged_mentions(lake, Model()).rows
    assert rows[["post_id", "said", "right", "weight"]].to_numpy().tolist() == [
        ["x:2", "positive", 0.0, 4.0],
        ["x:1", "negative", 1.0, 2.0],
    ]


def test_two_people_who_differ_find_it_half_right_and_a_second_thought_counts(lake):
    labelled(
        lake,
        label("1", "positive", day=2),
        label("1", "negative", day=3),  # thought again
        label("1", "positive", day=4, annotator="bob"),
    )
    assert judged_mentions(lake, Model()).rows["right"].tolist() == [0.5]


def test_what_may_not_judge_is_left_out_and_counted(lake):
    labelled(
        lake,
        label("1", "irrelevant"),
        label("2", "cannot_tell"),
        label("3", "negative"),  # learned from
        label("4", "negative", strategy="uncertainty"),  # picked because the model is unsure
        label("5", "negative"),  # in a language that the model may not read
    )
    found = judged_mentions(lake, Model())
    assert found.rows.empty
    assert found.others["label"].tolist() == ["irrelevant", "cannot_tell"]
    assert found.learned == 1


def test_of_several_labels_all_that_were_looked_for_must_be_right(lake):
    labelled(
        lake,
        *(label("1", said, task="intents") for said in ("question", "not:complaint")),
        *(label("2", said, task="intents") for said in ("question", "complaint")),
        label("4", "none", task="intents"),
    )
    rows = judged_mentions(lake, Several()).rows.set_index("post_id")["right"]
    assert rows.to_dict() == {"x:1": 1.0, "x:2": 0.0, "x:4": 0.0}


def test_fresh_is_what_was_judged_after_the_training(lake):
    labelled(lake, label("1", "negative", day=-1), label("2", "positive", day=1))
    rows = judged_mentions(lake, Model()).rows
    assert fresh(rows, Model.card)["post_id"].tolist() == ["x:2"]
    assert fresh(rows, {"trained_at": None}).empty


def test_a_promise_is_the_low_end_of_what_was_measured():
    few = promise_of_card({"scores": {"accuracy": 0.8}, "trained_on": {"n": 50}})
    many = promise_of_card({"scores": {"accuracy": 0.8}, "trained_on": {"n": 5_000}})
    assert few < many < 0.8
    # Right on all of fifty is no promise to be always right.
    assert promise_of_card({"scores": {"accuracy": 1.0}, "trained_on": {"n": 50}}) < 0.95
    assert promise_of_card({"scores": {"subset_accuracy": 0.8}, "trained_on": {"n": 50}}) == few
    assert promise_of_card({"scores": None, "trained_on": None}) is None


def test_few_labels_of_the_reference_promise_nothing(lake):
    labelled(lake, label("1", "negative"))
    assert promise_of(judged_mentions(lake, Model()).rows) is None


def test_a_fall_that_would_not_matter_is_no_alarm():
    right = np.random.default_rng(0).random(2_000) < 0.79
    judged = pd.DataFrame({"right": right.astype(float), "weight": 1.0})
    assert not watch_accuracy(judged, 0.8).is_alarm
    assert watch_accuracy(judged, 0.9).is_alarm


def test_without_labels_nothing_is_judged(lake):
    found = judged_mentions(lake, Model())
    assert found.rows.empty
    assert (len(found.others), found.learned) == (0, 0)


def test_a_promise_is_of_posts_that_nobody_picked():
    """Of tickets one label is known, so that all of them look right; drawn at random half are."""
    told = SimpleNamespace(
        labels=("negative", "positive"),
        card={"labels": ["negative", "positive"], "scores": {"accuracy": 0.9}, "trained_on": {"n": 200}},
        out_of_fold=np.tile([[0.9, 0.1]], (200, 1)),
    )
    lesson = SimpleNamespace(
        texts=[f"post {i}" for i in range(200)],
        labels=["negative"] * 180 + ["positive"] * 20,
        may_judge=[False] * 160 + [True] * 40,
        weights=[1.0] * 200,
        judged=None,
    )
    note_fair_score(told, lesson)
    assert told.card["scores"]["fairly_drawn"] == {"accuracy": 0.5, "n": 40, "effective_n": 40.0}
    assert promise_of_card(told.card) < 0.5
    # As in the watch, each stands for as many as it was drawn from.
    lesson.weights = [1.0] * 180 + [3.0] * 20
    note_fair_score(told, lesson)
    assert told.card["scores"]["fairly_drawn"] == {"accuracy": 0.25, "n": 40, "effective_n": 32.0}
    # One post that forty people passed on says one thing.
    lesson.texts = ["late"] * 200
    note_fair_score(told, lesson)
    assert promise_of_card(told.card) is None
    lesson.may_judge = [False] * 200
    note_fair_score(told, lesson)
    assert promise_of_card(told.card) is None, "then labels of the reference promise"


def test_what_was_drawn_tells_the_largest_weight_and_all_judgements_the_order(lake):
    labelled(lake, label("1", "irrelevant", day=2), label("2", "mixed", day=1), label("3", "positive", day=3))
    rows = [("1", "s", 0.5), ("2", "s", 0.1), ("4", "s", 0.01), ("5", "other", 0.001)]
    chances = [
        {"post_id": f"x:{n}", "sample_id": s, "inclusion_probability": chance} for n, s, chance in rows
    ]
    lake.merge("label_samples", drawn(*chances))
    found = judged_mentions(lake, Model())
    assert found.order["post_id"].tolist() == ["x:2", "x:1", "x:3"]
    assert largest_weight(found.drawn, found.order) == pytest.approx(100)
    assert np.isnan(largest_weight(found.drawn, found.order.iloc[2:]))
