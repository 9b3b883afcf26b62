"""Training SetFit: its time told beforehand, scored and calibrated by folds, going on where it was stopped."""

import datetime as dt
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.models.checkpoints import kept_until_done
from workbench.models.classifier import LABELS
from workbench.models.embeddings import MISSING, PACKAGED, Embedder, encode, load_embedder, load_encoder
from workbench.models.features import prepared
from workbench.models.heads import calibrate, calibrated_apart, fit_head
from workbench.models.label_matrix import label_matrix, own_labels
from workbench.models.label_sets import folds_of_sets
from workbench.models.lexicon import opinions
from workbench.models.setfit import SetFitModel
from workbench.models.setfit_card import HeldOut, make_setfit_card
from workbench.models.setfit_lesson import Lesson, held_out_logits, part_of, planned
from workbench.models.text_hashes import text_hashes
from workbench.progress import Progress, silent

FOLDS = 3
_WHAT = "SetFit: a sentence encoder taught by pairs of labelled texts (Tunstall et al. 2022), and logistic regression"
_WHAT_OF_A_PROBE = "logistic regression on sentence embeddings as they are"


def train_setfit(
    texts: Sequence[str],
    labels: Sequence[str] | Sequence[Collection[str]],
    *,
    classes: Sequence[str] = LABELS,
    task: str = "sentiment",
    is_multi_label: bool = False,
    judged: NDArray[np.bool_] | None = None,
    base: str = "",
    with_lexicon: bool = True,
    folds: int = FOLDS,
    budget: float | None = None,
    checkpoints: Path | None = None,
    seed: int = 0,
    languages: Sequence[str | None] | None = None,
    origin: Mapping[str, Any] | None = None,
    trained_at: dt.datetime | None = None,
    progress: Progress = silent,
) -> SetFitModel:
    """Teach a sentence encoder the labels and fit a logistic regression on it.

    Parameters
    ----------
    texts, labels
        Masked texts and their human labels; where several labels may hold, the labels of each text, or none.
    classes
        The labels that the model gives, in their order.
    task
        What is classified, for its card.
    is_multi_label, judged
        Whether several labels, or none, may hold of a text; and, text × label, whether anybody said if one does.
    base
        A sentence-transformers model or folder to begin with. Empty: the packaged MiniLM, which needs no network.
    with_lexicon
        Whether what VADER holds of a text is evidence too. With eight labels of each it is worth much where
        feelings matter; where they do not, it is given little weight.
    folds
        Models trained beside it, each without one part of the texts, to score and to calibrate it. 0: neither
        scored nor calibrated, where other texts do that.
    budget
        Seconds it may take: then it makes fewer steps. None: as long as it takes.
    checkpoints
        A folder in which it keeps what it has learnt so far. Stopped, and called again with the same texts and
        settings, it goes on there and ends as if it had not been stopped.
    seed
        The same seed, labels and steps make the same model on the same machine.
    languages, origin, trained_at
        As in `train_linear`.
    progress
        Told the share done and what is being done; before anything is learnt, how long it will take.

    Raises
    ------
    WorkbenchError
        Unknown label, fewer than two classes, fewer than five different texts of a class, no time to learn
        anything, or the extra `models` is not installed.
    """
    begun = time.perf_counter()
    given = label_matrix(texts, labels, tuple(classes), is_multi_label, judged)
    read = [prepared(text) for text in texts]
    held = opinions(texts) if with_lexicon else None
    lesson = Lesson(_encoder(base), read, held, given, seed)
    fold = folds_of_sets(read, given.holds, folds, seed)
    labelled = [list(texts), list(classes), own_labels(given.holds, classes), given.judged.tolist()]
    with kept_until_done(checkpoints, [*labelled, base, with_lexicon, folds, budget, seed]) as kept:
        plan = planned(lesson, folds, budget, kept)
        progress(0.0, str(plan))
        logits = held_out_logits(lesson, fold, plan, kept, progress) if folds else None
        encoder, head = lesson.learnt(
            np.arange(len(read)),
            plan.steps,
            kept and kept / "whole.safetensors",
            part_of(progress, plan, folds, "learning from all texts"),
        )
    held_out = None
    if logits is not None:
        held_out = HeldOut(logits, calibrated_apart(head, logits, given, fold), fold)
        head = calibrate(head, logits, given)
    settings = {
        "base": base or PACKAGED,
        "lexicon": with_lexicon,
        "folds": folds,
        **asdict(lesson.course(plan.steps, len(read))),
        "seconds_expected": round(plan.seconds),
        "seconds_taken": round(time.perf_counter() - begun),
    }
    card = make_setfit_card(
        _WHAT,
        texts,
        given,
        held_out,
        classes=classes,
        task=task,
        settings=settings,
        languages=languages,
        origin=origin,
        trained_at=trained_at or dt.datetime.now(dt.UTC),
    )
    progress(1.0, "trained")
    return SetFitModel(
        card, encoder, head, np.unique(text_hashes(read)), held_out.probabilities if held_out else None
    )


def train_probe(
    texts: Sequence[str],
    labels: Sequence[str] | Sequence[Collection[str]],
    *,
    classes: Sequence[str] = LABELS,
    task: str = "sentiment",
    is_multi_label: bool = False,
    embed: Embedder | None = None,
    trained_at: dt.datetime | None = None,
) -> SetFitModel:
    """The same without teaching the encoder, in seconds: what SetFit has to beat. Neither scored nor calibrated.

    Parameters
    ----------
    embed
        Sentence embeddings; the packaged MiniLM where there are none.
    """
    given = label_matrix(texts, labels, tuple(classes), is_multi_label)
    read = [prepared(text) for text in texts]
    encoder = embed.encoder if embed else _encoder("")
    head = fit_head(encode(encoder, read), given)
    card = make_setfit_card(
        _WHAT_OF_A_PROBE,
        texts,
        given,
        None,
        classes=classes,
        task=task,
        settings={"base": embed.name if embed else PACKAGED, "lexicon": False, "folds": 0, "steps": 0},
        languages=None,
        origin=None,
        trained_at=trained_at or dt.datetime.now(dt.UTC),
    )
    return SetFitModel(card, encoder, head, np.unique(text_hashes(read)))


def _encoder(base: str) -> Any:
    if load_embedder(base) is None:
        raise WorkbenchError(f"SetFit needs a transformer and {MISSING}.")
    return load_encoder(base or PACKAGED)
