"""Where workers come from: a new interpreter for each, or a fork of one that is warm."""

import os
import select
import subprocess
import sys
import time
from contextlib import suppress

from workbench.runs.code_state import code_stamp
from workbench.schedule.worker import Task, task_to_json

_FORK_SECONDS = 30.0
_END_SECONDS = 10.0
_CODE_SECONDS = 10.0
_THREADS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS",
    "TOKIO_WORKER_THREADS",
)  # fmt: skip


class FreshPool:
    """Each worker is a new interpreter, which starts a fresh kernel."""

    def __init__(self, threads: int) -> None:
        self.environment = environment(threads)
        self._started: dict[int, subprocess.Popen] = {}

    def is_ready(self) -> bool:
        """Whether a worker can be started now."""
        return True

    def start(self, task: Task) -> int:
        """Start a worker; gives the number of its process."""
        started = subprocess.Popen(
            [sys.executable, "-m", "workbench.schedule.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            # A traceback may hold a post; only who looks for a fault gets to see it.
            stderr=None if os.environ.get("WORKBENCH_DEBUG") else subprocess.DEVNULL,
            env=self.environment,
            start_new_session=True,
            text=True,
        )
        assert started.stdin is not None
        with suppress(BrokenPipeError), started.stdin as stream:
            stream.write(task_to_json(task) + "\n")
        self._started[started.pid] = started
        return started.pid

    def collect(self) -> None:
        """Let go of workers that have ended."""
        self._started = {number: p for number, p in self._started.items() if p.poll() is None}

    def close(self) -> None:
        """Nothing is kept ready; a worker that has just settled its run may need a moment to end."""
        for process in self._started.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(_END_SECONDS)
        self.collect()


class WarmPool:
    """Workers are forks of one process, the template, that has everything imported."""

    def __init__(self, threads: int) -> None:
        self.environment = environment(threads)
        self._template: subprocess.Popen | None = None
        self._is_ready = False
        self._code, self._looked_at = "", float("-inf")

    def is_ready(self) -> bool:
        """Whether a worker can be started now; if there is no template, or one of older code, one is started."""
        if self._is_ready and self._is_outdated():
            self.close()
        if self._template is None or self._template.poll() is not None:
            self._begin()
        if not self._is_ready:
            self._is_ready = self._line(0) == "ready"
        return self._is_ready

    def start(self, task: Task) -> int:
        """Fork a worker; gives the number of its process.

        Raises
        ------
        OSError
            The template is gone; the next call of `is_ready` starts another.
        """
        template = self._template
        if template is None or template.stdin is None:
            raise OSError("no template")
        try:
            template.stdin.write((task_to_json(task) + "\n").encode())
            template.stdin.flush()
            return int(self._line(_FORK_SECONDS))
        except (OSError, ValueError):
            self.close()
            raise OSError("the template is gone") from None

    def collect(self) -> None:
        """The template collects its own."""

    def close(self) -> None:
        """End the template; workers under way go on."""
        if self._template is not None:
            for stream in (self._template.stdin, self._template.stdout):
                with suppress(OSError):
                    if stream is not None:
                        stream.close()
            # It ends where nobody speaks to it any more, and takes along what its forks shared; before it listens,
            # there is nothing yet to take along.
            with suppress(subprocess.TimeoutExpired):
                self._template.wait(_END_SECONDS if self._is_ready else 0)
            self._template.kill()
            self._template.wait()
        self._template, self._is_ready = None, False

    def _is_outdated(self) -> bool:
        """Whether the code was changed since the template loaded it; looked up now and then."""
        if time.monotonic() - self._looked_at < _CODE_SECONDS:
            return False
        self._looked_at = time.monotonic()
        return code_stamp() != self._code

    def _begin(self) -> None:
        self.close()
        self._code = code_stamp()
        self._template = subprocess.Popen(
            [sys.executable, "-m", "workbench.schedule.warm_pool"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get("WORKBENCH_DEBUG") else subprocess.DEVNULL,
            env=self.environment,
            start_new_session=True,
            bufsize=0,
        )

    def _line(self, seconds: float) -> str:
        assert self._template is not None
        assert self._template.stdout is not None
        stream = self._template.stdout
        if not select.select([stream], [], [], seconds)[0]:
            return ""
        return stream.readline().decode().strip()


def environment(threads: int) -> dict[str, str]:
    """Environment of workers: each computes with its share of the cores, or they would stand in each other's way."""
    return {**{name: str(max(1, threads)) for name in _THREADS}, **os.environ}
