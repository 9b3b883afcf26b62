"""What labels are learnt from: their names, weights that they share, calibration, thresholds, scores."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, precision_recall_fscore_support

from workbench.models.features import prepared
from workbench.models.label_fit import fit_together
from workbench.models.label_meaning import LabelMeaning
from workbench.models.label_probabilities import best_thresholds, fit_scaling
from workbench.models.label_selection import MOST_FOLDS
from workbench.models.label_sets import folds_of_sets
from workbench.models.label_words import LabelWords, likeness, words_of
from workbench.models.set_scoring import interval_of_sets, macro_f1_of_both, macro_f1_of_sets, per_label


def test_words_of_names():
    assert words_of("Unresponsive/Freezing Device") == ["unresponsive", "freezing", "device"]
    assert words_of("pr_risk") == ["pr", "risk"]
    assert words_of("Fire TV") == ["fire", "tv"]
    assert words_of("other") == []


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("return", "returned", True),
        ("cancelled", "cancellation", True),
        ("update", "updating", True),
        ("refund", "refuse", False),
        ("mac", "machine", False),
        ("tv", "tv", True),
    ],
)
def test_forms_of_one_word(one, other, alike):
    assert (likeness(one, other) > 0) is alike
    assert likeness(one, other) == likeness(other, one)


def test_what_a_name_tells():
    features = LabelWords(["Late Flight", "Lost Luggage", "Cancelled Flight"])(
        ["my flying is late", "luggage lost", "", "flights"]
    )
    assert features[0, 0].tolist() == [0, 0, 1, pytest.approx(1 / 1.5), 0, pytest.approx(1 / 1.5)]
    assert features[1, 1].tolist() == [1, 1, 1, 1, 1, 1]
    assert not features[2].any()
    # A word that two names share counts half: one of one and a half.
    assert features[3, 0].tolist() == [0, 0, 1, pytest.approx(0.5 / 1.5), 0, pytest.approx(0.5 / 1.5)]


def test_a_name_stands_inside_of_other_words_and_some_say_nothing():
    features = LabelWords(["Mac", "other"])(["my macbook and another thing"])
    assert features[0, 0].tolist() == [0, 0, 0, 0, 1, 1]
    assert not features[0, 1].any()


class Axes:
    """Stands in for sentence embeddings: one axis for each of three words, and one for all others."""

    def __call__(self, texts):
        words = ("parcel", "delivery", "battery")
        rows = [[sum(w == x for x in t.split()) for w in words] + [0.1] for t in texts]
        matrix = np.array(rows, np.float32).reshape(len(texts), 4)
        matrix[:, 1] += matrix[:, 0]  # a parcel is near to delivery
        return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def test_what_a_name_means():
    embed = Axes()
    texts = ["my parcel", "my battery", ""]
    features = LabelMeaning(["delivery", "battery"], embed)(texts, embed(texts))
    assert features[0, 0, 0] > features[0, 1, 0]
    assert features[0, 0, 1] == pytest.approx(-features[0, 1, 1])
    assert features[1, 1, 2] > 0.9
    assert features[2, :, 2].tolist() == [0, 0]


def drawn(random, texts=400, labels=3, width=5):
    features = random.normal(size=(texts, width))
    holds = random.random((texts, labels)) < expit(features @ random.normal(size=(width, labels)))
    return features, holds


def test_labels_without_evidence_are_logistic_regressions():
    """What is common to all intercepts is free, so only the slopes are drawn to zero, as in scikit-learn."""
    features, holds = drawn(np.random.default_rng(0))
    nothing, judged = np.empty((400, 3, 0)), np.ones((400, 3), dtype=bool)
    found = fit_together(features, nothing, holds, judged, freedom=2.0)
    for label in range(3):
        other = LogisticRegression(C=2.0).fit(features, holds[:, label])
        np.testing.assert_allclose(found.slopes[:, label], other.coef_[0], atol=0.05)


def test_a_label_of_no_texts_has_the_shared_weight():
    random = np.random.default_rng(1)
    evidence = random.normal(size=(300, 6, 1))
    holds = random.random((300, 6)) < expit(2 * evidence[:, :, 0])
    judged = np.ones((300, 6), dtype=bool)
    judged[:, 5] = False
    found = fit_together(np.empty((300, 0)), evidence, holds, judged, freedom=1.0)
    assert found.evidence[0, 5] == pytest.approx(found.evidence[0, :5].mean(), abs=0.05)
    assert found.evidence[0, 5] == pytest.approx(2, abs=0.4)


def test_scaling_makes_probabilities_mean_what_they_say():
    """Logits twice too large: of what is said at 70 to 90 %, about 80 % is right, on other texts."""
    random = np.random.default_rng(2)
    logits = random.normal(size=(4_000, 4)) * 2
    holds = random.random(logits.shape) < expit(logits)
    judged = np.ones(holds.shape, dtype=bool)
    scaling = fit_scaling(2 * logits[:1_000], holds[:1_000], judged[:1_000])
    np.testing.assert_allclose(scaling.slopes, 0.5, atol=0.08)
    probabilities, truth = scaling.probabilities(2 * logits[1_000:]), holds[1_000:]
    sure = (probabilities > 0.7) & (probabilities < 0.9)
    assert truth[sure].mean() == pytest.approx(probabilities[sure].mean(), abs=0.02)


def test_thresholds_find_the_best_f1_without_labels():
    random = np.random.default_rng(3)
    probabilities = expit(random.normal(size=(20_000, 1)) * 2 - 2)
    holds = random.random(probabilities.shape) < probabilities
    grid = np.linspace(0.05, 0.95, 91)
    best = max(f1_score(holds[:, 0], probabilities[:, 0] >= t) for t in grid)
    found = best_thresholds(probabilities)[0]
    assert f1_score(holds[:, 0], probabilities[:, 0] >= found) == pytest.approx(best, abs=0.005)
    assert found < 0.45


def test_rare_labels_are_dealt_out_and_equal_texts_stay_together():
    holds = np.zeros((20, 2), dtype=bool)
    holds[:5, 0] = True
    texts = [f"text {i}" for i in range(19)] + ["text 18"]
    fold = folds_of_sets(texts, holds, MOST_FOLDS, seed=0)
    assert sorted(fold[:5].tolist()) == [0, 1, 2, 3, 4]
    assert fold[18] == fold[19]


def test_scores_as_scikit_learn():
    given, said = np.random.default_rng(0).random((2, 300, 4)) < 0.3
    expected = precision_recall_fscore_support(given, said, zero_division=0)
    np.testing.assert_allclose(per_label(given, said), expected[:3])
    assert macro_f1_of_sets(given, said) == pytest.approx(f1_score(given, said, average="macro"))
    of_both = np.mean([f1_score(given[:, i], said[:, i], average="macro") for i in range(4)])
    assert macro_f1_of_both(given, said) == pytest.approx(of_both)


def test_a_label_that_no_text_has_is_not_scored():
    given = np.array([[True, False], [False, False]])
    assert macro_f1_of_sets(given, np.array([[True, True], [False, False]])) == 1
    assert np.isnan(macro_f1_of_sets(given[:, 1:], given[:, 1:]))


def test_what_nobody_judged_is_not_scored():
    given = np.array([[True, False], [True, True]])
    said = np.array([[True, True], [False, True]])
    judged = np.array([[True, False], [False, True]])
    assert macro_f1_of_sets(given, said, judged) == 1


def test_interval_covers():
    """Two labels told rightly nine times in ten: of 200 samples, about 190 intervals cover the F1 of very many."""
    random = np.random.default_rng(1)

    def sample(size):
        given = random.random((size, 2)) < 0.4
        return given, given ^ (random.random((size, 2)) < 0.1)

    truth = macro_f1_of_sets(*sample(200_000))
    covered = 0
    for seed in range(200):
        low, high = interval_of_sets(*sample(200), repeats=200, seed=seed)
        covered += low < truth < high
    assert 180 <= covered <= 199


def test_a_post_that_was_passed_on_is_in_the_fold_of_the_first():
    first = [f"my parcel {i} is late" for i in range(40)]
    copies = [f"RT @ann: My parcel {i} is LATE!! https://t.co/{i}" for i in range(40)]
    holds = np.random.default_rng(0).random((80, 2)) < 0.5
    fold = folds_of_sets([prepared(text) for text in [*first, *copies]], holds, MOST_FOLDS, seed=0)
    assert (fold[:40] == fold[40:]).all()
