"""A scheduled notebook writes inside its data folder: whatever else it would change is refused.

In it stay as they are the vault and the ledger, and as long as a cell runs also all runs, reports and audits, and what
Label Studio keeps: what a run leaves is written around its cells, and no slip of one job takes another's report.

Python says before it opens, renames or removes a file (audit events, PEP 578), and that is where this
looks. It keeps a slip from doing harm, such as a path that is right on another machine. It is no prison:
what a library writes by itself in native code (the lake's tables, Parquet, a SQLite file) and what another
program does that the notebook starts are not seen, nor is a file opened relative to a folder that is open
already, nor a pipe with a name.
"""

import os
import stat
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.errors import OutsideError
from workbench.settings import Settings

VARIABLE = "WORKBENCH_WRITES_IN"
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Which arguments of an event are a path that it changes, and the open folder that this is relative to.
_CHANGES: dict[str, tuple[tuple[int, int | None], ...]] = {
    "os.remove": ((0, 1),), "os.rmdir": ((0, 1),), "os.mkdir": ((0, 2),), "os.truncate": ((0, None),),
    "os.chmod": ((0, 2),), "os.chown": ((0, 3),), "os.rename": ((0, 2), (1, 3)), "os.link": ((0, 2), (1, 3)),
    "os.utime": ((0, 3),), "os.setxattr": ((0, None),), "os.removexattr": ((0, None),),
    "os.symlink": ((1, 2),),
}  # fmt: skip
_TAKES_ALONG = ("os.rename", "os.rmdir")  # what is in a folder goes with it
# Folders of Python's own compiled files, and of devices such as /dev/null.
_COMPILED, _DEVICES = "__pycache__", "/dev/"
# Of the data folder: keys and what is kept encrypted, and the record of every run.
_NEVER = (os.path.join("vault", ""), os.path.join("runs", "ledger.sqlite"))
# What only the workbench itself writes, before a cell and after it.
_BY_NO_CELL = tuple(os.path.join(folder, "") for folder in ("runs", "reports", "audits", "label_studio"))
# Which thread may write that: any before the first cell, none during one, then the one that ran it and no other, for
# a thread that a cell has begun goes on after it.
_ANY, _NONE = -1, 0
_writer = {"thread": _ANY}


def own_folders(settings: Settings) -> list[str]:
    """Where a scheduled notebook may write: the data folder, and the lake where it is a folder.

    Of runs and reports that a link keeps elsewhere also there: the workbench itself writes them.
    """
    data = settings.data_folder.resolve()
    linked = [(data / name).resolve() for name in ("runs", "reports") if (data / name).is_symlink()]
    lake = [] if "://" in settings.lake_root else [Path(settings.lake_root).resolve()]
    return [str(folder) for folder in (data, *lake, *linked)]


def raise_fence(folders: Iterable[Path | str]) -> None:
    """From now on this process changes files only in these folders, in caches and among temporary files.

    Vault and ledger lie in the first folder, and are not the notebook's to change either, nor within `running_cell`
    what runs have left. The fence cannot be taken down again; a process of one run ends with it.

    Parameters
    ----------
    folders
        The data folder, and a lake that is kept elsewhere on this machine.

    Raises
    ------
    OutsideError
        Not here, but from whatever opens, renames, makes or removes a file elsewhere.
    """
    own = [os.path.realpath(str(folder)) for folder in folders]
    allowed = tuple(os.path.join(folder, "") for folder in (*own, *_caches()))

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        for path in _changed(event, arguments):
            # Where it leads and not what it is called: a link in the data folder is no way out of it.
            where = os.path.realpath(os.fsdecode(path))
            if not _is_inside(where, allowed):
                raise OutsideError(
                    f"the notebook would change {os.fsdecode(path)}, and a scheduled one writes only inside "
                    f"{own[0]}. Let it write there, or run it yourself: workbench run."
                )
            if _is_one_of(_NEVER, where, own[0], event):
                raise OutsideError(
                    f"the notebook would change {os.fsdecode(path)}. Vault and ledger are no notebook's to change."
                )
            if _writer["thread"] not in (_ANY, threading.get_ident()) and _is_one_of(
                _BY_NO_CELL, where, own[0], event
            ):
                raise OutsideError(
                    f"the notebook would change {os.fsdecode(path)}, and runs, reports, audits and what Label Studio "
                    f"keeps are no cell's to change. Let it write into another folder of {own[0]}."
                )

    sys.addaudithook(refuse)


@contextmanager
def running_cell() -> Iterator[None]:
    """Meanwhile the fence, where one stands, also keeps what only the workbench itself writes.

    After it only this thread may write that again: others may have been begun by the cell.
    """
    _writer["thread"] = _NONE
    try:
        yield
    finally:
        _writer["thread"] = threading.get_ident()


def raise_fence_of_environment() -> None:
    """The fence that the environment asks for, if it does, around a kernel: it runs cells and does nothing else."""
    if folders := os.environ.get(VARIABLE):
        raise_fence(folders.split(os.pathsep))
        _writer["thread"] = _NONE


def _changed(event: str, arguments: tuple[Any, ...]) -> list[Any]:
    """Paths that an event is about to change; files that are open already have no path and are let pass."""
    if event == "open":
        path, _mode, flags = arguments
        return [path] if isinstance(path, (str, bytes)) and flags & _WRITING else []
    if event == "os.mkdir" and os.path.isdir(arguments[0]):
        return []  # it changes nothing, and who asks knows what to make of it
    found = [
        _from_folder(arguments[place], None if folder is None else arguments[folder])
        for place, folder in _CHANGES.get(event, ())
        if isinstance(arguments[place], (str, bytes, os.PathLike))
    ]
    return [path for path in found if path is not None]


def _from_folder(path: Any, folder: Any) -> str | None:
    """The path from the root, where it is given relative to an open folder; None where that is not known."""
    text = os.fsdecode(path)
    if not isinstance(folder, int) or folder < 0 or os.path.isabs(text):
        return text
    try:
        return os.path.join(os.readlink(f"/proc/self/fd/{folder}"), text)
    except OSError:
        return None


def _is_inside(where: str, allowed: tuple[str, ...]) -> bool:
    if _is_device(where) or os.path.basename(os.path.dirname(where)) == _COMPILED:
        return True
    return os.path.join(where, "").startswith(allowed) or os.path.basename(where) == _COMPILED


def _is_one_of(kept_out: tuple[str, ...], where: str, data_folder: str, event: str) -> bool:
    """Whether it is one of these of the data folder, in it, or a folder that one of them would go with."""
    place = os.path.join(where, "")
    # A folder that is kept elsewhere by a link is kept out there.
    kept = tuple(_as_it_is(os.path.join(data_folder, name)) for name in kept_out)
    takes_along = event in _TAKES_ALONG and any(name.startswith(place) for name in kept)
    return place.startswith(kept) or takes_along


def _as_it_is(path: str) -> str:
    """Where a path leads; that of a folder ends as it did."""
    return os.path.join(os.path.realpath(path), "") if path.endswith(os.sep) else os.path.realpath(path)


def _is_device(path: str) -> bool:
    """Whether it is one such as /dev/null, and no file in memory."""
    try:
        return path.startswith(_DEVICES) and stat.S_ISCHR(os.stat(path).st_mode)
    except OSError:
        return False


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
