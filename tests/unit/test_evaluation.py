"""Evaluation: scores checked by hand."""

import json

import numpy as np
import pytest

from workbench.errors import WorkbenchError
from workbench.models.classifier import LABELS
from workbench.models.evaluation import evaluate


class Says:
    """Says what it is told to say."""

    name = "says"
    labels = LABELS
    card: dict = {}  # noqa: RUF012

    def classify(self, texts, brands):
        assert len(texts) == len(brands)
        return np.eye(3)[[LABELS.index(text.split()[0]) for text in texts]]


def test_scores_by_hand():
    said = ["negative", "negative", "neutral", "positive", "positive"]
    true = ["negative", "neutral", "neutral", "positive", "negative"]
    result = evaluate(Says(), said, true)
    assert result.pop("seconds") >= 0
    ends = [result.pop(f"{name}_{end}") for name in ("accuracy", "macro_f1") for end in ("low", "high")]
    assert ends == [None] * 4, "three texts"
    assert result == {
        "n": 5,
        "accuracy": 3 / 5,
        "macro_f1": pytest.approx((2 / 4 + 2 / 3 + 2 / 3) / 3),
        "macro_recall": pytest.approx((1 / 2 + 1 / 2 + 1) / 3),
        "per_class": {
            "negative": {"precision": 1 / 2, "recall": 1 / 2, "f1": 1 / 2, "n": 2},
            "neutral": {"precision": 1, "recall": 1 / 2, "f1": pytest.approx(2 / 3), "n": 2},
            "positive": {"precision": 1 / 2, "recall": 1, "f1": pytest.approx(2 / 3), "n": 1},
        },
        "model": "says",
    }
    json.dumps(result | {"macro_f1": 0, "macro_recall": 0, "per_class": {}})


def test_the_interval_lies_around_the_figure_and_narrows_with_texts():
    said = [f"{label} {i}" for i in range(40) for label in ("negative", "neutral", "positive")]
    true = [LABELS[(i + (i % 5 == 0)) % 3] for i in range(120)]
    few, many = (evaluate(Says(), said[:count], true[:count]) for count in (40, 120))
    for found in (few, many):
        assert 0 < found["accuracy_low"] < found["accuracy"] < found["accuracy_high"] < 1
        assert 0 < found["macro_f1_low"] < found["macro_f1"] < found["macro_f1_high"] < 1
    assert many["macro_f1_high"] - many["macro_f1_low"] < few["macro_f1_high"] - few["macro_f1_low"]


def test_where_all_is_right_only_accuracy_has_an_interval():
    """No draw of forty right texts holds a wrong one, which says nothing of the next forty."""
    said = [f"{label} {i}" for i in range(20) for label in ("negative", "positive")]
    found = evaluate(Says(), said, [text.split()[0] for text in said])
    assert (found["macro_f1"], found["macro_f1_low"], found["macro_f1_high"]) == (1, None, None)
    assert (found["accuracy_low"], found["accuracy_high"]) == (pytest.approx(0.912, abs=1e-3), 1)


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        ([], [], "no labelled texts"),
        (["a"], [], "1 texts came with 0 labels"),
        (["a"], ["mixed"], "'mixed' is no label"),
    ],
)
def test_what_cannot_be_scored_is_said(texts, labels, message):
    with pytest.raises(WorkbenchError, match=message):
        evaluate(Says(), texts, labels)


class SaysSets:
    """Says the labels that stand in the text, by thresholds of its own."""

    name = "says sets"
    labels = ("late", "rude", "refund")
    card: dict = {"is_multi_label": True, "labels": labels, "thresholds": {"late": 0.2}}  # noqa: RUF012

    def classify(self, texts, brands):
        said = [[0.3 if label in text else 0.1 for label in self.labels] for text in texts]
        return np.array(said) + np.array([0, 0.3, 0.3])


def test_scores_of_several_labels_by_hand():
    """Late: right, missed. Rude: right, right. Refund: nobody asks for one, and it is said once."""
    result = evaluate(SaysSets(), ["late", "rude", "rude refund"], [{"late"}, {"rude", "late"}, {"rude"}])
    late, rude = 2 / 3, 1.0
    assert (result["n"], result["subset_accuracy"], result["accuracy"]) == (3, 1 / 3, 1 / 3)
    assert result["macro_f1"] == pytest.approx((late + rude) / 2)
    assert result["macro_recall"] == pytest.approx((1 / 2 + 1) / 2)
    assert result["macro_f1_of_both"] == pytest.approx(((late + 2 / 3) / 2 + (rude + 1) / 2) / 2)
    assert result["per_class"]["late"] == {"precision": 1, "recall": 1 / 2, "f1": pytest.approx(late), "n": 2}
    assert result["per_class"]["refund"] == {"precision": 0, "recall": 0, "f1": 0, "n": 0}


def test_labels_that_nobody_looked_for_are_not_scored():
    result = evaluate(SaysSets(), ["late", "rude refund"], [{"late"}, {"rude"}], among=["late", "rude"])
    assert (result["subset_accuracy"], list(result["per_class"])) == (1, ["late", "rude"])


def test_one_label_is_not_taken_for_several_nor_several_for_one():
    with pytest.raises(WorkbenchError, match="a single word was given"):
        evaluate(SaysSets(), ["late"], ["late"])
    with pytest.raises(WorkbenchError, match="gives one label a text"):
        evaluate(Says(), ["negative"], [{"negative"}])


def test_slices_are_scored_apart_where_they_have_enough_texts():
    said = ["negative"] * 15 + ["positive"] * 18 + ["neutral"]
    true = ["negative"] * 15 + ["negative"] * 18 + ["positive"]
    texts = [f"{label} {number}" for number, label in enumerate(said)]
    slices = evaluate(Says(), texts, true, slices=["en"] * 33 + ["de"])["slices"]
    assert (slices["de"]["n"], slices["de"]["accuracy"], slices["de"]["status"]) == (1, None, "withheld")
    assert slices["en"]["accuracy"] == pytest.approx(15 / 33, abs=1e-4)
    assert slices["en"]["accuracy_low"] < 15 / 33 < slices["en"]["accuracy_high"]
    assert slices["en"]["macro_f1"] == pytest.approx(2 * 15 / 48, abs=1e-4)
    shared = evaluate(Says(), said, true, slices=["en"] * 33 + ["de"])["slices"]
    assert shared["en"]["status"] == "withheld", "two texts, shared over and over"
