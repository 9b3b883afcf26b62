"""What a student sees of posts, and that reading adds up to what was learnt."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.models import student_reading
from workbench.models.student_features import learn_vocabulary, sequences
from workbench.models.student_reading import Numbers, StudentReader, StudentWeights, features_of

CLEAN = [
    "late again",
    "the flight is late again",
    "thank you :slightly_smiling_face:",
    "what a late, late flight!",
]
VOCABULARY = learn_vocabulary(CLEAN, most=1_000)
GRAMS = (VOCABULARY.words, VOCABULARY.pairs, VOCABULARY.characters)


def reader(columns=3, seed=0):
    """A reader of random weights, and the same weights as one matrix beside `features_of`."""
    random = np.random.default_rng(seed)
    slopes = [random.normal(size=(len(grams.names), columns)) for grams in GRAMS]
    intercepts = random.normal(size=columns)
    with_idf = [
        (one * grams.idf[:, None]).astype(np.float32) for one, grams in zip(slopes, GRAMS, strict=True)
    ]
    return (
        StudentReader(VOCABULARY, StudentWeights(*with_idf, intercepts, np.empty((0, columns)))),
        np.vstack(slopes),
        intercepts,
    )


def test_pairs_are_of_one_text_and_of_known_words():
    numbers = Numbers()
    read, ends = numbers.of_texts(["late again", "again late", "", "late dragon again"])
    pieces = VOCABULARY.pieces(read, ends, VOCABULARY.known_words(list(numbers)))
    found = [[VOCABULARY.pairs.names[i] for i in row.indices] for row in pieces.pairs]
    assert found == [["late again"], [], [], []]
    assert pieces.words.sum(axis=1).ravel().tolist() == [[2, 2, 0, 3]]


def test_every_part_of_a_text_has_length_one_however_long_it_is():
    words = len(VOCABULARY.words.names) + len(VOCABULARY.pairs.names)
    features = features_of(VOCABULARY, [*CLEAN[:2], "nothing"]).tocsc()
    lengths = features[:, :words].power(2).sum(axis=1), features[:, words:].power(2).sum(axis=1)
    assert np.ravel(lengths[0]).tolist() == pytest.approx([1, 1, 0])
    assert np.ravel(lengths[1])[0] == pytest.approx(1, abs=0.5)  # a sequence in two words counts in both


@given(
    st.lists(
        st.lists(st.sampled_from([*" ".join(CLEAN).split(), "dragon", "l8", "!?"]), max_size=9), max_size=5
    )
)
def test_reading_is_what_was_learnt_from(texts):
    clean = [" ".join(words) for words in texts]
    quick, slopes, intercepts = reader()
    expected = features_of(VOCABULARY, clean) @ slopes + intercepts
    assert quick.logits(clean) == pytest.approx(expected, abs=1e-4)


def test_what_was_read_before_changes_nothing(monkeypatch):
    quick, _, _ = reader()
    alone = [quick.logits([text])[0] for text in CLEAN]
    assert quick.logits(CLEAN[::-1])[::-1] == pytest.approx(np.array(alone), abs=1e-5)
    monkeypatch.setattr(student_reading, "_REMEMBERED", 2)
    assert quick.logits(CLEAN) == pytest.approx(np.array(alone), abs=1e-5)
    assert quick.logits(CLEAN[:1]) == pytest.approx(np.array(alone[:1]), abs=1e-5)


def test_a_word_of_a_thousand_letters_is_read_by_its_beginning():
    assert sequences("a" * 1_000) == sequences("a" * 40)


def test_the_most_frequent_are_kept_and_pairs_of_lost_words_are_not():
    few = learn_vocabulary(["late late again", "late again", "late dragon"], most=8)
    assert few.words.names == ("again", "late")
    assert few.pairs.names == ("late again", "late late")
    assert len(few.characters.names) == 4


def test_texts_without_a_word_are_nothing_to_learn_from():
    with pytest.raises(WorkbenchError, match="all 2 texts are empty"):
        learn_vocabulary(["", " "], most=100)
