"""The code that makes a report: its commit, what was changed since, and the packages it stands on."""

import base64
import hashlib
import os
import platform
import re
import subprocess
import tempfile
import zlib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any

import nbformat

from workbench.runs.git import git
from workbench.runs.provenance import CODE, commit

# What makes figures, and nothing that may hold posts or secrets: no data, no file of settings, no notes beside it.
PARTS = (
    *(f"workbench/**/*.{suffix}" for suffix in ("py", "j2", "css", "js")),
    "notebooks/*/*.ipynb",
    "pyproject.toml",
    "requirements.lock",
)
LARGEST_PATCH = 60_000  # characters as kept; a report stays under 1.5 MB


def code_state() -> dict[str, Any]:
    """Commit, and the patch of what differs from it.

    Returns
    -------
    ``commit``; ``diff``, the SHA-256 of the patch, None where nothing differs; ``patch``, compressed (see
    `read_patch`), empty where nothing differs or where it is too large for a report (see `keep_large_patch`);
    ``package``, version of workbench.
    """
    at = commit(CODE)
    patch = _changes_now(at)
    kept = base64.b85encode(zlib.compress(patch.encode(), 9)).decode() if patch else ""
    return {
        "commit": at,
        "diff": hashlib.sha256(patch.encode()).hexdigest() if patch else None,
        "patch": kept if len(kept) <= LARGEST_PATCH else "",
        "package": version("workbench"),
    }


def keep_large_patch(code: Mapping[str, Any], folder: Path) -> Path | None:
    """Keep a patch that is too large for a report beside the runs, by its hash; gives the file."""
    if not code["diff"] or code["patch"]:
        return None
    file, patch = folder / f"{code['diff']}.patch", _changes_now(code["commit"])
    if not file.exists() and hashlib.sha256(patch.encode()).hexdigest() == code["diff"]:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(patch, encoding="utf-8")
    return file


def patched_files(patch: str) -> dict[str, str]:
    r"""What a patch does to each file, by the file.

    Examples
    --------
    >>> list(patched_files("diff --git a/x.py b/x.py\n+1\ndiff --git a/y.py b/y.py\n+2\n"))
    ['x.py', 'y.py']
    """
    parts = re.split(r"^diff --git a/.* b/(.*)$", patch, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def read_patch(kept: str) -> str:
    """The patch that a manifest keeps, to be put on its commit with `git apply`.

    Examples
    --------
    >>> read_patch(base64.b85encode(zlib.compress(b"diff --git a/x b/x")).decode())
    'diff --git a/x b/x'
    """
    return zlib.decompress(base64.b85decode(kept)).decode() if kept else ""


def changes(checkout: Path) -> str:
    """How the code differs from its commit, new files too; empty where it does not, or is in no checkout.

    Of notebooks the cells alone: what a run has shown beneath them may be somebody's words.
    """
    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:
        # An index and a store of objects of our own: those of the checkout are somebody's work and stay untouched.
        own = {
            **os.environ,
            "GIT_INDEX_FILE": str(Path(folder) / "index"),
            "GIT_OBJECT_DIRECTORY": str(Path(folder) / "objects"),
        }
        try:
            shared = git(checkout, "rev-parse", "--git-path", "objects")
            own["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = str((checkout / shared.strip()).resolve())
            Path(own["GIT_OBJECT_DIRECTORY"]).mkdir()
            parts = [f":(glob){part}" for part in PARTS]
            git(checkout, "read-tree", "HEAD", environment=own)
            wanted = ("ls-files", "-modz", "--exclude-standard", "--", *parts)
            for file in dict.fromkeys(git(checkout, *wanted, environment=own).split("\0")[:-1]):
                _stage(checkout, file, own)
            words = ("--cached", "--no-color", "--no-ext-diff", "--full-index", "--binary", "HEAD")
            return git(checkout, "diff", *words, "--", *parts, environment=own)
        except (OSError, subprocess.CalledProcessError):
            return ""


def _stage(checkout: Path, file: str, environment: dict[str, str]) -> None:
    """Put a file as it is now into the index; a notebook without what its last run has shown."""
    path = checkout / file
    if path.suffix != ".ipynb" or not path.exists():
        git(checkout, "update-index", "--add", "--remove", "--", file, environment=environment)
        return
    try:
        written = nbformat.writes(_without_outputs(nbformat.read(path, as_version=4))) + "\n"
    except (ValueError, nbformat.ValidationError, AttributeError):
        return  # no notebook, or half written by somebody's editor
    blob = git(checkout, "hash-object", "-w", "--stdin", environment=environment, given=written).strip()
    git(checkout, "update-index", "--add", "--cacheinfo", f"100644,{blob},{file}", environment=environment)


def _without_outputs(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    for cell in notebook.cells:
        cell.pop("attachments", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        cell.metadata = {name: cell.metadata[name] for name in ("tags",) if name in cell.metadata}
    return notebook


def _changes_now(at: str) -> str:
    return _changes_once(CODE.parent, code_stamp(), at) if at.endswith("+changes") else ""


@lru_cache(maxsize=4)
def _changes_once(checkout: Path, stamp: str, at: str) -> str:
    """The same for as long as no file was touched: many reports are made by one process."""
    return changes(checkout)


def code_stamp() -> str:
    """Tells whether a file of the code was touched, which costs far less than to compare them."""
    files = (file for part in PARTS for file in CODE.parent.glob(part))
    known = [f"{file}:{file.stat().st_mtime_ns}" for file in files if file.is_file()]
    return hashlib.sha256("\n".join(sorted(known)).encode()).hexdigest()


@cache
def packages() -> dict[str, str]:
    """Version of every package installed here, by name; looked up once a process."""
    found = {
        str(one.metadata["Name"]).lower().replace("_", "-"): one.version
        for one in distributions()
        if one.metadata["Name"]
    }
    return dict(sorted(found.items()))


def python() -> str:
    """Version of Python and kind of machine: some libraries round by it."""
    return f"{platform.python_version()} on {platform.system()} {platform.machine()}"
