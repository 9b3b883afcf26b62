"""Posts that people should look at, because the model is in doubt or because praise may be irony.

"Great, another outage" is praise by its words. Its sentiment is not turned silently: the post is put on a list, and
until somebody looks its answer stays what the model said.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.models.in_use import current, is_one_in_use
from workbench.models.thresholds import doubted, rule_for
from workbench.settings import Cost, Settings
from workbench.store.lake import Lake
from workbench.store.schema import open_lake
from workbench.tables.posts import MENTION_KEY

ABSTAINED, DOUBTFUL_PRAISE = "the model is in doubt", "praise that may be irony"
POSITIVE, SARCASTIC, SARCASM = "positive", "sarcastic", "sarcasm"


def answers(lake: Lake, task: str, model: str, labels: Sequence[str]) -> pd.DataFrame:
    """What a model said of all mentions: ``post_id``, ``brand`` and a column a label."""
    where = f"task = '{task}' AND model = '{model}'"
    said = lake.read("predictions", [*MENTION_KEY, "label", "probability"], where=where).to_pandas()
    wide = said.pivot_table(index=MENTION_KEY, columns="label", values="probability", aggfunc="first")
    return wide.reindex(columns=list(labels)).reset_index().rename_axis(columns=None)


def for_people(
    said: pd.DataFrame,
    labels: Sequence[str],
    costs: Mapping[str, Cost],
    irony: pd.DataFrame | None = None,
    sarcasm_from: float = 0.5,
) -> pd.DataFrame:
    """Mentions for people, the most doubtful first.

    Parameters
    ----------
    said
        As of `answers`.
    labels
        The labels of the task.
    costs
        Of wrong answers and of a look by people, by label; a label without them, or without a cost of a look, puts
        nothing on the list.
    irony
        ``post_id``, ``brand`` and ``sarcastic``, the probability of sarcasm; None where no model says.
    sarcasm_from
        Probability from which praise is doubtful.

    Returns
    -------
    ``post_id``, ``brand``, ``label`` (of which the doubt is), ``probability`` (of that label), ``sarcastic`` and
    ``reason``. A mention with two reasons stands there once, by irony.

    Examples
    --------
    >>> said = pd.DataFrame({"post_id": ["a", "b", "c"], "brand": "Acme", "negative": [0.1, 0.4, 0.1], "positive": 0.9})
    >>> irony = pd.DataFrame({"post_id": ["a", "b"], "brand": "Acme", "sarcastic": [0.8, 0.2]})
    >>> cost = {"negative": Cost(missed=5, false_alarm=5, review=1)}
    >>> for_people(said, ("negative", "positive"), cost, irony)[["post_id", "label", "reason"]]
      post_id     label                    reason
    0       a  positive  praise that may be irony
    1       b  negative     the model is in doubt
    """
    known = (
        said if irony is None else said.merge(irony[[*MENTION_KEY, SARCASTIC]], on=MENTION_KEY, how="left")
    )
    known = known if SARCASTIC in known else known.assign(**{SARCASTIC: np.nan})
    parts = [_praise(known, labels, sarcasm_from)] if POSITIVE in labels else []
    parts += [_abstained(known, label, cost) for label, cost in costs.items() if label in labels]
    if not parts:
        return pd.DataFrame(columns=[*MENTION_KEY, "label", "probability", SARCASTIC, "reason"])
    rows = pd.concat([part.astype({"label": object}) for part in parts], ignore_index=True)
    return rows.drop_duplicates(MENTION_KEY, ignore_index=True)


def list_doubtful(settings: Settings, task: str) -> pd.DataFrame:
    """Mentions of the lake for people, by what the models in use have said of them; see `for_people`.

    Whether praise may be irony is known where a model of sarcasm has read the posts.

    Raises
    ------
    WorkbenchError
        Nothing is known of doubts: there are neither costs nor a model of sarcasm, or the model has read no post.
    """
    folder, lake = settings.data_folder / "models", open_lake(settings)
    model = current(folder, task, settings.model_named_for(task))
    said = answers(lake, task, model.name, model.labels)
    costs, irony = settings.costs.get(task, {}), None
    if POSITIVE in model.labels and is_one_in_use(folder, SARCASM):
        judge = current(folder, SARCASM)
        irony = answers(lake, SARCASM, judge.name, judge.labels)
    if said.empty and len(lake.read("mentions", ["post_id"])):
        raise WorkbenchError(
            f"{model.name}, which is in use for {task}, has read no post yet. Let it: workbench refresh."
        )
    if not costs and irony is None:
        raise WorkbenchError(
            f"nothing says when {model.name} is in doubt: workbench.toml has no costs of {task} ([costs.{task}.LABEL] "
            "missed, false_alarm, review), and no model of sarcasm has read praise."
        )
    return for_people(said, model.labels, costs, irony, sarcasm_threshold(settings))


def sarcasm_threshold(settings: Settings) -> float:
    """Probability of sarcasm from which praise is doubtful: as the costs of missing it say, else one half."""
    cost = settings.costs.get(SARCASM, {}).get(SARCASTIC)
    return 0.5 if cost is None else rule_for(cost).low


def _praise(said: pd.DataFrame, labels: Sequence[str], sarcasm_from: float) -> pd.DataFrame:
    is_praise = said[list(labels)].fillna(0.0).idxmax(axis=1) == POSITIVE
    rows = said[is_praise & (said[SARCASTIC] >= sarcasm_from)]
    return _listed(rows.sort_values(SARCASTIC, ascending=False, kind="stable"), POSITIVE, DOUBTFUL_PRAISE)


def _abstained(said: pd.DataFrame, label: str, cost: Cost) -> pd.DataFrame:
    rule = rule_for(cost)
    rows = said[doubted(said[[label]].to_numpy(dtype=np.float64), [rule])]
    middle = (rows[label] - (rule.low + rule.high) / 2).abs()
    return _listed(rows.loc[middle.sort_values(kind="stable").index], label, ABSTAINED)


def _listed(rows: pd.DataFrame, label: str, reason: str) -> pd.DataFrame:
    return rows[[*MENTION_KEY, SARCASTIC]].assign(label=label, probability=rows[label], reason=reason)[
        [*MENTION_KEY, "label", "probability", SARCASTIC, "reason"]
    ]
