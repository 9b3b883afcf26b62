"""Did the share of a label change between two times? Corrected by people's labels, and watched label by label."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench.statistics.clusters import Cell
from workbench.statistics.differences import corrected_difference
from workbench.statistics.figure import Figure
from workbench.statistics.labelled import relevance_of
from workbench.statistics.prevalence import corrected_mean
from workbench.statistics.readings_of_tasks import TaskColumns
from workbench.statistics.sampling import permanent_numbers
from workbench.statistics.sequential import Watch, powered, watch_difference
from workbench.tables.posts import MENTION_KEY

FEWEST = 20


def share_changes(
    reference: pd.DataFrame,
    now: pd.DataFrame,
    task: TaskColumns,
    *,
    alarm_chance: float = 0.05,
    seed: int = 0,
) -> list[dict[str, Any]]:
    """Change of the share of each label of a task, from the reference until now.

    Parameters
    ----------
    reference, now
        Rows of the mention frame in memory: relevant, earned mentions that the model has read, with ``author``
        and, where they are labelled, people's judgement; and ``drawn_weight``, 1 / π of all that were drawn, judged
        or not yet. Rows of `now` in the order in which they were labelled, whatever was said of them.
    task
        Where the frame has the task's labels.
    alarm_chance
        Chance that any of the labels ever alarms falsely; each has its part.
    seed
        Of the order of the reference, and of who is left out to have had equal chances: both follow from a post's
        own number, so that the next look only goes on where this one ended.

    Returns
    -------
    A dict a label: ``label``, ``difference`` with ``low`` and ``high`` (corrected, 95 %, of this look), ``labels``
    (both times), ``status`` ("ok", or "few labels": then it is the difference of signals without interval), and
    of the watch, whose alarm no looking makes falser, ``evidence``, ``evidence_needed`` (from which it alarms),
    ``is_alarm`` and ``alarm_at``.
    """
    sides = [
        _with_authors(frame).assign(
            order=permanent_numbers(frame, MENTION_KEY, f"{seed} order"),
            chance=permanent_numbers(frame, MENTION_KEY, f"{seed} equal chances") / 2.0**64,
            # Not of what is answered by now: it would be another one at the next look.
            part=frame["drawn_weight"] / frame["drawn_weight"].max(),
        )
        for frame in (reference, now)
    ]
    part = alarm_chance / len(task.labels)
    return [_change(label, sides, task, part) for label in task.labels]


def _change(
    label: str, sides: Sequence[pd.DataFrame], task: TaskColumns, alarm_chance: float
) -> dict[str, Any]:
    figure = Figure(label, "share", {label: 1.0}, task)
    judged = [_judged(figure, side) for side in sides]
    means = [float(figure.predicted(side).mean()) if len(side) else np.nan for side in sides]
    row: dict[str, Any] = {
        "label": label,
        "difference": means[1] - means[0],
        "low": None,
        "high": None,
        "labels": sum(map(len, judged)),
        "status": "few labels",
        "evidence": 1.0,
        "evidence_needed": round(1 / alarm_chance, 3),
        "is_alarm": False,
        "alarm_at": None,
    }
    if min(relevance_of(one).sum() for one in judged) < FEWEST:
        return row
    cells = [Cell(_by_author(figure, side), one) for side, one in zip(sides, judged, strict=True)]
    found = corrected_difference(*cells)
    watch = _watched(judged, sides, means, alarm_chance)
    return row | {
        "difference": found.value,
        "low": found.low,
        "high": found.high,
        "status": "ok",
        "evidence": watch.evidence,
        "is_alarm": watch.is_alarm,
        "alarm_at": watch.alarm_at,
    }


def _watched(
    judged: Sequence[pd.DataFrame],
    sides: Sequence[pd.DataFrame],
    means: Sequence[float],
    alarm_chance: float,
) -> Watch:
    """New labels laid beside old ones, all with equal chances of standing there."""
    before, after = map(_equal_chances, judged)
    before = before.sort_values("order")
    # The mean prediction is of all posts: where some labelled ones are not about the brand it explains too much.
    is_all_relevant = all((relevance_of(one) == 1).all() for one in judged)
    power = _power(judged[0], sides[0], means[0]) if is_all_relevant else 0.0
    values = []
    for labels, mean in ((before, means[0]), (after, means[1])):
        about = labels[relevance_of(labels) > 0.5]
        share = (about["label"] / relevance_of(about)).clip(0, 1)
        values.append(powered(list(share), list(about["prediction"]), mean, power))
    (early, bounds), (late, bounds_after) = values
    return watch_difference(
        list(early), list(late), bounds=bounds, bounds_after=bounds_after, alarm_chance=alarm_chance
    )


def _power(labelled: pd.DataFrame, posts: pd.DataFrame, mean: float) -> float:
    return corrected_mean(len(posts), mean * len(posts), labelled).power


def _equal_chances(labelled: pd.DataFrame) -> pd.DataFrame:
    """Labels of which those that were likelier drawn are left out the likelier, so that all stand for as many posts."""
    return labelled[labelled["chance"] < labelled["part"]]


def _with_authors(frame: pd.DataFrame) -> pd.DataFrame:
    """A post without author is an author of its own."""
    return frame.assign(author=frame["author"].where(frame["author"].notna(), frame["post_id"]))


def _judged(figure: Figure, mentions: pd.DataFrame) -> pd.DataFrame:
    own = mentions[mentions[figure.columns.chance].notna()]
    ours = own[["author", "order", "chance", "part"]]
    return figure.judged(own).join(ours).dropna(subset="label")


def _by_author(figure: Figure, mentions: pd.DataFrame) -> pd.DataFrame:
    predicted = pd.DataFrame({"author": mentions["author"], "prediction": figure.predicted(mentions)})
    grouped = predicted.groupby("author")["prediction"].agg(["size", "sum"]).reset_index()
    return grouped.rename(columns={"size": "posts", "sum": "prediction_sum"})
