"""The sample world shows corrected figures at once: a drawn sample of it is labelled when it is loaded."""

import pandas as pd
import pyarrow as pa
import pytest

from workbench.ingest import ingest
from workbench.sample.labels import SAMPLE_ID, reveal_labels
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
    return lake, settings, folder, reveal_labels(lake, settings, folder)


def test_every_brand_and_month_has_forty_labels_or_all(loaded):
    lake, _, _, count = loaded
    samples = lake.read("label_samples").to_pandas()
    assert len(samples) == count
    strata = samples.groupby("stratum").agg(drawn=("post_id", "size"), mentions=("frame_size", "first"))
    assert len(strata) == 6 * 8
    assert (strata["drawn"] == strata["mentions"].clip(upper=40)).all()
    assert (strata["drawn"] < strata["mentions"]).any()


def test_labels_are_the_truth_of_the_mention(loaded):
    lake, _, folder, _ = loaded
    labels = lake.read("labels", where=f"sample_id = '{SAMPLE_ID}'").to_pandas()
    truth = pd.read_parquet(folder / "truth.parquet", columns=["post_id", "brand", "sentiment"])
    both = labels.assign(post_id=labels["post_id"].str.split(":").str[1]).merge(
        truth, on=["post_id", "brand"], how="left"
    )
    assert (both["label"] == both["sentiment"].fillna("irrelevant")).all()
    assert (both["label"] == "irrelevant").mean() < 0.05


def test_the_labels_that_came_with_the_posts_may_still_train(loaded):
    strategies = loaded[0].read("labels", ["strategy"])["strategy"].to_pylist()
    assert set(strategies) == {"imported", "random"}


def test_measures_find_the_labels(loaded):
    lake, settings, _, count = loaded
    engine = open_engine()
    frame = in_memory(mention_frame(engine, lake, time_zone=settings.time_zone))
    engine.close()
    judged = frame[frame["annotators"].notna()]
    assert 0.95 * count < len(judged) <= count
    assert (judged["inclusion_probability"] > 0).all()
    shares = judged[["label_negative", "label_neutral", "label_positive"]].sum(axis=1)
    assert (shares == 1).all()


def test_again_it_does_nothing_whatever_became_of_the_mentions(loaded):
    lake, settings, folder, _ = loaded
    versions = lake.current_versions()
    assert reveal_labels(lake, settings, folder) == 0
    assert lake.current_versions() == versions
    lake.delete("mentions", pa.table({"brand": ["Wexlow"]}))
    assert reveal_labels(lake, settings, folder) == 0
