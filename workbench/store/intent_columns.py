"""What the mention frame says of intents: what a model saw, and what people judged, one column a label.

A mention may have several, so each label stands for itself: ``intent_complaint`` is the probability that it is
a complaint (null where the model has said nothing) and ``judged_intent_complaint`` the share of people who
judged it one, among those who looked for it or found the mention irrelevant; ``judged_intents_relevant`` is the
share who found it to be about the brand. ``intents_inclusion_probability``, ``intents_annotators`` and
``intents_is_held_out`` are as their like for sentiment. Of each person the latest judgement counts, and who
cannot tell has not judged.
"""

import re
from collections.abc import Sequence

import pyarrow as pa

from workbench.errors import WorkbenchError
from workbench.store.answered_chances import answered_sql
from workbench.tables import REAL, WHOLE, YES_NO
from workbench.tables.strategies import ESTIMATION, in_sql

TASK = "intents"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")

_TABLES = """, intents_said AS (
    SELECT post_id, brand, {said},
        min(CASE WHEN is_held_out THEN 1 ELSE 0 END) AS held_out
    FROM {{predictions}}
    WHERE task = '{task}' AND model = {model}
    GROUP BY post_id, brand
), intent_judgements AS (
    SELECT post_id, brand, annotator, label, inclusion_probability,
        rank() OVER (PARTITION BY post_id, brand, annotator ORDER BY labelled_at DESC) AS place
    FROM {{labels}}
    WHERE task = '{task}' AND sample_id IS NOT NULL AND inclusion_probability IS NOT NULL
        AND strategy IN {estimation}
), intents_counted AS (
    SELECT post_id, brand, count(DISTINCT annotator) AS annotators,
        max(inclusion_probability) AS inclusion_probability, {of_irrelevant} AS irrelevant, {counted}
    FROM intent_judgements
    WHERE place = 1 AND label IN ('irrelevant', {answers})
    GROUP BY post_id, brand
){answered}"""

_JOINS = """
LEFT JOIN intents_said AS i ON m.post_id = i.post_id AND m.brand = i.brand
LEFT JOIN intents_counted AS k ON m.post_id = k.post_id AND m.brand = k.brand AND m.is_relevant
LEFT JOIN intents_answered AS n ON m.post_id = n.post_id AND m.brand = n.brand"""


def intent_schema(intents: Sequence[str]) -> pa.Schema:
    """Columns of these intents.

    Examples
    --------
    >>> intent_schema(["complaint"]).names[:2]
    ['intent_complaint', 'judged_intent_complaint']
    """
    if not intents:
        return pa.schema([])
    of_each = [(f"{prefix}{name}", REAL) for name in intents for prefix in ("intent_", "judged_intent_")]
    return pa.schema(
        [
            *of_each,
            ("judged_intents_relevant", REAL),
            ("intents_inclusion_probability", REAL),
            ("intents_annotators", WHOLE),
            ("intents_is_held_out", YES_NO),
        ]
    )


def intent_sql(intents: Sequence[str], model: str) -> dict[str, str]:
    """Parts of the query of the mention frame: ``intent_tables``, ``intent_joins`` and ``intent_columns``.

    Parameters
    ----------
    intents
        Labels of the task; without any, the parts are empty.
    model
        Name of the model, quoted.

    Raises
    ------
    WorkbenchError
        A label cannot name a column.
    """
    for name in intents:
        if not _NAME.fullmatch(name):
            raise WorkbenchError(
                f"the intent {name!r} cannot name a column. Expected small letters, digits and _, as churn_threat."
            )
    if not intents:
        return dict.fromkeys(("intent_tables", "intent_joins", "intent_columns"), "")
    counted = [
        f"{_people(name)} AS has_{name}, {_people(name, f'not:{name}')} AS saw_{name}" for name in intents
    ]
    tables = _TABLES.format(
        said=", ".join(
            f"max(CASE WHEN label = '{name}' THEN probability END) AS said_{name}" for name in intents
        ),
        task=TASK,
        model=model,
        estimation=in_sql(ESTIMATION),
        answered=answered_sql("intents_answered", "intents_counted", TASK),
        of_irrelevant=_people("irrelevant"),
        counted=", ".join(counted),
        answers=", ".join(f"'{name}', 'not:{name}'" for name in intents),
    )
    columns = [
        f"i.said_{name} AS intent_{name}, CASE WHEN k.saw_{name} + k.irrelevant > 0 THEN "
        f"1.0e0 * k.has_{name} / (k.saw_{name} + k.irrelevant) END AS judged_intent_{name}"
        for name in intents
    ]
    columns += [
        "1.0e0 - 1.0e0 * k.irrelevant / k.annotators AS judged_intents_relevant",
        "CASE WHEN k.post_id IS NOT NULL THEN coalesce(n.chance, k.inclusion_probability) END "
        "AS intents_inclusion_probability",
        "k.annotators AS intents_annotators",
        "coalesce(i.held_out, 1) = 1 AS intents_is_held_out",
    ]
    return {"intent_tables": tables, "intent_joins": _JOINS, "intent_columns": ",\n    " + ", ".join(columns)}


def _people(*answers: str) -> str:
    """How many people gave one of these answers."""
    listed = ", ".join(f"'{answer}'" for answer in answers)
    return f"count(DISTINCT CASE WHEN label IN ({listed}) THEN annotator END)"
