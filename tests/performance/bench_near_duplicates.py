"""How fast near duplicates are found, in how much memory, and how many of those that brute force finds."""

import argparse
import random
import resource
import sys
import time
from itertools import pairwise

from workbench.text.duplicates import near_duplicates

WORDS = (  # noqa: SIM905
    "phone router bill app agent store signal contract refund battery screen delivery card line cable "
    "fails broke works arrived vanished froze improved doubled crashed stopped died returned again today "
    "since yesterday after three calls honestly nobody at your shop could tell me why this is the second "
    "time my whole family waits for an answer and still no update please help thanks really good bad "
    "never always"
).split()
THRESHOLD = 0.8


def make_posts(count: int, seed: int = 0) -> list[str]:
    """Posts of about a hundred characters, a tenth of them copies of an earlier one with a small change."""
    rng = random.Random(seed)
    made: list[str] = []
    for _ in range(count):
        if made and rng.random() < 0.1:
            made.append(_changed(rng.choice(made[-5000:]), rng))
        else:
            made.append(" ".join(rng.choice(WORDS) for _ in range(rng.randint(8, 32))))
    return made


def brute_force(texts: list[str]) -> set[int]:
    """Positions of the posts that are alike to an earlier one, by comparing every pair."""
    shingles = [set(pairwise(words)) for words in map(str.split, texts)]
    return {
        later
        for later, own in enumerate(shingles)
        if any(len(own & other) >= THRESHOLD * len(own | other) for other in shingles[:later])
    }


def _changed(text: str, rng: random.Random) -> str:
    words = text.split()
    words[rng.choice([0, -1, rng.randrange(len(words))])] = rng.choice(WORDS)
    return " ".join(rng.choice([words, [*words, rng.choice(WORDS)]]))


def _found(texts: list[str]) -> tuple[set[int], float]:
    """Positions of the posts found, and how many seconds it took."""
    began = time.perf_counter()
    rows = near_duplicates([str(i) for i in range(len(texts))], texts, range(len(texts)), THRESHOLD)
    return {int(post) for post in rows["post_id"].to_pylist()}, time.perf_counter() - began


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000, help="posts to time")
    parser.add_argument("--compared", type=int, default=4_000, help="posts to compare with brute force")
    arguments = parser.parse_args()
    texts = make_posts(arguments.posts)
    held, worked = _peak_megabytes(), time.process_time()
    found, seconds = _found(texts)
    say = sys.stdout.write
    say(f"{arguments.posts:,} posts of {sum(map(len, texts)) / len(texts):.0f} characters: ")
    say(f"{arguments.posts / seconds:,.0f} posts a second ")
    say(f"({(time.process_time() - worked) / arguments.posts * 1e6:.1f} µs of processor each), ")
    say(f"{len(found):,} near duplicates, ")
    say(f"{_peak_megabytes() - held:,.0f} MB above the {held:,.0f} MB of the posts themselves\n")
    sample = make_posts(arguments.compared, seed=1)
    (found, _), expected = _found(sample), brute_force(sample)
    say(f"{len(sample):,} posts beside brute force: recall {len(found & expected) / len(expected):.4f}, ")
    say(f"precision {len(found & expected) / len(found):.4f} of {len(expected)}\n")


if __name__ == "__main__":
    main()
