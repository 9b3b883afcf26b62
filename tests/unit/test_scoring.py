"""Scores: as scikit-learn computes them, and an interval that covers."""

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_recall_fscore_support

from workbench.models.scoring import (
    chosen_by_bootstrap,
    confusion,
    interval_by_bootstrap,
    macro_f1,
    per_class,
)


def test_as_scikit_learn():
    given, said = np.random.default_rng(0).integers(3, size=(2, 300))
    counts = confusion(given, said, 3)
    precision, recall, f1 = per_class(counts)
    expected = precision_recall_fscore_support(given, said)
    np.testing.assert_allclose([precision, recall, f1], expected[:3])
    assert macro_f1(counts) == pytest.approx(f1_score(given, said, average="macro"))


def test_a_label_that_no_text_has_is_not_scored():
    """Label 2 is never given: the mean is over the other two, though one text is said to be 2."""
    counts = confusion(np.array([0, 0, 1, 1]), np.array([0, 2, 1, 1]), 3)
    assert macro_f1(counts) == pytest.approx((2 * 1 / (1 + 2) + 1) / 2)


def test_the_best_of_many_lucky_guessers_is_not_believed():
    """Thirty guessers: the best looks better than chance, the corrected score does not."""
    random = np.random.default_rng(3)
    given = random.integers(2, size=200)
    said = random.integers(2, size=(30, 200))
    lucky = max(macro_f1(confusion(given, one, 2)) for one in said)
    mean, low, high = chosen_by_bootstrap(given, said, 2, np.arange(len(given)), repeats=200)
    assert lucky > 0.56
    assert mean == pytest.approx(0.5, abs=0.03)
    assert low < 0.5 < high


def test_interval_is_the_same_each_time():
    given, said = np.random.default_rng(0).integers(3, size=(2, 50))
    first, second = (
        chosen_by_bootstrap(given, said[None], 3, np.arange(len(given)), repeats=50, seed=4) for _ in range(2)
    )
    assert first == second


def test_interval_of_held_out_predictions_covers():
    """Right four times in five, each label as often: of 200 samples of 200 texts, about 190 intervals cover .8."""
    random = np.random.default_rng(1)
    covered = 0
    for seed in range(200):
        given = random.integers(2, size=200)
        said = np.where(random.random(200) < 0.8, given, 1 - given)
        low, high = interval_by_bootstrap(given, said, 2, np.arange(len(given)), repeats=200, seed=seed)
        covered += low < 0.8 < high
    assert 180 <= covered <= 199
