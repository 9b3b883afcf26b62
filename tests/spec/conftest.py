"""A Spark Connect server for the specifications, and frames of every engine."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from spec.table import native

from workbench.store.engine import Engine, SparkEngine, open_engine


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkEngine]:
    """Sail, a Spark Connect server without a JVM, on a free port."""
    server_module = pytest.importorskip("pysail.spark", reason="the extra `spark` is not installed")
    server = server_module.SparkConnectServer("127.0.0.1", 0)
    server.start()
    with _a_main_module():
        engine = open_engine(f"sc://127.0.0.1:{server.listening_address[1]}")
    yield engine
    engine.close()
    server.stop()


@contextmanager
def _a_main_module() -> Iterator[None]:
    """A main module with a file: without one, as in a worker of pytest-xdist, PySpark believes to be doctested."""
    main = sys.modules["__main__"]
    if hasattr(main, "__file__"):
        yield
        return
    main.__file__ = __file__
    yield
    # Left there, it would be run by every process that is spawned later.
    del main.__file__


@pytest.fixture(params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """DuckDB and Spark Connect in turn, for what is made from a lake."""
    if request.param == "spark":
        yield request.getfixturevalue("spark")
    else:
        engine = open_engine()
        yield engine
        engine.close()


@pytest.fixture
def frame(request: pytest.FixtureRequest) -> Any:
    """The drawn mentions of `on_every_engine`, as a frame of the engine's kind."""
    engine, drawn = request.param
    session = request.getfixturevalue("spark").session if engine == "spark" else None
    return native(engine, drawn, session)
