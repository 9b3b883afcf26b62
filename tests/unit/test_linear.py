"""The trained classifier: few labels, two classes, wrong labels, speed."""

import datetime as dt
import itertools
import json

import numpy as np
import pytest

from workbench.errors import WorkbenchError
from workbench.models import fitting
from workbench.models.classifier import LABELS, top_labels
from workbench.models.cross_fitting import train_cross_fitted
from workbench.models.features import learn_features
from workbench.models.fitting import Candidate, fit, fitting_of, joined
from workbench.models.linear import train_linear
from workbench.models.selection import best_of, folds_of

WORDS = {
    "negative": ["late", "lost", "rude", "broken", "cancelled", "worst"],
    "neutral": ["when", "where", "which", "gate", "timetable", "seat"],
    "positive": ["thanks", "great", "love", "friendly", "perfect", "best"],
}
WHEN = dt.datetime(2026, 11, 24, 10, 15, tzinfo=dt.UTC)


def made(count: int, seed: int = 0, labels=LABELS) -> tuple[list[str], list[str]]:
    """So many texts of each label, told by two words among six that say nothing."""
    random = np.random.default_rng(seed)
    filler = ["my", "flight", "to", "the", "city", "on", "monday", "with", "two", "bags", "was", "it"]
    drawn = [label for label in labels for _ in range(count)]
    texts = [" ".join([*random.choice(filler, 6), *random.choice(WORDS[label], 2)]) for label in drawn]
    return texts, drawn


@pytest.fixture(scope="module")
def model():
    return train_linear(*made(60), trained_at=WHEN, origin={"lake_version": 7})


def accuracy(model, texts, labels):
    return np.mean(
        [a == b for a, b in zip(top_labels(model.classify(texts, [""] * len(texts))), labels, strict=True)]
    )


def test_it_learns(model):
    assert accuracy(model, *made(50, seed=1)) > 0.95


def test_eight_labels_a_class_are_enough_to_begin():
    assert accuracy(train_linear(*made(8)), *made(50, seed=1)) > 0.6


def test_probabilities_sum_to_one_whatever_the_text(model):
    said = model.classify(["", "😡", "日本語", "a" * 100_000, "\x00\x1c\n", "<EMAIL>"], [""] * 6)
    np.testing.assert_allclose(said.sum(axis=1), 1)
    assert model.classify([], []).shape == (0, 3)


def test_the_same_seed_and_labels_make_the_same_model(model):
    again = train_linear(*made(60), trained_at=WHEN, origin={"lake_version": 7})
    texts, _ = made(20, seed=2)
    np.testing.assert_array_equal(again.classify(texts, texts), model.classify(texts, texts))
    assert again.card == model.card


def test_a_label_that_no_text_has_is_never_said_and_told():
    texts, labels = made(20, labels=("negative", "positive"))
    for learnt in (train_linear(texts, labels), train_cross_fitted(texts, labels)):
        assert (learnt.classify(["when, where and which gate"], [""])[:, 1] == 0).all()
        assert "Never says: neutral." in learnt.card["limits"]


def test_the_order_of_the_texts_does_not_change_its_fingerprint(model):
    texts, labels = made(60)
    turned = train_linear(texts[::-1], labels[::-1], trained_at=WHEN)
    assert turned.name == model.name


def test_the_card_tells_what_it_is(model):
    card = json.loads(json.dumps(model.card))
    assert card["name"] == model.name
    assert model.name.startswith("linear-20261124T101500-")
    assert card["trained_on"]["labels"] == dict.fromkeys(LABELS, 60)
    assert card["trained_on"]["lake_version"] == 7
    assert card["uses_brand"] is False
    scores = card["scores"]
    # All is right out of fold, which tells nothing of how far the next texts may be off.
    assert (scores["macro_f1"], scores["low"], scores["high"]) == (1, None, None)
    assert {"ece_before", "ece_after"} <= card["calibration"].keys()


def test_accuracy_is_told_by_language_where_there_are_enough():
    texts, labels = made(60)
    card = train_linear(texts, labels, languages=["en"] * 150 + ["de"] * 29 + [None]).card
    assert card["languages"]["en"]["accuracy"] > 0.8
    assert card["languages"]["de"] == {"n": 29, "accuracy": None}
    assert card["languages"]["unknown"]["n"] == 1


def test_a_label_that_was_never_seen_is_never_said():
    model = train_linear(*made(20, labels=("negative", "positive")))
    said = model.classify(["late and rude", "great, thanks"], ["", ""])
    assert said[:, 1].tolist() == [0, 0]
    assert top_labels(said) == ["negative", "positive"]


def test_brand_accounts_do_not_sway_it(model):
    one, other = model.classify(["@Acme was late", "@Bolt was late"], ["Acme", "Bolt"])
    np.testing.assert_array_equal(one, other)


def test_progress_is_told_up_to_the_end():
    told = []
    train_linear(*made(8), progress=lambda done, what: told.append((done, what)))
    shares = [done for done, _ in told]
    assert shares == sorted(shares)
    assert told[-1] == (1.0, "trained")


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        (["a", "b"], ["negative"], "2 texts came with 1 labels"),
        (["a"], ["negativ"], "'negativ' is no label. Did you mean 'negative'?"),
        ([f"text {i}" for i in range(9)], ["neutral"] * 9, "at least two labels that differ"),
        ([], [], "at least two labels that differ"),
        ([f"text {i}" for i in range(9)], ["neutral"] * 5 + ["positive"] * 4, "at least 5 different texts"),
        (
            ["same"] * 5 + [f"text {i}" for i in range(9)],
            ["neutral"] * 5 + ["positive"] * 9,
            "neutral 1, positive 9",
        ),
        ([str(i) for i in range(5)] * 2, ["neutral"] * 5 + ["positive"] * 5, "neutral 5, positive 0"),
    ],
)
def test_what_cannot_be_learnt_is_said(texts, labels, message):
    with pytest.raises(WorkbenchError) as error:
        train_linear(texts, labels)
    assert message in str(error.value)


def test_repeated_texts_stay_in_one_fold():
    keys = ["a", "b", "c", "d", "e", "a", "f", "g", "h", "i", "j", "a"]
    fold = folds_of(keys, np.array([0] * 6 + [1] * 6), seed=0)
    assert len({int(fold[i]) for i, key in enumerate(keys) if key == "a"}) == 1
    assert set(fold.tolist()) == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("labels", [LABELS, ("negative", "positive")])
@pytest.mark.parametrize(
    ("most_spanned", "within"), [(2_000, 0.03), (0, 0)], ids=["among texts", "among features"]
)
def test_one_setting_after_another_each_finds_what_it_would_alone(most_spanned, within, labels, monkeypatch):
    """Also of repeated texts, and whatever the sentence embeddings weigh; of many texts it is the very same."""
    monkeypatch.setattr(fitting, "MOST_SPANNED", most_spanned)
    texts, given = made(30, labels=labels)
    texts, given = [*texts, *texts[:20]], [*given, *given[:20]]
    classes = np.array([LABELS.index(label) for label in given])
    features = learn_features(texts)(texts)
    vectors = np.random.default_rng(5).normal(size=(len(texts), 8)).astype(np.float32) / 3
    fitted = fitting_of(features, vectors, classes, 3)
    for candidate in itertools.starmap(
        Candidate, itertools.product((0.0, 1.0, 2.0), (0.0, 1.0), (1.0, 10.0))
    ):
        plain = fit(joined(features, vectors, candidate.vector_weight), classes, candidate, 3)
        np.testing.assert_allclose(fitted(candidate).slopes, plain.slopes, rtol=0, atol=within)
        np.testing.assert_allclose(fitted(candidate).intercepts, plain.intercepts, rtol=0, atol=within)


def test_near_equals_are_decided_by_calibration():
    """Both are right nine times in ten; the second is as sure as that, the first far surer."""
    classes = np.array([0] * 10 + [2] * 10)
    right = np.where(np.arange(20) % 10 < 9, classes, 2 - classes)
    sure = np.eye(3)[right] * 8
    wavering = sure * np.where(right == classes, 1.0, 0.1)[:, None]
    assert best_of(np.array([sure, wavering]), classes) == 1


class WordsAsVectors:
    """Stands in for sentence embeddings: the label's words, counted."""

    name = "fake"

    def __call__(self, texts):
        return np.array(
            [[sum(w in t.split() for w in words) for words in WORDS.values()] for t in texts], np.float32
        )


def test_embeddings_are_taken_where_they_help():
    """Five texts of a label do not show all its words; the vectors know them."""
    texts, labels = made(5)
    joined = train_linear(texts, labels, embed=WordsAsVectors())
    assert joined.card["settings"]["embeddings"] == "fake"
    assert joined.card["settings"]["tried"] == 27
    assert accuracy(joined, *made(50, seed=1)) > accuracy(train_linear(texts, labels), *made(50, seed=1))


def test_a_few_texts_told_rightly_give_no_certainty():
    said = train_linear(*made(8)).classify(["late rude late rude worst"], [""])
    assert said.max() < 0.999
