"""Specification: drawing labels from the lake, and checking them, gives the same on every engine."""

import pyarrow as pa
from unit.rows import NOON, mention, mentions, post, posts

from workbench.labels.checks import check_labels
from workbench.labels.frames import sampling_frame
from workbench.labels.queues import draw_sample
from workbench.store.lake import Lake
from workbench.store.mention_frame import mention_frame


def test_from_draw_to_finding(engine, tmp_path):
    """Ten mentions; all are drawn and judged; one is erased, one turns irrelevant, and one comes late."""
    lake = Lake(str(tmp_path / "lake"))
    lake.merge("posts", posts(*[post(str(n)) for n in range(11)]))
    lake.merge("mentions", mentions(*[mention(str(n)) for n in range(10)]))
    sample = draw_sample(
        lake, sampling_frame(mention_frame(engine, lake)), sample_id="all", per_stratum=10, seed=1
    )
    assert sorted(sample.rows["post_id"]) == [f"x:{n}" for n in range(10)]
    judged = sample.rows[
        ["post_id", "brand", "sample_id", "task", "strategy", "inclusion_probability"]
    ].assign(annotation_id=list(sample.rows["post_id"]), label="negative", annotator="ann", labelled_at=NOON)
    lake.merge("labels", pa.Table.from_pandas(judged, preserve_index=False))
    lake.merge("mentions", mentions(mention("1", is_relevant=False)), update=True)
    lake.merge("mentions", mentions(mention("10")))
    lake.delete("posts", pa.table({"post_id": ["x:0"]}))
    tables = (engine.table(lake, name) for name in ("labels", "label_samples", "label_frames"))
    found = check_labels(mention_frame(engine, lake), *tables)
    assert [(row["check"], row["finding"].split(" of ")[0]) for row in found.to_dict("records")] == [
        ("labels of posts that are gone", "1 label"),
        ("labels of irrelevant mentions", "1 label"),
        ("mentions came after drawing", "1 mention"),
    ]
