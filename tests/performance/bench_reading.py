"""How many rows a second are read from CSV on one core, and in how much memory.

Run: python tests/performance/bench_reading.py [--rows 1000000]
"""

import argparse
import csv
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from workbench.sources import guess_mapping, read_posts, sniff

HEADER = ["tweet_id", "sentiment", "confidence", "brand", "name", "text", "tweet_created", "retweet_count"]
WORDS = [
    "delayed",
    "again",
    "thanks",
    "nobody",
    "answers,",
    'my "flight"',
    "why?",
    "café",
    "bag",
    "gate",
    "@Acme",
]


def write_posts(path: Path, rows: int, seed: int = 0) -> None:
    """A made CSV with quotes, commas and line breaks in its texts, and times with an offset."""
    rng = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for row in range(rows):
            text = ("\n" if row % 50 == 0 else " ").join(rng.choices(WORDS, k=15))
            at = f"2026-11-{1 + row % 28:02} {row % 24:02}:{row % 60:02}:00 -0800"
            writer.writerow([10**17 + row, "negative", 0.7, "Acme", f"user{row % 5000}", text, at, row % 9])


def main() -> None:
    """Write the file, read it, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "posts.csv"
        write_posts(path, rows)
        began = time.process_time()
        layout = sniff(path)
        sniffed = time.process_time()
        read = sum(chunk.posts.num_rows for chunk in read_posts(path, guess_mapping(layout), layout))
        seconds = time.process_time() - sniffed
        size = path.stat().st_size / 1e6
    assert read == rows, f"{read:,} of {rows:,} rows were read"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{rows:,} rows, {size:,.0f} MB: sniffed in {sniffed - began:.2f} s, "
        f"read at {rows / seconds:,.0f} rows/s of CPU time, peak memory {peak:,.0f} MB\n"
    )


if __name__ == "__main__":
    main()
