"""What all tests share: no settings of the user's, and the research data where it is."""

import os
from pathlib import Path

import pytest


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
