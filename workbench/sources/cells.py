"""Tables for people, written so that a spreadsheet shows a post and never runs it."""

import csv
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import narwhals as nw
import openpyxl
from narwhals.typing import IntoFrame
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from workbench.errors import WorkbenchError

_FORMULA = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)*|\.\d+)([eE][+-]?\d+)?%?")
_LONGEST_CELL = 32_767  # characters; the limit of XLSX
_EXACT_BELOW = 10**15  # a spreadsheet keeps 15 digits of a number


def neutralise(value: str) -> str:
    """The value with an apostrophe before it where a spreadsheet would take it for a formula.

    Source: OWASP, CSV injection. Numbers stay numbers.

    Examples
    --------
    >>> neutralise("=HYPERLINK(1)"), neutralise("-5.2"), neutralise("fine")
    ("'=HYPERLINK(1)", '-5.2', 'fine')
    """
    return "'" + value if _FORMULA.match(value) and not _NUMBER.fullmatch(value) else value


def check_table_name(path: Path) -> None:
    """See whether a table can be written under that name, before it is made.

    Raises
    ------
    WorkbenchError
        It ends otherwise.
    """
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise WorkbenchError(f"{path}: a table is written as .csv or .xlsx. Name it so.")


def write_table(path: Path, frame: IntoFrame) -> None:
    """Write a frame of any kind as its name says: XLSX or CSV.

    Raises
    ------
    WorkbenchError
        The file has another ending, or cannot be written.
    """
    check_table_name(path)
    try:
        (write_xlsx if path.suffix.lower() == ".xlsx" else write_csv)(path, frame)
    except OSError as error:
        raise WorkbenchError(
            f"{path} cannot be written: {error.strerror}. Name a file in a folder that is there."
        ) from None


def write_csv(path: Path | str, frame: IntoFrame) -> None:
    """Write a frame of any kind as CSV (UTF-8), every cell neutralised; a missing value is empty."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_rows(frame))


def write_xlsx(path: Path | str, frame: IntoFrame) -> None:
    """Write a frame of any kind as XLSX, every cell neutralised.

    Identifiers are text, so a spreadsheet rounds none; times are ISO 8601, as XLSX knows no zone.
    """
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("posts")
    for row in _rows(frame):
        sheet.append([_xlsx_cell(value) for value in row])
    workbook.save(path)


def _rows(frame: IntoFrame) -> Iterator[list[Any]]:
    table = nw.from_native(frame)
    collected = table.collect() if isinstance(table, nw.LazyFrame) else table
    yield [neutralise(name) for name in collected.columns]
    for row in collected.iter_rows():
        yield [_cell(value) for value in row]


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return neutralise(value)
    if value is None or value != value:  # NaN and NaT are missing values too
        return None
    return value.isoformat() if isinstance(value, datetime) else value


def _xlsx_cell(value: Any) -> Any:
    if isinstance(value, int) and abs(value) >= _EXACT_BELOW:
        return str(value)
    return ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_CELL] if isinstance(value, str) else value
