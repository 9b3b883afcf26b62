"""The worked example's labels: a sample of them counts, all of them are the truth."""

import re
from pathlib import Path

import pandas as pd
import pytest

from workbench import CORRECTED, coverage, open_workbench, redrawn, ways_to_a_share
from workbench.ingest import ingest
from workbench.labels.checks import check_labels
from workbench.labels.frames import sampling_frame
from workbench.labels.reveal import imported_truth, reveal, set_aside_imported
from workbench.models import embeddings
from workbench.models.training import train_sentiment
from workbench.refresh import refresh
from workbench.settings import parse_settings
from workbench.store.engine import open_engine
from workbench.store.mention_frame import mention_frame
from workbench.store.schema import open_lake

pytestmark = pytest.mark.research


def test_150_labels_of_each_airline_are_revealed(tmp_path, research_data):
    (tmp_path / "workbench.toml").write_text("", encoding="utf-8")
    settings = parse_settings({}, tmp_path)
    ingest(research_data / "us_airline" / "tweets.csv", settings)
    lake, engine = open_lake(settings), open_engine()
    frame = sampling_frame(mention_frame(engine, lake))
    done = reveal(lake, frame, imported_truth(lake), sample_id="revealed", per_stratum=150, seed=7)
    assert done.sample.strata["drawn"].tolist() == [150] * 6
    # One file names one airline a tweet; what it says of another that it addresses besides has no label.
    assert sum(done.without_label.values()) == 178
    assert done.sample.strata["mentions"].sum() == len(frame) - 178
    assert set_aside_imported(lake) == 7255
    seen = mention_frame(engine, lake)
    assert seen.filter("annotators IS NOT NULL").shape[0] == 150 * 6
    tables = (engine.table(lake, name) for name in ("labels", "label_samples", "label_frames"))
    found = check_labels(seen, *tables)
    assert set(found["check"]) <= {"mentions came after drawing", "annotators disagree"}
    engine.close()


README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| ([A-Z][\w ]+) \| (\d+) % \| (\d+) % \| (\d+) % \((\d+)–(\d+) %\) \| (\d+) % \|$", re.MULTILINE
)


@pytest.fixture(scope="module")
def readings(tmp_path_factory, research_data):
    """What the commands of the worked example leave, as `kpi/why_corrected` reads it."""
    if embeddings.load_embedder("") is None:
        pytest.skip(embeddings.MISSING)
    folder = tmp_path_factory.mktemp("revealed")
    (folder / "workbench.toml").write_text("", encoding="utf-8")
    settings = parse_settings({}, folder)
    ingest(research_data / "us_airline" / "tweets.csv", settings)
    lake, engine = open_lake(settings), open_engine()
    frame = sampling_frame(mention_frame(engine, lake))
    reveal(lake, frame, imported_truth(lake), sample_id="revealed", per_stratum=150, seed=7)
    set_aside_imported(lake)
    engine.close()
    train_sentiment(settings)
    refresh(settings)
    workbench = open_workbench(folder / "workbench.toml")
    yield workbench.readings(workbench.truth())
    workbench.engine.close()


@pytest.mark.slow
def test_the_table_of_the_readme_is_what_its_commands_give(readings):
    ways = ways_to_a_share(readings).set_index(["brand", "way"])
    stated = {brand: [int(number) for number in numbers] for brand, *numbers in ROW.findall(README)}
    assert len(stated) == 6
    for brand, numbers in stated.items():
        corrected = ways.loc[(brand, CORRECTED)]
        found = pd.Series(
            [
                ways.loc[(brand, "Lexicon"), "value"],
                ways.loc[(brand, "Classifier, mean probability"), "value"],
                *(corrected[name] for name in ("value", "low", "high", "truth")),
            ]
        )
        # The last digit may differ from one processor to another.
        assert (100 * found - numbers).abs().max() < 1.5, f"{brand}: README says {numbers}"


@pytest.mark.slow
def test_what_the_readme_says_of_luck_and_of_the_wrong_way(readings):
    ways = ways_to_a_share(readings)
    judged = coverage(ways).set_index("way")["interval_holds_truth"]
    assert judged["Wrong: trained on the labels"] == "2 of 6"
    corrected = ways[ways["way"] == CORRECTED].set_index("brand")
    beyond = (corrected["truth"] - corrected["high"]).clip(lower=corrected["low"] - corrected["truth"])
    # Virgin America's end lies so near to the truth that the last digit of a processor may decide.
    assert set(beyond.index[beyond > -0.01]) == {"United", "Virgin America"}
    assert beyond["United"] == pytest.approx(0.011, abs=0.004)
    assert abs(beyond["Virgin America"]) < 0.002
    said = " ".join(README.split())
    assert "four of the six intervals hold the truth, United's ends about a point from it" in said
    assert "and Virgin America's ends right at it" in said
    assert "hold the truth of two airlines of six" in said
    again = redrawn(readings, 100).set_index("way")
    assert again["samples"].tolist() == [600, 600]
    stated = re.search(
        r"(\d+) % of the intervals hold it, at ±(\S+) points where the labels alone give ±(\S+?)\. ", said
    )
    held, half_width, half_width_alone = (float(number) / 100 for number in stated.groups())
    assert again.loc[CORRECTED, "holds_truth"] == pytest.approx(held, abs=0.02)
    assert again.loc[CORRECTED, "half_width"] == pytest.approx(half_width, abs=0.002)
    assert again.loc["Labels alone", "half_width"] == pytest.approx(half_width_alone, abs=0.002)
