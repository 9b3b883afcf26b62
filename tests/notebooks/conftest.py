"""The sample, read into a lake of its own once for all notebooks."""

from pathlib import Path

import pytest
from loaded_sample import copy_of_sample

from workbench.audit.answers import take_file
from workbench.audit.begin import begin
from workbench.audit.world import SAMPLE, TASK
from workbench.labels.drawn import recorded
from workbench.labels.tasks import load_task, tasks_folder
from workbench.settings import Settings, load_settings
from workbench.store.schema import open_lake


@pytest.fixture(scope="session")
def sample(tmp_path_factory) -> Path:
    """Settings file of a loaded copy of the committed sample, whose vendor was audited."""
    folder = copy_of_sample(tmp_path_factory)
    settings_file = folder / "workbench.toml"
    _audit_the_vendor(folder, load_settings(settings_file))
    return settings_file


def _audit_the_vendor(folder: Path, settings: Settings) -> None:
    world = begin(settings, folder / "vendor_export.csv")
    lake = open_lake(world.settings)
    task = load_task(TASK, tasks_folder(settings))
    take_file(folder / "vendor_answers.csv", lake, world, recorded(lake, SAMPLE), task)
