"""Labelled posts that a model has not learned from, of the lake and of a file, and what thresholds do there."""

import re
import tomllib

import numpy as np
import pyarrow as pa
import pytest
from unit.rows import NOON, mention, mentions, post, posts

from workbench.errors import WorkbenchError
from workbench.models import threshold_report as reports
from workbench.models.held_out_answers import of_file, of_lake
from workbench.models.threshold_report import threshold_report
from workbench.settings import parse_settings
from workbench.store.schema import open_lake
from workbench.tables import LABELS


class Model:
    """Says what the number in a text says."""

    name, labels = "model-1", ("complaint", "praise")

    def __init__(self, several=True, learned=()):
        self.card = {"task": "intents", "is_multi_label": several, "languages": None}
        self.learned = learned

    def classify(self, texts, brands):
        share = np.array([int(text.split()[-1]) / 100 for text in texts])
        return np.stack([share, 1 - share], axis=1)

    def held_out(self, texts):
        return [text not in self.learned for text in texts]


def judged(number, label, **columns):
    return {
        "annotation_id": f"{number}|{label}|{columns.get('annotator', 'p1')}",
        "post_id": f"x:{number}",
        "brand": "Acme",
        "task": "intents",
        "label": label,
        "annotator": "p1",
        "labelled_at": NOON,
        "strategy": "random",
        "sample_id": "s",
        "inclusion_probability": 0.25,
        **columns,
    }


def lake_of(settings, *judgements):
    lake = open_lake(settings)
    lake.merge("posts", posts(*(post(str(i), text=f"text {i}") for i in range(100))))
    lake.merge("mentions", mentions(*(mention(str(i)) for i in range(100))))
    lake.merge("labels", LABELS.conform(pa.Table.from_pylist(list(judgements), LABELS.schema)))
    return lake


@pytest.fixture
def settings(tmp_path):
    costs = {"intents": {"complaint": {"missed": 9, "false_alarm": 1}}}
    return parse_settings({"costs": costs}, tmp_path)


def test_labels_of_several_are_yes_no_or_not_judged(settings):
    lake = lake_of(
        settings,
        judged(10, "complaint"), judged(10, "not:praise"),
        judged(20, "not:complaint"),
        judged(30, "cannot_tell"),
        judged(70, "none"),
        judged(40, "complaint", strategy="uncertainty"),
        judged(50, "complaint"), judged(50, "not:complaint", annotator="p2"),
        judged(60, "complaint"), judged(60, "not:complaint", annotator="p2"),
        judged(60, "not:complaint", annotator="p3"),
    )  # fmt: skip
    found = of_lake(Model(), lake)
    # Of 50 two people say opposite things, so nobody knows.
    assert found.probabilities[:, 0].tolist() == [0.1, 0.2, 0.6, 0.7]
    assert found.holds[:, 0].tolist() == [True, False, False, False]
    assert found.judged.tolist() == [[True, True], [True, False], [True, False], [True, True]]
    assert found.weights.tolist() == [4.0] * 4
    probabilities, holds, weights = found.of("praise")
    assert (probabilities.tolist(), holds.tolist(), weights.tolist()) == (
        [0.9, pytest.approx(0.3)],
        [False, False],
        [4.0, 4.0],
    )


def test_of_a_persons_judgements_the_latest_counts(settings):
    later = NOON.replace(hour=13)
    lake = lake_of(settings, judged(10, "complaint"), judged(10, "not:complaint", labelled_at=later))
    assert of_lake(Model(), lake).holds[:, 0].tolist() == [False]


def test_one_label_a_post_judges_all(settings):
    lake = lake_of(settings, judged(10, "praise"), judged(20, "irrelevant"))
    found = of_lake(Model(several=False), lake)
    assert (found.holds.tolist(), found.judged.tolist()) == ([[False, True]], [[True, True]])


def test_what_the_model_learned_from_shows_nothing(settings):
    lake = lake_of(settings, judged(10, "complaint"), judged(20, "not:complaint"))
    assert of_lake(Model(learned=("text 10",)), lake).probabilities[:, 0].tolist() == [0.2]
    with pytest.raises(WorkbenchError, match="has learned from all of these"):
        of_lake(Model(learned=("text 10", "text 20")), lake)


def test_without_random_labels_there_is_a_way_on(settings):
    with pytest.raises(WorkbenchError, match="nobody labelled posts at random for intents"):
        of_lake(Model(), lake_of(settings, judged(10, "complaint", strategy="rare")))


def test_a_file_is_masked_and_read(tmp_path):
    file = tmp_path / "labelled.csv"
    file.write_text("text,label\nwrite to ann@example.com 30,complaint\nit is 40,praise\n", encoding="utf-8")
    found = of_file(Model(several=False), file)
    assert found.probabilities[:, 0].tolist() == [0.3, 0.4]
    assert found.holds.tolist() == [[True, False], [False, True]]


def test_the_report_is_of_labels_with_costs(settings, monkeypatch):
    """Costs ask for 10 %: from there on the model says yes."""
    monkeypatch.setattr(reports, "current", lambda *_: Model())
    yes = [judged(i, "complaint") for i in range(5, 100, 2)]
    no = [judged(i, "not:complaint") for i in range(0, 100, 2)]
    lake_of(settings, *yes, *no)
    found = threshold_report(settings, "intents")
    assert (found["task"], found["model"], found["n"]) == ("intents", "model-1", 98)
    assert list(found["labels"]) == ["complaint"]
    row = found["labels"]["complaint"]
    assert (row["threshold"], row["people_from"], row["people_to"]) == (0.1, 0.1, 0.1)
    assert (row["n"], row["holds"]) == (98, 48)
    # 45 even and 45 odd numbers from 10 to 99; 48 complaints, of which 5, 7 and 9 are missed.
    assert row["precision"] == pytest.approx(45 / 90)
    assert row["recall"] == pytest.approx(45 / 48, abs=1e-4)
    assert row["cost_per_1000"] == pytest.approx(1_000 * (3 * 9 + 45 * 1) / 98, abs=1e-3)
    assert row["recall_low"] < 45 / 48 < row["recall_high"]


def test_costs_that_fit_nothing_are_told(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(reports, "current", lambda *_: Model())
    with pytest.raises(
        WorkbenchError,
        match=r"nothing says what a wrong answer about intents costs.*costs\.intents\.complaint",
    ):
        threshold_report(parse_settings({}, tmp_path), "intents")
    wrong = parse_settings({"costs": {"intents": {"complaints": {"missed": 1}}}}, tmp_path)
    with pytest.raises(WorkbenchError, match=r"gives no such label\. Did you mean 'complaint'"):
        threshold_report(wrong, "intents")


def test_suggested_settings_can_be_read_whatever_a_label_is_called(tmp_path, monkeypatch):
    monkeypatch.setattr(Model, "labels", ("Größe, Farbe", "praise"))
    monkeypatch.setattr(reports, "current", lambda *_: Model())
    with pytest.raises(WorkbenchError) as told:
        threshold_report(parse_settings({}, tmp_path), "intents")
    (section,) = re.findall(r"\[costs.*\]", str(told.value))
    assert tomllib.loads(section) == {"costs": {"intents": {"Größe, Farbe": {}}}}
