"""Drift: is the model still as good as it was, do people write otherwise, do they feel otherwise?

A job that a scheduler runs: it looks, and tells what it found. Drift is a finding and no error.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.errors import WorkbenchError
from workbench.models.accuracy_watch import (
    TOLERANCE,
    Judged,
    fresh,
    judged_mentions,
    promise_of,
    promise_of_card,
    watch_accuracy,
)
from workbench.models.classification import read_texts
from workbench.models.classifier import Classifier
from workbench.models.drift_windows import Windows, choose_windows
from workbench.models.drift_words import finding_of, verdict_of
from workbench.models.embeddings import load_embedder
from workbench.models.population import POSTS, draw_one_an_author, population_change
from workbench.models.registry import current
from workbench.models.share_change import share_changes
from workbench.models.shown_posts import ShownPosts
from workbench.settings import Settings
from workbench.statistics.mentions import earned
from workbench.statistics.readings_of_tasks import SENTIMENT, TaskColumns, intents
from workbench.store.engine import Engine
from workbench.store.frames import in_memory
from workbench.store.lake import Lake
from workbench.store.mention_frame import mention_frame

KEY = ["post_id", "brand"]
_OF_POSTS = [*KEY, "author", "platform", "day"]

Progress = Callable[[float, str], None]


def check_drift(
    settings: Settings,
    lake: Lake,
    engine: Engine,
    *,
    task: str = "sentiment",
    model: str = "",
    since: str = "",
    reference: str = "",
    until: str = "",
    posts: int = POSTS,
    embeddings: bool = True,
    alarm_chance: float = 0.05,
    tolerance: float = TOLERANCE,
    seed: int = 0,
    progress: Progress = lambda done, what: None,
) -> dict[str, Any]:
    """Look for drift in three places: accuracy on fresh labels, what is written, and shares of labels.

    Parameters
    ----------
    settings, lake, engine
        Of the workbench.
    task, model
        What is classified, and by which model; empty: the one in use.
    since, reference, until
        The times compared, see `choose_windows`.
    posts
        How many of each time are compared by what is written.
    embeddings
        Compare by sentence embeddings, where they can be had; without, by words, which is faster.
    alarm_chance
        Chance of a false alarm of accuracy, and of shares, however often one looks in the course of one watch; the
        comparison of posts has a fifth of it at each look.
    tolerance
        Loss of accuracy that would not matter.
    seed
        Of everything drawn.
    progress
        Told how far it is.

    Returns
    -------
    Plain JSON: ``is_drift``, ``alarms`` (of accuracy, population, share.<label>), ``verdict`` and ``finding``
    (sentences), the ``model`` and times compared, ``accuracy``, ``population`` and ``shares`` with their figures, and
    ``posts`` that show an alarm (masked, of platforms that may be quoted), ``not_quoted`` the number of the others.

    Raises
    ------
    WorkbenchError
        There is no such model, or no posts in one of the times.
    """
    wanted = model or (settings.sentiment_model if task == "sentiment" else "")
    classifier = current(settings.data_folder / "models", task, wanted)
    progress(0.0, "mentions of both times")
    columns = _columns(classifier)
    mentions = _mentions(settings, lake, engine, classifier, columns)
    windows = choose_windows(settings, str(mentions["day"].max()), since, reference, until)
    mentions = mentions.assign(time=windows.of(mentions["day"])).dropna(subset="time")
    shown = ShownPosts([name for name, platform in settings.platforms.items() if platform.quotation])
    progress(0.1, "labels that came since")
    judged = judged_mentions(lake, classifier)
    found = {"accuracy": _accuracy(judged, mentions, classifier, alarm_chance, tolerance, shown)}
    progress(0.3, "posts of both times compared")
    found["population"] = _population(
        settings, lake, mentions, posts, embeddings, alarm_chance / 5, seed, shown
    )
    progress(0.9, "shares of labels")
    shares = _shares(mentions, columns, judged, alarm_chance, seed, shown)
    return _told(task, classifier, windows, found, shares, shown)


def _columns(classifier: Classifier) -> TaskColumns | None:
    """Where the mention frame has the task; None of tasks that it does not show."""
    task = classifier.card["task"]
    return {"sentiment": SENTIMENT, "intents": intents(classifier.labels)}.get(task)


def _mentions(
    settings: Settings, lake: Lake, engine: Engine, classifier: Classifier, columns: TaskColumns | None
) -> pd.DataFrame:
    """Relevant, earned mentions with what is needed of them, without their texts."""
    is_intents = classifier.card["task"] == "intents"
    frame = nw.from_native(
        mention_frame(
            engine,
            lake,
            time_zone=settings.time_zone,
            first_day_of_week=settings.first_day_of_week,
            model=None if is_intents else classifier.name,
            intents=classifier.labels if is_intents else (),
            intents_model=classifier.name if is_intents else None,
        )
    )
    besides = [*columns.needed, *columns.optional] if columns else []
    wanted = nw.from_native(earned(frame.to_native())).select(*_OF_POSTS, *besides)
    found = in_memory(wanted.to_native()).sort_values(KEY, ignore_index=True)
    if found.empty:
        raise WorkbenchError("there are no relevant mentions to compare. Run: workbench ingest FILE.")
    return found


def _accuracy(
    judged: Judged,
    mentions: pd.DataFrame,
    classifier: Classifier,
    alarm_chance: float,
    tolerance: float,
    shown: ShownPosts,
) -> dict[str, Any]:
    """Labels that came since the training against the card; where there are none, now against the reference."""
    rows, source = fresh(judged.rows, classifier.card), "the model's card"
    promised = promise_of_card(classifier.card)
    if rows.empty or promised is None:
        timed = judged.rows.merge(mentions[[*KEY, "time"]], on=KEY)
        rows, source = timed[timed["time"] == "now"], "labels of the reference"
        promised = promise_of(timed[timed["time"] == "reference"])
    told = {"labels": len(rows), "left_out": judged.left_out, "learned_from": judged.learned}
    if rows.empty or promised is None:
        return told | {"status": "no labels", "is_alarm": False}
    watch = watch_accuracy(rows, promised, tolerance=tolerance, alarm_chance=alarm_chance)
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
        **_evidence(asdict(watch)),
    }


def _population(
    settings: Settings,
    lake: Lake,
    mentions: pd.DataFrame,
    posts: int,
    embeddings: bool,
    alarm_chance: float,
    seed: int,
    shown: ShownPosts,
) -> dict[str, Any]:
    drawn = draw_one_an_author(mentions[["post_id", "author", "platform", "time"]], posts, seed)
    read = lake.read("posts", ["post_id", "text", "media"]).join(
        pa.table({"post_id": pa.array(drawn["post_id"], pa.string())}), "post_id", join_type="left semi"
    )
    texts = pd.DataFrame({"post_id": read["post_id"].to_pylist(), "text": read_texts(read)})
    embed = load_embedder(settings.embeddings) if embeddings else None
    change = population_change(drawn.merge(texts, on="post_id"), embed, alarm_chance=alarm_chance, seed=seed)
    if change.is_alarm:
        shown.add("population: unlike what was written before", change.now)
    return change.told()


def _shares(
    mentions: pd.DataFrame,
    columns: TaskColumns | None,
    judged: Judged,
    alarm_chance: float,
    seed: int,
    shown: ShownPosts,
) -> list[dict[str, Any]]:
    if columns is None:
        return []
    read = mentions.dropna(subset=columns.predicted)
    # Labels of now stand in the order in which people gave them; what has none follows.
    order = judged.rows[KEY].assign(order=np.arange(len(judged.rows)))
    read = read.merge(order, on=KEY, how="left").sort_values("order", kind="stable", ignore_index=True)
    reference, now = (read[read["time"] == time] for time in ("reference", "now"))
    shares = share_changes(reference, now, columns, alarm_chance=alarm_chance, seed=seed)
    for share in shares:
        share |= _evidence(share)
        if share["is_alarm"] and share["difference"] > 0:
            label = share["label"]
            people = now[now[columns.judged + label] > 0.5].merge(judged.rows[[*KEY, "text"]], on=KEY)
            likely = people.sort_values(columns.said + label, ascending=False, kind="stable")
            shown.add(f"share.{label}: people judged them so", likely)
    return shares


def _evidence(told: dict[str, Any]) -> dict[str, Any]:
    """What a watch has found, as JSON can hold it: what contradicts for certain has no greatest number."""
    evidence = float(told["evidence"])
    return {
        "evidence": round(min(evidence, 1e9), 3),
        "is_alarm": told["is_alarm"],
        "alarm_at": told["alarm_at"],
    }


def _told(
    task: str,
    classifier: Classifier,
    windows: Windows,
    found: dict[str, Any],
    shares: list[dict[str, Any]],
    shown: ShownPosts,
) -> dict[str, Any]:
    alarms = [name for name in ("accuracy", "population") if found[name]["is_alarm"]]
    alarms += [f"share.{share['label']}" for share in shares if share["is_alarm"]]
    return {
        "task": task,
        "model": classifier.name,
        "is_drift": bool(alarms),
        "alarms": alarms,
        "verdict": verdict_of(alarms),
        "finding": finding_of(found["accuracy"], found["population"], shares),
        "reference": {"first": windows.reference_first, "last": windows.reference_last},
        "now": {"first": windows.since, "last": windows.until},
        **found,
        "shares": shares,
        "posts": shown.posts,
        "not_quoted": shown.not_quoted,
    }
