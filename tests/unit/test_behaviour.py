"""Behavioural tests: what fails is worked out by hand, with a model that says what the test wants."""

import gzip
import json
from collections import Counter

import numpy as np
import pytest

from workbench.errors import WorkbenchError
from workbench.models.behaviour import behave, fails
from workbench.models.behaviour_suite import POSITIVITY, Case, read_suite
from workbench.models.classifier import LABELS
from workbench.models.cross_fitting import CrossFitted
from workbench.models.lexicon import LexiconModel

NEGATIVE, NEUTRAL, POSITIVE = [0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]
UNSURE = [0.1, 0.42, 0.48]  # positive, hardly


class Said:
    """Says of each text what it is told to."""

    name, labels = "said", LABELS
    card = {"task": "sentiment"}  # noqa: RUF012

    def __init__(self, **by_text):
        self.by_text = by_text

    def classify(self, texts, brands):
        return np.array([self.by_text[text] for text in texts])


def suite(tmp_path, *cases):
    file = tmp_path / "suite.jsonl"
    lines = [
        json.dumps({"test": "t", "capability": "c", "case": i, "label": None, **case})
        for i, case in enumerate(cases)
    ]
    file.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    return file


def rate(tmp_path, *cases, **said):
    return behave(Said(**said), suite(tmp_path, *cases))["tests"]


@pytest.mark.parametrize(
    ("label", "expected"), [(0, 1 / 2), ("negative", 1 / 2), ([0, 1], 0), (["neutral", 2], 1 / 2), (2, 1)]
)
def test_minimum_functionality_wants_the_label_or_one_of_several(tmp_path, label, expected):
    cases = [{"type": "MFT", "examples": [text], "label": label} for text in ("bad", "so")]
    found = rate(tmp_path, *cases, bad=NEGATIVE, so=NEUTRAL)
    assert found == {"t": {"failure_rate": expected, "n": 2, "judged": 2, "type": "MFT"}}


def test_one_text_that_fails_fails_its_case(tmp_path):
    cases = [{"type": "MFT", "examples": ["bad", "so"], "label": 0}]
    assert rate(tmp_path, *cases, bad=NEGATIVE, so=NEUTRAL)["t"]["failure_rate"] == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Hard: Negation of negative (should be positive or neutral)", 1 / 3),
        ("simple negations: not negative", 1 / 3),
        ("but it was not (neutral) should still be neutral", None),
        ("who knows", None),
    ],
)
def test_without_a_label_the_name_may_say_what_is_expected(tmp_path, name, expected):
    cases = [{"test": name, "type": "MFT", "examples": [text]} for text in ("a", "b", "c")]
    found = rate(tmp_path, *cases, a=NEGATIVE, b=NEUTRAL, c=POSITIVE)[name]
    assert found["failure_rate"] == (None if expected is None else pytest.approx(expected, abs=1e-4))
    assert found["judged"] == (0 if expected is None else 3)


def test_neutral_answers_of_the_question_test_may_be_positive(tmp_path):
    cases = [{"test": "Q & A: no", "type": "MFT", "examples": [text], "label": 1} for text in ("a", "b", "c")]
    found = rate(tmp_path, *cases, a=NEGATIVE, b=NEUTRAL, c=POSITIVE)["Q & A: no"]
    assert found["failure_rate"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["published"]["Google"] == 90.8


def test_invariance_forgives_a_label_that_changes_by_a_hair(tmp_path):
    cases = [{"type": "INV", "examples": ["first", other]} for other in ("same", "hair", "far")]
    hair = [0.1, 0.47, 0.43]
    found = rate(tmp_path, *cases, first=UNSURE, same=POSITIVE, hair=hair, far=NEGATIVE)["t"]
    assert found["failure_rate"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["label_changes"] == pytest.approx(2 / 3, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "first", "then", "fails"),
    [
        ("add positive phrases", NEUTRAL, NEGATIVE, True),
        ("add positive phrases", NEUTRAL, POSITIVE, False),
        ("add positive phrases", NEUTRAL, [0.18, 0.74, 0.08], False),  # .1 less, which is tolerated
        ("add negative phrases", NEUTRAL, POSITIVE, True),
        ("add negative phrases", NEUTRAL, NEGATIVE, False),
        ("intensifiers", [0.1, 0.3, 0.6], [0.2, 0.35, 0.45], True),
        ("intensifiers", [0.1, 0.3, 0.6], POSITIVE, False),
        ("reducers", [0.1, 0.3, 0.6], POSITIVE, True),
        ("reducers", [0.1, 0.3, 0.6], NEGATIVE, False),
        ("reducers", NEUTRAL, POSITIVE, None),  # neutral: nothing to reduce
        ("reducers", [0.02, 0.03, 0.95], POSITIVE, None),  # cannot rise by more than .1
        ('"used to" should reduce', [0.6, 0.3, 0.1], NEGATIVE, True),
        ("something else", NEUTRAL, POSITIVE, None),
    ],
)
def test_directions_are_those_of_the_published_suite(tmp_path, name, first, then, fails):
    cases = [{"test": name, "type": "DIR", "examples": ["a", "b"]}]
    found = rate(tmp_path, *cases, a=first, b=then)[name]
    assert found["failure_rate"] == (None if fails is None else float(fails))
    assert (found["n"], found["judged"]) == (1, 0 if fails is None else 1)


@pytest.mark.parametrize(
    ("direction", "label", "fails"), [("up", 2, 0), ("down", 2, 1), ("up", "negative", 1), ("down", None, 0)]
)
def test_any_direction_can_be_said(tmp_path, direction, label, fails):
    cases = [{"type": "DIR", "examples": ["a", "b"], "direction": direction, "label": label}]
    assert rate(tmp_path, *cases, a=[0.5, 0.2, 0.3], b=[0.2, 0.2, 0.6])["t"]["failure_rate"] == fails


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: is not JSON"),
        ("[]", "line 2: a case needs test, type and examples"),
        ('{"test": "t", "type": "XYZ", "examples": ["a"]}', "line 2: 'XYZ' is no type of test"),
        ('{"test": "t", "type": "MFT", "examples": []}', "line 2: examples are not a list of texts"),
        ('{"test": "t", "type": "INV", "examples": ["a"]}', "line 2: INV compares"),
        (
            '{"test": "t", "type": "MFT", "examples": ["a"], "label": 3}',
            "line 2: its label is none of negative",
        ),
        ('{"test": "t", "type": "MFT", "examples": ["a"], "label": "negativ"}', "Did you mean 'negative'"),
        (
            '{"test": "t", "type": "DIR", "examples": ["a", "b"], "direction": "left"}',
            "line 2: a direction is up or down",
        ),
    ],
)
def test_a_line_that_is_no_case_is_told_by_its_number(tmp_path, line, message):
    file = suite(tmp_path, {"type": "MFT", "examples": ["a"], "label": 0})
    file.write_text(file.read_text().strip() + "\n" + line, encoding="utf-8")
    with pytest.raises(WorkbenchError, match=message):
        read_suite(file)


def test_a_packed_suite_is_unpacked(tmp_path):
    plain = suite(tmp_path, {"type": "MFT", "examples": ["a"], "label": 0})
    packed = tmp_path / "suite.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_suite(packed) == read_suite(plain)
    packed.write_bytes(packed.read_bytes()[:-9])
    with pytest.raises(WorkbenchError, match="damaged gzip"):
        read_suite(packed)


def test_texts_that_are_compared_are_read_by_one_model_of_a_cross_fitted_one(tmp_path):
    """Its models differ: else what varies with the model would be told as what varies with the words."""

    class Fold:
        def __init__(self, said):
            self.said = said

        def probabilities(self, texts, clean):
            return np.tile(self.said, (len(texts), 1))

    folds = tuple(map(Fold, (NEGATIVE, POSITIVE, NEUTRAL, NEGATIVE, POSITIVE)))
    model = CrossFitted({"task": "sentiment", "labels": list(LABELS), "name": "made"}, folds)
    varied = [
        f"flight {i} to {city}" for i, city in enumerate(["Rome", "Oslo", "Bonn", "Riga", "Graz", "Lyon"])
    ]
    assert len({said.argmax() for said in model.classify(varied, [""] * 6)}) > 1
    cases = [{"type": "INV", "examples": varied}, {"type": "INV", "examples": varied[::-1]}]
    assert behave(model, suite(tmp_path, *cases))["tests"]["t"]["failure_rate"] == 0


def test_no_file_and_no_case(tmp_path):
    with pytest.raises(WorkbenchError, match="does not exist"):
        read_suite(tmp_path / "none.jsonl")
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(WorkbenchError, match="has no test"):
        read_suite(tmp_path / "empty.jsonl")


@pytest.mark.research
def test_of_the_published_half_every_test_is_judged(research_data):
    """Counted by itself: what the lexicon says of the texts with a label, against the labels."""
    file = research_data / "checklist" / "sentiment.jsonl"
    found = behave(LexiconModel(), file)["tests"]
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert {name: rate["n"] for name, rate in found.items()} == Counter(row["test"] for row in rows)
    assert all(rate["judged"] for rate in found.values())
    labelled = [row for row in rows if row["type"] == "MFT" and row["label"] is not None]
    texts = [row["examples"][0] for row in labelled]
    said = LexiconModel().classify(texts, texts).argmax(axis=1)
    for name in {row["test"] for row in labelled}:
        wrong = [
            place != row["label"] for place, row in zip(said, labelled, strict=True) if row["test"] == name
        ]
        assert found[name]["failure_rate"] == pytest.approx(np.mean(wrong), abs=1e-4)


def test_a_model_of_several_labels_is_refused(tmp_path):
    model = Said()
    model.card = {"is_multi_label": True}
    with pytest.raises(WorkbenchError, match="of one label a text"):
        behave(model, suite(tmp_path, {"type": "MFT", "examples": ["a"], "label": 0}))


def test_a_folder_is_no_suite(tmp_path):
    with pytest.raises(WorkbenchError, match="cannot be read: Is a directory"):
        read_suite(tmp_path, ("negative", "neutral", "positive"))


def test_numbers_that_are_labels_mean_themselves(tmp_path):
    file = tmp_path / "a.jsonl"
    case = {"test": "t", "type": "MFT", "examples": ["so\u2028so"], "label": 5}
    file.write_text("\ufeff" + json.dumps(case, ensure_ascii=False), encoding="utf-8")
    (case,) = read_suite(file, ["1", "2", "3", "4", "5"])
    assert case.allowed == {"5"}
    with pytest.raises(WorkbenchError, match="its label is none of 1, 2"):
        read_suite(file, ["1", "2"])


def test_a_direction_of_sentiment_does_not_apply_to_other_labels():
    case = Case("add positive phrases", "DIR", ("a", "a. I like it"), direction="up", of=POSITIVITY)
    assert fails(case, np.array([[0.9, 0.1], [0.1, 0.9]]), ("bug", "wish")) is None
