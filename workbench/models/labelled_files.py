"""Labelled texts from a file: one label a text, or several."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from workbench.errors import WorkbenchError
from workbench.models.classifier import LABELS
from workbench.models.label_spelling import SEPARATORS, labels_of_cell, listed, split_labels, words_of_labels
from workbench.models.labelled_rows import Cells, read_columns

_YES = frozenset(("1", "1.0", "true", "yes", "y", "x"))
_NO = frozenset(("", "0", "0.0", "false", "no", "n", "nan", "none", "null", "-"))


@dataclass(frozen=True)
class LabelledFile:
    """Texts of a file and what people said of them."""

    texts: list[str]
    labels: list
    """One label a text; or the set of those that hold of it, where several may."""
    classes: tuple[str, ...]
    """The labels found; or the columns of labels, where each has one."""
    is_multi_label: bool
    slices: list[str] | None = None
    """Where a column of slices was named: the slice of each text, empty where its cell is."""
    left_out: int = 0
    """Rows without a text or a label."""
    looked_for: tuple[str, ...] | None = None
    """Where a column says of one label whether it holds: the labels that have such a column; None: all."""


def read_labelled_file(
    path: Path | str,
    text_column: str,
    label_columns: Sequence[str],
    task: str = "sentiment",
    *,
    classes: Sequence[str] = (),
    is_multi_label: bool | None = None,
    slice_column: str | None = None,
) -> LabelledFile:
    """Texts and labels of a file.

    Parameters
    ----------
    path
        CSV, TSV, JSON lines (each plain or gzip), Parquet or XLSX. Or `…_text.txt` with `…_labels.txt`
        beside it, one text and one label a line; or lines that begin with their label. These have no
        columns, and their names are not needed.
    text_column
        Name of the column of texts.
    label_columns
        One column of labels; several labels of a text are separated by ``|`` or ``;``; with
        `is_multi_label` also by a comma, which parts none of `classes`. Or one column a label, with 1, yes,
        true or x where it holds and nothing, 0, no or false where it does not.
    task
        Labels of sentiment are negative, neutral, positive (neg, neu, pos), 0/1/2 or −1/0/1; those of any
        other task are words of your own, at most 50 different.
    classes
        The labels there can be, in their order, where they are known; else those found.
    is_multi_label
        Whether several labels may hold of a text. None: where several columns are named, or labels
        are separated.
    slice_column
        A column whose values divide the texts, for scores by slice.

    Raises
    ------
    WorkbenchError
        No such file or column, a row that cannot be read, no labelled row, or values that are no labels:
        they are named, unless they look like posts, and not guessed.
    """
    path, columns = Path(path), [text_column, *label_columns]
    if task == "sentiment" and len(label_columns) > 1:
        raise WorkbenchError(f"a post has one sentiment; {len(label_columns)} columns of labels were named.")
    if len(set(label_columns)) < len(label_columns):
        raise WorkbenchError("a column of labels was named twice. Name each once.")
    texts, *cells = read_columns(path, columns if slice_column is None else [*columns, slice_column])
    slices = cells.pop() if slice_column is not None else None
    if len(cells) > 1:
        labels = _several_columns(path, label_columns, cells)
    else:
        labels = _one_column(path, cells[0], texts, task, classes, is_multi_label, label_columns[0])
    kept = [i for i, text in enumerate(texts) if text and text.strip() and labels.of_row[i] is not None]
    if not kept:
        raise WorkbenchError(f"{path} has no row with both a text and a label.")
    return LabelledFile(
        [str(texts[i]) for i in kept],
        [labels.of_row[i] for i in kept],
        labels.classes,
        labels.is_multi_label,
        None if slices is None else [slices[i] or "" for i in kept],
        len(texts) - len(kept),
        labels.looked_for,
    )


def read_labelled(
    path: Path | str, text_column: str, label_column: str, task: str = "sentiment"
) -> tuple[list[str], list[str]]:
    """Texts and labels of a file with one label a text; rows without either are left out.

    See `read_labelled_file`.
    """
    found = read_labelled_file(path, text_column, [label_column], task, is_multi_label=False)
    return found.texts, [label for label in found.labels if isinstance(label, str)]


def read_label_sets(
    path: Path | str, text_column: str, label_columns: Sequence[str], task: str = "intents"
) -> tuple[list[str], list[frozenset[str]], tuple[str, ...]]:
    """Texts, their labels and all labels of a file with several labels a text; see `read_labelled_file`."""
    found = read_labelled_file(path, text_column, label_columns, task, is_multi_label=True)
    return found.texts, [one for one in found.labels if isinstance(one, frozenset)], found.classes


class _Found(NamedTuple):
    of_row: list
    """A label, a set of them, or None where the row has none."""
    classes: tuple[str, ...]
    is_multi_label: bool
    looked_for: tuple[str, ...] | None = None


def _several_columns(path: Path, names: Sequence[str], cells: Sequence[Cells]) -> _Found:
    flags = [_flags(path, name, column) for name, column in zip(names, cells, strict=True)]
    rows = [
        frozenset(name for name, holds in zip(names, row, strict=True) if holds)
        for row in zip(*flags, strict=True)
    ]
    return _Found(rows, tuple(names), True, tuple(names))


def _one_column(
    path: Path,
    cells: Cells,
    texts: Cells,
    task: str,
    classes: Sequence[str],
    is_multi_label: bool | None,
    column: str,
) -> _Found:
    is_there = [bool(text and text.strip()) for text in texts]
    given = [(cell or "").strip() if text else "" for cell, text in zip(cells, is_there, strict=True)]
    said = {cell.lower() for cell in given}
    several = is_multi_label
    if several is None and task != "sentiment":
        # What holds where something stands, and not where nothing does, is one label of which a post may have none.
        is_flag = "" in said and bool(said - {""}) and said - {""} <= _YES
        several = is_flag or any(mark in cell for cell in given for mark in SEPARATORS)
    if not several:
        words = words_of_labels(path, filter(None, given), task, classes)
        return _Found([words.get(cell) for cell in given], _in_order(words.values(), task, classes), False)
    if said <= _YES | _NO and any(given):
        holds = [frozenset([column] if cell.lower() in _YES else []) for cell in given]
        return _Found(holds, (column,), True, (column,))
    known = {label.casefold() for label in classes}
    parts = [
        labels_of_cell(cell, known) if is_multi_label else split_labels(cell, SEPARATORS) for cell in given
    ]
    words = words_of_labels(path, (part for row in parts for part in row), task, classes)
    if not words:
        raise WorkbenchError(f"{path} has no row with both a text and a label.")
    rows = [frozenset(words[part] for part in row) for row in parts]
    return _Found(rows, _in_order(words.values(), task, classes), True)


def _flags(path: Path, column: str, cells: Cells) -> list[bool]:
    known = {column.lower(): True, **dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
    folded = [(cell or "").strip().lower() for cell in cells]
    unknown = sorted({cell for cell in folded if cell not in known})
    if unknown:
        raise WorkbenchError(
            f"{path}, column '{column}': {listed(unknown)} With several columns of labels each says whether its "
            "label holds: 1, yes, true or x; or nothing, 0, no or false."
        )
    return [known[cell] for cell in folded]


def _in_order(found: Iterable[str], task: str, classes: Sequence[str]) -> tuple[str, ...]:
    found, known = set(found), classes or (LABELS if task == "sentiment" else ())
    return (*(name for name in known if name in found), *sorted(found.difference(known)))
