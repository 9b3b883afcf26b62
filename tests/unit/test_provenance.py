import hashlib
import subprocess

import pytest

from workbench.runs.provenance import commit, provenance
from workbench.runs.record import json_safe
from workbench.settings import Settings


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / "__init__.py").write_text("")
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "first"]):
        subprocess.run(["git", "-C", tmp_path, *words], check=True)
    return tmp_path


def test_commit_of_a_checkout_with_and_without_changes(checkout):
    clean = commit(checkout)
    assert len(clean) == 12
    (checkout / "__init__.py").write_text("changed = True")
    assert commit(checkout) == clean + "+changes"


def test_a_package_in_someone_elses_checkout_is_no_checkout(checkout):
    installed = checkout / "site-packages"
    installed.mkdir()
    (installed / "__init__.py").write_text("")
    assert commit(installed) == "not a git checkout"


def test_provenance_names_data_models_and_settings(tmp_path, monkeypatch):
    monkeypatch.delenv("WORKBENCH_SETTINGS", raising=False)
    (tmp_path / "workbench.toml").write_text('time_zone = "UTC"')
    origin = provenance(Settings(folder=tmp_path), {"posts": 3}, ["lexicon 1"], {"week": "2026-W47"})
    assert origin["tables"] == {"posts": 3}
    assert origin["models"] == ["lexicon 1"]
    assert origin["parameters"] == {"week": "2026-W47"}
    assert origin["settings"] == hashlib.sha256(b'time_zone = "UTC"').hexdigest()
    assert json_safe(origin) == origin, "it can be recorded as it is"


def test_settings_named_by_the_environment_are_the_ones_in_force(tmp_path, monkeypatch):
    named = tmp_path / "other.toml"
    named.write_text("")
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(named))
    assert provenance(Settings(folder=tmp_path), {}, [], {})["settings"] == hashlib.sha256(b"").hexdigest()


def test_without_a_settings_file_there_is_no_hash(tmp_path, monkeypatch):
    monkeypatch.delenv("WORKBENCH_SETTINGS", raising=False)
    assert provenance(Settings(folder=tmp_path), {}, [], {})["settings"] is None
