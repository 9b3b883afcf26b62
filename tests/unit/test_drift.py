"""The look for drift over a small lake: three places, and posts that show what was found."""

import datetime as dt
import json

import pyarrow as pa
import pytest
from unit.rows import mention, mentions, post, posts

from workbench.errors import WorkbenchError
from workbench.models.classification import classify_mentions
from workbench.models.drift import check_drift
from workbench.models.lexicon import LexiconModel
from workbench.settings import parse_settings
from workbench.store.engine import open_engine
from workbench.store.schema import open_lake
from workbench.tables import LABELS

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
        text = texts_of_now[i % len(texts_of_now)] if is_now else OLD[i % len(OLD)]
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


def test_the_same_seed_gives_the_same_result(tmp_path, engine):
    lake = written(tmp_path, NEW)
    assert looked(tmp_path, lake, engine, seed=3) == looked(tmp_path, lake, engine, seed=3)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"since": "soon"}, "'soon' is no date"),
        ({"since": "2027-01-01"}, "since 2027-01-01 there is no post"),
        ({"reference": "2026-03-01:2026-07-01"}, "does not end before now begins"),
        ({"reference": "2025-03-01:2025-03-31"}, "0 posts are compared with 60"),
        ({"task": "sarcasm"}, "there is no model for sarcasm"),
    ],
)
def test_what_cannot_be_compared_is_refused(tmp_path, engine, options, said):
    with pytest.raises(WorkbenchError, match=said):
        looked(tmp_path, written(tmp_path, NEW), engine, **options)
