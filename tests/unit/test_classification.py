"""What a model says of mentions, and of which languages it says nothing."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from unit.rows import mention, mentions, post, posts

from workbench.models.classification import classify_mentions, unclassified, unread
from workbench.models.languages import checked_languages
from workbench.models.lexicon import LexiconModel
from workbench.settings import parse_settings
from workbench.store.schema import open_lake
from workbench.tables import PREDICTIONS

LANGUAGES = ["en", "en", "de", None]
GERMAN = {
    "en": {"n": 90, "accuracy": 0.8},
    "de": {"n": 60, "accuracy": 0.7},
    "unknown": {"n": 20, "accuracy": None},
}


class Model:
    """Three labels that hold independently."""

    name, labels = "model-1", ("complaint", "question", "praise")

    def __init__(self, languages=None):
        self.card = {"languages": languages, "is_multi_label": True, "task": "intents"}

    def classify(self, texts, brands):
        return np.tile([0.9, 0.8, 0.1], (len(texts), 1))

    def held_out(self, texts):
        return [True] * len(texts)


@pytest.fixture
def lake(tmp_path):
    lake = open_lake(parse_settings({}, tmp_path))
    lake.merge("posts", posts(*(post(str(i), language=language) for i, language in enumerate(LANGUAGES))))
    lake.merge("mentions", mentions(*(mention(str(i)) for i in range(4)), mention("2", "Bolt")))
    return lake


def said(lake, model):
    return set(lake.read("predictions", ["post_id"], where=f"model = '{model.name}'")["post_id"].to_pylist())


def test_a_language_in_which_the_model_was_not_checked_is_not_read(lake):
    model = LexiconModel()
    assert classify_mentions(lake, model) == 2
    assert said(lake, model) == {"x:0", "x:1"}
    assert unread(lake, model) == {"de": 2, "unknown": 1}
    # What it may not read does not wait for it: the lake is up to date.
    assert unclassified(lake, model).num_rows == 0


def test_one_in_which_it_was_checked_is(lake):
    model = Model(GERMAN)
    assert classify_mentions(lake, model, "intents") == 4
    assert said(lake, model) == {"x:0", "x:1", "x:2"}
    assert unread(lake, model) == {"unknown": 1}


def test_a_model_of_texts_without_language_reads_everything(lake):
    for languages in (None, {}, {"unknown": {"n": 100, "accuracy": 0.8}}):
        assert checked_languages({"languages": languages}) is None
    model = Model()
    assert classify_mentions(lake, model, "intents") == 5
    assert unread(lake, model) == {}


def test_a_model_of_few_labels_reads_the_language_of_most():
    few = {"en": {"n": 24, "accuracy": None}, "de": {"n": 3, "accuracy": None}}
    assert checked_languages({"languages": few}) == {"en"}


def test_labels_that_hold_independently_are_each_a_row(lake):
    model = Model()
    classify_mentions(lake, model, "intents")
    rows = lake.read("predictions", ["task", "label", "probability"], where="post_id = 'x:0'").to_pylist()
    assert sorted((row["task"], row["label"], row["probability"]) for row in rows) == [
        ("intents", "complaint", 0.9),
        ("intents", "praise", 0.1),
        ("intents", "question", 0.8),
    ]


def test_what_was_said_before_languages_were_looked_at_is_taken_back(lake):
    model = LexiconModel()
    rows = [
        {
            "post_id": f"x:{i}",
            "brand": "Acme",
            "task": "sentiment",
            "model": name,
            "label": "neutral",
            "probability": 1.0,
        }
        for i in range(4)
        for name in (model.name, "another")
    ]
    when = dt.datetime(2026, 3, 4, tzinfo=dt.UTC)
    table = pa.Table.from_pylist(
        [{**row, "predicted_at": when, "is_held_out": True} for row in rows], PREDICTIONS.schema
    )
    lake.merge("predictions", table)
    classify_mentions(lake, model)
    assert said(lake, model) == {"x:0", "x:1"}
    assert lake.read("predictions", where="model = 'another'").num_rows == 4
