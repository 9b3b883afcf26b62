"""Notebooks run in a process that is there already: what they leave is what a kernel would leave."""

import json
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from report_notebook import write_notebook

from workbench.errors import WorkbenchError
from workbench.runs.notebook import run_notebook
from workbench.runs.order import Order
from workbench.runs.output_limit import MOST_CHARACTERS, NOTE
from workbench.runs.record import read_records
from workbench.schedule import pool as pool_module
from workbench.schedule.entries import Entry, Key
from workbench.schedule.ledger import Ledger
from workbench.schedule.pool import WarmPool, environment
from workbench.schedule.processes import this_process
from workbench.schedule.worker import Task, task_from_json, task_to_json

CELLS = (
    "parameters:\nweek: str = '2026-W01'  # ISO week",
    "text:\n## Measure",
    "import sys\nprint('one'); print('two')\nprint('aside', file=sys.stderr)\nprint('three')\ndisplay(1)\nweek",
    "from workbench.runs.record import record\nrecord('figures', {'week': week, 'share': 0.31})",
    "_ + '!' if isinstance(_, str) else None",
    "%time pass",
)


def run(tmp_path, *cells, engine="warm", **options):
    source = write_notebook(tmp_path / "source.ipynb", *cells)
    return run_notebook(source, tmp_path / f"{engine}.ipynb", options.pop("parameters", {}), None, False,
                        engine=engine, **options)  # fmt: skip


def outputs(executed):
    """Outputs of every cell, without what differs from run to run."""
    told = []
    for cell in nbformat.read(executed, as_version=4).cells[:6]:
        for output in cell.get("outputs", []):
            text = output.get("text") or dict(output.get("data", {}))
            told.append((output.output_type, output.get("name", ""), text, output.get("execution_count")))
    return told


def test_both_engines_leave_the_same_notebook(tmp_path):
    warm = run(tmp_path, *CELLS, parameters={"week": "2026-W47"})
    kernel = run(tmp_path, *CELLS, engine="kernel", parameters={"week": "2026-W47"})
    # Of a kernel what is printed and what is printed aside come by two ways, in no certain order.
    assert sorted(map(str, joined(outputs(warm)))) == sorted(map(str, joined(outputs(kernel))))
    assert read_records(warm) == read_records(kernel) == {"figures": {"week": "2026-W47", "share": 0.31}}
    counts = [
        [c.get("execution_count") for c in nbformat.read(f, as_version=4).cells] for f in (warm, kernel)
    ]
    assert counts[0] == counts[1]


def joined(told):
    """Streams of one name as one text, wherever they were cut."""
    streams = {}
    for kind, name, text, _ in told:
        if kind == "stream":
            streams[name] = streams.get(name, "") + text
    return [*sorted(streams.items()), *(one for one in told if one[0] != "stream")]


def test_a_failure_names_the_cell_and_ends_the_run(tmp_path):
    with pytest.raises(
        WorkbenchError, match=r"failed in cell 2 \(under 'Measure'\) with ValueError\."
    ) as caught:
        run(tmp_path, "text:\n## Measure", "raise ValueError('the words of a post')", "print('never')")
    assert "words of a post" not in str(caught.value)
    kept = nbformat.read(tmp_path / "warm.failed.ipynb", as_version=4)
    assert kept.cells[-1].execution_count is None
    assert not (tmp_path / "warm.ipynb").exists()


def test_a_run_that_takes_too_long_is_stopped_and_says_where(tmp_path):
    with pytest.raises(WorkbenchError, match=r"in cell 2, which had not ended after 0.5 seconds"):
        run(tmp_path, "1", "import time\ntime.sleep(60)", timeout_seconds=0.5)


def test_an_except_clause_does_not_keep_it_from_ending(tmp_path):
    source = "while True:\n    try:\n        while True: pass\n    except Exception: pass"
    with pytest.raises(WorkbenchError, match=r"had not ended after 0\.5 seconds"):
        run(tmp_path, source, timeout_seconds=0.5)


def test_a_run_in_time_is_left_alone(tmp_path):
    assert run(tmp_path, "import time\ntime.sleep(0.1)", timeout_seconds=60).exists()
    time.sleep(0.1)


def test_what_is_printed_without_end_is_kept_up_to_a_limit(tmp_path):
    executed = run(tmp_path, "for _ in range(50): print('x' * 1_000_000)", "print('still prints')")
    first, second = (cell.outputs[0].text for cell in nbformat.read(executed, as_version=4).cells)
    assert len(first) == MOST_CHARACTERS + len(NOTE)
    assert first.endswith(NOTE)
    assert second == "still prints\n"


def test_a_full_disk_is_said(tmp_path):
    with pytest.raises(WorkbenchError, match=r"in cell 1, for the disk is full\. Make room"):
        run(tmp_path, "import os\nos.write(os.open('/dev/full', os.O_WRONLY), b'x')")


def test_a_task_survives_its_way_to_the_worker(tmp_path):
    order = Order(Path("a.ipynb"), "kpi/a/1", {"week": "2026-W47"}, segment={"brand": "Acmé"}, reasons=("late",),
                  checks=("dates",), vintage="preliminary", engine="warm")  # fmt: skip
    task = Task(order, 7, tmp_path / "ledger.sqlite", tmp_path / "workbench.toml", 12.5, None)
    assert task_from_json(task_to_json(task)) == task
    assert json.loads(task_to_json(task))["pause"] is None


def test_workers_share_the_cores_unless_somebody_said_otherwise(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    assert environment(2)["OMP_NUM_THREADS"] == "2"
    assert environment(2)["OPENBLAS_NUM_THREADS"] == "3"


@pytest.mark.slow
def test_forks_are_apart_and_each_has_its_own_chance(tmp_path, monkeypatch):
    """Three runs of one warm process: none sees what another imported or drew."""
    settings_file = tmp_path / "workbench.toml"
    settings_file.write_text("")
    source = write_notebook(
        tmp_path / "notebooks" / "kpi" / "apart.ipynb",
        "text:\n# Apart\n\nDoes one run see another?",
        "import random, numpy as np, builtins\nfrom workbench import record",
        "record('seen', {'left': hasattr(builtins, 'left'), 'drawn': [random.random(), float(np.random.random())]})\n"
        "builtins.left = True",
        "text:\n## Finding\n\nIt does not.",
    )
    ledger, pool = Ledger(tmp_path / "data" / "runs" / "ledger.sqlite"), WarmPool(1)
    try:
        until = time.monotonic() + 120
        while not pool.is_ready() and time.monotonic() < until:
            time.sleep(0.1)
        for number in range(3):
            key = Key(f"apart{number}", "2026-11-23T07:00Z")
            ledger.add(Entry(key, "waiting"), time.time())
            attempt = ledger.claim(key, this_process(), time.time())
            order = Order(source, f"kpi/apart/{number}", job=key.job, slot=key.slot, engine="warm")
            assert pool.start(Task(order, attempt.number, ledger.file, settings_file, 0.0, None)) > 0
        while ledger.open_attempts() and time.monotonic() < until:
            time.sleep(0.1)
        assert [(a.outcome, a.reason) for a in ledger.attempts()] == [("done", "")] * 3
    finally:
        pool.close()
        ledger.close()
    seen = [
        read_records(tmp_path / "data" / "runs" / "kpi" / "apart" / f"{n}.ipynb")["seen"] for n in range(3)
    ]
    assert [one["left"] for one in seen] == [False] * 3
    assert len({tuple(one["drawn"]) for one in seen}) == 3


def test_a_warm_process_of_older_code_is_replaced(monkeypatch):
    begun = []
    pool = WarmPool(1)
    monkeypatch.setattr(pool, "_begin", lambda: begun.append(pool_module.code_stamp()))
    monkeypatch.setattr(pool_module, "code_stamp", lambda: "older")
    monkeypatch.setattr(pool_module, "_CODE_SECONDS", 0.0)
    pool._code, pool._is_ready = "older", True
    pool._template = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    older = pool._template
    assert pool.is_ready()
    assert begun == []
    monkeypatch.setattr(pool_module, "code_stamp", lambda: "newer")
    monkeypatch.setattr(pool, "_line", lambda _seconds: "")
    assert not pool.is_ready()
    assert begun == ["newer"]
    assert older.poll() is not None


@pytest.mark.slow
def test_the_warm_process_ends_with_the_scheduler(tmp_path):
    program = (
        "import time; from workbench.schedule.pool import WarmPool\n"
        "pool = WarmPool(1)\n"
        "while not pool.is_ready(): time.sleep(0.1)\n"
        "print(pool._template.pid, flush=True); time.sleep(600)"
    )
    scheduler = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    template = int(scheduler.stdout.readline())
    scheduler.kill()
    scheduler.communicate()
    until = time.monotonic() + 30
    while Path(f"/proc/{template}").exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not Path(f"/proc/{template}").exists()
