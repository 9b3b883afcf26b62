"""Drift: is the model still as good as it was, do people write otherwise, do they feel otherwise?

A job that a scheduler runs: it looks, and tells what it found. It changes no model. Drift is a finding and no error.
"""

from typing import Any

import narwhals as nw
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.models.accuracy_watch import TOLERANCE, judged_mentions
from workbench.models.classifier import Classifier
from workbench.models.drift_looks import look_at_accuracy, look_at_population, look_at_shares
from workbench.models.drift_windows import Windows, choose_windows
from workbench.models.drift_words import finding_of, verdict_of
from workbench.models.embeddings import load_embedder
from workbench.models.in_use import current
from workbench.models.population import POSTS
from workbench.models.shown_posts import ShownPosts
from workbench.models.two_samples import FEWEST
from workbench.progress import Progress, silent
from workbench.settings import Settings
from workbench.statistics.mentions import earned
from workbench.statistics.readings_of_tasks import SENTIMENT, TaskColumns, intents
from workbench.store.engine import Engine
from workbench.store.frames import in_memory
from workbench.store.lake import Lake
from workbench.store.mention_frame import mention_frame
from workbench.tables.posts import MENTION_KEY

# Every two posts are compared: of more the memory of a plain machine would not hold it.
MOST_POSTS = 2_000
_OF_POSTS = [*MENTION_KEY, "author", "platform", "day"]


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
    progress: Progress = silent,
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
    Plain JSON: ``is_drift``, ``alarms`` (of accuracy, population, share.<label>), ``not_known`` (accuracy,
    population, shares, where there was too little to look at), ``verdict`` and ``finding`` (sentences), the ``model``
    and times compared, ``accuracy``, ``population`` and ``shares`` with their figures, and ``posts`` that show an
    alarm (masked, of platforms that may be quoted), ``not_quoted`` the number of the others.

    Raises
    ------
    WorkbenchError
        There is no such model, no relevant mention, or an option is out of its bounds.
    """
    _check(alarm_chance, posts)
    wanted = model or settings.model_named_for(task)
    classifier = current(settings.data_folder / "models", task, wanted)
    progress(0.0, "mentions of both times")
    columns = _columns(classifier)
    mentions = _mentions(settings, lake, engine, classifier, columns)
    windows = choose_windows(settings, str(mentions["day"].max()), since, reference, until)
    mentions = mentions.assign(time=windows.of(mentions["day"])).dropna(subset="time")
    shown = ShownPosts([name for name, platform in settings.platforms.items() if platform.quotation])
    progress(0.1, "labels that came since")
    judged = judged_mentions(lake, classifier)
    accuracy = look_at_accuracy(
        judged, mentions, classifier, shown, alarm_chance=alarm_chance, tolerance=tolerance
    )
    progress(0.3, "posts of both times compared")
    population = look_at_population(
        lake,
        mentions,
        shown,
        posts=posts,
        embedder=lambda: load_embedder(settings.embeddings) if embeddings else None,
        alarm_chance=alarm_chance / 5,
        seed=seed,
    )
    progress(0.9, "shares of labels")
    shares = look_at_shares(mentions, columns, judged, shown, alarm_chance=alarm_chance, seed=seed)
    return {
        "task": task,
        "model": classifier.name,
        **_told(windows, accuracy, population, shares),
        "posts": shown.posts,
        "not_quoted": shown.not_quoted,
    }


def _check(alarm_chance: float, posts: int) -> None:
    if not 0.001 <= alarm_chance <= 0.5:
        raise WorkbenchError(
            f"{alarm_chance:g} is no chance of a false alarm: expected 0.001 to 0.5, as 0.05 for one watch in twenty."
        )
    if not FEWEST <= posts <= MOST_POSTS:
        raise WorkbenchError(
            f"{posts:,} posts of each time cannot be compared: expected {FEWEST} to {MOST_POSTS:,}."
        )


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
    found = in_memory(wanted.to_native()).sort_values(MENTION_KEY, ignore_index=True)
    if found.empty:
        raise WorkbenchError("there are no relevant mentions to compare. Run: workbench ingest FILE.")
    return found


def _told(
    windows: Windows, accuracy: dict[str, Any], population: dict[str, Any], shares: list[dict[str, Any]]
) -> dict[str, Any]:
    places = {"accuracy": accuracy, "population": population}
    alarms = [name for name, told in places.items() if told["is_alarm"]]
    alarms += [f"share.{share['label']}" for share in shares if share["is_alarm"]]
    not_known = [name for name, told in places.items() if told["status"] != "ok"]
    not_known += [] if any(share["status"] == "ok" for share in shares) else ["shares"]
    return {
        "is_drift": bool(alarms),
        "alarms": alarms,
        "not_known": not_known,
        "verdict": verdict_of(alarms, not_known),
        "finding": finding_of(accuracy, population, shares),
        "reference": {"first": windows.reference_first, "last": windows.reference_last},
        "now": {"first": windows.since, "last": windows.until},
        **places,
        "shares": shares,
    }
