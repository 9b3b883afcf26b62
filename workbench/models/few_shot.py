"""What a few labels are worth: each method learns from so many of each label, drawn several times."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.models.drawn_texts import first_of_each
from workbench.models.embeddings import Embedder, load_embedder
from workbench.models.evaluation import evaluate
from workbench.models.fair_rows import Labelled, unseen
from workbench.models.methods import METHODS, Means, check_methods
from workbench.progress import Progress

SIZES = (8, 64)
SEEDS = 3
FAIR = ("tfidf", "embeddings", "probe", "setfit")


def refuse_several(means: Means) -> None:
    """Of so many texts of each label several hold.

    Raises
    ------
    WorkbenchError
        Several labels may hold of a text.
    """
    if means.is_multi_label:
        raise WorkbenchError("so many of each label cannot be drawn where several labels hold of a text.")


def few_shot_rows(
    learn: Labelled,
    score: Labelled,
    means: Means,
    *,
    sizes: Sequence[int] = SIZES,
    seeds: int = SEEDS,
    methods: Sequence[str] = FAIR,
    kept: Path | None = None,
) -> Iterator[dict[str, object]]:
    """One row a method, size and draw, as soon as it is known; those of an earlier call first.

    Parameters
    ----------
    learn, score
        Texts and labels to draw from, and those to score on. What reads as a text of `learn` is not scored.
    means
        What the methods may use; its progress is told.
    sizes
        Labels of each class.
    seeds
        Draws of each size, from the seed of `means` on: 0, 1, …; all methods learn from the same draws.
    methods
        Names from `workbench.models.methods.METHODS`.
    kept
        File of JSON lines where each row is written down, and from which an interrupted call goes on.

    Returns
    -------
    ``method``, ``labels_of_each``, ``seed``, ``n`` scored texts, ``macro_f1``, ``accuracy`` and ``training_seconds``.

    Raises
    ------
    WorkbenchError
        There are too few texts of a label, or no such method.
    """
    methods = check_methods(methods)
    refuse_several(means)
    different = np.flatnonzero(first_of_each(learn[0]))  # one post shared a hundred times is one label
    learn = [learn[0][row] for row in different], [learn[1][row] for row in different]
    rows = unseen(learn[0], score[0])
    scored = [score[0][row] for row in rows], [score[1][row] for row in rows]
    # Of the encoder as it is, every text is read once, whatever the number of draws.
    embed = load_embedder(means.base) if {"embeddings", "probe"} & set(methods) else None
    means = replace(means, embed=embed and _Remembering(embed))
    draws = range(means.seed, means.seed + seeds)
    asked = [(method, size, seed) for size in sizes for seed in draws for method in methods]
    done = {key: row for row in _read(kept) if (key := _key(row)) in asked}
    yield from done.values()
    waiting = [key for key in asked if key not in done]
    if waiting:  # what cannot be drawn is said before hours are spent
        draw(learn[1], means.classes, max(size for _, size, _ in waiting), seed=0)
    for number, (method, size, seed) in enumerate(waiting):
        drawn = draw(learn[1], means.classes, size, seed)
        texts, labels = [learn[0][row] for row in drawn], [learn[1][row] for row in drawn]
        told = _share(
            means.progress,
            number,
            len(waiting),
            f"{method}, {size} of each label, draw {seed - draws.start + 1}",
        )
        start = time.perf_counter()
        model = METHODS[method](texts, labels, replace(means, seed=seed, progress=told))
        seconds = time.perf_counter() - start
        result = evaluate(model, *scored)
        row = {
            "method": method,
            "labels_of_each": size,
            "seed": seed,
            "n": result["n"],
            "macro_f1": round(result["macro_f1"], 4),
            "accuracy": round(result["accuracy"], 4),
            "training_seconds": round(seconds, 1),
        }
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
        yield row


def _read(kept: Path | None) -> list[dict[str, Any]]:
    """Rows that were written down whole; of one that a killed process left in part nothing stays."""
    if kept is None or not kept.exists():
        return []
    whole, _, part = kept.read_text(encoding="utf-8").rpartition("\n")
    if part:
        kept.write_text(whole + "\n" if whole else "", encoding="utf-8")
    return [json.loads(line) for line in whole.splitlines()]


def _key(row: Mapping[str, Any]) -> tuple[str, int, int]:
    return row["method"], row["labels_of_each"], row["seed"]


def few_shot_table(rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    """Mean, lowest and highest of the draws.

    Examples
    --------
    >>> row = {"method": "tfidf", "labels_of_each": 8, "n": 100, "accuracy": 0.5, "training_seconds": 1.0}
    >>> table = few_shot_table([{**row, "seed": 0, "macro_f1": 0.4}, {**row, "seed": 1, "macro_f1": 0.6}])
    >>> table[["method", "draws", "macro_f1", "lowest", "highest"]].values.tolist()
    [['tfidf', 2, 0.5, 0.4, 0.6]]
    """
    table = pd.DataFrame(rows).groupby(["labels_of_each", "method"], sort=False)
    found = table.agg(
        draws=("seed", "nunique"),
        n=("n", "first"),
        macro_f1=("macro_f1", "mean"),
        lowest=("macro_f1", "min"),
        highest=("macro_f1", "max"),
        accuracy=("accuracy", "mean"),
        training_seconds=("training_seconds", "mean"),
    )
    found = found.round(4).reset_index()
    return found[["method", "labels_of_each", *found.columns[2:]]]


def draw(labels: Sequence[str], classes: Sequence[str], size: int, seed: int) -> NDArray[np.int64]:
    """Rows of so many texts of each label.

    Raises
    ------
    WorkbenchError
        There are fewer of one.

    Examples
    --------
    >>> draw(["a", "b", "a", "b", "a"], ("a", "b"), 1, seed=0).tolist()
    [4, 3]
    """
    random = np.random.default_rng(seed)
    given = np.array(labels, dtype=object)
    drawn = []
    for label in classes:
        rows = np.flatnonzero(given == label)
        if len(rows) < size:
            raise WorkbenchError(
                f"there are {len(rows)} texts of '{label}' to learn from and {size} are to be drawn. Draw fewer "
                "(--size), or give more labelled texts: without --score a part of the file is held out."
            )
        drawn.append(random.choice(rows, size, replace=False))
    return np.concatenate(drawn)


def _share(progress: Progress, number: int, count: int, what: str) -> Progress:
    return lambda done, step: progress((number + done) / count, f"{what}: {step}")


class _Remembering(Embedder):
    """Embeddings by an encoder that reads no text twice."""

    def __init__(self, embed: Embedder):
        super().__init__(embed.name)
        self.encoder = _RememberingEncoder(embed.encoder)


class _RememberingEncoder:
    def __init__(self, encoder: Any):
        self._encoder = encoder
        self._known: dict[str, NDArray[np.float32]] = {}

    def encode(self, texts: Sequence[str], **settings: Any) -> NDArray[np.float32]:
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        if new:
            self._known |= dict(zip(new, self._encoder.encode(new, **settings), strict=True))
        return np.stack([self._known[text] for text in texts])

    def get_embedding_dimension(self) -> int:
        return self._encoder.get_embedding_dimension()
