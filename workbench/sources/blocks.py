"""What passes between the readers of one format each and the building of posts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

BLOCK_CHARACTERS = 32_000_000  # a block ends here too, or long posts would fill the memory
KEPT_CHARACTERS = 10_000  # of one value in a rejected row: enough to find it again
# What is cut here may be half an address; it is behind what is kept in the end.
_READ_CHARACTERS = 2 * KEPT_CHARACTERS


@dataclass(frozen=True)
class Rejected:
    """A row that was refused: its physical line (or row number), why, and what was read of it."""

    line: int
    reason: str
    row: dict[str, str]


@dataclass(frozen=True)
class Block:
    """Rows as they stand in the file: every column text, nothing interpreted yet."""

    lines: pa.Array
    columns: dict[str, pa.Array]
    rejected: list[Rejected]
    fraction_done: float


@dataclass(frozen=True)
class Chunk:
    """Posts of one stretch of the file, the rows refused in it, and how much of the file is done (0–1)."""

    posts: pa.Table
    rejected: list[Rejected] = field(default_factory=list)
    fraction_done: float = 1.0


def make_block(
    lines: Sequence[int],
    rows: Sequence[Sequence[str | None]],
    names: Sequence[str],
    rejected: list[Rejected],
    fraction_done: float,
) -> Block:
    """Block from rows of cells in the order of `names`; rows that no UTF-8 can hold are refused."""
    try:
        columns = _columns(rows, names)
    except UnicodeEncodeError:  # surrogates: bytes that did not decode, or half an emoji in JSON
        sound = [_is_sound(row) for row in rows]
        rejected = rejected + [
            Rejected(
                line, "bytes that are not valid in the file's encoding", kept(zip(names, row, strict=True))
            )
            for line, row, is_sound in zip(lines, rows, sound, strict=True)
            if not is_sound
        ]
        lines = [line for line, is_sound in zip(lines, sound, strict=True) if is_sound]
        columns = _columns([row for row, is_sound in zip(rows, sound, strict=True) if is_sound], names)
    return Block(pa.array(lines, pa.int64()), columns, rejected, fraction_done)


def kept(cells: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """What a rejected row keeps: its values, shortened, in characters that can be written.

    Examples
    --------
    >>> kept([("id", "1"), ("text", None)])
    {'id': '1'}
    """
    return {
        name: str(value)[:_READ_CHARACTERS].encode("utf-8", "backslashreplace").decode()
        for name, value in cells
        if value is not None
    }


def _columns(rows: Sequence[Sequence[str | None]], names: Sequence[str]) -> dict[str, pa.Array]:
    cells = zip(*rows, strict=True) if rows else ([] for _ in names)
    return {name: pa.array(list(column), pa.string()) for name, column in zip(names, cells, strict=True)}


def _is_sound(row: Sequence[str | None]) -> bool:
    try:
        for cell in row:
            if cell:
                cell.encode()
    except UnicodeEncodeError:
        return False
    return True
