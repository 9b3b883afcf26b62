"""Processes told apart for good: a number is given again to another process, a number with its start is not."""

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Process:
    """A process of some machine: where it is, its number there, and when it began."""

    place: str
    number: int
    began: str


def this_process() -> Process:
    """The process that asks."""
    return process_of(os.getpid())


def process_of(number: int) -> Process:
    """A process of this machine; one that is gone has an empty `began`, and is not alive."""
    return Process(this_place(), number, _began(number))


def is_here(process: Process) -> bool:
    """Whether it belongs to this machine, so that its number means something here."""
    return process.place == this_place()


def is_alive(process: Process) -> bool:
    """Whether a process of this machine still runs; one that ended and was not yet collected does not."""
    return bool(process.began) and _began(process.number) == process.began


def memory_of(number: int) -> int:
    """Bytes that a process and all that it started hold."""
    with suppress(psutil.Error):
        parent = psutil.Process(number)
        held = 0
        for process in [parent, *parent.children(recursive=True)]:
            with suppress(psutil.Error):
                held += process.memory_info().rss
        return held
    return 0


@lru_cache
def this_place() -> str:
    """This machine, or this container: the same number is another process in another one."""
    try:
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        space = ""
    return f"{socket.gethostname()} {space}".strip()


def _began(number: int) -> str:
    """When it began, as the system counts since its start; empty where it is gone.

    Not the time of day: setting the clock would make another process of it.
    """
    try:
        # The name in brackets may hold spaces and brackets itself.
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        return "" if fields[0] in "ZX" else f"{_boot()} {fields[19]}"
    except (OSError, IndexError):
        pass
    if Path("/proc/self/stat").exists():
        return ""
    with suppress(psutil.Error):
        process = psutil.Process(number)
        return "" if process.status() == psutil.STATUS_ZOMBIE else f"{process.create_time():.2f}"
    return ""


@lru_cache
def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return f"{psutil.boot_time():.0f}"
