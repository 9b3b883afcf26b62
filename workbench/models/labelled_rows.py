"""Rows of a labelled file as they stand in it: a table, a pair of text files, or lines that begin with a label."""

import re
from collections.abc import Sequence
from pathlib import Path

from workbench.errors import WorkbenchError, did_you_mean
from workbench.sources.column_names import columns_told
from workbench.sources.sniffing import READERS, sniff

Cells = list[str | None]

_ROWS = 50_000
MOST_LABELS, LONGEST_LABEL = 50, 60
# Files of other endings may be lines that begin with their label; these are tables, whatever is in them.
_TABLES = frozenset(
    (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet", ".xlsx", ".gz", ".xls", ".tab")
)
_LABELLED_LINE = re.compile(r"(\S{1,20})[ \t]+(\S.*)")


def read_columns(path: Path, names: Sequence[str]) -> list[Cells]:
    """The named columns of a file, all of one length.

    Where a file has no columns, they are its texts and its labels, whatever they are called; where one is named, its
    texts, so that lines of texts need no labels beside them.

    Raises
    ------
    WorkbenchError
        No such file or column, or a row that cannot be read.
    """
    is_lines = path.name.endswith("_text.txt")
    if is_lines and len(names) == 1:
        return [_lines(path)]
    found = _line_pairs(path) if is_lines else _labelled_lines(path)
    if found is None:
        columns = _table(path, list(dict.fromkeys(names)))
        return [columns[name] for name in names]
    if len(names) > len(found):
        raise WorkbenchError(
            f"{path} has no columns, only texts with one label each; {len(names)} columns were named. Name none."
        )
    return list(found[: len(names)])


def _table(path: Path, names: list[str]) -> dict[str, Cells]:
    layout = sniff(path)
    for column in names:
        if column not in layout.columns:
            raise WorkbenchError(
                f"{path} has no column '{column}'.{did_you_mean(column, layout.columns)} "
                f"{columns_told(layout.columns)}"
            )
        if f"{column} (2)" in layout.columns:
            raise WorkbenchError(
                f"{path} has two columns '{column}'. Give one of them another name, that the right one is read."
            )
    columns: dict[str, Cells] = {name: [] for name in names}
    for block in READERS[layout.format](layout, names, _ROWS):
        if block.rejected:
            first = block.rejected[0]
            raise WorkbenchError(
                f"{path}, line {first.line}: {first.reason}. Mend it: a score must not leave rows out."
            )
        for name in names:
            columns[name] += block.columns[name].to_pylist()
    return columns


def _line_pairs(path: Path) -> tuple[Cells, Cells]:
    beside = path.with_name(path.name.removesuffix("_text.txt") + "_labels.txt")
    texts, labels = (_lines(file) for file in (path, beside))
    if len(texts) != len(labels):
        raise WorkbenchError(
            f"{path.name} has {len(texts)} lines and {beside.name} {len(labels)}. Each text needs one label."
        )
    return texts, labels


def _labelled_lines(path: Path) -> tuple[Cells, Cells] | None:
    """Texts and labels of a file whose every line begins with its label; None where it is no such file."""
    if path.suffix.lower() in _TABLES or not path.is_file():
        return None
    try:
        rows = [(line or "").strip() for line in _lines(path)]
    except WorkbenchError:
        return None
    pairs = [_LABELLED_LINE.fullmatch(row) for row in rows]
    known = {pair[1] for pair in pairs if pair}
    # Labels come again and again; the first words of posts, or of the rows of a table, do not.
    if not 0 < len(known) <= min(MOST_LABELS, sum(map(bool, rows)) // 2):
        return None
    # A line that is a label alone is a post that says nothing; also a blank one is a row: they are numbered as lines.
    if not all(pair or not row or row in known for pair, row in zip(pairs, rows, strict=True)):
        return None
    texts = [pair[2] if pair else None for pair in pairs]
    return texts, [pair[1] if pair else row or None for pair, row in zip(pairs, rows, strict=True)]


def _lines(file: Path) -> Cells:
    try:
        # Not `splitlines`: a text may hold the separators of other alphabets.
        return list(file.read_text(encoding="utf-8").removesuffix("\n").split("\n"))
    except FileNotFoundError:
        raise WorkbenchError(f"file {file} does not exist.") from None
    except UnicodeDecodeError:
        raise WorkbenchError(f"{file} is not UTF-8. Save it as UTF-8.") from None
