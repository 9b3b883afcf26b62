"""What a model costs to run: time to load, posts a second, memory and disk, measured in a process of its own."""

import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from workbench.models.classifier import Classifier

# A slow model is given few texts, a fast one more, until it takes time that can be told.
_FIRST, _ENOUGH_SECONDS = 64, 1.0


@dataclass(frozen=True)
class Footprint:
    """Measured on this machine, at this hour."""

    seconds_to_load: float
    posts_per_second: float
    """In a second of one processor's time."""
    memory_mb: float
    """Highest memory of the process that holds it, Python and all."""
    disk_mb: float | None


def footprint(load: Callable[[], Classifier], texts: Sequence[str], place: Path | None = None) -> Footprint:
    """Load a model in a new process and let it read.

    Parameters
    ----------
    load
        Gives the model; it is sent to the process, so a function of a module, with `functools.partial`.
    texts
        What it reads: different ones, as the same text again may cost less.
    place
        Folder or file of the model, for its size on disk.
    """
    # Begun anew and not forked: a fork would hold the memory of this process.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        seconds, speed, memory = process.submit(_measured, load, list(texts)).result()
    return Footprint(seconds, speed, memory, _megabytes(place) if place else None)


def peak_memory() -> float:
    """Highest memory of this process so far, in MB.

    Notes
    -----
    Linux counts in ``ru_maxrss`` what the parent held when it began this process; ``VmHWM`` does not.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _measured(load: Callable[[], Classifier], texts: list[str]) -> tuple[float, float, float]:
    start = time.perf_counter()
    model = load()
    _seconds_to_read(model, texts[:_FIRST])  # some load only now
    loaded = time.perf_counter() - start
    count = min(_FIRST, len(texts))
    seconds = _seconds_to_read(model, texts[:count])
    while seconds < _ENOUGH_SECONDS and count < len(texts):
        count = min(4 * count, len(texts))
        seconds = _seconds_to_read(model, texts[:count])
    return loaded, count / max(seconds, 1e-6), peak_memory()


def _seconds_to_read(model: Classifier, texts: list[str]) -> float:
    start = time.process_time()  # others may use the machine
    model.classify(texts, [""] * len(texts))
    return time.process_time() - start


def _megabytes(place: Path) -> float:
    files = [place] if place.is_file() else [file for file in place.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6
