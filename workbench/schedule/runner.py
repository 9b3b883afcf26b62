"""Starts runs as processes of their own, watches them, and ends those that do not end."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.reports.failure import say_failed
from workbench.runs.notebook import keep_unfinished
from workbench.runs.order import Engine, Order
from workbench.runs.process_tree import end_tree
from workbench.schedule.budget import cores, memory_lacking, most_at_once
from workbench.schedule.entries import Attempt, Key
from workbench.schedule.jobs import Job
from workbench.schedule.ledger import Ledger
from workbench.schedule.pool import FreshPool, WarmPool
from workbench.schedule.processes import Process, is_alive, process_of
from workbench.schedule.reconcile import report_of
from workbench.schedule.worker import FORCE_AFTER, Task
from workbench.settings import Settings

# The lake is brought up to date before a notebook begins; its worker then says when its time is up.
REFRESH_SECONDS = 3600.0
_START_AGAIN = 60.0
_WAVE_SECONDS = 86_400.0  # longer than the segments of one slot take


@dataclass(frozen=True)
class _Running:
    attempt: Attempt
    order: Order
    worker: Process
    pause: float | None


def ends_after(job: Job) -> float | None:
    """Seconds after its claim when a run of the job is ended by force; None: never."""
    return None if job.timeout is None else REFRESH_SECONDS + job.timeout + FORCE_AFTER


def name_of(key: Key) -> str:
    """A slot as people read it.

    Examples
    --------
    >>> name_of(Key("weekly", "2026-11-23T07:00:00+00:00", "brand=Acme", "preliminary"))
    'weekly 2026-11-23T07:00:00+00:00 brand=Acme preliminary'
    """
    return " ".join(part for part in (key.job, key.slot, key.segment, key.vintage) if part)


class Runner:
    """The runs that this process has under way."""

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        settings_file: Path | None,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.ledger, self.settings, self.settings_file, self.say = ledger, settings, settings_file, say
        threads = max(1, cores() // most_at_once(settings))
        self._pools: dict[Engine, FreshPool | WarmPool] = {
            "kernel": FreshPool(threads),
            "warm": WarmPool(threads),
        }
        self._running: dict[int, _Running] = {}
        self._waves: dict[tuple[str, str, str, int], float] = {}

    @property
    def under_way(self) -> int:
        """How many runs of this process have not ended."""
        return len(self._running)

    def own(self) -> set[int]:
        """Attempts under way."""
        return set(self._running)

    def prepare(self, job: Job) -> None:
        """Have a warm process made, if the job wants one, before it is due."""
        self._pools[job.engine].is_ready()

    def obstacle(self, job: Job) -> str:
        """Why no run of the job can start now, in words; nothing where one can."""
        if self.under_way >= most_at_once(self.settings):
            return "waits for its turn"
        if not self._pools[job.engine].is_ready():
            return "waits for the warm process"
        return memory_lacking(self.settings, [running.worker.number for running in self._running.values()])

    def start(self, attempt: Attempt, order: Order, pause: float | None, now: float) -> None:
        """Start the run of a claimed slot."""
        key = attempt.key
        # What is derived from posts is brought up to date once for all segments of a slot, and anew for another try.
        self._waves = {wave: at for wave, at in self._waves.items() if now - at < _WAVE_SECONDS}
        wave = self._waves.setdefault((key.job, key.slot, key.vintage, attempt.attempt), now)
        task = Task(order, attempt.number, self.ledger.file, self.settings_file, wave, pause)
        try:
            number = self._pools[order.engine].start(task)
        except OSError as error:
            reason = f"its process could not be started: {error.strerror or error}."
            self.ledger.settle(attempt.number, "interrupted", now, reason)
            self.ledger.wait(key, reason, now + _START_AGAIN, now)
            self.say(f"{name_of(key)}: {reason}")
            return
        self._running[attempt.number] = _Running(attempt, order, process_of(number), pause)
        self.say(f"{name_of(key)}: attempt {attempt.attempt} has begun")

    def watch(self, now: float) -> None:
        """Settle what has ended, and end what takes too long."""
        for pool in self._pools.values():
            pool.collect()
        for number, running in list(self._running.items()):
            attempt = self.ledger.attempt(number)
            if attempt.ended_at is None and not is_alive(running.worker):
                # Looked up again: it may have settled between the two looks.
                self._died(running, now)
                attempt = self.ledger.attempt(number)
            elif attempt.ended_at is None and attempt.ends_by is not None and now > attempt.ends_by:
                self._end(running)
                self._failed(
                    running, f"it did not end in time and was ended by force.{self._left_by(running)}", now
                )
                attempt = self.ledger.attempt(number)
            if attempt.ended_at is not None:
                del self._running[number]
                self._say_ended(attempt)

    def end_all(self, now: float, reason: str) -> None:
        """End every run at once; each is written down as interrupted, to be run again."""
        for number, running in list(self._running.items()):
            self._end(running)
            self.ledger.settle(number, "interrupted", now, reason)
            self._left_by(running)
            del self._running[number]
            self._say_ended(self.ledger.attempt(number))

    def close(self) -> None:
        """Let go of the warm process."""
        for pool in self._pools.values():
            pool.close()

    def _died(self, running: _Running, now: float) -> None:
        if report := report_of(self.ledger.attempt(running.attempt.number), self.settings):
            # It came to its end and could not write that down.
            self.ledger.settle(running.attempt.number, "done", now, report=str(report))
            return
        where = self._left_by(running)
        self._failed(
            running,
            f"its process ended without a word, most often for want of memory or on a full disk.{where}",
            now,
        )

    def _failed(self, running: _Running, reason: str, now: float) -> None:
        if self.ledger.settle(running.attempt.number, "failed", now, reason, pause=running.pause):
            say_failed(running.order, self.settings, reason)

    def _end(self, running: _Running) -> None:
        end_tree(running.worker.number)
        until = time.monotonic() + 5
        while is_alive(running.worker) and time.monotonic() < until:
            time.sleep(0.02)
            for pool in self._pools.values():
                pool.collect()

    def _left_by(self, running: _Running) -> str:
        """Keep the notebook as far as it ran; gives a sentence that names the cell it was in."""
        try:
            cell = keep_unfinished(running.order.run_file(self.settings.data_folder))
        except (OSError, WorkbenchError):
            return ""
        return f" It was in {cell}." if cell else ""

    def _say_ended(self, attempt: Attempt) -> None:
        took = (attempt.ended_at or 0) - attempt.claimed_at
        told = attempt.report if attempt.outcome == "done" else attempt.reason
        self.say(f"{name_of(attempt.key)}: {attempt.outcome} after {took:.0f} s. {told}".rstrip())
