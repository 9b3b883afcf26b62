"""What the labels of the lake teach: posts with the labels that people gave them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from workbench.models.classifier import LABELS
from workbench.models.posts_read import read_texts
from workbench.store.lake import Lake
from workbench.store.latest_judgements import latest_of_each_person, with_answered_chances
from workbench.tables.judgements import CANNOT_TELL as CANNOT_TELL
from workbench.tables.judgements import NONE as NONE
from workbench.tables.judgements import NOT as NOT
from workbench.tables.posts import MENTION_KEY
from workbench.tables.strategies import ADJUDICATION, PICKED, TEACHING, TICKET, TRAINS, in_sql

_COLUMNS = [*MENTION_KEY, "annotator", "label", "labelled_at", "strategy", "inclusion_probability"]


def labelled_texts(lake: Lake, task: str = "sentiment", classes: Sequence[str] = LABELS) -> pa.Table:
    """Posts of the lake with the label that people gave them, each post once.

    Returns
    -------
    Columns ``text`` (with the captions of its media), ``label``, ``language``, ``may_judge`` (it was not picked
    because a model was unsure of it, for its like, or by hand: it may compare models), ``weight`` (1 / π where it was
    drawn at random, else NaN), in the order of post_id.
    Of each person's judgements the latest counts; where people differed and one more decided, the decision. A post
    whose labels contradict each other teaches nothing and is left out, and so are labels that are none of the
    classes (irrelevant, mixed, …). Truth (strategy
    ``truth``) is for scoring and never stands here, nor do answers to gold items.
    """
    # Two at once contradict each other, and here a doubtful post can be left out. Of a drawn sample none can, so
    # the mention frame takes one of the two.
    rows = _judgements(lake, task)
    # Who cannot tell has not contradicted anybody.
    by_post = rows[rows["label"] != CANNOT_TELL].groupby("post_id")
    judged = by_post.agg(
        labels=("label", "nunique"),
        label=("label", "first"),
        may_judge=("may_judge", "any"),
        weight=("weight", "max"),
    )
    agreed = judged[(judged["labels"] == 1) & judged["label"].isin(classes)]
    found = pa.table(
        {
            "post_id": pa.array(agreed.index, pa.string()),
            "label": pa.array(agreed["label"], pa.string()),
            "may_judge": pa.array(agreed["may_judge"], pa.bool_()),
            "weight": pa.array(agreed["weight"].to_numpy(dtype=np.float64)),
        }
    )
    posts = lake.read("posts", ["post_id", "text", "media", "language"])
    joined = posts.join(found, "post_id", join_type="inner").sort_by("post_id")
    columns = {
        "text": read_texts(joined),
        **{name: joined[name] for name in ("label", "language", "may_judge", "weight")},
    }
    kinds = {"text": pa.string(), "label": pa.string(), "language": pa.string(), "may_judge": pa.bool_()}
    return pa.table(columns, schema=pa.schema([*kinds.items(), ("weight", pa.float64())]))


@dataclass(frozen=True)
class LabelledSets:
    """Posts with the labels that people found to hold, or not to hold, of each."""

    texts: list[str]
    label_sets: list[frozenset[str]]
    judged: NDArray[np.bool_]
    """Post × label: whether people said, without contradiction, if the label holds."""
    languages: list[str | None]
    may_judge: list[bool]
    weights: list[float]
    """1 / π where the post was drawn at random, else NaN."""


def labelled_sets(lake: Lake, task: str, classes: Sequence[str]) -> LabelledSets:
    """Posts of the lake with the labels of a task of which several may hold, each post once, by post_id.

    A label that people contradict each other about is not judged in that post; the others still teach. The answer
    ``none`` says of every label that it does not hold. Answers that are no label (irrelevant, …) teach nothing.
    """
    rows = _judgements(lake, task)
    none = rows[rows["label"] == NONE]
    spread = [none.assign(label=NOT + name) for name in classes] if len(none) else []
    rows = pd.concat([rows, *spread], ignore_index=True)
    rows["holds"] = ~rows["label"].str.startswith(NOT)
    rows["of"] = rows["label"].str.removeprefix(NOT)
    rows = rows[rows["of"].isin(classes)]
    share = rows.groupby(["post_id", "of"])["holds"].mean().unstack("of").reindex(columns=list(classes))
    by_post = rows.groupby("post_id")
    may_judge, weights = by_post["may_judge"].any(), by_post["weight"].max()
    posts = lake.read("posts", ["post_id", "text", "media", "language"])
    known = pa.table({"post_id": pa.array(share.index, pa.string())})
    joined = posts.join(known, "post_id", join_type="inner").sort_by("post_id")
    identities = joined["post_id"].to_pylist()
    values = share.loc[identities].to_numpy(dtype=np.float64)
    return LabelledSets(
        read_texts(joined),
        [frozenset(np.array(classes)[row == 1].tolist()) for row in values],
        (values == 0) | (values == 1),
        joined["language"].to_pylist(),
        may_judge.loc[identities].tolist(),
        weights.loc[identities].tolist(),
    )


def _judgements(lake: Lake, task: str) -> pd.DataFrame:
    """Of each person and mention the latest judgement, all its labels; of a mention that was settled, the decision."""
    where = f"task = '{task}' AND strategy IN {in_sql(TRAINS)}"
    # Also who settled a post later than they answered it has answered it.
    said = with_answered_chances(lake, task, lake.read("labels", _COLUMNS, where=where).to_pandas())
    labels = latest_of_each_person(said)
    is_decision = labels["strategy"] == ADJUDICATION
    # A decision is a fair test where the mention was drawn as one, though decisions are asked for where people differ.
    # Tickets are private messages by the thousand, and would outweigh what was drawn.
    is_fair = ~labels["strategy"].isin([*TEACHING, ADJUDICATION, PICKED, TICKET])
    mention = [labels[name] for name in MENTION_KEY]
    decided = labels["labelled_at"].where(is_decision).groupby(mention, dropna=False).transform("max")
    counts = decided.isna() | (is_decision & (labels["labelled_at"] == decided))
    stands_for = (1 / labels["inclusion_probability"].astype(float)).where(is_fair)
    weight = stands_for.groupby(mention, dropna=False).transform("max")
    may_judge = is_fair.groupby(mention, dropna=False).transform("any")
    return labels.assign(may_judge=may_judge, weight=weight)[counts]
