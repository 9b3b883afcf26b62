"""The lake: Delta tables under one folder or URL, safe for many processes at once."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from workbench.errors import WorkbenchError, one_of
from workbench.settings.keeping import check_may_keep
from workbench.tables import TABLES, Table

T = TypeVar("T")
_TRIES = 40


@dataclass(frozen=True)
class Lake:
    """Tables under `root`; with `versions`, as they were then.

    Parameters
    ----------
    root
        Folder or ``s3://``, ``abfss://``, ``gs://`` URL; credentials come from the environment.
    keep_versions_days
        How long old versions stay readable, in days. Reports are made again from them.
    versions
        Version by table; a table that is not named was not there yet, and is empty.
    """

    root: str
    keep_versions_days: int = 400
    versions: Mapping[str, int] = field(default_factory=dict)
    _opened: dict[str, DeltaTable] = field(default_factory=dict, init=False, repr=False, compare=False)

    def delta(self, name: str) -> DeltaTable | None:
        """The Delta table, at its pinned version if there is one; None before its first row.

        Raises
        ------
        WorkbenchError
            The table does not open at the version that it is pinned to.
        """
        if self.versions and name not in self.versions:
            return None
        try:
            if name not in self.versions:
                return DeltaTable(self._uri(name))
            # A version never changes, and a report asks for each a few times.
            if name not in self._opened:
                self._opened[name] = DeltaTable(self._uri(name), version=self.versions[name])
            return self._opened[name]
        except TableNotFoundError:
            return None
        except DeltaError as error:
            raise WorkbenchError(
                f"table '{name}' in {self.root} does not open at version {self.versions.get(name, 'newest')}: "
                f"{str(error).splitlines()[0]}. Versions older than {self.keep_versions_days} days are removed "
                "(`lake.keep_versions_days`)."
            ) from None

    def read(self, name: str, columns: list[str] | None = None, where: str | None = None) -> pa.Table:
        """Rows of a table; declared columns it does not have yet are null.

        Parameters
        ----------
        name
            Name of the table.
        columns
            Only these.
        where
            SQL condition, for instance ``"batch_id = 'x'"``.
        """
        declared, delta = _declared(name), self.delta(name)
        wanted = columns or list(declared.schema.names)
        if delta is None:
            return declared.schema.empty_table().select(wanted)
        stored = set(delta.schema().to_arrow().names)
        from deltalake import QueryBuilder

        chosen = ", ".join(f'"{column}"' for column in wanted if column in stored)
        condition = f" WHERE {where}" if where else ""
        found = pa.table(
            QueryBuilder().register("t", delta).execute(f"SELECT {chosen} FROM t{condition}").read_all()
        )
        fields = [declared.schema.field(column).with_nullable(True) for column in wanted]
        return pa.table(
            [
                found[f.name].cast(f.type) if f.name in stored else pa.nulls(found.num_rows, f.type)
                for f in fields
            ],
            schema=pa.schema(fields),
        )

    def merge(self, name: str, rows: pa.Table, *, update: bool = False) -> int:
        """Add the rows whose key is not there yet; running it again changes nothing.

        Parameters
        ----------
        name
            Name of the table.
        rows
            Rows in its declared columns; of several with one key the first is taken.
        update
            Whether a row whose key is there replaces it.

        Returns
        -------
        Number of rows that were added.
        """
        table = _declared(name)
        rows = first_of_each_key(table.conform(rows), table.key)
        if not rows.num_rows:
            return 0
        on = " AND ".join(f't."{column}" = s."{column}"' for column in table.key)

        def attempt() -> int:
            merger = self._complete(table).merge(rows, on, source_alias="s", target_alias="t")
            if update:
                merger = merger.when_matched_update_all()
            return int(merger.when_not_matched_insert_all().execute()["num_target_rows_inserted"])

        return _until_committed(attempt)

    def update(self, name: str, rows: pa.Table) -> None:
        """Set the columns of `rows` that are no part of the key, where the key is there."""
        key = _declared(name).key
        on = " AND ".join(f't."{column}" = s."{column}"' for column in key)
        changes = {column: f's."{column}"' for column in rows.column_names if column not in key}

        def attempt() -> None:
            merger = self._complete(_declared(name)).merge(rows, on, source_alias="s", target_alias="t")
            merger.when_matched_update(changes).execute()

        if rows.num_rows:
            _until_committed(attempt)

    def delete(self, name: str, keys: pa.Table) -> int:
        """Remove the rows whose values in the columns of `keys` are among its rows; gives their number."""
        if self.delta(name) is None or not keys.num_rows:
            return 0
        on = " AND ".join(f't."{column}" = s."{column}"' for column in keys.column_names)
        keys = first_of_each_key(keys, tuple(keys.column_names))

        def attempt() -> int:
            merger = self._ready(_declared(name)).merge(keys, on, source_alias="s", target_alias="t")
            return int(merger.when_matched_delete().execute()["num_target_rows_deleted"])

        return _until_committed(attempt)

    def current_versions(self) -> dict[str, int]:
        """Version of every table that has one."""
        found = {name: self.delta(name) for name in TABLES}
        return {name: delta.version() for name, delta in found.items() if delta is not None}

    def at(self, versions: Mapping[str, int]) -> "Lake":
        """This lake as it was at the given table versions."""
        for name in versions:
            _declared(name)
        return Lake(self.root, self.keep_versions_days, dict(versions))

    def as_it_is(self) -> "Lake":
        """This lake at its present versions, whatever is written later."""
        found = {name: self.delta(name) for name in TABLES}
        opened = {name: delta for name, delta in found.items() if delta is not None}
        lake = self.at({name: delta.version() for name, delta in opened.items()})
        lake._opened.update(opened)
        return lake

    def vacuum(self, *, dry_run: bool) -> list[str]:
        """Remove the files of versions older than `keep_versions_days`; gives their names."""
        if not dry_run:
            check_may_keep("a lake without its old versions")
        removed: list[str] = []
        for name in TABLES:
            delta = self.delta(name)
            if delta is not None:
                # A table knows the days of when it was made; those of the settings hold, be they fewer.
                removed += delta.vacuum(
                    retention_hours=self.keep_versions_days * 24,
                    dry_run=dry_run,
                    enforce_retention_duration=False,
                )
        return removed

    def add_columns(self, name: str, columns: list[str]) -> None:
        """Give a stored table the declared columns it lacks; old rows hold null there."""
        from deltalake import Schema

        schema = _declared(name).schema
        fields = Schema.from_arrow(pa.schema([schema.field(c).with_nullable(True) for c in columns])).fields
        self._ready(_declared(name)).alter.add_columns(fields)

    def _uri(self, name: str) -> str:
        return f"{self.root.rstrip('/')}/{_declared(name).name}"

    def _ready(self, table: Table) -> DeltaTable:
        """The table as it is now, made if need be; a lake pinned to versions is never written."""
        if self.versions:
            raise WorkbenchError(
                "this lake is opened at old versions and cannot be written. Open it without them."
            )
        check_may_keep(f"rows of the table {table.name}")
        # Delta's own defaults drop the log of a version after 30 days and its files after a week.
        keep = f"interval {self.keep_versions_days} days"
        delta = self.delta(table.name)
        if delta is None:
            return DeltaTable.create(
                self._uri(table.name),
                table.schema,
                mode="ignore",
                name=table.name,
                description=table.description,
                configuration={
                    "delta.logRetentionDuration": keep,
                    "delta.deletedFileRetentionDuration": keep,
                    **_logged(table, table.schema.names),
                },
            )
        logged = _logged(table, delta.schema().to_arrow().names)
        if not logged.items() <= delta.metadata().configuration.items():  # made by an older workbench
            delta.alter.set_table_properties(logged)
        return delta

    def _complete(self, table: Table) -> DeltaTable:
        """The same, known to have every declared column: a merge would drop the values of others unsaid."""
        delta = self._ready(table)
        stored = set(delta.schema().to_arrow().names)
        if lacking := [column for column in table.schema.names if column not in stored]:
            raise WorkbenchError(
                f"table '{table.name}' in {self.root} was made by an older workbench and lacks "
                f"{', '.join(lacking)}. Run: workbench lake migrate (with --dry-run to only look)."
            )
        return delta


def first_of_each_key(rows: pa.Table, key: tuple[str, ...]) -> pa.Table:
    """The rows without those whose key stood before, in the same order."""
    numbered = rows.append_column("__row", pa.array(range(rows.num_rows), pa.int64()))
    firsts = numbered.group_by(list(key), use_threads=False).aggregate([("__row", "min")])["__row_min"]
    return rows if len(firsts) == rows.num_rows else rows.take(firsts.combine_chunks().sort())


def _logged(table: Table, stored: Sequence[str]) -> dict[str, str]:
    """Columns whose least and greatest value may stand in the log, which outlives the rows: no text but the key."""
    plain = [
        column.name
        for column in table.columns
        if column.name in table.key
        or not (pa.types.is_nested(column.type) or pa.types.is_string(column.type))
    ]
    return {"delta.dataSkippingStatsColumns": ",".join(name for name in plain if name in stored)}


def _declared(name: str) -> Table:
    one_of(name, TABLES, "table")
    return TABLES[name]


def _until_committed(attempt: Callable[[], T]) -> T:
    """Appends never conflict, merges do: read the table again and try again, with a pause that grows."""
    for number in range(_TRIES):
        try:
            return attempt()
        except CommitFailedError:
            time.sleep(min(2.0, 0.05 * 1.5**number) * random.uniform(0.5, 1.5))
    raise WorkbenchError(
        f"the lake could not be written: other processes changed the table in each of {_TRIES} tries. "
        "Nothing was lost; run the same command again when they are done."
    )
