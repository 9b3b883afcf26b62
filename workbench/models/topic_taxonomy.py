"""Topics laid beside the taxonomy: which label means the same, and what people labelled the posts of a topic."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench.models.embeddings import Embedder
from workbench.models.topics import OUTLIER, Topics
from workbench.statistics.intervals import bounded_interval


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


def by_labels(topics: Topics, labels: pd.DataFrame) -> pd.DataFrame:
    """For each topic the commonest label of its labelled posts.

    Parameters
    ----------
    topics
        Topics of posts 0 … n − 1.
    labels
        One row a label of a post, drawn at random: ``post`` (its place), ``label`` and ``weight`` (1 / π).

    Returns
    -------
    ``topic``, ``labelled`` (posts of it that are), ``labelled_as`` (the commonest label) and the ``labelled_share`` of
    them that have it, with ``labelled_low`` and ``labelled_high``.

    Examples
    --------
    >>> topics = Topics(pd.DataFrame({"topic": [0]}), np.array([0, 0, 0, -1]), np.zeros((1, 2)))
    >>> labels = pd.DataFrame({"post": [0, 1, 2, 3], "label": ["bad", "bad", "good", "good"], "weight": 1.0})
    >>> by_labels(topics, labels)[["labelled", "labelled_as", "labelled_share"]].round(2)
       labelled labelled_as  labelled_share
    0         3         bad            0.67
    """
    own = labels.assign(topic=topics.of_post[labels["post"].to_numpy(dtype=int)])
    own = own[own["topic"] != OUTLIER]
    return pd.DataFrame(
        [{"topic": number, **_commonest(own[own["topic"] == number])} for number in topics.table["topic"]],
        columns=["topic", "labelled", "labelled_as", "labelled_share", "labelled_low", "labelled_high"],
    )


def _commonest(labels: pd.DataFrame) -> dict[str, object]:
    if labels.empty:
        return {"labelled": 0}
    posts = labels.drop_duplicates("post")["weight"]
    weights = labels.groupby("label")["weight"].sum().sort_index()
    share = float(weights.max() / posts.sum())
    count = float(posts.sum() ** 2 / (posts**2).sum())
    low, high = bounded_interval(share, share * (1 - share) / count, count - 1)
    return {
        "labelled": len(posts),
        "labelled_as": weights.idxmax(),
        "labelled_share": share,
        "labelled_low": float(low),
        "labelled_high": float(high),
    }
