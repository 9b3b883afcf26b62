"""What a table is: columns with type, meaning and unit, and rows held to them."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import WorkbenchError, did_you_mean

TEXT = pa.string()
WHOLE = pa.int64()
REAL = pa.float64()
YES_NO = pa.bool_()
TIME = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class Column:
    """One column: its type, what it means, its unit, and whether it may be missing."""

    name: str
    type: pa.DataType
    description: str
    unit: str = ""
    is_required: bool = False


@dataclass(frozen=True)
class Table:
    """One table of the lake."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """Arrow schema; a column that may not be missing is not nullable."""
        return pa.schema([pa.field(c.name, c.type, nullable=not c.is_required) for c in self.columns])

    def conform(self, rows: pa.Table) -> pa.Table:
        """The rows with exactly the declared columns, in order and type.

        A missing optional column becomes null; an undeclared one, or a missing value where one is
        required, is an error.

        Raises
        ------
        WorkbenchError
            Names the column and what was expected of it.
        """
        declared = {column.name for column in self.columns}
        for name in rows.column_names:
            if name not in declared:
                raise WorkbenchError(
                    f"table '{self.name}' has no column '{name}'.{did_you_mean(name, declared)} "
                    f"It declares: {', '.join(c.name for c in self.columns)}."
                )
        return pa.table([self._cast(column, rows) for column in self.columns], schema=self.schema)

    def _cast(self, column: Column, rows: pa.Table) -> pa.ChunkedArray:
        if column.name not in rows.column_names:
            values = pa.chunked_array([pa.nulls(rows.num_rows, column.type)])
        else:
            try:
                values = pc.cast(rows[column.name], column.type)
            except pa.ArrowInvalid:
                raise WorkbenchError(
                    f"table '{self.name}', column '{column.name}': expected {column.type}, "
                    f"found {rows[column.name].type} that does not convert."
                ) from None
        if column.is_required and values.null_count:
            raise WorkbenchError(
                f"table '{self.name}', column '{column.name}': {values.null_count} of {rows.num_rows} rows "
                "have no value, and each needs one."
            )
        return values
