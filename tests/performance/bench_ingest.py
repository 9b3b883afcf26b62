"""Ingest of a million sample posts, beside Presidio's pattern recognisers and beside the floor: only writing.

Run: python tests/performance/bench_ingest.py [POSTS]
"""

import shutil
import sys
import tempfile
import threading
import time
from multiprocessing import get_context
from pathlib import Path

import psutil
from deltalake import write_deltalake

from workbench.ingest import ingest
from workbench.settings import load_settings
from workbench.store.lake import Lake
from workbench.store.near_duplicates import mark_near_duplicates

_ENTITIES = ["EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "IP_ADDRESS", "URL", "US_SSN"]


def peak_memory(stop: threading.Event, peak: list[int]) -> None:
    """Largest memory of this process and its children, in bytes.

    Pages that they share count once (PSS); elsewhere than on Linux they do not count (USS).
    """
    me = psutil.Process()
    while not stop.wait(0.1):
        total = 0
        for process in (me, *me.children(recursive=True)):
            try:
                memory = process.memory_full_info()
                total += getattr(memory, "pss", memory.uss)
            except psutil.Error:
                continue
        peak[0] = max(peak[0], total)


def main() -> None:
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    folder = Path(tempfile.mkdtemp(prefix="workbench-bench-"))
    try:
        start = time.perf_counter()
        # In a process of its own, whose memory is not that of the ingest.
        make = get_context("spawn").Process(target=make_sample, args=(posts, folder))
        make.start()
        make.join()
        print(f"sample made             {posts / (time.perf_counter() - start):>10,.0f} posts/s")
        measure(posts, folder)
    finally:
        shutil.rmtree(folder)


def make_sample(posts: int, folder: Path) -> None:
    from workbench.sample.make import make_world

    make_world(posts, 1, folder)


def measure(posts: int, folder: Path) -> None:
    settings = load_settings(folder / "workbench.toml")
    stop, peak = threading.Event(), [0]
    watcher = threading.Thread(target=peak_memory, args=(stop, peak))
    watcher.start()
    result = ingest(folder / "posts.csv.gz", settings)
    stop.set()
    watcher.join()
    print(f"ingest                  {posts / result.seconds:>10,.0f} posts/s, peak {peak[0] / 1e9:.2f} GB")
    lake = Lake(settings.lake_root)
    start = time.perf_counter()
    found = mark_near_duplicates(lake)
    seconds = time.perf_counter() - start
    print(f"near duplicates         {posts / seconds:>10,.0f} posts/s ({found:,} found)")
    table = lake.read("posts")
    start = time.perf_counter()
    write_deltalake(str(folder / "floor"), table)
    floor = time.perf_counter() - start
    print(
        f"only writing the table  {posts / floor:>10,.0f} posts/s: ingest takes {result.seconds / floor:.1f} ×"
    )
    # Only here: what it loads is no part of the ingest's memory, nor of its workers', which load this file too.
    from presidio_recognisers import pattern_recognisers

    texts = table["text"].to_pylist()[:2_000]
    analyze = pattern_recognisers(_ENTITIES)
    start = time.perf_counter()
    for text in texts:
        analyze(text)
    rate = len(texts) / (time.perf_counter() - start)
    print(
        f"Presidio's recognisers  {rate:>10,.0f} posts/s: ingest does {posts / result.seconds / rate:.0f} × as many"
    )


if __name__ == "__main__":
    main()
