"""The scorecard judges only what rests on enough posts."""

import pandas as pd
import pytest

from workbench.errors import WorkbenchError
from workbench.reports.scorecard import SCORECARD, scorecard, scorecard_rows
from workbench.settings import Target


def measures(posts: int) -> pd.DataFrame:
    rows = [
        {
            "brand": "Acme",
            "week": week,
            "metric": entry.metric,
            "value": value,
            "unit": "share",
            "posts": posts,
            "kind": "count",
            "vintage": "final",
        }
        for entry in SCORECARD
        for week, value in (("2026-W42", 0.2), ("2026-W43", 0.4))
    ]
    return pd.DataFrame(rows)


def tile_of(posts: int):
    targets = {"share_answered_24h": Target(value=0.5)}
    tiles = scorecard(measures(posts), "2026-W43", "2026-W42", targets)
    return next(tile for tile in tiles if tile.label == "Answered within 24 h")


def test_change_and_target_are_judged_on_enough_posts():
    tile = tile_of(30)
    assert (tile.value, round(tile.change, 6), tile.status, tile.good) == (0.4, 0.2, "missed", "up")


def test_few_posts_are_shown_and_not_judged():
    tile = tile_of(29)
    assert (tile.value, tile.status, tile.good) == (0.4, "none", "none")
    assert "not judged" in tile.note


def test_a_time_of_few_answers_is_shown_and_not_judged():
    targets = {"first_response_time.median": Target(value=0.3, at_least=False)}
    label = next(entry.label for entry in SCORECARD if entry.metric == "first_response_time.median")
    for status, judged in (("ok", "missed"), ("few answers", "none")):
        tiles = scorecard(measures(60).assign(status=status), "2026-W43", "2026-W42", targets)
        tile = next(tile for tile in tiles if tile.label == label)
        assert (tile.value, tile.status) == (0.4, judged)
    assert "Under 10 answers: not judged" in tile.note


def test_a_shift_that_was_estimated_judges_the_change():
    shift = {"metric": "sentiment_shift.negative", "value": 0.2, "low": 0.1, "high": 0.3, "status": "ok"}
    tiles = scorecard(measures(60), "2026-W43", "2026-W42", {}, pd.DataFrame([shift]))
    unhappy = next(tile for tile in tiles if tile.label == "Unhappy mentions")
    assert (unhappy.change, unhappy.change_low, unhappy.change_high) == (0.2, 0.1, 0.3)


def test_a_shift_of_few_labels_judges_nothing():
    shift = {"metric": "sentiment_shift.negative", "value": 0.2, "low": -1, "high": 1, "status": "few labels"}
    tiles = scorecard(measures(60), "2026-W43", "2026-W42", {}, pd.DataFrame([shift]))
    assert next(tile for tile in tiles if tile.label == "Unhappy mentions").change_low is None


def test_pooled_weeks_are_said():
    rows = measures(60).assign(status="pooled", method="corrected; pooled over 2026-W40 to 2026-W43")
    tiles = scorecard(rows, "2026-W43", "2026-W42", {})
    assert all("Pooled over 2026-W40 to 2026-W43" in tile.note for tile in tiles)


def test_why_a_figure_is_withheld_is_said():
    rows = measures(60).assign(value=None, status="withheld", method="withheld: no answer was collected")
    tiles = scorecard(rows, "2026-W43", "2026-W42", {})
    assert all("Withheld: no answer was collected." in tile.note for tile in tiles)


def test_target_of_no_metric_names_the_nearest():
    with pytest.raises(WorkbenchError, match="Did you mean 'share_answered_24h'"):
        scorecard(measures(30), "2026-W43", "2026-W42", {"share_answered_24": Target(value=0.5)})


def test_rows_come_in_the_order_of_the_scorecard():
    rows = scorecard_rows(measures(30).sample(frac=1, random_state=1), "2026-W43")
    assert list(rows["metric"]) == [entry.metric for entry in SCORECARD]


def test_a_week_without_posts_does_not_make_the_targets_wrong():
    nothing = measures(60).head(0)
    tiles = scorecard(nothing, "2026-W50", "2026-W49", {"net_sentiment": Target(value=0.1)})
    assert all(tile.value is None or pd.isna(tile.value) for tile in tiles)
