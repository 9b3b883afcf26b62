"""A sample that an older workbench loaded is brought up to date by itself."""

from loaded_sample import copy_of_sample

from workbench.models.in_use import current
from workbench.sample.load import load_sample


def test_a_model_of_another_version_is_replaced(tmp_path_factory, monkeypatch):
    folder = copy_of_sample(tmp_path_factory)
    before = current(folder / "models", "sentiment")
    monkeypatch.setattr("workbench.models.plain_state.way_of_reading", lambda: "another")
    load_sample(folder)
    after = current(folder / "models", "sentiment")
    assert after.name != before.name
    load_sample(folder)
    assert current(folder / "models", "sentiment").name == after.name, "once is enough"
