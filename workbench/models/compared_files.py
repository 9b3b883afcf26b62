"""Comparing classifiers on labelled files."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from workbench.errors import WorkbenchError
from workbench.models.checkpoints import kept_until_done
from workbench.models.compared_labels import may_be_even
from workbench.models.comparison import FAIR, Opponents, compare
from workbench.models.drawn_texts import alike
from workbench.models.fair_rows import Labelled
from workbench.models.features import prepared
from workbench.models.few_shot import FAIR as FAIR_OF_FEW
from workbench.models.few_shot import SEEDS, SIZES, few_shot_rows, few_shot_table, refuse_several
from workbench.models.label_spelling import labels_of_cell, words_of_labels
from workbench.models.labelled_files import LabelledFile, read_labelled_file
from workbench.models.methods import Means
from workbench.models.posts_read import read_texts
from workbench.models.registry import task_folder
from workbench.models.text_hashes import not_among, text_hashes
from workbench.privacy.masking import NO_KEY, mask_texts
from workbench.progress import Progress, silent
from workbench.settings import Settings
from workbench.sources.values import NO_ANSWER, sentiment
from workbench.store.schema import open_lake
from workbench.tables.judgements import MIXED


class RowsOfFiles(NamedTuple):
    """What came of labelled files."""

    rows: list[dict[str, Any]]
    left_out: dict[Path, int]
    """Rows of each file that have no text or no label."""


def compare_files(
    settings: Settings,
    file: Path,
    score: Path | None = None,
    text_column: str = "text",
    label_columns: Sequence[str] = ("label",),
    task: str = "sentiment",
    *,
    methods: Sequence[str] = (),
    hugging_face: Sequence[str] = (),
    meaning: Mapping[str, str] | None = None,
    vendors: Sequence[str] = (),
    trained: Sequence[str] = (),
    held_out: float = 0.5,
    budget: float | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> RowsOfFiles:
    """Rows of `workbench.models.comparison.compare` for labelled files.

    Parameters
    ----------
    file, score
        A file to learn from and one to score on; without the second, a part of the first is held out.
    vendors
        Columns of labels that a vendor gave, in the file to score on.
    trained
        Names of models of this task.

    Raises
    ------
    WorkbenchError
        A file cannot be read, or nothing can be compared.
    """
    parts = _parts(settings, file, score, text_column, label_columns, task, held_out, seed)
    said = {
        name: _vendor(
            score or file,
            read_labelled_file(
                score or file,
                text_column,
                label_columns,
                task,
                classes=parts.means.classes,
                is_multi_label=parts.means.is_multi_label,
                slice_column=name,
            ),
            parts,
        )
        for name in vendors
    }
    folder = task_folder(settings.data_folder / "models", task)
    opponents = Opponents(said, hugging_face, meaning or {}, [folder / name for name in trained])
    default = [name for name in FAIR if name != "lexicon" or task == "sentiment"]
    chosen = methods or default
    heard = _unlabelled(settings, parts.score[0]) if "student" in chosen else ()
    table = compare(
        parts.learn,
        parts.score,
        replace(parts.means, unlabelled=heard, budget=budget, progress=progress),
        methods=chosen,
        opponents=opponents,
        cost_of_a_label=settings.labeling.seconds_per_label * settings.labeling.hourly_cost / 3_600,
    )
    return RowsOfFiles(records(table), parts.left_out)


def few_shot_file(
    settings: Settings,
    file: Path,
    score: Path | None = None,
    text_column: str = "text",
    label_column: str = "label",
    task: str = "sentiment",
    *,
    sizes: Sequence[int] = SIZES,
    seeds: int = SEEDS,
    methods: Sequence[str] = (),
    held_out: float = 0.5,
    budget: float | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> RowsOfFiles:
    """Rows of `workbench.models.few_shot.few_shot_table` for labelled files; see `compare_files`.

    Interrupted, the same call goes on with the draws that are missing.
    """
    parts = _parts(settings, file, score, text_column, [label_column], task, held_out, seed)
    refuse_several(parts.means)
    means = replace(parts.means, budget=budget, progress=progress)
    known_by = ["few-shot", parts.learn, parts.score, means.classes, means.base, budget]
    with kept_until_done(settings.data_folder / "checkpoints" / task, known_by) as folder:
        rows = few_shot_rows(
            parts.learn,
            parts.score,
            means,
            sizes=sizes,
            seeds=seeds,
            methods=methods or FAIR_OF_FEW,
            kept=folder and folder / "rows.jsonl",
        )
        return RowsOfFiles(records(few_shot_table(list(rows))), parts.left_out)


def _unlabelled(settings: Settings, scored: Sequence[str]) -> tuple[str, ...]:
    """Posts of the lake from which a student may hear what its teacher says: none that reads like a scored text."""
    posts = open_lake(settings).read("posts", ["post_id", "text", "media"]).sort_by("post_id")
    texts = read_texts(posts)
    is_other = not_among(texts, text_hashes([prepared(text) for text in scored]))
    return tuple(text for text, other in zip(texts, is_other, strict=True) if other)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values, what is missing as None."""
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in table.astype(object).to_dict("records")
    ]


class _Parts(NamedTuple):
    learn: Labelled
    score: Labelled
    rows: Sequence[int]
    """Rows of the file to score on."""
    means: Means
    left_out: dict[Path, int]


def _parts(
    settings: Settings,
    file: Path,
    score: Path | None,
    text_column: str,
    label_columns: Sequence[str],
    task: str,
    held_out: float,
    seed: int,
) -> _Parts:
    """Masked texts to learn from and to score on."""
    first = read_labelled_file(file, text_column, label_columns, task)
    left_out = {file: first.left_out}
    if score is None:
        learn, rows = _halves(first, held_out, seed)
        parts = _taken(first, learn), _taken(first, rows)
        classes: Sequence[str] = first.classes
    else:
        # The labels of the first are known now, so that those of the second are read alike.
        second = read_labelled_file(
            score,
            text_column,
            label_columns,
            task,
            classes=first.classes,
            is_multi_label=first.is_multi_label,
        )
        left_out[score] = second.left_out
        rows = list(range(len(second.texts)))
        parts = (first.texts, first.labels), (second.texts, second.labels)
        classes = [*first.classes, *(label for label in second.classes if label not in first.classes)]
    means = Means(
        task=task,
        classes=tuple(classes),
        is_multi_label=first.is_multi_label,
        base=settings.embeddings,
        seed=seed,
    )
    (learnt, labels), (asked, given) = parts
    return _Parts((_masked(learnt), labels), (_masked(asked), given), rows, means, left_out)


def _halves(first: LabelledFile, held_out: float, seed: int) -> tuple[list[int], list[int]]:
    """Rows to learn from and rows to score on, labels in even shares where each text has one.

    What reads alike stays together: of a post shared a hundred times no part judges what learned from another.
    """
    groups = alike(first.texts)
    different = np.unique(groups, return_index=True)[1]
    if len(different) < 2:
        raise WorkbenchError(
            f"{len(different)} labelled text cannot be learnt from and scored on. Label more posts."
        )
    labels = [first.labels[row] for row in different]
    is_even = not first.is_multi_label and may_be_even(labels, held_out)
    _, scored = train_test_split(
        np.arange(len(different)), test_size=held_out, stratify=labels if is_even else None, random_state=seed
    )
    is_scored = np.isin(groups, scored)
    return np.flatnonzero(~is_scored).tolist(), np.flatnonzero(is_scored).tolist()


def _taken(first: LabelledFile, rows: Sequence[int]) -> Labelled:
    return [first.texts[row] for row in rows], [first.labels[row] for row in rows]


def _masked(texts: Sequence[str]) -> list[str]:
    return mask_texts(list(texts), NO_KEY)[0]


def _vendor(path: Path, found: LabelledFile, parts: _Parts) -> list[Any]:
    """What a vendor's column says, in our words; nothing, and "mixed", are right of no post.

    Raises
    ------
    WorkbenchError
        It says sentiments in words or numbers that are not understood, or none of the labels at all.
    """
    spelled = {label.casefold(): label for label in parts.means.classes}
    cells = [str((found.slices or [])[row]).strip() for row in parts.rows]
    if parts.means.is_multi_label:
        split = [labels_of_cell(cell, spelled) for cell in cells]
        _check_any(path, {one for row in split for one in row}, spelled)
        return [frozenset(spelled.get(one.casefold(), one) for one in row) for row in split]
    # A word for no answer is one, unless a label is called so.
    no_answer = set(NO_ANSWER) - spelled.keys()
    said = {cell for cell in cells if cell.casefold() not in no_answer and sentiment(cell) != MIXED}
    if parts.means.task == "sentiment" and said:
        spelled |= {
            cell.casefold(): word for cell, word in words_of_labels(path, said, "sentiment", ()).items()
        }
    else:
        _check_any(path, said, spelled)
    return [spelled.get(cell.casefold(), cell) for cell in cells]


def _check_any(path: Path, said: Collection[str], spelled: Mapping[str, str]) -> None:
    if not any(word.casefold() in spelled for word in said):
        raise WorkbenchError(f"{path}: a vendor says none of the labels {', '.join(spelled.values())}.")
