"""A Spark Connect server for the specifications, and frames of every engine."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from spec.table import native

from workbench.store.engine import SparkEngine, open_engine


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkEngine]:
    """Sail, a Spark Connect server without a JVM, on a free port."""
    # In a worker of pytest-xdist the main module has no file, which PySpark takes for its own doctests.
    if not hasattr(sys.modules["__main__"], "__file__"):
        sys.modules["__main__"].__file__ = "pytest"
    server_module = pytest.importorskip("pysail.spark", reason="the extra `spark` is not installed")
    server = server_module.SparkConnectServer("127.0.0.1", 0)
    server.start()
    engine = open_engine(f"sc://127.0.0.1:{server.listening_address[1]}")
    yield engine
    engine.close()
    server.stop()


@pytest.fixture
def frame(request: pytest.FixtureRequest) -> Any:
    """The drawn mentions of `on_every_engine`, as a frame of the engine's kind."""
    engine, drawn = request.param
    session = request.getfixturevalue("spark").session if engine == "spark" else None
    return native(engine, drawn, session)
