import pandas as pd
import pytest

from workbench.errors import WorkbenchError
from workbench.figures.fragments import without_style
from workbench.figures.tiles import Tile, make_tile, tiles_markup, tiles_preview
from workbench.settings import Target

MEASURES = pd.DataFrame(
    {
        "week": ["2026-W46", "2026-W47", "2026-W47"],
        "metric": ["share_answered_1h", "share_answered_1h", "volume"],
        "value": [0.27, 0.31, 12040],
        "low": [None, None, None],
        "high": [None, None, None],
        "unit": ["share", "share", "mentions"],
        "posts": [800, 840, 12040],
        "kind": ["count", "count", "count"],
        "vintage": ["final", "preliminary", "final"],
    }
)


def answered(**options):
    return make_tile(MEASURES, "share_answered_1h", period="week", now="2026-W47", **options)


def text(tile):
    return tiles_markup([tile]).replace("\xa0", " ")


def test_a_tile_of_a_measure_frame():
    tile = answered(before="2026-W46", target=Target(value=0.3, owner="Desk", decision="an evening shift"))
    assert (tile.value, round(tile.change, 10), tile.posts, tile.kind) == (0.31, 0.04, 840, "count")
    assert (tile.label, tile.status, tile.vintage) == ("Share answered 1h", "met", "preliminary")
    shown = text(tile)
    for words in (
        "31 %",
        "+4.0 points",
        "better",
        "Target at least 30 %",
        "met",
        "Desk",
        "Count, preliminary · 840 posts",
    ):
        assert words in shown


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (Target(value=0.31), "met"),
        (Target(value=0.32), "missed"),
        (Target(value=0.31, at_least=False), "met"),
        (Target(value=0.3, at_least=False), "missed"),
        (None, "none"),
    ],
)
def test_targets_at_their_edge(target, status):
    assert answered(target=target).status == status


def test_a_period_without_figure_is_withheld():
    tile = make_tile(
        MEASURES, "volume", period="week", now="2026-W48", before="2026-W47", target=Target(value=1)
    )
    assert (tile.value, tile.change, tile.status) == (None, None, "none")
    assert "withheld" in text(tile)


def test_nothing_to_compare_with_is_said():
    assert 'no <span class="period">2026-W45</span> to compare with' in text(answered(before="2026-W45"))


def test_two_rows_are_not_one_figure():
    with pytest.raises(WorkbenchError, match="2 rows of 'volume' in 2026-W47, and a tile shows one"):
        make_tile(pd.concat([MEASURES, MEASURES]), "volume", period="week", now="2026-W47")


@pytest.mark.parametrize(
    ("good", "change", "verdict"),
    [
        ("up", 1.0, "better"),
        ("up", -1.0, "worse"),
        ("down", -1.0, "better"),
        ("down", 1.0, "worse"),
        ("none", 1.0, ""),
    ],
)
def test_whether_a_change_is_better_is_said_in_words(good, change, verdict):
    shown = text(Tile("Wait", 5.0, change=change, compared_with="W46", good=good))
    assert [word for word in ("better", "worse") if f", {word}" in shown] == ([verdict] if verdict else [])


def test_a_change_that_rounds_to_nothing_is_none():
    shown = text(Tile("Mood", 0.1, "−1 to 1", change=0.004, compared_with="W46"))
    assert "no change" in shown
    assert "better" not in shown


def test_texts_are_escaped():
    shown = text(Tile("<b>", 1.0, note="<script>", owner="<i>", decision="<u>", compared_with="<s>"))
    assert not any(tag in shown for tag in ("<b><", "<script>", "<i>", "<u>", "<s>"))


def test_the_preview_shows_what_the_report_will():
    tiles = [Tile("Mentions", 12040.0, "mentions", kind="count")]
    assert tiles_markup(tiles) in without_style(tiles_preview(tiles).data)
