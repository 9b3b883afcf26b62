"""Masking measured on marked texts, beside Presidio's pattern recognisers.

The rules were tuned on the small set. Figures and floors are of the large one, whose texts were not looked
at; its figures were seen once before rules for telephones were widened, from general knowledge.
Both are made by the same generator (presidio-research), so this says how well forms are recognised,
not how often people write them.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from presidio_recognisers import pattern_recognisers

from workbench.privacy.masking import find_personal
from workbench.privacy.spans import Span

pytestmark = [
    pytest.mark.research,
    pytest.mark.slow,
    pytest.mark.skipif(
        "WORKBENCH_RESEARCH_DATA" not in os.environ, reason="WORKBENCH_RESEARCH_DATA is not set"
    ),
]

KINDS = {
    "EMAIL_ADDRESS": "EMAIL",
    "PHONE_NUMBER": "PHONE",
    "CREDIT_CARD": "CARD",
    "IBAN_CODE": "IBAN",
    "IP_ADDRESS": "IP",
    "US_SSN": "ID",
    "US_DRIVER_LICENSE": "ID",
}

Finder = Callable[[str], list[Span]]


class Score(NamedTuple):
    """Share of marked spans found, share of found spans that were marked, and how many were marked."""

    recall: float
    precision: float
    marked: int


@pytest.fixture(scope="module")
def texts() -> list[dict]:
    path = Path(os.environ["WORKBENCH_RESEARCH_DATA"]) / "pii" / "generated_large.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def scores(texts) -> dict[str, Score]:
    return _scores(texts, find_personal)


def test_forms_with_a_checksum_or_grammar_are_all_found(scores):
    for kind in ("EMAIL", "IBAN", "IP"):
        assert scores[kind].recall == 1, kind
    assert scores["CARD"].recall > 0.95
    assert scores["ID"].recall > 0.95
    assert all(scores[kind].precision > 0.95 for kind in ("EMAIL", "IBAN", "IP", "CARD"))


def test_telephones_are_found_better_than_by_presidio(scores):
    """Published for Presidio's recogniser on a set of this kind: recall .61, precision .74."""
    assert scores["PHONE"].recall > 0.61
    assert scores["PHONE"].precision > 0.74


def test_nowhere_worse_than_presidio(texts, scores, presidio, capsys):
    """Prints both."""
    theirs = _scores(texts, presidio)
    lines = [f"{'':8}{'marked':>8}{'recall':>9}{'precision':>11}   Presidio:{'recall':>9}{'precision':>11}"]
    for kind, ours in sorted(scores.items()):
        other = theirs[kind]
        lines.append(
            f"{kind:8}{ours.marked:8}{ours.recall:9.3f}{ours.precision:11.3f}{other.recall:21.3f}{other.precision:11.3f}"
        )
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *lines, ""]))
    for kind, ours in scores.items():
        assert ours.recall >= theirs[kind].recall, kind
        assert ours.precision >= theirs[kind].precision, kind


@pytest.fixture(scope="module")
def presidio() -> Finder:
    """Presidio's pattern recognisers on a blank English model, without a network."""
    analyze = pattern_recognisers(list(KINDS))

    def find(text: str) -> list[Span]:
        return [Span(result.start, result.end, KINDS[result.entity_type]) for result in analyze(text)]

    return find


def _scores(texts: list[dict], find: Finder) -> dict[str, Score]:
    """A marked span counts as found when one found span of its kind covers it."""
    marked, hit, found, right = Counter(), Counter(), Counter(), Counter()
    for text in texts:
        truth = [
            Span(span["start_position"], span["end_position"], KINDS[span["entity_type"]])
            for span in text["spans"]
            if span["entity_type"] in KINDS
        ]
        spans = find(text["full_text"])
        for span in truth:
            marked[span.kind] += 1
            hit[span.kind] += any(_covers(other, span) for other in spans)
        for span in spans:
            found[span.kind] += 1
            right[span.kind] += any(_overlap(other, span) for other in truth)
    return {
        kind: Score(hit[kind] / marked[kind], right[kind] / found[kind] if found[kind] else 0.0, marked[kind])
        for kind in marked
    }


def _covers(outer: Span, inner: Span) -> bool:
    # The generator's spans sometimes include a bracket at an edge.
    return outer.kind == inner.kind and outer.start <= inner.start + 1 and outer.end >= inner.end - 1


def _overlap(one: Span, other: Span) -> bool:
    return one.kind == other.kind and one.start < other.end and other.start < one.end
