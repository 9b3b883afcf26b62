"""Read a file of posts: sniffed, mapped, in chunks; what cannot be a post is refused with its line."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from operator import attrgetter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import WorkbenchError
from workbench.sources import identifiers, values
from workbench.sources.blocks import Block, Chunk, Rejected, kept
from workbench.sources.date_order import decide_order
from workbench.sources.dates import parse_dates
from workbench.sources.layouts import SAMPLE_ROWS, Layout
from workbench.sources.mapping import Constant, DateRules, Mapping, check_columns
from workbench.sources.sniffing import READERS
from workbench.tables import REAL, TEXT, TIME, WHOLE

_IDS = ("native_id", "in_reply_to", "thread_id")
_IDENTITY = ("native_id", "platform", "author", "created_at", "text")
LONGEST_TEXT = 1_000_000  # bytes
_SHORT_DATE = 40  # characters; what is longer may be a post that slipped into the wrong column

RAW_POSTS = pa.schema(
    [
        pa.field("native_id", TEXT, nullable=False),
        pa.field("platform", TEXT, nullable=False),
        pa.field("author", TEXT),
        pa.field("text", TEXT, nullable=False),
        pa.field("created_at", TIME, nullable=False),
        pa.field("collected_at", TIME),
        pa.field("in_reply_to", TEXT),
        pa.field("thread_id", TEXT),
        pa.field("kind", TEXT),
        pa.field("reach", WHOLE),
        pa.field("likes", WHOLE),
        pa.field("shares", WHOLE),
        pa.field("media", TEXT),
        pa.field("language", TEXT),
        pa.field("brand", TEXT),
        pa.field("region", TEXT),
        pa.field("product", TEXT),
        pa.field("author_role", TEXT),
        pa.field("sentiment", TEXT),
        pa.field("sentiment_confidence", REAL),
        pa.field("line", WHOLE, nullable=False),
    ]
)
_STANDARD_WORDS: dict[str, Callable[[str], str | None]] = {
    "platform": values.platform,
    "kind": values.kind,
    "author_role": values.role,
    "sentiment": values.sentiment,
    "language": values.language,
}
_SAID = (*_STANDARD_WORDS, "brand", "region", "product")


def read_posts(
    path: Path | str, mapping: Mapping, layout: Layout, chunk_rows: int = 50_000, time_zone: str = "UTC"
) -> Iterator[Chunk]:
    """Posts of a file, a chunk at a time, so that a file of any size fits into memory.

    Parameters
    ----------
    path
        The file.
    mapping, layout
        Which column holds what (`guess_mapping`, `load_mapping`), and how the file is laid out (`sniff`).
    chunk_rows
        Most rows of one chunk.
    time_zone
        Of times that name none, unless the mapping says another (IANA name).

    Returns
    -------
    Iterator of `Chunk`: ``posts`` with the columns of `RAW_POSTS`, nothing masked yet; ``rejected`` rows
    with line and reason; ``fraction_done`` of the file, 0–1.

    Raises
    ------
    WorkbenchError
        Before any post is given: the mapping does not fit the file, a spreadsheet has rounded the ids, or
        the order of day and month cannot be told.
    """
    layout = replace(layout, path=Path(path))
    check_columns(mapping, layout)
    _refuse_rounded_ids(mapping, layout)
    rules = _date_rules(mapping, layout, time_zone)
    blocks = READERS[layout.format](layout, mapping.read, chunk_rows)
    return (_chunk(block, mapping, rules) for block in blocks)


def _refuse_rounded_ids(mapping: Mapping, layout: Layout) -> None:
    """One damaged row is refused as a row; a damaged column means a damaged file."""
    for column in (column for name in _IDS for column in mapping.sources(name)):
        ids = pa.array(layout.values(column), TEXT)
        rounded = ids.filter(identifiers.is_rounded(ids))
        if len(rounded) > 0.01 * len(ids):
            raise WorkbenchError(
                f"{layout.path}: column '{column}': {len(rounded):,} of the first {len(ids):,} ids are like "
                f"'{rounded[0].as_py()}'. A spreadsheet has rounded them, and the digits are lost. Export "
                "the file again and read it as it comes, or import this column into the spreadsheet as text."
            )


def _date_rules(mapping: Mapping, layout: Layout, time_zone: str) -> DateRules:
    """The mapping's rules for times, with what it leaves open decided from the data."""
    rules = replace(mapping.dates, time_zone=mapping.dates.time_zone or time_zone)
    if rules.format or rules.day_first is not None:
        return rules
    columns = mapping.sources("created_at")
    sample = _joined({name: pa.array([row.get(name) for row in layout.sample], TEXT) for name in columns})
    blocks = READERS[layout.format](layout, list(columns), SAMPLE_ROWS)
    with closing(blocks):
        order = decide_order(columns[0], sample, (_joined(block.columns) for block in blocks))
    return replace(rules, day_first=order)


def _chunk(block: Block, mapping: Mapping, rules: DateRules) -> Chunk:
    posts = _posts(block, mapping, rules)
    problems = _problems(block, posts, mapping, rules)
    rejected = [
        Rejected(
            block.lines[row].as_py(),
            reason,
            kept((name, cells[row].as_py()) for name, cells in block.columns.items()),
        )
        for row, reason in problems.items()
    ]
    sound = np.ones(posts.num_rows, bool)
    sound[list(problems)] = False
    posts = posts.filter(pa.array(sound))
    ids = identifiers.fill_missing(*(posts[name].combine_chunks() for name in _IDENTITY))
    posts = posts.set_column(0, "native_id", ids).cast(RAW_POSTS)
    return Chunk(posts, sorted([*block.rejected, *rejected], key=attrgetter("line")), block.fraction_done)


def _posts(block: Block, mapping: Mapping, rules: DateRules) -> pa.Table:
    """A post for every row, with nulls where one will be refused."""
    columns = {name: _words(block, mapping, name) for name in RAW_POSTS.names if name != "line"}
    columns["platform"] = pc.fill_null(columns["platform"], "unknown")
    columns["text"] = values.plain_text(_field(block, mapping, "text", trim=False))
    columns["author"] = values.handle(columns["author"])
    for name in ("created_at", "collected_at"):
        columns[name] = _times(block, mapping.sources(name), rules)
    for name in ("reach", "likes", "shares"):
        columns[name] = values.whole_numbers(columns[name])
    columns["sentiment_confidence"] = values.real_numbers(columns["sentiment_confidence"])
    is_reddit = pc.equal(columns["platform"], "reddit")
    for name in _IDS:
        ids = identifiers.clean(columns[name])
        columns[name] = pc.if_else(is_reddit, identifiers.without_reddit_kind(ids), ids)
    for name in ("in_reply_to", "thread_id"):  # better none than a wrong one
        columns[name] = pc.if_else(identifiers.is_rounded(columns[name]), None, columns[name])
    return pa.table({**columns, "line": block.lines})


def _times(block: Block, columns: tuple[str, ...], rules: DateRules) -> pa.Array:
    if not columns:
        return pa.nulls(len(block.lines), TIME)
    cells = _joined({name: block.columns[name] for name in columns})
    return parse_dates(cells, rules.day_first, rules.time_zone or "UTC", rules.format)


def _words(block: Block, mapping: Mapping, name: str) -> pa.Array:
    """A field in the source's words, translated where a translation is given or usual."""
    said = _field(block, mapping, name)
    said = values.without_addresses(said) if name in _SAID else said
    return values.translate(said, mapping.values.get(name, {}), _STANDARD_WORDS.get(name))


def _field(block: Block, mapping: Mapping, name: str, trim: bool = True) -> pa.Array:
    """Of its columns the first that is not blank, or its constant."""
    source = mapping.fields.get(name)
    if isinstance(source, Constant):
        return pa.repeat(pa.scalar(source.value, TEXT), len(block.lines))
    found = [_without_blanks(block.columns[column], trim) for column in source or ()]
    return pc.coalesce(*found) if found else pa.nulls(len(block.lines), TEXT)


def _without_blanks(cells: pa.Array, trim: bool) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed if trim else cells)


def _joined(columns: dict[str, pa.Array]) -> pa.Array:
    """Date and time of two columns as one text."""
    cells = [_without_blanks(column, trim=True) for column in columns.values()]
    return cells[0] if len(cells) == 1 else pc.binary_join_element_wise(*cells, " ", null_handling="skip")


def _problems(block: Block, posts: pa.Table, mapping: Mapping, rules: DateRules) -> dict[int, str]:
    """Why rows cannot be posts, by their place in the block; the first reason counts."""
    problems: dict[int, str] = {}

    def refuse(is_wrong: pa.Array, reason: str | Callable[[int], str]) -> None:
        for row in np.flatnonzero(pc.fill_null(is_wrong, False)).tolist():
            if row not in problems:
                problems[row] = reason if isinstance(reason, str) else reason(row)

    for name, cells in block.columns.items():
        if _may_hold_nul(cells):
            refuse(pc.match_substring(cells, "\0"), f"a NUL character in '{name}'")
    size = pc.binary_length(posts["text"])
    refuse(pc.is_null(posts["text"]), "no text")
    refuse(
        pc.greater(size, LONGEST_TEXT),
        lambda row: f"text of {size[row].as_py():,} bytes is longer than a post can be (1 MB)",
    )
    refuse(
        identifiers.is_rounded(posts["native_id"]),
        lambda row: f"id '{posts['native_id'][row]}': a spreadsheet has rounded it, its last digits are lost",
    )
    dates = _joined({name: block.columns[name] for name in mapping.sources("created_at")})
    refuse(pc.is_null(posts["created_at"]), lambda row: _no_date(dates[row].as_py(), rules))
    return problems


def _may_hold_nul(cells: pa.Array) -> bool:
    """A look at the bytes of the whole column is far cheaper than one at each value."""
    characters = cells.buffers()[2] if len(cells) else None
    return characters is not None and b"\0" in characters.to_pybytes()


def _no_date(value: str | None, rules: DateRules) -> str:
    if not value:
        return "no created_at"
    order = {None: "", True: " (day first)", False: " (month first)"}[rules.day_first]
    is_harmless = len(value) <= _SHORT_DATE and sum(map(str.isalpha, value)) <= 9
    return f"created_at '{value}' is no date{order}" if is_harmless else f"created_at is no date{order}"
