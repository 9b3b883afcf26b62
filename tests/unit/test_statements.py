from dataclasses import replace

import pytest

from workbench.figures.fragments import without_style
from workbench.figures.tiles import Tile
from workbench.reports.statements import (
    apart_sentence,
    change_sentence,
    finding,
    limits_sentence,
    tile_sentence,
)
from workbench.statistics.unheard import Unheard


@pytest.mark.parametrize(
    ("now", "before", "unit", "sentence"),
    [
        (-0.25, -0.12, "−1 to 1", "Mood fell from −0.12 to −0.25, week on week."),
        (11520, 7200, "s", "Mood rose from 2 h to 3 h 12 min, week on week."),
        (1204331, 1000, "mentions", "Mood rose from 1,000 to 1,204,331 mentions, week on week."),
        (0.314, 0.311, "share", "Mood stayed at 31 %, week on week."),
        (0.31, None, "share", "Mood: 31 %, with no earlier week to compare with."),
        (None, 0.31, "share", "Mood: withheld."),
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


ESTIMATE = Tile(
    "Unhappy mentions", 0.41, "share", 0.34, 0.48, before=0.38, compared_with="2026-W46", kind="estimate"
)


@pytest.mark.parametrize(
    ("shift", "told"),
    [
        ({}, "41 % (34–48 %), after 38 % in 2026-W46; the change is not judged."),
        (
            {"change": 0.1, "change_low": 0.02, "change_high": 0.18},
            "41 % (34–48 %); it rose since 2026-W46, +10 points (+2.0 to +18 points).",
        ),
        (
            {"change": 0.02, "change_low": -0.06, "change_high": 0.1},
            "whether it differs from 2026-W46 cannot be told, +2.0 points (−6.0 to +10 points).",
        ),
    ],
)
def test_an_estimate_in_a_sentence_has_its_interval(shift, told):
    assert told in tile_sentence(replace(ESTIMATE, **shift)).replace("\xa0", " ")


def test_a_target_within_the_interval_is_not_decided():
    tile = replace(ESTIMATE, target=0.4, at_least=False, status="unsure")
    assert "cannot be told yet" in tile_sentence(tile)


def test_a_signal_is_not_held_against_its_target():
    tile = Tile("Unhappy mentions", 0.41, "share", target=0.3, at_least=False)
    assert tile_sentence(tile).replace("\xa0", " ").endswith("not judged against the target of at most 30 %.")


def test_brands_that_cannot_be_told_apart_are_named():
    assert apart_sentence([["Acme", "Bolt"], ["Bolt", "Crux"], ["Dune"]]) == (
        "These cannot be told apart by this figure: Acme and Bolt; Bolt and Crux."
    )
    assert apart_sentence([]) == ""
    many = [[f"brand {n}", f"brand {n + 1}"] for n in range(9)] + [["alone"]]
    assert (
        apart_sentence(many)
        == "10 of 11 cannot be told from some other by this figure: see the possible ranks."
    )


def test_what_figures_do_not_speak_for_follows_the_data():
    told = limits_sentence(Unheard({"de": 1200, "fr": 0}, ["x"]))
    assert "1,200 posts in languages that the model was not checked in (de 1,200)" in told
    assert told.endswith("whoever speaks elsewhere than on x.")
    assert limits_sentence(Unheard({}, ["unknown", "x"])).endswith("elsewhere than on x.")
    assert "platforms of these posts are not known" in limits_sentence(Unheard({}, ["unknown"]))
    assert "languages" not in limits_sentence(Unheard({}, ["x"]))
    assert "languages" not in limits_sentence(Unheard({"de": 1200}, ["x"]), counted_only=True)


def test_a_finding_escapes_and_leaves_out_what_is_empty():
    assert without_style(finding("a < b", "").data).count("<p") == 1
    assert "a &lt; b" in finding("a < b").data
