"""Labels as files write them, and the words they stand for; nothing is guessed and no post is shown."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.models.classifier import LABELS
from workbench.models.labelled_rows import LONGEST_LABEL, MOST_LABELS
from workbench.privacy.masking import NO_KEY, mask_text
from workbench.sources.column_names import reads_like_a_post
from workbench.sources.values import sentiment

# Each numbering has a number that the other lacks; without it nobody can say which one it is.
_NUMBERINGS = (
    ("2", {"0": "negative", "1": "neutral", "2": "positive"}),
    ("-1", {"-1": "negative", "0": "neutral", "1": "positive"}),
)
SEPARATORS = "|;"  # of labels in one cell; a comma may stand in the name of one
_NONE = frozenset(("none", "nan", "null", "-"))
# More, or longer ones, are rather posts than labels.
_MOST_SHOWN, _LONGEST_SHOWN = 20, 20


def words_of_labels(path: Path, found: Iterable[str], task: str, classes: Sequence[str]) -> dict[str, str]:
    """Standard word of each label found; what differs in case only is one label.

    Raises
    ------
    WorkbenchError
        Labels are none of the task's or hold personal data, or there are too many of them.
    """
    counts = Counter(found)
    if task == "sentiment":
        return _sentiments(path, counts)
    if len(counts) > MOST_LABELS or any(len(label) > LONGEST_LABEL for label in counts):
        raise WorkbenchError(f"{path}: {listed(sorted(counts))}")
    if held := [label for label in sorted(counts) if mask_text(label, NO_KEY) != label]:
        raise WorkbenchError(
            f"{path}: labels that hold personal data are stored nowhere: {', '.join(map(shown_label, held[:3]))}. Name "
            "the column of labels; or write other words."
        )
    spelled = {label.casefold(): label for label in classes}
    for label, _ in counts.most_common():
        spelled.setdefault(_folded(label, counts), _plain(label, counts))
    return {label: spelled[_folded(label, counts)] for label in counts}


def _plain(label: str, all_labels: Iterable[str]) -> str:
    """A label, where all are whole numbers without the point that spreadsheets give them."""
    is_numbered = all(one.removesuffix(".0").removeprefix("-").isdigit() for one in all_labels)
    return label.removesuffix(".0") if is_numbered else label


def _folded(label: str, all_labels: Iterable[str]) -> str:
    return _plain(label, all_labels).casefold()


def _sentiments(path: Path, found: Iterable[str]) -> dict[str, str]:
    """Numbers are understood only where they leave no doubt."""
    folded = {label: label.casefold().removesuffix(".0") for label in found}
    for mark, numbering in _NUMBERINGS:
        if mark in folded.values() and set(folded.values()) <= numbering.keys():
            return {label: numbering[short] for label, short in folded.items()}
    words = {label: sentiment(label) for label in folded}
    unknown = sorted(label for label, word in words.items() if word not in LABELS)
    if not unknown:
        return words
    raise WorkbenchError(
        f"{path}: {listed(unknown)} Their meaning is not guessed. Expected negative, neutral, positive, or "
        "numbers: 0, 1, 2 with a 2 among them, or −1, 0, 1 with a −1. Write the words into the file; or, if it is "
        "not about sentiment, name another task."
    )


def split_labels(cell: str, separators: str = f"{SEPARATORS},") -> list[str]:
    """The labels of a cell that are written one after the other; none where it says that there is none.

    Examples
    --------
    >>> split_labels("Delivery, Refund"), split_labels("none")
    (['Delivery', 'Refund'], [])
    """
    for mark in separators:
        cell = cell.replace(mark, "|")
    return [part.strip() for part in cell.split("|") if part.strip() and part.strip().lower() not in _NONE]


def labels_of_cell(cell: str, known: Collection[str]) -> list[str]:
    """The labels of a cell; a comma may part them, and stand in the name of one of the known, which are casefolded.

    Examples
    --------
    >>> labels_of_cell("Late, lost; Refund", ["late, lost", "refund"]), labels_of_cell("Late, Refund", ["late"])
    (['Late, lost', 'Refund'], ['Late', 'Refund'])
    """
    return [one for part in split_labels(cell, SEPARATORS) for one in _at_commas(part, known)]


def _at_commas(part: str, known: Collection[str]) -> list[str]:
    """The longest known labels that pieces between commas make, one after the other, and the other pieces.

    Examples
    --------
    >>> _at_commas("Late, lost, Rude", ["late, lost", "rude"])
    ['Late, lost', 'Rude']
    """
    pieces, found = part.split(","), list[str]()
    while pieces:
        ends = range(len(pieces), 1, -1)
        end = next((n for n in ends if ",".join(pieces[:n]).strip().casefold() in known), 1)
        one = ",".join(pieces[:end]).strip()
        found += [one] if end > 1 else split_labels(one)
        pieces = pieces[end:]
    return found


def shown_label(label: str) -> str:
    """A label as a message may show it, unless it reads like a post.

    Examples
    --------
    >>> shown_label("jane@mail.example"), shown_label("I am waiting for my parcel since May")
    ("'<EMAIL>'", 'a value that reads like a post')
    """
    if reads_like_a_post(label):
        return "a value that reads like a post"
    return f"'{mask_text(label, NO_KEY)}'"


def listed(unknown: Sequence[str]) -> str:
    """The unknown labels, unless they look like posts: those are never shown."""
    if len(unknown) > _MOST_SHOWN or max(map(len, unknown)) > _LONGEST_SHOWN:
        return f"{len(unknown)} different values in the column of labels are no labels; is it another column?"
    return f"unknown labels: {', '.join(map(shown_label, unknown))}."
