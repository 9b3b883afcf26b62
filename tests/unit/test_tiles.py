import pandas as pd
import pytest

from workbench.errors import WorkbenchError
from workbench.figures.fragments import without_style
from workbench.figures.tile_list import tiles_markup, tiles_preview
from workbench.figures.tiles import Tile, judge, make_tile
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
        "change not judged",
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
    tile = Tile("Wait", 5.0, change=change, change_low=change - 0.5, change_high=change + 0.5, good=good)
    assert [word for word in ("better", "worse") if f", {word}" in text(tile)] == (
        [verdict] if verdict else []
    )


def test_a_change_whose_interval_holds_zero_may_be_none():
    shown = text(Tile("Unhappy", 0.41, "share", change=0.02, change_low=-0.01, change_high=0.05, good="down"))
    assert "+2.0 points (−1.0 to +5.0 points), may be no change" in shown


def test_without_an_interval_a_change_is_not_judged():
    shown = text(Tile("Wait", 5.0, change=1.0, compared_with="W46"))
    assert ", change not judged" in shown
    assert "better" not in shown


ESTIMATES = pd.DataFrame(
    {
        "week": ["2026-W46", "2026-W47"],
        "metric": "sentiment_share.negative",
        "value": [0.38, 0.41],
        "low": [0.30, 0.34],
        "high": [0.46, 0.48],
        "unit": "share",
        "posts": 1204,
        "labels": [150, 214],
        "kind": "estimate",
        "vintage": "final",
        "status": "ok",
    }
)


def unhappy(**options):
    return make_tile(
        ESTIMATES, "sentiment_share.negative", period="week", now="2026-W47", before="2026-W46", **options
    )


def test_an_estimate_shows_its_interval_and_what_corrected_it():
    shown = text(unhappy())
    assert "<strong>41 %</strong>" in shown
    assert "(34–48 %)" in shown
    assert "Estimate corrected by 214 labels · 1,204 posts" in shown


def test_two_estimates_are_not_subtracted():
    tile = unhappy()
    assert tile.change is None
    assert 'class="tile-change">38 % in <span class="period">2026-W46</span>, change not judged' in text(tile)


def test_a_difference_that_was_estimated_is_the_change():
    tile = unhappy(shift={"value": 0.04, "low": 0.01, "high": 0.07}, good="down")
    assert (tile.change, tile.change_low) == (0.04, 0.01)
    assert ", worse" in text(tile)


@pytest.mark.parametrize(
    ("target", "status", "words"),
    [
        (Target(value=0.33), "met", "✓ met"),
        (Target(value=0.4), "unsure", "? cannot be told yet"),
        (Target(value=0.49), "missed", "✗ missed"),
        (Target(value=0.33, at_least=False), "missed", "✗ missed"),
        (Target(value=0.4, at_least=False), "unsure", "? cannot be told yet"),
        (Target(value=0.48, at_least=False), "met", "✓ met"),
    ],
)
def test_a_target_is_met_only_by_the_whole_interval(target, status, words):
    tile = unhappy(target=target)
    assert tile.status == status
    assert words in text(tile)


def test_a_signal_is_not_judged_against_a_target():
    assert judge(0.41, None, None, "signal", Target(value=0.3)) == "none"


def test_a_signal_and_an_estimate_are_not_subtracted():
    mixed = ESTIMATES.assign(kind=["signal", "estimate"])
    tile = make_tile(mixed, "sentiment_share.negative", period="week", now="2026-W47", before="2026-W46")
    assert tile.change is None


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
