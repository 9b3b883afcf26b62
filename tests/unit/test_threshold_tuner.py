"""Moving a threshold shows what the pure functions say of it."""

import numpy as np
import pytest

from workbench.errors import WorkbenchError
from workbench.figures.threshold_charts import threshold_chart, threshold_cost_chart
from workbench.models.held_out_answers import HeldOutAnswers
from workbench.models.thresholds import outcome, rule_at
from workbench.settings import Cost
from workbench.widgets.threshold_tuner import ThresholdTuner

COSTS = {"negative": Cost(missed=4, review=0.5), "pr_risk": Cost(missed=19)}


def answers(posts: int = 60) -> HeldOutAnswers:
    rng = np.random.default_rng(1)
    holds = rng.random((posts, 2)) < [0.4, 0.2]
    said = (0.6 * holds + 0.4 * rng.random((posts, 2))).clip(0, 1)
    return HeldOutAnswers(("negative", "pr_risk"), said, holds, np.ones_like(holds), np.ones(posts))


@pytest.fixture(scope="module")
def tuner() -> ThresholdTuner:
    return ThresholdTuner(answers(), COSTS)


def test_it_begins_where_the_costs_ask(tuner):
    tuner.reset()
    assert tuner.thresholds == {"negative": 1 / 5, "pr_risk": 1 / 20}
    assert tuner.asked_for["threshold"].tolist() == [1 / 5, 1 / 20]


@pytest.mark.parametrize("threshold", [0.0, 0.31, 0.5, 1.0])
def test_figures_are_those_of_the_threshold(tuner, threshold):
    tuner.reset()
    tuner.sliders["negative"].value = threshold
    rule = rule_at(threshold, COSTS["negative"])
    expected = outcome(*answers().of("negative")[:2], rule, COSTS["negative"])
    row = tuner.figures.set_index("label").loc["negative"]
    assert (row["people_from"], row["people_to"]) == rule
    for name in ("recall", "found", "to_people", "cost_per_1000"):
        assert row[name] == pytest.approx(getattr(expected, name))
    assert tuner.thresholds["pr_risk"] == 1 / 20, "the other label stays where it was"


def test_table_and_charts_follow_the_slider(tuner):
    tuner.reset()
    table, charts = tuner.shown
    assert "20" in table
    tuner.sliders["pr_risk"].value = 0.77
    moved_table, moved_charts = tuner.shown
    assert moved_table != table
    assert "77\xa0%" in moved_table
    assert "pr_risk" in moved_charts
    assert "pr_risk" not in charts


def test_names_from_elsewhere_are_escaped_in_the_page():
    strange = '"><script>'
    odd = answers()._replace(labels=(strange, "pr_risk"))
    table, charts = ThresholdTuner(odd, {strange: Cost(missed=4)}).shown
    assert "<script" not in table
    assert "<script" not in charts


def test_a_label_that_nobody_has_is_shown_without_figures():
    given = answers()
    none = given._replace(holds=np.zeros_like(given.holds))
    table, _ = ThresholdTuner(none, {"negative": Cost(missed=4)}).shown
    assert "withheld" in table


def test_costs_of_another_label_are_refused():
    with pytest.raises(WorkbenchError, match=r"'pr_risky', which is no label.*Did you mean 'pr_risk'"):
        ThresholdTuner(answers(), {"pr_risky": Cost(missed=4)})
    with pytest.raises(WorkbenchError, match=r'\[costs\.<task>\."PR, risk"\] missed = 20'):
        ThresholdTuner(answers()._replace(labels=("PR, risk",)), {})
    with pytest.raises(WorkbenchError, match="without costs no threshold"):
        ThresholdTuner(answers(), {})


def test_charts_say_what_they_show_to_those_who_do_not_see_them(tuner):
    curve = tuner.curves["negative"]
    row = curve[curve["threshold"] == 0.5].iloc[0]
    told = threshold_chart(curve, "negative", 0.5).to_dict()["description"]
    assert told.startswith("Lines over thresholds from 0 to 1. At 50\xa0%: precision ")
    assert f"recall {row['recall'] * 100:.0f}\xa0%" in told
    table = threshold_cost_chart(curve, "negative").to_dict()["usermeta"]["table"]
    assert table["columns"] == ["Threshold", "Cost"]
    assert len(table["rows"]) == 11


@pytest.mark.parametrize(("missed", "start"), [(500, 0.002), (20_000, 0.001)])
def test_a_dear_miss_asks_for_a_low_threshold_and_not_for_everything(missed, start):
    tuner = ThresholdTuner(answers(), {"pr_risk": Cost(missed=missed, false_alarm=1, review=0.5)})
    assert tuner.thresholds == {"pr_risk": start}
    (shown,) = tuner.figures.to_dict("records")
    assert shown["to_people"] > 0.5, "at 0 the model would be believed whatever it says"
