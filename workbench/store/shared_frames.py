"""Small frames that runs of one warm process share: what one has computed of the same data, the next reads.

Fifty pages of one slot ask for the same measures. Their processes are forks of one that has the code in memory, so
that equal data, settings and model give equal figures; across other code nothing is shared.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather

from workbench.settings.keeping import keeps_nothing

VARIABLE = "WORKBENCH_SHARED"
KEPT_SECONDS = 3600.0


def shared_frame(known_by: str, asked: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """The frame that `make` gives, or that another run of this warm process has made of the same.

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
    folder = os.environ.get(VARIABLE, "")
    if not folder or not known_by or keeps_nothing():
        return make()
    file = Path(folder) / f"{hashlib.sha256(repr((known_by, asked)).encode()).hexdigest()}.arrow"
    with suppress(OSError, pa.ArrowException):  # not there yet, or no longer
        return feather.read_table(file, memory_map=False).to_pandas()
    frame = make()
    with suppress(OSError, pa.ArrowException):  # a full disk, or a frame that Arrow has no form for
        _keep(frame, file)
    return frame


def forget_old(folder: str) -> None:
    """Remove what was kept long ago: data have changed since, or nobody asks for it."""
    with suppress(OSError):  # the system may clear its temporary files too
        for file in Path(folder).iterdir():
            # Only files: the socket of the painter lies there too, and is as old as the process.
            if file.is_file() and time.time() - file.stat().st_mtime > KEPT_SECONDS:
                file.unlink()


def _keep(frame: pd.DataFrame, file: Path) -> None:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    if not table.to_pandas().equals(frame):
        return  # it would come back as another
    handle, part = tempfile.mkstemp(dir=file.parent)
    os.close(handle)
    feather.write_feather(table, part, compression="uncompressed")
    os.replace(part, file)
