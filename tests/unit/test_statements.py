import pytest

from workbench.figures.fragments import without_style
from workbench.figures.tiles import Tile
from workbench.reports.statements import change_sentence, finding, tile_sentence


@pytest.mark.parametrize(
    ("now", "before", "unit", "sentence"),
    [
        (-0.25, -0.12, "−1 to 1", "Mood fell from −0.12 to −0.25, week on week."),
        (11520, 7200, "s", "Mood rose from 2 h to 3 h 12 min, week on week."),
        (1204331, 1000, "mentions", "Mood rose from 1,000 to 1,204,331 mentions, week on week."),
        (0.314, 0.311, "share", "Mood stayed at 31 %, week on week."),
        (0.31, None, "share", "Mood: 31 %, with no earlier week to compare with."),
        (None, 0.31, "share", "Mood: withheld, there is too little to tell."),
    ],
)
def test_how_a_figure_moved(now, before, unit, sentence):
    assert change_sentence("Mood", now, before, unit).replace("\xa0", " ") == sentence


def test_a_unit_is_not_said_twice():
    assert change_sentence("Mentions", 12, 9, "mentions") == "Mentions rose from 9 to 12, week on week."


def test_months_and_other_periods():
    assert change_sentence("Mood", 2, 1, period="month").endswith("month on month.")
    assert change_sentence("Mood", 2, 1, period="since the launch").endswith(", since the launch.")


def test_a_tile_in_a_sentence_says_signal_and_target():
    tile = Tile("Net sentiment", -0.25, "−1 to 1", change=-0.13, target=0.0, status="missed")
    assert tile_sentence(tile) == (
        "Net sentiment signal fell from −0.12 to −0.25, week on week. "
        "That misses the target of at least 0.00 by 0.25."
    )
    kept = Tile("Answered", 0.31, "share", target=0.5, at_least=False, status="met", kind="count")
    assert tile_sentence(kept).endswith("That meets the target of at most 50\xa0%.")


def test_a_finding_escapes_and_leaves_out_what_is_empty():
    assert without_style(finding("a < b", "").data).count("<p") == 1
    assert "a &lt; b" in finding("a < b").data
