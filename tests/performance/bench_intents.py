"""Several labels a post, on real complaints; run as a script with WORKBENCH_RESEARCH_DATA set.

Customers' posts to two companies, 200 each, with the topics that people found in them: repeated five-fold
cross-validation, in which settings, calibration and thresholds are chosen within the texts learnt from. Beside it
what the label's name alone says: all of its words, or any, stand in the post. Prints the mean F1 of the labels, and
the mean of the F1 of "holds" and of "does not hold", which some publish as macro-F1 of such data (keywords .813
and .874, zero-shot inference .885 and .903, its thresholds chosen on the scored posts). Takes some minutes.
"""

import argparse
import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.models.embeddings import Embedder, load_embedder
from workbench.models.features import prepared
from workbench.models.label_sets import matrix_of_sets, sets_of_matrix
from workbench.models.label_words import LabelWords
from workbench.models.labelled_files import read_label_sets
from workbench.models.multi_label import train_multi_label
from workbench.models.set_scoring import interval_of_sets, macro_f1_of_both, macro_f1_of_sets

FILES = {"Amazon": "twcs-AmazonHelp-200-inbound.xlsx", "Apple": "twcs-AppleSupport-200-inbound.xlsx"}
FIRST_LABEL = {"Amazon": "Delivery", "Apple": "iPhone"}
FOLDS = 5


class Remembering(Embedder):
    """Sentence embeddings, each text once: the same posts are read in every repeat."""

    def __init__(self, embed: Embedder):
        super().__init__(embed.name)
        self.remembered: dict[str, NDArray[np.float32]] = {}

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text."""
        new = [text for text in dict.fromkeys(texts) if text not in self.remembered]
        self.remembered |= dict(zip(new, super().__call__(new), strict=True))
        return np.array([self.remembered[text] for text in texts])


Posts = tuple[list[str], NDArray[np.bool_], tuple[str, ...]]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeats", type=int, default=5)
    repeats = options.parse_args().repeats
    folder = Path(os.environ["WORKBENCH_RESEARCH_DATA"])
    embedder = load_embedder()
    embed = Remembering(embedder) if embedder else None
    for company in FILES:
        posts = complaints(folder, company)
        for name, said in keywords(posts).items():
            show(scored(company, name, posts, said))
        for name, used in {"words": None, **({"words and meaning": embed} if embed else {})}.items():
            start = time.perf_counter()
            runs = [cross_validated(posts, seed, used) for seed in range(repeats)]
            show({**averaged(company, name, posts, runs), "seconds": time.perf_counter() - start})


def show(row: dict[str, object]) -> None:
    """One line as soon as it is known."""
    shown = (f"{name} {value:.3f}" if isinstance(value, float) else str(value) for name, value in row.items())
    print(" · ".join(shown), flush=True)


def complaints(folder: Path, company: str) -> Posts:
    """Posts, which labels hold of each, and the labels."""
    file = folder / "complaint_topics" / FILES[company]
    columns = list(pd.read_excel(file, nrows=0).columns)
    texts, label_sets, classes = read_label_sets(file, "text", columns[columns.index(FIRST_LABEL[company]) :])
    return texts, matrix_of_sets(label_sets, classes), classes


def keywords(posts: Posts) -> dict[str, NDArray[np.bool_]]:
    """What the words of the names say by themselves."""
    texts, _, classes = posts
    found = LabelWords(classes)([prepared(text) for text in texts])
    return {"all words of the name": found[:, :, 4] > 0, "any word of the name": found[:, :, 5] > 0}


def cross_validated(posts: Posts, seed: int, embed: Embedder | None) -> NDArray[np.bool_]:
    """Labels said of every post by a model that has not seen it."""
    texts, holds, classes = posts
    said = np.zeros(holds.shape, dtype=bool)
    for asked in np.array_split(np.random.default_rng(seed).permutation(len(texts)), FOLDS):
        seen = np.setdiff1d(np.arange(len(texts)), asked)
        model = train_multi_label(
            [texts[i] for i in seen],
            sets_of_matrix(holds[seen], classes),
            classes=classes,
            task="topics",
            seed=seed,
            embed=embed,
        )
        thresholds = [model.card["thresholds"][name] for name in classes]
        said[asked] = model.classify([texts[i] for i in asked], [""] * len(asked)) >= np.array(thresholds)
    return said


def scored(company: str, name: str, posts: Posts, said: NDArray[np.bool_]) -> dict[str, object]:
    """One line of the table."""
    low, high = interval_of_sets(posts[1], said)
    return {
        "posts": company,
        "model": name,
        "macro_f1": macro_f1_of_sets(posts[1], said),
        "low": low,
        "high": high,
        "of_both": macro_f1_of_both(posts[1], said),
    }


def averaged(company: str, name: str, posts: Posts, runs: list[NDArray[np.bool_]]) -> dict[str, object]:
    """One line of the table: the mean of repeated cross-validations, with how far apart they are."""
    lines = pd.DataFrame([scored(company, name, posts, said) for said in runs])
    figures = lines[["macro_f1", "low", "high", "of_both"]]
    return {
        "posts": company,
        "model": name,
        **figures.mean().to_dict(),
        "between_runs": figures["of_both"].std(),
    }


if __name__ == "__main__":
    main()
