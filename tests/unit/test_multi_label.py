"""Several labels a text: what is learnt, what a name alone tells, what is held out, and what is kept on disk."""

import datetime as dt
import hashlib
import json

import numpy as np
import pytest
import skops.io

from workbench.errors import WorkbenchError
from workbench.models.features import prepared
from workbench.models.label_sets import matrix_of_sets, sets_of_matrix
from workbench.models.multi_label import MultiLabel, read, train_multi_label
from workbench.models.registry import load, save
from workbench.models.set_scoring import macro_f1_of_sets
from workbench.models.text_hashes import fold_of

CLASSES = ("late delivery", "rude staff", "refund", "praise", "battery")
WORDS = {
    "late delivery": ["late", "waiting", "delayed", "slow"],
    "rude staff": ["rude", "shouted", "unfriendly", "ignored"],
    "refund": ["refund", "money", "charged", "repaid"],
    "praise": ["great", "thanks", "love", "perfect"],
}
WHEN = dt.datetime(2026, 11, 24, 10, 15, tzinfo=dt.UTC)


def made(count: int, seed: int = 0) -> tuple[list[str], list[frozenset[str]]]:
    """Texts of six words that say nothing and one of each label that holds, none of a battery."""
    random = np.random.default_rng(seed)
    filler = ["my", "order", "to", "the", "city", "on", "monday", "with", "two", "bags", "was", "it"]
    texts, label_sets = [], []
    for _ in range(count):
        holds = [label for label in WORDS if random.random() < 0.3]
        words = [*random.choice(filler, 6), *(str(random.choice(WORDS[label])) for label in holds)]
        texts.append(" ".join(random.permutation(words)))
        label_sets.append(frozenset(holds))
    return texts, label_sets


TEXTS, GIVEN = made(80)
NOBODY = [""] * len(TEXTS)


def trained(label_sets=GIVEN, **options):
    return train_multi_label(TEXTS, label_sets, classes=CLASSES, task="intents", trained_at=WHEN, **options)


@pytest.fixture(scope="module")
def model():
    return trained()


@pytest.fixture(scope="module")
def cross_fitted():
    return trained(folds=3)


def said(model, texts):
    thresholds = np.array(list(model.card["thresholds"].values()))
    return model.classify(texts, [""] * len(texts)) >= thresholds


def test_it_learns(model):
    texts, label_sets = made(100, seed=1)
    assert macro_f1_of_sets(matrix_of_sets(label_sets, CLASSES), said(model, texts)) > 0.9


def test_labels_hold_each_for_itself(model):
    both, neither = model.classify(["late and rude, it was", "my order to the city"], ["", ""])
    assert both[:2].min() > 0.5
    assert neither.max() < 0.5
    assert model.classify([], []).shape == (0, len(CLASSES))


def test_a_label_that_was_never_given_is_read_by_its_name(model):
    place = CLASSES.index("battery")
    asked = model.classify(["my battery was on the city", "my order was on the city"], ["", ""])[:, place]
    assert asked[0] > 5 * asked[1]
    assert asked[1] < 0.05
    assert model.card["thresholds"]["battery"] >= 0.25
    assert model.card["limits"][-1] == "No labelled text had battery: read by the name alone, and unproven."


def test_two_posts_are_enough_for_a_label_whose_name_is_written():
    """Other labels show that a name which is written tells; no other word of the two posts comes again."""
    names = ["packaging", "printer", "invoice", "screen", "warranty"]
    random = np.random.default_rng(0)
    filler = ["my", "order", "came", "to", "the", "city", "on", "monday", "with", "two", "bags", "it"]
    counts = dict(zip(names, [15, 15, 15, 15, 2], strict=True))
    texts = [" ".join([*random.choice(filler, 6), name]) for name in names for _ in range(counts[name])]
    texts += [" ".join(random.choice(filler, 6)) for _ in range(30)]
    given = [{name} for name in names for _ in range(counts[name])] + [set()] * 30
    learnt = train_multi_label(texts, given, classes=names, task="topics")
    asked = learnt.classify(["does warranty cover it", "does anybody cover it"], ["", ""])[:, 4]
    threshold = learnt.card["thresholds"]["warranty"]
    assert asked[0] > threshold > asked[1]


def test_what_nobody_judged_teaches_nothing(model):
    """One label in half of the texts unknown: whatever stands there, the model is the same."""
    judged = np.ones((len(TEXTS), len(CLASSES)), dtype=bool)
    judged[::2, 0] = False
    holds = matrix_of_sets(GIVEN, CLASSES)
    turned = np.where(judged, holds, ~holds)
    one, other = (trained(sets_of_matrix(m, CLASSES), judged=judged) for m in (holds, turned))
    np.testing.assert_array_equal(one.classify(TEXTS, NOBODY), other.classify(TEXTS, NOBODY))
    assert (one.classify(TEXTS, NOBODY) != model.classify(TEXTS, NOBODY)).any()


def test_the_same_seed_and_labels_make_the_same_model(model):
    again = trained()
    np.testing.assert_array_equal(again.classify(TEXTS, NOBODY), model.classify(TEXTS, NOBODY))
    assert again.card == model.card


def test_it_knows_what_it_learned_from(model):
    assert model.held_out([TEXTS[0].upper(), "never seen"]) == [False, True]


@pytest.mark.parametrize("number", [0, 2])
def test_the_labels_of_a_fold_do_not_reach_what_is_said_of_it(cross_fitted, number):
    fold = fold_of([prepared(text) for text in TEXTS], 3)
    turned = [
        frozenset(CLASSES[:4]) - one if f == number else one for one, f in zip(GIVEN, fold, strict=True)
    ]
    before, after = (one.classify(TEXTS, NOBODY) for one in (cross_fitted, trained(turned, folds=3)))
    np.testing.assert_array_equal(after[fold == number], before[fold == number])
    assert (after[fold != number] != before[fold != number]).any()


def test_out_of_fold_is_what_a_cross_fitted_model_says(cross_fitted):
    np.testing.assert_allclose(cross_fitted.out_of_fold, cross_fitted.classify(TEXTS, NOBODY), atol=1e-9)
    assert cross_fitted.held_out(TEXTS) == [True] * len(TEXTS)
    assert cross_fitted.card["what"].startswith("cross-fitted, 3 folds:")


def test_out_of_fold_of_a_plain_model_is_no_memory():
    """Labels by chance: what it has learned it may repeat, of what it has not seen it knows nothing."""
    random = np.random.default_rng(5)
    texts = [" ".join(random.choice([f"word{i}" for i in range(300)], 8)) for _ in range(120)]
    given = [frozenset(["refund"]) if random.random() < 0.5 else frozenset() for _ in texts]
    learnt = train_multi_label(texts, given, classes=("refund", "praise"), task="topics")
    holds = matrix_of_sets(given, ("refund", "praise"))[:, 0]
    right = np.mean((learnt.out_of_fold[:, 0] > np.median(learnt.out_of_fold[:, 0])) == holds)
    assert abs(right - 0.5) < 0.13


def test_the_card_tells_what_it_is(model):
    card = json.loads(json.dumps(model.card))
    assert (card["kind"], card["task"], card["is_multi_label"]) == ("multi-label", "intents", True)
    assert card["labels"] == list(CLASSES)
    assert card["name"].startswith("multi-label-20261124T101500-")
    assert card["trained_on"]["labels"]["refund"] == sum("refund" in one for one in GIVEN)
    assert set(card["thresholds"]) == set(CLASSES)
    assert card["scores"]["low"] < card["scores"]["macro_f1"] <= card["scores"]["high"]
    shares, mean = card["calibration"]["labelled_share"], card["calibration"]["mean_probability"]
    assert mean["refund"] == pytest.approx(shares["refund"], abs=0.05)


class Fake:
    """Stands in for sentence embeddings: knows which words are about which label."""

    name = "fake"

    def __call__(self, texts):
        groups = [[*label.split(), *words] for label, words in WORDS.items()]
        rows = [[len(set(group) & set(text.split())) for group in groups] for text in texts]
        matrix = np.array(rows, np.float32).reshape(len(texts), len(groups)) + 0.05
        return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def test_the_meaning_of_names_is_used_where_it_helps():
    """A few texts do not show all words of a label; the vectors know them."""
    texts, label_sets = made(24, seed=2)
    learnt = train_multi_label(texts, label_sets, classes=CLASSES, task="intents", embed=Fake())
    assert learnt.card["settings"]["by_fold"][0]["is_meant"]
    assert learnt.card["settings"]["embeddings"] == "fake"
    plain = train_multi_label(texts, label_sets, classes=CLASSES, task="intents")
    asked, given = made(100, seed=3)
    holds = matrix_of_sets(given, CLASSES)
    with_meaning, without = (macro_f1_of_sets(holds, said(one, asked)) for one in (learnt, plain))
    assert with_meaning > without + 0.05


@pytest.mark.parametrize("which", ["model", "cross_fitted"])
def test_what_is_saved_is_loaded(request, tmp_path, which):
    one = request.getfixturevalue(which)
    loaded = load(save(one, tmp_path))
    asked = [*made(20, seed=1)[0], *TEXTS]
    assert isinstance(loaded, MultiLabel)
    np.testing.assert_array_equal(loaded.classify(asked, asked), one.classify(asked, asked))
    assert loaded.held_out(asked) == one.held_out(asked)
    assert loaded.labels == CLASSES


@pytest.mark.parametrize(
    "change",
    [
        {"slopes": np.zeros((3, 5))},
        {"evidence": np.zeros((3, 5))},
        {"scaling_shifts": np.zeros(4)},
        {"intercepts": np.zeros(5, dtype=np.float32)},
        {"mean": np.zeros((5, 3))},
        {"more": 1},
    ],
)
def test_what_is_no_model_is_refused(model, tmp_path, change):
    model.write(tmp_path)
    state = skops.io.load(tmp_path / "model.skops", trusted=[])
    state["label_folds"][0] |= change
    skops.io.dump(state, tmp_path / "model.skops")
    with pytest.raises(WorkbenchError, match="is not a model of this version"):
        read(tmp_path, model.card)


def test_no_text_is_kept(model, tmp_path):
    place = save(model, tmp_path)
    state = str(skops.io.load(place / "model.skops", trusted=[])) + (place / "card.json").read_text()
    assert not [text for text in TEXTS if text in state]
    assert hashlib.sha256((place / "model.skops").read_bytes()).hexdigest() in state


@pytest.mark.parametrize(
    ("texts", "label_sets", "message"),
    [
        (TEXTS[:9], GIVEN[:9], "at least 10 different labelled texts and found 9"),
        (["same"] * 20, [{"refund"}] * 20, "at least 10 different labelled texts and found 1"),
        (TEXTS[:12], GIVEN[:11], "12 texts came with 11 sets of labels"),
        (TEXTS, [{"refunds"}] * 80, "'refunds' is no label. Did you mean 'refund'?"),
        (TEXTS, ["refund"] * 80, "a single word was given for one"),
        (TEXTS, [set()] * 80, r"Found (holds/does not): late delivery 0/"),
        (TEXTS, [{"refund"}] * 80, "does not hold of as many"),
    ],
)
def test_what_cannot_be_learnt_is_said(texts, label_sets, message):
    with pytest.raises(WorkbenchError) as error:
        train_multi_label(texts, label_sets, classes=CLASSES, task="intents")
    assert message in str(error.value)


def test_progress_is_told_up_to_the_end():
    told = []
    trained(folds=2, progress=lambda done, what: told.append((done, what)))
    shares = [done for done, _ in told]
    assert shares == sorted(shares)
    assert told[-1] == (1.0, "trained")
