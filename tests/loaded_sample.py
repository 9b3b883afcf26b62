"""The committed sample read into a lake, once for all tests of a run; each takes a copy of its own."""

import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from workbench.sample.load import load_sample

COMMITTED = (
    "posts.csv.gz", "cases.csv", "surveys.csv", "outcomes.csv", "truth.parquet", "workbench.toml",
    "vendor_export.csv", "vendor_answers.csv",
)  # fmt: skip


def copy_of_sample(factory: pytest.TempPathFactory) -> Path:
    """A folder with the loaded sample, for the caller alone."""
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # that of all workers
    made = shared / "loaded_sample"
    with FileLock(shared / "loaded_sample.lock"):
        if not made.exists():
            draft = factory.mktemp("draft")
            for name in COMMITTED:
                shutil.copy(Path(__file__).parents[1] / "data" / "sample" / name, draft)
            load_sample(draft)
            draft.rename(made)
    return Path(shutil.copytree(made, factory.mktemp("sample") / "sample"))
