"""Schedulers and runs as real processes: two at once, killed, stopped, and notebooks that misbehave."""

import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path

import nbformat
import pytest
from report_notebook import write_notebook

from workbench.runs.order import Order
from workbench.schedule.entries import Entry, Key
from workbench.schedule.ledger import Ledger, ledger_file
from workbench.schedule.processes import is_alive, this_process
from workbench.schedule.runner import Runner
from workbench.settings import load_settings

SCHEDULER = Path(__file__).with_name("schedulers.py")
TESTS = Path(__file__).parents[1]
HEADING = "text:\n# A small report\n\nDoes it run?"
FINDING = "text:\n## Finding\n\nIt does."

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "workbench.toml").write_text("[schedule]\nrun_memory_gb = 0.1\n")
    (tmp_path / "scheduled").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(tmp_path / "workbench.toml"))
    return tmp_path


def declare(folder, *jobs):
    lines = [f"- {{name: {name}, notebook: {notebook}, {more}}}" for name, notebook, more in jobs]
    (folder / "scheduled" / "jobs.yaml").write_text("\n".join(lines))


def notebook(folder, name, *cells):
    return write_notebook(folder / "notebooks" / "kpi" / f"{name}.ipynb", HEADING, *cells, FINDING)


def planned_since(settings, job, since):
    """A ledger that knows a job up to that time, so that every slot after it is due."""
    ledger = Ledger(ledger_file(settings))
    ledger.planned_until(job, since)
    return ledger


def command(*words, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "workbench", "schedule", *words],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options,
    )  # fmt: skip


def wait_for(condition, seconds=180):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come to pass in time")


def test_two_schedulers_on_one_ledger_never_run_a_slot_twice(folder):
    """500 slots of ten jobs; one of the schedulers is killed in the middle, and a third takes its place."""
    declare(folder, *[(f"job{n}", "kpi/weekly", "cron: '0 * * * *', catch_up: all") for n in range(10)])
    settings = load_settings()
    now = time.time() // 3600 * 3600
    since = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(now - 50 * 3600))
    for n in range(10):
        planned_since(settings, f"job{n}", since).close()
    log = folder / "log.txt"
    started = [begin_scheduler(log) for _ in range(2)]
    wait_for(lambda: log.exists() and log.read_text().count("end") > 100)
    started[0].send_signal(signal.SIGKILL)
    started.append(begin_scheduler(log))
    assert [process.wait(600) for process in started] == [-signal.SIGKILL, 0, 0]
    ledger = Ledger(ledger_file(settings))
    states = Counter(entry.state for entry in ledger.entries())
    assert set(states) == {"done"}
    assert states["done"] >= 500, "an hour may have passed meanwhile"
    attempts = ledger.attempts()
    successes = Counter(attempt.key for attempt in attempts if attempt.outcome == "done")
    assert set(successes.values()) == {1}
    assert overlaps(attempts) == [], "by the ledger"
    assert len([a for a in attempts if a.outcome == "interrupted"]) <= 1, (
        "only what the killed one had under way"
    )
    check_log(
        log.read_text().splitlines(),
        {f"{a.key.job} {a.key.slot}" for a in attempts if a.outcome == "interrupted"},
    )
    ledger.close()


def begin_scheduler(log):
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")]),
    }
    return subprocess.Popen([sys.executable, str(SCHEDULER), str(log)], env=environment)


def overlaps(attempts):
    """Pairs of attempts at one slot of which the second began before the first had ended."""
    by_slot = {}
    for attempt in sorted(attempts, key=lambda attempt: attempt.number):
        by_slot.setdefault(attempt.key, []).append(attempt)
    return [
        (first, second)
        for of_slot in by_slot.values()
        for first, second in itertools.pairwise(of_slot)
        if second.claimed_at < first.ended_at
    ]


def check_log(lines, interrupted):
    """By what the runs themselves wrote: nothing runs twice at once, nor twice but what was interrupted."""
    running, ended = set(), Counter()
    for line in lines:
        what, slot = line.split(" ", 1)
        if what == "begin":
            assert slot not in running or slot in interrupted
            running.add(slot)
        else:
            running.discard(slot)
            ended[slot] += 1
    assert {slot for slot, count in ended.items() if count > 1} <= interrupted


def test_run_now_makes_the_report_once_and_says_when_it_failed(folder):
    notebook(folder, "good", "1 + 1")
    notebook(folder, "bad", "text:\n## Measure", "raise ValueError('the words of a post')")
    declare(
        folder, ("good", "kpi/good", "cron: 0 7 * * *"), ("bad", "kpi/bad", "cron: 0 7 * * *, owner: Care")
    )
    first = command("run-now", "good")
    told, _ = first.communicate()
    assert first.returncode == 0, told
    report = Path(told.strip().splitlines()[-1])
    assert report.is_file()
    made = report.stat().st_mtime_ns
    again = command("run-now", "good")
    told, _ = again.communicate()
    assert again.returncode == 0
    assert "is done already" in told
    assert report.stat().st_mtime_ns == made
    failed = command("run-now", "bad")
    told, _ = failed.communicate()
    assert failed.returncode == 1
    assert "cell 3 (under 'Measure') with ValueError" in told.replace("\n", " ")
    assert "words of a post" not in told
    listed = command("history", "--json")
    told, _ = listed.communicate()
    rows = json.loads(told)
    assert {(row["job"], row["outcome"], row["by"]) for row in rows} == {
        ("good", "done", "person"),
        ("bad", "failed", "person"),
    }
    assert not any("words of a post" in str(row) for row in rows)
    unknown = command("run-now", "godo")
    told, _ = unknown.communicate()
    assert unknown.returncode == 1
    assert "Did you mean 'good'?" in told


def test_the_stop_signal_interrupts_and_the_next_scheduler_runs_it_again(folder):
    flag = folder / "data" / "go"
    notebook(
        folder, "slow", f"import time, pathlib\nif not pathlib.Path({str(flag)!r}).exists(): time.sleep(600)"
    )
    declare(folder, ("slow", "kpi/slow", "cron: 0 7 * * *"))
    ledger = planned_since(load_settings(), "slow", "2026-01-01T00:00:00+00:00")
    scheduler = command("run", "--grace", "1")
    running = wait_for(lambda: [a for a in ledger.open_attempts() if a.worker])[0]
    wait_for(lambda: cell_runs(folder, "slow"))
    scheduler.send_signal(signal.SIGTERM)
    told, _ = scheduler.communicate(timeout=120)
    assert "may end within 1 s" in told
    assert not is_alive(running.worker)
    assert ledger.entry(running.key).state == "interrupted"
    flag.write_text("")
    again = command("run", "--once")
    again.communicate(timeout=300)
    assert again.returncode == 0
    assert ledger.entry(running.key).state == "done"
    assert [a.outcome for a in ledger.attempts("slow")] == ["interrupted", "done"]
    ledger.close()


def cell_runs(folder, job):
    """The notebook as far as it runs, once its one cell of code has begun."""
    for file in (folder / "data" / "runs" / "kpi" / job).glob("*.running.ipynb"):
        try:
            cells = nbformat.read(file, as_version=4).cells
        except (ValueError, nbformat.reader.NotJSONError):
            continue
        if any(c.cell_type == "code" and c.metadata["papermill"]["status"] == "running" for c in cells):
            return file
    return None


def test_a_run_outlives_a_scheduler_that_is_killed(folder):
    notebook(folder, "slow", "import time\ntime.sleep(10)")
    declare(folder, ("slow", "kpi/slow", "cron: 0 7 * * *"))
    ledger = planned_since(load_settings(), "slow", "2026-01-01T00:00:00+00:00")
    scheduler = command("run")
    wait_for(lambda: cell_runs(folder, "slow"))
    scheduler.kill()
    scheduler.communicate()
    second = command("run", "--once")
    second.communicate(timeout=300)
    wait_for(lambda: not ledger.open_attempts())
    assert [a.outcome for a in ledger.attempts("slow")] == ["done"], "left alone, and not run a second time"
    ledger.close()


def test_a_run_that_was_killed_with_its_scheduler_is_run_again(folder):
    flag = folder / "data" / "go"
    notebook(
        folder, "slow", f"import time, pathlib\nif not pathlib.Path({str(flag)!r}).exists(): time.sleep(600)"
    )
    declare(folder, ("slow", "kpi/slow", "cron: 0 7 * * *"))
    ledger = planned_since(load_settings(), "slow", "2026-01-01T00:00:00+00:00")
    scheduler = command("run")
    wait_for(lambda: cell_runs(folder, "slow"))
    (attempt,) = ledger.open_attempts()
    scheduler.kill()
    scheduler.communicate()
    os.kill(attempt.worker.number, signal.SIGKILL)
    flag.write_text("")
    command("run", "--once").communicate(timeout=300)
    attempts = ledger.attempts("slow")
    assert [a.outcome for a in attempts] == ["interrupted", "done"]
    assert "It was in cell 2" in attempts[0].reason
    ledger.close()


# What the notebook does, the outcome, and what the reason says of it.
MISBEHAVIOUR = {
    "hangs": ("while True:\n    pass", "failed", r"in cell 2.* had not ended after 6 seconds"),
    "hangs_for_good": (
        "import signal, time\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\ntime.sleep(600)",
        "failed",
        r"(had not ended after 6 seconds|ended by force.* It was in cell 2)",
    ),
    "kills_itself": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        "failed",
        r"(cell 2.* kernel died|ended without a word.* It was in cell 2)",
    ),
    "prints_a_gigabyte": ("for _ in range(100): print('x' * 10_000_000)", "done", ""),
    "writes_elsewhere": (
        "open('elsewhere.txt', 'w')",
        "failed",
        r"would change .*elsewhere\.txt, and a scheduled one",
    ),
    "removes_elsewhere": (
        "import os\nos.remove('workbench.toml')",
        "failed",
        r"would change .*workbench\.toml",
    ),
    "fills_the_disk": (
        "with open('/dev/full', 'w') as f: f.write('x' * 100_000)",
        "failed",
        "the disk is full",
    ),
    "exits": ("raise SystemExit(3)", "failed", r"in cell 2.* with SystemExit"),
}


@pytest.mark.parametrize("engine", ["kernel", "warm"])
def test_each_misbehaviour_is_a_clear_outcome(folder, engine, monkeypatch, request):
    # The usual temporary folder holds this test's, and a notebook may write there. A short one: it is to hold sockets.
    temporary = tempfile.mkdtemp(dir="/var/tmp")
    request.addfinalizer(lambda: shutil.rmtree(temporary))
    monkeypatch.setenv("TMPDIR", temporary)
    settings = load_settings()
    ledger = Ledger(ledger_file(settings))
    runner = Runner(ledger, settings, folder / "workbench.toml")
    keys, hanging = {}, ("hangs", "hangs_for_good")
    try:
        for name, (source, _, _) in MISBEHAVIOUR.items():
            job_notebook = notebook(folder, name, source)
            key = keys[name] = Key(name, "2026-11-23T07:00Z")
            ledger.add(Entry(key, "waiting"), time.time())
            wait_for(lambda: runner._pools[engine].is_ready())
            attempt = ledger.claim(
                key, this_process(), time.time(), ends_after=120 if name in hanging else None
            )
            order = Order(
                job_notebook,
                f"kpi/{name}/{engine}",
                job=name,
                slot=key.slot,
                engine=engine,
                timeout_seconds=6 if name in hanging else 300,
            )
            runner.start(attempt, order, None, time.time())
            if name == "hangs_for_good":
                # It gives up after 6 seconds where it can; the two minutes more before force are not waited for.
                wait_for(partial(cell_runs, folder, name))
                ledger.set_end(attempt.number, time.time() + 10)
            wait_for(lambda: runner.watch(time.time()) or not runner.under_way)
            check_size(folder, name, engine)
        for name, (_, outcome, reason) in MISBEHAVIOUR.items():
            entry = ledger.entry(keys[name])
            assert entry.state == outcome, (name, entry)
            assert re.search(reason, entry.reason.replace("\n", " ")), (name, entry.reason)
            kept = Order(Path(), f"kpi/{name}/{engine}").run_file(settings.data_folder)
            assert kept.exists() == (outcome == "done")
            assert kept.with_suffix(".failed.ipynb").exists() == (outcome == "failed"), name
            page = folder / "data" / "reports" / "kpi" / name / f"{engine}.html"
            wait_for(page.is_file)  # that of a failure is written once the ledger knows of it
            assert ("No report" in page.read_text(encoding="utf-8")) == (outcome == "failed"), name
    finally:
        runner.end_all(time.time(), "the test is over")
        runner.close()
        ledger.close()
    assert not (folder / "elsewhere.txt").exists()
    assert (folder / "workbench.toml").exists()


def check_size(folder, name, engine):
    for file in (folder / "data" / "runs" / "kpi" / name).glob(f"{engine}*.ipynb"):
        assert file.stat().st_size < 11_000_000, "what is printed is kept up to a limit"
