"""A scheduler process for tests: real in all but its runs, which take milliseconds and write down that they ran."""

import os
import random
import sys
import time
from pathlib import Path

from runs_at_once import RunsAtOnce

from workbench.schedule.declarations import Declarations
from workbench.schedule.ledger import Ledger, ledger_file
from workbench.schedule.scheduler import Scheduler


class TinyRuns(RunsAtOnce):
    """Each run sleeps for a moment, in this process."""

    def __init__(self, ledger, log):
        super().__init__(ledger)
        self.log = log

    def start(self, attempt, order, pause, now):
        slot = f"{order.job} {order.slot}"
        os.write(self.log, f"begin {slot}\n".encode())
        time.sleep(random.uniform(0, 0.01))
        os.write(self.log, f"end {slot}\n".encode())
        self.ledger.settle(attempt.number, "done", time.time())


def main(log_file):
    declared = Declarations()
    ledger = Ledger(ledger_file(declared.settings))
    log = os.open(log_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    scheduler = Scheduler(ledger, declared, TinyRuns(ledger, log))
    while True:
        scheduler.look(time.time())
        if scheduler.is_idle() and not ledger.open_attempts():
            return
        time.sleep(0.01)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
