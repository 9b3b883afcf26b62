"""Label Studio on this machine: started, found again, stopped, whatever became of it meanwhile."""

import json
import os
import socket
import stat

import psutil
import pytest
from label_studio_server import free_port, made_database, settings_in, with_database

from workbench.errors import WorkbenchError
from workbench.labels.connection import connect
from workbench.labels.label_studio import list_projects
from workbench.labels.server import address, down, folder, read_credentials, status, up

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(tmp_path, tmp_path_factory):
    settings = with_database(made_database(tmp_path_factory.getbasetemp()), tmp_path)
    yield settings
    down(settings)


def process_of(settings):
    """The server's process, by what it was started with."""
    data = str(folder(settings) / "data")
    found = [p for p in psutil.process_iter(["cmdline"]) if data in (p.info["cmdline"] or [])]
    assert len(found) == 1
    return found[0]


def test_up_down_and_up_again(settings, monkeypatch):
    # What a user's shell may hold, and what would change Label Studio.
    for name, value in {
        "DEBUG": "true",
        "HOST": "https://elsewhere.example",
        "PORT": "1",
        "LOG_LEVEL": "DEBUG",
    }.items():
        monkeypatch.setenv(name, value)
    first = up(settings)
    again = up(settings)
    assert (first["is_new"], again["is_new"]) == (True, False)
    assert first["url"] == again["url"] == f"http://127.0.0.1:{settings.labeling.port}"
    assert status(settings)["answers"]
    assert list_projects(connect(settings)) == []
    assert {c.laddr.ip for c in process_of(settings).net_connections() if c.status == "LISTEN"} == {
        "127.0.0.1"
    }
    assert down(settings)
    assert not down(settings)
    assert status(settings) == {"is_installed": True, "is_running": False}
    with pytest.raises(WorkbenchError, match="labels up"):
        connect(settings)
    assert up(settings)["is_new"]
    assert read_credentials(folder(settings)).token not in (folder(settings) / "server.log").read_text()


def test_secrets_and_posts_are_for_the_owner_only(settings):
    up(settings)
    place = folder(settings)
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert stat.S_IMODE((place / "credentials.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((place / "server.log").stat().st_mode) == 0o600
    said = " ".join(process_of(settings).cmdline())
    assert all(
        secret not in said for secret in (read_credentials(place).password, read_credentials(place).token)
    )


def test_a_killed_server_is_started_again(settings):
    up(settings)
    process = process_of(settings)
    process.kill()
    process.wait(20)
    assert address(settings) is None
    assert up(settings)["is_new"]


def test_the_note_of_its_number_may_be_stale_wrong_or_lost(settings):
    note = folder(settings) / "server.json"
    note.write_text(json.dumps({"pid": os.getpid(), "port": 1}))  # a number that is now somebody else's
    assert address(settings) is None
    assert not down(settings)
    assert up(settings)["is_new"]
    for content in ("{", json.dumps({"pid": 2**22 - 1, "port": 1})):
        note.write_text(content)
        assert not up(settings)["is_new"]
    note.unlink()
    assert not up(settings)["is_new"], "killed after the start, `up` left a server without a note"
    assert down(settings)


def test_a_port_that_is_taken(settings):
    with socket.socket() as other:
        other.bind(("127.0.0.1", settings.labeling.port))
        other.listen()
        with pytest.raises(WorkbenchError, match=f"port {settings.labeling.port} is taken .* --port"):
            up(settings)
        assert address(settings) is None
        port = free_port()
        assert up(settings, port)["url"] == f"http://127.0.0.1:{port}"
        assert list_projects(connect(settings)) == [], "it is found whatever its port"
    with pytest.raises(WorkbenchError, match="runs already"):
        up(settings, free_port())


def test_a_first_start_that_was_killed_begins_anew(settings):
    place = folder(settings)
    (place / "data").rename(place / "data.making")
    (place / "data.making" / "label_studio.sqlite3").write_bytes(b"half a database")
    (place / "credentials.json").unlink()
    up(settings)
    assert list_projects(connect(settings)) == []


def test_a_server_that_does_not_start_says_where_to_look(settings):
    (folder(settings) / "data" / "label_studio.sqlite3").write_bytes(b"no database at all, " * 500)
    with pytest.raises(WorkbenchError, match=r"ended at once.*server\.log"):
        up(settings)
    assert address(settings) is None


def test_damaged_credentials(settings):
    up(settings)
    (folder(settings) / "credentials.json").write_text("{")
    with pytest.raises(WorkbenchError, match="is damaged"):
        connect(settings)


def test_a_team_server_is_not_started_here(tmp_path, monkeypatch):
    labeling = settings_in(tmp_path, 8080).labeling.model_copy(update={"server": "http://127.0.0.1:9/"})
    settings = settings_in(tmp_path, 8080).model_copy(update={"labeling": labeling})
    with pytest.raises(WorkbenchError, match="a team shares"):
        up(settings)
    assert status(settings) == {"server": "http://127.0.0.1:9/", "answers": False}
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
    with pytest.raises(WorkbenchError, match="LABEL_STUDIO_API_KEY"):
        connect(settings)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "a-secret-token")
    with pytest.raises(WorkbenchError, match="does not answer"):
        list_projects(connect(settings))
