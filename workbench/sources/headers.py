"""Find the header of a table and what separates its columns, behind whatever stands before it."""

import re
from collections import Counter
from collections.abc import Sequence

from workbench.sources.delimited import read_records

PREAMBLE_LINES = 16  # aggregators put up to 15 lines before the header
_SEPARATORS = (",", "\t", ";", "|")
_NO_NAME = re.compile(
    r"\s*([+-]?\d[\d.,:/ +-]*(e[+-]?\d+)?|\d{4}-\d\d-\d\d.*|https?://\S*)\s*", re.IGNORECASE
)

Row = tuple[int, Sequence[str | None]]


def find_separator(head: list[str]) -> tuple[str, list[Row]]:
    """The separator under which most rows have the same number of fields, and these rows with their lines."""
    rows_by = {separator: _rows(head, separator) for separator in _SEPARATORS}
    separator = max(_SEPARATORS, key=lambda separator: _regularity(rows_by[separator]))
    return separator, rows_by[separator]


def find_header(rows: Sequence[Row]) -> tuple[int, tuple[str, ...]] | None:
    """Line and names of the first row that is as wide as the data and holds names only."""
    for width in _usual_widths(rows):
        for line, row in rows:
            if len(row) == width and line <= PREAMBLE_LINES and _holds_names(row):
                return line, _unique([(cell or "").strip().lstrip("\ufeff") for cell in row])
    return None


def _rows(head: list[str], separator: str) -> list[Row]:
    records = read_records(iter([head]), separator, width=None)
    return [(line, cells) for line, cells, problem, _ in records if not problem]


def _regularity(rows: Sequence[Row]) -> float:
    """Share of rows of the usual width; more fields count more, a single one not at all."""
    if not rows:
        return 0.0
    width = _usual_widths(rows)[0]
    return sum(len(row) == width for _, row in rows) / len(rows) * (1 - 1 / width)


def _usual_widths(rows: Sequence[Row]) -> list[int]:
    """Numbers of fields, the likeliest of the data first: found twice, in many and late rows, and large.

    A preamble may have more lines than the sample of a small export has rows, but it stands before them.
    """
    counts = Counter(len(row) for _, row in rows)
    weights: Counter[int] = Counter()
    for place, (_, row) in enumerate(rows, start=1):
        weights[len(row)] += place * len(row)
    return sorted(counts, key=lambda width: (counts[width] > 1, weights[width]), reverse=True)


def _holds_names(row: Sequence[str | None]) -> bool:
    names = [cell.strip() for cell in row if cell and cell.strip()]
    return (
        len(names) >= max(1, 0.6 * len(row))
        and len(set(names)) >= 0.6 * len(names)
        and not any(_NO_NAME.fullmatch(name) or len(name) > 200 for name in names)
    )


def _unique(names: list[str]) -> tuple[str, ...]:
    """Names that can be told apart: a nameless column is called by its place, a second 'id' 'id (2)'.

    Examples
    --------
    >>> _unique(["", "id", "id"])
    ('column 1', 'id', 'id (2)')
    """
    seen: Counter[str] = Counter()
    unique = []
    for place, name in enumerate(names, start=1):
        name = name or f"column {place}"
        seen[name] += 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(unique)
