"""The sample, read into a lake of its own once for all notebooks."""

import shutil
from pathlib import Path

import pytest

from workbench.sample.load import load_sample

COMMITTED = ("posts.csv.gz", "cases.csv", "surveys.csv", "outcomes.csv", "truth.parquet", "workbench.toml")


@pytest.fixture(scope="session")
def sample(tmp_path_factory) -> Path:
    """Settings file of a loaded copy of the committed sample."""
    folder = tmp_path_factory.mktemp("sample")
    for name in COMMITTED:
        shutil.copy(Path(__file__).parents[2] / "data" / "sample" / name, folder)
    return load_sample(folder)
