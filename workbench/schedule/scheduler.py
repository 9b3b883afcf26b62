"""The scheduler: looks once a second what is due, and has it run."""

import signal
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from workbench.errors import WorkbenchError
from workbench.runs.order import Order
from workbench.schedule.declarations import Declarations
from workbench.schedule.entries import Attempt, Entry, Key
from workbench.schedule.jobs import Job
from workbench.schedule.ledger import Ledger
from workbench.schedule.planning import CLOCKS_DIFFER, plan, utc
from workbench.schedule.processes import Process, this_process
from workbench.schedule.reconcile import reconcile
from workbench.schedule.runner import ends_after, name_of
from workbench.schedule.segments import segment_keys
from workbench.schedule.slots import next_slot
from workbench.schedule.starting import order_of_entry, pause_after_failure
from workbench.schedule.states import OPEN, SKIPPED, STOPPED
from workbench.schedule.telling import tell_outcomes
from workbench.schedule.vintages import Completeness, may_run
from workbench.settings import Settings

LOOK_SECONDS = 1.0


class Runs(Protocol):
    """What has slots run: `Runner`, or in a simulation something that does it at once."""

    settings: Settings

    @property
    def under_way(self) -> int:
        """How many runs have not ended."""

    def prepare(self, job: Job) -> None:
        """A slot of the job will be due."""

    def obstacle(self, job: Job) -> str:
        """Why no run of the job can start now; nothing where one can."""

    def start(self, attempt: Attempt, order: Order, pause: float | None, now: float) -> None:
        """Start the run of a claimed slot."""

    def watch(self, now: float) -> None:
        """Settle what has ended."""

    def end_all(self, now: float, reason: str) -> None:
        """End every run at once."""

    def own(self) -> set[int]:
        """Attempts under way."""


class Scheduler:
    """Holds what one look has to know of the last.

    Parameters
    ----------
    ledger
        The ledger.
    declared
        Settings and jobs, as their files say.
    runs
        What has slots run.
    process
        Who claims slots; otherwise this process.
    say
        Where one line an event goes.
    """

    def __init__(
        self,
        ledger: Ledger,
        declared: Declarations,
        runs: Runs,
        process: Process | None = None,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.ledger, self.declared, self.runs, self.say = ledger, declared, runs, say
        self.process = process or this_process()
        self._next: dict[str, tuple[Job, float, float]] = {}  # with when it was looked up, and when it is due
        self.fault = ""
        self._set_aside: set[Key] = set()
        self._completeness = Completeness(declared.settings)

    def look(self, now: float) -> None:
        """One look at everything: what was left, what is due, what may start, what has ended.

        Parameters
        ----------
        now
            Seconds since 1970.
        """
        before, settings = [job for job, *_ in self._next.values()], self.declared.settings
        if self.declared.read_again():
            # Taken first: a fault below comes again, and the news of other files does not.
            self._next, self._completeness = {}, Completeness(self.declared.settings)
            self.runs.settings = self.declared.settings
            for job in before:
                # Up to now by the old times: new ones are for what comes, and invent nothing that has passed.
                plan(self.ledger, job, settings, now)
        self.runs.watch(now)
        settings = self.declared.settings
        for attempt in reconcile(self.ledger, settings, now, self.runs.own(), self._pause):
            self.say(f"{name_of(attempt.key)}: found {attempt.outcome}. {attempt.reason}".rstrip())
        faults = []
        for job in self.declared.jobs.values():
            try:
                self._plan(job, now)
            except Exception as error:  # noqa: BLE001 - said at the end: the other jobs go on
                faults.append(error)
        waiting = self.ledger.entries(states=OPEN)
        self._set_aside &= {entry.key for entry in waiting}
        for entry in waiting:
            # What was put off while the clock stood ahead is not put off until then.
            if entry.not_before <= now or entry.changed_at > now + CLOCKS_DIFFER:
                self._start(entry, now)
        tell_outcomes(self.ledger, settings, self.declared.jobs)
        if faults:
            raise faults[0]

    def next_look(self) -> float:
        """When the next slot is due (seconds since 1970); infinite where none is."""
        return min((at for *_, at in self._next.values()), default=float("inf"))

    def is_idle(self) -> bool:
        """Whether nothing runs, and nothing waits but for data or for another process."""
        waiting = {entry.key for entry in self.ledger.entries(states=OPEN)}
        return not self.runs.under_way and waiting <= self._set_aside

    def _plan(self, job: Job, now: float) -> None:
        _, since, upcoming_at = self._next.get(job.name, (job, now, now))
        if since <= now < upcoming_at:
            return
        for entry in plan(self.ledger, job, self.declared.settings, now, self.say):
            if entry.state not in OPEN:
                self.say(f"{name_of(entry.key)}: {entry.state}, for {entry.reason}")
        upcoming = next_slot(job, utc(now), self.declared.settings)
        self._next[job.name] = job, now, upcoming.timestamp() if upcoming else float("inf")
        self.runs.prepare(job)

    def _start(self, entry: Entry, now: float) -> None:
        job = self.declared.jobs.get(entry.key.job)
        self._set_aside.add(entry.key)
        if job is None:
            if not self.declared.faults:
                self.ledger.close_unrun(entry.key, SKIPPED, "no file declares this job any more", now)
            return
        if obstacle := self.ledger.obstacle(entry.key):
            # One vintage is done, or another process is at it.
            if obstacle == "done":
                self.ledger.close_unrun(entry.key, SKIPPED, "the final report is there", now)
            return
        if entry.key.segment not in segment_keys(job, self.declared.settings):
            self.ledger.close_unrun(entry.key, SKIPPED, "the job no longer has this segment", now)
            return
        try:
            reasons = may_run(self.ledger, job, entry, self._completeness, self.declared.settings, now)
        except Exception as error:  # noqa: BLE001 - whatever a lake that does not answer raises
            told = f"cannot tell whether its data are complete: {_in_words(error)}"
            self.ledger.wait(entry.key, told, now + 60, now)
            return
        if reasons is None:
            return
        self._set_aside.discard(entry.key)
        if lacking := self.runs.obstacle(job):
            if entry.reason != lacking:
                self.ledger.wait(entry.key, lacking, 0.0, now)
            return
        self._run(job, entry, reasons, now)

    def _run(self, job: Job, entry: Entry, reasons: list[str], now: float) -> None:
        attempt = self.ledger.claim(entry.key, self.process, now, ends_after(job))
        if attempt is None:
            return  # another process was quicker
        pause = self._pause(attempt)
        try:
            order = order_of_entry(job, entry.key, self.declared.settings)
        except WorkbenchError as error:
            self.ledger.settle(attempt.number, "failed", now, str(error), pause=pause)
            self.say(f"{name_of(entry.key)}: failed. {error}")
            return
        self.runs.start(attempt, replace(order, attempt=attempt.attempt, reasons=tuple(reasons)), pause, now)

    def _pause(self, attempt: Attempt) -> float | None:
        job = self.declared.jobs.get(attempt.key.job)
        return pause_after_failure(job, self.ledger.failures(attempt.key)) if job else None


def run_until_stopped(
    scheduler: Scheduler, until: float | None = None, once: bool = False, grace_seconds: float = 60.0
) -> bool:
    """Look again and again, until told to stop.

    On SIGTERM or SIGINT nothing new is started; what runs may end within the grace time, then it is ended and
    written down as interrupted, to be run again. A second signal ends it at once.

    Parameters
    ----------
    scheduler
        The scheduler.
    until
        When to stop by itself (seconds since 1970); None: never.
    once
        Run what is due now and stop.
    grace_seconds
        How long running notebooks may go on after the signal.

    Returns
    -------
    Whether it came to its end without a signal.

    Raises
    ------
    WorkbenchError
        What was due `once` could not be looked at.
    """
    signals: list[int] = []
    before = {number: signal.signal(number, lambda n, _: signals.append(n)) for number in _SIGNALS}
    try:
        while not signals:
            now = time.time()
            _look(scheduler, now)
            if once and scheduler.fault:
                raise WorkbenchError(f"what is due could not be run: {scheduler.fault}")
            if (until is not None and now >= until) or (once and scheduler.is_idle()):
                break
            _sleep(min(LOOK_SECONDS, max(0.05, scheduler.next_look() - now)), signals, 1)
        _wait_for_runs(scheduler, signals, grace_seconds)
        return not signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def _look(scheduler: Scheduler, now: float) -> None:
    try:
        scheduler.look(now)
        scheduler.fault = ""
    except Exception as error:  # noqa: BLE001 - a full disk, a lake that does not answer: what is due stays due
        # Said once and not each second.
        if (told := _in_words(error)) != scheduler.fault:
            scheduler.say(f"cannot go on for now: {told}")
        scheduler.fault = told


def _in_words(error: Exception) -> str:
    """What may be said of an error: its own words where they are ours, else its kind, for it may quote a post."""
    return str(error) if isinstance(error, WorkbenchError) else f"{type(error).__name__}."


def _wait_for_runs(scheduler: Scheduler, signals: list[int], grace_seconds: float) -> None:
    """Let runs end: without a signal as long as they take, after one for the grace time."""
    told = len(signals)
    if told and scheduler.runs.under_way:
        scheduler.say(f"stopping: {scheduler.runs.under_way} under way may end within {grace_seconds:g} s")
    deadline = time.monotonic() + grace_seconds if told else float("inf")
    while scheduler.runs.under_way and len(signals) < 2 and time.monotonic() < deadline:
        if signals and not told:
            told, deadline = 1, time.monotonic() + grace_seconds
        scheduler.runs.watch(time.time())
        _sleep(0.1, signals, 2)
    scheduler.runs.end_all(time.time(), STOPPED)
    tell_outcomes(scheduler.ledger, scheduler.declared.settings, scheduler.declared.jobs)


def _sleep(seconds: float, signals: list[int], enough: int) -> None:
    """Sleep, unless enough signals have come: a handler does not end `time.sleep` early."""
    until = time.monotonic() + seconds
    while len(signals) < enough and (left := until - time.monotonic()) > 0:
        time.sleep(min(0.1, left))
