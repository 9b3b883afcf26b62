"""What all tests share: no settings of the user's, and the research data where it is."""

import os

# Two test processes on two cores: a second thread of each would only wait for the other's. Read when libraries load.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from pathlib import Path

import pytest
from hypothesis import settings

from workbench.figures.theme import Figure

# The same examples every time, so that a change is judged and not the dice;
# `pytest --hypothesis-profile=default` draws new ones.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where everything a test may need is installed, a skipped test is a test that did not run."""
    report = yield
    if report.skipped and os.environ.get("WORKBENCH_NO_SKIPS") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and here nothing may be: {report.longrepr[-1]}"
    return report


@pytest.fixture(autouse=True)
def _charts_are_held_to_their_schema(monkeypatch):
    monkeypatch.setattr(Figure, "is_checked", True)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch):
    monkeypatch.delenv("WORKBENCH_SETTINGS", raising=False)


@pytest.fixture(scope="session")
def research_data() -> Path:
    """Folder of the public research data; a user who does not have it skips these tests."""
    folder = os.environ.get("WORKBENCH_RESEARCH_DATA")
    if not folder:
        pytest.skip("WORKBENCH_RESEARCH_DATA is not set")
    return Path(folder)
