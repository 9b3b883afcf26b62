"""A queue: what is handed to people of a drawn sample, in which order, and with what beside it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.labels.distress import is_distressing
from workbench.labels.drawn import Drawn
from workbench.labels.frames import KEY
from workbench.labels.gold import with_gold
from workbench.labels.model_answers import answers_of, model_in_use
from workbench.labels.other_queues import is_among
from workbench.labels.tasks import Task
from workbench.labels.texts import texts_of
from workbench.progress import Progress, silent
from workbench.settings import Settings
from workbench.statistics.sampling import permanent_numbers
from workbench.store.lake import Lake
from workbench.tables.strategies import ESTIMATION

COLUMNS = [
    *KEY,
    "sample_id",
    "strategy",
    "inclusion_probability",
    "is_doubled",
    "is_distressing",
    "gold_label",
]


@dataclass(frozen=True)
class Queue:
    """What is to be labelled now.

    Parameters
    ----------
    sample
        The sample, whole.
    model
        Whose answers are shown; empty where people answer blind.
    rows
        In the order in which to ask: `COLUMNS`, and to teach ``probability_`` and each label.
    waiting
        Distressing mentions that wait until those in the queue are labelled.
    gone
        Mentions that were drawn and whose posts were erased since.
    """

    sample: Drawn
    model: str
    rows: pd.DataFrame
    waiting: int
    gone: int


def queue_of(
    lake: Lake,
    settings: Settings,
    sample: Drawn,
    task: Task,
    progress: Progress = silent,
) -> Queue:
    """The queue of a drawn sample: asked for again, the same mentions in the same order.

    An estimation sample is answered blind, and a random part of it (``doubled`` of the section ``[labeling]``) by two
    people. What teaches shows what the model says. Of distressing mentions that nobody has labelled yet, only
    ``most_distressing`` are in a queue; none is left out of the sample, for its chances would then be wrong.
    """
    is_there = np.array([text is not None for text in texts_of(lake, sample.rows)], dtype=bool)
    rows = sample.rows[[*KEY, "sample_id", "strategy", "inclusion_probability", "drawn_at"]][is_there]
    rows = rows.assign(is_distressing=is_distressing(lake, settings, rows))
    rows = in_order(rows, sample.seed)
    rows = rows.assign(is_doubled=_doubled(rows, settings.labeling.doubled, sample.seed), gold_label=None)
    now, waiting = rationed(lake, settings, rows[COLUMNS])
    model = ""
    reader = None if rows["strategy"].isin(ESTIMATION).all() else model_in_use(settings, task.name)
    # One that was trained before the task's labels were changed is not shown.
    if reader is not None and set(reader.labels) == set(task.labels):
        model, said = answers_of(lake, settings, now, task.name, progress)
        now = now.join(said.add_prefix("probability_"))
    now = with_gold(now, task.gold, len(sample.rows), sample.seed)
    return Queue(sample, model, now, waiting=waiting, gone=int((~is_there).sum()))


def in_order(rows: pd.DataFrame, seed: int) -> pd.DataFrame:
    """To teach, the most useful first; to estimate, at random, so that any first part is a random sample.

    What a sample was enlarged by comes after what it had. The numbers are others than those by which it was drawn: of a
    large stratum only the smallest of those were drawn, and it would come first.
    """
    number = permanent_numbers(rows, KEY, f"{seed} queue")
    chance = -rows["inclusion_probability"].to_numpy(dtype=np.float64)
    is_estimation = rows["strategy"].isin(ESTIMATION).to_numpy()
    drawn_at = rows["drawn_at"].rank(method="dense").to_numpy(dtype=np.float64)
    return rows.iloc[np.lexsort((number, np.where(is_estimation, drawn_at, chance)))].reset_index(drop=True)


def _doubled(rows: pd.DataFrame, share: float, seed: int) -> np.ndarray:
    """A random part of what estimates, of fixed size; with a greater share the same and more."""
    is_estimation = rows["strategy"].isin(ESTIMATION).to_numpy()
    place = np.argsort(np.argsort(permanent_numbers(rows, KEY, f"{seed} doubled"), kind="stable"))
    return is_estimation & (place < round(share * len(rows)))


def rationed(lake: Lake, settings: Settings, rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The rows of a queue with ``most_distressing`` open distressing mentions at most, and how many more wait."""
    waits = _waits(lake, rows, settings.labeling.most_distressing)
    return rows[~waits].reset_index(drop=True), int(waits.sum())


def _waits(lake: Lake, rows: pd.DataFrame, most: int) -> np.ndarray:
    """Which distressing mentions are over the ration: those labelled already no longer count."""
    samples = rows["sample_id"].iloc[0] if len(rows) else ""
    done = is_among(rows, lake.read("labels", KEY, where=f"sample_id = '{samples}'").to_pandas())
    is_open = rows["is_distressing"].to_numpy(dtype=bool) & ~done
    return is_open & (np.cumsum(is_open) > most)
