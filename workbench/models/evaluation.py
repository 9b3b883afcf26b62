"""How well a classifier does on labelled texts, and reading such texts from a file."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from workbench.errors import WorkbenchError, did_you_mean
from workbench.models.classifier import LABELS, Classifier
from workbench.models.scoring import confusion, macro, per_class
from workbench.sources.sniffing import READERS, sniff
from workbench.sources.values import sentiment

# Each numbering has a number that the other lacks; without it nobody can say which one it is.
_NUMBERINGS = (
    ("2", {"0": "negative", "1": "neutral", "2": "positive"}),
    ("-1", {"-1": "negative", "0": "neutral", "1": "positive"}),
)
_ROWS = 50_000
_MOST_LABELS, _LONGEST_LABEL = 20, 20


def evaluate(
    classifier: Classifier, texts: Sequence[str], labels: Sequence[str], brands: Sequence[str] | None = None
) -> dict[str, Any]:
    """Score a classifier on texts that it was not trained on.

    Parameters
    ----------
    classifier
        Any classifier.
    texts, labels
        Texts and their true labels.
    brands
        Brand of each text, for classifiers that judge toward one.

    Returns
    -------
    ``n``, ``accuracy``, ``macro_f1``, ``macro_recall``, ``per_class`` (``precision``, ``recall``, ``f1``,
    ``n`` by label), ``seconds`` the classifier took, and ``model``, its name. Macro figures are means
    over the labels that occur in `labels`.

    Raises
    ------
    WorkbenchError
        No texts, or a label that the classifier does not give.

    Examples
    --------
    >>> from workbench.models.lexicon import LexiconModel
    >>> labels = ["positive", "negative", "neutral"]
    >>> result = evaluate(LexiconModel(), ["I love it", "bad", "no idea"], labels)
    >>> result["n"], round(result["accuracy"], 2), result["per_class"]["negative"]["precision"]
    (3, 0.67, 0.5)
    """
    names = classifier.labels
    if not len(texts):
        raise WorkbenchError("there are no labelled texts to score on. Name a file that has some.")
    if len(texts) != len(labels):
        raise WorkbenchError(f"{len(texts)} texts came with {len(labels)} labels; each text needs one.")
    for label in sorted(set(labels) - set(names)):
        raise WorkbenchError(
            f"'{label}' is no label.{did_you_mean(label, names)} Labels: {', '.join(names)}."
        )
    start = time.perf_counter()
    probabilities = classifier.classify(texts, brands if brands is not None else [""] * len(texts))
    seconds = time.perf_counter() - start
    given = np.array([names.index(label) for label in labels])
    counts = confusion(given, probabilities.argmax(axis=1), len(names))
    precision, recall, f1 = per_class(counts)
    return {
        "n": len(texts),
        "accuracy": float(np.trace(counts) / counts.sum()),
        "macro_f1": macro(f1, counts),
        "macro_recall": macro(recall, counts),
        "per_class": {
            name: {
                "precision": float(precision[i]),
                "recall": float(recall[i]),
                "f1": float(f1[i]),
                "n": int(counts[i].sum()),
            }
            for i, name in enumerate(names)
        },
        "seconds": seconds,
        "model": classifier.name,
    }


def read_labelled(path: Path | str, text_column: str, label_column: str) -> tuple[list[str], list[str]]:
    """Texts and labels of a file; rows without text or label are left out.

    Parameters
    ----------
    path
        CSV, TSV, JSON lines (each plain or gzip), Parquet or XLSX. Or `…_text.txt` with `…_labels.txt`
        beside it, one text and one label a line; the column names are then not needed.
    text_column, label_column
        Names of its columns. Labels are negative, neutral, positive (neg, neu, pos), 0/1/2 or −1/0/1.

    Raises
    ------
    WorkbenchError
        No such file or column, a row that cannot be read, no labelled row, or a label of other
        words: they are named and not guessed.
    """
    path = Path(path)
    pairs = _line_pairs(path) if path.name.endswith("_text.txt") else _rows(path, text_column, label_column)
    labelled = [
        (text, label.strip()) for text, label in pairs if text and text.strip() and label and label.strip()
    ]
    if not labelled:
        raise WorkbenchError(f"{path} has no row with both a text and a label.")
    words = _standard(path, {label for _, label in labelled})
    return [text for text, _ in labelled], [words[label] for _, label in labelled]


def _rows(path: Path, text_column: str, label_column: str) -> list[tuple[str | None, str | None]]:
    layout = sniff(path)
    for column in (text_column, label_column):
        if column not in layout.columns:
            raise WorkbenchError(
                f"{path} has no column '{column}'.{did_you_mean(column, layout.columns)} "
                f"It has: {', '.join(layout.columns)}."
            )
    rows: list[tuple[str | None, str | None]] = []
    for block in READERS[layout.format](layout, list(dict.fromkeys((text_column, label_column))), _ROWS):
        if block.rejected:
            first = block.rejected[0]
            raise WorkbenchError(
                f"{path}, line {first.line}: {first.reason}. Mend it: a score must not leave rows out."
            )
        cells = (block.columns[column].to_pylist() for column in (text_column, label_column))
        rows += zip(*cells, strict=True)
    return rows


def _line_pairs(path: Path) -> list[tuple[str | None, str | None]]:
    beside = path.with_name(path.name.removesuffix("_text.txt") + "_labels.txt")
    texts, labels = (_lines(file) for file in (path, beside))
    if len(texts) != len(labels):
        raise WorkbenchError(
            f"{path.name} has {len(texts)} lines and {beside.name} {len(labels)}. Each text needs one label."
        )
    return list(zip(texts, labels, strict=True))


def _lines(file: Path) -> list[str]:
    try:
        # Not `splitlines`: a text may hold the separators of other alphabets.
        return file.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except FileNotFoundError:
        raise WorkbenchError(f"file {file} does not exist.") from None
    except UnicodeDecodeError:
        raise WorkbenchError(f"{file} is not UTF-8. Save it as UTF-8.") from None


def _standard(path: Path, found: set[str]) -> dict[str, str]:
    """Standard word of each label found; numbers are understood only where they leave no doubt."""
    folded = {label: label.casefold().removesuffix(".0") for label in found}
    for mark, numbering in _NUMBERINGS:
        if mark in folded.values() and set(folded.values()) <= numbering.keys():
            return {label: numbering[short] for label, short in folded.items()}
    words = {label: sentiment(label) for label in found}
    unknown = sorted(label for label, word in words.items() if word not in LABELS)
    if not unknown:
        return words
    raise WorkbenchError(
        f"{path}: {_listed(unknown)} Their meaning is not guessed. Expected negative, neutral, positive, or "
        "numbers: 0, 1, 2 with a 2 among them, or −1, 0, 1 with a −1. Write the words into the file."
    )


def _listed(unknown: list[str]) -> str:
    """The unknown labels, unless they look like posts: those are never shown."""
    if len(unknown) > _MOST_LABELS or max(map(len, unknown)) > _LONGEST_LABEL:
        return f"{len(unknown)} different values in the column of labels are no labels; is it another column?"
    return f"unknown labels: {', '.join(map(repr, unknown))}."
