"""What goes to the people who label and what comes back is held to the task."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.labelling import INTENTS, SENTIMENT

from workbench.errors import WorkbenchError
from workbench.labels import validation
from workbench.labels.projects import purpose_of
from workbench.labels.validation import Answer, check_rows, prediction, read_answer


def part(name, *labels, kind="choices"):
    return {"from_name": name, "to_name": "text", "type": kind, "value": {kind: list(labels)}}


@pytest.mark.parametrize("label", ["negative", "neutral", "positive", "irrelevant", "mixed", "cannot_tell"])
def test_one_answer(label):
    assert read_answer(SENTIMENT, [part("sentiment", label)]) == Answer((label,), "")


def test_a_remark_beside_it():
    said = [part("comment", " escalated ", "twice", kind="text"), part("sentiment", "negative")]
    assert read_answer(SENTIMENT, said) == Answer(("negative",), "escalated  twice")


def test_of_several_labels_each_is_looked_at():
    assert read_answer(INTENTS, [part("intents", "praise")]).labels == (
        "not:complaint",
        "praise",
        "not:churn_threat",
    )
    assert read_answer(INTENTS, [part("intents", "none")]).labels == (
        "not:complaint",
        "not:praise",
        "not:churn_threat",
    )
    assert read_answer(INTENTS, [part("intents", "irrelevant")]).labels == ("irrelevant",)


@pytest.mark.parametrize(
    ("task", "result", "reason"),
    [
        (SENTIMENT, [], validation.EMPTY),
        (SENTIMENT, [part("sentiment")], validation.EMPTY),
        (SENTIMENT, [part("another question", "negative")], validation.EMPTY),
        (SENTIMENT, [part("sentiment", "negativ")], validation.UNKNOWN),
        (SENTIMENT, [part("sentiment", "none")], validation.UNKNOWN),
        (SENTIMENT, [part("sentiment", "negative", "positive")], validation.SEVERAL),
        (SENTIMENT, [part("sentiment", "negative"), part("sentiment", "neutral")], validation.SEVERAL),
        (INTENTS, [part("intents", "complaint", "none")], validation.CONTRADICTION),
        (INTENTS, [part("intents", "cannot_tell", "irrelevant")], validation.CONTRADICTION),
        (SENTIMENT, None, validation.NO_LIST),
        (SENTIMENT, {"choices": ["negative"]}, validation.NO_LIST),
        (SENTIMENT, ["negative"], validation.NO_LIST),
        (SENTIMENT, [{"from_name": "sentiment", "value": "negative"}], validation.NO_LIST),
        (SENTIMENT, [{"from_name": "sentiment"}], validation.NO_LIST),
        (SENTIMENT, [{"from_name": "sentiment", "value": {"choices": [1]}}], validation.NO_LIST),
    ],
)
def test_what_is_no_answer(task, result, reason):
    assert read_answer(task, result) == reason
    assert validation.MEND[reason]


def test_the_same_choice_saved_twice_is_one():
    said = [part("sentiment", "negative"), part("sentiment", "negative")]
    assert read_answer(SENTIMENT, said) == Answer(("negative",), "")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@given(anything | st.lists(st.fixed_dictionaries({"from_name": st.just("sentiment"), "value": anything})))
def test_whatever_comes_is_an_answer_of_the_task_or_a_reason(result):
    read = read_answer(SENTIMENT, result)
    known = {*SENTIMENT.labels, *SENTIMENT.answers}
    assert read in validation.MEND if isinstance(read, str) else set(read.labels) <= known


def test_a_prediction_says_how_sure_the_model_is():
    said = {"probability_negative": 0.2, "probability_neutral": 0.5, "probability_positive": 0.3}
    told = prediction(SENTIMENT, said, "m1", {})
    assert (told["model_version"], told["score"]) == ("m1", 0.5)
    assert told["result"][0]["value"] == {"choices": ["neutral"]}


def test_a_place_in_the_queue_decides_when_a_post_is_served():
    said = {"probability_negative": 0.2, "probability_neutral": 0.5, "probability_positive": 0.3}
    assert prediction(SENTIMENT, said, "m1", {}, 0.0)["score"] == 0.0


def test_of_several_labels_the_most_doubtful_counts():
    said = {"probability_complaint": 0.9, "probability_praise": 0.45, "probability_churn_threat": 0.01}
    told = prediction(INTENTS, said, "m1", {})
    assert told["score"] == 0.55
    assert told["result"][0]["value"] == {"choices": ["complaint"]}
    nothing = dict.fromkeys(said, 0.1)
    assert prediction(INTENTS, nothing, "m1", {})["result"][0]["value"] == {"choices": ["none"]}


def test_of_several_labels_those_are_shown_that_the_model_says_elsewhere():
    said = {"probability_complaint": 0.45, "probability_praise": 0.45, "probability_churn_threat": 0.45}
    told = prediction(INTENTS, said, "m1", {"complaint": 0.6, "praise": 0.2, "churn_threat": 0.45})
    assert told["result"][0]["value"] == {"choices": ["praise", "churn_threat"]}


def test_where_the_model_is_silent_there_is_no_prediction():
    said = dict.fromkeys(("probability_negative", "probability_neutral", "probability_positive"), math.nan)
    assert prediction(SENTIMENT, said, "m1", {}) is None


def rows(**columns):
    base = {"post_id": ["x:1", "x:2"], "brand": "Acme", "sample_id": "s", "strategy": "random"}
    return pd.DataFrame({**base, "is_doubled": False, "is_distressing": False, **columns}, index=[0, 1])


@pytest.mark.parametrize(
    ("queue", "said"),
    [
        (rows().drop(columns="is_distressing"), "no column is_distressing"),
        (rows(post_id="x:1"), "1 of 2 rows of the queue repeat"),
        (rows(probability_negative=0.5), "a model says of negative, and the task 'sentiment' has the labels"),
        (
            rows(probability_negative=1.5, probability_neutral=0.1, probability_positive=np.nan),
            "not from 0 to 1",
        ),
    ],
)
def test_a_queue_that_cannot_be_handed_over(queue, said):
    with pytest.raises(WorkbenchError, match=said):
        check_rows(queue, SENTIMENT)


def test_what_a_queue_is_for():
    assert purpose_of(["random", "gold"]) == "estimation"
    assert purpose_of(["rare", "uncertainty"]) == "teaching"
    assert purpose_of(["adjudication"]) == "adjudication"
    for mixed in (["random", "rare"], ["adjudication", "random"], ["gold"], []):
        with pytest.raises(WorkbenchError, match="mixes"):
            purpose_of(mixed)
