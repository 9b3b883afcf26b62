"""What 8 and 64 labels of each class are worth; run as a script with WORKBENCH_RESEARCH_DATA set.

Airline sentiment (drawn from one half, scored on the other, which nothing was ever chosen on), customer reviews (the
same way) and SST-5 (drawn from its training file, scored on its test file): three draws, four methods. Beside them
accuracies published for SetFit, of other draws. With `--rows FOLDER` it writes each row as soon as it is known and
goes on there when called again. An hour or two on two cores.
"""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from sklearn.model_selection import train_test_split

from workbench.models.fair_rows import Labelled
from workbench.models.few_shot import FAIR, SEEDS, SIZES, few_shot_rows, few_shot_table
from workbench.models.methods import Means

# Accuracy of SetFit as published (arXiv 2209.11055 and its repository), at 8 and 64 labels of each class.
PUBLISHED = {
    "reviews": "MPNet .885 / .904; MiniLM-L6 .716 at 8",
    "sst5": "MPNet .436 / .519; MiniLM-L6 .298 at 8",
    "airlines": "none of these draws; MiniLM probe here before: macro-F1 .558 / .645",
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=Path)
    asked.add_argument("--sets", nargs="+", default=list(PUBLISHED))
    asked.add_argument("--methods", nargs="+", default=list(FAIR))
    asked.add_argument("--seeds", type=int, default=SEEDS)
    asked.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    given = asked.parse_args()
    folder = Path(os.environ["WORKBENCH_RESEARCH_DATA"])
    for name in given.sets:
        rows = list(rows_of(name, folder, given))
        print(f"{name}; published: {PUBLISHED[name]}")
        print(few_shot_table(rows).to_string(index=False, float_format="{:.3f}".format), flush=True)


def rows_of(name: str, folder: Path, given: argparse.Namespace) -> Iterator[dict[str, object]]:
    """The rows of one set."""
    learn, score = parts(name, folder)
    means = Means(classes=tuple(sorted(set(learn[1]))), task=name)
    kept = given.rows and given.rows / f"{name}.jsonl"
    asked = {"sizes": given.sizes, "seeds": given.seeds, "methods": given.methods}
    yield from few_shot_rows(learn, score, means, kept=kept, **asked)


def parts(name: str, folder: Path) -> tuple[Labelled, Labelled]:
    """Texts and labels to draw from, and to score on."""
    if name == "sst5":
        return numbered(folder / "few_shot" / "stsa.fine.train"), numbered(
            folder / "few_shot" / "stsa.fine.test"
        )
    if name == "reviews":
        texts, labels = numbered(folder / "few_shot" / "custrev.all")
    else:
        posts = pd.read_csv(folder / "us_airline" / "tweets.csv", dtype=str).drop_duplicates("tweet_id")
        texts, labels = list(posts["text"]), list(posts["airline_sentiment"])
    learn, score = train_test_split(range(len(texts)), test_size=0.5, stratify=labels, random_state=0)
    first, second = (([texts[i] for i in half], [labels[i] for i in half]) for half in (learn, score))
    return first, second


def numbered(file: Path) -> Labelled:
    """Texts and labels of lines that begin with the label."""
    pairs = [line.split(" ", 1) for line in file.read_text(encoding="utf-8").rstrip("\n").split("\n")]
    return [text for _, text in pairs], [label for label, _ in pairs]


if __name__ == "__main__":
    main()
