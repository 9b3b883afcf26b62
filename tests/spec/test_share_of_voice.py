"""Specification: share of voice. Check it by eye."""

import pytest
from spec.table import mentions, on_every_engine, rows

from workbench.benchmarks.share_of_voice import share_of_voice
from workbench.errors import WorkbenchError

MENTIONS = mentions("""
    post_id | brand | week | author_role | is_relevant
    --------+-------+------+-------------+------------
    1       | Acme  | W1   | customer    | yes
    2       | Acme  | W1   | customer    | yes
    2       | Bolt  | W1   | customer    | yes
    3       | Acme  | W1   | brand       | yes
    4       | Bolt  | W1   | customer    | no
    5       | Else  | W1   | customer    | yes
    6       | Acme  | W2   | customer    | yes
    7       | Else  | W3   | customer    | yes
""")
BRANDS = ["Acme", "Bolt"]


@on_every_engine(MENTIONS)
def test_a_post_of_several_brands_counts_once_for_each(frame):
    """Else is not of the set; Bolt is silent in W2; nobody of the set is named in W3."""
    assert rows(
        share_of_voice(frame, by=["week"], brands=BRANDS), "week", "brand", "value", "posts", "status"
    ) == [
        ("W1", "Acme", pytest.approx(2 / (2 + 1)), 2, "ok"),
        ("W1", "Bolt", pytest.approx(1 / (2 + 1)), 1, "ok"),
        ("W2", "Acme", 1 / 1, 1, "ok"),
        ("W2", "Bolt", 0 / 1, 0, "ok"),
        ("W3", "Acme", None, 0, "withheld"),
        ("W3", "Bolt", None, 0, "withheld"),
    ]


@on_every_engine(MENTIONS)
def test_or_it_is_split(frame):
    figures = rows(
        share_of_voice(frame, by=["week", "brand"], brands=BRANDS, several="split"), "brand", "value", "posts"
    )
    assert figures[:2] == [("Acme", (1 + 1 / 2) / 2, 2), ("Bolt", (1 / 2) / 2, 1)]


@on_every_engine(MENTIONS)
def test_without_a_window_there_is_one_share_for_each_brand(frame):
    figures = share_of_voice(frame, by=[], brands=BRANDS)
    assert rows(figures, "brand", "metric", "value", "unit", "kind") == [
        ("Acme", "share_of_voice", pytest.approx(3 / 4), "share", "count"),
        ("Bolt", "share_of_voice", pytest.approx(1 / 4), "share", "count"),
    ]
    assert "Acme, Bolt; a post that names several counts once for each" in rows(figures, "method")[0][0]


@on_every_engine([])
def test_nothing_collected(frame):
    assert rows(share_of_voice(frame, by=["week"], brands=BRANDS)) == []


@on_every_engine(MENTIONS)
def test_the_set_of_brands_has_to_be_named(frame):
    with pytest.raises(WorkbenchError, match="needs a fixed set of brands"):
        share_of_voice(frame, by=["week"], brands=[])
