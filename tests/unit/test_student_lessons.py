"""What the teacher of a student is asked."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from workbench.errors import WorkbenchError
from workbench.models import student_lessons
from workbench.models.student_lessons import drawn, hear, variations
from workbench.models.text_hashes import fold_of

POSTS = [f"post{i} says that word{i} was thing{i} today" for i in range(40)]


class Counting:
    """Sentence embeddings that remember what they were asked."""

    name = "counting"

    def __init__(self):
        self.asked = []

    def __call__(self, texts):
        self.asked += texts
        return np.array([[len(text)] for text in texts], dtype=np.float32).reshape(-1, 1)


@dataclass
class OfAFold:
    """A model that says more with every fold and every letter."""

    number: int
    embed: Counting

    def probabilities(self, texts, clean):
        yes = (self.embed(texts)[:, 0] % 10 + self.number) / 20
        return np.stack([yes, 1 - yes], axis=1)


def test_a_variation_is_made_of_posts_of_its_own_fold():
    fold = fold_of(POSTS, 5)
    made, source = variations(POSTS, fold, 1_000, seed=0)
    assert len(made) == len(set(made)) > 2 * len(POSTS)
    home = {
        word: fold[place] for place, post in enumerate(POSTS) for word in post.split() if word[-1].isdigit()
    }
    for text, place in zip(made, source, strict=True):
        assert {home[word] for word in text.split() if word in home} <= {fold[place]}
    assert not set(made) & set(POSTS)


def test_variations_are_repeatable_and_no_more_than_wanted():
    fold = np.zeros(len(POSTS), dtype=np.int64)
    made, source = variations(POSTS, fold, 30, seed=3)
    assert 30 <= len(made) <= 32
    assert variations(POSTS, fold, 30, seed=3)[0] == made
    assert variations(POSTS, fold, 30, seed=4)[0] != made
    assert len(source) == len(made)


def test_posts_that_read_alike_are_heard_once(monkeypatch):
    texts = [*POSTS, POSTS[0].upper(), "", "  "]
    posts, brands = drawn(texts, [f"brand{i}" for i in range(len(texts))], seed=0)
    assert posts == POSTS
    assert brands[3] == "brand3"
    monkeypatch.setattr(student_lessons, "MOST_POSTS", 15)
    few, _ = drawn(texts, [""] * len(texts), seed=0)
    assert len(few) == 15
    assert few == drawn(texts, [""] * len(texts), seed=0)[0]


def test_too_few_posts_and_brands_that_do_not_fit():
    with pytest.raises(
        WorkbenchError, match="10 different ones at least, better thousands, and 2 were given"
    ):
        drawn(["late again", "LATE again", "early"], [""] * 3, seed=0)
    with pytest.raises(WorkbenchError, match="2 texts came with 1 brands"):
        drawn(["late", "early"], ["Acme"], seed=0)


def test_each_student_hears_the_model_of_its_fold_and_each_text_is_embedded_once():
    embed = Counting()
    teacher = SimpleNamespace(folds=tuple(OfAFold(number, embed) for number in range(5)))
    lesson = hear(teacher, POSTS, [""] * len(POSTS), 5, 0, lambda done: None)
    assert len(embed.asked) == len(set(embed.asked)) == len(lesson.clean)
    letters = np.array([len(text) for text in POSTS])
    for number, said in enumerate(lesson.taught):
        assert said.shape == (len(lesson.clean), 2)
        assert said[: len(POSTS), 0] == pytest.approx((letters % 10 + number) / 20)
    assert lesson.fold[: len(POSTS)].tolist() == fold_of(POSTS, 5).tolist()
    assert set(lesson.weight[: len(POSTS)]) == {1.0}
    assert set(lesson.weight[len(POSTS) :]) == {0.5}


def test_one_model_teaches_the_students_of_all_folds_and_is_told_the_brand():
    asked = []

    def classify(texts, brands):
        asked.extend(zip(texts, brands, strict=True))
        return np.tile([0.25, 0.75], (len(texts), 1))

    teacher = SimpleNamespace(classify=classify)
    lesson = hear(teacher, POSTS, [f"brand{i}" for i in range(len(POSTS))], 3, 0, lambda done: None)
    assert len(lesson.taught) == 3
    assert len(asked) == len(lesson.clean)
    assert asked[7] == (POSTS[7], "brand7")
    spans = [(text, brand) for text, brand in asked[len(POSTS) :] if text in POSTS[int(brand[5:])]]
    assert spans
