"""How long scheduled runs take from warm processes, and from fresh kernels beside them.

    python tests/performance/bench_schedule.py [data/sample]

Eight weekly reports of eight weeks, fifty segment pages (each brand in each of nine weeks, no two alike), and the eight
reports from fresh kernels, through the ledger and the runner as a scheduler has them run, on a copy of the sample and
two cores.
A plain loop of ten million steps before each tells how fast the machine is just then.
"""

import argparse
import os
import resource
import shutil
import tempfile
import time
from pathlib import Path

from workbench.runs.notebook_files import find_notebook
from workbench.runs.order import Order
from workbench.sample.load import load_sample
from workbench.schedule.entries import Entry, Key
from workbench.schedule.jobs import Job
from workbench.schedule.ledger import Ledger, ledger_file
from workbench.schedule.processes import this_process
from workbench.schedule.runner import Runner
from workbench.settings import load_settings

REPORTS, PAGES, CORES = 8, 50, 2
WEEKS = [f"2026-W{number}" for number in range(34, 43)]
SAMPLE = Path(__file__).parents[2] / "data" / "sample"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("sample", type=Path, nargs="?", help="a folder with workbench.toml and its lake")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "sample"
        shutil.copytree(given.sample or SAMPLE, copy)
        load_sample(copy)
        os.environ["WORKBENCH_SETTINGS"] = str(copy / "workbench.toml")
        settings = load_settings()
        brands = list(settings.brands)
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
        print(f"at most {CORES} of {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the beginning")
        weekly = [{"week": week} for week in WEEKS[:REPORTS]]
        warm = timed("warm", weekly, settings)
        pages = [{"week": week, "brand": brand} for week in WEEKS for brand in brands]
        timed("warm", pages[:PAGES], settings)
        kernel = timed("kernel", weekly, settings)
        print(f"kernel / warm: {kernel / warm:.1f}")


def timed(engine, parameters, settings) -> float:
    ledger = Ledger(ledger_file(settings))
    runner = Runner(ledger, settings, Path(os.environ["WORKBENCH_SETTINGS"]))
    job = Job(name="bench", notebook="kpi/weekly", cron="0 7 * * 1", engine=engine)
    began = time.perf_counter()
    while not runner._pools[engine].is_ready():
        time.sleep(0.05)
    ready = time.perf_counter() - began
    source, slot = find_notebook("kpi/weekly", settings), f"{time.time():.3f}"
    plain = loop_seconds()
    waiting = [(Key("bench", slot, f"{engine}={n}"), given) for n, given in enumerate(parameters)]
    for key, _ in waiting:
        ledger.add(Entry(key, "waiting"), time.time())
    began, used = time.perf_counter(), children_seconds()
    while waiting or runner.under_way:
        runner.watch(time.time())
        while waiting and not runner.obstacle(job):
            key, given = waiting.pop(0)
            attempt = ledger.claim(key, this_process(), time.time())
            name = f"bench/{engine}/{slot}/{key.segment}"
            order = Order(source, name, given, job="bench", slot=slot, engine=engine)
            runner.start(attempt, order, None, time.time())
        time.sleep(0.01)
    took = time.perf_counter() - began
    outcomes = [attempt.outcome for attempt in ledger.attempts("bench", least=slot)]
    runner.close()
    ledger.close()
    assert outcomes == ["done"] * len(parameters), outcomes
    print(
        f"{engine}: {len(parameters)} reports in {took:.1f} s ({took / len(parameters):.2f} s each; ready after "
        f"{ready:.1f} s; {children_seconds() - used:.1f} s of processor in its children that were collected; "
        f"plain loop {plain:.2f} s)"
    )
    return took


def loop_seconds() -> float:
    began = time.perf_counter()
    for _ in range(10_000_000):
        pass
    return time.perf_counter() - began


def children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
