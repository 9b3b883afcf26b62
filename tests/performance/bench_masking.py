"""Masking speed on the airline posts; run as a script with WORKBENCH_RESEARCH_DATA set.

Prints CPU microseconds a post on one core, best of five, and masks by kind.
"""

import csv
import os
import time
from pathlib import Path

from workbench.privacy.masking import count_kinds, mask_texts
from workbench.privacy.words import words

ACCOUNTS = words("virginamerica united southwestair jetblue usairways americanair delta")


def main() -> None:
    path = Path(os.environ["WORKBENCH_RESEARCH_DATA"]) / "us_airline" / "tweets.csv"
    with path.open(encoding="utf-8", newline="") as file:
        posts = [row["text"] for row in csv.DictReader(file)]
    masked, _flags = mask_texts(posts, bytes(32), ACCOUNTS)
    best = min(_seconds(posts) for _ in range(5))
    print(f"{len(posts)} posts, {best / len(posts) * 1e6:.1f} µs a post, {len(posts) / best:.0f} posts/s")
    print(count_kinds(masked))


def _seconds(posts: list[str]) -> float:
    start = time.process_time()
    mask_texts(posts, bytes(32), ACCOUNTS)
    return time.process_time() - start


if __name__ == "__main__":
    main()
