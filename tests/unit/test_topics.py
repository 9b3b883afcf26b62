"""Topics: found where they are, the same at every run, with those that belong to none."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import WorkbenchError
from workbench.labels.taxonomy import taxonomy
from workbench.models.topic_history import topic_history
from workbench.models.topic_taxonomy import by_labels, by_meaning
from workbench.models.topics import Topics, find_topics
from workbench.settings import parse_settings

TEXTS = ["Acme late flight again", "rude crew", "lost bag at Acme", "long queue", "cold meal"]


def posts(of_each=30, strange=12):
    """Posts of five topics, as vectors that lie apart, and some that lie anywhere."""
    draw = np.random.default_rng(0)
    vectors = np.repeat(np.eye(12)[:5] * 4, of_each, axis=0) + draw.normal(0, 0.3, (5 * of_each, 12))
    vectors = np.vstack([vectors, draw.normal(0, 4, (strange, 12))])
    texts = [text for text in TEXTS for _ in range(of_each)] + ["something else"] * strange
    return texts, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def topics():
    pytest.importorskip("bertopic")
    return find_topics(*posts(), names=["Acme"])


@pytest.mark.slow
def test_posts_of_one_kind_are_one_topic_named_by_their_words(topics):
    assert len(topics.table) == 5
    for first in range(0, 150, 30):
        # But for one or two at the edge.
        assert np.bincount(topics.of_post[first : first + 30] + 1).max() >= 28
    words = " ".join(topics.table["words"])
    assert "flight" in words
    assert "crew" in words
    assert "acme" not in words.lower()


@pytest.mark.slow
def test_shares_are_of_all_posts_and_say_how_many_belong_to_none(topics):
    assert topics.table["share"].sum() + topics.outlier_share == pytest.approx(1)
    assert (topics.table["outlier_share"] == topics.outlier_share).all()
    assert topics.table["posts"].is_monotonic_decreasing


@pytest.mark.slow
def test_the_same_seed_gives_the_same_topics(topics):
    again = find_topics(*posts(), names=["Acme"])
    np.testing.assert_array_equal(again.of_post, topics.of_post)
    pd.testing.assert_frame_equal(again.table, topics.table)


def test_few_posts_hold_no_topics():
    with pytest.raises(WorkbenchError, match="2 posts hold no topics: 50 are needed"):
        find_topics(["a", "b"], np.eye(2))


MADE = Topics(pd.DataFrame({"topic": [0, 1], "words": ["late", "crew"]}), np.array([0, 0, 1, -1]), np.eye(2))


def test_a_topic_stands_beside_the_label_that_means_the_same():
    def embed(texts):
        return np.array([[0.6, 0.8] if text == "staff" else [1.0, 0.0] for text in texts])

    found = by_meaning(MADE, {"delay": "delay", "people": "staff"}, embed)
    assert found["nearest"].tolist() == ["delay", "people"]
    assert found["similarity"].tolist() == [1.0, 0.8]
    assert found["ahead"].round(2).tolist() == [0.4, 0.8]


def test_labels_weigh_by_how_many_posts_they_stand_for():
    labels = pd.DataFrame({"post": [0, 1, 3], "label": ["bad", "good", "bad"], "weight": [3.0, 1.0, 9.0]})
    found = by_labels(MADE, labels).set_index("topic")
    assert found.loc[0, ["labelled", "labelled_as", "labelled_share"]].tolist() == [2, "bad", 0.75]
    # Nobody labelled the other: nothing is said of it.
    assert found.loc[1, "labelled"] == 0
    assert pd.isna(found.loc[1, "labelled_as"])


def test_a_sample_has_intervals_and_all_posts_have_none():
    weeks = pd.Series(["W1", "W1", "W1", "W2"], name="week")
    drawn, known = (topic_history(MADE, weeks, is_sample=is_sample) for is_sample in (True, False))
    assert (drawn["low"] <= drawn["value"]).all()
    assert (drawn["high"] >= drawn["value"]).all()
    assert drawn.loc[0, "high"] > drawn.loc[0, "value"]
    assert known[["low", "high"]].isna().all().all()


def test_the_taxonomy_is_labels_and_the_tickets_that_stand_for_them(tmp_path):
    meanings = taxonomy(parse_settings({}, tmp_path), "intents")
    assert meanings["churn_threat"].startswith("churn threat, Cancellation")
    assert "other" not in meanings
