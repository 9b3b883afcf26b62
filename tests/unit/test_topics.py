"""Topics: found where they are, the same at every run, with those that belong to none."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from unit.rows import mention, mentions, post
from unit.rows import posts as rows_of_posts

from workbench.errors import WorkbenchError
from workbench.labels.taxonomy import taxonomy
from workbench.models.topic_history import growth_sentence, topic_history
from workbench.models.topic_posts import answers_of_people, drawn_posts, posts_about
from workbench.models.topic_taxonomy import by_labels, by_meaning
from workbench.models.topics import OUTLIER, Topics, find_topics
from workbench.settings import parse_settings
from workbench.store.engine import open_engine
from workbench.store.mention_frame import mention_frame
from workbench.store.schema import open_lake
from workbench.tables import LABELS

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
def test_topics_are_not_named_by_the_commonest_words_of_their_language():
    """Each kind of post by its own words, however often "hier", "ist" and "schon" stand in it."""
    kinds = [
        "hier ist der Flug schon wieder verspätet",
        "die Crew ist hier auch sehr unfreundlich",
        "mein Koffer ist hier schon wieder verloren",
        "die Schlange ist hier auch sehr lang",
        "das Menü ist hier schon wieder kalt",
    ]
    texts, vectors = posts()
    german = [kinds[TEXTS.index(text)] if text in TEXTS else "etwas ganz anderes" for text in texts]
    said = " ".join(find_topics(german, vectors).table["words"]).split()
    assert {"flug", "crew", "koffer", "schlange", "menü"} <= {word.strip(",") for word in said}
    assert not {"hier", "ist", "schon", "auch", "der", "die"} & {word.strip(",") for word in said}


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


@pytest.mark.slow
def test_another_process_finds_the_same_topics(topics):
    code = (
        "from unit.test_topics import posts; from workbench.models.topics import find_topics; "
        "print(find_topics(*posts(), names=['Acme']).of_post.tolist())"
    )
    # Words and sets stand in another order there, and it may use another number of threads.
    surroundings = {**os.environ, "PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "2", "PYTHONPATH": "tests:."}
    root = Path(__file__).parents[2]
    told = subprocess.run(
        [sys.executable, "-c", code], env=surroundings, cwd=root, capture_output=True, text=True, check=True
    )
    assert json.loads(told.stdout) == topics.of_post.tolist()


@pytest.mark.slow
def test_a_post_without_words_of_its_own_belongs_to_no_topic(topics):
    texts, vectors = posts()
    wordless = find_topics([*texts, "Acme 😀", "and the"], np.vstack([vectors, vectors[:2]]), names=["Acme"])
    np.testing.assert_array_equal(wordless.of_post[:-2], topics.of_post)
    assert wordless.of_post[-2:].tolist() == [OUTLIER, OUTLIER]


@pytest.mark.parametrize("texts", [["late", "crew"], ["😀 and the"] * 80])
def test_few_posts_hold_no_topics(texts):
    pytest.importorskip("bertopic")
    with pytest.raises(WorkbenchError, match="posts with words of their own hold no topics: 50 are needed"):
        find_topics(texts, np.ones((len(texts), 2)))


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
    found = by_labels(MADE, labels.assign(person="ann")).set_index("topic")
    assert found.loc[0, ["labelled", "labelled_as", "labelled_share"]].tolist() == [2, "bad", 0.75]
    # Nobody labelled the other: nothing is said of it.
    assert found.loc[1, "labelled"] == 0
    assert pd.isna(found.loc[1, "labelled_as"])


def test_people_who_differ_have_each_a_part_and_no_label_counts_as_judged():
    answers = pd.DataFrame(
        {"post": [0, 0, 1], "person": ["ann", "bob", "ann"], "label": ["bad", "good", None], "weight": 1.0}
    )
    found = by_labels(MADE, answers).iloc[0]
    assert (found["labelled"], found["labelled_share"]) == (2, 0.25)


def test_one_label_is_not_all_that_there_is_to_know():
    answers = pd.DataFrame({"post": [0], "person": "ann", "label": "bad", "weight": 1.0})
    found = by_labels(MADE, answers).iloc[0]
    assert found["labelled_share"] == 1
    assert found["labelled_low"] < 0.1


def test_a_sample_has_intervals_and_all_posts_have_none():
    weeks = pd.Series(["W1", "W1", "W1", "W2"], name="week")
    drawn, known = (topic_history(MADE, weeks, is_sample=is_sample) for is_sample in (True, False))
    assert (drawn["low"] <= drawn["value"]).all()
    assert (drawn["high"] >= drawn["value"]).all()
    assert drawn.loc[0, "high"] > drawn.loc[0, "value"]
    # None of the one post of a week: a share of 0 is not known for certain.
    assert drawn.loc[3, "value"] == 0
    assert drawn.loc[3, "high"] > 0.5
    assert known[["low", "high"]].isna().all().all()


def test_where_no_topic_is_found_the_history_has_no_row():
    none = Topics(MADE.table.iloc[:0], np.full(4, OUTLIER), np.zeros((0, 2)))
    history = topic_history(none, pd.Series(["W1", "W1", "W1", "W2"], name="week"))
    assert history.empty
    assert list(history.columns[:5]) == ["week", "topic", "words", "posts", "of"]
    assert "No topic was found" in growth_sentence(history)


def test_the_taxonomy_is_labels_and_the_tickets_that_stand_for_them(tmp_path):
    meanings = taxonomy(parse_settings({}, tmp_path), "intents")
    assert meanings["churn_threat"].startswith("churn threat, Cancellation")
    assert "other" not in meanings


def history_of(*counts):
    rows = [(week, 0, "late", posts / of, of) for week, posts, of in counts]
    return pd.DataFrame(rows, columns=["week", "topic", "words", "value", "of"])


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([("W1", 10, 100), ("W2", 40, 100)], "'late' has grown most: from 10\N{NO-BREAK SPACE}% to 40"),
        ([("W1", 10, 100), ("W2", 20, 100)], "no topic has grown beyond"),
        ([("W1", 7, 365), ("W2", 13, 424)], "no topic has grown beyond"),
        ([("W1", 0, 20), ("W2", 1, 20)], "no topic has grown beyond"),
        ([("W1", 10, 100)], "All posts are of one period"),
    ],
)
def test_growth_is_told_where_chance_does_not_explain_it(counts, said):
    assert said in growth_sentence(history_of(*counts))


@pytest.fixture
def lake(tmp_path):
    lake = open_lake(parse_settings({}, tmp_path))
    rows = [post(str(i), text=f"late {i}", language="de" if i % 6 == 0 else "en") for i in range(120)]
    lake.merge("posts", rows_of_posts(*rows))
    lake.merge("mentions", mentions(*(mention(str(i)) for i in range(120))))
    return lake


def test_posts_are_drawn_by_the_seed_and_stand_in_one_order(lake):
    engine = open_engine()
    found = posts_about(mention_frame(engine, lake), "", "", "", "week")
    engine.close()
    assert found["post_id"].is_monotonic_increasing
    one, again, other = (drawn_posts(lake, found, 60, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, again)
    assert set(one["post_id"]) != set(other["post_id"])
    assert one["post_id"].is_monotonic_increasing
    with pytest.raises(WorkbenchError, match="5 posts hold no topics"):
        drawn_posts(lake, found.head(5), 60, 0)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"period": "hour"}, "'hour' is no period of topics"),
        ({"first_day": "soon"}, "'soon' is no date"),
        ({"last_day": "2026-13-01"}, "'2026-13-01' is no date"),
    ],
)
def test_what_is_no_time_is_refused(lake, options, said):
    engine = open_engine()
    options = {"brand": "", "first_day": "", "last_day": "", "period": "week"} | options
    with pytest.raises(WorkbenchError, match=said):
        posts_about(mention_frame(engine, lake), **options)
    engine.close()


def answer(native_id, label, annotator="ann", strategy="random", day=1):
    return {
        "annotation_id": f"{native_id}|{label}|{annotator}|{strategy}|{day}",
        "post_id": f"x:{native_id}",
        "brand": "Acme",
        "task": "intents",
        "label": label,
        "annotator": annotator,
        "labelled_at": pd.Timestamp(2026, 6, day, tz="UTC").to_pydatetime(),
        "strategy": strategy,
        "inclusion_probability": 0.5,
        "sample_id": "s",
    }


def test_answers_are_the_latest_of_posts_drawn_at_random(lake):
    rows = [
        answer("1", "complaint", day=1), answer("1", "praise", day=2), answer("1", "not:complaint", day=2),
        answer("2", "none"), answer("3", "irrelevant"), answer("4", "complaint", strategy="uncertainty"),
        answer("5", "complaint"), answer("5", "question", annotator="bob"),
    ]  # fmt: skip
    lake.merge("labels", LABELS.conform(pa.Table.from_pylist(rows, LABELS.schema)))
    found = answers_of_people(lake, "intents", [f"x:{i}" for i in range(1, 6)])
    assert set(found["weight"]) == {2.0}
    told = {place: set(own["label"].dropna()) for place, own in found.groupby("post")}
    assert told == {0: {"praise"}, 1: set(), 4: {"complaint", "question"}}


def test_without_labels_nobody_has_said_anything(lake):
    answers = answers_of_people(lake, "intents", ["x:1"])
    assert answers.empty
    assert by_labels(MADE, answers)["labelled"].tolist() == [0, 0]
