"""The warm process: everything is imported once, and each run is a fork of it.

A fork takes no threads along, so nothing is opened or computed here that would start some: no connection
of DuckDB, no table of the lake, no drawing. The chart program is made ready by a fork of its own.
"""

import gc
import os
import random
import signal
import sys
from contextlib import suppress
from importlib import import_module

from workbench.figures.painter import hire_painter
from workbench.figures.renderer import draw
from workbench.schedule.worker import task_from_json, work
from workbench.store.shared_frames import forget_old, shared_folder

# What a run imports on its way, besides the public names of the package.
_IMPORTED_ON_THE_WAY = (
    "altair", "babel.dates", "deltalake", "duckdb", "IPython.core.interactiveshell", "nbconvert.exporters",
    "nbclient.client", "pandas", "papermill", "pyarrow.dataset", "pyarrow.parquet", "pytz", "scrapbook",
    "sklearn.linear_model", "skops.io", "vl_convert", "workbench.reporting", "workbench.runs.warm_engine",
    "workbench.schedule.refreshed",
)  # fmt: skip


def main() -> None:
    """Say when ready; then, for each task that comes in, fork a worker and say its number."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the scheduler decides when to stop
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # workers that end leave nothing behind
    answers = os.fdopen(os.dup(1), "w")
    _silence(1)
    warm_up()
    gc.freeze()  # or the first collection in each worker would copy all that they share
    with shared_folder() as shared:
        hire_painter(shared, draw)
        print("ready", file=answers, flush=True)
        while line := sys.stdin.readline():
            forget_old(shared)
            number = os.fork()
            if number == 0:
                answers.close()
                _worker(line)
            print(number, file=answers, flush=True)


def warm_up() -> None:
    """Import what runs need, and have the chart program made."""
    import workbench

    for name in _IMPORTED_ON_THE_WAY:
        import_module(name)
    for name in workbench.__all__:
        getattr(workbench, name)
    from workbench.schedule.rehearsal import rehearse

    with suppress(Exception):  # what is wrong is said where a run fails of it
        rehearse()
    with suppress(ImportError):
        import_module("black")  # Papermill writes parameters by it where it is installed
    if os.fork() == 0:
        from workbench.reports.chart_script import chart_script

        chart_script()
        os._exit(0)


def _worker(line: str) -> None:
    """Do the task and end, whatever happens; never returns."""
    code = 1
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        _silence(0)
        _reseed()
        work(task_from_json(line))
        code = 0
    finally:
        os._exit(code)


def _reseed() -> None:
    """Two forks must not draw the same numbers."""
    import numpy as np

    random.seed()
    np.random.seed()


def _silence(descriptor: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, descriptor)
    os.close(nothing)


if __name__ == "__main__":
    main()
