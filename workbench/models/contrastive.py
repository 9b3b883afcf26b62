"""Teaching a sentence encoder the labels at hand: texts of one label near, texts of different labels apart.

The first half of SetFit (Tunstall et al. 2022, arXiv 2209.11055): its objective, that the cosine of a pair be 1
where the labels agree and 0 where they do not. Each batch is read once and all its pairs are learnt from; the
library reads both texts of every pair. That is what makes it affordable on a CPU. Every step follows from the seed
and its number alone, so that a training that was stopped goes on as if it had not been.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.models.checkpoints import read_checkpoint, write_checkpoint

_WARM_UP = 0.1
_STEPS_TO_TIME = 3
# Often enough that little is lost, seldom enough that writing takes no time that counts.
_SECONDS_BETWEEN_CHECKPOINTS = 60.0


@dataclass(frozen=True)
class Course:
    """How long and how fast an encoder learns."""

    steps: int
    texts_a_step: int = 32
    learning_rate: float = 5e-5
    seed: int = 0


def fine_tune(
    encoder: Any,
    texts: Sequence[str],
    labels: NDArray[np.bool_],
    course: Course,
    checkpoint: Path | None = None,
    progress: Callable[[float], None] = lambda done: None,
    judged: NDArray[np.bool_] | None = None,
) -> None:
    """Let the encoder learn, in place; its word vectors stay as they are.

    Parameters
    ----------
    encoder
        A sentence-transformers model.
    texts, labels
        Texts, and which labels hold of each: one row a text, one column a label.
    checkpoint
        A file kept while it learns. Where there is one of the same course and texts, it goes on from there.
    progress
        Told the share of the steps done.
    judged
        Text × label: whether anybody said if it holds; None: of all. Two texts are compared by the labels judged of
        both, and teach nothing where there is none.

    Raises
    ------
    WorkbenchError
        The checkpoint is of another training.

    Notes
    -----
    Where several labels may hold, the cosine wanted is the Jaccard index of the two sets of labels.
    """
    import torch

    parameters = _parameters_that_learn(encoder)
    optimizer = torch.optim.AdamW(parameters, lr=course.learning_rate, weight_decay=0.01, fused=True)
    batches = batches_of(labels, course)
    training = {**asdict(course), "texts": len(texts)}
    begin = read_checkpoint(checkpoint, parameters, optimizer, training) if checkpoint else 0
    encoder.train()
    saved_at = time.monotonic()
    for step in range(begin, course.steps):
        torch.manual_seed(course.seed * 1_000_003 + step)  # what dropout leaves out
        for group in optimizer.param_groups:
            group["lr"] = course.learning_rate * pace(step, course.steps)
        _backward(encoder, texts, labels, batches[step], judged)
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        progress((step + 1) / course.steps)
        if checkpoint and time.monotonic() - saved_at > _SECONDS_BETWEEN_CHECKPOINTS:
            write_checkpoint(checkpoint, parameters, optimizer, step + 1, training)
            saved_at = time.monotonic()
    encoder.eval()


def seconds_a_step(encoder: Any, texts: Sequence[str], labels: NDArray[np.bool_], course: Course) -> float:
    """What one step takes on this machine at this hour: the median of a few that teach nothing."""
    encoder.train()
    seconds = []
    for batch in batches_of(labels, course)[: _STEPS_TO_TIME + 1]:
        start = time.perf_counter()
        _backward(encoder, texts, labels, batch)
        seconds.append(time.perf_counter() - start)
    encoder.zero_grad()
    encoder.eval()
    return float(np.median(seconds[1:] or seconds))  # the first one warms up


def batches_of(labels: NDArray[np.bool_], course: Course) -> list[NDArray[np.int64]]:
    """Rows of each step: the labels take turns, and so do the texts that have none.

    Examples
    --------
    One text of the first label, three of the second: both are met equally often.

    >>> labels = np.array([[1, 0], [0, 1], [0, 1], [0, 1]], dtype=bool)
    >>> [sorted(batch.tolist()) for batch in batches_of(labels, Course(steps=3, texts_a_step=2))]
    [[0, 3], [0, 1], [0, 2]]
    """
    random = np.random.default_rng(course.seed)
    groups = [np.flatnonzero(column) for column in (*labels.T, ~labels.any(axis=1))]
    turns = cycle([cycle(random.permutation(rows)) for rows in groups if len(rows)])
    return [
        np.array([next(rows) for _, rows in zip(range(course.texts_a_step), turns, strict=False)])
        for _ in range(course.steps)
    ]


def pace(step: int, steps: int) -> float:
    """Share of the learning rate at a step: up for the first tenth, then down towards nothing.

    Examples
    --------
    >>> [round(pace(step, 20), 2) for step in (0, 1, 2, 11, 19)]
    [0.5, 1.0, 1.0, 0.5, 0.06]
    """
    warm_up = max(1, round(_WARM_UP * steps))
    return min((step + 1) / warm_up, (steps - step) / max(1, steps - warm_up))


def agreement(labels: NDArray[np.bool_], judged: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
    """Jaccard index of the labels of each two texts; 1 where neither has any.

    Only labels judged of both texts count; without any, their agreement is not a number.

    Examples
    --------
    >>> agreement(np.array([[1, 1], [1, 0], [0, 0]], dtype=bool)).tolist()
    [[1.0, 0.5, 0.0], [0.5, 1.0, 0.0], [0.0, 0.0, 1.0]]
    >>> labels, judged = np.array([[1, 1], [1, 0]], dtype=bool), np.array([[1, 1], [1, 0]], dtype=bool)
    >>> agreement(labels, judged).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    known = np.ones_like(labels) if judged is None else judged
    seen, counts = known.astype(np.float64), (labels & known).astype(np.float64)
    shared = counts @ counts.T
    either = counts @ seen.T + seen @ counts.T - shared
    alike = np.where(either > 0, shared / np.maximum(either, 1), 1.0)
    return np.where(seen @ seen.T > 0, alike, np.nan)


def _parameters_that_learn(encoder: Any) -> list[Any]:
    """All but the vectors of the words: a few labels say nothing of most of them, and they are half of the model."""
    for name, parameter in encoder.named_parameters():
        parameter.requires_grad = "embeddings" not in name.split(".")
    return [parameter for parameter in encoder.parameters() if parameter.requires_grad]


def _backward(
    encoder: Any,
    texts: Sequence[str],
    labels: NDArray[np.bool_],
    batch: NDArray[np.int64],
    judged: NDArray[np.bool_] | None = None,
) -> None:
    """Gradients of one step: squared error of the cosines, like and unlike pairs counting alike."""
    import torch

    read = encoder.preprocess([texts[row] for row in batch])
    vectors = torch.nn.functional.normalize(encoder(read)["sentence_embedding"])
    known = None if judged is None else judged[batch]
    wanted = torch.from_numpy(agreement(labels[batch], known).astype(np.float32))
    errors = (vectors @ vectors.T - wanted) ** 2
    another = torch.from_numpy(batch[:, None] != batch[None, :])
    parts = [errors[another & pairs] for pairs in (wanted > 0, wanted == 0)]
    taught = [part.mean() for part in parts if len(part)]
    if taught:
        torch.stack(taught).mean().backward()
