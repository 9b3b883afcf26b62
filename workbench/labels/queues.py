"""Samples of mentions to be labelled: drawn once, and written down before anybody labels."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from workbench.errors import WorkbenchError
from workbench.labels.frames import KEY, fingerprint, members, remember_members, strata_of
from workbench.statistics.sampling import draw_stratified
from workbench.store.lake import Lake
from workbench.tables import LABEL_SAMPLES

_ID = re.compile(r"[\w.:-]{1,80}")


@dataclass(frozen=True)
class Drawn:
    """A drawn sample; `is_new` is false where it had been drawn before."""

    sample_id: str
    task: str
    seed: int
    rows: pd.DataFrame
    is_new: bool

    @property
    def strata(self) -> pd.DataFrame:
        """One row a stratum: ``stratum``, its ``mentions``, how many were ``drawn``, ``inclusion_probability``."""
        return (
            self.rows.groupby("stratum", sort=True)
            .agg(
                mentions=("frame_size", "first"),
                drawn=("post_id", "size"),
                inclusion_probability=("inclusion_probability", "first"),
            )
            .reset_index()
        )


def draw_sample(
    lake: Lake,
    frame: pd.DataFrame,
    *,
    sample_id: str,
    per_stratum: int,
    seed: int,
    by: Sequence[str] = ("brand",),
    task: str = "sentiment",
    strategy: str = "random",
) -> Drawn:
    """Draw mentions to be labelled and write the sample down; drawn already, it is given as it is.

    Parameters
    ----------
    lake
        Where it is written, as `label_samples` and `label_frames`.
    frame
        The mentions to draw from, as `sampling_frame` gives them.
    sample_id
        Name of the sample.
    per_stratum
        How many mentions of each stratum; all of a smaller one, with a probability of 1.
    seed
        The same seed and frame draw the same mentions, whatever the order of the frame's rows.
    by
        Columns whose values part the frame into strata.
    task
        What is asked of the mentions.
    strategy
        How the sample is drawn. There is one: "random".

    Raises
    ------
    WorkbenchError
        A sample of that name was drawn with another seed, frame or size; or mentions of the frame could
        have been drawn by an earlier sample of the task already.
    """
    _check(frame, sample_id, per_stratum, seed, task, strategy)
    frame = frame.assign(stratum=strata_of(frame, by))
    stored = members(lake, task)
    rows = draw_stratified(frame, per_stratum, seed=seed).assign(
        sample_id=sample_id, task=task, strategy=strategy, seed=seed, frame=fingerprint(frame)
    )
    recorded = lake.read("label_samples", where=f"sample_id = '{sample_id}'").to_pandas()
    if len(recorded):
        _refuse_another(recorded, rows, frame, stored[stored["sample_id"] == sample_id])
        return Drawn(sample_id, task, seed, recorded, is_new=False)
    _refuse_overlap(frame, stored[stored["sample_id"] != sample_id])
    rows = rows.assign(drawn_at=dt.datetime.now(dt.UTC))[LABEL_SAMPLES.schema.names]
    # The frame first: whoever is interrupted here draws the same again under the same name.
    remember_members(lake, frame, task, sample_id)
    lake.merge("label_samples", pa.Table.from_pandas(rows, preserve_index=False))
    return Drawn(sample_id, task, seed, rows.reset_index(drop=True), is_new=True)


def _check(
    frame: pd.DataFrame, sample_id: str, per_stratum: int, seed: int, task: str, strategy: str
) -> None:
    for name in (sample_id, task):
        if not _ID.fullmatch(name):
            raise WorkbenchError(
                f"'{name}' is no name of a sample or task: letters, digits and . : _ - are, at most 80."
            )
    if strategy != "random":
        raise WorkbenchError(f"there is no strategy '{strategy}' to draw by. Strategies: random.")
    if per_stratum < 1:
        raise WorkbenchError(f"a sample of {per_stratum} of each stratum: expected 1 or more.")
    if seed < 0:
        raise WorkbenchError(f"seed {seed}: expected 0 or more.")
    if frame.empty:
        raise WorkbenchError("there is no mention left to draw from. Choose other days or brands.")


def _refuse_another(
    recorded: pd.DataFrame, rows: pd.DataFrame, frame: pd.DataFrame, stored: pd.DataFrame
) -> None:
    """A sample is drawn once: drawing until its figure pleases would make its interval a lie."""
    before, name = recorded.iloc[0], recorded["sample_id"].iloc[0]
    was = f"sample '{name}' was drawn on {before['drawn_at']:%Y-%m-%d}"
    if before["task"] != rows["task"].iloc[0]:
        raise WorkbenchError(f"{was} for the task {before['task']}. Give this one another name: --id NAME.")
    if before["seed"] != rows["seed"].iloc[0]:
        raise WorkbenchError(
            f"{was} with seed {before['seed']}, not {rows['seed'].iloc[0]}. A sample is drawn once: go on with "
            f"--seed {before['seed']}, or draw one of other days under another name (--id NAME)."
        )
    if before["frame"] != rows["frame"].iloc[0]:
        both = len(frame.merge(stored[KEY], on=KEY))
        raise WorkbenchError(
            f"{was} from {len(stored):,} mentions; since then {len(frame) - both:,} came and "
            f"{len(stored) - both:,} went. What was drawn stays valid for the mentions of then: label it as it is, "
            "and draw the others as a sample of their own: --only-new --id NAME."
        )
    columns = [*KEY, "stratum", "inclusion_probability"]
    drawn = [sorted(part[columns].itertuples(index=False, name=None)) for part in (recorded, rows)]
    if drawn[0] != drawn[1]:
        raise WorkbenchError(
            f"{was} with {len(recorded):,} mentions (strata: {recorded['stratum'].nunique():,}); these options give "
            f"{len(rows):,} (strata: {rows['stratum'].nunique():,}). A sample is drawn once: go on with the options of "
            "then, or draw one of other days under another name (--id NAME)."
        )


def _refuse_overlap(frame: pd.DataFrame, taken: pd.DataFrame) -> None:
    """A mention that two samples could draw has a greater chance of being labelled than either says."""
    both = frame.merge(taken, on=KEY)
    if len(both):
        names = sorted(both["sample_id"].unique())
        raise WorkbenchError(
            f"{len(both):,} of {len(frame):,} mentions could be drawn by sample {', '.join(map(repr, names[:3]))}"
            f"{' and others' if len(names) > 3 else ''} already, so their chance of being labelled would not be "
            "the one recorded. Choose other days or brands, or leave them out: --only-new."
        )
