"""What SetFit is taught, and the models that are taught it: one of all texts, and one a fold."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.models.checkpoints import write_whole
from workbench.models.contrastive import Course, fine_tune, seconds_a_step
from workbench.models.embeddings import encode
from workbench.models.heads import Head, fit_head
from workbench.models.label_matrix import LabelMatrix
from workbench.models.training_plan import TEXTS_A_STEP, TrainingPlan, in_words, plan_training
from workbench.progress import Progress


@dataclass(frozen=True)
class Lesson:
    """What is taught, and to whom."""

    encoder: Any
    texts: list[str]
    opinions: NDArray[np.float64] | None
    labels: LabelMatrix
    seed: int

    def course(self, steps: int, texts: int) -> Course:
        """With few texts a step reads each of them once."""
        return Course(steps, min(TEXTS_A_STEP, texts), seed=self.seed)

    def learnt(
        self, rows: NDArray[np.int64], steps: int, checkpoint: Path | None, told: Callable[[float], None]
    ) -> tuple[Any, Head]:
        """A new encoder that was taught these rows, and the head on it."""
        encoder, texts, labels = (
            deepcopy(self.encoder),
            [self.texts[row] for row in rows],
            self.labels.take(rows),
        )
        course = self.course(steps, len(rows))
        fine_tune(encoder, texts, labels.holds, course, checkpoint, told, labels.judged)
        return encoder, fit_head(encode(encoder, texts), labels, self.opinions_of(rows))

    def opinions_of(self, rows: NDArray[np.int64]) -> NDArray[np.float64] | None:
        """What the lexicon holds of these texts."""
        return None if self.opinions is None else self.opinions[rows]


def planned(lesson: Lesson, folds: int, budget: float | None, kept: Path | None) -> TrainingPlan:
    """The plan it was begun with; else one by what a step takes now."""
    file = kept / "plan.json" if kept else None
    if file and file.is_file():
        return TrainingPlan(**json.loads(file.read_text(encoding="utf-8")))
    count = len(lesson.texts)
    # As many steps as are timed.
    a_step = seconds_a_step(lesson.encoder, lesson.texts, lesson.labels.holds, lesson.course(4, count))
    plan = plan_training(count, folds, a_step, budget=budget)
    if file:
        file.write_text(json.dumps(asdict(plan)), encoding="utf-8")
    return plan


def held_out_logits(
    lesson: Lesson, fold: NDArray[np.int64], plan: TrainingPlan, kept: Path | None, progress: Progress
) -> NDArray[np.float64]:
    """Logits of every text by a model that has seen the other folds only."""
    logits = np.empty(lesson.labels.holds.shape)
    for number in range(plan.folds):
        seen, asked = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        done = kept / f"fold-{number}.npy" if kept else None
        if done and done.is_file():
            logits[asked] = np.load(done, allow_pickle=False)
            continue
        told = part_of(progress, plan, number, f"fold {number + 1} of {plan.folds}")
        checkpoint = kept / f"fold-{number}.safetensors" if kept else None
        encoder, head = lesson.learnt(seen, plan.steps_of_a_fold, checkpoint, told)
        vectors = encode(encoder, [lesson.texts[row] for row in asked])
        logits[asked] = head.logits(vectors, lesson.opinions_of(asked))
        if done and checkpoint:
            write_whole(done, logits[asked])
            checkpoint.unlink(missing_ok=True)
    return logits


def part_of(progress: Progress, plan: TrainingPlan, number: int, what: str) -> Callable[[float], None]:
    """Tells the progress of one of the models as one of all."""
    every = plan.steps + plan.folds * plan.steps_of_a_fold
    steps = plan.steps if number == plan.folds else plan.steps_of_a_fold
    told = f"{what}, {in_words(plan.seconds)} in all"
    return lambda done: progress((number * plan.steps_of_a_fold + done * steps) / every, told)
