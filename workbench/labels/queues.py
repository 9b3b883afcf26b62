"""Samples of mentions to be labelled: drawn once, and written down before anybody labels."""

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd
import pyarrow as pa

from workbench.labels.drawn import Drawn, recorded
from workbench.labels.enlarging import as_drawn, drawn_further, enlarge, of_then
from workbench.labels.frames import fingerprint, members, remember_members, strata_of
from workbench.labels.other_queues import draw_of_what_is_left, left_by_teaching, not_asked_yet
from workbench.labels.queue import Queue, queue_of
from workbench.labels.refusals import (
    check_draw,
    refuse_another_draw,
    refuse_another_frame,
    refuse_another_kind,
    refuse_another_size,
    refuse_overlap,
    refuse_smaller,
)
from workbench.labels.tasks import Task
from workbench.labels.teaching import draw_to_teach, known_labels, usefulness
from workbench.progress import Progress, silent
from workbench.settings import Settings
from workbench.statistics.sampling import equal_parts
from workbench.store.lake import Lake
from workbench.tables import LABEL_SAMPLES
from workbench.tables.strategies import DRAWN, ESTIMATION, known_strategy


def sample_name(task: str, strategy: str, labels: Sequence[str], seed: int) -> str:
    """Name of a sample to which nobody gave one: another label looked for is another sample.

    Examples
    --------
    >>> sample_name("intents", "rare", ["praise", "churn_threat"], 1)
    'intents-rare-churn_threat-praise-1'
    """
    return "-".join((task, strategy, *sorted(labels), str(seed)))


def draw_queue(
    lake: Lake,
    settings: Settings,
    frame: pd.DataFrame,
    task: Task,
    *,
    strategy: str,
    size: int,
    seed: int,
    sample_id: str = "",
    by: Sequence[str] = ("brand",),
    labels: Sequence[str] = (),
    progress: Progress = silent,
) -> Queue:
    """Draw a queue of mentions for people to label; drawn already, it is given as it is, or enlarged.

    To estimate (strategy "random"), every mention of a stratum has the same chance, and nothing is shown of what a
    model says. To teach (the other strategies), mentions that are useful have a greater chance, up to a half, and
    none has none. A mention is only ever in one queue of a task.

    Parameters
    ----------
    lake
        Where the sample is written down.
    settings
        Its model in use picks what teaches; its section ``[labeling]`` says how many are doubled and how many
        distressing posts a queue may hold.
    frame
        The mentions to draw from, as `workbench.labels.frames.sampling_frame` gives them.
    task
        What people are asked.
    strategy
        One of `workbench.tables.strategies.DRAWN`.
    size
        How many mentions in all; to estimate, as many of each stratum as can be. More than were drawn to estimate
        before enlarge that sample, among the mentions that it was drawn from.
    seed
        Another seed draws another queue.
    sample_id
        Name of the sample; without it the task, strategy, labels looked for and seed.
    by
        Columns whose values part the mentions into strata, to estimate.
    labels
        For "rare" and "impact": the labels looked for; otherwise all, or those that cost.
    progress
        Called with the share done and what is done, while a model reads.

    Raises
    ------
    WorkbenchError
        No such strategy or label, too little to draw from, no model to pick by, or the name stands for another sample.
    """
    known_strategy(strategy, DRAWN)
    known_labels(task, labels)
    sample_id = sample_id or sample_name(task.name, strategy, labels, seed)
    check_draw(frame, sample_id, size, seed, task.name)
    if len(before := recorded(lake, sample_id)):
        refuse_another_kind(before, task.name, strategy, seed)
        if strategy in ESTIMATION:
            refuse_smaller(before, size)
            sample = drawn_further(lake, frame, before, size, by)
        else:
            refuse_another_size(before, size)
            sample = as_drawn(lake, before)
    elif strategy in ESTIMATION:
        parts = equal_parts(_left_by_stratum(lake, frame, by, task.name), size)
        sample = draw_sample(
            lake, frame, sample_id=sample_id, per_stratum=parts, seed=seed, by=by, task=task.name
        )
    else:
        open_ = not_asked_yet(lake, frame, task.name)
        useful = usefulness(lake, settings, open_, task, strategy, size, labels, progress)
        sample = draw_to_teach(lake, open_, useful, strategy, task.name, sample_id, size, seed)
    return queue_of(lake, settings, sample, task, progress)


def draw_sample(
    lake: Lake,
    frame: pd.DataFrame,
    *,
    sample_id: str,
    per_stratum: int | Mapping[str, int],
    seed: int,
    by: Sequence[str] = ("brand",),
    task: str = "sentiment",
    strategy: str = "random",
) -> Drawn:
    """Draw mentions to estimate with and write the sample down; drawn already, it is given as it is, or enlarged.

    Parameters
    ----------
    lake
        Where it is written, as `label_samples` and `label_frames`.
    frame
        The mentions to draw from, as `sampling_frame` gives them.
    sample_id
        Name of the sample.
    per_stratum
        How many mentions of each stratum, one number for all or one for each; all of a smaller stratum.
    seed
        The same seed and frame draw the same mentions, whatever the order of the frame's rows.
    by
        Columns whose values part the frame into strata.
    task
        What is asked of the mentions.
    strategy
        How the sample is drawn. There is one that estimates: "random".

    Notes
    -----
    What was drawn to teach before is not drawn again, and the chances of all others say so: see
    `workbench.labels.other_queues`. The sample speaks for the whole frame.

    Raises
    ------
    WorkbenchError
        A sample of that name was drawn with another seed or from another frame, or is larger; or mentions of the
        frame could have been drawn by an earlier sample of the task already.
    """
    known_strategy(strategy, ESTIMATION)
    check_draw(frame, sample_id, per_stratum, seed, task)
    frame = frame.assign(stratum=strata_of(frame, by))
    before, stored = recorded(lake, sample_id), members(lake, task)
    if len(before):
        refuse_another_kind(before, task, strategy, seed)
        return _drawn_again(lake, frame, before, stored[stored["sample_id"] == sample_id], per_stratum)
    rows = draw_of_what_is_left(frame, left_by_teaching(lake, frame, task), per_stratum, seed).assign(
        sample_id=sample_id, task=task, strategy=strategy, seed=seed, frame=fingerprint(frame)
    )
    refuse_overlap(frame, stored[stored["sample_id"] != sample_id])
    rows = rows.assign(drawn_at=dt.datetime.now(dt.UTC))[LABEL_SAMPLES.schema.names]
    # The frame first: whoever is interrupted here draws the same again under the same name.
    remember_members(lake, frame, task, sample_id)
    lake.merge("label_samples", pa.Table.from_pandas(rows, preserve_index=False))
    return Drawn(sample_id, task, seed, rows.reset_index(drop=True), is_new=True)


def _drawn_again(
    lake: Lake,
    frame: pd.DataFrame,
    before: pd.DataFrame,
    stored: pd.DataFrame,
    per_stratum: int | Mapping[str, int],
) -> Drawn:
    """The sample as it is where as many are asked for, and enlarged where more are."""
    first, then = before.iloc[0], of_then(lake, frame, before)
    left = left_by_teaching(lake, then, first["task"], before["drawn_at"].min())
    wanted, had = (
        {str(name): int(count) for name, count in strata.value_counts().items()}
        for strata in (
            draw_of_what_is_left(then, left, per_stratum, int(first["seed"]))["stratum"],
            before["stratum"],
        )
    )
    if wanted.keys() == had.keys() and sum(wanted.values()) > sum(had.values()):
        return enlarge(lake, then, before, wanted)
    refuse_another_frame(before, frame, stored)
    refuse_another_draw(before, had, wanted)
    return as_drawn(lake, before)


def _left_by_stratum(lake: Lake, frame: pd.DataFrame, by: Sequence[str], task: str) -> dict[str, int]:
    strata = strata_of(frame, by)[left_by_teaching(lake, frame, task).is_left]
    return {str(name): int(count) for name, count in strata.value_counts().items()}
