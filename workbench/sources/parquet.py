"""Parquet: streamed by batches, every column as text."""

from collections.abc import Generator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.errors import WorkbenchError
from workbench.sources.blocks import Block
from workbench.sources.layouts import Layout


def read_blocks(layout: Layout, names: list[str], rows: int) -> Generator[Block, None, None]:
    """The named columns of a Parquet file, at most `rows` rows at a time."""
    first = 1
    with open_parquet(layout.path) as file:
        total = max(file.metadata.num_rows, 1)
        roots = sorted({name if name in file.schema_arrow.names else name.split(".")[0] for name in names})
        for batch in file.iter_batches(batch_size=rows, columns=roots):
            flat = flatten(pa.Table.from_batches([batch]))
            columns = {name: as_text(flat[name].combine_chunks()) for name in names}
            lines = pa.array(range(first, first + batch.num_rows), pa.int64())
            first += batch.num_rows
            yield Block(lines, columns, [], (first - 1) / total)


def open_parquet(path: Path) -> pq.ParquetFile:
    """The file, or an error that says what is wrong with it.

    Raises
    ------
    WorkbenchError
        It is no Parquet file, or a damaged one.
    """
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise WorkbenchError(
            f"{path} is no Parquet file that can be read ({error}). Write it again."
        ) from None


def flatten(table: pa.Table) -> pa.Table:
    """The table with nested columns under dotted names and without lists."""
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table.select([field.name for field in table.schema if not _is_nested(field.type)])


def as_text(values: pa.Array) -> pa.Array:
    """Values as text; a time with a zone is given in UTC and says so."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_timestamp(values.type):
        values = pc.cast(values, pa.timestamp("us", "UTC" if values.type.tz else None), safe=False)
    return pc.cast(values, pa.string())


def _is_nested(kind: pa.DataType) -> bool:
    return pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
