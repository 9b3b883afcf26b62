"""Calibration: temperatures recovered, errors computed by hand."""

import numpy as np
import pytest
from scipy.special import softmax

from workbench.models.calibration import expected_calibration_error, fit_temperature, log_loss


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_that_was_put_in_comes_out(temperature):
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, size=(20_000, 3))
    labels = (softmax(logits, axis=1).cumsum(axis=1) > random.random((20_000, 1))).argmax(axis=1)
    assert fit_temperature(logits * temperature, labels) == pytest.approx(temperature, rel=0.05)


def test_calibrating_never_changes_the_most_probable_label():
    logits = np.random.default_rng(1).normal(size=(500, 3))
    labels = np.random.default_rng(2).integers(3, size=500)
    cooled = logits / fit_temperature(logits, labels)
    assert (cooled.argmax(axis=1) == logits.argmax(axis=1)).all()
    assert log_loss(cooled, labels) < log_loss(logits, labels)


def test_a_label_the_model_does_not_know_is_no_obstacle():
    logits = np.array([[1.0, -np.inf, 0.0], [0.0, -np.inf, 1.0], [1.0, -np.inf, 0.0]])
    assert np.isfinite(fit_temperature(logits, np.array([0, 2, 2])))


def test_error_is_the_mean_gap_by_bin():
    """Four at 95 %, of which three are right: gap .2. One at 50 %, right: gap .5."""
    probabilities = np.array([[0.95, 0.05]] * 4 + [[0.5, 0.5]])
    labels = np.array([0, 0, 0, 1, 0])
    expected = (4 * abs(3 / 4 - 0.95) + 1 * abs(1 - 0.5)) / 5
    assert expected_calibration_error(probabilities, labels) == pytest.approx(expected)


def test_certain_and_right_is_no_error():
    assert expected_calibration_error(np.array([[1.0, 0.0, 0.0]] * 3), np.array([0, 0, 0])) == 0
