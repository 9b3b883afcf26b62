"""Shares of two times: the corrected difference, and the watch."""

import numpy as np
import pandas as pd
import pytest

from workbench.models.share_change import share_changes
from workbench.statistics.readings_of_tasks import SENTIMENT


def mentions(share, seed, labels=200, posts=1_000, error=0.2, chances=(0.2,)):
    """A mention frame in which so many are negative, read by a model that errs in so many."""
    draw = np.random.default_rng(seed)
    truth = draw.random(posts) < share
    said = np.where(draw.random(posts) < error, ~truth, truth)
    chance = draw.choice(chances, posts)
    judged = draw.random(posts) < chance
    of = {"negative": truth, "neutral": ~truth, "positive": np.zeros(posts, dtype=bool)}
    frame = {f"label_{name}": np.where(judged, value.astype(float), np.nan) for name, value in of.items()}
    return pd.DataFrame(
        {
            "post_id": [f"p{seed}-{i}" for i in range(posts)],
            "brand": "Acme",
            "author": [None if i % 7 else f"a{i}" for i in range(posts)],
            "negative": np.where(said, 0.8, 0.2),
            "neutral": np.where(said, 0.2, 0.8),
            "positive": 0.0,
            **frame,
            "inclusion_probability": np.where(judged, chance, np.nan),
            "drawn_weight": 1 / np.where(judged, chance, np.nan),
            "annotators": np.where(judged, 1.0, np.nan),
            "is_held_out": True,
        }
    )


def by_label(*sides, **options):
    return {row["label"]: row for row in share_changes(*sides, SENTIMENT, **options)}


def test_a_rise_is_measured_and_alarms():
    found = by_label(mentions(0.3, 11), mentions(0.6, 12))
    assert found["negative"]["low"] < 0.3 < found["negative"]["high"]
    assert found["negative"]["is_alarm"]
    assert found["negative"]["alarm_at"] < 200
    assert found["neutral"]["difference"] == pytest.approx(-found["negative"]["difference"])
    assert not found["positive"]["is_alarm"]


def test_the_next_look_goes_on_where_the_last_one_ended():
    """What was bet before stays bet: else each look would be another chance to alarm falsely."""
    before, now = mentions(0.3, 21, chances=(0.2, 0.5)), mentions(0.5, 22, chances=(0.2, 0.5))
    now = now.sort_values("inclusion_probability", na_position="last", kind="stable", ignore_index=True)
    judged = np.random.default_rng(0).permutation(int(now["inclusion_probability"].notna().sum()))
    now = pd.concat([now.iloc[judged], now.iloc[len(judged) :]], ignore_index=True)
    answers = [name for name in now if name.startswith("label_")] + ["inclusion_probability", "annotators"]
    looks = []
    for labels in range(60, len(judged), 20):
        seen = now.copy()
        seen.loc[labels:, answers] = np.nan
        looks.append(by_label(before, seen)["negative"]["evidence"])
    assert looks == sorted(looks)
    assert looks[0] < looks[-1]


def test_no_change_does_not():
    found = by_label(mentions(0.3, 3), mentions(0.3, 4))
    assert not any(row["is_alarm"] for row in found.values())
    assert found["negative"]["low"] < 0 < found["negative"]["high"]


def test_without_labels_it_is_the_difference_of_signals_and_never_an_alarm():
    found = by_label(mentions(0.3, 1), mentions(0.9, 2, chances=(0.0,)))
    assert found["negative"]["status"] == "few labels"
    assert found["negative"]["low"] is None
    assert found["negative"]["difference"] > 0.1
    assert not found["negative"]["is_alarm"]


def test_posts_that_are_not_about_the_brand_count_in_no_share():
    reference, now = mentions(0.3, 5), mentions(0.3, 6)
    judged = now["inclusion_probability"].notna()
    # A namesake comes up: a third of what was labelled is not about the brand.
    strange = judged & (np.arange(len(now)) % 3 == 0)
    now.loc[strange, ["label_negative", "label_neutral", "label_positive"]] = 0.0
    now["label_relevant"] = np.where(judged, np.where(strange, 0.0, 1.0), np.nan)
    found = by_label(reference, now)
    assert abs(found["negative"]["difference"]) < 0.12
    assert not found["negative"]["is_alarm"]
