"""Who is right where people differ: what is found again of made people, and what cannot be told."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import WorkbenchError
from workbench.statistics.dawid_skene import dawid_skene

CLASSES = ["negative", "neutral", "positive"]
CONFUSION = {
    "careful": np.array([[0.95, 0.03, 0.02], [0.04, 0.92, 0.04], [0.01, 0.04, 0.95]]),
    "mild": np.array([[0.70, 0.28, 0.02], [0.02, 0.95, 0.03], [0.02, 0.13, 0.85]]),
    "usual": np.array([[0.85, 0.10, 0.05], [0.10, 0.80, 0.10], [0.05, 0.10, 0.85]]),
    "tired": np.array([[0.40, 0.30, 0.30], [0.30, 0.40, 0.30], [0.30, 0.30, 0.40]]),
}


@pytest.fixture(scope="module")
def made() -> tuple[np.ndarray, pd.DataFrame]:
    rng = np.random.default_rng(5)
    truth = rng.choice(3, 1_500, p=[0.5, 0.3, 0.2])
    rows = [
        (item, person, CLASSES[rng.choice(3, p=confusion[kind])])
        for person, confusion in CONFUSION.items()
        for item, kind in enumerate(truth)
    ]
    return truth, pd.DataFrame(rows, columns=["item", "annotator", "label"])


def test_people_are_found_again(made):
    truth, judged = made
    found = dawid_skene(judged, CLASSES)
    for person, confusion in CONFUSION.items():
        rows = found.confusion[found.confusion["annotator"] == person]
        errors = np.abs(rows["probability"].to_numpy().reshape(3, 3) - confusion)
        # 300 posts are positive, so that a third of them is known to about 2.7 points.
        assert errors.max() < 3 * 0.027
    assert np.abs(found.prevalence.to_numpy() - np.bincount(truth) / len(truth)).max() < 0.02
    assert found.is_identified


def test_the_truth_is_found_more_often_than_by_vote(made):
    truth, judged = made
    found = dawid_skene(judged, CLASSES).truth
    right = (found["likeliest"] == np.array(CLASSES)[truth]).mean()
    votes = judged.groupby("item")["label"].agg(lambda labels: labels.mode().iloc[0])
    assert right > (votes == np.array(CLASSES)[truth]).mean() + 0.01
    # Of posts of which it is so sure, about as many are right.
    sure = found[CLASSES].max(axis=1)
    assert right == pytest.approx(sure.mean(), abs=0.02)


def test_missing_answers_are_no_obstacle(made):
    truth, judged = made
    some = judged.sample(frac=0.6, random_state=1)
    found = dawid_skene(some, CLASSES).truth
    assert (found["likeliest"] == np.array(CLASSES)[truth[found["item"]]]).mean() > 0.85


def test_known_answers_outweigh_the_many():
    """Three call everything good; of twenty items the answer is known, and one is right about them."""
    rows = [(item, person, "good") for person in ("ann", "bob", "cem") for item in range(40)]
    rows += [(item, "dee", "bad" if item % 2 else "good") for item in range(40)]
    judged = pd.DataFrame(rows, columns=["item", "annotator", "label"])
    known = pd.Series({item: "bad" if item % 2 else "good" for item in range(20)} | {99: "bad"})
    found = dawid_skene(judged, ["bad", "good"], known=known)
    assert (found.truth.set_index("item").loc[21::2, "likeliest"] == "bad").all()
    assert found.is_identified
    assert (dawid_skene(judged, ["bad", "good"]).truth["likeliest"] == "good").all()


def test_two_people_do_not_tell_who_is_right():
    judged = pd.DataFrame(
        {"item": [1, 1, 2, 2], "annotator": ["ann", "bob"] * 2, "label": ["bad", "good", "good", "good"]}
    )
    assert not dawid_skene(judged, ["bad", "good"]).is_identified


def test_who_judged_little_is_taken_for_one_like_the_others(made):
    _, judged = made
    one = pd.DataFrame({"item": [0], "annotator": ["new"], "label": [judged["label"].iloc[0]]})
    found = dawid_skene(pd.concat([judged, one]), CLASSES).confusion
    new = found[found["annotator"] == "new"]
    assert new["judgements"].unique().tolist() == [1]
    assert new["probability"].between(0.01, 0.95).all()


def test_one_class_and_one_judgement_are_no_obstacle():
    one = pd.DataFrame({"item": [1], "annotator": ["ann"], "label": ["bad"]})
    found = dawid_skene(one, ["bad", "good"])
    assert found.truth["likeliest"].tolist() == ["bad"]
    assert np.isfinite(found.confusion["probability"]).all()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"label": "great"}, "1 of 1 judgements are none of bad, good"),
        ({"label": None}, "1 of 1 judgements lack"),
    ],
)
def test_what_is_no_judgement_is_refused(change, told):
    one = pd.DataFrame({"item": [1], "annotator": ["ann"], "label": ["bad"]}).assign(**change)
    with pytest.raises(WorkbenchError, match=told):
        dawid_skene(one, ["bad", "good"])
    with pytest.raises(WorkbenchError, match="no judgements"):
        dawid_skene(one.head(0), ["bad", "good"])
