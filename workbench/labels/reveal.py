"""Data whose labels are all known, treated as if only a drawn sample of them were.

So a corrected estimate can be laid beside the truth.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.errors import WorkbenchError
from workbench.labels.frames import KEY, brands_of
from workbench.labels.queues import Drawn, draw_sample
from workbench.store.lake import Lake
from workbench.tables import LABELS

# Imported labels name the brand of the query; other brands that a post names besides have none.
_NEARLY_ALL = 0.9


@dataclass(frozen=True)
class Revealed:
    """A revealed sample: what was drawn, the labels written, and mentions by brand that have no label."""

    sample: Drawn
    labels: int
    without_label: dict[str, int]


def imported_truth(lake: Lake, task: str = "sentiment") -> pd.DataFrame:
    """The labels that came with the files, to be taken for the truth.

    Returns
    -------
    ``annotation_id``, ``post_id``, ``brand``, ``label``, ``annotator``, ``labelled_at``, ``confidence``,
    ``batch_id``.

    Raises
    ------
    WorkbenchError
        There are none.
    """
    columns = ["annotation_id", *KEY, "label", "annotator", "labelled_at", "confidence", "batch_id"]
    truth = lake.read("labels", columns, where=f"task = '{task}' AND strategy IN ('imported', 'truth')")
    if not truth.num_rows:
        raise WorkbenchError(
            f"the lake {lake.root} has no imported labels of {task} to reveal. Ingest a file in which every post "
            "has one, or draw mentions and label them: workbench labels draw."
        )
    return truth.to_pandas()


def reveal(
    lake: Lake,
    frame: pd.DataFrame,
    truth: pd.DataFrame,
    *,
    sample_id: str,
    per_stratum: int,
    seed: int,
    by: Sequence[str] = ("brand",),
    task: str = "sentiment",
) -> Revealed:
    """Draw a sample of labelled mentions and give it their labels; again, it changes nothing.

    Parameters
    ----------
    lake
        Where sample and labels are written.
    frame
        The mentions to draw from, as `workbench.labels.frames.sampling_frame` gives them. The few without a
        label are left out, and the estimate speaks for the others.
    truth
        ``post_id``, ``brand`` (missing: the one brand that the post speaks about), ``label`` and, where
        known, ``annotator``, ``labelled_at``, ``confidence``, ``batch_id``. A post with two different
        labels was judged by two people.
    sample_id, per_stratum, seed, by, task
        As in `workbench.labels.queues.draw_sample`.

    Raises
    ------
    WorkbenchError
        A brand has no labels, or too few to call it labelled; or the sample cannot be drawn.
    """
    known = _judgements(truth, frame, lake)
    is_known = frame[KEY].merge(known[KEY].drop_duplicates(), on=KEY, how="left", indicator=True)
    has_label = (is_known["_merge"] == "both").to_numpy()
    without = _without_label(frame, has_label)
    sample = draw_sample(
        lake, frame[has_label], sample_id=sample_id, per_stratum=per_stratum, seed=seed, by=by, task=task
    )
    judged = sample.rows[[*KEY, "inclusion_probability"]].merge(known, on=KEY)
    said = zip(judged["post_id"], judged["brand"], judged["annotator"], strict=True)
    rows = judged.assign(
        annotation_id=["|".join(("revealed", sample_id, *judgement)) for judgement in said],
        task=task,
        sample_id=sample_id,
        strategy="random",
    )
    columns = [name for name in LABELS.schema.names if name in rows]
    written = lake.merge("labels", pa.Table.from_pandas(rows[columns], preserve_index=False))
    return Revealed(sample, written, without)


def set_aside_imported(lake: Lake, task: str = "sentiment") -> int:
    """Take imported labels for the truth from now on: they only score, and train nothing; gives their number."""
    where = f"task = '{task}' AND strategy = 'imported'"
    imported = lake.read("labels", ["annotation_id", "strategy"], where=where)
    lake.update(
        "labels", imported.set_column(1, "strategy", pa.array(["truth"] * imported.num_rows, pa.string()))
    )
    return imported.num_rows


def _judgements(truth: pd.DataFrame, frame: pd.DataFrame, lake: Lake) -> pd.DataFrame:
    """One row a judgement of a mention of the frame, judgements of one mention under different names."""
    if missing := [name for name in (*KEY, "label") if name not in truth]:
        raise WorkbenchError(f"the truth has no column {', '.join(missing)}: expected post_id, brand, label.")
    known = truth.dropna(subset=["label"]).drop(columns="annotation_id", errors="ignore")
    known = known.assign(brand=brands_of(known, lake))
    for name, value in (("annotator", "truth"), ("labelled_at", dt.datetime.now(dt.UTC))):
        known[name] = known[name].fillna(value) if name in known else value
    known = known.merge(frame[KEY], on=KEY).sort_values([*KEY, "annotator", "label"])
    known = known.drop_duplicates([*KEY, "annotator", "label"])
    number = known.groupby([*KEY, "annotator"]).cumcount() + 1
    named = known["annotator"] + " (" + number.astype(str) + ")"
    return known.assign(annotator=known["annotator"].where(number == 1, named))


def _without_label(frame: pd.DataFrame, has_label: np.ndarray) -> dict[str, int]:
    """Mentions without a label, by brand, where there are some; a brand that is hardly labelled is an error."""
    counts = frame.assign(has_label=has_label).groupby("brand")["has_label"].agg(["size", "sum"])
    for brand, (mentions, labels) in zip(counts.index, counts.to_numpy(), strict=True):
        if labels < _NEARLY_ALL * mentions:
            raise WorkbenchError(
                f"{labels:,} of {mentions:,} mentions of {brand} have a label, and to reveal a sample nearly all need "
                "one. Name the brands that are labelled (--brand), or draw mentions and label them: "
                "workbench labels draw."
            )
    lacking = (counts["size"] - counts["sum"]).loc[lambda numbers: numbers > 0]
    return {str(brand): int(number) for brand, number in lacking.items()}
