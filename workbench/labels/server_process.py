"""The process of a Label Studio of one's own: how it is started, and how it is known again."""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from workbench.errors import WorkbenchError
from workbench.labels.server_environment import program, scrubbed
from workbench.progress import Progress

EMAIL = "labeller@workbench.local"
_PATIENCE = 300  # seconds; a first start makes the database, and machines are busy


@dataclass(frozen=True)
class Credentials:
    """Who may sign in (people, by e-mail and password; programs, by token)."""

    email: str
    password: str
    token: str


def start(place: Path, port: int, progress: Progress) -> psutil.Process:
    """Start the server; it listens to this machine only.

    Raises
    ------
    WorkbenchError
        The port is taken, or the database cannot be made.
    """
    if _is_taken(port):
        raise WorkbenchError(
            f"port {port} is taken by another program. Choose another: workbench labels up --port {port + 1}, or "
            "labeling.port in workbench.toml."
        )
    data = place / "data"
    if not data.is_dir():
        progress(0.7, "making the database (a minute, once)")
        _make(place, data)
    log = os.open(place / "server.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    # Asked for a host it would not say, it listens to the whole network; asked for a busy port, it takes the next.
    listen = ["--no-browser", "--internal-host", "127.0.0.1", "--port", str(port), "--data-dir", str(data)]
    try:
        started = subprocess.Popen(
            [str(program()), "start", *listen],
            cwd=place,
            env=scrubbed(data),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    finally:
        os.close(log)
    started.returncode = 0  # it outlives us: nobody here waits for it
    note(place).write_text(json.dumps({"pid": started.pid, "port": port}), encoding="utf-8")
    return psutil.Process(started.pid)


def wait(process: psutil.Process, port: int, place: Path, progress: Progress) -> None:
    """Wait until the server answers.

    Raises
    ------
    WorkbenchError
        It ended, or did not answer in time.
    """
    # Not from the process itself: for a moment after its start it tells nothing.
    url, begun = _url(port), time.monotonic()
    while not answers(url):
        waited = time.monotonic() - begun
        if not _lives(process) or waited > _PATIENCE:
            why = "did not answer in time" if _lives(process) else "ended at once"
            raise WorkbenchError(f"Label Studio {why}. What it said is in {place / 'server.log'}.")
        progress(min(0.99, 0.8 + waited / 300), "waiting for Label Studio to answer")
        time.sleep(0.2)
    progress(1.0, "Label Studio answers")


def running(place: Path) -> psutil.Process | None:
    """Our server, if it runs: by the file that says so, else by what runs.

    The file may be stale, its number that of somebody else's process by now, or missing where `up` was
    killed after the start; what a process was started with cannot be mistaken.
    """
    for process in _candidates(place):
        with contextlib.suppress(psutil.Error):
            said = process.cmdline()
            if str(place / "data") in said and "start" in said and _lives(process):
                return process
    return None


def port_of(process: psutil.Process) -> int:
    """The port that a server was started with."""
    said = process.cmdline()
    return int(said[said.index("--port") + 1])


def url_of(process: psutil.Process) -> str:
    """Where a server is."""
    return _url(port_of(process))


def answers(url: str) -> bool:
    """Whether a Label Studio answers at that address."""
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=5) as answer:
            return answer.status == 200
    except (OSError, ValueError):
        return False


def note(place: Path) -> Path:
    """The file that says which process serves; only a hint."""
    return place / "server.json"


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _make(place: Path, data: Path) -> None:
    """The database and its first user; it appears whole or not at all."""
    making = place / "data.making"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    made = Credentials(EMAIL, secrets.token_urlsafe(15), secrets.token_hex(20))
    # By the environment, which only this user can read: a command line is seen by everybody.
    env = scrubbed(making, USERNAME=made.email, PASSWORD=made.password, USER_TOKEN=made.token)
    done = subprocess.run(
        [str(program()), "init", "-q", "--enable-legacy-api-token"],
        cwd=place,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise WorkbenchError(
            f"Label Studio could not make its database in {making} (exit code {done.returncode}). Is there room?"
        )
    file = place / "credentials.json"
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump(asdict(made), out, indent=1)
    making.rename(data)


def _candidates(place: Path) -> Iterator[psutil.Process]:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, psutil.Error):
        yield psutil.Process(int(json.loads(note(place).read_text(encoding="utf-8"))["pid"]))
    yield from psutil.process_iter()


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _is_taken(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
