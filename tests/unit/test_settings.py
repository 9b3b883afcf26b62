"""Settings are checked whole, and every error says its mend."""

from pathlib import Path

import pytest

from workbench.errors import WorkbenchError
from workbench.settings import load_settings, parse_settings


def write(folder: Path, text: str) -> Path:
    file = folder / "workbench.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_all_errors_at_once_with_the_nearest_key(tmp_path):
    file = write(
        tmp_path,
        'time_zon = "UTC"\n[brands.Acme]\nkeyword = ["acme"]\nrole = "mine"\n[lake]\nkeep_versions_days = 1\n',
    )
    with pytest.raises(WorkbenchError) as raised:
        load_settings(file)
    message = str(raised.value)
    assert "4 settings are wrong" in message
    assert "time_zon: is no setting. Did you mean 'time_zone'?" in message
    assert "brands.Acme.keyword: is no setting. Did you mean 'keywords'?" in message
    assert "brands.Acme.role" in message
    assert "keep_versions_days" in message


def test_unknown_time_zone_names_the_nearest(tmp_path):
    with pytest.raises(WorkbenchError, match="Did you mean 'Europe/Berlin'"):
        parse_settings({"time_zone": "Europe/Berlinn"}, tmp_path)


def test_broken_toml_names_the_place(tmp_path):
    with pytest.raises(WorkbenchError, match=r"not valid TOML.*line 1"):
        load_settings(write(tmp_path, "time_zone = = 3\n"))


def test_missing_file_is_named(tmp_path):
    with pytest.raises(WorkbenchError, match="does not exist"):
        load_settings(tmp_path / "none.toml")


def test_nearest_file_above_is_found_and_roots_are_relative_to_it(tmp_path, monkeypatch):
    write(tmp_path, 'time_zone = "Europe/Berlin"')
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    settings = load_settings()
    assert settings.time_zone == "Europe/Berlin"
    assert settings.lake_root == str(tmp_path / "data/lake")


def test_environment_names_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(write(tmp_path, 'first_day_of_week = "sunday"')))
    assert load_settings().first_day_of_week == "sunday"


def test_key_is_outside_the_lake(tmp_path):
    settings = parse_settings({}, tmp_path)
    assert not settings.key_file.is_relative_to(settings.lake_root)


def test_url_root_stays_a_url(tmp_path):
    assert parse_settings({"lake": {"root": "s3://bucket/lake"}}, tmp_path).lake_root == "s3://bucket/lake"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            {"baseline": {"first": "2026-03-02", "last": "2026-04-12"}},
            "are 42 days; a baseline needs 8 weeks",
        ),
        ({"baseline": {"first": "2026-03-02", "lst": "2026-05-24"}}, "Did you mean 'last'"),
        ({"events": [{"nam": "x", "first": "2026-01-02", "last": "2026-01-02"}]}, "Did you mean 'name'"),
        ({"events": [{"name": "x", "first": "2026-01-02", "last": "2026-01-01"}]}, "is before first"),
        (
            {"events": [{"name": "x", "first": "2026-01-02", "last": "2026-01-02", "kind": "storm"}]},
            "'crisis'",
        ),
        ({"weights": {"importanc": {"x": 1}}}, "Did you mean 'importance'"),
        (
            {"weights": {"frozen_since": "2026-01-01", "importance": {"x": 0.5, "y": 0.4}}},
            "add to 0.9, not to 1",
        ),
        ({"weights": {"importance": {"x": 1}}}, "weights need frozen_since"),
        ({"closing_day": 3}, "Did you mean 'closing_days'"),
    ],
)
def test_baseline_events_and_weights_say_their_mend(content, message, tmp_path):
    with pytest.raises(WorkbenchError, match=message):
        parse_settings(content, tmp_path)


def test_weights_in_whole_percent_are_taken(tmp_path):
    third = {"x": 0.33, "reddit": 0.33, "facebook": 0.33}
    settings = parse_settings({"weights": {"frozen_since": "2026-01-01", "importance": third}}, tmp_path)
    assert settings.weights.importance == third
    assert settings.closing_days == 14


def test_a_password_in_an_address_is_refused_and_not_shown(tmp_path):
    with pytest.raises(WorkbenchError, match=r"labeling.server: holds a user or a password") as caught:
        parse_settings({"labeling": {"server": "http://jane:s3cret@ls.example"}}, tmp_path)
    assert "s3cret" not in str(caught.value)
