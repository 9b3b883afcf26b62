"""An ingest that is killed at any moment is finished by the next run, with exactly the right rows."""

import random
import signal
import time
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from workbench.ingest import ingest
from workbench.settings import Settings, parse_settings
from workbench.store.batches import batches
from workbench.store.lake import Lake

pytestmark = pytest.mark.slow

ROWS, CHUNK, MOMENTS = 3_000, 250, 50


def a_file(folder: Path) -> Path:
    """Posts of which some are twice there, some are labelled, and one is broken."""
    draw = random.Random(5)
    lines = ["id,brand,author,created_at,text,sentiment"]
    for number in range(ROWS):
        identity = number - 7 if number % 50 == 49 else number
        label = draw.choice(["negative", "neutral", "", ""])
        when = f"2026-03-{1 + number % 28:02d}T10:{number % 60:02d}:00Z"
        lines.append(f"{identity},Acme,author{identity},{when},Acme line {identity} is down,{label}")
    lines.insert(1500, "9999,Acme,author,no date,Acme broken row,")
    file = folder / "posts.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def start(file: Path, settings: Settings) -> BaseProcess:
    """An ingest in a process of its own, forked from a server that has all imported and nothing begun."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["workbench.ingest"])
    process = context.Process(
        target=ingest, args=(file, settings), kwargs={"chunk_rows": CHUNK, "workers": 0}
    )
    process.start()
    return process


def run(file: Path, settings: Settings) -> int:
    process = start(file, settings)
    process.join()
    return process.exitcode


def content(lake: Lake) -> dict:
    """What a lake holds, without the moments at which it was written."""
    leave_out = {"collected_at", "batch_id", "labelled_at"}
    tables = {}
    for name in ("posts", "mentions", "labels", "brands"):
        rows = lake.read(name)
        rows = rows.select([c for c in rows.column_names if c not in leave_out]).to_pylist()
        tables[name] = sorted(rows, key=str)
    return tables


def test_killed_at_fifty_random_moments_and_run_again(tmp_path):
    file = a_file(tmp_path)
    draw = random.Random(11)
    expected_settings = parse_settings({}, tmp_path / "expected")
    key = expected_settings.key_file
    assert run(file, expected_settings) == 0
    begun = time.perf_counter()
    assert run(file, parse_settings({}, tmp_path / "timed")) == 0
    whole = time.perf_counter() - begun
    expected_lake = Lake(expected_settings.lake_root)
    expected = content(expected_lake)
    said = batches(expected_lake)[0]
    interrupted = 0
    for moment in range(MOMENTS):
        settings = parse_settings({}, tmp_path / f"killed-{moment}")
        # One key for all, or the pseudonyms could not be compared.
        settings.key_file.parent.mkdir(parents=True, mode=0o700)
        settings.key_file.touch(mode=0o600)
        settings.key_file.write_bytes(key.read_bytes())
        process = start(file, settings)
        time.sleep(draw.uniform(0.05, 1.0) * whole)
        process.kill()
        process.join()
        interrupted += process.exitcode == -signal.SIGKILL
        assert run(file, settings) == 0, f"killed at moment {moment}"
        lake = Lake(settings.lake_root)
        assert content(lake) == expected, f"killed at moment {moment}"
        # Whether it went on or began anew, the batches together say what the file held.
        rows = [b for b in batches(lake) if b["status"] == "complete"]
        assert sum(b["stored"] for b in rows) == said["stored"]
    assert interrupted > MOMENTS / 2, "most kills came after the end: the test saw little"
