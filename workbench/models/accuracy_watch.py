"""Is a model still as accurate as it promised? Looked at after every label, without crying wolf for it."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.models.classifier import Classifier, is_multi_label
from workbench.models.drawn_texts import alike
from workbench.models.evaluation import said_by
from workbench.models.label_sets import matrix_of_sets
from workbench.models.lake_labels import NONE, NOT
from workbench.models.lessons import Lesson
from workbench.models.posts_read import posts_read_by
from workbench.models.share_interval import share_interval
from workbench.statistics.intervals import Floats
from workbench.statistics.sequential import Watch, watch_drop
from workbench.store.lake import Lake
from workbench.store.latest_judgements import drawn_judgements, drawn_weights
from workbench.tables.posts import MENTION_KEY

# A loss of so much would change no decision.
TOLERANCE = 0.02
FEWEST = 20


@dataclass(frozen=True)
class Judged:
    """What a model said of mentions that people judged, of those that it has not learned from.

    Parameters
    ----------
    rows
        One row a mention, in the order in which they were judged: ``post_id``, ``brand``, ``platform``, ``text``,
        ``right`` (share of the people with whom the model agrees), ``weight`` (1 / π), ``labelled_at``,
        ``confidence`` (of the model, in what it said), ``said``.
    others
        Judgements that are no label: what is not about the brand, or what nobody could tell (``label``,
        ``labelled_at``).
    learned
        Mentions left out because the model has learned from them.
    order
        All mentions that people judged, whatever they said, in the order in which they did: ``post_id``, ``brand``.
    drawn
        All mentions that were drawn to be judged, judged or not yet: ``post_id``, ``brand``, ``sample_id``,
        ``weight`` (1 / π).
    """

    rows: pd.DataFrame
    others: pd.DataFrame
    learned: int
    order: pd.DataFrame
    drawn: pd.DataFrame


def judged_mentions(lake: Lake, model: Classifier) -> Judged:
    """Labels drawn at random, beside what the model says of the same mentions.

    Of each person's judgements the latest counts. Where several labels may hold, the model is right if it is so
    about every label that the person looked for.
    """
    judgements = drawn_judgements(lake, model.card["task"])
    order = _in_order(judgements.groupby(MENTION_KEY)[["labelled_at"]].max().reset_index())[MENTION_KEY]
    is_label = judgements["label"].str.removeprefix(NOT).isin([NONE, *model.labels])
    others, judgements = judgements.loc[~is_label, ["label", "labelled_at"]], judgements[is_label]
    judgements = judgements.merge(posts_read_by(lake, model, judgements["post_id"], "platform"), on="post_id")
    is_held_out = np.array(model.held_out(list(judgements["text"])), dtype=bool)
    learned = len(judgements.loc[~is_held_out, MENTION_KEY].drop_duplicates())
    rows = _compared(judgements[is_held_out], model)
    return Judged(rows, others, learned, order, drawn_weights(lake, model.card["task"]))


def largest_weight(drawn: pd.DataFrame, mentions: pd.DataFrame) -> float:
    """For how many posts one can stand at most, of those drawn together with any of these mentions; NaN of none."""
    samples = drawn.merge(mentions[MENTION_KEY], on=MENTION_KEY)["sample_id"]
    return float(drawn.loc[drawn["sample_id"].isin(samples), "weight"].max())


def fresh(judged: pd.DataFrame, card: dict[str, Any]) -> pd.DataFrame:
    """Those judged after the model was trained; none of a model that was trained on nothing, as a lexicon."""
    if not card.get("trained_at"):
        return judged.iloc[:0]
    return judged[judged["labelled_at"] > dt.datetime.fromisoformat(card["trained_at"])]


def note_fair_score(model: Classifier, lesson: Lesson) -> None:
    """Write on the card how often a model is right of posts that nobody picked, by what it says of them out of fold.

    Its other scores are of all that it learned from. Posts that were picked to teach are harder than the stream, and
    tickets, of which one label is known, easier: neither promises anything of posts drawn at random. As in the watch,
    a post counts for as many as it stands for; where some were drawn, others promise nothing of the stream.
    """
    said, rows = getattr(model, "out_of_fold", None), np.flatnonzero(lesson.may_judge)
    if said is None or not model.card.get("scores"):
        return
    weights = np.array(lesson.weights, dtype=np.float64)
    if (is_drawn := np.isfinite(weights[rows])).any():
        rows = rows[is_drawn]
    sets = [[own] if isinstance(own, str) else own for own in (lesson.labels[row] for row in rows)]
    is_so = matrix_of_sets(sets, model.labels) == said_by(model, said[rows])
    is_right = (is_so if lesson.judged is None else is_so | ~lesson.judged[rows]).all(axis=1)
    weight, texts = np.nan_to_num(weights[rows], nan=1.0), [lesson.texts[row] for row in rows]
    accuracy = round(float(np.average(is_right, weights=weight)), 4) if len(rows) else None
    told = {"accuracy": accuracy, "n": len(rows), "effective_n": round(_effective_number(weight, texts), 1)}
    model.card["scores"]["fairly_drawn"] = told


def promise_of_card(card: dict[str, Any]) -> float | None:
    """The low end of the interval of the accuracy on the card, of posts that nobody picked; None where it tells none.

    Examples
    --------
    >>> card = {"scores": {"accuracy": 0.8}, "trained_on": {"n": 400}}
    >>> round(promise_of_card(card), 3)
    0.758
    >>> fair = {"accuracy": 0.7, "n": 160, "effective_n": 100.0}
    >>> round(promise_of_card({"scores": {"accuracy": 0.8, "fairly_drawn": fair}}), 3)
    0.603
    """
    scores, trained = card.get("scores") or {}, card.get("trained_on") or {}
    if fair := scores.get("fairly_drawn"):
        count = fair.get("effective_n", fair["n"])
        return _low_end(fair["accuracy"], count) if count >= FEWEST else None
    accuracy = scores.get("accuracy", scores.get("subset_accuracy"))
    if accuracy is None or not trained.get("n"):
        return None
    return _low_end(accuracy, trained["n"])


def promise_of(judged: pd.DataFrame) -> float | None:
    """The same of labels of the reference; None where they are too few."""
    if len(judged) < FEWEST:
        return None
    right, weight = (judged[name].to_numpy(dtype=np.float64) for name in ("right", "weight"))
    count = _effective_number(weight, list(judged["text"]))
    return _low_end(float(np.average(right, weights=weight)), count)


def _effective_number(weight: Floats, texts: Sequence[str]) -> float:
    """How many texts drawn alike would tell as much (Kish); those that read alike are one."""
    of_text = np.bincount(alike(texts), weight) if len(texts) else weight
    return float(of_text.sum() ** 2 / (of_text**2).sum()) if len(texts) else 0.0


def watch_accuracy(
    judged: pd.DataFrame,
    promised: float,
    *,
    largest_weight: float = np.nan,
    tolerance: float = TOLERANCE,
    alarm_chance: float = 0.05,
) -> Watch:
    """Has the accuracy fallen below what was promised, less what would not matter?

    Parameters
    ----------
    judged
        Rows of `judged_mentions`, in the order in which people judged them.
    promised
        See `promise_of_card`.
    largest_weight
        See the function of this name.
    tolerance
        Loss that would not matter.
    alarm_chance
        Chance of ever alarming falsely, however often one looks.

    Examples
    --------
    >>> judged = pd.DataFrame({"right": [1.0, 0.0] * 60, "weight": 2.0})
    >>> watch_accuracy(judged, 0.8).alarm_at < 60, watch_accuracy(judged, 0.5).is_alarm
    (True, False)
    """
    return watch_drop(
        list(judged["right"]),
        max(promised - tolerance, 0.01),
        weights=list(judged["weight"]),
        largest=largest_weight,
        alarm_chance=alarm_chance,
    )


def _compared(judgements: pd.DataFrame, model: Classifier) -> pd.DataFrame:
    """A row a mention, in the order of its last judgement."""
    columns = [*MENTION_KEY, "platform", "text", "right", "weight", "labelled_at", "confidence", "said"]
    if judgements.empty:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
    mentions = judgements[[*MENTION_KEY, "platform", "text"]].drop_duplicates(MENTION_KEY, ignore_index=True)
    probabilities = model.classify(list(mentions["text"]), list(mentions["brand"]))
    mentions["said"] = pd.Series(_labels_said(model, probabilities), dtype=object)
    mentions["confidence"] = _confidence(model, probabilities)
    rows = judgements.drop(columns=["platform", "text"]).merge(mentions, on=MENTION_KEY)
    rows["right"] = [_agrees(label, said) for label, said in zip(rows["label"], rows["said"], strict=True)]
    by_person = rows.groupby([*MENTION_KEY, "annotator"], dropna=False)
    people = by_person.agg(right=("right", "min"), labelled_at=("labelled_at", "max"))
    people["weight"] = 1 / by_person["inclusion_probability"].max()
    found = (
        people.groupby(MENTION_KEY)
        .agg({"right": "mean", "labelled_at": "max", "weight": "max"})
        .reset_index()
    )
    found = found.merge(mentions, on=MENTION_KEY)
    found["said"] = [", ".join(sorted(said)) for said in found["said"]]
    return _in_order(found)[columns]


def _in_order(mentions: pd.DataFrame) -> pd.DataFrame:
    """As people judged them; those of one moment in an order that tells nothing."""
    dice = [_dice(*key) for key in zip(mentions["post_id"], mentions["brand"], strict=True)]
    return mentions.assign(dice=dice).sort_values(["labelled_at", "dice"], ignore_index=True)


def _labels_said(model: Classifier, probabilities: Floats) -> list[frozenset[str]]:
    flags = said_by(model, probabilities)
    return [
        frozenset(label for label, holds in zip(model.labels, row, strict=True) if holds) for row in flags
    ]


def _confidence(model: Classifier, probabilities: Floats) -> Floats:
    """Of the label said; where several may hold, of the label that is least certain."""
    if is_multi_label(model):
        return np.asarray(np.maximum(probabilities, 1 - probabilities).min(axis=1))
    return np.asarray(probabilities.max(axis=1))


def _agrees(label: str, said: frozenset[str]) -> float:
    if label == NONE:
        return float(not said)
    return float(label.removeprefix(NOT) not in said if label.startswith(NOT) else label in said)


def _low_end(accuracy: float, count: float) -> float:
    low, _ = share_interval(accuracy, count, count - 1)
    return float(low)


def _dice(*key: str) -> str:
    return hashlib.sha256("|".join(key).encode()).hexdigest()
