"""Specification: sentiment share, corrected by people's labels. Check it by eye."""

import pandas as pd
import pytest
from spec.labelled import labelled_mentions
from spec.table import native, on_every_engine, rows

from workbench.errors import WorkbenchError
from workbench.kpi.sentiment_share import sentiment_share

NEGATIVE = "sentiment_share.negative"

# The classifier calls 6 of 8 mentions of Acme negative. Four were judged: it missed one of the two others.
MENTIONS = labelled_mentions("""
    brand | author_role | is_relevant | says     | people
    ------+-------------+-------------+----------+---------
    Acme  | customer    | yes         | negative | negative
    Acme  | customer    | yes         | negative | negative
    Acme  | customer    | yes         | neutral  | neutral
    Acme  | customer    | yes         | neutral  | negative
    Acme  | customer    | yes         | negative |
    Acme  | customer    | yes         | negative |
    Acme  | customer    | yes         | negative |
    Acme  | customer    | yes         | negative |
    Acme  | customer    | yes         |          | positive
    Acme  | brand       | yes         | positive | positive
    Acme  | bot         | yes         | positive | positive
    Acme  | customer    | no          | positive | positive
    Bolt  | customer    | yes         | negative |
    Bolt  | customer    | yes         | positive |
    Cord  | customer    | yes         |          |
""")

OF_LABELS = (1 + 1 + 0 + 1) / 4
OF_ALL, OF_LABELLED = 6 / 8, 2 / 4
# How well the classifier follows people on the labelled: covariance by variance of what it says.
POWER = ((1 - 0.75) * 0.5 + (1 - 0.75) * 0.5 + (0 - 0.75) * -0.5 + (1 - 0.75) * -0.5) / (4 * 0.5**2)


@on_every_engine(MENTIONS)
def test_labels_correct_what_the_classifier_says_of_all(frame):
    """Neither unread mentions nor those of the brand, of bots or of a namesake count, whoever labelled them."""
    shares = sentiment_share(frame, by=["brand"], minimum_labels=4)
    assert rows(shares, "brand", "metric", "value", "posts", "labels", "kind", "status")[:3] == [
        ("Acme", NEGATIVE, pytest.approx(OF_LABELS + POWER * (OF_ALL - OF_LABELLED)), 8, 4, "estimate", "ok"),
        ("Bolt", NEGATIVE, 1 / 2, 2, 0, "signal", "no labels"),
        ("Cord", NEGATIVE, None, 0, 0, "signal", "withheld"),
    ]
    acme, bolt = shares.iloc[0], shares.iloc[1]
    assert 0 < acme["low"] < acme["value"] < acme["high"] < 1
    assert "PPI++" in acme["method"]
    assert "4 labels, λ = 0.50" in acme["method"]
    assert (pd.isna(bolt["low"]), pd.isna(bolt["high"])) == (True, True)
    assert bolt["method"].startswith("signal: no labels")


@on_every_engine(MENTIONS)
def test_a_cell_with_few_labels_says_so(frame):
    shares = sentiment_share(frame, by=["brand"])
    assert shares["status"].tolist()[:3] == ["few labels", "no labels", "withheld"]
    assert "only 4 labels" in shares["method"].iloc[0]


WEEKS = labelled_mentions("""
    brand | week     | says     | people
    ------+----------+----------+---------
    Acme  | 2026-W40 | negative | negative
    Acme  | 2026-W40 | neutral  | neutral
    Acme  | 2026-W40 | negative |
    Acme  | 2026-W41 | negative | negative
    Acme  | 2026-W41 | neutral  | neutral
    Acme  | 2026-W41 | negative | negative
    Acme  | 2026-W42 | neutral  | neutral
    Acme  | 2026-W42 | negative |
    Acme  | 2026-W43 | negative |
    Bolt  | 2026-W41 | positive | positive
    Bolt  | 2026-W42 | negative |
    Cord  | 2026-W42 | negative |
""")


@on_every_engine(WEEKS)
def test_a_week_with_few_labels_is_pooled_with_those_before_it(frame):
    """Wanted are 3 labels: week 41 has them, 42 takes the three of 41, 43 those of 42 and 41; Bolt never has enough.

    Where people and classifier always agree, the figure is what the classifier says of all mentions of the pool.
    """
    shares = sentiment_share(frame, by=["brand", "week"], minimum_labels=3, pool_periods=3)
    negative = shares[shares["metric"] == NEGATIVE]
    assert rows(negative, "brand", "week", "value", "posts", "labels", "status") == [
        ("Acme", "2026-W40", pytest.approx(2 / 3), 3, 2, "few labels"),
        ("Acme", "2026-W41", pytest.approx(2 / 3), 3, 3, "ok"),
        ("Acme", "2026-W42", pytest.approx((2 + 1) / (3 + 2)), 5, 4, "pooled"),
        ("Acme", "2026-W43", pytest.approx((2 + 1 + 1) / (3 + 2 + 1)), 6, 4, "pooled"),
        ("Bolt", "2026-W41", 0.0, 1, 1, "few labels"),
        ("Bolt", "2026-W42", 0.0, 2, 1, "pooled"),
        ("Cord", "2026-W42", 1.0, 1, 0, "no labels"),
    ]
    assert "pooled over 2026-W41 to 2026-W43" in negative["method"].iloc[3]
    assert "pooled" not in negative["method"].iloc[1]


@on_every_engine(WEEKS)
def test_what_is_long_ago_is_not_pooled(frame):
    shares = sentiment_share(frame, by=["brand", "week"], minimum_labels=3, pool_periods=2)
    week = shares[(shares["metric"] == NEGATIVE) & (shares["week"] == "2026-W43")]
    assert rows(week, "posts", "labels", "status") == [(3, 1, "pooled")]
    alone = sentiment_share(frame, by=["brand", "week"], minimum_labels=3, pool_periods=1)
    week = alone[(alone["metric"] == NEGATIVE) & (alone["week"] == "2026-W43")]
    assert rows(week, "posts", "labels", "kind", "status") == [(1, 0, "signal", "no labels")]


OF_NO_PRODUCT = labelled_mentions("""
    brand | product | says     | people
    ------+---------+----------+---------
    Acme  | Box     | negative | negative
    Acme  |         | negative | positive
""")


@on_every_engine(OF_NO_PRODUCT)
def test_mentions_of_no_product_are_a_cell_of_their_own(frame):
    shares = sentiment_share(frame, by=["brand", "product"])
    negative = shares[shares["metric"] == NEGATIVE]
    assert rows(negative, "product", "value", "posts", "labels") == [("Box", 1.0, 1, 1), (None, 0.0, 1, 1)]


@on_every_engine(MENTIONS)
def test_without_groups_there_is_one_figure_each(frame):
    shares = sentiment_share(frame, by=[])
    assert rows(shares, "metric", "posts", "labels") == [
        ("sentiment_share.negative", 8 + 2, 4),
        ("sentiment_share.neutral", 8 + 2, 4),
        ("sentiment_share.positive", 8 + 2, 4),
    ]


IRRELEVANT = labelled_mentions("""
    brand | says     | people
    ------+----------+--------------------
    Acme  | negative | negative
    Acme  | neutral  | negative+neutral
    Acme  | positive | mixed
    Acme  | negative | irrelevant
    Acme  | neutral  | irrelevant+negative
    Acme  | neutral  |
    Bolt  | negative | irrelevant
""")


@on_every_engine(IRRELEVANT)
def test_the_share_is_of_the_mentions_that_are_about_the_brand(frame):
    """Five were judged, of which three and a half are about Acme: 1, ½ and ½ (mixed) of them negative, and ½."""
    relevant, negative = 1 + 1 + 1 + 0 + 1 / 2, 1 + 1 / 2 + 1 / 2 + 0 + 1 / 2
    share = negative / relevant
    # How well the classifier's word goes with how far each judged mention is from the share.
    apart = [1 - share, 1 / 2 - share, 1 / 2 - share, 0, 1 / 2 - share / 2]
    said = [1 - 2 / 5, -2 / 5, -2 / 5, 1 - 2 / 5, -2 / 5]
    follows = sum(a * b for a, b in zip(apart, said, strict=True)) / (relevant / 5)
    power = follows / sum(b**2 for b in said)
    shares = sentiment_share(frame, by=["brand"])
    assert rows(shares, "brand", "metric", "value", "posts", "labels", "status")[:2] == [
        ("Acme", NEGATIVE, pytest.approx(share + power * (2 / 6 - 2 / 5)), 6, 5, "few labels"),
        ("Bolt", NEGATIVE, None, 1, 1, "withheld"),
    ]
    assert "70 % of posts that people found relevant" in shares["method"].iloc[0]
    assert "only 3 relevant labels" in shares["method"].iloc[0]


@on_every_engine([])
def test_nothing_collected(frame):
    assert rows(sentiment_share(frame, by=["brand", "week"])) == []
    assert rows(sentiment_share(frame, by=[]), "value", "posts", "status") == [(None, 0, "withheld")] * 3


CLOSING = [
    {**row, "created_epoch": epoch, "collected_epoch": epoch}
    for row, epoch in zip(
        labelled_mentions("""
            brand | week     | says     | people
            ------+----------+----------+---------
            Acme  | 2026-W40 | negative |
            Acme  | 2026-W42 | negative |
        """),
        (1790800000, 1792972800),  # the second, 26 October 2026, is 22 days after week 40 and 8 after week 42
        strict=True,
    )
]


@on_every_engine(CLOSING)
def test_a_week_is_final_once_the_data_reach_two_weeks_past_its_end(frame):
    shares = sentiment_share(frame, by=["week"])
    assert shares["vintage"].tolist()[:2] == ["final", "preliminary"]
    assert set(sentiment_share(frame, by=["week"], closing_days=7)["vintage"]) == {"final"}
    later = sentiment_share(frame, by=["week"], observed_until_epoch=1792972800 + 7 * 86400)
    assert set(later["vintage"]) == {"final"}
    assert set(sentiment_share(frame, by=[])["vintage"]) == {"preliminary"}


def of(drawing: str) -> pd.DataFrame:
    return native("pandas", labelled_mentions(drawing))


def test_two_people_who_differ_count_half_each_and_widen_the_interval():
    lines = ["negative | negative", "neutral | neutral"] * 20
    together, apart = (
        sentiment_share(of("\n".join(["says | people", "-----+-------", *lines, last])), by=[]).iloc[0]
        for last in ("neutral | neutral+neutral", "neutral | negative+neutral")
    )
    assert apart["value"] > together["value"]
    assert apart["high"] - apart["low"] > together["high"] - together["low"]


def test_labels_of_one_kind_are_not_taken_for_certainty():
    lines = ["neutral | neutral"] * 40 + ["neutral |"] * 400
    share = sentiment_share(of("\n".join(["says | people", "-----+-------", *lines])), by=[]).iloc[0]
    assert share["value"] == 0
    assert 0.005 < share["high"] < 0.2


@pytest.mark.parametrize("chance", ["0", "1.5", "-0.5"])
def test_a_chance_that_is_none_is_refused(chance):
    drawn = of(f"""
        says     | people   | inclusion_probability
        ---------+----------+----------------------
        negative | negative | 0.5
        negative | negative | {chance}
    """)
    with pytest.raises(WorkbenchError, match=r"1 of 2 labelled posts have an inclusion probability"):
        sentiment_share(drawn, by=[])


def test_a_classifier_that_learned_from_a_label_may_not_be_corrected_by_it():
    drawn = of("""
        says     | people   | is_held_out
        ---------+----------+------------
        negative | negative | yes
        negative | negative | no
        negative |          | no
    """)
    with pytest.raises(WorkbenchError, match=r"learned from 1 of the 2 labelled posts.*cross-fitted"):
        sentiment_share(drawn, by=[])


def test_a_frame_without_labels_column_is_named():
    with pytest.raises(WorkbenchError, match="no column 'inclusion_probability'"):
        sentiment_share(
            of("says | people\n----+----\nneutral |").drop(columns="inclusion_probability"), by=[]
        )


def with_errors(count: int) -> str:
    """Mentions of which the classifier is sure and right; of ten that two people judged they differ on two."""
    agreed = ["negative | negative+negative"] * 4 + ["neutral | neutral+neutral"] * 4
    apart = ["neutral | negative+neutral"] * 2
    return "\n".join(["says | people", "-----+-------", *(agreed + apart) * count, *["neutral |"] * 20])


@on_every_engine(labelled_mentions(with_errors(6)))
def test_what_people_err_can_be_taken_off(frame):
    """A third of the neutral ones are called negative by one of two; 24 of the 80 mentions are negative in truth."""
    plain = sentiment_share(frame, by=[]).set_index("metric")
    found = sentiment_share(frame, by=[], without_people_error=True).set_index("metric")
    assert list(found.index) == list(plain.index)
    of_read = 4 * 6 / (10 * 6 + 20)
    assert found.loc[NEGATIVE, "value"] == pytest.approx(of_read, abs=0.03)
    assert plain.loc[NEGATIVE, "value"] > found.loc[NEGATIVE, "value"] + 0.05
    assert found.loc[NEGATIVE, "low"] < of_read < found.loc[NEGATIVE, "high"]
    assert "60 posts that several judged" in found.loc[NEGATIVE, "method"]


def test_without_enough_judged_twice_it_is_not_told():
    with pytest.raises(WorkbenchError, match="20 of 20 labelled posts were judged by two"):
        sentiment_share(of(with_errors(2)), by=[], without_people_error=True)
