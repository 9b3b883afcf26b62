"""The look for drift over a small lake: three places, and posts that show what was found."""

import datetime as dt
import json
from types import SimpleNamespace

import pandas as pd
import pyarrow as pa
import pytest
from typer.testing import CliRunner
from unit.rows import drawn, mention, mentions, post, posts

from workbench.cli import app
from workbench.errors import WorkbenchError
from workbench.models.accuracy_watch import Judged
from workbench.models.classification import classify_mentions
from workbench.models.drift import check_drift
from workbench.models.drift_looks import look_at_accuracy
from workbench.models.lexicon import LexiconModel
from workbench.models.multi_label import train_multi_label
from workbench.models.registry import save
from workbench.models.shown_posts import ShownPosts
from workbench.settings import parse_settings
from workbench.store.engine import open_engine
from workbench.store.schema import open_lake
from workbench.tables import LABELS, PREDICTIONS

BEFORE, NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC), dt.datetime(2026, 6, 20, 12, tzinfo=dt.UTC)
OLD = ["I love the phone", "the bill is bad", "my line is slow today", "great shop in town", "how do I pay"]
NEW = ["the roaming in Spain is bad", "roaming abroad is awful", "charged for roaming, terrible"]


@pytest.fixture
def engine():
    engine = open_engine()
    yield engine
    engine.close()


def settings_of(folder):
    return parse_settings({"platforms": {"x": {"quotation": True}}}, folder)


def written(folder, texts_of_now, labels_of_now="negative"):
    """A lake of 100 labelled posts before, and 60 of now: without a label named, these are labelled alike."""
    lake = open_lake(settings_of(folder))
    rows, judged = [], []
    for i in range(160):
        is_now = i >= 100
        text = f"{texts_of_now[i % len(texts_of_now)] if is_now else OLD[i % len(OLD)]} no{i}"
        when = (NOW if is_now else BEFORE) + dt.timedelta(days=i % 25)
        platform = {} if i % 3 else {"platform": "forum"}
        rows.append(post(str(i), text=text, created_at=when, author=f"{i:032d}", language="en", **platform))
        right = (
            "positive" if "love" in text or "great" in text else "negative" if "bad" in text else "neutral"
        )
        judged.append(
            {
                "annotation_id": str(i),
                "post_id": f"x:{i}",
                "brand": "Acme",
                "task": "sentiment",
                "label": (labels_of_now if is_now else "") or right,
                "annotator": "ann",
                "labelled_at": when,
                "strategy": "random",
                "inclusion_probability": 0.5,
                "sample_id": "s",
            }
        )
    lake.merge("posts", posts(*rows))
    lake.merge("mentions", mentions(*(mention(str(i)) for i in range(160))))
    lake.merge("labels", LABELS.conform(pa.Table.from_pylist(judged, LABELS.schema)))
    lake.merge(
        "label_samples", drawn(*({"post_id": f"x:{i}", "inclusion_probability": 0.5} for i in range(160)))
    )
    classify_mentions(lake, LexiconModel())
    return lake


def looked(folder, lake, engine, **options):
    options = {"since": "2026-06-18", "reference": "2026-03-01:2026-03-31", "embeddings": False} | options
    return check_drift(settings_of(folder), lake, engine, **options)


def test_what_changed_alarms_and_is_shown_where_it_may_be(tmp_path, engine):
    found = looked(tmp_path, written(tmp_path, NEW), engine)
    assert found["is_drift"]
    assert {"population", "share.negative"} <= set(found["alarms"])
    assert found["population"]["auc"] > 0.9
    shown = [one for one in found["posts"] if one["shows"].startswith("population")]
    assert shown
    assert all("roaming" in one["text"] for one in shown)
    assert {one["platform"] for one in found["posts"]} == {"x"}
    assert len(shown) + found["not_quoted"].get(shown[0]["shows"], 0) == 5
    assert json.loads(json.dumps(found)) == found


def test_nothing_changed_is_no_alarm(tmp_path, engine):
    found = looked(tmp_path, written(tmp_path, OLD, labels_of_now=""), engine)
    assert found["alarms"] == []
    assert not found["is_drift"]
    assert found["posts"] == []
    assert found["accuracy"]["status"] == "ok"
    assert all(share["status"] == "ok" for share in found["shares"])


def test_a_model_that_errs_now_is_found_out_by_labels(tmp_path, engine):
    lake = written(tmp_path, ["I love it, great"], labels_of_now="negative")
    found = looked(tmp_path, lake, engine)
    assert "accuracy" in found["alarms"]
    assert found["accuracy"]["accuracy"] == 0
    assert found["accuracy"]["promised_by"] == "labels of the reference"
    assert found["accuracy"]["alarm_at"] < 20
    assert found["finding"][0].startswith("Accuracy has fallen")


def test_answers_that_are_no_label_are_counted_since_the_training():
    rows = pd.DataFrame({"right": [1.0] * 30, "weight": 1.0, "labelled_at": NOW})
    others = pd.DataFrame({"label": ["irrelevant", "cannot_tell"], "labelled_at": [BEFORE, NOW]})
    card = {"trained_at": "2026-05-01T00:00:00+00:00", "scores": {"accuracy": 0.9}, "trained_on": {"n": 500}}
    model, nowhere = SimpleNamespace(card=card), pd.DataFrame()
    rows = rows.assign(post_id=[f"x:{i}" for i in range(30)], brand="Acme", text="late")
    drawn = rows[["post_id", "brand"]].assign(sample_id="s", weight=1.0)
    judged = Judged(rows, others, 0, drawn[["post_id", "brand"]], drawn)
    found = look_at_accuracy(judged, nowhere, model, ShownPosts([]), alarm_chance=0.05)
    assert (found["labels"], found["left_out"]) == (30, {"cannot_tell": 1})


def test_the_same_seed_gives_the_same_result(tmp_path, engine):
    lake = written(tmp_path, NEW)
    assert looked(tmp_path, lake, engine, seed=3) == looked(tmp_path, lake, engine, seed=3)


def test_too_little_to_look_at_is_told_and_no_error(tmp_path, engine):
    found = looked(tmp_path, written(tmp_path, NEW), engine, reference="2025-03-01:2025-03-31")
    assert not found["is_drift"]
    assert found["not_known"] == ["accuracy", "population", "shares"]
    assert found["population"]["posts"] == {"reference": 0, "now": 60}
    assert {share["status"] for share in found["shares"]} == {"few labels"}
    assert found["verdict"].startswith("No drift was found. Nothing can be known of the accuracy")
    assert "too few of the reference" in found["finding"][0]
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_posts_that_the_model_has_not_read_are_told(tmp_path, engine):
    lake = written(tmp_path, NEW)
    lake.delete("predictions", lake.read("predictions", PREDICTIONS.key))
    found = looked(tmp_path, lake, engine)
    assert {share["status"] for share in found["shares"]} == {"not read"}
    assert found["finding"][2].endswith("Run: workbench refresh.")


def test_a_rare_alarm_can_come_all_the_same(tmp_path, engine):
    # A chance of 0.0002 at each look: a thousand mixtures could not show it.
    assert "population" in looked(tmp_path, written(tmp_path, NEW), engine, alarm_chance=0.001)["alarms"]


def test_intents_are_looked_at_label_by_label(tmp_path, engine):
    lake = written(tmp_path, ["thank you", "no thank you"])
    texts = [f"please add {i}" if i % 2 else f"thank you {i}" for i in range(60)]
    classes = ("feature_request", "praise")
    sets = [["feature_request"] if i % 2 else ["praise"] for i in range(60)]
    model = train_multi_label(texts, sets, classes=classes, task="intents")
    save(model, tmp_path / "data" / "models")
    classify_mentions(lake, model, "intents")
    found = looked(tmp_path, lake, engine, task="intents")
    assert found["model"] == model.name
    assert [share["label"] for share in found["shares"]] == list(model.labels)
    assert {share["status"] for share in found["shares"]} == {"few labels"}
    assert found["not_known"] == ["accuracy", "shares"]


def test_a_job_looks_and_changes_nothing(tmp_path, engine):
    lake = written(tmp_path, NEW)
    before = lake.current_versions(), sorted(tmp_path.rglob("*"))
    assert looked(tmp_path, lake, engine)["is_drift"]
    assert (lake.current_versions(), sorted(tmp_path.rglob("*"))) == before


def test_drift_is_a_finding_and_the_command_succeeds(tmp_path, monkeypatch):
    (tmp_path / "workbench.toml").write_text("[platforms.x]\nquotation = true\n", encoding="utf-8")
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(tmp_path / "workbench.toml"))
    written(tmp_path, NEW)
    words = [
        "models",
        "drift",
        "--since",
        "2026-06-18",
        "--reference",
        "2026-03-01:2026-03-31",
        "--no-embeddings",
    ]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 0, told.output
    assert "Drift: " in told.stdout
    assert "roaming" in told.stdout
    as_json = CliRunner().invoke(app, [*words, "--json"])
    assert as_json.exit_code == 0
    assert json.loads(as_json.stdout)["is_drift"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"since": "soon"}, "'soon' is no date"),
        ({"since": "2027-01-01"}, "since 2027-01-01 there is no post"),
        ({"reference": "2026-03-01:2026-07-01"}, "does not end before now begins"),
        ({"posts": 3}, "3 posts of each time cannot be compared: expected 20 to 2,000"),
        ({"alarm_chance": 0.0}, "0 is no chance of a false alarm"),
        ({"task": "sarcasm"}, "there is no model for sarcasm"),
    ],
)
def test_what_cannot_be_compared_is_refused(tmp_path, engine, options, said):
    with pytest.raises(WorkbenchError, match=said):
        looked(tmp_path, written(tmp_path, NEW), engine, **options)
