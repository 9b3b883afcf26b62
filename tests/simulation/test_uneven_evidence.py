"""Where evidence is uneven: one large author, brands drawn at other chances, a rare class, mixed answers."""

import numpy as np
import pandas as pd
import pytest

from workbench.models.accuracy_watch import Judged, watch_accuracy
from workbench.models.drift_looks import look_at_shares
from workbench.models.shown_posts import ShownPosts
from workbench.models.threshold_curve import threshold_curve
from workbench.models.thresholds import threshold_for
from workbench.settings import Cost
from workbench.statistics.correction import corrected, interval
from workbench.statistics.differences import Cell, corrected_difference
from workbench.statistics.readings_of_tasks import SENTIMENT

pytestmark = pytest.mark.slow


def period(random, sizes):
    """Posts of authors who each have a rate of their own; half of the posts are labelled."""
    author = np.repeat(np.arange(len(sizes)), sizes)
    label = (random.random(len(author)) < random.beta(0.8, 0.8, len(sizes))[author]).astype(float)
    posts = pd.DataFrame({"author": author, "label": label, "prediction": 0.5})
    posts = posts.assign(inclusion_probability=0.5, is_held_out=True)
    authors = posts.groupby("author").agg(posts=("label", "size"), prediction_sum=("prediction", "sum"))
    return Cell(authors.reset_index(), posts[random.random(len(posts)) < 0.5])


@pytest.mark.parametrize(("largest", "others"), [(190, 10), (160, 40), (100, 100), (20, 180)])
def test_a_large_author_is_not_overlooked(largest, others):
    random, draws = np.random.default_rng(1), 1_000
    sizes = [largest] + [1] * others
    found = [corrected_difference(period(random, sizes), period(random, sizes)) for _ in range(draws)]
    assert np.mean([one.low <= 0 <= one.high for one in found]) > 0.92


def test_recall_where_brands_are_drawn_at_other_chances():
    random, cost = np.random.default_rng(2), Cost(missed=9, false_alarm=1)
    is_large = random.random(20_000) < 0.9
    holds = random.random(20_000) < np.where(is_large, 0.05, 0.4)
    is_seen = random.random(20_000) < np.where(holds, np.where(is_large, 0.5, 0.95), 0.1)
    said = np.where(is_seen, 0.5, 0.02)
    truth, hits = (said >= threshold_for(cost))[holds].mean(), []
    for _ in range(300):
        rows = [random.choice(np.flatnonzero(part), 360, replace=False) for part in (is_large, ~is_large)]
        weights = np.repeat([part.sum() / 360 for part in (is_large, ~is_large)], 360)
        drawn = np.concatenate(rows)
        curve = threshold_curve(said[drawn], holds[drawn], cost, weights, steps=1)
        row = curve[curve["is_asked_for"]].iloc[0]
        hits.append(row["recall_low"] <= truth <= row["recall_high"])
    assert np.mean(hits) > 0.925


def test_a_rare_class_that_a_good_classifier_seldom_misreads():
    random, posts, labels, draws = np.random.default_rng(3), 3_000, 60, 4_000
    truth = np.arange(posts) < 0.1 * posts
    said = np.where(truth ^ (random.random(posts) < 0.05), 0.9, 0.1)
    rows = np.argsort(random.random((draws, posts)), axis=1)[:, :labels]
    chances, mean = np.full(rows.shape, labels / posts), np.full(draws, said.mean())
    low, high = interval(corrected(truth[rows].astype(float), said[rows], chances, mean))
    assert np.mean((low <= truth.mean()) & (truth.mean() <= high)) > 0.935


def test_accuracy_watched_where_chances_differ():
    random, alarms = np.random.default_rng(4), []
    for _ in range(150):
        weight = random.permutation(np.repeat([1.0] * 19 + [100.0], 100))[:150]
        right = (random.random(150) < np.where(weight == 1, 0.5, 0.8)).astype(float)
        judged, true = pd.DataFrame({"right": right, "weight": weight}), (19 * 50 + 8_000) / (1_900 + 10_000)
        looks = [judged.head(count) for count in (10, 20, 30, 50, 75, 100, 150)]
        alarms.append(
            any(watch_accuracy(one, true, largest_weight=100.0, tolerance=0.0).is_alarm for one in looks)
        )
    assert np.mean(alarms) <= 0.06


def labelled(random, time, posts=400):
    """A quarter mixed, of both times alike, by a model that tells nothing."""
    kind = random.choice(4, posts, p=[0.225, 0.3, 0.225, 0.25])
    judged = np.vstack([np.eye(3), [0.5, 0, 0.5]])[kind]
    frame = pd.DataFrame({"post_id": [f"{time}{i}" for i in range(posts)], "brand": "Acme", "time": time})
    for place, label in enumerate(("negative", "neutral", "positive")):
        frame[label], frame[f"label_{label}"] = 1 / 3 + random.normal(0, 0.01, posts), judged[:, place]
    return frame.assign(
        author=frame["post_id"], label_mixed=(kind == 3) * 1.0, label_relevant=1.0,
        inclusion_probability=0.1, annotators=1, is_held_out=True,
    )  # fmt: skip


def test_mixed_answers_are_no_change():
    random, alarms = np.random.default_rng(5), []
    for number in range(60):
        rows = pd.concat([labelled(random, time) for time in ("reference", "now")], ignore_index=True)
        order = rows[["post_id", "brand"]].sample(frac=1, random_state=number)
        no_mixed = rows.loc[rows["label_mixed"] == 0, ["post_id", "brand"]].assign(text="late")
        drawn = order.assign(sample_id="s", weight=10.0)
        judged = Judged(no_mixed, pd.DataFrame(), 0, order, drawn)
        found = look_at_shares(rows, SENTIMENT, judged, ShownPosts([]), alarm_chance=0.05, seed=number)
        alarms.append(any(one["is_alarm"] for one in found))
    assert np.mean(alarms) <= 0.07
