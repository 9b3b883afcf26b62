"""XLSX: the sheet that holds the posts, read row by row."""

import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl

from workbench.errors import WorkbenchError
from workbench.sources.blocks import Block, make_block
from workbench.sources.layouts import Layout

EXACT_BELOW = 10**15  # a spreadsheet keeps 15 digits of a number and fills up with zeros


def read_blocks(layout: Layout, names: list[str], rows: int) -> Generator[Block, None, None]:
    """The named columns of a sheet, at most `rows` rows at a time."""
    places = [layout.columns.index(name) for name in names]
    with open_workbook(layout.path) as workbook:
        sheet = workbook[layout.sheet]
        total = max(sheet.max_row or 1, 1)
        lines: list[int] = []
        cells: list[list[str | None]] = []
        for number, row in enumerate(sheet_rows(sheet), start=1):
            if number <= layout.header_line or not any(row):
                continue
            lines.append(number)
            cells.append([row[place] if place < len(row) else None for place in places])
            if len(lines) >= rows:
                yield make_block(lines, cells, names, [], min(number / total, 1.0))
                lines, cells = [], []
        if lines:
            yield make_block(lines, cells, names, [], 1.0)


@contextmanager
def open_workbook(path: Path) -> Iterator[Any]:
    """The workbook, read only, with the last computed values of its formulas.

    Raises
    ------
    WorkbenchError
        It is no XLSX file, or a damaged one.
    """
    with path.open("rb") as file:  # openpyxl would judge a path by its ending
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it warns of styles and extensions that hold no data
                workbook = openpyxl.load_workbook(file, read_only=True, data_only=True)
        except (BadZipFile, KeyError, ValueError, OSError) as error:
            raise WorkbenchError(
                f"{path} is no XLSX file that can be read ({error}). Save it again as XLSX."
            ) from None
        try:
            yield workbook
        finally:
            workbook.close()


def sheet_rows(sheet: Any) -> Iterator[list[str | None]]:
    """Every row of the sheet as text, blank ones too, so that counting them gives the row number."""
    sheet.reset_dimensions()  # some exporters declare a sheet of one cell
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for row in sheet.iter_rows(values_only=True):
            yield [cell_text(cell) for cell in row]


def cell_text(cell: Any) -> str | None:
    """A cell's value as text.

    A number of more than 15 digits is written with an exponent: a spreadsheet has rounded it, so it can
    be no identifier.

    Examples
    --------
    >>> cell_text(1893.0), cell_text(570306133677760513), cell_text(True)
    ('1893', '5.70306133677761E+17', 'true')
    """
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="microseconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | float) and abs(cell) >= EXACT_BELOW:
        return f"{cell:.15G}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
