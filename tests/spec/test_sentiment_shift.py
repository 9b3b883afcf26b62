"""Specification: sentiment shift, and how much of it is a change of mix. Check it by eye."""

import pytest
from spec.labelled import labelled_mentions
from spec.table import native, on_every_engine, rows

from workbench.errors import WorkbenchError
from workbench.kpi.sentiment_shift import sentiment_shift


def said(week: str, platform: str, negative: int, neutral: int, brand: str = "Acme") -> str:
    """So many lines of a drawing, in which people and classifier agree."""
    return "\n".join(
        [f"{brand} | {week} | {platform} | negative | negative"] * negative
        + [f"{brand} | {week} | {platform} | neutral | neutral"] * neutral
    )


# On the forum a half of what is said is negative, on the network a tenth, in either week. Then the forum grows.
MENTIONS = labelled_mentions(f"""
    brand | week | platform | says | people
    ------+------+----------+------+-------
    {said("2026-W42", "forum", 10, 10)}
    {said("2026-W42", "network", 6, 54)}
    {said("2026-W43", "forum", 30, 30)}
    {said("2026-W43", "network", 2, 18)}
    Bolt | 2026-W42 | forum | negative |
    Bolt | 2026-W42 | forum | neutral |
    Bolt | 2026-W43 | forum | negative | negative
    Cord | 2026-W43 | forum | negative | negative
""")
BEFORE, AFTER = (10 + 6) / 80, (30 + 2) / 80


@on_every_engine(MENTIONS)
def test_where_only_the_mix_changed_within_is_nothing(frame):
    """From a forum of 20 in 80 to one of 60 in 80. Bolt has no label before, Cord no mention."""
    shift = sentiment_shift(frame, by=["brand"])
    assert rows(shift, "brand", "metric", "value", "unit", "posts", "labels", "kind", "status") == [
        ("Acme", "sentiment_shift.mix", about(AFTER - BEFORE), "share", 160, 160, "estimate", "ok"),
        ("Bolt", "sentiment_shift.mix", None, "share", 3, 0, "signal", "withheld"),
        ("Cord", "sentiment_shift.mix", None, "share", 1, 0, "signal", "withheld"),
        ("Acme", "sentiment_shift.negative", about(AFTER - BEFORE), "share", 160, 160, "estimate", "ok"),
        ("Bolt", "sentiment_shift.negative", about(1 - 1 / 2), "share", 3, 0, "signal", "no labels"),
        ("Cord", "sentiment_shift.negative", None, "share", 1, 0, "signal", "withheld"),
        ("Acme", "sentiment_shift.within", about(0), "share", 160, 160, "estimate", "ok"),
        ("Bolt", "sentiment_shift.within", None, "share", 3, 0, "signal", "withheld"),
        ("Cord", "sentiment_shift.within", None, "share", 1, 0, "signal", "withheld"),
    ]
    acme = shift.iloc[3]
    assert 0 < acme["low"] < acme["value"] < acme["high"]
    assert acme["method"].startswith("2026-W43 less 2026-W42; mix by platform; ")
    assert shift["method"].iloc[5] == "withheld: no mentions to compare in 2026-W42"


@pytest.mark.parametrize("both", [["2026-W42", "2026-W43"], ["2026-W43"]])
def test_a_period_is_not_both_before_and_after(both):
    with pytest.raises(WorkbenchError, match="2026-W43 stands before and after"):
        sentiment_shift(native("pandas", MENTIONS), by=["brand"], before=both, after="2026-W43")


def about(value: float) -> object:
    return pytest.approx(value, abs=1e-9)


@on_every_engine(MENTIONS)
def test_periods_and_the_mix_can_be_chosen(frame):
    turned = sentiment_shift(frame, by=["brand"], before="2026-W43", after=["2026-W42"], mix_by="")
    assert rows(turned.head(1), "metric", "value") == [("sentiment_shift.negative", about(BEFORE - AFTER))]
    alone = sentiment_shift(frame, by=[], before="2026-W42", after="2026-W43", mix_by="")
    assert rows(alone, "metric", "posts", "labels") == [("sentiment_shift.negative", 160 + 4, 160 + 2)]


@on_every_engine(MENTIONS)
def test_a_period_without_mentions_has_no_shift(frame):
    shift = sentiment_shift(frame, by=["brand"], before="2025-W01")
    assert set(shift["status"]) == {"withheld"}
    assert shift["method"].iloc[0] == "withheld: no mentions to compare in 2025-W01"


@on_every_engine([])
def test_nothing_collected(frame):
    assert rows(sentiment_shift(frame, by=["brand"])) == []
    assert rows(sentiment_shift(frame, by=[]), "value", "posts", "status") == [(None, 0, "withheld")] * 3


def test_with_few_labels_the_shift_is_known_and_its_parts_are_not():
    few = native(
        "pandas",
        labelled_mentions(f"""
            brand | week | platform | says | people
            ------+------+----------+------+-------
            {said("2026-W42", "forum", 4, 4)}
            {said("2026-W43", "forum", 8, 0)}
        """),
    )
    shift = sentiment_shift(few, by=["brand"])
    assert rows(shift, "metric", "value", "status") == [
        ("sentiment_shift.mix", None, "withheld"),
        ("sentiment_shift.negative", about(1 - 1 / 2), "few labels"),
        ("sentiment_shift.within", None, "withheld"),
    ]
    assert "too few labels to split the difference by platform" in shift["method"].iloc[0]


def test_posts_of_one_author_are_no_evidence_of_many():
    drawing = f"""
        brand | week | platform | says | people
        ------+------+----------+------+-------
        {said("2026-W42", "forum", 20, 20)}
        {said("2026-W43", "forum", 30, 10)}
    """
    drawn = labelled_mentions(drawing)
    few_people = [{**row, "author": f"author {number // 10}"} for number, row in enumerate(drawn)]
    many, few = (
        sentiment_shift(native("pandas", drawing), by=["brand"], mix_by="").iloc[0]
        for drawing in (drawn, few_people)
    )
    assert few["value"] == many["value"]
    assert few["high"] - few["low"] > 1.5 * (many["high"] - many["low"])


def test_a_post_without_author_is_an_author_of_its_own():
    drawn = labelled_mentions(f"""
        brand | week | platform | says | people
        ------+------+----------+------+-------
        {said("2026-W42", "forum", 20, 20)}
        {said("2026-W43", "forum", 30, 10)}
    """)
    unnamed = [{**row, "author": None} for row in drawn]
    one, other = (
        sentiment_shift(native("pandas", d), by=["brand"], mix_by="").iloc[0] for d in (drawn, unnamed)
    )
    assert (one["low"], one["high"]) == (other["low"], other["high"])


def test_the_period_cannot_be_a_group():
    with pytest.raises(WorkbenchError, match="leave it out of `by`"):
        sentiment_shift(native("pandas", MENTIONS), by=["brand", "week"])
