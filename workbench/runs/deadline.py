"""A time by which a run must have ended."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class TimeIsUp(BaseException):
    """Raised in a run that takes too long; no `except Exception` of a notebook keeps it from ending."""


class Deadline:
    """The seconds that a run may take, and whether it took more; None: as long as it likes."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds, self.is_over = seconds, False

    def passed(self, where: str) -> str:
        """How the run failed, in words, where it took too long; else nothing."""
        if not self.is_over:
            return ""
        return (
            f"in {where}, which had not ended after {self.seconds:g} seconds, and was stopped. If it needs "
            "longer, give its job a longer timeout."
        )

    @contextmanager
    def calling(self, end: Callable[[], Any]) -> Iterator[None]:
        """Call this when the time is up, from a thread of its own."""
        if self.seconds is None:
            yield
            return

        def over() -> None:
            self.is_over = True
            end()

        timer = threading.Timer(self.seconds, over)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    @contextmanager
    def interrupting(self) -> Iterator[None]:
        """Raise `TimeIsUp` in this thread when the time is up; POSIX only, and in a main thread only."""
        is_possible = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
        if self.seconds is None or not is_possible:
            yield
            return

        def over(*_: Any) -> None:
            self.is_over = True
            raise TimeIsUp

        before = signal.signal(signal.SIGALRM, over)
        signal.setitimer(signal.ITIMER_REAL, self.seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
