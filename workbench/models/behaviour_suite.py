"""Behavioural tests in CheckList's form: JSON lines, one a case, and what each expects of a model.

Ribeiro, Wu, Guestrin, Singh 2020, Beyond accuracy: behavioral testing of NLP models with CheckList.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from workbench.errors import WorkbenchError, did_you_mean
from workbench.models.classifier import LABELS
from workbench.sources.encodings import GZIP, open_bytes

MINIMUM, INVARIANCE, DIRECTION = "MFT", "INV", "DIR"
TYPES = (MINIMUM, INVARIANCE, DIRECTION)
Direction = Literal["up", "down"]

# CheckList's suite of sentiment tells by the name of a directional test only what is expected: that the first text
# becomes more positive, or that the model becomes surer or less sure of what it says of it.
POSITIVITY, CONFIDENCE = "positivity", "confidence"
_DIRECTIONS: tuple[tuple[str, tuple[Direction, str]], ...] = (
    ("add positive phrases", ("up", POSITIVITY)),
    ("add negative phrases", ("down", POSITIVITY)),
    ("intensifiers", ("up", CONFIDENCE)),
    ("reducers", ("down", CONFIDENCE)),
    ("should reduce", ("down", CONFIDENCE)),
)
# "Do I think it was bad? No" is labelled neutral there, and positive is right too.
_MORE_THAN_NEUTRAL = "q & a: no"


@dataclass(frozen=True)
class Case:
    """One case of a test: texts, the first of which the others vary, and what is expected."""

    test: str
    type: str
    examples: tuple[str, ...]
    allowed: frozenset[str] | None = None
    """Labels that are right; None where the test does not ask for a label, or does not say which."""
    direction: Direction | None = None
    of: str = CONFIDENCE
    """What moves: `POSITIVITY`, `CONFIDENCE`, or the probability of the label of this name."""

    @property
    def is_judged(self) -> bool:
        """Whether the file says what is expected."""
        needed = {MINIMUM: self.allowed, DIRECTION: self.direction}
        return needed.get(self.type, True) is not None


def read_suite(path: Path, labels: Sequence[str] = LABELS) -> list[Case]:
    """Cases of a file of JSON lines, which may be gzipped.

    Parameters
    ----------
    path
        Each line has ``test``, ``type`` (MFT, INV, DIR), ``examples`` and, for MFT, ``label``: a place among the
        labels (0, 1, 2 for negative, neutral, positive), a word, or a list of those that are right. A DIR of the
        published suite is known by its name; any other says its ``direction`` (up, down), that of the probability of
        ``label`` where one is given, else of the first text's own label.
    labels
        The labels of the model.

    Raises
    ------
    WorkbenchError
        No such file, or a line that is no case: its number and what is wrong with it.
    """
    try:
        with path.open("rb") as start:
            is_gzip = start.read(len(GZIP)) == GZIP
        with open_bytes(path, is_gzip) as (content, _):
            # Not `splitlines`: a text may hold the separators of other alphabets.
            lines = content.read().decode("utf-8-sig").split("\n")
    except FileNotFoundError:
        raise WorkbenchError(f"file {path} does not exist.") from None
    except UnicodeDecodeError:
        raise WorkbenchError(f"{path} is not UTF-8. Save it as UTF-8.") from None
    except OSError as error:
        raise WorkbenchError(f"{path} cannot be read: {error.strerror}. Give a file of JSON lines.") from None
    cases = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            cases.append(_case(line, labels, f"{path}, line {number}"))
    if not cases:
        raise WorkbenchError(
            f"{path} has no test. Each line is one case, as JSON: test, type, examples, label."
        )
    return cases


def _case(line: str, labels: Sequence[str], where: str) -> Case:
    try:
        row = json.loads(line)
    except ValueError:
        raise WorkbenchError(f"{where}: is not JSON.") from None
    if not isinstance(row, dict) or not {"test", "type", "examples"} <= row.keys():
        raise WorkbenchError(f"{where}: a case needs test, type and examples.")
    kind, examples = str(row["type"]).upper(), row["examples"]
    if kind not in TYPES:
        raise WorkbenchError(f"{where}: '{row['type']}' is no type of test. Types: {', '.join(TYPES)}.")
    if not isinstance(examples, list) or not examples or not all(isinstance(text, str) for text in examples):
        raise WorkbenchError(f"{where}: examples are not a list of texts.")
    if kind != MINIMUM and len(examples) < 2:
        raise WorkbenchError(f"{where}: {kind} compares the first text with others, and there are none.")
    test, label = str(row["test"]), row.get("label")
    given = (
        None
        if label is None
        else [_label(one, labels, where) for one in (label if isinstance(label, list) else [label])]
    )
    if kind == MINIMUM:
        return Case(test, kind, tuple(examples), allowed=_allowed(test, given, labels))
    if kind == INVARIANCE:
        return Case(test, kind, tuple(examples))
    direction, of = _direction(test, row.get("direction"), given, where)
    return Case(test, kind, tuple(examples), direction=direction, of=of)


def _label(given: Any, labels: Sequence[str], where: str) -> str:
    if isinstance(given, str | int) and str(given) in labels:
        return str(given)  # classes that are numbers mean themselves, and no places
    is_place = type(given) is int and not all(label.lstrip("-").isdigit() for label in labels)
    if is_place and 0 <= given < len(labels):
        return labels[given]
    near = did_you_mean(str(given), labels) if len(str(given)) < 40 else ""
    raise WorkbenchError(
        f"{where}: its label is none of {', '.join(labels)}, and no number from 0 to {len(labels) - 1}.{near}"
    )


def _allowed(test: str, given: Sequence[str] | None, labels: Sequence[str]) -> frozenset[str] | None:
    """The labels given; else those that the name of the test names, as CheckList's suite has it."""
    if given is not None:
        more = ["positive"] if test.casefold() == _MORE_THAN_NEUTRAL and list(given) == ["neutral"] else []
        return frozenset([*given, *more])
    named = re.search(r"should be (\w+)(?: or (\w+))?", test.casefold())
    words = {word for word in (named.groups() if named else ()) if word}
    if not words and "not negative" in test.casefold():
        words = set(labels) - {"negative"}
    return frozenset(words) if words and words <= set(labels) else None


def _direction(test: str, said: Any, given: Sequence[str] | None, where: str) -> tuple[Direction | None, str]:
    if said in ("up", "down"):
        return said, given[0] if given else CONFIDENCE
    if said is not None:
        raise WorkbenchError(f"{where}: a direction is up or down.")
    return next((rule for name, rule in _DIRECTIONS if name in test.casefold()), (None, CONFIDENCE))
