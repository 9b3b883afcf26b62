"""A scheduled notebook writes inside its data folder: whatever else it would change is refused.

Python says before it opens, renames or removes a file (audit events, PEP 578), and that is where this
looks. It keeps a slip from doing harm, such as a path that is right on another machine. It is no prison:
what a library writes by itself in native code (the lake's tables, Parquet, a SQLite file) and what another
program does that the notebook starts are not seen.
"""

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError

VARIABLE = "WORKBENCH_WRITES_IN"
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Which arguments of an event are paths that it changes.
_CHANGES = {
    "os.remove": (0,), "os.rmdir": (0,), "os.mkdir": (0,), "os.truncate": (0,), "os.chmod": (0,),
    "os.chown": (0,), "os.rename": (0, 1), "os.link": (1,), "os.symlink": (1,), "shutil.rmtree": (0,),
}  # fmt: skip
# Folders of Python's own compiled files, and of devices such as /dev/null.
_COMPILED, _DEVICES = "__pycache__", "/dev/"


def raise_fence(folders: Iterable[Path | str]) -> None:
    """From now on this process changes files only in these folders, in caches and among temporary files.

    It cannot be taken down again; a process of one run ends with it.

    Parameters
    ----------
    folders
        The data folder, and a lake that is kept elsewhere on this machine.

    Raises
    ------
    WorkbenchError
        Not here, but from whatever opens, renames, makes or removes a file elsewhere.
    """
    own = [os.path.realpath(str(folder)) for folder in folders]
    allowed = tuple(os.path.join(folder, "") for folder in (*own, *_caches()))

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        for path in _changed(event, arguments):
            if not _is_inside(path, allowed):
                raise WorkbenchError(
                    f"the notebook would change {os.fsdecode(path)}, and a scheduled one writes only inside "
                    f"{own[0]}. Let it write there, or run it yourself: workbench run."
                )

    sys.addaudithook(refuse)


def raise_fence_of_environment() -> None:
    """The fence that the environment asks for, if it does: folders in ``WORKBENCH_WRITES_IN``."""
    if folders := os.environ.get(VARIABLE):
        raise_fence(folders.split(os.pathsep))


def _changed(event: str, arguments: tuple[Any, ...]) -> list[Any]:
    """Paths that an event is about to change; files that are open already have no path and are let pass."""
    if event == "open":
        path, _mode, flags = arguments
        return [path] if isinstance(path, (str, bytes)) and flags & _WRITING else []
    return [
        os.fspath(arguments[place])
        for place in _CHANGES.get(event, ())
        if isinstance(arguments[place], (str, bytes, os.PathLike))
    ]


def _is_inside(path: str | bytes, allowed: tuple[str, ...]) -> bool:
    # Where it leads and not what it is called: a link in the data folder is no way out of it.
    where = os.path.realpath(os.fsdecode(path))
    if where.startswith(_DEVICES) or os.path.basename(os.path.dirname(where)) == _COMPILED:
        return True
    return os.path.join(where, "").startswith(allowed) or os.path.basename(where) == _COMPILED


def _caches() -> list[str]:
    """Temporary files, and where libraries and Jupyter keep their own."""
    home = Path.home()
    environment = (
        "XDG_CACHE_HOME",
        "MPLCONFIGDIR",
        "IPYTHONDIR",
        "JUPYTER_RUNTIME_DIR",
        "HF_HOME",
        "NUMBA_CACHE_DIR",
    )
    named = [os.environ[name] for name in environment if os.environ.get(name)]
    usual = [
        home / ".cache",
        home / "Library" / "Caches",
        home / ".ipython",
        home / ".local" / "share" / "jupyter",
    ]
    return [os.path.realpath(str(folder)) for folder in (tempfile.gettempdir(), *named, *usual)]
