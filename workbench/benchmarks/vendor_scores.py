"""How right a vendor's sentiment is, by labels that people gave to posts drawn at random."""

from functools import partial
from typing import Any, NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame

from workbench.statistics.cells import counts
from workbench.statistics.correction import UNSEEN_ERROR
from workbench.statistics.intervals import Floats, bounded_interval
from workbench.statistics.measure import MEASURE_COLUMNS
from workbench.statistics.prevalence import FEW_LABELS, Estimate, labels_only_mean
from workbench.statistics.sentiment import LABELS
from workbench.store.frames import in_memory

_METHOD = "labels of people, drawn at random within each brand and weighted by their chance; 95 % interval"


def audited(mentions: IntoFrame) -> pd.DataFrame:
    """The relevant, earned mentions of a mention frame that the vendor judged, in memory and without their texts."""
    frame = nw.from_native(mentions)
    kept = [name for name in frame.collect_schema().names() if name != "text"]
    rows = in_memory(frame.filter(counts()).select(kept)).reset_index(drop=True)
    return rows.assign(inclusion_probability=rows["inclusion_probability"].astype(float))


def vendor_scores(mentions: IntoFrame) -> pd.DataFrame:
    """Accuracy, macro-F1, precision and recall of a vendor's sentiment, over all posts of its export.

    Parameters
    ----------
    mentions
        As `audited` gives them: ``negative``, ``neutral`` and ``positive`` are what the vendor says (1 or 0; a
        half each where it says "mixed" or contradicts itself), ``label_negative`` … what people say.

    Returns
    -------
    Columns of a measure frame but ``vintage``, as it is the whole audit that is preliminary. ``accuracy``;
    ``gain`` (accuracy less that of calling every post what most are: 0 is no skill); ``macro_f1``;
    ``precision.negative`` (of what the vendor calls negative, the share that people call so) and
    ``recall.negative`` (of what people call negative, the share that the vendor finds), and likewise for the
    others; ``relevant`` (share of posts that are about the brand at all). All but the last are of relevant
    posts. A figure of which nothing is labelled is withheld.

    Notes
    -----
    Ratios of weighted sums, linearised (domain estimation: Särndal, Swensson and Wretman 1992, chapter 10),
    macro-F1 as well; the intervals are Wilson's with the effective number of labels. Where several people judged a
    post (``annotators``), the variance between them is added, as in `workbench.statistics.prevalence`.

    Examples
    --------
    A vendor that calls everything neutral. Of four posts three were labelled.

    >>> mentions = pd.DataFrame(
    ...     {
    ...         "negative": 0.0,
    ...         "neutral": 1.0,
    ...         "positive": 0.0,
    ...         "label_negative": [1.0, 1.0, 0.0, None],
    ...         "label_neutral": [0.0, 0.0, 1.0, None],
    ...         "label_positive": [0.0, 0.0, 0.0, None],
    ...         "inclusion_probability": [0.75, 0.75, 0.75, None],
    ...     }
    ... )
    >>> scores = vendor_scores(mentions).set_index("metric")
    >>> scores.loc[["accuracy", "gain", "recall.negative"], "value"].round(2).tolist()
    [0.33, -0.33, 0.0]
    """
    rows = in_memory(nw.from_native(mentions))
    judged = rows[rows["inclusion_probability"].notna()]
    given = _columns(judged, "label_")
    said = _columns(judged, "")
    chance = judged["inclusion_probability"].to_numpy(dtype=np.float64)
    relevant = given.sum(axis=1)
    most = int(((1 / chance)[:, None] * given).sum(axis=0).argmax()) if len(judged) else 0
    only = np.eye(len(LABELS))
    people = _People(given, _annotators(judged), chance)
    share = partial(_share, people)
    found = {
        "accuracy": share(said, relevant),
        "gain": share(said - only[most], relevant, low=-1.0),
        "macro_f1": _macro_f1(people, said, relevant),
        "relevant": share(np.ones_like(given), np.ones(len(judged))),
    }
    for place, label in enumerate(LABELS):
        right = said * only[place]
        found[f"precision.{label}"] = share(right, said[:, place] * relevant)
        found[f"recall.{label}"] = share(right, given[:, place])
    columns = [name for name in MEASURE_COLUMNS if name != "vintage"]
    return pd.DataFrame([_row(name, told, len(rows)) for name, told in found.items()], columns=columns)


def most_common(mentions: pd.DataFrame) -> str:
    """What most posts are, by people's labels."""
    judged = mentions[mentions["inclusion_probability"].notna()]
    weight = 1 / judged["inclusion_probability"].to_numpy(dtype=np.float64)
    return LABELS[int((weight[:, None] * _columns(judged, "label_")).sum(axis=0).argmax())]


def _columns(frame: pd.DataFrame, prefix: str) -> Floats:
    return frame[[prefix + label for label in LABELS]].to_numpy(dtype=np.float64)


def _annotators(judged: pd.DataFrame) -> Floats:
    """How many people judged each post; one where that is not told."""
    if "annotators" not in judged:
        return np.ones(len(judged))
    return np.asarray(judged["annotators"].astype(float).fillna(1.0), dtype=np.float64)


class _People(NamedTuple):
    """What people said of each labelled post, in shares of them; how many they were; and the chance of the post."""

    given: Floats
    annotators: Floats
    chance: Floats

    def adding(self, worth: Floats) -> tuple[Floats, Floats]:
        """What each post adds where an answer is worth so much, and how far that varies between people."""
        mean = (self.given * worth).sum(axis=1)
        several = self.annotators > 1
        spread = ((self.given * worth**2).sum(axis=1) - mean**2).clip(0.0)
        between = spread * self.annotators / np.where(several, self.annotators - 1, 1.0)
        return mean, np.where(several, between, np.nan)


def _share(people: _People, worth: Floats, whole: Floats, low: float = 0.0) -> Estimate | None:
    """What answers are worth, of the whole, over all posts from the labelled ones; None where there is no whole."""
    if not whole.sum() > 0:
        return None
    part, within = people.adding(worth)
    frame = pd.DataFrame(
        {
            "label": part,
            "relevance": whole,
            "inclusion_probability": people.chance,
            "annotators": people.annotators,
            "within_variance": within,
        }
    )
    posts = max(round(float((1 / people.chance).sum())), len(frame))
    return labels_only_mean(frame, posts, bounds=(low, 1.0))


def _macro_f1(people: _People, said: Floats, relevant: Floats) -> Estimate | None:
    """Mean F1 over the labels that people gave, with an interval from its linearised error."""
    given, annotators, chance = people
    weight, own = 1 / chance, (1 - chance) / chance**2
    occurs = given.sum(axis=0) > 0
    if not occurs.any():
        return None
    given, both = given[:, occurs], (given * said)[:, occurs]
    said = said[:, occurs] * relevant[:, None]
    together = (weight[:, None] * (given + said)).sum(axis=0)
    f1 = 2 * (weight[:, None] * both).sum(axis=0) / together
    mean = float(f1.mean())
    errors = ((2 * both - f1 * (given + said)) / together).mean(axis=1)
    # Of a rare label the next post may be the first that is wrong: no error seen is not no error.
    unseen = UNSEEN_ERROR * own.max() * (1 / (len(f1) * together.min() / 2)) ** 2
    size = float(relevant.sum())
    variance = ((own * errors**2).sum() + unseen) * size / max(size - 1, 1)
    # An answer of that label adds this to the error; people who differ add it by chance.
    worth = ((2 * said - f1) / together - (f1 * said / together).sum(axis=1, keepdims=True)) / len(f1)
    _, within = people._replace(given=given).adding(worth)
    if (twice := ~np.isnan(within)).any():
        of_one = np.average(within[twice], weights=weight[twice])
        variance += of_one * np.average(1 / annotators, weights=weight) * weight.sum()
    effective = float((weight * relevant).sum() ** 2 / (weight**2 * relevant**2).sum())
    spread = mean * (1 - mean) + UNSEEN_ERROR / effective
    low, high = bounded_interval(mean, variance, effective - 1, spread=spread)
    return Estimate(mean, float(low), float(high), float(variance**0.5), 0, len(given), 0.0, _METHOD)


def _row(metric: str, told: Estimate | None, posts: int) -> dict[str, Any]:
    unit = {"gain": "points", "macro_f1": ""}.get(metric, "share")
    same = {"metric": metric, "unit": unit, "posts": posts, "kind": "estimate", "method": _METHOD}
    if told is None:
        nothing = dict.fromkeys(("value", "low", "high"), np.nan)
        return {**same, **nothing, "labels": 0, "status": "withheld"}
    return {
        **same,
        **{name: getattr(told, name) for name in ("value", "low", "high", "labels")},
        "status": "few labels" if told.labels < FEW_LABELS else "ok",
    }
