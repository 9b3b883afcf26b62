"""An ingest that is killed at any moment is finished by the next run, with exactly the right rows."""

import os
import random
import signal
import time
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


def in_a_process(file: Path, settings: Settings) -> int:
    """Start an ingest in a forked process; the parent's imports make it quick."""
    child = os.fork()
    if child == 0:
        try:
            ingest(file, settings, chunk_rows=CHUNK, workers=0)
        except BaseException:  # noqa: BLE001 - whatever it is, the child must not go on as a test
            os._exit(1)
        os._exit(0)
    return child


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
    start = time.perf_counter()
    assert os.waitpid(in_a_process(file, expected_settings), 0)[1] == 0
    whole = time.perf_counter() - start
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
        child = in_a_process(file, settings)
        time.sleep(draw.uniform(0.05, 1.0) * whole)
        os.kill(child, signal.SIGKILL)
        interrupted += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        assert os.waitpid(in_a_process(file, settings), 0)[1] == 0
        lake = Lake(settings.lake_root)
        assert content(lake) == expected, f"killed at moment {moment}"
        # Whether it went on or began anew, the batches together say what the file held.
        rows = [b for b in batches(lake) if b["status"] == "complete"]
        assert sum(b["stored"] for b in rows) == said["stored"]
    assert interrupted > MOMENTS / 2, "most kills came after the end: the test saw little"
