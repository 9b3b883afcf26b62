"""What people said of mentions, each person's latest word on each: all labels of that answer."""

import pandas as pd

from workbench.store.lake import Lake
from workbench.tables.posts import MENTION_KEY
from workbench.tables.strategies import ESTIMATION, in_sql


def latest_of_each_person(judgements: pd.DataFrame) -> pd.DataFrame:
    """The rows of the latest answer of each person and mention: a later one takes the place of the whole earlier one.

    Examples
    --------
    >>> said = pd.DataFrame({"post_id": "x:1", "brand": "Acme", "annotator": "ann",
    ...     "label": ["complaint", "praise"], "labelled_at": [1, 2]})
    >>> latest_of_each_person(said)["label"].tolist()
    ['praise']
    """
    when = judgements["labelled_at"]
    person = [judgements[name] for name in (*MENTION_KEY, "annotator")]
    return judgements[when == when.groupby(person, dropna=False).transform("max")]


def drawn_weights(lake: Lake, task: str) -> pd.DataFrame:
    """All mentions drawn at random for a task, judged or not yet.

    Returns
    -------
    ``post_id``, ``brand``, ``sample_id``, ``weight`` (1 / inclusion probability).
    """
    columns = [*MENTION_KEY, "sample_id", "inclusion_probability"]
    where = f"task = '{task}' AND strategy IN {in_sql(ESTIMATION)}"
    drawn = lake.read("label_samples", columns, where=where).to_pandas()
    return drawn.assign(weight=1 / drawn["inclusion_probability"]).drop(columns="inclusion_probability")


def drawn_judgements(lake: Lake, task: str) -> pd.DataFrame:
    """Each person's latest answer to a task about mentions that were drawn at random, a row a label.

    Returns
    -------
    ``post_id``, ``brand``, ``annotator``, ``label``, ``labelled_at``, ``inclusion_probability``.
    """
    columns = [*MENTION_KEY, "annotator", "label", "labelled_at", "inclusion_probability"]
    where = f"task = '{task}' AND strategy IN {in_sql(ESTIMATION)} AND inclusion_probability IS NOT NULL"
    return latest_of_each_person(lake.read("labels", columns, where=where).to_pandas())
