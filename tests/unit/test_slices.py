"""Scores by slice: by hand, with intervals, and withheld where there is little."""

import numpy as np
import pytest

from workbench.errors import WorkbenchError
from workbench.models.slices import FEWEST, irony_slices, scores_by_slice

EYE = np.eye(3, dtype=bool)


def test_each_slice_by_itself():
    given = EYE[[0, 1, 2] * 40]
    said = given.copy()
    said[60:] = EYE[0]
    found = scores_by_slice(given, said, ["literal"] * 60 + ["sarcastic"] * 60).set_index("slice")
    assert found.loc["literal", ["n", "accuracy", "macro_f1"]].tolist() == [60, 1, 1]
    # Of 60 sarcastic ones 20 are said rightly; F1 of the first is 2 × 20 / (60 + 20), of the others 0.
    assert found.loc["sarcastic", "accuracy"] == pytest.approx(1 / 3, abs=1e-4)
    assert found.loc["sarcastic", "macro_f1"] == pytest.approx((40 / 80) / 3, abs=1e-4)
    assert found.loc["sarcastic", "accuracy_low"] < 1 / 3 < found.loc["sarcastic", "accuracy_high"]
    assert found.loc["sarcastic", "macro_f1_low"] < 1 / 6 < found.loc["sarcastic", "macro_f1_high"]


def test_a_small_slice_is_counted_and_not_scored():
    given = EYE[[0, 1] * 30]
    found = scores_by_slice(given, given, ["en"] * (60 - FEWEST + 1) + ["de"] * (FEWEST - 2) + [None])
    assert found.set_index("slice")["status"].to_dict() == {
        "en": "ok",
        "de": "withheld",
        "unknown": "withheld",
    }
    assert found["n"].tolist() == [31, 28, 1]
    assert np.isnan(found.set_index("slice").loc["de", "accuracy"])


def test_a_slice_without_any_label_is_not_scored():
    nothing = np.zeros((40, 3), dtype=bool)
    assert scores_by_slice(nothing, nothing, ["en"] * 40)["status"].tolist() == ["withheld"]


def test_one_slice_a_post():
    with pytest.raises(WorkbenchError, match="3 posts came with 2 slices"):
        scores_by_slice(EYE, EYE, ["en", "de"])


def test_irony():
    assert irony_slices(np.array([0.2, 0.5])) == ["literal", "sarcastic"]
