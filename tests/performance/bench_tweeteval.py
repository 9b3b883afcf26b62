"""Sarcasm and sentiment of TweetEval; run as a script with WORKBENCH_RESEARCH_DATA set.

Irony is learnt from its training file and scored on its validation file, on which nothing was chosen. Of sentiment
only the validation file is at hand: the lexicon is scored on it as it is, the others by five-fold cross-validation,
so that no text is scored by a model that has learnt from it. Published figures are of the test files: they say what is
usual, not who is better. Takes some minutes.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from performance.bench_intents import Remembering
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from workbench.models.classifier import LABELS
from workbench.models.embeddings import load_embedder
from workbench.models.labelled_files import read_labelled
from workbench.models.methods import METHODS, Means

PUBLISHED = {
    "irony": "F1 of ironic: RoBERTa-retrained .617, SVM .617 (test)",
    "sentiment": "macro-recall: TimeLMs .737, RoBERTa-retrained .728, SVM .629 (test)",
}


def main() -> None:
    folder = Path(os.environ["WORKBENCH_RESEARCH_DATA"]) / "tweeteval"
    embedder = load_embedder()
    embed = Remembering(embedder) if embedder else None
    for name, rows in (("irony", irony(folder, embed)), ("sentiment", sentiment(folder, embed))):
        print(f"\n{name}; published: {PUBLISHED[name]}")
        print(pd.DataFrame(rows).to_string(index=False, float_format="{:.3f}".format), flush=True)


def irony(folder: Path, embed: Remembering | None) -> Iterator[dict[str, object]]:
    """A row a method, learnt from the training file and scored on the other."""
    learn, score = (
        read_labelled(folder / "irony" / f"{part}_text.txt", "", "", "irony") for part in ("train", "val")
    )
    classes = tuple(sorted(set(learn[1])))
    means = Means(task="irony", classes=classes, embed=embed)
    for method in ("tfidf", *(("embeddings",) if embed else ())):
        said = METHODS[method](*learn, means).classify(score[0], [""] * len(score[0]))
        yield row(method, score[1], said, classes)


def sentiment(folder: Path, embed: Remembering | None) -> Iterator[dict[str, object]]:
    """A row a method, by five-fold cross-validation on the one file there is."""
    texts, labels = read_labelled(folder / "sentiment" / "val_text.txt", "", "")
    means = Means(embed=embed)
    for method in ("lexicon", "tfidf", *(("embeddings",) if embed else ())):
        said = np.zeros((len(texts), len(LABELS)))
        for seen, asked in StratifiedKFold(5, shuffle=True, random_state=0).split(texts, labels):
            model = METHODS[method]([texts[i] for i in seen], [labels[i] for i in seen], means)
            said[asked] = model.classify([texts[i] for i in asked], [""] * len(asked))
        yield row(method, labels, said, LABELS)


def row(
    method: str, labels: Sequence[str], said: NDArray[np.float64], classes: Sequence[str]
) -> dict[str, object]:
    """Scores of what was said."""
    given = np.array([classes.index(label) for label in labels])
    chosen = said.argmax(axis=1)
    each = f1_score(given, chosen, average=None)
    recall = [float((chosen[given == number] == number).mean()) for number in range(len(classes))]
    return {
        "method": method,
        "n": len(labels),
        "macro_f1": each.mean(),
        "macro_recall": np.mean(recall),
        "accuracy": float((chosen == given).mean()),
        **{f"f1 of {name}": value for name, value in zip(classes, each, strict=True)},
    }


if __name__ == "__main__":
    main()
