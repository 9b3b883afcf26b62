"""The samples there are, and how far their labelling has come."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from workbench.store.lake import Lake


def list_samples(lake: Lake) -> list[dict[str, Any]]:
    """Samples in the order in which they were drawn, then the labels that belong to none.

    Returns
    -------
    ``sample_id``, ``task``, ``strategy``, ``seed``, ``strata``, ``mentions`` it was drawn from, ``drawn``,
    ``labelled`` (drawn mentions with a judgement), ``annotators``, ``drawn_at`` (UTC).
    """
    labels = lake.read("labels", ["sample_id", "task", "strategy", "post_id", "brand", "annotator"])
    drawn = lake.read("label_samples")
    first = drawn.group_by(["sample_id", "task", "strategy", "seed", "stratum"]).aggregate(
        [("post_id", "count"), ("frame_size", "max"), ("drawn_at", "min")]
    )
    samples = first.group_by(["sample_id", "task", "strategy", "seed"]).aggregate(
        [("stratum", "count"), ("frame_size_max", "sum"), ("post_id_count", "sum"), ("drawn_at_min", "min")]
    )
    rows = [
        {
            **{name: row[name] for name in ("sample_id", "task", "strategy", "seed")},
            "strata": row["stratum_count"],
            "mentions": row["frame_size_max_sum"],
            "drawn": row["post_id_count_sum"],
            **_progress(_of_sample(labels, row)),
            "drawn_at": row["drawn_at_min_min"].isoformat(timespec="seconds"),
        }
        for row in samples.sort_by(
            [("drawn_at_min_min", "ascending"), ("sample_id", "ascending")]
        ).to_pylist()
    ]
    return rows + _of_no_sample(labels.filter(pc.is_null(labels["sample_id"])))


def _of_sample(labels: pa.Table, sample: dict[str, Any]) -> pa.Table:
    """Labels of drawn mentions: gold items stand in the same queue and were not drawn."""
    return labels.filter(
        pc.and_(
            pc.equal(labels["sample_id"], sample["sample_id"]),
            pc.equal(labels["strategy"], sample["strategy"]),
        )
    )


def _of_no_sample(labels: pa.Table) -> list[dict[str, Any]]:
    kinds = labels.group_by(["task", "strategy"]).aggregate([]).sort_by("strategy").to_pylist()
    nothing = dict.fromkeys(("seed", "strata", "mentions", "drawn"))
    return [
        {
            "sample_id": None,
            **kind,
            **nothing,
            **_progress(labels.filter(_is_of(labels, kind))),
            "drawn_at": None,
        }
        for kind in kinds
    ]


def _progress(labels: pa.Table) -> dict[str, int]:
    mentions = labels.group_by(["post_id", "brand"]).aggregate([])
    return {"labelled": mentions.num_rows, "annotators": pc.count_distinct(labels["annotator"]).as_py()}


def _is_of(labels: pa.Table, kind: dict[str, str]) -> pa.ChunkedArray:
    return pc.and_(pc.equal(labels["task"], kind["task"]), pc.equal(labels["strategy"], kind["strategy"]))
