"""With what chance a drawn mention was drawn and answered by now: of a sample people have mostly labelled a part.

The queue of a random sample stands in random order, so that what is answered of a stratum is a smaller random
sample of it: its chances are those of the draw, times the part of the stratum that is answered (the weighting-class
adjustment, Särndal, Swensson and Wretman 1992, chapter 15). Without this a stratum that was drawn whole would
seem known for certain after its first answer, and a larger draw would say more before anybody has answered it.
"""

import pandas as pd

from workbench.tables.posts import MENTION_KEY
from workbench.tables.strategies import ESTIMATION, in_sql

# In an estimation sample each mention stands once for a task; the chance of a stratum may differ by what teaching took.
_SQL = """, {name}_drawn AS (
    SELECT s.sample_id, s.stratum, s.post_id, s.brand, s.inclusion_probability AS chance,
        CASE WHEN a.post_id IS NULL THEN 0.0e0 ELSE 1.0e0 END AS is_answered
    FROM {{label_samples}} AS s
    JOIN {{mentions}} AS m ON s.post_id = m.post_id AND s.brand = m.brand AND m.is_relevant
    LEFT JOIN {judged} AS a ON s.post_id = a.post_id AND s.brand = a.brand
    WHERE s.task = '{task}' AND s.strategy IN {estimation}
), {name}_parts AS (
    SELECT sample_id, stratum, sum(is_answered / chance) / sum(1.0e0 / chance) AS answered
    FROM {name}_drawn
    GROUP BY sample_id, stratum
), {name} AS (
    SELECT d.post_id, d.brand, max(d.chance * p.answered) AS chance
    FROM {name}_drawn AS d JOIN {name}_parts AS p ON d.sample_id = p.sample_id AND d.stratum = p.stratum
    WHERE d.is_answered > 0
    GROUP BY d.post_id, d.brand
)"""


def answered_sql(name: str, judged: str, task: str) -> str:
    """Tables of a query, the last of them `name` with ``post_id``, ``brand`` and ``chance``.

    Parameters
    ----------
    judged
        A table of the query with one row a mention that people have judged: ``post_id``, ``brand``.
    task
        What was asked.
    """
    return _SQL.format(name=name, judged=judged, task=task, estimation=in_sql(ESTIMATION))


def answered_chances(drawn: pd.DataFrame, judged: pd.DataFrame) -> pd.Series:
    """The same of tables in memory.

    Parameters
    ----------
    drawn
        Mentions of `label_samples` that are still there.
    judged
        Mentions that people have judged: ``post_id``, ``brand``.

    Returns
    -------
    The chance of each judged mention that was drawn, by ``post_id`` and ``brand``.

    Examples
    --------
    Two of four were drawn, and one of these is answered: it stands for all four.

    >>> drawn = pd.DataFrame({"post_id": ["x:1", "x:2"], "brand": "Acme", "sample_id": "a", "stratum": "Acme",
    ...     "inclusion_probability": 0.5})
    >>> answered_chances(drawn, drawn.head(1)).tolist()
    [0.25]
    """
    is_answered = pd.MultiIndex.from_frame(drawn[MENTION_KEY]).isin(
        pd.MultiIndex.from_frame(judged[MENTION_KEY])
    )
    weight = 1 / drawn["inclusion_probability"].astype(float)
    stratum = [drawn["sample_id"], drawn["stratum"]]
    answered = (weight * is_answered).groupby(stratum).transform("sum") / weight.groupby(stratum).transform(
        "sum"
    )
    chance = (answered / weight).rename("chance")
    return chance[is_answered].groupby([drawn.loc[is_answered, name] for name in MENTION_KEY]).max()
