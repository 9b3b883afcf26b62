"""The worked example's labels: a sample of them counts, all of them are the truth."""

import pytest

from workbench.ingest import ingest
from workbench.labels.checks import check_labels
from workbench.labels.frames import sampling_frame
from workbench.labels.reveal import imported_truth, reveal, set_aside_imported
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
