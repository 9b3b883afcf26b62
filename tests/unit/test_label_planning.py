"""From precision to labels, hours and cost; and what labels have reached."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from unit.labelling import INTENTS, SENTIMENT

from workbench.errors import WorkbenchError
from workbench.labels.planned_figure import figure_of
from workbench.labels.planning import plan
from workbench.settings import Labeling
from workbench.statistics.planning import assumed, labels_wanted

WEEKS = ("2026-W10", "2026-W11", "2026-W12", "2026-W13")
COSTS = Labeling(seconds_per_label=36, hourly_cost=50, doubled=0.5)


def mentions(posts: dict[str, int], labels: dict[str, int] | None = None) -> pd.DataFrame:
    """So many posts a week of each brand, a third negative, some of them labelled."""
    rows = []
    dice = np.random.default_rng(4)
    for brand, count in posts.items():
        for week in WEEKS:
            labelled = (labels or {}).get(brand, 0)
            negative = dice.random(count) < 1 / 3
            said = np.clip(negative * 0.6 + 0.2 + dice.normal(0, 0.1, count), 0, 1)
            part = pd.DataFrame(
                {"brand": brand, "week": week, "negative": said, "label_negative": negative * 1.0}
            )
            is_labelled = np.arange(count) < labelled
            part["label_negative"] = part["label_negative"].where(is_labelled)
            part["inclusion_probability"] = np.where(is_labelled, labelled / count, np.nan)
            rows.append(part)
    frame = pd.concat(rows, ignore_index=True)
    other, judged = (1 - frame["negative"]) / 2, 1 - frame["label_negative"]
    return frame.assign(
        neutral=other, positive=other, label_neutral=judged, label_positive=judged * 0,
        annotators=1, is_held_out=True, is_relevant=True, author_role="customer",
        author=[f"a{n}" for n in range(len(frame))], created_epoch=0,
    )  # fmt: skip


def planned(frame, by=("brand", "week"), half_width=0.05, **options):
    return plan(frame, by, figure_of(frame, SENTIMENT), half_width, COSTS, **options)


def test_without_labels_each_cell_takes_what_half_of_its_posts_would():
    found = planned(mentions({"Acme": 500, "Bolt": 100}))
    wanted = {
        name: labels_wanted(assumed(), count, 0.05) for name, count in {"Acme": 500, "Bolt": 100}.items()
    }
    groups = found.groups.set_index("brand")
    assert groups["wanted"].to_dict() == {name: 4 * labels for name, labels in wanted.items()}
    assert groups["known"].tolist() == [0, 0]
    assert groups["reached"].isna().all()
    alone = found.pooling.set_index("periods").loc[1]
    total = 4 * sum(wanted.values())
    assert alone["labels"] == alone["more"] == total
    assert alone["hours"] == pytest.approx(total * 1.5 * 36 / 3600, abs=0.05)
    assert alone["cost"] == pytest.approx(total * 1.5 * 36 / 3600 * 50, abs=0.01)


def test_periods_estimated_together_take_fewer_labels():
    found = planned(mentions({"Acme": 500, "Bolt": 100})).pooling.set_index("periods")["labels"]
    assert found[1] > found[2] > found[4] == found[12]
    assert found[4] == sum(labels_wanted(assumed(), 4 * count, 0.05) for count in (500, 100))


def test_labels_tell_what_the_next_ones_buy_and_what_was_reached():
    before = planned(mentions({"Acme": 2_000}))
    after = planned(mentions({"Acme": 2_000}, {"Acme": 60}))
    group = after.groups.iloc[0]
    assert group["known"] == group["labels"] == 4 * 60
    # The classifier explains most, so that fewer labels do.
    assert group["wanted"] < before.groups.iloc[0]["wanted"] / 2
    assert group["share"] == pytest.approx(1 / 3, abs=0.05)
    assert group["more"] == (after.cells["wanted"] - 60).clip(lower=0).sum()
    assert 0.02 < group["reached"] < 0.1
    # A little more than what was reached is wanted, and a little more is asked for.
    assert group["reached"] > 0.05
    assert 0 < group["more"] < group["labels"]


def test_a_brand_without_labels_learns_from_the_others():
    found = planned(mentions({"Acme": 500, "Bolt": 500}, {"Acme": 60})).groups.set_index("brand")
    assert found["known"].to_dict() == {"Acme": 240, "Bolt": 240}
    assert pd.isna(found["reached"]["Bolt"])


def test_without_a_period_there_is_one_plan():
    found = planned(mentions({"Acme": 500}), by=["brand"])
    assert found.pooling["periods"].tolist() == [1]
    assert found.cells[["brand", "posts"]].to_numpy().tolist() == [["Acme", 2_000]]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"half_width": 5}, "as 0.05 for ±5 points"),
        ({"half_width": 0}, "as 0.05 for ±5 points"),
        ({"by": ["brnd"]}, "Did you mean 'brand'"),
    ],
    ids=str,
)
def test_what_cannot_be_planned_is_said(options, says):
    with pytest.raises(WorkbenchError, match=says):
        planned(mentions({"Acme": 50}), **options)


def test_a_label_of_the_task_is_planned_for():
    frame = mentions({"Acme": 50})
    assert figure_of(frame, SENTIMENT, "positive").weights == {"positive": 1.0}
    with pytest.raises(WorkbenchError, match="Did you mean 'positive'"):
        figure_of(frame, SENTIMENT, "positiv")
    with pytest.raises(WorkbenchError, match="no model has read the mentions for intents"):
        figure_of(frame, INTENTS)


def test_of_posts_that_no_model_reads_labels_count_nowhere_so_more_are_drawn():
    read = mentions({"Acme": 500})
    unread = mentions({"Acme": 125}).assign(negative=np.nan, neutral=np.nan, positive=np.nan)
    found, before = planned(pd.concat([read, unread], ignore_index=True)), planned(read)
    assert found.groups["wanted"].tolist() == before.groups["wanted"].tolist()
    assert found.groups["more"].item() == pytest.approx(1.25 * before.groups["more"].item(), abs=4)
    assert found.pooling["hours"].iloc[0] > before.pooling["hours"].iloc[0]


def test_of_a_task_without_a_figure_none_is_planned():
    with pytest.raises(WorkbenchError, match="no figure is made of sarcasm"):
        figure_of(mentions({"Acme": 5}), dataclasses.replace(SENTIMENT, name="sarcasm"))
