"""Teaching an encoder by pairs: what is near and apart, the balance of batches, and going on after a stop."""

import numpy as np
import pytest
from tiny_encoder import tiny_encoder

from workbench.errors import WorkbenchError
from workbench.models import contrastive
from workbench.models.contrastive import Course, batches_of, fine_tune, seconds_a_step
from workbench.models.embeddings import encode, load_encoder

TEXTS = [f"{word} flight number {number}" for number in range(6) for word in ("late", "early", "lost")]
HOLDS = np.array([[True, False], [False, True], [True, False]] * 6)
EAGER = Course(steps=30, texts_a_step=9, learning_rate=3e-3)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return tiny_encoder(tmp_path_factory.mktemp("encoder"))


def apart(encoder, holds=HOLDS):
    """How much nearer texts of one label are than texts of two."""
    vectors = encode(encoder, TEXTS)
    near, is_like = vectors @ vectors.T, holds.astype(int) @ holds.T.astype(int) > 0
    another = ~np.eye(len(TEXTS), dtype=bool)
    return near[is_like & another].mean() - near[~is_like].mean()


def test_texts_of_one_label_come_together(base):
    encoder = load_encoder(base)
    before = apart(encoder)
    fine_tune(encoder, TEXTS, HOLDS, EAGER)
    assert before < 0.1
    assert apart(encoder) > 0.5


def test_with_several_labels_the_half_alike_come_half_way(base):
    holds = np.array([[True, True], [False, False], [True, False]] * 6)
    encoder = load_encoder(base)
    fine_tune(encoder, TEXTS, holds, EAGER)
    both, none, one = encode(encoder, TEXTS)[:3]
    assert both @ none < both @ one < 0.95
    assert encode(encoder, TEXTS)[0] @ encode(encoder, TEXTS)[3] > both @ one


def test_a_label_that_nobody_judged_is_no_label_that_does_not_hold(base):
    holds = np.array([[True, True], [True, False], [False, True]] * 6)
    judged = np.array([[True, True], [True, False], [True, True]] * 6)
    learnt = []
    for known in (None, judged):
        encoder = load_encoder(base)
        fine_tune(encoder, TEXTS, holds, EAGER, judged=known)
        vectors = encode(encoder, TEXTS)
        learnt.append(vectors[0] @ vectors[1])
    taken_for_no, left_open = learnt
    assert left_open > taken_for_no + 0.1


def test_texts_without_a_label_in_common_teach_nothing(base):
    holds, judged = np.array([[True, False], [False, True]]), np.array([[True, False], [False, True]])
    encoder, before = load_encoder(base), load_encoder(base).state_dict()
    fine_tune(encoder, TEXTS[:2], holds, Course(steps=3, texts_a_step=2), judged=judged)
    assert all(now.equal(before[name]) for name, now in encoder.state_dict().items())


def test_the_words_stay_as_they_are(base):
    encoder, before = load_encoder(base), load_encoder(base).state_dict()
    fine_tune(encoder, TEXTS, HOLDS, EAGER)
    changed = {name for name, now in encoder.state_dict().items() if not now.equal(before[name])}
    assert changed
    assert not [name for name in changed if "embeddings" in name]


def test_timing_a_step_teaches_nothing(base):
    encoder, before = load_encoder(base), load_encoder(base).state_dict()
    assert seconds_a_step(encoder, TEXTS, HOLDS, Course(4, 9)) > 0
    assert all(now.equal(before[name]) for name, now in encoder.state_dict().items())
    assert not encoder.training


def test_a_rare_label_takes_its_turn():
    holds = np.array([[True, False]] * 1 + [[False, True]] * 99 + [[False, False]] * 100)
    met = np.concatenate(batches_of(holds, Course(steps=30, texts_a_step=30)))
    assert (met == 0).mean() == pytest.approx(1 / 3, abs=0.01)
    assert ((met > 0) & (met < 100)).mean() == pytest.approx(1 / 3, abs=0.01)


class _StoppedError(Exception):
    pass


def _stopped_half_way(base, file, monkeypatch):
    def stop(done):
        if done > 0.5:
            raise _StoppedError

    monkeypatch.setattr(contrastive, "_SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    with pytest.raises(_StoppedError):
        fine_tune(load_encoder(base), TEXTS, HOLDS, EAGER, file, stop)


def test_after_a_stop_it_goes_on_and_ends_the_same(base, tmp_path, monkeypatch):
    straight, again = load_encoder(base), load_encoder(base)
    fine_tune(straight, TEXTS, HOLDS, EAGER)
    file = tmp_path / "whole.safetensors"
    _stopped_half_way(base, file, monkeypatch)
    told = []
    fine_tune(again, TEXTS, HOLDS, EAGER, file, told.append)
    assert len(told) == 15
    np.testing.assert_array_equal(encode(again, TEXTS), encode(straight, TEXTS))


def test_a_checkpoint_of_another_training_is_refused(base, tmp_path, monkeypatch):
    file = tmp_path / "whole.safetensors"
    _stopped_half_way(base, file, monkeypatch)
    with pytest.raises(WorkbenchError, match="is the checkpoint of another training"):
        fine_tune(load_encoder(base), TEXTS, HOLDS, Course(steps=60, texts_a_step=9), file)
