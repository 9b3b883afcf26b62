"""Specification: volume. Check it by eye."""

import pytest
from spec.table import mentions, on_every_engine, rows

from workbench.errors import WorkbenchError
from workbench.kpi.volume import volume

MENTIONS = mentions("""
    brand | region | author_role | is_relevant | day
    ------+--------+-------------+-------------+-----------
    Acme  | north  | customer    | yes         | 2026-11-23
    Acme  | north  | unknown     | yes         | 2026-11-23
    Acme  |        | customer    | yes         | 2026-11-23
    Acme  |        | customer    | no          | 2026-11-23
    Acme  | north  | customer    | yes         | 2026-11-24
    Acme  | north  | brand       | yes         | 2026-11-24
    Bolt  | north  | bot         | yes         | 2026-11-23
    Bolt  | north  | promoter    | yes         | 2026-11-23
""")


@on_every_engine(MENTIONS)
def test_relevant_earned_mentions_are_counted(frame):
    """Irrelevant ones, the brand's own, bots and promoters are not."""
    assert rows(volume(frame, by=["brand", "day"]), "brand", "day", "metric", "value", "unit", "kind") == [
        ("Acme", "2026-11-23", "volume", 1 + 1 + 1, "mentions", "count"),
        ("Acme", "2026-11-24", "volume", 1, "mentions", "count"),
        ("Bolt", "2026-11-23", "volume", 0, "mentions", "count"),
    ]


@on_every_engine(MENTIONS)
def test_an_unknown_region_is_a_group_of_its_own(frame):
    assert sorted(rows(volume(frame, by=["brand", "region"]), "brand", "region", "value"), key=str) == [
        ("Acme", "north", 3),
        ("Acme", None, 1),
        ("Bolt", "north", 0),
    ]


@on_every_engine(MENTIONS)
def test_without_groups_there_is_one_figure(frame):
    assert rows(volume(frame, by=[])) == [
        (
            "volume",
            4,
            None,
            None,
            "mentions",
            4,
            0,
            "count",
            "relevant, earned mentions that were collected",
            "final",
            "ok",
        )
    ]


@on_every_engine([])
def test_nothing_collected(frame):
    assert rows(volume(frame, by=["brand"])) == []
    assert rows(volume(frame, by=[]), "value", "posts", "status") == [(0, 0, "ok")]


@on_every_engine(MENTIONS)
def test_an_open_window_is_preliminary(frame):
    assert set(rows(volume(frame, by=["brand"], vintage="preliminary"), "vintage")) == {("preliminary",)}


@on_every_engine(MENTIONS)
def test_a_misspelt_group_names_the_right_one(frame):
    with pytest.raises(WorkbenchError, match=r"no column 'regoin'\. Did you mean 'region'\?"):
        volume(frame, by=["regoin"])
