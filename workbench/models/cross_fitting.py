"""A classifier whose every prediction is held out: each text is read by a model that has not learned from it.

What corrects a share by human labels compares labels with predictions. A model that has learned from these very
labels looks better on them than on all other posts, and the corrected share comes out wrong. Here a text decides
its fold by itself, labelled or not, and the model of a fold learns from the texts of all other folds.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, cpu_count, delayed
from numpy.typing import NDArray
from scipy.special import softmax

from workbench.errors import WorkbenchError
from workbench.models.by_fold import probabilities_by_fold
from workbench.models.card import make_cross_fitted_card
from workbench.models.classifier import LABELS, Carded, labels_of
from workbench.models.embeddings import Embedder
from workbench.models.features import prepared
from workbench.models.learning import Learnt, check_labels, different_texts, embedder_of, is_state, learn
from workbench.models.learning import from_state as learnt_from_state
from workbench.models.plain_state import no_model, read_state, write_state
from workbench.models.selection import Trial
from workbench.models.text_hashes import fold_of
from workbench.progress import Progress, silent

FOLDS = 5
# With one text of a label there is nothing to hold out when the settings are chosen.
_FEWEST_OUTSIDE_A_FOLD = 2


@dataclass
class CrossFitted(Carded):
    """One model a fold, each learnt from the texts of the other folds; `train_cross_fitted` makes it."""

    folds: tuple[Learnt, ...]
    out_of_fold: NDArray[np.float64] | None = None
    """What it says of its own training texts, in their order; not kept on disk."""

    def classify(self, texts: Sequence[str], brands: Sequence[str]) -> NDArray[np.float64]:
        """Calibrated probabilities by models that have not learned from the text; the brand is not looked at."""
        return self.classify_alike(texts, brands, texts)

    def classify_alike(
        self, texts: Sequence[str], brands: Sequence[str], first: Sequence[str]
    ) -> NDArray[np.float64]:
        """The same by the models that would read `first`: texts that are compared must be read by one model."""
        clean = [prepared(text) for text in texts]
        alike = clean if first is texts else [prepared(text) for text in first]
        return probabilities_by_fold(self.folds, texts, clean, len(self.labels), alike)

    def held_out(self, texts: Sequence[str]) -> list[bool]:
        """Always: it never says anything of a text that it has learned from."""
        return [True] * len(texts)

    def state(self) -> dict[str, Any]:
        """Everything learnt, as text and arrays of numbers: nothing in it can run."""
        return {"folds": [learnt.state() for learnt in self.folds]}

    def write(self, folder: Path) -> None:
        """Write everything learnt into a folder."""
        write_state(self.state(), folder)


def read(folder: Path, card: dict[str, Any]) -> CrossFitted:
    """The model that was written into that folder.

    Raises
    ------
    WorkbenchError
        There is no such model in it, or it needs sentence embeddings and the extra `models` is not installed.
    """
    state = read_state(folder)
    folds, count = state.get("folds"), len(labels_of(card))
    if state.keys() != {"folds"} or not isinstance(folds, list) or len(folds) < 2:
        raise no_model(folder)
    if not all(is_state(fold, count) for fold in folds):
        raise no_model(folder)
    return from_state(state, card)


def from_state(state: Mapping[str, Any], card: dict[str, Any]) -> CrossFitted:
    """The model that gave this state.

    Raises
    ------
    WorkbenchError
        It needs sentence embeddings and the extra `models` is not installed.
    """
    embed = embedder_of(card)
    uses = [fold["embeddings"] is not None for fold in card["settings"]["by_fold"]]
    return CrossFitted(
        card,
        tuple(
            learnt_from_state(one, embed if is_embedded else None)
            for one, is_embedded in zip(state["folds"], uses, strict=True)
        ),
    )


def train_cross_fitted(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    classes: Sequence[str] = LABELS,
    task: str = "sentiment",
    folds: int = FOLDS,
    seed: int = 0,
    embed: Embedder | None = None,
    languages: Sequence[str | None] | None = None,
    origin: Mapping[str, Any] | None = None,
    trained_at: dt.datetime | None = None,
    progress: Progress = silent,
) -> CrossFitted:
    """Train one model a fold from the texts of the others; settings and calibration are each model's own.

    Parameters
    ----------
    texts, labels
        Masked texts and their human labels.
    folds
        Number of folds, at least 2.
    classes, task, seed, embed, languages, origin, trained_at, progress
        As in `train_linear`.

    Raises
    ------
    WorkbenchError
        Unknown label, fewer than two classes, fewer than five different texts of a class, or a class
        of which nearly all texts are in one fold.

    Notes
    -----
    Cross-prediction: Zrnic and Candès, arXiv 2309.16598. The number of folds is fixed and the fold of a
    text follows from the text alone, so that a label has no way into the prediction of its own text.
    """
    classes = tuple(classes)
    check_labels(texts, labels, classes)
    clean = [prepared(text) for text in texts]
    fold = fold_of(clean, folds)
    _check_folds(clean, labels, fold, folds)
    given = np.array([classes.index(label) for label in labels])
    progress(0.0, "sentence embeddings" if embed else "cross-fitting")
    vectors = embed(texts) if embed else None
    learnt: list[Learnt] = []
    trials: list[Trial] = []
    logits = np.empty((len(texts), len(classes)))
    outside = [np.flatnonzero(fold != number) for number in range(folds)]
    # A process each: they share nothing, and learning keeps to one core.
    learning = Parallel(n_jobs=min(folds, cpu_count()), return_as="generator")(
        delayed(learn)(
            [texts[i] for i in seen],
            given[seen],
            None if vectors is None else vectors[seen],
            None,
            seed,
            count=len(classes),
        )
        for seen in outside
    )
    for number, (found, trial) in enumerate(learning):
        model = replace(found, embed=embed if trial.chosen.is_embedded else None)
        asked = np.flatnonzero(fold == number)
        if len(asked):
            logits[asked] = model.logits(
                [clean[i] for i in asked], None if vectors is None else vectors[asked]
            )
        learnt.append(model)
        trials.append(trial)
        progress((number + 1) / folds, f"fold {number + 1} of {folds}")
    temperatures = np.array([model.temperature for model in learnt])
    out_of_fold = softmax(logits / temperatures[fold][:, None], axis=1)
    card = make_cross_fitted_card(
        texts,
        labels,
        logits,
        out_of_fold,
        classes=classes,
        task=task,
        temperatures=temperatures.tolist(),
        trials=trials,
        embeddings=embed.name if embed else None,
        seed=seed,
        languages=languages,
        origin=origin,
        trained_at=trained_at or dt.datetime.now(dt.UTC),
    )
    progress(1.0, "trained")
    return CrossFitted(card, tuple(learnt), out_of_fold)


def _check_folds(clean: Sequence[str], labels: Sequence[str], fold: NDArray[np.int64], folds: int) -> None:
    for number in range(folds):
        seen = np.flatnonzero(fold != number)
        different = different_texts([clean[i] for i in seen], [labels[i] for i in seen])
        for label in sorted(set(labels)):
            if different[label] < _FEWEST_OUTSIDE_A_FOLD:
                raise WorkbenchError(
                    f"cross-fitting needs at least {_FEWEST_OUTSIDE_A_FOLD} different texts of each label outside "
                    f"each of the {folds} folds; outside fold {number + 1}, {label} has {different[label]}. Label "
                    "more posts; or train with --plain, for a model whose predictions of labelled posts are not "
                    "held out, so that no share can be corrected with them."
                )
