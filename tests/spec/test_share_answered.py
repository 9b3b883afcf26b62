"""Specification: share answered. Check it by eye. Times are seconds; an hour has 3,600, a day 86,400."""

import pytest
from spec.table import mentions, on_every_engine, rows

from workbench.errors import WorkbenchError
from workbench.kpi.share_answered import share_answered
from workbench.statistics.business_hours import OpeningHours

FIGURE = ("brand", "metric", "value", "posts", "vintage")
LATER = 1_000_000

MENTIONS = mentions("""
    post_id | thread_id | in_reply_to | brand | author_role | kind           | is_asking | directed_at | created_epoch
    --------+-----------+-------------+-------+-------------+----------------+-----------+-------------+--------------
    1       | 1         |             | Acme  | customer    | post           | yes       | Acme        |             0
    2       | 1         | 1           | Acme  | brand       | reply          | no        |             |          3600
    3       | 3         |             | Acme  | customer    | post           | yes       | Acme        |             0
    4       | 3         | 3           | Acme  | brand       | reply          | no        |             |          3601
    5       | 5         |             | Acme  | customer    | post           | yes       | Acme        |             0
    6       | 5         | 5           | Acme  | brand       | reply          | no        |             |         86401
    7       | 7         |             | Acme  | customer    | post           | yes       | Acme        |             0
    8       | 8         |             | Acme  | customer    | post           | no        | Acme        |             0
    9       | 9         |             | Acme  | customer    | post           | yes       |             |             0
    10      | 10        |             | Bolt  | customer    | post           | yes       | Bolt        |             0
    11      | 10        | 10          | Bolt  | brand       | direct_message | no        |             |            60
    12      | 10        | 10          | Acme  | brand       | reply          | no        |             |            60
    13      | 13        |             | Cord  | customer    | post           | no        | Cord        |             0
""")


@on_every_engine(MENTIONS)
def test_all_eligible_mentions_are_the_denominator(frame):
    """Acme: 1 in an hour, 3 a second later, 5 a second after a day, 7 never; 8 asks nothing, 9 asks nobody.
    Bolt: its own answer is private and the public one is a rival's. Nobody asks Cord anything."""
    assert rows(share_answered(frame, by=["brand"], observed_until_epoch=LATER), *FIGURE) == [
        ("Acme", "share_answered_1h", 1 / 4, 4, "final"),
        ("Bolt", "share_answered_1h", 0 / 1, 1, "final"),
        ("Cord", "share_answered_1h", None, 0, "final"),
        ("Acme", "share_answered_24h", 2 / 4, 4, "final"),
        ("Bolt", "share_answered_24h", 0 / 1, 1, "final"),
        ("Cord", "share_answered_24h", None, 0, "final"),
    ]


MANY = mentions("""
    post_id | thread_id | in_reply_to | brand | author | author_role | created_epoch
    --------+-----------+-------------+-------+--------+-------------+--------------
    1       | 1         |             | Acme  | ann    | customer    |             0
    2       | 1         | 1           | Acme  | ben    | customer    |            10
    3       | 1         | 1           | Acme  | ann    | customer    |            20
    4       | 1         | 3           | Acme  | acme   | brand       |            30
    5       | 1         |             | Acme  |        | customer    |            40
    6       | 1         | 5           | Acme  | acme   | brand       |            50
    7       | 7         |             | Acme  | cat    | customer    |             0
    8       | 7         |             | Acme  | acme   | brand       |            30
    9       | 9         |             | Acme  | dan    | customer    |             0
    10      | 9         | lost        | Acme  | acme   | brand       |            30
    11      | 11        |             | Acme  | acme   | brand       |             0
    12      | 11        | 11          | Acme  | eve    | customer    |            10
    13      | 11        | 11          | Acme  | acme   | brand       |            20
""")


@on_every_engine(MANY)
def test_in_a_thread_of_many_an_answer_to_one_is_no_answer_to_the_others(frame):
    """Answered: 1 and 3 (ann, by 4), 5 (by 6, whoever wrote it), 7 (by 8, which replies to nothing) and 9 (by 10,
    whose parent was not collected). Not: 2 (ben, whom nobody answers) and 12 (the brand goes on with itself)."""
    assert rows(share_answered(frame, by=["brand"], observed_until_epoch=LATER), *FIGURE)[0] == (
        "Acme", "share_answered_1h", pytest.approx(5 / 7), 7, "final",
    )  # fmt: skip


OPEN = mentions("""
    post_id | thread_id | brand | author | author_role | day | created_epoch
    --------+-----------+-------+--------+-------------+-----+--------------
    1       | 1         | Acme  | ann    | customer    | d1  |             0
    2       | 2         | Acme  | ben    | customer    | d2  |         82000
    3       | 3         | Acme  | cat    | customer    | d3  |         90000
    4       | 4         | Acme  | acme   | brand       | d3  |         91000
""")


@on_every_engine(OPEN)
def test_a_group_is_preliminary_while_a_post_may_still_be_answered_in_time(frame):
    """The newest post is at 91,000 s: the hour of d3 and the days of d2 and d3 have not passed."""
    assert rows(share_answered(frame, by=["day"]), "day", "metric", "vintage") == [
        ("d1", "share_answered_1h", "final"),
        ("d2", "share_answered_1h", "final"),
        ("d3", "share_answered_1h", "preliminary"),
        ("d1", "share_answered_24h", "final"),
        ("d2", "share_answered_24h", "preliminary"),
        ("d3", "share_answered_24h", "preliminary"),
    ]


# Friday 27 November 2026, 16:30, on the wall clock of the business; Monday 09:15 is 63,900 + 2 × 86,400 s later.
OVERNIGHT = mentions("""
    post_id | thread_id | brand | author | author_role | local_epoch | created_epoch
    --------+-----------+-------+--------+-------------+-------------+--------------
    1       | 1         | Acme  | ann    | customer    |  1795797000 |             0
    2       | 1         | Acme  | acme   | brand       |  1796030100 |        233100
""")


@on_every_engine(OVERNIGHT)
def test_opening_hours_do_not_count_nights_and_weekends(frame):
    """Half an hour on Friday and a quarter on Monday: within the hour for an office."""
    figures = share_answered(frame, by=["brand"], opening_hours=OpeningHours(9, 17))
    assert rows(figures, "metric", "value", "vintage") == [
        ("share_answered_1h", 0, "final"),
        ("share_answered_1h_business", 1, "preliminary"),
        ("share_answered_24h", 0, "final"),
        ("share_answered_24h_business", 1, "preliminary"),
    ]


@on_every_engine(MENTIONS)
def test_without_groups_there_is_one_figure_each(frame):
    assert rows(share_answered(frame, by=[]), "metric", "value", "posts") == [
        ("share_answered_1h", 1 / 5, 5),
        ("share_answered_24h", 2 / 5, 5),
    ]


@on_every_engine([])
def test_nothing_collected(frame):
    assert rows(share_answered(frame, by=["brand"])) == []
    assert rows(share_answered(frame, by=[]), "value", "posts", "status") == [(None, 0, "withheld")] * 2


def test_opening_hours_have_to_open():
    with pytest.raises(WorkbenchError, match="Give opens before closes"):
        OpeningHours(17, 9)
