"""Find out how a file is laid out, from what is in it rather than from its name."""

import gzip
import io
import itertools
import re
import zlib
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from workbench.errors import WorkbenchError, did_you_mean
from workbench.sources import delimited, json_lines, parquet, spreadsheets
from workbench.sources.blocks import Block
from workbench.sources.encodings import GZIP, check_encoding, detect_encoding, open_text
from workbench.sources.headers import PREAMBLE_LINES, find_header, find_separator
from workbench.sources.layouts import SAMPLE_ROWS, Layout

_HEAD_LINES = 500
_HEAD_CHARACTERS = 4_000_000
_FORMATS = "CSV, TSV, JSON lines (each plain or gzip), Parquet or XLSX"

READERS: dict[str, Callable[[Layout, list[str], int], Generator[Block, None, None]]] = {
    "csv": delimited.read_blocks,
    "jsonl": json_lines.read_blocks,
    "parquet": parquet.read_blocks,
    "xlsx": spreadsheets.read_blocks,
}


def sniff(path: Path | str, encoding: str | None = None) -> Layout:
    """Format, encoding, separator, header and first rows of a file.

    Parameters
    ----------
    path
        CSV with any usual separator, TSV, JSON lines (each plain or gzip), Parquet or XLSX.
    encoding
        Of a text file, where it cannot be told from the bytes.

    Raises
    ------
    WorkbenchError
        There is no such file, nothing in it, only a header, no header, or nothing that can be read.
    """
    path = Path(path)
    start = _first_bytes(path)
    is_gzip = start.startswith(GZIP)
    if is_gzip:
        start = _unpacked(path)
    if start[:4] == b"PAR1":
        layout = _parquet(path, is_gzip)
    elif start[:2] == b"PK":
        layout = _spreadsheet(path, is_gzip)
    elif start[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise WorkbenchError(
            f"{path} is an old XLS file (or protected by a password). Save it as XLSX without one."
        )
    else:
        layout = _text(path, is_gzip, encoding)
    return _with_sample(layout)


def _first_bytes(path: Path) -> bytes:
    if path.is_dir():
        raise WorkbenchError(f"{path} is a folder. Name one file: {_FORMATS}.")
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except FileNotFoundError:
        near = did_you_mean(path.name, (file.name for file in path.parent.glob("*")))
        raise WorkbenchError(f"file {path} does not exist.{near}") from None
    except OSError as error:
        raise WorkbenchError(f"{path} cannot be read: {error.strerror}.") from None
    if not start:
        raise WorkbenchError(f"{path} is empty. Export it again.")
    return start


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path) as file:
            start = file.read(8)
    except (OSError, EOFError, zlib.error) as error:
        raise WorkbenchError(f"{path} is damaged gzip ({error}). Fetch or pack it again.") from None
    if not start:
        raise WorkbenchError(f"{path} holds an empty file. Export it again.")
    return start


def _parquet(path: Path, is_gzip: bool) -> Layout:
    _refuse_packed(path, is_gzip)
    with parquet.open_parquet(path) as file:
        flat = parquet.flatten(file.schema_arrow.empty_table())
    return Layout(path, "parquet", tuple(flat.column_names))


def _spreadsheet(path: Path, is_gzip: bool) -> Layout:
    _refuse_packed(path, is_gzip)
    with spreadsheets.open_workbook(path) as workbook:
        for sheet in workbook.worksheets:
            rows = list(itertools.islice(spreadsheets.sheet_rows(sheet), _HEAD_LINES))
            found = find_header([(number, row) for number, row in enumerate(rows, start=1) if any(row)])
            if found:
                return Layout(path, "xlsx", found[1], header_line=found[0], sheet=sheet.title)
    raise WorkbenchError(_no_header(path, "rows of any sheet"))


def _refuse_packed(path: Path, is_gzip: bool) -> None:
    if is_gzip:
        raise WorkbenchError(
            f"{path} is gzip around a file that is packed already. Unpack it: gunzip {path.name}"
        )


def _text(path: Path, is_gzip: bool, encoding: str | None) -> Layout:
    if encoding:
        check_encoding(path, is_gzip, encoding)
    encoding = encoding or detect_encoding(path, is_gzip)
    with open_text(path, is_gzip, encoding) as (text, _):
        head = _head(text)
    first = next((line.lstrip("\ufeff \t") for line in head if line.strip("\ufeff \t\r\n")), "")
    if not first:
        raise WorkbenchError(f"{path} holds nothing but blank lines. Export it again.")
    if first.startswith("{"):
        return Layout(path, "jsonl", (), encoding=encoding, is_gzip=is_gzip)
    if re.match(r"<[?!a-zA-Z]", first):
        raise WorkbenchError(f"{path} is XML or a web page. Expected {_FORMATS}: export it as one of these.")
    if _is_json_array(head):
        raise WorkbenchError(
            f"{path} is one JSON array; expected one object a line. "
            f"Convert it: jq -c '.[]' {path.name} > posts.jsonl"
        )
    return _delimited(path, head, Layout(path, "csv", (), encoding=encoding, is_gzip=is_gzip))


def _head(text: TextIO) -> list[str]:
    """The first lines, whole: a file that is one endless line is not read to its end."""
    start = text.read(_HEAD_CHARACTERS)
    lines = io.StringIO(start, newline="").readlines()
    if len(start) == _HEAD_CHARACTERS and len(lines) > 1:
        lines.pop()
    return lines[:_HEAD_LINES]


def _is_json_array(head: list[str]) -> bool:
    start = "".join(head).lstrip("\ufeff \t\r\n")
    return bool(re.match(r"\[\s*(\{|\])", start)) and '"' in start[:1000]


def _delimited(path: Path, head: list[str], layout: Layout) -> Layout:
    separator, rows = find_separator(head)
    found = find_header(rows)
    if found is None:
        raise WorkbenchError(_no_header(path, "lines"))
    return replace(layout, columns=found[1], separator=separator, header_line=found[0])


def _no_header(path: Path, where: str) -> str:
    return (
        f"{path} has no header in its first {PREAMBLE_LINES} {where}. "
        "Expected one row of column names such as id, created_at, text: add it above the data."
    )


def _with_sample(layout: Layout) -> Layout:
    if layout.format == "jsonl":
        return _json_sample(layout)
    with closing(READERS[layout.format](layout, list(layout.columns), SAMPLE_ROWS)) as blocks:
        block = next(blocks, None)
    if block is None or not (len(block.lines) or block.rejected):
        raise WorkbenchError(f"{layout.path} has a header and no rows. Export it again, or a longer period.")
    rows = zip(*(column.to_pylist() for column in block.columns.values()), strict=True)
    return replace(layout, sample=tuple(dict(zip(layout.columns, row, strict=True)) for row in rows))


def _json_sample(layout: Layout) -> Layout:
    sample: list[dict[str, str | None]] = []
    with open_text(layout.path, layout.is_gzip, layout.encoding) as (text, _):
        for line in itertools.islice(text, SAMPLE_ROWS):
            try:
                sample.extend(map(json_lines.flatten, json_lines.parse_line(line)))
            except ValueError:
                continue  # refused with its reason when the file is read
            if len(sample) >= SAMPLE_ROWS:
                break
    columns = tuple(dict.fromkeys(name for row in sample for name in row))
    if not columns:
        raise WorkbenchError(
            f"{layout.path} begins like JSON lines, but none of its first {SAMPLE_ROWS:,} lines is an object. "
            f"Put each post on a line of its own: jq -c . {layout.path.name} > posts.jsonl"
        )
    return replace(layout, columns=columns, sample=tuple(sample[:SAMPLE_ROWS]))
