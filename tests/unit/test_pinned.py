import json

import pyarrow as pa
import pytest

from workbench.errors import WorkbenchError
from workbench.models import champions
from workbench.models.in_use import current
from workbench.models.lexicon import NAME as LEXICON
from workbench.models.training import train_model
from workbench.settings import Settings, keeping, load_settings, pinned
from workbench.store.lake import Lake

NOW = 'time_zone = "Europe/Paris"\nclosing_days = 3\n[lake]\nroot = "here/lake"\n[brands.Bolt]\n'


@pytest.fixture
def pin(tmp_path, monkeypatch):
    """Pin this process to what is given."""

    def write(**pins) -> None:
        file = tmp_path / "pins.json"
        file.write_text(json.dumps(pins))
        monkeypatch.setenv(pinned.VARIABLE, str(file))

    return write


def test_settings_mean_what_they_meant_and_things_are_where_they_are(tmp_path, pin):
    (tmp_path / "workbench.toml").write_text(NOW)
    then = {"time_zone": "Asia/Tokyo", "brands": {"Acme": {"role": "own"}}, "lake": {"root": "elsewhere"}}
    pin(settings=then, models={"sentiment": "lexicon"})
    settings = load_settings(tmp_path / "workbench.toml")
    assert (settings.time_zone, settings.closing_days) == ("Asia/Tokyo", Settings().closing_days)
    assert list(settings.brands) == ["Acme"]
    assert settings.lake_root == str(tmp_path / "here/lake")
    assert settings.sentiment_model == "lexicon"


def test_settings_that_were_all_as_usual_are_not_those_of_today(tmp_path, pin):
    (tmp_path / "workbench.toml").write_text(NOW)
    pin(settings={})
    settings = load_settings(tmp_path / "workbench.toml")
    assert (settings.time_zone, settings.closing_days) == (Settings().time_zone, Settings().closing_days)
    assert settings.lake_root == str(tmp_path / "here/lake")


def test_of_tables_alone_the_settings_stay(tmp_path, pin):
    (tmp_path / "workbench.toml").write_text(NOW)
    pin(tables={"posts": 1})
    assert load_settings(tmp_path / "workbench.toml").time_zone == "Europe/Paris"


def test_a_pinned_model_is_in_use_whatever_was_promoted(tmp_path, pin):
    champions.record(tmp_path / "sentiment", "other", "promoted", "other", None, "better")
    with pytest.raises(WorkbenchError, match="model other"):
        current(tmp_path)
    pin(models={"sentiment": LEXICON})
    assert current(tmp_path).name == LEXICON


def test_pins_that_are_none_are_said(tmp_path, monkeypatch):
    monkeypatch.setenv(pinned.VARIABLE, str(tmp_path / "none.json"))
    with pytest.raises(WorkbenchError, match="holds no pins"):
        load_settings()


def test_a_run_that_keeps_nothing_writes_no_row_no_model_no_decision(tmp_path, monkeypatch):
    monkeypatch.setenv(keeping.VARIABLE, "1")
    with pytest.raises(WorkbenchError, match="would have kept rows of the table lake"):
        Lake(str(tmp_path)).merge("lake", pa.table({"name": ["a"], "value": ["1"]}))
    with pytest.raises(WorkbenchError, match="would have kept a lake without"):
        Lake(str(tmp_path)).vacuum(dry_run=False)
    with pytest.raises(WorkbenchError, match="would have kept a trained model"):
        train_model(Settings(folder=tmp_path))
    with pytest.raises(WorkbenchError, match="would have kept the decision"):
        champions.record(tmp_path / "sentiment", "a", "promoted", "a", None, "better")
    assert list(tmp_path.iterdir()) == []
