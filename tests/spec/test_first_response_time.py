"""Specification: first response time. Check it by eye."""

import pytest
from spec.table import mentions, on_every_engine, rows

from workbench.kpi.first_response_time import first_response_time
from workbench.statistics.business_hours import OpeningHours

FIGURE = ("brand", "metric", "value", "posts")
MEDIAN, SLOWEST, ANSWERED = (
    f"first_response_time.{name}" for name in ("median", "percentile_90", "share_answered")
)

MENTIONS = mentions("""
    post_id | thread_id | brand | author | author_role | created_epoch | week
    --------+-----------+-------+--------+-------------+---------------+-----
    1       | a         | Acme  | ann    | customer    |             0 | W1
    2       | a         | Acme  | acme   | brand       |            60 | W1
    3       | a         | Acme  | acme   | brand       |           300 | W1
    4       | b         | Acme  | ben    | customer    |           100 | W1
    5       | b         | Acme  | ben    | customer    |           150 | W2
    6       | b         | Acme  | acme   | brand       |           220 | W2
    7       | c         | Acme  | cat    | customer    |           500 | W1
    8       | d         | Bolt  | bolt   | brand       |            10 | W1
    9       | d         | Bolt  | dan    | customer    |            40 | W1
""")


@on_every_engine(MENTIONS)
def test_first_answer_counts_and_silence_is_seen(frame):
    """Waits: a 60, b 220 - 100; c is never answered; in d the brand spoke first, then fell silent."""
    assert rows(first_response_time(frame, by=["brand"]), *FIGURE) == [
        ("Acme", MEDIAN, (60 + (220 - 100)) / 2, 3),
        ("Bolt", MEDIAN, None, 1),
        ("Acme", SLOWEST, pytest.approx(60 + 0.9 * ((220 - 100) - 60)), 3),
        ("Bolt", SLOWEST, None, 1),
        ("Acme", ANSWERED, pytest.approx(2 / 3), 3),
        ("Bolt", ANSWERED, 0 / 1, 1),
    ]


@on_every_engine(MENTIONS)
def test_a_conversation_belongs_to_the_week_in_which_it_began(frame):
    """b goes on in W2, where no conversation begins."""
    figures = rows(first_response_time(frame, by=["week"]), "week", "metric", "value", "posts", "status")
    assert figures[:2] == [
        ("W1", MEDIAN, (60 + 120) / 2, 4, "few answers"),
        ("W2", MEDIAN, None, 0, "withheld"),
    ]


@on_every_engine(MENTIONS)
def test_a_time_of_fewer_than_ten_answers_says_so_and_the_share_answered_does_not(frame):
    """Three conversations of Acme, two of them answered."""
    said = {
        metric: status
        for metric, brand, status in rows(
            first_response_time(frame, by=["brand"]), "metric", "brand", "status"
        )
        if brand == "Acme"
    }
    assert said == {MEDIAN: "few answers", SLOWEST: "few answers", ANSWERED: "ok"}


@on_every_engine(MENTIONS)
def test_a_day_has_to_pass_before_it_is_final(frame):
    assert set(rows(first_response_time(frame, by=["brand"]), "vintage")) == {("preliminary",)}
    final = first_response_time(frame, by=["brand"], observed_until_epoch=500 + 86400)
    assert set(rows(final, "vintage")) == {("final",)}


MANY = mentions("""
    post_id | thread_id | in_reply_to | brand | author | author_role | created_epoch
    --------+-----------+-------------+-------+--------+-------------+--------------
    1       | a         |             | Acme  | ann    | customer    |             0
    2       | a         |             | Acme  | ben    | customer    |            10
    3       | a         | 2           | Acme  | acme   | brand       |            40
    4       | a         | 1           | Acme  | acme   | brand       |           100
""")


@on_every_engine(MANY)
def test_each_customer_of_a_thread_waits_for_an_own_answer(frame):
    assert rows(first_response_time(frame, by=["brand"]), *FIGURE)[0] == (
        "Acme",
        MEDIAN,
        (100 + (40 - 10)) / 2,
        2,
    )


# Monday 23 November 2026, 16:50, on the wall clock; the answer comes on Tuesday at 09:05.
OVERNIGHT = mentions("""
    post_id | thread_id | brand | author | author_role | local_epoch | created_epoch
    --------+-----------+-------+--------+-------------+-------------+--------------
    1       | 1         | Acme  | ann    | customer    |  1795452600 |             0
    2       | 1         | Acme  | acme   | brand       |  1795511100 |         58500
""")


@on_every_engine(OVERNIGHT)
def test_opening_hours(frame):
    figures = first_response_time(frame, by=["brand"], opening_hours=OpeningHours(9, 17))
    assert dict(rows(figures, "metric", "value")) == {
        MEDIAN: 58500,
        f"{MEDIAN}_business": (10 + 5) * 60,
        SLOWEST: 58500,
        f"{SLOWEST}_business": (10 + 5) * 60,
        ANSWERED: 1,
    }


@on_every_engine([])
def test_nothing_collected(frame):
    assert rows(first_response_time(frame, by=["brand"])) == []
    assert rows(first_response_time(frame, by=[]), "value", "posts", "status") == [(None, 0, "withheld")] * 3
