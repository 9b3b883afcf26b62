"""Sequence classifiers that others trained: their labels in our words, texts as they were given theirs, no code."""

import numpy as np
import pytest
from tiny_encoder import tiny_classifier

from workbench.errors import WorkbenchError
from workbench.models.hugging_face import load_hugging_face


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    return tiny_classifier(tmp_path_factory.mktemp("usual"), ["Positive", "NEU", "neg"])


def test_its_labels_are_put_in_our_order(usual):
    model = load_hugging_face(usual)
    texts = ["late again", "what a long and friendly flight this was, thank you", ""]
    said = model.classify(texts, texts)
    np.testing.assert_allclose(said.sum(axis=1), 1)
    turned = load_hugging_face(usual, ("positive", "neutral", "negative"))
    np.testing.assert_allclose(turned.classify(texts, texts), said[:, ::-1])
    assert said[:, 2] == pytest.approx(model.classify(texts[::-1], texts)[::-1, 2], abs=1e-5)
    assert model.classify([], []).shape == (0, 3)


def test_people_and_links_do_not_sway_it(usual):
    model = load_hugging_face(usual)
    one, other = model.classify(["@Acme late https://a.example", "<USER:0123456789ab> late <URL>"], ["", ""])
    np.testing.assert_allclose(one, other)


def test_labels_of_no_meaning_are_not_guessed(tmp_path):
    name = tiny_classifier(tmp_path, ["LABEL_0", "LABEL_1"])
    with pytest.raises(
        WorkbenchError, match=r"what 'LABEL_0' means among negative, neutral, positive is not guessed"
    ):
        load_hugging_face(name)
    model = load_hugging_face(name, meaning={"LABEL_0": "negative", "LABEL_1": "positive"})
    assert model.classify(["late"], [""])[0, 1] == 0
    assert "Never says: neutral." in model.card["limits"]
    with pytest.raises(WorkbenchError, match="what 'LABEL_1' means"):
        load_hugging_face(name, meaning={"LABEL_0": "negative", "LABEL_1": "nice"})


def test_numbers_are_no_words(tmp_path):
    """A file may count from negative to positive, a model the other way."""
    name = tiny_classifier(tmp_path, ["0", "1", "2"])
    with pytest.raises(WorkbenchError, match="is not guessed"):
        load_hugging_face(name, ("0", "1", "2"))


def test_several_of_its_labels_may_mean_one_of_ours(tmp_path):
    name = tiny_classifier(tmp_path, ["1 star", "2 stars", "5 stars"])
    meaning = {"1 star": "negative", "2 stars": "negative", "5 stars": "positive"}
    said = load_hugging_face(name, meaning=meaning).classify(["late"], [""])
    np.testing.assert_allclose(said.sum(), 1)
    assert said[0, 0] > said[0, 2] / 2


def test_nobody_knows_what_it_has_learned_from(usual):
    assert load_hugging_face(usual).held_out(["a", "b"]) == [False, False]


@pytest.mark.parametrize("change", ["gone", "pickle"])
def test_what_is_no_classifier_is_said(tmp_path, change):
    name = tiny_classifier(tmp_path, ["negative", "positive"])
    weights = tmp_path / "model.safetensors"
    if change == "pickle":
        (tmp_path / "pytorch_model.bin").write_bytes(weights.read_bytes())
    weights.unlink()
    with pytest.raises(WorkbenchError, match="could not be loaded as a sequence classifier with safetensors"):
        load_hugging_face(name)
