"""Specification: publicly acknowledged resolution. Check it by eye."""

import narwhals as nw
import pandas as pd
import pytest
from spec.table import mentions, on_every_engine, rows

from workbench.kpi.acknowledged_resolution import acknowledged_resolution
from workbench.statistics.wording import is_acknowledging, is_hand_off

MENTIONS = mentions("""
    post_id | thread_id | brand | author | author_role | is_asking | created_epoch | text
    --------+-----------+-------+--------+-------------+-----------+---------------+-------------------------
    1       | a         | Acme  | ann    | customer    | yes       |             0 | No signal?
    2       | a         | Acme  | acme   | brand       | no        |            60 | Please restart it.
    3       | a         | Acme  | ann    | customer    | no        |           300 | That worked, thanks!
    4       | a         | Acme  | ann    | customer    | no        |           400 | Thank you again
    5       | b         | Acme  | ben    | customer    | yes       |             0 | Help, thanks
    6       | b         | Acme  | ben    | customer    | no        |            10 | Thanks in advance
    7       | b         | Acme  | acme   | brand       | no        |            60 | Please send us a DM.
    8       | b         | Acme  | ben    | customer    | no        |           300 | Thanks, sent you a DM
    9       | c         | Acme  | cat    | customer    | yes       |             0 | No signal?
    10      | c         | Acme  | acme   | brand       | no        |            60 | Please restart it.
    11      | c         | Acme  | cat    | customer    | no        |           300 | Thanks but still nothing
    12      | c         | Acme  | dan    | customer    | no        |           300 | Works now, thank you
    13      | d         | Acme  | eve    | customer    | yes       |             0 | No signal?
    14      | d         | Acme  | acme   | brand       | no        |            60 | Please restart it.
    15      | d         | Acme  | eve    | customer    | no        |        604801 | Solved, thanks
    16      | e         | Bolt  | fay    | customer    | no        |             0 | Nice, thanks
""")


@on_every_engine(MENTIONS)
def test_only_thanks_after_an_answer_and_within_a_week_count(frame):
    """a is acknowledged, once. Not b (thanks before the answer, then a hand-off), not c (still open; dan is
    somebody else), not d (a second after the week). Nobody asks Bolt anything."""
    figures = acknowledged_resolution(frame, by=["brand"], observed_until_epoch=2_000_000)
    assert rows(figures, "brand", "value", "posts", "vintage", "status") == [
        ("Acme", 1 / 4, 4, "final", "ok"),
        ("Bolt", None, 0, "final", "withheld"),
    ]


@on_every_engine(MENTIONS)
def test_it_is_preliminary_for_a_week(frame):
    figures = acknowledged_resolution(frame, by=[], observed_until_epoch=7 * 86400 - 1)
    assert rows(figures, "value", "posts", "vintage") == [(1 / 4, 4, "preliminary")]


@on_every_engine([])
def test_nothing_collected(frame):
    assert rows(acknowledged_resolution(frame, by=["brand"])) == []
    assert rows(acknowledged_resolution(frame, by=[]), "value", "posts", "status") == [(None, 0, "withheld")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thanks, works fine now", True),
        ("SOLVED!", True),
        ("Danke, geht wieder", True),
        ("Gracias, ya funciona", True),
        ("Merci beaucoup", True),
        ("thankless job", False),
        ("thanks for nothing", False),
        ("It is still not working", False),
        ("it doesn't work, thanks", False),
        ("Not fixed", False),
        ("Thanks in advance", False),
        ("Thanks to your AMAZING service I am leaving", False),
        ("Thanks, I just sent it", False),
        ("Thx, DM sent", False),
    ],
)
def test_acknowledging_words(text, expected):
    frame = nw.from_native(pd.DataFrame({"text": [text], "is_asking": [False]}))
    assert frame.select(said=is_acknowledging())["said"].to_list() == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please DM us your number", True),
        ("send us a private message", True),
        ("Schick uns eine Direktnachricht", True),
        ("admiral", False),
        ("We open at 3 pm", False),
    ],
)
def test_hand_off_words(text, expected):
    frame = nw.from_native(pd.DataFrame({"text": [text]}))
    assert frame.select(said=is_hand_off())["said"].to_list() == [expected]
