"""Estimates with people's own error taken off, cell by cell: what mentions are, and not what people call them."""

from collections.abc import Mapping, Sequence

import pandas as pd
from narwhals.typing import IntoFrameT

from workbench.statistics.cells import cells_of
from workbench.statistics.estimates import (
    irrelevant_row,
    measured,
    method_words,
    pooled_words,
    row_of,
    signal_row,
)
from workbench.statistics.measure import MEASURE_COLUMNS
from workbench.statistics.people_error import IRRELEVANT, carried_shares
from workbench.statistics.readings_of_tasks import TaskColumns, or_else
from workbench.statistics.shared_confusion import shared_confusion


def estimates_in_truth(
    mentions: IntoFrameT,
    by: Sequence[str],
    metrics: Mapping[str, str],
    task: TaskColumns,
    *,
    minimum_labels: int,
    pool_periods: int,
    closing_days: int,
    observed_until_epoch: int | None,
) -> pd.DataFrame:
    """Shares of every cell, as a measure frame.

    How people err is told by all labelled mentions together, since a cell has few that two people judged.

    Parameters
    ----------
    metrics
        Of each label of the task the name of its figure.
    task
        A task with one label a mention.
    mentions, by, minimum_labels, pool_periods, closing_days, observed_until_epoch
        As for `workbench.statistics.estimates.estimates`.

    Raises
    ------
    WorkbenchError
        As there; or too few mentions were judged by two people.
    """
    by = list(by)
    cells = cells_of(
        mentions,
        by,
        task,
        minimum_labels=minimum_labels,
        pool_periods=pool_periods,
        closing_days=closing_days,
        observed_until_epoch=observed_until_epoch,
    )
    answers, said = _answers(cells.labelled, task), _said(cells.labelled, task)
    likeliest = [str(label) for label in said[list(task.labels)].idxmax(axis=1)] if len(said) else []
    mixed = or_else(cells.labelled, task.mixed, 0) * cells.labelled[task.annotators].astype(float)
    confusion = shared_confusion(answers, likeliest, mixed=list(mixed))
    posts, rows = cells.sums["posts"].to_numpy(), []
    for place, pool in enumerate(cells.pooled):
        own = cells.members(pool)
        sums = {label: float(cells.sums[task.said + label].to_numpy()[pool].sum()) for label in task.labels}
        if not posts[place] or not len(own):
            found = {label: signal_row(int(posts[place]), sums[label]) for label in task.labels}
        elif not answers[list(task.labels)].take(own).to_numpy().any():
            found = dict.fromkeys(task.labels, irrelevant_row(int(posts[place]), len(own)))
        else:
            shares = carried_shares(
                int(posts[pool].sum()), sums, answers.take(own), said.take(own), confusion, places=own
            )
            is_few = answers[list(task.labels)].take(own).any(axis=1).sum() < minimum_labels
            found = {
                label: row_of(share, is_few) | pooled_words(cells.periods, pool, method_words(share))
                for label, share in shares.items()
            }
        group = cells.groups.iloc[place].to_dict()
        rows += [
            group | found[label] | {"metric": metric, "unit": "share"} for label, metric in metrics.items()
        ]
    return measured(pd.DataFrame(rows, columns=[*by, *MEASURE_COLUMNS]), by)


def _answers(labelled: pd.DataFrame, task: TaskColumns) -> pd.DataFrame:
    """How many people gave each answer; a mixed one is half of either."""
    people = labelled[task.annotators].astype(float)
    counts = {label: labelled[task.judged + label].astype(float) * people for label in task.labels}
    irrelevant = (1 - or_else(labelled, task.relevant, 1)) * people
    return pd.DataFrame(counts | ({IRRELEVANT: irrelevant} if irrelevant.any() else {}))


def _said(labelled: pd.DataFrame, task: TaskColumns) -> pd.DataFrame:
    """What the classifier says of the labelled mentions, in the columns of `carried_shares`."""
    return pd.DataFrame(
        {label: labelled[task.said + label].astype(float) for label in task.labels}
        | {
            "inclusion_probability": labelled[task.chance].astype(float),
            "is_held_out": labelled[task.is_held_out].astype(bool),
        }
    )
