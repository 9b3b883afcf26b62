"""The engines that compute on the lake: DuckDB on this machine, or a Spark cluster by Spark Connect.

Each opens the tables of a lake as frames of its own kind and runs SQL over such frames. What their
dialects do not share is a method here, so that the differences stay visible and few.
"""

import glob
import itertools
import os
import re
import socket
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import duckdb
import pyarrow as pa

from workbench.errors import WorkbenchError
from workbench.store.lake import Lake
from workbench.tables import TABLES

_SPARK_TYPES = {
    pa.string(): "STRING",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.timestamp("us", tz="UTC"): "TIMESTAMP",
}
_DUCKDB_TYPES = _SPARK_TYPES | {pa.timestamp("us", tz="UTC"): "TIMESTAMPTZ"}


class Engine(Protocol):
    """What every engine can do; frames are of its own kind (`DuckDBPyRelation` or Spark `DataFrame`)."""

    def table(self, lake: Lake, name: str) -> Any:
        """A table of the lake, at the version the lake is opened at, with all declared columns."""

    def sql(self, query: str, **frames: Any) -> Any:
        """Frame of a query in which ``{name}`` stands for the frame of that name."""

    def keep(self, frame: Any) -> Any:
        """The same rows, computed once and held for what follows."""

    def local_epoch(self, column: str, time_zone: str) -> str:
        """SQL for the wall clock of a time column, in seconds since 1970 on that clock."""

    def close(self) -> None:
        """Let go of connections and what is held."""


def open_engine(engine: str = "duckdb") -> Engine:
    """The engine of that name.

    Parameters
    ----------
    engine
        ``duckdb``, or the address of a Spark Connect server, ``sc://host:port``.

    Raises
    ------
    WorkbenchError
        There is no such engine, it does not answer, or the extra `spark` is not installed.

    Examples
    --------
    >>> open_engine("dukdb")
    Traceback (most recent call last):
    workbench.errors.WorkbenchError: engine 'dukdb' is unknown. Set lake.engine to duckdb or sc://host:port.
    """
    if engine == "duckdb":
        return DuckDBEngine()
    if engine.startswith("sc://"):
        return SparkEngine(engine)
    raise WorkbenchError(f"engine '{engine}' is unknown. Set lake.engine to duckdb or sc://host:port.")


class DuckDBEngine:
    """DuckDB in this process, reading the Parquet files of a table version directly."""

    def __init__(self) -> None:
        # Nothing is fetched from the network behind the user's back; what is needed is in the package.
        offline: dict[str, Any] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        # As libraries for arrays do, it takes the cores that this variable gives it; else all.
        threads = os.environ.get("OMP_NUM_THREADS", "")
        if re.fullmatch(r"[1-9][0-9]{0,3}", threads):
            offline["threads"] = threads
        self.connection = duckdb.connect(config=offline)
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute("SET enable_progress_bar = false")
        self._numbers = itertools.count()

    def table(self, lake: Lake, name: str) -> Any:  # noqa: D102
        schema, delta = TABLES[name].schema, lake.delta(name)
        if delta is None or not (files := delta.file_uris()):
            nothing = ", ".join(f'CAST(NULL AS {_DUCKDB_TYPES[f.type]}) AS "{f.name}"' for f in schema)
            return self.connection.sql(f"SELECT {nothing} LIMIT 0")
        if "://" in files[0]:
            # DuckDB would need an extension from the network; Delta's own reader has every store built in. Its
            # rows are held in memory: a lake in the cloud that is larger than that is work for Spark.
            return self.connection.from_arrow(lake.read(name))
        _check_there(files[0], lake, name)
        found = self.connection.read_parquet(
            [glob.escape(unquote(file)) for file in files], union_by_name=True
        )
        return found.project(", ".join(_declared_columns(schema, found.columns, _DUCKDB_TYPES, '"')))

    def sql(self, query: str, **frames: Any) -> Any:  # noqa: D102
        names = {name: f"{name}_{next(self._numbers)}" for name in frames}
        for name, frame in frames.items():
            frame.create_view(names[name])
        return self.connection.sql(query.format(**names))

    def keep(self, frame: Any) -> Any:  # noqa: D102
        name = f"kept_{next(self._numbers)}"
        frame.create(name)
        return self.connection.table(name)

    def local_epoch(self, column: str, time_zone: str) -> str:  # noqa: D102
        return f"CAST(floor(epoch(timezone('{time_zone}', {column}))) AS BIGINT)"

    def close(self) -> None:  # noqa: D102
        self.connection.close()


class SparkEngine:
    """A Spark Connect server; it reads the lake itself, so it needs the root to be reachable from there."""

    def __init__(self, address: str) -> None:
        self.session = _spark_session(address)
        self._is_sail = self.session.catalog.currentCatalog() == "sail"

    def table(self, lake: Lake, name: str) -> Any:  # noqa: D102
        schema, delta = TABLES[name].schema, lake.delta(name)
        if delta is None or not (files := delta.file_uris()):
            columns = ", ".join(f"`{f.name}` {_SPARK_TYPES[f.type]}" for f in schema)
            return self.session.createDataFrame([], columns)
        if self._is_sail:
            # Its Delta reader (pysail 0.7) refuses strings as delta-rs merges write them; its Parquet reader does not.
            frame = self.session.read.option("mergeSchema", "true").parquet(*map(unquote, files))
        else:
            reader = self.session.read.format("delta").option("versionAsOf", delta.version())
            frame = reader.load(unquote(delta.table_uri))
        return frame.selectExpr(*_declared_columns(schema, frame.columns, _SPARK_TYPES, "`"))

    def sql(self, query: str, **frames: Any) -> Any:  # noqa: D102
        return self.session.sql(query, **frames)

    def keep(self, frame: Any) -> Any:  # noqa: D102
        return frame.cache()

    def local_epoch(self, column: str, time_zone: str) -> str:  # noqa: D102
        # The session's clock is UTC, so the shifted time is read back as it stands.
        return f"unix_timestamp(from_utc_timestamp({column}, '{time_zone}'))"

    def close(self) -> None:  # noqa: D102
        self.session.stop()


def _check_there(file: str, lake: Lake, name: str) -> None:
    if not Path(unquote(file)).exists():
        raise WorkbenchError(
            f"files of table '{name}' in {lake.root} are gone, since it was opened or by another program. "
            "Open it again; if that does not help, bring the lake back from a backup."
        )


def _declared_columns(
    schema: pa.Schema, found: Sequence[str], types: dict[pa.DataType, str], quote: str
) -> list[str]:
    """SQL of the declared columns; one that the files read do not have yet is null.

    The files and not the table's schema: after a column was added no file has it until rows are written.
    """
    return [
        f"{quote}{f.name}{quote}"
        if f.name in found
        else f"CAST(NULL AS {types[f.type]}) AS {quote}{f.name}{quote}"
        for f in schema
    ]


def _spark_session(address: str) -> Any:
    place = urlsplit(address)
    try:
        # Spark Connect itself would try for minutes.
        socket.create_connection((place.hostname or "", place.port or 15002), timeout=10).close()
    except OSError:
        # Only host and port: the rest of an address may hold a token.
        raise WorkbenchError(
            f"no Spark Connect server answers at {place.hostname}:{place.port or 15002}. "
            "Start it, or set lake.engine to duckdb."
        ) from None
    with warnings.catch_warnings():
        # Its conversions to pandas are not used here.
        warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
        try:
            from pyspark.sql import SparkSession
        except ImportError:
            raise WorkbenchError(
                f"engine {place.scheme}://{place.hostname} needs Spark Connect. Run: pip install 'workbench[spark]'."
            ) from None
        session = SparkSession.builder.remote(address).create()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    return session
