"""Queues that teach: what a model learns most from is drawn more often, and everything has a known chance."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from workbench.errors import WorkbenchError, did_you_mean
from workbench.labels.drawn import Drawn
from workbench.labels.frames import fingerprint
from workbench.labels.model_answers import answers_of, model_in_use
from workbench.labels.other_queues import remember_chances
from workbench.labels.tasks import Task
from workbench.labels.texts import texts_of
from workbench.labels.usefulness import (
    MOST_EMBEDDED,
    abstention,
    doubtful_praise,
    foremost,
    impact,
    novelty,
    rare_labels,
    rarity,
    uncertainty,
)
from workbench.models.doubts import POSITIVE, SARCASM, SARCASTIC, sarcasm_threshold
from workbench.models.embeddings import load_embedder
from workbench.models.thresholds import rule_for
from workbench.progress import Progress, silent
from workbench.settings import Settings
from workbench.statistics.intervals import Floats
from workbench.statistics.unequal_chances import MOST, RANDOM_PART, chances, draw_by_chance
from workbench.store.lake import Lake
from workbench.tables import LABEL_SAMPLES
from workbench.tables.strategies import TRAINS, in_sql

# Labels whose misses are dear where no costs are set.
_RISKS = ("negative", "pr_risk", "churn_threat", "complaint")


class Useful(NamedTuple):
    """Usefulness of each mention, and groups that shall each be drawn from in their measure."""

    value: Floats
    group: NDArray | None = None


def draw_to_teach(
    lake: Lake,
    frame: pd.DataFrame,
    useful: Useful,
    strategy: str,
    task: str,
    sample_id: str,
    size: int,
    seed: int,
) -> Drawn:
    """Draw a teaching queue by usefulness and write it down with the chances of its whole frame.

    Parameters
    ----------
    lake
        Where it is written, as `label_chances` and `label_samples`.
    frame
        Mentions that nobody was asked about.
    useful
        Of each.
    strategy, task, sample_id, size, seed
        As in `workbench.labels.queues.draw_queue`.

    Raises
    ------
    WorkbenchError
        More are wanted than half of the frame.
    """
    chance = chances(useful.value, size)
    # Not the numbers of a random sample with the same seed: what one takes must not tell what the other takes.
    places = draw_by_chance(frame, chance, seed=f"{seed} {sample_id}", group=useful.group)
    drawn = frame.iloc[places].assign(
        inclusion_probability=chance[places],
        stratum="all",
        frame_size=len(frame),
        frame=fingerprint(frame),
        sample_id=sample_id,
        task=task,
        strategy=strategy,
        seed=seed,
    )
    # The chances first: those of a sample that was not drawn after all count nowhere.
    remember_chances(lake, frame, chance, task, sample_id)
    rows = drawn.assign(drawn_at=dt.datetime.now(dt.UTC))[LABEL_SAMPLES.schema.names]
    lake.merge("label_samples", pa.Table.from_pandas(rows, preserve_index=False))
    return Drawn(sample_id, task, seed, rows.reset_index(drop=True), is_new=True)


def usefulness(
    lake: Lake,
    settings: Settings,
    frame: pd.DataFrame,
    task: Task,
    strategy: str,
    size: int,
    labels: Sequence[str] = (),
    progress: Progress = silent,
) -> Useful:
    """What a strategy finds useful among the mentions of a frame.

    Raises
    ------
    WorkbenchError
        The strategy needs a model or costs that there are not, or a label that the task does not have.
    """
    if frame.empty:
        raise WorkbenchError(
            f"people were asked about every mention of {task.name} already. Choose other days or brands."
        )
    known_labels(task, labels)
    if strategy == "diversity":
        return _diverse(lake, settings, frame, task.name, size)
    said = answers_of(lake, settings, frame, task.name, progress).probabilities
    count = round(size * (1 - RANDOM_PART) / MOST)
    if strategy == "uncertainty":
        return Useful(foremost(uncertainty(said, task.is_multi_label), count))
    if strategy == "rare":
        return Useful(rarity(said[list(labels) or rare_labels(said)], count))
    if strategy == "impact":
        return Useful(impact(said, _costs(settings, task, labels), _of_posts(lake, frame, "reach")))
    return Useful(_doubtful(lake, settings, frame, task.name, said, progress))


def known_labels(task: Task, labels: Sequence[str]) -> None:
    """See whether a task has these labels.

    Raises
    ------
    WorkbenchError
        It has not.
    """
    for label in labels:
        if label not in task.labels:
            raise WorkbenchError(
                f"{task.name} has no label '{label}'.{did_you_mean(label, task.labels)} "
                f"Labels: {', '.join(task.labels)}."
            )


def _doubtful(
    lake: Lake, settings: Settings, frame: pd.DataFrame, task: str, said: pd.DataFrame, progress: Progress
) -> Floats:
    """What the costs leave to people, and praise that may be irony where a model tells irony."""
    every = {label: rule_for(cost) for label, cost in settings.costs.get(task, {}).items() if label in said}
    rules = {label: rule for label, rule in every.items() if rule.asks_people}
    doubt = abstention(said, rules)
    if POSITIVE in said and model_in_use(settings, SARCASM) is not None:
        irony = answers_of(lake, settings, frame, SARCASM, progress).probabilities[SARCASTIC]
        return np.maximum(doubt, doubtful_praise(said, irony, sarcasm_threshold(settings)))
    if not rules:
        raise WorkbenchError(
            f"by the costs in workbench.toml nothing that the model of {task} says goes to people. Say what wrong "
            f"answers cost, and a look by people, which must cost less: [costs.{task}.LABEL] missed = 5, "
            "false_alarm = 1, review = 0.5."
            + (" Or train a model of sarcasm, by which praise is doubted." if POSITIVE in said else "")
        )
    return doubt


def _diverse(lake: Lake, settings: Settings, frame: pd.DataFrame, task: str, size: int) -> Useful:
    where = f"task = '{task}' AND strategy IN {in_sql(TRAINS)}"
    known = lake.read("labels", ["post_id"], where=where).to_pandas().drop_duplicates()
    texts, labelled = ([text or "" for text in texts_of(lake, part)] for part in (frame, known))
    embed = load_embedder(settings.embeddings) if len(texts) + len(labelled) <= MOST_EMBEDDED else None
    return Useful(*novelty(texts, labelled, size, 0, embed))


def _costs(settings: Settings, task: Task, labels: Sequence[str]) -> dict[str, float]:
    set_ = settings.costs.get(task.name, {})
    wanted = labels or [name for name in task.labels if name in set_]
    wanted = wanted or [name for name in task.labels if name in _RISKS]
    if not wanted:
        raise WorkbenchError(
            f"nothing says which labels of {task.name} are a risk. Name them (--label), or say in workbench.toml what "
            f"missing one costs: [costs.{task.name}.LABEL] missed = 50."
        )
    return {name: set_[name].missed if name in set_ else 1.0 for name in wanted}


def _of_posts(lake: Lake, frame: pd.DataFrame, column: str) -> pd.Series:
    posts = lake.read("posts", ["post_id", column]).to_pandas()
    return frame[["post_id"]].merge(posts, on="post_id", how="left")[column].replace({None: np.nan})
