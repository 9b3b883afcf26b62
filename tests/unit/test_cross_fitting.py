"""Cross-fitting: nothing that people said of a text finds its way into what is predicted of it."""

import json

import numpy as np
import pytest
from unit.test_linear import WHEN, accuracy, made

from workbench.errors import WorkbenchError
from workbench.models.classifier import LABELS
from workbench.models.cross_fitting import CrossFitted, train_cross_fitted
from workbench.models.evaluation import evaluate
from workbench.models.features import prepared
from workbench.models.linear import train_linear
from workbench.models.text_hashes import fold_of

TEXTS, GIVEN = made(14, seed=3)
FOLD = fold_of([prepared(text) for text in TEXTS], 5)
NOBODY = [""] * len(TEXTS)


def trained(labels=GIVEN, train=train_cross_fitted):
    return train(TEXTS, labels, trained_at=WHEN)


@pytest.fixture(scope="module")
def model():
    return trained()


@pytest.fixture(scope="module")
def plain():
    return trained(train=train_linear)


def is_in(number):
    """Which texts are in that fold."""
    return np.equal(FOLD, number)


def relabelled(rows, seed: int) -> list[str]:
    """Another label, drawn by chance, for each of these texts."""
    random = np.random.default_rng(seed)
    return [
        str(random.choice([one for one in LABELS if one != label])) if row in rows else label
        for row, label in enumerate(GIVEN)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_a_label_never_reaches_the_prediction_of_its_own_text(model, seed):
    row = int(np.random.default_rng(seed).integers(len(TEXTS)))
    before, after = (one.classify(TEXTS, NOBODY) for one in (model, trained(relabelled({row}, seed))))
    own = is_in(FOLD[row])
    np.testing.assert_array_equal(after[own], before[own])
    assert (after[~own] != before[~own]).any(), "others have learned from it"


@pytest.mark.parametrize("number", [0, 4])
def test_the_labels_of_a_whole_fold_do_not_reach_it(model, number):
    rows = set(np.flatnonzero(is_in(number)).tolist())
    after = trained(relabelled(rows, seed=number))
    np.testing.assert_array_equal(
        after.classify(TEXTS, NOBODY)[sorted(rows)], model.classify(TEXTS, NOBODY)[sorted(rows)]
    )


def test_the_same_test_finds_a_model_that_learns_from_what_it_is_asked(plain):
    own = [0]
    after = trained(relabelled({0}, seed=0), train=train_linear)
    assert (after.classify(TEXTS, NOBODY)[own] != plain.classify(TEXTS, NOBODY)[own]).any()


def test_a_fold_is_read_by_the_model_of_the_other_folds(model):
    """Leaving the texts of a fold out altogether changes nothing of what is said of them."""
    seen = np.flatnonzero(~is_in(2))
    without = train_cross_fitted([TEXTS[i] for i in seen], [GIVEN[i] for i in seen], trained_at=WHEN)
    asked = [TEXTS[i] for i in np.flatnonzero(is_in(2))]
    np.testing.assert_array_equal(without.classify(asked, asked), model.classify(asked, asked))


def test_texts_that_read_alike_share_a_fold():
    alike = ["@Acme LATE again https://t.co/x", "@Bolt late again https://t.co/y", "@user   Late AGAIN <URL>"]
    assert len(set(fold_of([prepared(text) for text in alike], 5).tolist())) == 1


def test_folds_never_change():
    """A saved model relies on it."""
    assert fold_of(["late again", "thank you", "early", "crew"], 5).tolist() == [3, 2, 3, 0]


def test_folds_are_about_equal():
    sizes = np.bincount(fold_of([f"text {i}" for i in range(5_000)], 5))
    assert sizes.min() > 900
    assert sizes.max() < 1_100


def test_it_learns(model):
    assert accuracy(model, *made(50, seed=1)) > 0.7


def test_it_says_the_same_of_a_text_wherever_it_stands(model):
    turned = model.classify(TEXTS[::-1], NOBODY)[::-1]
    np.testing.assert_allclose(turned, model.classify(TEXTS, NOBODY), rtol=1e-12)
    np.testing.assert_allclose(model.classify(TEXTS[:1], [""]), turned[:1], rtol=1e-12)


def test_probabilities_sum_to_one_whatever_the_text(model):
    said = model.classify(["", "😡", "日本語", "\ud800", "\x00\x1c\n", "<EMAIL>"], [""] * 6)
    np.testing.assert_allclose(said.sum(axis=1), 1)
    assert model.classify([], []).shape == (0, 3)


def test_everything_is_held_out_of_it(model):
    assert model.held_out([*TEXTS, "never seen"]) == [True] * (len(TEXTS) + 1)


def test_the_card_says_so_and_scores_what_was_held_out(model):
    card = json.loads(json.dumps(model.card))
    assert card["name"] == model.name
    assert model.name.startswith("cross-fitted-20261124T101500-")
    assert card["what"].startswith("cross-fitted, 5 folds:")
    assert card["settings"]["folds"] == len(card["settings"]["by_fold"]) == 5
    assert card["scores"]["macro_f1"] == round(evaluate(model, TEXTS, GIVEN)["macro_f1"], 4)
    assert card["scores"]["low"] < card["scores"]["macro_f1"] < card["scores"]["high"]
    assert card["trained_on"]["labels"] == dict.fromkeys(LABELS, 14)


def test_progress_is_told_up_to_the_end():
    told = []
    train_cross_fitted(*made(8), progress=lambda done, what: told.append((done, what)))
    shares = [done for done, _ in told]
    assert shares == sorted(shares)
    assert told[-1] == (1.0, "trained")
    assert "fold 5 of 5" in {what for _, what in told}


def test_a_label_that_lies_in_one_fold_is_an_error():
    """Five positive texts, four of them in one fold: the model of that fold would know one."""
    clean = [f"nice {i}" for i in range(200)]
    fold = fold_of(clean, 5)
    positive = [clean[i] for i in [*np.flatnonzero(fold == 1)[:4], *np.flatnonzero(fold == 3)[:1]]]
    texts, labels = made(10, labels=("negative", "neutral"))
    with pytest.raises(
        WorkbenchError, match=r"outside fold 2, positive has 1\. Label more posts; or .*--plain"
    ):
        train_cross_fitted([*texts, *positive], [*labels, *["positive"] * 5])


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        (["a", "b"], ["negative"], "2 texts came with 1 labels"),
        (["a"], ["negativ"], "Did you mean 'negative'?"),
        ([f"text {i}" for i in range(9)], ["neutral"] * 5 + ["positive"] * 4, "at least 5 different texts"),
    ],
)
def test_what_cannot_be_learnt_is_said(texts, labels, message):
    with pytest.raises(WorkbenchError) as error:
        train_cross_fitted(texts, labels)
    assert message in str(error.value)


class FirstLetter:
    """Stands in for sentence embeddings; counts what it was asked."""

    name = "fake"

    def __init__(self):
        self.asked = 0

    def __call__(self, texts):
        self.asked += len(texts)
        return np.array([[text.count("a"), len(text)] for text in texts], np.float32) / 100


def test_embeddings_are_made_once_for_all_folds():
    embed = FirstLetter()
    model = train_cross_fitted(TEXTS, GIVEN, embed=embed)
    assert embed.asked == len(TEXTS)
    assert isinstance(model, CrossFitted)
    assert model.card["settings"]["tried"] == 27
