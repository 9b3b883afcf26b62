"""What people said of a task, each person's latest word on each mention."""

from collections.abc import Iterable

import pandas as pd

from workbench.labels.frames import KEY
from workbench.store.lake import Lake
from workbench.store.latest_judgements import latest_of_each_person
from workbench.tables.judgements import NOT as NOT
from workbench.tables.strategies import DRAWN, in_sql

_GIVEN = ["item", *KEY, "annotator", "label", "labelled_at", "sample_id", "strategy"]
_COLUMNS = [*KEY, "annotator", "label", "labelled_at", "annotation_id", "sample_id", "strategy"]


def latest_judgements(
    lake: Lake, task: str, strategies: Iterable[str] = DRAWN, *, each_sample: bool = False
) -> pd.DataFrame:
    """Judgements of a task, the latest of each person and mention, or of each person, mention and sample.

    Returns
    -------
    ``item`` (post and brand in one), ``post_id``, ``brand``, ``annotator``, ``label`` (``not:`` and the name where a
    label does not hold), ``labelled_at``, ``sample_id``, ``strategy``, in the order of item, person and label.
    """
    where = f"task = '{task}' AND strategy IN {in_sql(strategies)}"
    rows = lake.read("labels", _COLUMNS, where=where).to_pandas()
    rows = rows.assign(item=rows["post_id"] + "|" + rows["brand"].fillna(""))
    if rows.empty:
        return rows[_GIVEN]
    if each_sample:
        rows["item"] += "|" + rows["sample_id"].fillna("")
        rows = pd.concat([latest_of_each_person(own) for _, own in rows.groupby("sample_id", dropna=False)])
    else:
        rows = latest_of_each_person(rows)
    rows = rows.sort_values("annotation_id", kind="stable")
    is_negated = rows["label"].str.startswith(NOT)
    rows = rows.assign(of=rows["label"].str.removeprefix(NOT) if is_negated.any() else "")
    rows = rows.drop_duplicates(["item", "annotator", "of"], keep="last")
    return rows.sort_values(["item", "annotator", "of"], ignore_index=True)[_GIVEN]


def answers_by_item(judgements: pd.DataFrame) -> pd.DataFrame:
    """One row a person and mention, ``answers`` being the set of the labels that hold.

    Examples
    --------
    >>> said = pd.DataFrame({"post_id": "x:1", "brand": "Acme", "annotator": ["ann", "ann", "bob", "bob"],
    ...     "label": ["complaint", "not:praise", "not:complaint", "not:praise"]})
    >>> [sorted(answers) for answers in answers_by_item(said)["answers"]]
    [['complaint'], []]
    """
    holds = judgements.assign(answers=judgements["label"].where(~judgements["label"].str.startswith(NOT)))
    keys = ["item", *KEY, "annotator"] if "item" in holds else [*KEY, "annotator"]
    said = holds.groupby(keys, dropna=False, sort=True)["answers"]
    rows = [(*key, frozenset(labels.dropna())) for key, labels in said]
    return pd.DataFrame(rows, columns=[*keys, "answers"]).drop(columns="item", errors="ignore")
