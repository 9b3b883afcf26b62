"""The sample world shows corrected figures at once: a drawn sample of it is labelled when it is loaded."""

import pandas as pd
import pyarrow as pa
import pytest

from workbench.ingest import ingest
from workbench.labels.agreement import trust
from workbench.labels.tasks import load_task, tasks_folder
from workbench.models.lake_labels import labelled_sets
from workbench.sample.intents import SAMPLE_ID as INTENTS_ID
from workbench.sample.intents import reveal_intents
from workbench.sample.labels import SAMPLE_ID, SECOND, TRUTH, double_labels, reveal_labels
from workbench.sample.make import make_world
from workbench.settings import load_settings
from workbench.store.engine import open_engine
from workbench.store.frames import in_memory
from workbench.store.mention_frame import mention_frame
from workbench.store.schema import open_lake


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    make_world(2500, 7, folder)
    settings = load_settings(folder / "workbench.toml")
    ingest(folder / "posts.csv.gz", settings, workers=0)
    lake = open_lake(settings)
    count = reveal_labels(lake, settings, folder)
    double_labels(lake, settings)
    reveal_intents(lake, settings, folder)
    return lake, settings, folder, count


def test_every_brand_and_month_has_forty_labels_or_all(loaded):
    lake, _, _, count = loaded
    samples = lake.read("label_samples", where=f"sample_id = '{SAMPLE_ID}'").to_pandas()
    assert len(samples) == count
    strata = samples.groupby("stratum").agg(drawn=("post_id", "size"), mentions=("frame_size", "first"))
    assert len(strata) == 6 * 8
    assert (strata["drawn"] == strata["mentions"].clip(upper=40)).all()
    assert (strata["drawn"] < strata["mentions"]).any()


def test_labels_are_the_truth_of_the_mention(loaded):
    lake, _, folder, _ = loaded
    labels = lake.read("labels", where=f"sample_id = '{SAMPLE_ID}' AND annotator = '{TRUTH}'").to_pandas()
    truth = pd.read_parquet(folder / "truth.parquet", columns=["post_id", "brand", "sentiment"])
    both = labels.assign(post_id=labels["post_id"].str.split(":").str[1]).merge(
        truth, on=["post_id", "brand"], how="left"
    )
    assert (both["label"] == both["sentiment"].fillna("irrelevant")).all()
    assert (both["label"] == "irrelevant").mean() < 0.05


def test_the_labels_that_came_with_the_posts_may_still_train(loaded):
    strategies = loaded[0].read("labels", ["strategy"])["strategy"].to_pylist()
    assert set(strategies) == {"imported", "random"}


def test_a_second_reader_judges_a_fifth_and_sometimes_slips(loaded):
    lake, settings, _, count = loaded
    labels = lake.read("labels", where=f"sample_id = '{SAMPLE_ID}'").to_pandas()
    second = labels[labels["annotator"] == SECOND]
    assert abs(len(second) / count - settings.labeling.doubled) < 0.04
    both = second.merge(labels[labels["annotator"] == TRUTH], on=["post_id", "brand"], suffixes=("", "_true"))
    assert len(both) == len(second)
    assert (both["inclusion_probability"] == both["inclusion_probability_true"]).all()
    assert 0.03 < (both["label"] != both["label_true"]).mean() < 0.13
    slips = both[both["label"] != both["label_true"]]
    assert "irrelevant" not in {*slips["label"], *slips["label_true"]}
    found = trust(lake, load_task("sentiment", tasks_folder(settings)))
    assert found.agreement.loc[0, "items"] == len(second)
    assert 0.75 < found.agreement.loc[0, "alpha"] < 0.97


def test_intents_are_judged_label_by_label(loaded):
    lake, settings, folder, _ = loaded
    labels = lake.read("labels", where=f"sample_id = '{INTENTS_ID}'").to_pandas()
    names = load_task("intents", tasks_folder(settings)).labels
    judged = labels[labels["label"] != "irrelevant"]
    assert (judged.groupby(["post_id", "brand"]).size() == len(names)).all()
    assert set(judged["label"].str.removeprefix("not:")) == set(names)
    assert (labels["inclusion_probability"] > 0).all()
    assert set(labels["task"]) == {"intents"}
    assert labels[["post_id", "brand"]].drop_duplicates().groupby("brand").size().max() == 120
    truth = pd.read_parquet(folder / "truth.parquet", columns=["post_id", "brand", "intents"])
    known = judged.assign(post_id=judged["post_id"].str.split(":").str[1]).merge(
        truth, on=["post_id", "brand"]
    )
    said = {
        name: known.loc[known["label"] == name, "intents"] for name in ("complaint", "question", "pr_risk")
    }
    assert all(name in intents for name, found in said.items() for intents in found)
    denied = known.loc[known["label"] == "not:complaint", "intents"]
    assert len(denied) > 100
    assert not any("complaint" in intents for intents in denied)


def test_intents_can_be_learnt_from(loaded):
    lake, settings, _, _ = loaded
    names = load_task("intents", tasks_folder(settings)).labels
    found = labelled_sets(lake, "intents", names)
    assert 500 < len(found.texts) <= 720
    assert found.judged.all()
    assert {"complaint", "question", "praise", "churn_threat"} <= set().union(*found.label_sets)


def test_measures_find_the_labels(loaded):
    lake, settings, _, count = loaded
    engine = open_engine()
    frame = in_memory(mention_frame(engine, lake, time_zone=settings.time_zone))
    engine.close()
    judged = frame[frame["annotators"].notna()]
    assert 0.95 * count < len(judged) <= count
    assert (judged["inclusion_probability"] > 0).all()
    shares = judged[["label_negative", "label_neutral", "label_positive"]].sum(axis=1)
    # Who finds it not to be about the brand gives it no sentiment.
    assert (shares == judged["label_relevant"]).all()
    assert (judged["label_relevant"] == 1).mean() > 0.95
    assert judged["annotators"].max() == 2


def test_again_it_does_nothing_whatever_became_of_the_mentions(loaded):
    lake, settings, folder, _ = loaded
    versions = lake.current_versions()
    assert reveal_labels(lake, settings, folder) == 0
    assert double_labels(lake, settings) == 0
    assert reveal_intents(lake, settings, folder) == 0
    assert lake.current_versions() == versions
    lake.delete("mentions", pa.table({"brand": ["Wexlow"]}))
    assert reveal_labels(lake, settings, folder) == 0
