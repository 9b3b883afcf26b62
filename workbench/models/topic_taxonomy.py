"""Topics laid beside the taxonomy: which label means the same, and what people labelled the posts of a topic."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench.models.embeddings import Embedder
from workbench.models.share_interval import share_interval
from workbench.models.topics import Topics


def by_meaning(topics: Topics, meanings: Mapping[str, str], embed: Embedder) -> pd.DataFrame:
    """For each topic the label whose words are nearest to its posts.

    Parameters
    ----------
    topics
        Topics whose vectors `embed` has made.
    meanings
        What each label means, in words: its name, and the categories of tickets that stand for it.
    embed
        Gives sentence embeddings.

    Returns
    -------
    ``topic``, ``nearest`` (label), ``similarity`` (cosine) and ``ahead`` (by how much of the next label: near 0
    the topic belongs to both, or to none).
    """
    columns = {"topic": topics.table["topic"]}
    if topics.table.empty or not meanings:
        return pd.DataFrame({**columns, "nearest": None, "similarity": np.nan, "ahead": np.nan})
    similarity = topics.centres @ np.asarray(embed(list(meanings.values())), dtype=np.float64).T
    ordered = np.sort(similarity, axis=1)
    return pd.DataFrame(
        {
            **columns,
            "nearest": np.array(list(meanings))[similarity.argmax(axis=1)],
            "similarity": ordered[:, -1],
            "ahead": ordered[:, -1] - (ordered[:, -2] if len(meanings) > 1 else 0),
        }
    )


def by_labels(topics: Topics, answers: pd.DataFrame) -> pd.DataFrame:
    """For each topic the commonest label of its labelled posts.

    Parameters
    ----------
    topics
        Topics of posts 0 … n − 1.
    answers
        What people said of posts drawn at random, one row a person and label: ``post`` (its place), ``person``,
        ``label`` (missing where none holds) and ``weight`` (1 / π).

    Returns
    -------
    ``topic``, ``labelled`` (posts of it that are), ``labelled_as`` (the commonest label) and the ``labelled_share`` of
    them that have it, with ``labelled_low`` and ``labelled_high``. Of people who differ each has an equal part.

    Examples
    --------
    >>> topics = Topics(pd.DataFrame({"topic": [0]}), np.array([0, 0, 0, -1]), np.zeros((1, 2)))
    >>> answers = pd.DataFrame({"post": [0, 1, 2, 3], "person": "ann", "label": ["bad", "bad", None, "good"]})
    >>> by_labels(topics, answers.assign(weight=1.0))[["labelled", "labelled_as", "labelled_share"]].round(2)
       labelled labelled_as  labelled_share
    0         3         bad            0.67
    """
    people = answers.groupby("post")["person"].transform("nunique")
    own = answers.assign(
        topic=topics.of_post[answers["post"].to_numpy(dtype=int)], weight=answers["weight"] / people
    )
    return pd.DataFrame(
        [{"topic": number, **_commonest(own[own["topic"] == number])} for number in topics.table["topic"]],
        columns=["topic", "labelled", "labelled_as", "labelled_share", "labelled_low", "labelled_high"],
    )


def _commonest(answers: pd.DataFrame) -> dict[str, object]:
    posts = answers.drop_duplicates(["post", "person"]).groupby("post")["weight"].sum()
    weights = answers.groupby("label")["weight"].sum().sort_index()
    if weights.empty:
        return {"labelled": len(posts)}
    share = min(float(weights.max() / posts.sum()), 1.0)
    count = float(posts.sum() ** 2 / (posts**2).sum())
    low, high = share_interval(share, count, count - 1)
    return {
        "labelled": len(posts),
        "labelled_as": weights.idxmax(),
        "labelled_share": share,
        "labelled_low": float(low),
        "labelled_high": float(high),
    }
