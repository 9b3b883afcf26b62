"""Sentences of an audit say what the figures allow, and no more."""

from dataclasses import replace

import pandas as pd

from workbench.reports.audit_standing import Standing, audit_limits, preliminary_sentence
from workbench.reports.audit_statements import (
    accuracy_sentence,
    audit_verdict,
    brands_sentence,
    direction_sentence,
    next_sentence,
    order_sentence,
)

STANDING = Standing(
    name="q3", source="q3.csv", brands=2, posts=900, drawn=200, labelled=200, judged=198, people=1,
    without_sentiment=0, not_earned=0, other_brands=0, of_other_brands=0, without_brand=0, rejected=0,
    first_day="2026-07-01", last_day="2026-09-30", seconds_per_label=15,
)  # fmt: skip


def scores(gain: tuple[float, float, float], relevant: float = 1.0) -> pd.DataFrame:
    rows = [
        ("accuracy", 0.62, 0.55, 0.69),
        ("gain", *gain),
        ("relevant", relevant, relevant - 0.02, min(1.0, relevant + 0.02)),
    ]
    return pd.DataFrame(rows, columns=["metric", "value", "low", "high"])


def test_it_is_told_on_how_many_posts_people_agreed():
    limits = audit_limits(replace(STANDING, people=2, doubled=66, agreed=44), scores((0.1, 0.05, 0.2)))
    assert "people err as well: of 66 posts that several people judged they agreed on 44 (67" in limits
    assert "agreed" not in audit_limits(STANDING, scores((0.1, 0.05, 0.2)))


def test_the_verdict_says_where_it_is_preliminary():
    waits = replace(STANDING, labelled=120)
    assert audit_verdict(scores((0.1, 0.05, 0.2)), STANDING) == "The vendor is right about 62 of 100 posts"
    assert audit_verdict(scores((0.1, 0.05, 0.2)), waits).startswith("Preliminary: the vendor")
    assert "120 of 200 drawn posts are labelled" in preliminary_sentence(waits)
    assert preliminary_sentence(STANDING) == ""
    assert preliminary_sentence(replace(waits, unlabelled=("Acme", "Bolt"))).endswith("yet of Acme and Bolt.")


def test_right_more_often_is_judged_beside_what_needs_no_skill():
    better = accuracy_sentence(scores((0.1, 0.05, 0.15)), "negative", STANDING)
    assert "calling every post unhappy would be right about 52 of 100" in better
    assert "cannot be told" not in better
    assert "cannot be told" in accuracy_sentence(scores((0.1, -0.05, 0.15)), "negative", STANDING)
    assert "would be better" in accuracy_sentence(scores((-0.1, -0.2, -0.05)), "negative", STANDING)


def overall(verdicts: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame({"metric": ["negative", "neutral", "positive"], "vendor": [0.2, 0.3, 0.5]})
    frame = frame.assign(value=[0.5, 0.28, 0.22], low=[0.43, 0.2, 0.15], high=[0.57, 0.35, 0.3])
    return frame.assign(error=frame["vendor"] - frame["value"], verdict=verdicts, brand="Acme")


def test_the_largest_error_is_told_first_and_what_is_within_not_at_all():
    told = direction_sentence(overall(["too low", "within", "too high"])).replace("\xa0", " ")
    assert told == (
        "It shows 20 % unhappy posts where people find 50 % (43–57 %); 50 % happy posts where people find "
        "22 % (15–30 %)."
    )
    assert "within what the labels allow" in direction_sentence(overall(["within"] * 3))


def test_brands_are_counted_by_verdict():
    frame = pd.DataFrame({"metric": "negative", "verdict": ["too low", "too low", "within", "not known"]})
    assert brands_sentence(frame) == (
        "Of 3 brands, its share of unhappy posts is too low for 2 and within the interval for 1."
    )
    assert brands_sentence(frame.head(2)) == "Its share of unhappy posts is too low for all 2 brands."
    assert brands_sentence(frame.head(1)) == ""


def ranked(reversed_with: list[list[str]], alike: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"brand": ["Acme", "Bolt, Inc.", "Crux"], "rank_low": [1, 2, 2], "rank_high": [1, 3, 3]}
    )
    return frame.assign(reversed_with=reversed_with, alike=alike)


def test_each_pair_in_the_wrong_order_is_told_once():
    told = order_sentence(ranked([["Bolt, Inc."], ["Acme"], []], ["A", "B", "B"]))
    assert told == (
        "It has 1 pair of brands in the wrong order (by people's labels Acme has a larger share of unhappy posts "
        "than Bolt, Inc.). "
        "These cannot be told apart by share of unhappy posts: Bolt, Inc. and Crux."
    )
    assert order_sentence(ranked([[], [], []], ["A", "B", "C"])).startswith("No two brands are surely")


def following(more: list[int], wanted: list[int]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"brand": ["Acme", "Bolt"], "labels": [100, 100], "now": [0.1, 0.08], "then": [0.08, 0.06]}
    )
    return frame.assign(more=more, wanted=wanted).astype({"more": "Int64", "wanted": "Int64"})


def test_the_next_labels_cost_time_and_buy_width():
    told = next_sentence(following([50, 50], [350, 90]), STANDING).replace("\xa0", " ")
    assert told == (
        "The next 100 labels, about 25 minutes, would narrow a brand's interval from ±9 points to ±7 points. To know "
        "each brand's share to ±5 points takes 250 more labels, about 62 minutes."
    )
    known = next_sentence(following([50, 50], [90, 90]), STANDING).replace("\xa0", " ")
    assert "is known to ±5 points already" in known
    assert next_sentence(following([0, 0], [90, 90]), STANDING).startswith("Every post is labelled.")


def test_what_is_left_out_is_counted():
    standing = replace(
        STANDING, without_sentiment=12, rejected=3, other_brands=4, of_other_brands=20, people=2
    )
    told = audit_limits(standing, scores((0.1, 0, 0.2), relevant=0.9)).replace("\xa0", " ")
    assert "12 without a sentiment by the vendor" in told
    assert "20 of 4 other brands and 3 that could not be read" in told
    assert "10 % of the posts (8.0–12 %) are not about the brand" in told
    assert "Of 2 posts nobody could tell" in told
    assert "2 people" in told
