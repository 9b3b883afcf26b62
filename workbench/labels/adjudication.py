"""Where people differ, one more decides: a queue of what is disputed, and what was settled.

An adjudicated answer settles what a model learns. Estimates go on resting on what people said independently of one
another, whose error they carry: whoever is asked only because two others differ is no independent witness.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench.labels.distress import is_distressing
from workbench.labels.frames import KEY
from workbench.labels.judgements import answers_by_item, latest_judgements
from workbench.labels.queue import COLUMNS
from workbench.labels.tasks import CANNOT_TELL
from workbench.labels.texts import texts_of
from workbench.settings import Settings
from workbench.store.lake import Lake
from workbench.tables.strategies import ADJUDICATION, DRAWN


def disputed(judgements: pd.DataFrame) -> pd.DataFrame:
    """Mentions on which people differ, the most divided first.

    Parameters
    ----------
    judgements
        As `workbench.labels.judgements.latest_judgements` gives them.

    Returns
    -------
    ``post_id``, ``brand``, ``annotators`` (how many judged), ``answers`` (each with how often it was given, the
    labels of one answer with "+") and ``agreeing`` (the share of people behind the most frequent).

    Examples
    --------
    >>> said = pd.DataFrame({"post_id": ["x:1"] * 3 + ["x:2"] * 2, "brand": "Acme",
    ...     "annotator": ["ann", "bob", "cem", "ann", "bob"],
    ...     "label": ["negative", "neutral", "neutral", "positive", "positive"]})
    >>> disputed(said)[["post_id", "annotators", "answers"]].values.tolist()
    [['x:1', 3, 'neutral 2, negative 1']]
    """
    # Who cannot tell has not contradicted anybody.
    answers = answers_by_item(judgements[judgements["label"] != CANNOT_TELL])
    words = answers.assign(said=["+".join(sorted(labels)) or "none" for labels in answers["answers"]])
    counts = words.groupby([*KEY, "said"]).size().rename("times").reset_index()
    counts = counts.sort_values([*KEY, "times", "said"], ascending=[True, True, False, True])
    rows = []
    for key, said in counts.groupby(KEY, sort=True):
        if len(said) > 1:
            told = ", ".join(
                f"{word} {times}" for word, times in zip(said["said"], said["times"], strict=True)
            )
            people = int(said["times"].sum())
            rows.append((*key, people, told, float(said["times"].iloc[0] / people)))
    found = pd.DataFrame(rows, columns=[*KEY, "annotators", "answers", "agreeing"])
    return found.sort_values(["agreeing", *KEY], ignore_index=True)


def open_disputes(lake: Lake, task: str) -> pd.DataFrame:
    """What is disputed and was not looked at once more since; columns of `disputed`. Erased posts stand nowhere."""
    judged = _of_posts_there(lake, task)
    if judged.empty:
        return disputed(judged)
    settled = latest_judgements(lake, task, [ADJUDICATION]).groupby("item")["labelled_at"].max()
    newest = judged.groupby("item")["labelled_at"].max()
    is_open = ~(settled.reindex(newest.index) >= newest)
    return disputed(judged[judged["item"].isin(newest.index[is_open])])


def _of_posts_there(lake: Lake, task: str) -> pd.DataFrame:
    judged = latest_judgements(lake, task, DRAWN)
    return judged[judged["post_id"].isin(lake.read("posts", ["post_id"])["post_id"].to_pylist())]


def undecided(lake: Lake, task: str) -> int:
    """How many disputed mentions were looked at once more, and whoever did could not tell either."""
    looked_at = _latest_word(latest_judgements(lake, task, [ADJUDICATION]))
    open_still = looked_at.loc[looked_at["label"] == CANNOT_TELL, KEY]
    return len(disputed(_of_posts_there(lake, task)).merge(open_still, on=KEY))


def settled(lake: Lake, task: str) -> pd.DataFrame:
    """The adjudicated answer of each mention, the latest: ``item``, ``post_id``, ``brand``, ``answers`` (a set)."""
    answers = answers_by_item(_latest_word(latest_judgements(lake, task, [ADJUDICATION])))
    return answers.assign(item=answers["post_id"] + "|" + answers["brand"].fillna(""))


def adjudication_queue(lake: Lake, settings: Settings, task: str, mentions: pd.DataFrame) -> pd.DataFrame:
    """Mentions to be settled, as a queue to hand to people.

    Parameters
    ----------
    lake
        Of the posts; what was erased since is left out.
    settings
        For what may distress.
    task
        What is asked.
    mentions
        ``post_id`` and ``brand``, as of `disputed` or `workbench.labels.quality.likely_errors`, in the order in which
        to ask.

    Returns
    -------
    `workbench.labels.queue.COLUMNS`. Nothing is shown of what was said before: whoever decides reads afresh.
    """
    is_there = np.array([text is not None for text in texts_of(lake, mentions)], dtype=bool)
    rows = mentions[KEY][is_there]
    rows = rows.assign(
        sample_id=f"{task}-{ADJUDICATION}",
        strategy=ADJUDICATION,
        inclusion_probability=np.nan,
        is_doubled=False,
        is_distressing=is_distressing(lake, settings, rows),
        gold_label=None,
    )
    return rows[COLUMNS].reset_index(drop=True)


def known_answers(lake: Lake, task: str) -> Mapping[str, str]:
    """The one label of each adjudicated mention by ``item``, for tasks of one label a mention."""
    found = settled(lake, task)
    return {
        item: next(iter(answers))
        for item, answers in zip(found["item"], found["answers"], strict=True)
        if len(answers) == 1
    }


def _latest_word(judged: pd.DataFrame) -> pd.DataFrame:
    """Of several who settled one mention, the last."""
    return judged[judged["labelled_at"] == judged.groupby("item")["labelled_at"].transform("max")]
