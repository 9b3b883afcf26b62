"""Texts known again by a number."""

import pytest
from unit.test_linear import made

from workbench.models import text_hashes as module
from workbench.models.features import prepared
from workbench.models.lexicon import LexiconModel
from workbench.models.linear import LinearModel, train_linear
from workbench.models.text_hashes import text_hashes, way_of_reading


def test_a_hash_is_the_same_everywhere():
    """Of 64 bits, little-endian BLAKE2b; saved models rely on it."""
    assert text_hashes(["late again"]).tolist() == [9830598961068460893]
    assert text_hashes([]).tolist() == []


@pytest.mark.parametrize(
    "change", [str.upper, lambda text: text.replace("@user", "@acme"), lambda text: text + " "]
)
def test_another_way_of_preparing_is_noticed(monkeypatch, change):
    before = way_of_reading()
    assert way_of_reading() == before
    monkeypatch.setattr(module, "prepared", lambda text: change(prepared(text)))
    is_only_case = change is str.upper  # hashes do not look at case
    assert (way_of_reading() == before) == is_only_case


def test_a_plain_model_knows_what_it_learned_from():
    texts, labels = made(8)
    model = train_linear(texts, labels)
    again = ["@Bolt {}", "RT @Bolt: {}", "MT @Bolt {} https://t.co/x", "{}!!", "“{}” …", "{}  @Bolt"]
    assert model.held_out(texts) == [False] * len(texts)
    assert model.held_out([form.format(texts[0].upper()) for form in again]) == [False] * len(again)
    assert model.held_out(["a text never seen", f"{texts[0]} 😡", f"not {texts[0]}"]) == [True] * 3


@pytest.mark.parametrize(
    ("one", "other"), [("!!", "??"), ("😡", "😊"), (":(", ":)"), ("RT if you agree", "if you agree")]
)
def test_what_says_something_else_is_another_text(one, other):
    """Signs alone are all that some posts say."""
    assert len(set(text_hashes([prepared(one), prepared(other)]).tolist())) == 2


def test_of_a_model_saved_before_hashes_were_kept_nothing_is_held_out():
    model = train_linear(*made(8))
    assert LinearModel(model.card, model.learnt, None).held_out(["a text never seen"]) == [False]


def test_the_lexicon_learned_from_nothing():
    assert LexiconModel().held_out(["great", "great"]) == [True, True]
