"""Posts for people: doubt at a price, and praise that may be irony."""

import pandas as pd
import pyarrow as pa
import pytest
from unit.rows import mention, mentions

from workbench.errors import WorkbenchError
from workbench.models.doubts import (
    ABSTAINED,
    DOUBTFUL_PRAISE,
    answers,
    for_people,
    list_doubtful,
    sarcasm_threshold,
)
from workbench.models.lexicon import NAME as LEXICON
from workbench.settings import Cost, parse_settings
from workbench.store.schema import open_lake
from workbench.tables import PREDICTIONS

LABELS = ("negative", "neutral", "positive")
COSTS = {"negative": Cost(missed=5, false_alarm=5, review=1)}  # people from 20 to 80 %


def said(*rows):
    frame = pd.DataFrame(rows, columns=["post_id", "negative", "neutral", "positive"])
    return frame.assign(brand="Acme")


def irony(**sarcastic):
    return pd.DataFrame({"post_id": list(sarcastic), "brand": "Acme", "sarcastic": list(sarcastic.values())})


def test_doubt_is_listed_the_greatest_first():
    found = for_people(
        said(("a", 0.19, 0.8, 0.01), ("b", 0.7, 0.2, 0.1), ("c", 0.5, 0.4, 0.1), ("d", 0.8, 0.1, 0.1)),
        LABELS,
        COSTS,
    )
    assert found[["post_id", "label", "probability", "reason"]].to_numpy().tolist() == [
        ["c", "negative", 0.5, ABSTAINED],
        ["b", "negative", 0.7, ABSTAINED],
    ]


def test_praise_is_doubted_by_irony_and_stays_what_it_is():
    frame = said(
        ("great", 0.1, 0.1, 0.8), ("fine", 0.1, 0.1, 0.8), ("bad", 0.9, 0.05, 0.05), ("unasked", 0, 0, 1)
    )
    before = frame.copy()
    found = for_people(frame, LABELS, {}, irony(great=0.9, fine=0.3, bad=0.9))
    assert found[["post_id", "label", "sarcastic", "reason"]].to_numpy().tolist() == [
        ["great", "positive", 0.9, DOUBTFUL_PRAISE]
    ]
    pd.testing.assert_frame_equal(frame, before)


def test_a_post_with_two_reasons_stands_there_once():
    found = for_people(said(("a", 0.3, 0.1, 0.6)), LABELS, COSTS, irony(a=0.9))
    assert found["reason"].tolist() == [DOUBTFUL_PRAISE]


def test_without_costs_and_irony_nobody_is_asked():
    assert for_people(said(("a", 0.4, 0.2, 0.4)), LABELS, {}).empty
    assert for_people(said(("a", 0.4, 0.2, 0.4)), ("x", "y"), {}).empty


def test_the_cost_of_missing_sarcasm_moves_its_threshold(tmp_path):
    assert sarcasm_threshold(parse_settings({}, tmp_path)) == 0.5
    costs = {"costs": {"sarcasm": {"sarcastic": {"missed": 4, "false_alarm": 1}}}}
    assert sarcasm_threshold(parse_settings(costs, tmp_path)) == 0.2


@pytest.fixture
def settings(tmp_path):
    costs = {"negative": {"missed": 5, "false_alarm": 5, "review": 1}}
    return parse_settings({"costs": {"sentiment": costs}}, tmp_path)


def test_the_list_is_of_what_the_model_in_use_said(settings):
    lake = open_lake(settings)
    base = {
        "brand": "Acme",
        "task": "sentiment",
        "predicted_at": pd.Timestamp("2026-03-04", tz="UTC"),
        "is_held_out": True,
    }
    rows = [
        {**base, "post_id": post, "model": model, "label": label, "probability": probability}
        for post, model, values in (
            ("a", LEXICON, (0.5, 0.3, 0.2)),
            ("b", LEXICON, (0.9, 0.05, 0.05)),
            ("b", "other", (0.5, 0.3, 0.2)),
        )
        for label, probability in zip(LABELS, values, strict=True)
    ]
    lake.merge("predictions", PREDICTIONS.conform(pa.Table.from_pylist(rows, PREDICTIONS.schema)))
    assert answers(lake, "sentiment", LEXICON, LABELS).columns.tolist() == ["post_id", "brand", *LABELS]
    assert list_doubtful(settings, "sentiment")["post_id"].tolist() == ["a"]
    with pytest.raises(WorkbenchError, match="no costs of sentiment"):
        list_doubtful(settings.model_copy(update={"costs": {}}), "sentiment")
    lake.merge("mentions", mentions(mention("a", "Acme")))
    lake.delete("predictions", pa.table({"post_id": ["a", "b"]}))
    with pytest.raises(WorkbenchError, match="has read no post yet"):
        list_doubtful(settings, "sentiment")
