"""How far people agree on what they judged, beyond what chance alone would give.

Most answers agree by luck where one answer is given nine times in ten, so that agreement is counted
from there: 1 is complete, 0 is what chance gives, below 0 is worse than chance.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.statistics.agreement_counts import (
    Answers,
    answers,
    cohen,
    distinct_items,
    drawn_weights,
    krippendorff,
    observed,
    pair_counts,
)
from workbench.statistics.intervals import Floats
from workbench.tables.judgements import NOT as NOT

ALL = "all"
COLUMNS = (
    "label", "items", "judgements", "annotators", "observed_agreement",
    "alpha", "alpha_low", "alpha_high", "kappa", "kappa_low", "kappa_high", "warning",
)  # fmt: skip
PAIR_COLUMNS = ("annotator", "other", "items", "observed_agreement", "kappa", "kappa_low", "kappa_high")
_NEEDED = ("item", "annotator", "label")
_FEW_ITEMS = 30
_DRAWS = 2_000
_NO_WIDTH = 1e-9


def agreement(
    judgements: pd.DataFrame,
    labels: Sequence[str],
    *,
    is_multi_label: bool = False,
    confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Agreement on all labels together and on each against the others, with intervals.

    Parameters
    ----------
    judgements
        One row a judgement: ``item``, ``annotator``, ``label``. Of a task with several labels a post, one row a
        label that was looked at, ``label`` being its name where it holds and ``not:`` and its name where not.
        Items that one person judged say nothing of agreement and are left out.
    labels
        The labels of which to speak one by one; other answers, as irrelevant, count in "all".
    is_multi_label
        Can an item have several labels? "all" is then agreement on the whole set of them.
    confidence
        Of the intervals.
    seed
        The same seed gives the same intervals.

    Returns
    -------
    One row for "all" and one a label, with `COLUMNS`. ``observed_agreement`` is the share of pairs of answers
    that are alike (0–1). ``alpha`` is Krippendorff's, for nominal labels, any number of people and missing
    answers; ``kappa`` is Cohen's, over all pairs of people who share items. Both are null where only one answer
    was ever given, since nothing then tells agreement from habit, and ``warning`` says so; the ends alone where every
    draw gives the same, as with a person who gave one answer only.

    Raises
    ------
    WorkbenchError
        A column or value is missing, a person judged an item twice, or no item was judged by two.

    Notes
    -----
    Krippendorff 2011, "Computing Krippendorff's alpha-reliability"; Cohen 1960, pooled over pairs as in Conger
    1980. Intervals draw the items anew, the lower end with one more item on which people differ: a few items
    on which all agree prove little.

    Examples
    --------
    >>> judged = pd.DataFrame({
    ...     "item": [1, 1, 2, 2, 3, 3, 4, 4],
    ...     "annotator": ["ann", "bob"] * 4,
    ...     "label": ["bad", "bad", "good", "good", "bad", "good", "good", "good"],
    ... })
    >>> agreement(judged, ["bad"])[["label", "items", "observed_agreement", "alpha", "kappa"]].round(3)
      label  items  observed_agreement  alpha  kappa
    0   all      4                0.75  0.533    0.5
    1   bad      4                0.75  0.533    0.5
    """
    judged = checked_judgements(judgements, is_multi_label)
    together = _sets(judged) if is_multi_label else judged
    parts = [(ALL, together), *((label, _one(judged, label, is_multi_label)) for label in labels)]
    rows = [{"label": name} | _agreement(_doubled(part), confidence, seed) for name, part in parts]
    if not rows[0]["items"]:
        raise WorkbenchError(
            "no item was judged by two people, so nothing tells how far they agree. Have some judged twice: "
            "`doubled` in the section [labeling] of workbench.toml."
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def agreement_of_pairs(judgements: pd.DataFrame, *, confidence: float = 0.95, seed: int = 0) -> pd.DataFrame:
    """Cohen's kappa of every two people who judged items in common: who reads the instruction otherwise?

    Parameters
    ----------
    judgements, confidence, seed
        As for `agreement`, of a task with one label an item.

    Returns
    -------
    One row a pair, with `PAIR_COLUMNS`.
    """
    judged = _doubled(checked_judgements(judgements))
    rows = []
    for one, other in pair_counts(answers(judged)).people if len(judged) else ():
        names = sorted(judged["annotator"].unique())[one], sorted(judged["annotator"].unique())[other]
        found = _agreement(_doubled(judged[judged["annotator"].isin(names)]), confidence, seed)
        rows.append(dict(zip(PAIR_COLUMNS[:2], names, strict=True)) | {n: found[n] for n in PAIR_COLUMNS[2:]})
    return pd.DataFrame(rows, columns=list(PAIR_COLUMNS))


def _agreement(judged: pd.DataFrame, confidence: float, seed: int) -> dict[str, Any]:
    everything = answers(judged)
    items, people, labels = everything.sizes
    row: dict[str, Any] = {"items": items, "judgements": len(judged), "annotators": people, "warning": ""}
    if not items:
        return row | {"warning": "no item was judged by two people"}
    found, often = distinct_items(everything)
    row["observed_agreement"] = float(observed(found.of_items, often[None])[0])
    if labels < 2:
        return row | {"warning": "only one answer was ever given"}
    for name, measure in (("alpha", _alpha), ("kappa", _kappa)):
        value, low, high = _with_interval(found, often, measure, confidence, seed)
        if high - low < _NO_WIDTH:  # whoever gives one answer only has this kappa whatever the other says
            low = high = np.nan
        row |= {name: value, f"{name}_low": low, f"{name}_high": high}
    return row | {"warning": f"only {items} items: the interval is wide" if items < _FEW_ITEMS else ""}


def _alpha(found: Answers, weights: Floats) -> Floats:
    return krippendorff(found.of_items, weights)


def _kappa(found: Answers, weights: Floats) -> Floats:
    return cohen(pair_counts(found), weights)


def _with_interval(
    found: Answers,
    often: Floats,
    measure: Callable[[Answers, Floats], Floats],
    confidence: float,
    seed: int,
) -> tuple[float, float, float]:
    """The figure and its interval, the lower end of which counts a disagreement more."""
    value = float(measure(found, often[None])[0])
    tail = 100 * (1 - confidence) / 2
    high = np.nanpercentile(measure(found, drawn_weights(often, _DRAWS, seed)), 100 - tail)
    one_more = drawn_weights(np.append(often, 1.0), _DRAWS, seed)
    low = np.nanpercentile(measure(_with_a_dispute(found, often), one_more), tail)
    return value, min(float(low), value), max(float(high), value)


def _with_a_dispute(found: Answers, often: Floats) -> Answers:
    """… with one more item, on which the two who share most give the two labels that are given most."""
    pairs = pair_counts(found)
    people = pairs.people[(often @ pairs.shared).argmax()]
    labels = np.argsort(-(often @ found.of_items), kind="stable")[:2]
    items, others, kinds = found.sizes
    return Answers(
        np.append(found.item, [items, items]),
        np.append(found.annotator, people),
        np.append(found.label, labels),
        (items + 1, others, kinds),
    )


def checked_judgements(judgements: pd.DataFrame, is_multi_label: bool = False) -> pd.DataFrame:
    """The judgements in the columns that are needed, each of them once; otherwise an error.

    Raises
    ------
    WorkbenchError
        A column is missing.
    """
    if missing := [name for name in _NEEDED if name not in judgements]:
        raise WorkbenchError(
            f"the judgements have no column {', '.join(missing)}; needed: {', '.join(_NEEDED)}."
        )
    judged = judgements[list(_NEEDED)]
    if lacking := int(judged.isna().any(axis=1).sum()):
        raise WorkbenchError(f"{lacking} of {len(judged)} judgements lack an item, an annotator or a label.")
    key = ["item", "annotator"]
    if is_multi_label:
        judged = judged.assign(of=judged["label"].str.removeprefix(NOT))
        key.append("of")
    if repeated := int(judged.duplicated(key).sum()):
        raise WorkbenchError(
            f"{repeated} of {len(judged)} judgements repeat one by the same person of the same item. Keep the latest."
        )
    return judged


def _doubled(judged: pd.DataFrame) -> pd.DataFrame:
    """Judgements of items that two people or more have judged."""
    return judged[judged.groupby("item")["annotator"].transform("size") > 1]


def _sets(judged: pd.DataFrame) -> pd.DataFrame:
    """One row a person and item, its label being all that hold, in order."""
    holds = judged.assign(label=judged["label"].where(~judged["label"].str.startswith(NOT), ""))
    together = holds.sort_values("label").groupby(["item", "annotator"])["label"]
    return together.agg(lambda labels: "|".join(filter(None, labels))).reset_index()


def _one(judged: pd.DataFrame, label: str, is_multi_label: bool) -> pd.DataFrame:
    """Whether one label holds; where there may be several, by those who looked at it."""
    own = judged[judged["of"] == label] if is_multi_label else judged
    return own.assign(label=(own["label"] == label).astype(int))
