"""Which answer is right when people differ, and how often each person gives which wrong one.

Nobody is taken for right from the start: who agrees with the others is believed more, and what the believed
say is taken for the truth, until neither changes any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.statistics.agreement import checked_judgements
from workbench.statistics.intervals import Floats

_STEPS, _ENOUGH = 500, 1e-6
# A person of whom little is known is taken for one like the others, as if by so many more judgements of
# each class; of all people together nothing is held to be impossible.
_LIKE_THE_OTHERS, _POSSIBLE = 2.0, 0.1


@dataclass(frozen=True)
class Annotators:
    """What people's answers say of the truth and of themselves.

    Parameters
    ----------
    prevalence
        Share of each class among the judged items, by class.
    confusion
        One row a person, class in truth and answer: ``annotator``, ``truth``, ``said``, ``probability`` of that
        answer (0–1), ``items`` (of how many items of that class it is known, by expectation), ``judgements`` (of
        that person).
    truth
        One row an item: ``item``, ``judgements``, the probability of each class, and ``likeliest``.
    is_identified
        Do the answers tell who is right? Two people who differ do not: at least some items need three
        answers, or a known one.
    """

    prevalence: pd.Series
    confusion: pd.DataFrame
    truth: pd.DataFrame
    is_identified: bool


def dawid_skene(
    judgements: pd.DataFrame, classes: Sequence[str], *, known: pd.Series | None = None
) -> Annotators:
    """Truth and people's confusion by the method of Dawid and Skene.

    Parameters
    ----------
    judgements
        One row a judgement: ``item``, ``annotator``, ``label``; of one label an item.
    classes
        The possible answers.
    known
        Answers that are known, as of gold or adjudicated items: class by item. Others than judged are passed over.

    Raises
    ------
    WorkbenchError
        A column or value is missing, there is nothing judged, a person judged an item twice, or a label is none
        of the classes.

    Notes
    -----
    Dawid and Skene 1979, Applied Statistics 28(1), by expectation and maximisation, with a person's confusion
    drawn to that of all people by two judgements a class. It takes people's errors for independent given the
    truth; where all stumble over the same posts, it finds them better than they are.

    Examples
    --------
    Cem calls everything good, and is found out.

    >>> judged = pd.DataFrame({
    ...     "item": list(range(6)) * 3,
    ...     "annotator": ["ann"] * 6 + ["bob"] * 6 + ["cem"] * 6,
    ...     "label": ["bad"] * 3 + ["good"] * 3 + ["bad"] * 3 + ["good"] * 3 + ["good"] * 6,
    ... })
    >>> found = dawid_skene(judged, ["bad", "good"])
    >>> list(found.truth["likeliest"])
    ['bad', 'bad', 'bad', 'good', 'good', 'good']
    >>> wrong = found.confusion.query("truth == 'bad' and said == 'good'")
    >>> wrong[["annotator", "probability"]].round(1).to_dict("list")
    {'annotator': ['ann', 'bob', 'cem'], 'probability': [0.1, 0.1, 0.7]}
    """
    judged = checked_judgements(judgements)
    if judged.empty:
        raise WorkbenchError("there are no judgements, so nothing can be said of the people who gave them.")
    said = _places(judged["label"], classes, "judgements")
    item, items = pd.factorize(judged["item"], sort=True)
    person, people = pd.factorize(judged["annotator"], sort=True)
    fixed = np.full(len(items), -1)
    if known is not None:
        known = known[known.index.isin(items)]
        fixed[items.get_indexer(known.index)] = _places(known, classes, "known answers")
    model = _Model(item, person, said, fixed, (len(items), len(people), len(classes)))
    truth, prevalence, confusion = model.fitted()
    often = np.bincount(item)
    return Annotators(
        prevalence=pd.Series(prevalence, index=pd.Index(classes, name="class"), name="share"),
        confusion=_confusion_table(confusion, truth, model, people, classes),
        truth=pd.DataFrame(truth, columns=list(classes)).assign(
            likeliest=np.array(classes, dtype=object)[truth.argmax(axis=1)], item=items, judgements=often
        )[["item", "judgements", *classes, "likeliest"]],
        is_identified=bool((often >= 3).any() or (fixed >= 0).any()),
    )


@dataclass(frozen=True)
class _Model:
    """Judgements as numbers: of each its item, person and answer; `fixed` is the known class of items, or −1."""

    item: NDArray[np.intp]
    person: NDArray[np.intp]
    said: NDArray[np.intp]
    fixed: NDArray[np.intp]
    sizes: tuple[int, int, int]

    def fitted(self) -> tuple[Floats, Floats, Floats]:
        """Truth of items, shares of classes, confusion of people (people × truth × answer)."""
        truth = self._held(self._votes())
        for _ in range(_STEPS):
            prevalence, confusion = truth.mean(axis=0), self._confusion(truth)
            before, truth = truth, self._held(self._truth(prevalence, confusion))
            if np.abs(truth - before).max() < _ENOUGH:
                break
        return truth, truth.mean(axis=0), self._confusion(truth)

    def judged_as(self, truth: Floats) -> Floats:
        """How often each person gave each answer to items of each class, by expectation."""
        _, people, classes = self.sizes
        place = self.person * classes + self.said
        sums = [np.bincount(place, truth[self.item, k], people * classes) for k in range(classes)]
        return np.stack([of_class.reshape(people, classes) for of_class in sums], axis=1)

    def _votes(self) -> Floats:
        items, _, classes = self.sizes
        votes = np.bincount(self.item * classes + self.said, minlength=items * classes).reshape(
            items, classes
        )
        return np.asarray(votes / votes.sum(axis=1, keepdims=True))

    def _confusion(self, truth: Floats) -> Floats:
        counts = self.judged_as(truth)
        everybody = counts.sum(axis=0) + _POSSIBLE
        counts = counts + _LIKE_THE_OTHERS * everybody / everybody.sum(axis=1, keepdims=True)
        return np.asarray(counts / counts.sum(axis=2, keepdims=True))

    def _truth(self, prevalence: Floats, confusion: Floats) -> Floats:
        log = np.log(confusion)[self.person, :, self.said]
        of_items = [np.bincount(self.item, log[:, k], self.sizes[0]) for k in range(self.sizes[2])]
        total = np.stack(of_items, axis=1) + np.log(np.maximum(prevalence, 1e-12))
        likelihood = np.exp(total - total.max(axis=1, keepdims=True))
        return np.asarray(likelihood / likelihood.sum(axis=1, keepdims=True))

    def _held(self, truth: Floats) -> Floats:
        is_known = self.fixed >= 0
        truth[is_known] = np.eye(self.sizes[2])[self.fixed[is_known]]
        return truth


def _confusion_table(
    confusion: Floats, truth: Floats, model: _Model, people: pd.Index, classes: Sequence[str]
) -> pd.DataFrame:
    counts = model.judged_as(truth).sum(axis=2)
    index = pd.MultiIndex.from_product([people, classes, classes], names=["annotator", "truth", "said"])
    judgements = np.bincount(model.person, minlength=len(people))
    return pd.DataFrame(
        {
            "probability": confusion.ravel(),
            "items": np.repeat(counts.ravel(), len(classes)),
            "judgements": np.repeat(judgements, len(classes) ** 2),
        },
        index=index,
    ).reset_index()


def _places(labels: pd.Series, classes: Sequence[str], what: str) -> NDArray[np.intp]:
    places = pd.Index(classes).get_indexer(pd.Index(labels))
    if unknown := int((places < 0).sum()):
        raise WorkbenchError(
            f"{unknown} of {len(labels)} {what} are none of {', '.join(classes)}. Leave them out first."
        )
    return places
