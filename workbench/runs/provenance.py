"""Where a figure came from: data versions, code, settings and models that made it."""

import datetime
import os
import platform
import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import workbench
from workbench.file_hash import sha256_of
from workbench.runs.git import git
from workbench.settings import FILE_NAME, Settings
from workbench.tables import SCHEMA_VERSION

CODE = Path(workbench.__file__).parent


def provenance(
    settings: Settings,
    versions: Mapping[str, int],
    models: list[str],
    parameters: Mapping[str, Any],
    models_in_use: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What a reader needs to make the same figures again.

    Parameters
    ----------
    settings
        The settings in force.
    versions
        Version read of each table.
    models
        Models whose predictions were used, name and version.
    parameters
        Parameters of the run.
    models_in_use
        Model by task, as they were when the lake was opened: a later promotion changes nothing of this run.

    Returns
    -------
    ``made_at`` (UTC), ``tables``, ``schema_version``, ``models``, ``models_in_use``, ``parameters``, ``commit``,
    ``package``, ``python``, and the SHA-256 of `requirements.lock` (``lock``) and of the settings file
    (``settings``), None where there is no such file.
    """
    return {
        "made_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "tables": dict(versions),
        "schema_version": SCHEMA_VERSION,
        "models": list(models),
        "models_in_use": dict(models_in_use or {}),
        "parameters": dict(parameters),
        "commit": commit(CODE),
        "package": version("workbench"),
        "python": platform.python_version(),
        "lock": _sha256(CODE.parent / "requirements.lock"),
        "settings": _sha256(Path(os.environ.get("WORKBENCH_SETTINGS", settings.folder / FILE_NAME))),
    }


def commit(folder: Path) -> str:
    """Commit that the code of a folder is at, with ``+changes`` where files differ from it.

    Says 'not a git checkout' of an installed package, also where its environment lies in a checkout of
    something else.
    """
    try:
        git(folder, "ls-files", "--error-unmatch", "__init__.py")
        head = git(folder, "rev-parse", "--short=12", "HEAD").strip()
        return head + ("+changes" if git(folder, "status", "--porcelain").strip() else "")
    except (OSError, subprocess.CalledProcessError):
        return "not a git checkout"


def _sha256(file: Path) -> str | None:
    return sha256_of(file) if file.is_file() else None
