"""A Label Studio of one's own: started, found again and stopped, on this machine only."""

import contextlib
import json
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock

from workbench.errors import WorkbenchError
from workbench.labels.server_environment import install, is_installed
from workbench.labels.server_process import (
    EMAIL,
    Credentials,
    answers,
    note,
    port_of,
    running,
    start,
    url_of,
    wait,
)
from workbench.progress import Progress, silent
from workbench.settings import Settings

_GRACE = 20  # seconds to end by itself


def folder(settings: Settings) -> Path:
    """Where the server keeps its database, its log and its credentials."""
    return settings.data_folder / "label_studio"


def up(settings: Settings, port: int | None = None, progress: Progress = silent) -> dict[str, Any]:
    """Install Label Studio if need be, start it if it does not run, and wait until it answers.

    Returns
    -------
    ``url``, ``email``, ``credentials`` (the file they stand in), ``is_new`` (whether it was started now).

    Raises
    ------
    WorkbenchError
        The settings name a server that a team shares; the port is taken; or the server does not start.
    """
    if settings.labeling.server:
        raise WorkbenchError(
            f"the settings name a Label Studio that a team shares, {settings.labeling.server}, so there is none to "
            "start here. Leave labeling.server empty for one of your own."
        )
    install(lambda done, what: progress(0.7 * done, what))
    place = folder(settings)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.chmod(0o700)
    with FileLock(place / ".lock"):
        process = running(place)
        is_new = process is None
        if process is None:
            port = port or settings.labeling.port
            process = start(place, port, progress)
        elif port not in (None, port_of(process)):
            raise WorkbenchError(
                f"Label Studio runs already, at {url_of(process)}. Stop it first: workbench labels down."
            )
        else:
            port = port_of(process)
        wait(process, port, place, progress)
    return {**_told(process, place), "is_new": is_new}


def down(settings: Settings) -> bool:
    """Stop the server; whether there was one. Labels and drafts stay for the next start."""
    process = running(folder(settings))
    if process is None:
        return False
    with contextlib.suppress(psutil.NoSuchProcess):
        process.terminate()
        try:
            process.wait(_GRACE)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(_GRACE)
    note(folder(settings)).unlink(missing_ok=True)
    return True


def status(settings: Settings) -> dict[str, Any]:
    """Whether Label Studio is installed, runs and answers, and where."""
    if settings.labeling.server:
        return {"server": settings.labeling.server, "answers": answers(settings.labeling.server)}
    place = folder(settings)
    process = running(place)
    if process is None:
        return {"is_installed": is_installed(), "is_running": False}
    told = _told(process, place)
    return {"is_installed": True, "is_running": True, "answers": answers(told["url"]), **told}


def address(settings: Settings) -> str | None:
    """URL of the server that runs, or that the team shares."""
    if settings.labeling.server:
        return settings.labeling.server.rstrip("/")
    process = running(folder(settings))
    return url_of(process) if process else None


def started_at(settings: Settings) -> float | None:
    """When the server of one's own was started, in seconds since 1970; None for one that a team shares."""
    process = None if settings.labeling.server else running(folder(settings))
    return process.create_time() if process else None


def read_credentials(place: Path) -> Credentials:
    """The credentials, made at the first start.

    Raises
    ------
    WorkbenchError
        There are none, or the file is damaged.
    """
    file = place / "credentials.json"
    try:
        return Credentials(**json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise WorkbenchError(f"{file} is missing. Start Label Studio first: workbench labels up.") from None
    except (ValueError, TypeError):
        raise WorkbenchError(
            f"{file} is damaged. It holds email, password and token of Label Studio; put them back."
        ) from None


def _told(process: psutil.Process, place: Path) -> dict[str, Any]:
    return {"url": url_of(process), "email": EMAIL, "credentials": str(place / "credentials.json")}
