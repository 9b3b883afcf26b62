"""Delimited text: CSV, TSV and their kin, read so that one stray quote costs one row."""

import csv
from collections.abc import Callable, Generator, Iterator
from operator import itemgetter
from typing import Any

from workbench.sources.blocks import BLOCK_CHARACTERS, Block, Rejected, kept, make_block
from workbench.sources.encodings import open_text
from workbench.sources.layouts import Layout

_BATCH_CHARACTERS = 2_000_000
_UNFINISHED = "unexpected end of data"  # the csv module's words
_STRAY = "stray quote"
csv.field_size_limit(16_000_000)  # beyond any post; the standard 131,072 characters are not


# One row: its first physical line, its cells (the raw text where it is no row), what is wrong, its length.
# A plain tuple, as a million of them are made.
Record = tuple[int, list[str], str | None, int]


def read_records(
    batches: Iterator[list[str]], separator: str, width: int | None, line: int = 1
) -> Iterator[Record]:
    r"""Rows of delimited text, each with its first physical line.

    A quote that is never closed swallows everything up to the next one. Then only the line it stands
    on is refused, and reading goes on with the line after it.

    Parameters
    ----------
    batches
        Physical lines with their ends, some at a time.
    separator
        One character.
    width
        Fields that a row must have; None takes any number.
    line
        Number of the first line.

    Raises
    ------
    csv.Error
        A quotation mark stands where none may.

    Examples
    --------
    >>> lines = ["1,good\n", '2,"stray\n', '3,"two\n', 'lines"\n']
    >>> [(line, problem or cells) for line, cells, problem, _ in read_records(iter([lines]), ",", 2)]
    [(1, ['1', 'good']), (2, 'a quote inside a quoted field is not doubled'), (3, ['3', 'two\nlines'])]
    """
    batch = next(batches, [])
    while batch:
        start = 0  # of the record, in the batch
        reader = csv.reader(batch, delimiter=separator, strict=True)
        try:
            for cells in reader:
                end = reader.line_num
                problem = None
                if len(cells) != width and width is not None:
                    cells, problem = _fit(cells, width)
                    if problem and _swallowed(batch[start + 1 : end], separator, width):
                        raise csv.Error(_STRAY)
                elif end > start + 1 and _hides_rows(cells, batch[start:end], separator):
                    raise csv.Error(_STRAY)
                if problem:
                    raw = "".join(batch[start:end])
                    yield line + start, [raw], problem, len(raw)
                elif any(cells):
                    characters = len(batch[start]) if end == start + 1 else sum(map(len, batch[start:end]))
                    yield line + start, cells, None, characters
                start = end
            line, batch = line + start, []
        except csv.Error as error:
            more = next(batches, []) if _UNFINISHED in str(error) else []
            if not more:  # refuse one line and go on with the next
                yield line + start, [batch[start]], _explain(str(error)), len(batch[start])
                start += 1
            line, batch = line + start, batch[start:] + more
        batch = batch or next(batches, [])


def read_blocks(layout: Layout, names: list[str], rows: int) -> Generator[Block, None, None]:
    """The named columns of a delimited file, at most `rows` rows at a time."""
    places = [layout.columns.index(name) for name in names]
    pick: Any = itemgetter(*places) if len(places) > 1 else lambda cells: (cells[places[0]],)
    with open_text(layout.path, layout.is_gzip, layout.encoding) as (text, raw):
        for _ in range(layout.header_line - 1):
            text.readline()
        batches = iter(lambda: text.readlines(_BATCH_CHARACTERS), [])
        records = read_records(batches, layout.separator, len(layout.columns), layout.header_line)
        next(records)  # the header
        size = max(layout.path.stat().st_size, 1)
        while True:
            numbers, picked, rejected = _take(records, rows, pick)
            if not numbers and not rejected:
                return
            yield make_block(numbers, picked, names, rejected, min(raw.tell() / size, 1.0))


def _take(
    records: Iterator[Record], rows: int, pick: Callable[[list[str]], tuple[str, ...]]
) -> tuple[list[int], list[tuple[str, ...]], list[Rejected]]:
    """The next rows, of each only the columns wanted: the others would fill the memory."""
    numbers: list[int] = []
    picked: list[tuple[str, ...]] = []
    rejected: list[Rejected] = []
    total = 0
    for line, cells, problem, characters in records:
        if problem:
            rejected.append(Rejected(line, problem, kept([("raw", cells[0].rstrip("\r\n"))])))
        else:
            numbers.append(line)
            picked.append(pick(cells))
        total += characters
        if len(numbers) + len(rejected) >= rows or total > BLOCK_CHARACTERS:
            break
    return numbers, picked, rejected


def _fit(cells: list[str], width: int) -> tuple[list[str], str | None]:
    """Cells cut to the width where only empty ones are too many; a blank line is no row."""
    if not any(cells[width:]) and len(cells) > width:
        return cells[:width], None
    if not any(cells):
        return [], None
    return cells, f"{len(cells)} fields where {width} are expected"


def _swallowed(lines: list[str], separator: str, width: int) -> bool:
    """Whether one of the lines that a record goes on over would be a whole row by itself."""
    for line in lines:
        try:
            if len(next(csv.reader([line], delimiter=separator, strict=True))) == width:
                return True
        except csv.Error:
            continue
    return False


def _hides_rows(cells: list[str], lines: list[str], separator: str) -> bool:
    """Whether a record over several lines is in truth several rows, though its width is right.

    So it is where one text begins with a bare quote and a later one ends with one. The first line is then a row by
    itself, with all of its fields. A later line is one if it has as many fields, figures where the record has
    figures, and begins with a quote where the record does; a line of a text does not, whatever its commas.
    """
    if len(lines[0].split(separator)) < len(cells):
        return False
    is_quoted = lines[0].startswith('"')
    figures = [place for place, cell in enumerate(cells) if cell[:1].isdigit()]
    for line in lines[1:] if figures or is_quoted else []:
        fields = line.split(separator)
        has_figures = len(fields) == len(cells) and all(fields[p].lstrip('"')[:1].isdigit() for p in figures)
        if has_figures and line.startswith('"') == is_quoted:
            return True
    return False


def _explain(problem: str) -> str:
    if _UNFINISHED in problem or problem == _STRAY:
        return "a quoted field is never closed"
    if "field larger" in problem:
        return f"a field of more than {csv.field_size_limit():,} characters"
    return "a quote inside a quoted field is not doubled"
