"""What people said of mentions, each person's latest word on each: all labels of that answer."""

import pandas as pd

from workbench.store.answered_chances import answered_chances
from workbench.store.lake import Lake
from workbench.tables.judgements import CANNOT_TELL
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
    ``post_id``, ``brand``, ``annotator``, ``label``, ``labelled_at``, ``inclusion_probability`` (of the draw).
    """
    columns = [*MENTION_KEY, "annotator", "label", "labelled_at", "inclusion_probability"]
    where = f"task = '{task}' AND strategy IN {in_sql(ESTIMATION)} AND inclusion_probability IS NOT NULL"
    return latest_of_each_person(lake.read("labels", columns, where=where).to_pandas())


def with_answered_chances(lake: Lake, task: str, judgements: pd.DataFrame) -> pd.DataFrame:
    """The same judgements, their ``inclusion_probability`` the chance of having been drawn and answered by now.

    Parameters
    ----------
    judgements
        All that people said for the task, with at least ``post_id``, ``brand``, ``label`` and
        ``inclusion_probability``, which stays where no sample drew the mention at random.
    """
    columns = [*MENTION_KEY, "sample_id", "stratum", "inclusion_probability"]
    where = f"task = '{task}' AND strategy IN {in_sql(ESTIMATION)}"
    there = lake.read("mentions", MENTION_KEY, where="is_relevant").to_pandas()
    drawn = lake.read("label_samples", columns, where=where).to_pandas().merge(there, on=MENTION_KEY)
    is_answer = judgements["inclusion_probability"].notna() & (judgements["label"] != CANNOT_TELL)
    chance = answered_chances(drawn, judgements[is_answer])
    found = judgements.merge(chance.reset_index(), on=MENTION_KEY, how="left")["chance"]
    of_draw = judgements["inclusion_probability"].astype(float)
    return judgements.assign(inclusion_probability=of_draw.where(found.isna().to_numpy(), found.to_numpy()))
