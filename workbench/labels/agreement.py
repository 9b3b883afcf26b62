"""How far the labels of a task can be trusted: agreement, each person's confusions, and attention."""

from typing import NamedTuple

import pandas as pd

from workbench.labels.adjudication import known_answers
from workbench.labels.gold import attention
from workbench.labels.judgements import latest_judgements
from workbench.labels.tasks import CANNOT_TELL, Task
from workbench.statistics.agreement import COLUMNS, agreement, agreement_of_pairs
from workbench.statistics.dawid_skene import dawid_skene
from workbench.statistics.shared_confusion import FEWEST_DOUBLED
from workbench.store.lake import Lake
from workbench.tables.strategies import ESTIMATION

_FEWEST_ITEMS = 0.5


class Trust(NamedTuple):
    """What is known of the people who labelled.

    Parameters
    ----------
    agreement
        One row for all labels and one a label, as `workbench.statistics.agreement.agreement` gives them; none where
        no mention was judged by two people.
    pairs
        Cohen's kappa of every two people; none of a task with several labels a mention.
    confusion
        How often each person gives which answer, by what is likely true (Dawid and Skene); none of a task with
        several labels a mention.
    is_identified
        Whether the answers tell who is right: two people who differ do not.
    attention
        Gold items that each person answered rightly.
    cannot_tell
        Judgements left out, as nobody could tell.
    """

    agreement: pd.DataFrame
    pairs: pd.DataFrame
    confusion: pd.DataFrame
    is_identified: bool
    attention: pd.DataFrame
    cannot_tell: int


def trust(lake: Lake, task: Task, seed: int = 0) -> Trust:
    """Agreement and what else tells how good the labels of a task are.

    Only blind answers count: two people who were shown the same prediction agree with it, not with each other. Of
    one person alone only attention is told.
    """
    said = latest_judgements(lake, task.name, ESTIMATION)
    judged = said[said["label"] != CANNOT_TELL]
    several = task.is_multi_label
    # A gold item is another one in each sample.
    gold = attention(latest_judgements(lake, task.name, ["gold"], each_sample=True), task.gold)
    nothing, unsaid = pd.DataFrame(), len(said) - len(judged)
    if not (judged.groupby("item")["annotator"].nunique() > 1).any():
        return Trust(pd.DataFrame(columns=list(COLUMNS)), nothing, nothing, False, gold, unsaid)
    together = agreement(judged, task.labels, is_multi_label=several, seed=seed)
    if several:
        return Trust(together, nothing, nothing, False, gold, unsaid)
    pairs = agreement_of_pairs(judged, seed=seed)
    # How people err shows where they differ: of a handful it is guessed.
    if (judged.groupby("item")["annotator"].nunique() > 1).sum() < FEWEST_DOUBLED:
        return Trust(together, pairs, nothing, False, gold, unsaid)
    classes = [name for name in (*task.labels, *task.answers) if name in set(judged["label"])]
    known = pd.Series(known_answers(lake, task.name), dtype=object)
    people = dawid_skene(judged, classes, known=known[known.isin(classes)])
    return Trust(
        together,
        pairs,
        # Of what hardly any post is nothing is known.
        people.confusion[people.confusion["items"] >= _FEWEST_ITEMS].reset_index(drop=True),
        people.is_identified,
        gold,
        unsaid,
    )
