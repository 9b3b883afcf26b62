"""Small frames that runs of one warm process share: what one has computed of the same data, the next reads.

Fifty pages of one slot ask for the same measures. Their processes are forks of one that has the code in memory, so
that equal data, settings and model give equal figures; across other code nothing is shared.
"""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
from filelock import FileLock, Timeout

from workbench.settings.keeping import keeps_nothing

VARIABLE = "WORKBENCH_SHARED"
KEPT_SECONDS = 3600.0
# More than a measure of a million posts takes.
PATIENCE_SECONDS = 120.0
_LOCK = ".lock"
_PREFIX = "workbench-shared-"
_IN_USE = "in-use.lock"


def shared_frame(known_by: str, asked: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """The frame that `make` gives, or that another run of this warm process has made of the same, or is making.

    A report that is made again to be verified computes everything by itself.

    Parameters
    ----------
    known_by
        What the figures hang on: lake, versions, settings, models; empty where that may change at any time.
    asked
        Which figures.
    make
        Computes them; its frame has the usual index.
    """
    file = _file(known_by, asked)
    if file is None:
        return make()
    _is_free(file, PATIENCE_SECONDS)  # waits; who waited in vain makes it too
    if (found := _read(file)) is not None:
        return found
    with _said_to_be_made(file):
        frame = make()
        with suppress(OSError, pa.ArrowException):  # a full disk, or a frame that Arrow has no form for
            _keep(frame, file)
        return frame


def is_being_made(known_by: str, asked: str) -> bool:
    """Whether another run is at it just now, so that something else had better be done first."""
    file = _file(known_by, asked)
    return file is not None and not _is_free(file, 0)


@contextmanager
def shared_folder() -> Iterator[Path]:
    """A folder for what the runs of a warm process share, as long as that lives; those of killed ones are removed."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError, Timeout):
            # The system lets go of the lock however the process ends; forks that outlive it compute for themselves.
            if _age(left) > PATIENCE_SECONDS:  # a new one may be about to be locked
                with FileLock(left / _IN_USE, timeout=0):
                    shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as made, FileLock(Path(made) / _IN_USE):
        os.environ[VARIABLE] = made
        yield Path(made)


def forget_old(folder: Path) -> None:
    """Remove what was kept long ago: data have changed since, or nobody asks for it."""
    with suppress(OSError):  # the system may clear its temporary files too
        for file in folder.iterdir():
            # Not the socket of the painter, nor what says that the folder is in use: as old as the process.
            if file.is_file() and file.name != _IN_USE and _age(file) > KEPT_SECONDS:
                file.unlink()


def _age(path: Path) -> float:
    """Seconds since it was changed."""
    return time.time() - path.stat().st_mtime


def _file(known_by: str, asked: str) -> Path | None:
    """Where the frame is shared; nowhere outside a warm process, and where everything is made anew."""
    folder = os.environ.get(VARIABLE, "")
    if not folder or not known_by or keeps_nothing():
        return None
    return Path(folder) / f"{hashlib.sha256(repr((known_by, asked)).encode()).hexdigest()}.arrow"


def _read(file: Path) -> pd.DataFrame | None:
    try:
        return feather.read_table(file, memory_map=False).to_pandas()
    except (OSError, pa.ArrowException):  # not there yet, or no longer
        return None


def _is_free(file: Path, patience: float) -> bool:
    """Whether the frame is there or no run is making it, after so many seconds; one that died makes nothing."""
    if file.exists():
        return True
    with suppress(OSError):
        try:
            FileLock(file.with_suffix(_LOCK)).acquire(timeout=patience).lock.release()
        except Timeout:
            return False
    return True


@contextmanager
def _said_to_be_made(file: Path) -> Iterator[None]:
    """So that others wait for it, or do something else first; who comes second makes it too, and says nothing."""
    with ExitStack() as held:
        with suppress(OSError, Timeout):
            held.enter_context(FileLock(file.with_suffix(_LOCK), timeout=0))
        yield


def _keep(frame: pd.DataFrame, file: Path) -> None:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    if not table.to_pandas().equals(frame):
        return  # it would come back as another
    handle, part = tempfile.mkstemp(dir=file.parent)
    os.close(handle)
    feather.write_feather(table, part, compression="uncompressed")
    os.replace(part, file)
