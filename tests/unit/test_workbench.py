"""What a notebook asks of a lake in which people judged some mentions."""

import datetime as dt
from collections import UserList

import pandas as pd
import pyarrow as pa
import pytest
from unit.rows import mention, mentions, post, posts

from workbench.errors import WorkbenchError
from workbench.models.multi_label import train_multi_label
from workbench.models.promotion import promote
from workbench.models.registry import save
from workbench.reporting import keep_measures
from workbench.settings import parse_settings
from workbench.store.engine import open_engine
from workbench.store.schema import open_lake
from workbench.tables import LABELS, PREDICTIONS
from workbench.workbench import Workbench

SENTIMENTS = ("negative", "neutral", "positive")
FIRST_DAYS = {
    "2026-W10": dt.date(2026, 3, 2),
    "2026-W11": dt.date(2026, 3, 9),
    "2026-W12": dt.date(2026, 3, 16),
}


def judged(numbers: range, week: str, brand: str, negative: int) -> list[dict]:
    """Mentions of a week, of which the first so many are negative; people and model agree."""
    day = dt.datetime.combine(FIRST_DAYS[week], dt.time(12), dt.UTC)
    return [
        {"number": str(n), "at": day, "brand": brand, "says": "negative" if place < negative else "neutral"}
        for place, n in enumerate(numbers)
    ]


SAID = [
    *judged(range(40), "2026-W10", "Acme", 10),
    *judged(range(40, 80), "2026-W11", "Acme", 30),
    *judged(range(80, 120), "2026-W11", "Bolt", 4),
    # A week that has only begun: the newest complete one is the one before.
    *judged(range(120, 121), "2026-W12", "Acme", 0),
]


@pytest.fixture
def workbench(tmp_path):
    settings = parse_settings({"sentiment_model": "lexicon-1"}, folder=tmp_path)
    lake = open_lake(settings)
    lake.merge("posts", posts(*(post(s["number"], created_at=s["at"], author=s["number"]) for s in SAID)))
    lake.merge("mentions", mentions(*(mention(s["number"], s["brand"]) for s in SAID)))
    keys = [{"post_id": f"x:{s['number']}", "brand": s["brand"], "task": "sentiment"} for s in SAID]
    predictions = [
        key
        | {
            "model": "lexicon-1",
            "label": name,
            "probability": float(said["says"] == name),
            "predicted_at": said["at"],
        }
        for key, said in zip(keys, SAID, strict=True)
        for name in SENTIMENTS
    ]
    labels = [
        key | {"annotation_id": said["number"], "label": said["says"], "annotator": "ann", "labelled_at": said["at"],
               "sample_id": "s1", "strategy": "random", "inclusion_probability": 0.5}
        for key, said in zip(keys, SAID, strict=True)
    ]  # fmt: skip
    lake.merge("predictions", PREDICTIONS.conform(pa.Table.from_pylist(predictions, PREDICTIONS.schema)))
    lake.merge("labels", LABELS.conform(pa.Table.from_pylist(labels, LABELS.schema)))
    engine = open_engine()
    made = Workbench(settings, lake, engine)
    made.model = "lexicon-1"
    yield made
    engine.close()


def test_a_shift_ends_by_itself_with_the_newest_complete_week(workbench):
    shift = workbench.measure("sentiment_shift")
    acme = shift[(shift["brand"] == "Acme") & (shift["metric"] == "sentiment_shift.negative")].iloc[0]
    assert acme["method"].startswith("2026-W11 less 2026-W10")
    assert acme["value"] == pytest.approx(30 / 40 - 10 / 40)
    assert acme["low"] > 0


def test_what_differs_only_where_it_is_not_shown_is_measured_anew(workbench):
    class Long(UserList):
        def __repr__(self) -> str:
            return "[…]"

    one, other = (
        workbench.measure("share_of_voice", ["brand"], brands=Long(names)) for names in (["Acme"], ["Bolt"])
    )
    assert not one.equals(other)
    assert workbench.measure("volume", iter(["brand"])).equals(workbench.measure("volume", ["brand"]))


def test_brands_are_ranked_by_a_corrected_share_of_one_week(workbench):
    ranked = workbench.ranks("sentiment_share.negative", week="2026-W11")
    assert ranked[["brand", "rank_low", "rank_high"]].to_numpy().tolist() == [["Acme", 1, 1], ["Bolt", 2, 2]]


def test_what_was_reported_otherwise_is_a_revision(workbench):
    shares = workbench.measure("sentiment_share")
    assert workbench.revisions(shares).empty, "nothing was reported"


def test_the_shift_of_another_week_is_no_revision(workbench):
    first = workbench.measure("sentiment_shift", before="2026-W10", after="2026-W11")
    other = workbench.measure("sentiment_shift", before="2026-W11", after="2026-W12")
    keep = {
        "columns": list(first),
        "rows": first.astype(object).where(first.notna(), None).to_numpy().tolist(),
    }
    keep_measures(workbench.settings, "kpi/weekly/2026-W11", {"shifts": keep})
    assert workbench.revisions(other).empty
    assert len(workbench.revisions(first.assign(value=first["value"] + 0.1)))


def test_a_platform_weighs_by_its_posts_of_the_week_alone(workbench):
    """Forty posts of x in the week, of which 30 are negative; what was said the week before does not weigh in."""
    told = workbench.weighted("sentiment_share", workbench.week("2026-W11"))
    acme = told[(told["brand"] == "Acme") & (told["metric"] == "sentiment_share.negative")].iloc[0]
    assert (acme["weighting"], acme["posts"], acme["kind"]) == ("unweighted", 40, "estimate")
    assert acme["value"] == pytest.approx(30 / 40)
    last = workbench.weighted("sentiment_share", workbench.week("2026-W12"))
    assert last[last["brand"] == "Acme"]["posts"].unique().tolist() == [1]


def test_a_notebook_shows_a_mistake_as_one_sentence():
    assert WorkbenchError("no such brand")._render_traceback_() == ["workbench: no such brand"]


def test_what_is_likely_misspelt_is_said_and_what_nobody_spoke_of_is_empty(workbench):
    with pytest.raises(WorkbenchError, match=r"no brand is 'Acne'\. Did you mean 'Acme'"):
        workbench.measures("volume", "brand", brand="Acne")
    with pytest.raises(WorkbenchError, match="week = '2026-W11' is wanted, but the figures are not by week"):
        workbench.measures(["volume"], ["brand"], week="2026-W11")
    assert workbench.measures("volume", ["brand", "week"], week="2031-W01").empty
    # Bolt is a brand, and was not spoken of in that week.
    assert workbench.measures("volume", ["brand", "week"], week="2026-W10", brand="Bolt")["value"].sum() == 0
    assert len(workbench.measures("volume", ["brand", "brand"])) == 2
    with pytest.raises(WorkbenchError, match=r"Did you mean 'sentiment_share\.negative'"):
        workbench.ranks("sentiment_share.negativ", week="2026-W11")
    with pytest.raises(WorkbenchError, match="there is no sentiment 'angry'"):
        workbench.texts("Acme", "2026-W11", "angry")
    with pytest.raises(WorkbenchError, match="several"):
        workbench.measure("share_of_voice", several="splitt")


def test_a_week_may_be_given_by_its_label(workbench):
    week = workbench.week("2026-W11")
    pd.testing.assert_frame_equal(workbench.texts("Acme", "2026-W11"), workbench.texts("Acme", week))
    assert workbench.unheard("2026-W11") == workbench.unheard(week)


def test_the_origin_names_the_model_of_the_task_it_is_about(workbench):
    texts = [f"{words} n{i}" for i in range(30) for words in ("late train", "rude crew", "late and rude")]
    sets = [labels for _ in range(30) for labels in ({"late"}, {"rude"}, {"late", "rude"})]
    model = train_multi_label(texts, sets, classes=("late", "rude"), task="moods")
    folder = workbench.settings.data_folder / "models"
    save(model, folder)
    promote(folder, "moods", model.name, "for a test")
    assert workbench.provenance(week="2026-W11")["models"] == ["lexicon-1"]
    asked = workbench.provenance(task="moods", model="")
    assert asked["models"] == [model.name]
    assert asked["models_in_use"] == {"sentiment": "lexicon-1", "moods": model.name}
    assert workbench.provenance(task="moods", model="another-1")["models"] == ["another-1"]
    assert workbench.provenance(task="sarcasm")["models"] == []
