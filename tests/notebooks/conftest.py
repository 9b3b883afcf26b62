"""The sample, read into a lake of its own once for all notebooks."""

import shutil
from pathlib import Path

import pytest

from workbench.audit.answers import take_file
from workbench.audit.begin import begin
from workbench.audit.world import SAMPLE, TASK
from workbench.labels.drawn import recorded
from workbench.labels.tasks import load_task, tasks_folder
from workbench.sample.load import load_sample
from workbench.settings import Settings, load_settings
from workbench.store.schema import open_lake

COMMITTED = (
    "posts.csv.gz", "cases.csv", "surveys.csv", "outcomes.csv", "truth.parquet", "workbench.toml",
    "vendor_export.csv", "vendor_answers.csv",
)  # fmt: skip


@pytest.fixture(scope="session")
def sample(tmp_path_factory) -> Path:
    """Settings file of a loaded copy of the committed sample, whose vendor was audited."""
    folder = tmp_path_factory.mktemp("sample")
    for name in COMMITTED:
        shutil.copy(Path(__file__).parents[2] / "data" / "sample" / name, folder)
    settings_file = load_sample(folder)
    _audit_the_vendor(folder, load_settings(settings_file))
    return settings_file


def _audit_the_vendor(folder: Path, settings: Settings) -> None:
    world = begin(settings, folder / "vendor_export.csv")
    lake = open_lake(world.settings)
    task = load_task(TASK, tasks_folder(settings))
    take_file(folder / "vendor_answers.csv", lake, world, recorded(lake, SAMPLE), task)
