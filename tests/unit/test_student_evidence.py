"""What the names of labels tell a student is what they tell its teacher, worked out word by word."""

from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.models.label_meaning import LabelMeaning
from workbench.models.label_words import WRITTEN, LabelWords
from workbench.models.registry import load, save
from workbench.models.student_evidence import StudentNames, near_words
from workbench.models.student_reading import words_told
from workbench.models.student_training import train_student

LABELS = ("Late delivery", "refund", "other")
WORDS = ["deliveries", "late", "refunded", "parcel", "prime_day", "!?", "ok", "mac"]
# Of two dimensions: what goes by road, and what goes by bank.
MEANING = {"deliver": (1, 0), "parcel": (0.8, 0.6), "refund": (0, 1), "late": (0.6, 0.8), "day": (0.6, -0.8)}


def embed(texts):
    """Made sentence embeddings: of the first word that is known."""
    found = (next((v for w, v in MEANING.items() if w in text), (0.0, -1.0)) for text in texts)
    return np.array(list(found), dtype=np.float32)


def names_of(words):
    return StudentNames(LABELS, *near_words(LABELS, words, embed), np.array([[0.0], [1.0]]))


@settings(deadline=None)  # the first one makes the words known
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=5), min_size=1, max_size=5))
def test_it_is_what_the_teacher_is_told(texts):
    clean = [" ".join(words) for words in texts]
    names = names_of([part for word in WORDS for part in word.split("_")])
    evidence = names.of_texts(*words_told(names, clean))
    np.testing.assert_allclose(evidence[:, :, :WRITTEN], LabelWords(LABELS)(clean), atol=1e-6)
    nearest = LabelMeaning(LABELS, embed)(clean, embed(clean))[:, :, 2]
    np.testing.assert_allclose(evidence[:, :, WRITTEN], nearest, atol=1e-6)


def test_without_sentence_embeddings_the_words_of_the_names_are_left():
    words, nearness = near_words(LABELS, ["parcel"], None)
    assert (words, nearness.shape) == ((), (0, 3))
    names = StudentNames(LABELS, words, nearness, np.array([[0.0], [1.0]]))
    evidence = names.of_texts(*words_told(names, ["a parcel", "my refund"]))
    assert evidence[1, 1, 0] == 1
    assert not evidence[0].any()


class Named:
    """A teacher of several labels that goes by the words of their names and what means the like."""

    name, labels = "named", ("delivery", "refund")
    card: ClassVar = {
        "task": "care",
        "labels": ["delivery", "refund"],
        "is_multi_label": True,
        "thresholds": {"delivery": 0.5, "refund": 0.5},
    }

    def classify(self, texts, brands):
        wanted = (("deliver", "parcel"), ("refund",))
        return np.array([[0.9 if any(w in t for w in of) else 0.05 for of in wanted] for t in texts])

    def held_out(self, texts):
        return [True] * len(texts)


def test_a_word_that_was_never_heard_of_is_known_by_the_name(tmp_path):
    random = np.random.default_rng(0)
    others = ["the", "my", "is", "again", "why", "so", "today", "late"]
    heard = [
        " ".join(random.permutation([*random.choice(others, 4), *([word] if i % 3 else [])]))
        for i, word in enumerate(random.choice(["delivery", "parcel", "refund"], 300))
    ]
    student = load(save(train_student(Named(), heard, [""] * 300, embed=embed), tmp_path))
    said = student.classify(["why is my refunding so", "today again"], [""] * 2)
    starts = np.array(list(student.card["thresholds"].values()))
    assert (said >= starts).tolist() == [[False, True], [False, False]]
    assert "words of the labels' names" in student.card["what"]


def test_evidence_that_does_not_fit_is_no_model(tmp_path):
    texts = [f"my {word} {i}" for i, word in enumerate(["parcel", "refund", "hello"] * 20)]
    place = save(train_student(Named(), texts, [""] * 60, embed=embed), tmp_path)
    with np.load(place / "student.npz") as kept:
        arrays = dict(kept)
    np.savez(place / "student.npz", **arrays | {"nearness": arrays["nearness"][:-1]})
    with pytest.raises(WorkbenchError):
        load(place)
