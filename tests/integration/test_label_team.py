"""A Label Studio that a team shares: its Compose file, and the same settings with a real PostgreSQL."""

import glob
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
import yaml
from label_studio_server import TASKS, World, chosen, free_port, queue, settings_in
from unit.labelling import filled

from workbench.labels.server_environment import VERSION, NotInstallableError, install, program, scrubbed
from workbench.labels.server_process import answers

COMPOSE = yaml.safe_load((TASKS / "compose.yaml").read_text(encoding="utf-8"))
# Debian keeps PostgreSQL's programs off the path.
PG_CTL = shutil.which("pg_ctl") or next(iter(sorted(glob.glob("/usr/lib/postgresql/*/bin/pg_ctl"))), None)
GIVEN = {
    "LABEL_STUDIO_HOST": "",
    "LABEL_STUDIO_EMAIL": "team@workbench.local",
    "LABEL_STUDIO_PASSWORD": "a-password-1",
    "LABEL_STUDIO_DATABASE_PASSWORD": "another-password",
}
TOKEN = "0123456789abcdef0123456789abcdef01234567"


def environment(service):
    """The variables of a service, with those that its user has to give filled in."""
    told = COMPOSE["services"][service]["environment"]
    return {
        name: re.sub(r"\$\{(\w+)[^}]*\}", lambda m: GIVEN[m[1]], str(value)) for name, value in told.items()
    }


def test_the_compose_file_runs_the_tested_version_for_this_machine_only():
    services = COMPOSE["services"]
    assert services["label-studio"]["image"] == f"heartexlabs/label-studio:{VERSION}"
    assert all(port.startswith("127.0.0.1:") for port in services["label-studio"]["ports"])
    assert "ports" not in services["database"]
    told = environment("label-studio")
    own = {name: told[name] for name in scrubbed(Path("/data")) if name in told}
    assert own, "what shields a server of one's own shields this one"
    assert all(value == scrubbed(Path("/data"))[name] for name, value in own.items())
    assert told["POSTGRE_PASSWORD"] == environment("database")["POSTGRES_PASSWORD"]
    assert told["POSTGRE_NAME"] == environment("database")["POSTGRES_DB"]


def test_no_secret_stands_in_the_compose_file():
    for service in COMPOSE["services"].values():
        for name, value in service["environment"].items():
            if "PASSWORD" in name:
                assert re.fullmatch(r"\$\{\w+:\?.+\}", value), name


@pytest.fixture
def database():
    """Port of a PostgreSQL with the user and database of the Compose file."""
    if PG_CTL is None:
        pytest.skip("PostgreSQL is not installed")
    programs = Path(os.path.realpath(PG_CTL)).parent
    told, port = environment("database"), free_port()
    # It refuses to run as root, and its user may not enter the folders of pytest.
    runs_as = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    with tempfile.TemporaryDirectory() as name:
        folder, password = Path(name), Path(name) / "password"
        password.write_text(told["POSTGRES_PASSWORD"])
        if runs_as:
            for path in (folder, password):
                shutil.chown(path, "postgres")
        control = [*runs_as, str(programs / "pg_ctl"), "--pgdata", str(folder / "data"), "--wait"]
        user, secret = told["POSTGRES_USER"], told["POSTGRES_PASSWORD"]
        run([*control, "initdb", "--options", f"--username={user} --auth=scram-sha-256 --pwfile={password}"])
        listen = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder}"
        run([*control, "start", "--options", listen, "--log", str(folder / "log")])
        try:
            address = f"postgresql://{user}:{secret}@127.0.0.1:{port}/postgres"
            run([str(programs / "psql"), address, "--command", f"CREATE DATABASE {told['POSTGRES_DB']}"])
            yield port
        finally:
            run([*control, "stop", "--mode", "immediate"])


@pytest.fixture
def team(database, tmp_path, monkeypatch):
    """A world whose settings name the team's server."""
    try:
        install()
    except NotInstallableError as error:
        pytest.skip(str(error))
    data, port = tmp_path / "data-of-the-server", free_port()
    data.mkdir()
    told = environment("label-studio") | {"POSTGRE_HOST": "127.0.0.1", "POSTGRE_PORT": str(database)}
    url = f"http://127.0.0.1:{port}"
    command = [str(program()), "start", "--no-browser", "--internal-host", "127.0.0.1", "--port", str(port)]
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen(
            command,
            env=scrubbed(data) | told | {"LABEL_STUDIO_USER_TOKEN": TOKEN},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        end = time.monotonic() + 600
        while not answers(url):
            assert server.poll() is None, (tmp_path / "server.log").read_text()[-2000:]
            assert time.monotonic() < end
            time.sleep(0.5)
        monkeypatch.setenv("LABEL_STUDIO_API_KEY", TOKEN)
        settings = settings_in(tmp_path, port)
        labeling = settings.labeling.model_copy(update={"server": url})
        lake = settings.lake.model_copy(update={"root": str(tmp_path / "lake")})
        yield World(settings.model_copy(update={"labeling": labeling, "lake": lake}), filled(tmp_path))
    finally:
        server.kill()
        server.wait()


@pytest.mark.slow
def test_the_loop_on_postgresql(team):
    rows = queue(team, size=20)
    assert team.push(rows)["pushed"] == 20
    assert team.push(rows)["pushed"] == 0
    one, other, *_ = team.open(team.project())
    number = team.judge(one.id, chosen("sentiment", "negative"))
    withdrawn = team.judge(other.id, chosen("sentiment", "neutral"))
    assert team.pull()["new"] == 2
    team.connection.api.annotations.update(number, result=chosen("sentiment", "positive"))
    team.connection.api.annotations.delete(withdrawn)
    told = team.pull()
    assert (told["changed"], told["withdrawn"]) == (1, 1)
    assert list(team.labels()["label"]) == ["positive"]


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stdout + done.stderr
