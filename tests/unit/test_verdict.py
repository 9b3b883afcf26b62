"""Better or not: differences by hand, and how often chance alone promotes."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from workbench.models.verdict import FEWEST_TEXTS, verdict

LABELS = ("a", "b", "c")


def model(given, share_right, random, labels=3):
    """Probabilities of a model that is right so often, its errors like those of nobody else."""
    said = np.where(random.random(len(given)) < share_right, given, random.integers(0, labels, len(given)))
    return np.eye(labels)[said]


def test_the_difference_is_that_of_macro_f1():
    random = np.random.default_rng(0)
    given = random.integers(0, 3, 300)
    ours, theirs = model(given, 0.8, random), model(given, 0.5, random)
    found = verdict(given, ours, theirs, LABELS)
    expected = [f1_score(given, one.argmax(axis=1), average="macro") for one in (ours, theirs)]
    assert found.difference == pytest.approx(expected[0] - expected[1])
    assert found.is_better
    assert 0 < found.low < found.difference < found.high
    assert found.n == 300
    assert found.reason.startswith("better: macro-F1")


def test_worse_and_undecided_are_told_apart():
    random = np.random.default_rng(1)
    given = random.integers(0, 3, 300)
    good, poor = model(given, 0.9, random), model(given, 0.4, random)
    assert verdict(given, poor, good, LABELS).reason.startswith("worse: ")
    again = verdict(given, good, good, LABELS)
    assert again.reason.startswith("not shown to be better: ")
    assert (again.difference, again.low, again.high, again.is_better) == (0, 0, 0, False)


def test_with_few_texts_nothing_is_promoted():
    given = np.arange(FEWEST_TEXTS - 1) % 3
    found = verdict(given, np.eye(3)[given], np.eye(3)[(given + 1) % 3], LABELS)
    assert not found.is_better
    assert (found.difference, found.n) == (None, FEWEST_TEXTS - 1)
    assert "at least 30 are needed" in found.reason


@pytest.mark.parametrize("n", [FEWEST_TEXTS, 100])
def test_of_two_equal_models_chance_seldom_promotes_one(n):
    """At most the 2.5 % that a 95 % interval leaves above, and what 200 worlds allow on top of it."""
    random = np.random.default_rng(2)
    promoted = 0
    for seed in range(200):
        given = random.choice(3, n, p=[0.6, 0.25, 0.15])
        promoted += verdict(
            given, model(given, 0.6, random), model(given, 0.6, random), LABELS, seed=seed
        ).is_better
    assert promoted <= 12


def test_several_labels_are_scored_each_for_itself():
    random = np.random.default_rng(3)
    holds = random.random((200, 3)) < 0.3
    ours, theirs = np.where(holds, 0.9, 0.1), np.where(random.random(holds.shape) < 0.3, 0.9, 0.1)
    found = verdict(holds, ours, theirs, LABELS, is_multi_label=True, thresholds=([0.5] * 3, [0.5] * 3))
    assert found.difference == pytest.approx(1 - f1_score(holds, theirs > 0.5, average="macro"))
    assert found.is_better


def test_a_threshold_of_the_model_decides_what_it_says():
    holds = np.tile([[True, False]], (60, 1))
    said = np.tile([[0.3, 0.1]], (60, 1))
    found = verdict(holds, said, said, ("a", "b"), True, thresholds=([0.2, 0.5], [0.5, 0.5]))
    assert found.difference == 1
