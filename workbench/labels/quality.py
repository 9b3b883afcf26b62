"""Labels that are likely wrong: where a model that has not seen the label is sure of another."""

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.labels.adjudication import settled
from workbench.labels.frames import KEY, brands_of
from workbench.labels.judgements import NOT
from workbench.labels.tasks import Task
from workbench.store.lake import Lake
from workbench.store.latest_judgements import latest_of_each_person
from workbench.tables.strategies import TRAINS, in_sql

_FEWEST = 30


def likely_errors(
    given: Sequence[frozenset[str]],
    probabilities: NDArray[np.float64],
    classes: Sequence[str],
    *,
    is_multi_label: bool = False,
    thresholds: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Labels that confident learning takes for wrong, the likeliest first.

    Parameters
    ----------
    given
        Labels of each text: one, or of a task with several as many as hold.
    probabilities
        Of each class, by a model that has not learned from these texts; one row a text.
    classes
        In the order of the probabilities.
    is_multi_label
        May a text have several labels?
    thresholds
        From which probability (0–1) on the model says each of several labels; one half where nothing is given.

    Returns
    -------
    ``place`` in `given`, ``label`` (several with "+", none as "none"), ``suggested``, ``quality`` (0–1: how well the
    label agrees with the model; low is bad). Each is a guess to be looked at by a person, and never changed by itself.

    Raises
    ------
    WorkbenchError
        Too few labels to learn how often which label is taken for which.

    Notes
    -----
    Confident learning: Northcutt, Jiang and Chuang 2021, Journal of Artificial Intelligence Research 70; by cleanlab.

    Examples
    --------
    >>> said = [frozenset({"bad"})] * 20 + [frozenset({"good"})] * 20 + [frozenset({"good"})]
    >>> sure_of_bad, sure_of_good = [0.9, 0.1], [0.1, 0.9]
    >>> likely_errors(said, np.array([sure_of_bad] * 20 + [sure_of_good] * 20 + [sure_of_bad]), ["bad", "good"])
       place label suggested  quality
    0     40  good       bad      0.1
    """
    if len(given) < _FEWEST:
        raise WorkbenchError(
            f"{len(given)} labels: with fewer than {_FEWEST} nothing can be said of which are likely wrong."
        )
    numbers = [[classes.index(label) for label in sorted(labels)] for labels in given]
    with warnings.catch_warnings():
        # Of a class that nobody gave cleanlab warns; nothing can be wrong with what is not there.
        warnings.simplefilter("ignore")
        if is_multi_label:
            places, quality = _of_several(numbers, probabilities)
        else:
            places, quality = _of_one(np.array([number[0] for number in numbers]), probabilities)
    starts = np.array([(thresholds or {}).get(label, 0.5) for label in classes])
    suggested = _suggested(probabilities, classes, starts if is_multi_label else None)
    found = pd.DataFrame(
        {
            "place": places,
            "label": [_words(given[place]) for place in places],
            "suggested": [suggested[place] for place in places],
            "quality": quality[places],
        }
    )
    found = found[found["label"] != found["suggested"]]
    return found.sort_values(["quality", "place"], ignore_index=True)


def likely_errors_of(
    lake: Lake, task: Task, model: str, thresholds: Mapping[str, float] | None = None
) -> tuple[pd.DataFrame, int]:
    """Likely wrong labels of a task in the lake, by the predictions of a model; and how many labels were judged.

    What the model suggests of several labels it says by the thresholds given (as those of its card).

    Labels that people disputed are left out, which have a queue of their own, and so are answers that are no class.

    Returns
    -------
    ``post_id``, ``brand`` and the columns of `likely_errors` but ``place``; and the number of mentions looked at.

    Raises
    ------
    WorkbenchError
        The model has learned from these labels, so that it would find none of them wrong; or there are too few.
    """
    labels = _labels(lake, task)
    said = _held_out(lake, task, model)
    both = labels.merge(said, on=KEY)
    if both.empty:
        raise WorkbenchError(
            f"{len(labels):,} mentions have a label of {task.name}, and {model} has said nothing of them without "
            f"having learned from them. Train one that can: workbench models train --task {task.name} --cross-fitted."
        )
    values = both[list(task.labels)].to_numpy(dtype=np.float64)
    found = likely_errors(
        list(both["answers"]),
        values,
        list(task.labels),
        is_multi_label=task.is_multi_label,
        thresholds=thresholds,
    )
    mentions = both[KEY].iloc[found["place"]].reset_index(drop=True)
    return mentions.join(found.drop(columns="place")), len(both)


def _of_one(numbers: NDArray[np.intp], probabilities: NDArray[np.float64]) -> tuple[NDArray, NDArray]:
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    # cleanlab numbers the classes that occur from 0 on, without gaps.
    there = np.unique(numbers)
    values = probabilities[:, there]
    values = values / np.maximum(values.sum(axis=1, keepdims=True), 1e-12)
    place = np.searchsorted(there, numbers)
    if len(there) < 2:
        return np.array([], dtype=np.intp), np.ones(len(numbers))
    is_wrong = find_label_issues(place, values, n_jobs=1)
    return np.flatnonzero(is_wrong), get_label_quality_scores(place, values)


def _of_several(numbers: list[list[int]], probabilities: NDArray[np.float64]) -> tuple[NDArray, NDArray]:
    from cleanlab.multilabel_classification import get_label_quality_scores
    from cleanlab.multilabel_classification.filter import find_label_issues

    is_wrong = find_label_issues(numbers, probabilities, n_jobs=1)
    return np.flatnonzero(is_wrong), get_label_quality_scores(numbers, probabilities)


def _suggested(
    probabilities: NDArray[np.float64], classes: Sequence[str], starts: NDArray[np.float64] | None
) -> list[str]:
    if starts is None:
        return [classes[place] for place in probabilities.argmax(axis=1)]
    names = np.array(classes, dtype=object)
    return [_words(frozenset(names[row >= starts])) for row in probabilities]


def _words(labels: frozenset[str]) -> str:
    return "+".join(sorted(labels)) or "none"


def _labels(lake: Lake, task: Task) -> pd.DataFrame:
    """One row a mention whose judgements agree: ``answers``, those that are classes."""
    columns = [*KEY, "annotator", "label", "labelled_at"]
    # A ticket's category says what holds, and nothing of what else may.
    strategies = [name for name in TRAINS if not (task.is_multi_label and name == "ticket")]
    where = f"task = '{task.name}' AND strategy IN {in_sql(strategies)}"
    rows = lake.read("labels", columns, where=where).to_pandas()
    rows = rows.assign(brand=brands_of(rows, lake)).dropna(subset=["brand"])
    rows = latest_of_each_person(rows)
    holds = rows.assign(label=rows["label"].where(~rows["label"].str.startswith(NOT)))
    people = holds.groupby([*KEY, "annotator"])["label"].apply(lambda said: frozenset(said.dropna()))
    agreed = people.groupby(KEY).agg(["nunique", "first"])
    agreed = agreed.loc[agreed["nunique"] == 1, "first"].rename("answers").reset_index()
    # What one more person has settled is not asked again.
    done = settled(lake, task.name)[KEY].assign(is_settled=True)
    agreed = agreed.merge(done, on=KEY, how="left")
    classes = set(task.labels)
    is_class = np.array(
        [labels <= classes and (task.is_multi_label or len(labels) == 1) for labels in agreed["answers"]],
        dtype=bool,
    )
    return agreed[agreed["is_settled"].isna().to_numpy() & is_class][[*KEY, "answers"]]


def _held_out(lake: Lake, task: Task, model: str) -> pd.DataFrame:
    where = f"task = '{task.name}' AND model = '{model}' AND is_held_out"
    said = lake.read("predictions", [*KEY, "label", "probability"], where=where).to_pandas()
    wide = said.pivot_table(index=KEY, columns="label", values="probability", aggfunc="first")
    return wide.reindex(columns=list(task.labels)).dropna().reset_index()
