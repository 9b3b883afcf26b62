"""The three places where drift is looked for: accuracy, what is written, and shares of labels.

Each look gives plain JSON with a ``status``: "ok", or why nothing can be known there, which is no error.
"""

import math
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from workbench.models.accuracy_watch import (
    TOLERANCE,
    Judged,
    fresh,
    largest_weight,
    promise_of,
    promise_of_card,
    watch_accuracy,
)
from workbench.models.classifier import Classifier
from workbench.models.embeddings import Embedder
from workbench.models.population import draw_one_an_author, population_change
from workbench.models.posts_read import posts_read
from workbench.models.share_change import share_changes
from workbench.models.shown_posts import ShownPosts
from workbench.models.two_samples import FEWEST
from workbench.statistics.readings_of_tasks import TaskColumns
from workbench.store.lake import Lake
from workbench.tables.posts import MENTION_KEY

TIMES = ("reference", "now")


def look_at_accuracy(
    judged: Judged,
    mentions: pd.DataFrame,
    classifier: Classifier,
    shown: ShownPosts,
    *,
    alarm_chance: float,
    tolerance: float = TOLERANCE,
) -> dict[str, Any]:
    """Labels that came since the training against the card; where there are none, now against the reference."""
    rows, others = (fresh(table, classifier.card) for table in (judged.rows, judged.others))
    source = "the model's card"
    promised = promise_of_card(classifier.card)
    if rows.empty or promised is None:
        timed = judged.rows.merge(mentions[[*MENTION_KEY, "time"]], on=MENTION_KEY)
        rows, others, source = timed[timed["time"] == "now"], judged.others, "labels of the reference"
        promised = promise_of(timed[timed["time"] == "reference"])
    left_out = {str(answer): int(count) for answer, count in others["label"].value_counts().items()}
    told = {"labels": len(rows), "left_out": left_out, "learned_from": judged.learned}
    if rows.empty or promised is None:
        return told | {"status": "no labels", "is_alarm": False}
    watch = watch_accuracy(
        rows,
        promised,
        largest_weight=largest_weight(judged.drawn, rows),
        tolerance=tolerance,
        alarm_chance=alarm_chance,
    )
    last = watch.path.iloc[-1]
    if watch.is_alarm:
        wrong = rows[rows["right"] < 0.5].sort_values("confidence", ascending=False, kind="stable")
        shown.add("accuracy: the model is sure, and people say otherwise", wrong)
    return told | {
        "status": "ok",
        "accuracy": round(float(last["mean"]), 4),
        "low": round(float(last["low"]), 4),
        "high": round(float(last["high"]), 4),
        "promised": round(promised, 4),
        "promised_by": source,
        "tolerance": tolerance,
        "evidence_needed": round(1 / alarm_chance, 3),
        **_evidence(asdict(watch)),
    }


def look_at_population(
    lake: Lake,
    mentions: pd.DataFrame,
    shown: ShownPosts,
    *,
    posts: int,
    embedder: Callable[[], Embedder | None],
    alarm_chance: float,
    seed: int,
) -> dict[str, Any]:
    """Posts of both times, laid beside each other."""
    drawn = draw_one_an_author(mentions[["post_id", "author", "platform", "time"]], posts, seed)
    counts = {time: int((drawn["time"] == time).sum()) for time in TIMES}
    if min(counts.values()) < FEWEST:
        return {"status": "few posts", "posts": counts, "is_alarm": False}
    change = population_change(
        drawn.merge(posts_read(lake, drawn["post_id"]), on="post_id"),
        embedder(),
        alarm_chance=alarm_chance,
        # Of fewer mixtures none could be as rare as what alarms.
        permutations=max(999, math.ceil(1 / alarm_chance)),
        seed=seed,
    )
    if change.is_alarm:
        shown.add("population: unlike what was written before", change.now)
    return {"status": "ok", **change.told()}


def look_at_shares(
    mentions: pd.DataFrame,
    columns: TaskColumns | None,
    judged: Judged,
    shown: ShownPosts,
    *,
    alarm_chance: float,
    seed: int,
) -> list[dict[str, Any]]:
    """Each label's share, corrected by people's labels; none of a task that has no figures of shares."""
    if columns is None:
        return []
    read = mentions.dropna(subset=columns.predicted)
    # Labels of now stand in the order in which people gave them; what has none follows.
    order = judged.order.assign(order=np.arange(len(judged.order)))
    weights = judged.drawn.groupby(MENTION_KEY)["weight"].max().rename("drawn_weight").reset_index()
    read = read.merge(order, on=MENTION_KEY, how="left").merge(weights, on=MENTION_KEY, how="left")
    read = read.sort_values("order", kind="stable", ignore_index=True)
    reference, now = (read[read["time"] == time] for time in TIMES)
    if reference.empty or now.empty:
        is_read = set(mentions["time"]) == set(read["time"])
        status = "few labels" if is_read else "not read"
        return [_nothing(label, status, alarm_chance / len(columns.labels)) for label in columns.labels]
    shares = share_changes(reference, now, columns, alarm_chance=alarm_chance, seed=seed)
    for share in shares:
        share |= _evidence(share)
        if share["is_alarm"] and share["difference"] > 0:
            label = share["label"]
            people = now[now[columns.judged + label] > 0.5].merge(
                judged.rows[[*MENTION_KEY, "text"]], on=MENTION_KEY
            )
            likely = people.sort_values(columns.said + label, ascending=False, kind="stable")
            shown.add(f"share.{label}: people judged them so", likely)
    return shares


def _nothing(label: str, status: str, alarm_chance: float) -> dict[str, Any]:
    return {
        "label": label,
        "difference": None,
        "low": None,
        "high": None,
        "labels": 0,
        "status": status,
        "evidence_needed": round(1 / alarm_chance, 3),
        **_evidence({"evidence": 1.0, "is_alarm": False, "alarm_at": None}),
    }


def _evidence(told: dict[str, Any]) -> dict[str, Any]:
    """What a watch has found, as JSON can hold it: what contradicts for certain has no greatest number."""
    evidence = float(told["evidence"])
    return {
        "evidence": round(min(evidence, 1e9), 3),
        "is_alarm": told["is_alarm"],
        "alarm_at": told["alarm_at"],
    }
