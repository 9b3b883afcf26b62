"""Label Studio in an environment of its own: what happens where it cannot be fetched, and what it is kept from."""

import pytest

from workbench.labels import server_environment
from workbench.labels.server_environment import NotInstallableError, install, is_installed, scrubbed


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(server_environment, "home", lambda: tmp_path / "label-studio")
    return tmp_path / "label-studio"


def test_without_a_network_it_says_what_is_needed_and_leaves_nothing_half_done(home, monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    told = []
    for _ in range(2):
        with pytest.raises(NotInstallableError, match=r"could not be installed: .* a network is needed"):
            install(lambda done, what: told.append(what))
        assert not is_installed()
    assert told[0].startswith("making the environment")


def test_a_folder_that_may_not_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr(server_environment, "home", lambda: tmp_path / "file" / "label-studio")
    with pytest.raises(NotInstallableError, match="cannot be written"):
        install()


def test_what_is_there_is_not_installed_again(home):
    server_environment.program().parent.mkdir(parents=True)
    server_environment.program().touch()
    (home / f".complete-{server_environment.VERSION}").touch()
    install(lambda done, what: pytest.fail("nothing is to be done"))


def test_another_version_is_not_this_one(home):
    server_environment.program().parent.mkdir(parents=True)
    server_environment.program().touch()
    (home / ".complete-1.0.0").touch()
    assert not is_installed()


def test_nothing_of_the_users_environment_reaches_it(tmp_path, monkeypatch):
    for name in ("DEBUG", "HOST", "PORT", "CI", "LABEL_STUDIO_HOST", "LABEL_STUDIO_API_KEY"):
        monkeypatch.setenv(name, "strange")
    told = scrubbed(tmp_path)
    assert "strange" not in told.values()
    assert told["LABEL_STUDIO_COLLECT_ANALYTICS"] == "false"
    assert told["LABEL_STUDIO_BASE_DATA_DIR"] == str(tmp_path)
