"""Specification: the audit of a vendor's sentiment. Check it by eye."""

import numpy as np
import pandas as pd
import pytest

from workbench.benchmarks.vendor import next_labels, vendor_ranks, vendor_shares
from workbench.benchmarks.vendor_scores import audited, most_common, vendor_scores

LABELS = ("negative", "neutral", "positive")
WORDS = {"-": "negative", "0": "neutral", "+": "positive"}


def mentions(brand: str, said: str, judged: str) -> pd.DataFrame:
    """Mentions of a brand: a sign each for what the vendor says, and for what people do ('.' nobody was asked,
    'x' not about the brand, 'm' mixed)."""
    rows, chance = [], 1 - judged.count(".") / len(judged)
    for number, (vendor, people) in enumerate(zip(said, judged, strict=True)):
        row = {"post_id": f"x:{brand}{number}", "brand": brand, "author": f"{brand}{number}"}
        row |= {label: float(label == WORDS[vendor]) for label in LABELS}
        shares = {label: float(label == WORDS.get(people)) for label in LABELS}
        if people == "m":
            shares |= {"negative": 0.5, "positive": 0.5}
        is_asked = people != "."
        row |= {f"label_{label}": share if is_asked else None for label, share in shares.items()}
        row |= {"label_mixed": float(people == "m"), "label_relevant": float(people != "x")}
        row |= {"inclusion_probability": chance if is_asked else None, "annotators": 1 if is_asked else None}
        rows.append(row)
    same = {
        "author_role": "customer",
        "is_relevant": True,
        "is_held_out": True,
        "created_epoch": 0,
        "text": "…",
    }
    return pd.DataFrame(rows).assign(**same)


def figures(scores: pd.DataFrame) -> pd.Series:
    return scores.set_index("metric")["value"]


def test_scores_are_those_of_the_labelled_posts():
    """Of six labelled posts the vendor has four right. It says negative thrice (twice right); three are negative."""
    found = figures(vendor_scores(audited(mentions("Acme", "---00++0", "--0-0+.."))))
    assert found["accuracy"] == pytest.approx(4 / 6)
    assert found["precision.negative"] == pytest.approx(2 / 3)
    assert found["recall.negative"] == pytest.approx(2 / 3)
    assert found["precision.neutral"] == pytest.approx(1 / 2)
    assert found["recall.positive"] == 1
    f1 = [2 * 2 / (3 + 3), 2 * 1 / (2 + 2), 2 * 1 / (1 + 1)]
    assert found["macro_f1"] == pytest.approx(np.mean(f1))
    assert found["gain"] == pytest.approx((4 - 3) / 6)


def test_a_large_brand_weighs_by_its_posts_and_not_by_its_labels():
    """Acme has 8 posts and Bolt 2; both have two labels. The vendor is always right about Bolt, never about Acme."""
    both = pd.concat([mentions("Acme", "0" * 8, "--......"), mentions("Bolt", "++", "++")])
    found = figures(vendor_scores(audited(both)))
    assert found["accuracy"] == pytest.approx(2 / 10)
    assert most_common(audited(both)) == "negative"


def test_a_vendor_that_is_perfect():
    scores = vendor_scores(audited(mentions("Acme", "-0+" * 40, "-0+" * 20 + "." * 60))).set_index("metric")
    known = scores.drop(index="gain")
    assert (known["value"] == 1).all()
    assert (known["high"] == 1).all()
    # No error seen in sixty posts is not no error at all.
    assert (known["low"] < 0.995).all()
    assert scores.loc["accuracy", "low"] > 0.9


def test_a_vendor_that_always_says_neutral_never_finds_an_unhappy_post():
    scores = vendor_scores(audited(mentions("Acme", "0" * 100, "-" * 30 + "0" * 20 + "." * 50)))
    found = scores.set_index("metric")
    assert found.loc["recall.negative", "value"] == 0
    assert found.loc["recall.negative", "high"] < 0.2
    assert found.loc["precision.negative", "status"] == "withheld"
    assert np.isnan(found.loc["precision.negative", "value"])
    assert found.loc["gain", "value"] == pytest.approx(0.4 - 0.6)


def test_posts_about_something_else_count_nowhere_but_in_the_share_that_is_relevant():
    found = figures(vendor_scores(audited(mentions("Acme", "-00-", "-0xx"))))
    assert (found["accuracy"], found["relevant"]) == (1, 0.5)


def test_mixed_is_half_right_either_way():
    found = figures(vendor_scores(audited(mentions("Acme", "-+0", "mmm"))))
    assert found["accuracy"] == pytest.approx((0.5 + 0.5 + 0) / 3)


def test_the_vendors_share_beside_the_corrected_one():
    """Of 200 posts the vendor calls 20 negative; of 100 that were labelled 60 are, and it found 10 of these."""
    said, judged = "-" * 10 + "0" * 90 + "-" * 10 + "0" * 90, "-" * 60 + "0" * 40 + "." * 100
    shares = vendor_shares(audited(mentions("Acme", said, judged))).set_index("metric")
    unhappy = shares.loc["negative"]
    assert unhappy["vendor"] == pytest.approx(0.1)
    assert unhappy["value"] == pytest.approx(0.6)
    assert unhappy["verdict"] == "too low"
    assert unhappy["error"] == pytest.approx(-0.5)
    assert shares["verdict"].to_dict() == {"negative": "too low", "neutral": "too high", "positive": "within"}


def test_a_brand_that_nobody_labelled_is_not_judged():
    both = pd.concat([mentions("Acme", "-0" * 20, "-0" * 20), mentions("Bolt", "-" * 5, "." * 5)])
    rows = audited(both)
    shares = vendor_shares(rows)
    bolt = shares[shares["brand"] == "Bolt"].set_index("metric")
    assert bolt["value"].isna().all()
    assert bolt["verdict"].unique().tolist() == ["not known"]
    assert bolt.loc["negative", "vendor"] == 1
    ranked = vendor_ranks(shares).set_index("brand")
    assert ranked.loc["Bolt", ["rank_low", "rank_high"]].isna().all()
    assert ranked.loc["Bolt", "reversed_with"] == []
    following = next_labels(rows, {"Bolt": 5}).set_index("brand")
    assert following.loc["Bolt", ["now", "then", "wanted"]].isna().all()
    assert following.loc["Acme", "now"] == 0  # every post of Acme is labelled


def test_brands_in_the_wrong_order_are_named_only_where_it_is_sure():
    worse = mentions("Worse", "0" * 400, "-" * 90 + "0" * 10 + "." * 300)
    better = mentions("Better", "-" * 100 + "0" * 300, "-" * 10 + "0" * 90 + "." * 300)
    few = mentions("Few", "0" * 20, "-0" + "." * 18)
    ranked = vendor_ranks(vendor_shares(audited(pd.concat([worse, better, few])))).set_index("brand")
    assert ranked.loc["Worse", "reversed_with"] == ["Better"]
    assert ranked.loc["Better", "reversed_with"] == ["Worse"]
    assert ranked.loc["Few", "reversed_with"] == []
    assert ranked["vendor_rank"].to_dict() == {"Worse": 2, "Few": 2, "Better": 1}


def test_equal_shares_contradict_no_order():
    worse = mentions("Worse", "0" * 400, "-" * 90 + "0" * 10 + "." * 300)
    better = mentions("Better", "0" * 400, "-" * 10 + "0" * 90 + "." * 300)
    ranked = vendor_ranks(vendor_shares(audited(pd.concat([worse, better]))))
    assert ranked["reversed_with"].tolist() == [[], []]


def test_what_the_next_labels_buy_is_what_they_give_when_they_come():
    """Half of the posts are negative and the vendor knows nothing: the forecast of 60 labels holds at 60."""
    thirty = audited(mentions("Acme", "0" * 600, "-0" * 15 + "." * 570))
    sixty = audited(mentions("Acme", "0" * 600, "-0" * 30 + "." * 540))
    following = next_labels(thirty, {"Acme": 30}).iloc[0]
    shares = vendor_shares(sixty).set_index("metric").loc["negative"]
    assert following["then"] == pytest.approx((shares["high"] - shares["low"]) / 2, rel=0.03)
    assert following["then"] < following["now"]
    # A share of one half to ±5 points, of 600 posts: 385 / (1 + 385 / 600), by the schoolbook.
    assert following["wanted"] == pytest.approx(235, rel=0.05)


def test_where_two_people_differ_the_scores_are_less_sure():
    """Both posts of each kind count the same; whether one person stands for each, or two who differ, does not show."""
    answers = {"label_negative": [1.0, 0.5] * 40, "label_neutral": [0.0, 0.5] * 40, "label_positive": 0.0}
    said = {"negative": 1.0, "neutral": 0.0, "positive": 0.0, "inclusion_probability": 0.5}
    alone, together = (
        vendor_scores(pd.DataFrame({**answers, **said, "annotators": people})).set_index("metric")
        for people in (1.0, 2.0)
    )
    for metric in ("accuracy", "macro_f1", "precision.negative", "recall.negative"):
        assert together.loc[metric, "value"] == alone.loc[metric, "value"]
    for metric in ("accuracy", "macro_f1", "precision.negative"):
        assert together.loc[metric, "low"] < alone.loc[metric, "low"] - 0.002, metric
