"""SetFit: learning, time told beforehand, going on where it stopped, on disk without pickle, several labels."""

import datetime as dt
import json
import re
import socket

import numpy as np
import pytest
from tiny_encoder import tiny_encoder

from workbench.errors import WorkbenchError
from workbench.models import contrastive
from workbench.models.classifier import LABELS, top_labels
from workbench.models.contrastive import Course
from workbench.models.registry import load, save
from workbench.models.setfit import read
from workbench.models.setfit_lesson import Lesson
from workbench.models.setfit_training import train_setfit

WORDS = {
    "negative": ["late", "lost", "rude", "broken", "cancelled", "worst"],
    "neutral": ["when", "where", "which", "gate", "timetable", "seat"],
    "positive": ["thanks", "great", "love", "friendly", "perfect", "best"],
}
WHEN = dt.datetime(2026, 11, 24, 10, 15, tzinfo=dt.UTC)


def made(count, seed=0):
    """So many texts of each label, told by three words among five that say nothing."""
    random = np.random.default_rng(seed)
    filler = ["my", "flight", "to", "the", "city", "on", "monday", "with", "two", "bags"]
    drawn = [label for label in LABELS for _ in range(count)]
    return [" ".join([*random.choice(filler, 2), *random.choice(WORDS[label], 3)]) for label in drawn], drawn


def several(count, seed=0):
    """Texts of which each label may hold or not."""
    random = np.random.default_rng(seed)
    rows = [[label for label in ("negative", "positive") if random.random() < 0.5] for _ in range(count)]
    texts = [
        " ".join(["flight", *(word for label in row for word in random.choice(WORDS[label], 3))])
        for row in rows
    ]
    return texts, rows


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return tiny_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="module")
def model(base):
    return train_setfit(*made(12), base=base, trained_at=WHEN)


def test_it_learns(model):
    texts, labels = made(30, seed=1)
    said = top_labels(model.classify(texts, texts))
    assert np.mean([one == other for one, other in zip(said, labels, strict=True)]) > 0.8


def test_probabilities_sum_to_one_whatever_the_text(model):
    said = model.classify(["", "😡", "日本語", "a " * 5_000, "\x00\n", "<EMAIL>"], [""] * 6)
    np.testing.assert_allclose(said.sum(axis=1), 1)
    assert model.classify([], []).shape == (0, 3)


def test_brand_accounts_do_not_sway_it(model):
    one, other = model.classify(["@Acme was late", "@Bolt was late"], ["Acme", "Bolt"])
    np.testing.assert_array_equal(one, other)


def test_the_same_seed_and_labels_make_the_same_model(model, base):
    again = train_setfit(*made(12), base=base, trained_at=WHEN)
    texts, _ = made(5, seed=2)
    np.testing.assert_array_equal(again.classify(texts, texts), model.classify(texts, texts))
    other = train_setfit(*made(12), base=base, seed=1, folds=0)
    assert not np.array_equal(other.classify(texts, texts), model.classify(texts, texts))


def test_the_card_tells_what_it_is(model):
    card = json.loads(json.dumps(model.card))
    assert card["name"].startswith("setfit-20261124T101500-")
    assert card["kind"] == "setfit"
    assert card["is_multi_label"] is False
    assert card["trained_on"]["labels"] == dict.fromkeys(LABELS, 12)
    assert card["scores"]["low"] <= card["scores"]["macro_f1"] <= card["scores"]["high"]
    assert {"ece_before", "ece_after"} <= card["calibration"].keys()
    assert card["settings"]["steps"] == 40


def test_what_it_says_of_its_own_texts_comes_from_models_that_have_not_seen_them(base, monkeypatch):
    """With labels that say nothing, an eager learner can tell its own texts and not those held out."""
    monkeypatch.setattr(Lesson, "course", lambda lesson, steps, texts: Course(120, 20, 3e-3))
    random = np.random.default_rng(0)
    texts = [" ".join(random.choice(WORDS["neutral"] + WORDS["positive"], 8)) for _ in range(40)]
    labels = [LABELS[number % 2] for number in range(40)]
    model = train_setfit(texts, labels, base=base, folds=2)
    given = np.array([LABELS.index(label) for label in labels])
    assert (model.classify(texts, texts).argmax(axis=1) == given).mean() > 0.75
    assert (model.out_of_fold.argmax(axis=1) == given).mean() < 0.7


def test_it_knows_what_it_has_learned_from(model):
    texts, _ = made(12)
    assert model.held_out([texts[0], texts[0].upper(), "never seen"]) == [False, False, True]


def test_a_label_that_was_never_seen_is_never_said(base):
    texts, labels = made(8)
    kept = [label != "neutral" for label in labels]
    model = train_setfit(
        [text for text, keep in zip(texts, kept, strict=True) if keep],
        [label for label, keep in zip(labels, kept, strict=True) if keep],
        base=base,
        folds=0,
    )
    assert model.classify(["late and rude", "which gate"], ["", ""])[:, 1].tolist() == [0, 0]
    assert model.card["limits"][-1] == "Never says: neutral."


def test_what_nobody_looked_for_is_hardly_ever_said(base):
    texts, rows = several(40)
    judged = np.tile([True, True, False], (40, 1))
    classes = ("negative", "positive", "neutral")
    model = train_setfit(
        texts, rows, classes=classes, task="moods", is_multi_label=True, judged=judged, base=base, folds=2
    )
    starts = np.array(list(model.card["thresholds"].values()))
    assert (model.classify(texts, [""] * 40) >= starts)[:, 2].mean() <= 0.1
    assert model.card["limits"][-1] == "Nobody looked for neutral in the labelled texts: hardly ever said."


def test_other_labels_of_another_task(base):
    texts, labels = made(8)
    names = {"negative": "b", "neutral": "a", "positive": "c"}
    model = train_setfit(
        texts, [names[label] for label in labels], base=base, folds=0, task="letters", classes=("a", "b", "c")
    )
    assert model.labels == ("a", "b", "c")
    assert model.card["task"] == "letters"


def test_how_long_it_takes_is_told_before_it_begins(base):
    told = []
    model = train_setfit(*made(8), base=base, progress=lambda done, what: told.append((done, what)))
    assert told[0][0] == 0.0
    assert re.fullmatch(r"about .+: 40 \+ 3 × 27 steps of \d+\.\d s, and reading", told[0][1])
    shares = [done for done, _ in told]
    assert shares == sorted(shares)
    assert told[-1] == (1.0, "trained")
    assert {"seconds_expected", "seconds_taken"} <= model.card["settings"].keys()


def test_a_budget_makes_fewer_steps(base, monkeypatch):
    monkeypatch.setattr("workbench.models.setfit_lesson.seconds_a_step", lambda *given: 1.0)
    model = train_setfit(*made(8), base=base, budget=80, folds=3)
    assert 10 <= model.card["settings"]["steps"] < 40
    assert model.card["settings"]["seconds_expected"] <= 80
    with pytest.raises(WorkbenchError, match=r"in 5 seconds nothing useful .* it takes 32"):
        train_setfit(*made(8), base=base, budget=5)


class _StoppedError(Exception):
    pass


@pytest.mark.parametrize("stop_at", ["fold 2 of 3", "learning from all texts"])
def test_stopped_and_called_again_it_ends_as_if_it_had_not_been(model, base, tmp_path, monkeypatch, stop_at):
    monkeypatch.setattr(contrastive, "_SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    seen = []

    def stop(done, what):
        seen.append(what.split(",")[0])
        if seen.count(stop_at) == 5:
            raise _StoppedError

    with pytest.raises(_StoppedError):
        train_setfit(*made(12), base=base, trained_at=WHEN, checkpoints=tmp_path, progress=stop)
    assert list(tmp_path.glob("*/*.safetensors"))
    told = []
    again = train_setfit(
        *made(12),
        base=base,
        trained_at=WHEN,
        checkpoints=tmp_path,
        progress=lambda done, what: told.append(what.split(",")[0]),
    )
    assert "fold 1 of 3" not in told
    assert told.count("learning from all texts") < 40 or stop_at != "learning from all texts"
    texts, _ = made(5, seed=2)
    np.testing.assert_array_equal(again.classify(texts, texts), model.classify(texts, texts))
    np.testing.assert_array_equal(again.out_of_fold, model.out_of_fold)
    assert not list(tmp_path.iterdir())


def test_without_folds_it_is_neither_scored_nor_calibrated(base):
    model = train_setfit(*made(8), base=base, folds=0)
    assert model.card["scores"] is None
    assert model.card["calibration"] is None
    assert model.card["languages"] == {}
    assert model.out_of_fold is None


def test_what_a_lexicon_knows_is_evidence(base):
    """Words that no training text has, of which only the lexicon knows what they mean."""
    kept = [(text, label) for text, label in zip(*made(12), strict=True) if label != "neutral"]
    texts, labels = zip(*kept, strict=True)
    asked = ["what a disaster, horrible", "a wonderful and brilliant crew"]
    with_it, without = (
        train_setfit(texts, labels, base=base, folds=0, with_lexicon=one) for one in (True, False)
    )
    assert top_labels(with_it.classify(asked, asked)) == ["negative", "positive"]

    def between(model):
        return np.subtract(*model.classify(asked, asked)[:, 2][::-1])

    assert between(with_it) > between(without) + 0.1
    assert (with_it.card["settings"]["lexicon"], without.card["settings"]["lexicon"]) == (True, False)


def test_several_labels_may_hold(base):
    texts, rows = several(60)
    model = train_setfit(
        texts, rows, base=base, is_multi_label=True, task="intents", classes=("negative", "positive")
    )
    asked, wanted = several(60, seed=1)
    said = model.classify(asked, asked) >= 0.5
    holds = np.array([[name in row for name in model.labels] for row in wanted])
    assert (said == holds).all(axis=1).mean() > 0.7
    assert model.card["is_multi_label"] is True
    assert model.card["trained_on"]["labels"]["negative"] == sum("negative" in row for row in rows)
    assert model.out_of_fold.shape == (60, 2)


def test_it_comes_back_from_disk_without_a_network(model, tmp_path, monkeypatch):
    model.write(tmp_path)
    monkeypatch.setattr(socket.socket, "connect", lambda *given: pytest.fail("asked the network"))
    again = read(tmp_path, json.loads(json.dumps(model.card)))
    texts, _ = made(5, seed=2)
    np.testing.assert_array_equal(again.classify(texts, texts), model.classify(texts, texts))
    assert again.held_out(made(12)[0]) == [False] * 36
    kinds = {file.suffix for file in tmp_path.rglob("*") if file.is_file()}
    assert kinds <= {".safetensors", ".json", ".txt", ".skops"}


def test_the_registry_keeps_it_and_gives_it_back(model, tmp_path):
    place = save(model, tmp_path)
    texts, _ = made(5, seed=2)
    np.testing.assert_array_equal(load(place).classify(texts, texts), model.classify(texts, texts))
    (place / "encoder" / "model.safetensors").write_bytes(b"changed")
    with pytest.raises(WorkbenchError, match="is not the file its card describes"):
        load(place)


def _pickle_added(folder):
    (folder / "encoder" / "pytorch_model.bin").write_bytes(b"pickle")


def _code_named(folder):
    modules = folder / "encoder" / "modules.json"
    modules.write_text(modules.read_text().replace("sentence_transformers.base", "evil.base"))


def _modules_gone(folder):
    (folder / "encoder" / "modules.json").unlink()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_pickle_added, "could run on this machine"),
        (_code_named, "names code that is not of sentence-transformers"),
        (_modules_gone, "holds no sentence encoder"),
    ],
)
def test_what_could_run_is_refused_whoever_vouches_for_it(model, tmp_path, change, message):
    model.write(tmp_path)
    change(tmp_path)
    with pytest.raises(WorkbenchError, match=message):
        read(tmp_path, model.card)


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        (["a"], ["negativ"], "'negativ' is no label. Did you mean 'negative'?"),
        ([f"text {i}" for i in range(9)], ["neutral"] * 9, "at least two labels that differ"),
        ([f"text {i}" for i in range(9)], ["neutral"] * 5 + ["positive"] * 4, "at least 5 different texts"),
    ],
)
def test_what_cannot_be_learnt_is_said(base, texts, labels, message):
    with pytest.raises(WorkbenchError) as error:
        train_setfit(texts, labels, base=base)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["a"]] * 3, "12 texts came with 3 sets of labels"),
        ([["c"]] * 12, "'c' is no label. Labels: a, b."),
        ([[]] * 12, "a 0/12, b 0/12"),
        ([["a"]] * 4 + [["b"]] * 8, "at least 5 different texts and does not hold of as many"),
        ([["a"]] * 12, "a 12/0, b 0/12"),
    ],
)
def test_what_cannot_be_learnt_of_several_labels_is_said(base, rows, message):
    with pytest.raises(WorkbenchError) as error:
        train_setfit(
            [f"text {i}" for i in range(12)],
            rows,
            base=base,
            is_multi_label=True,
            task="t",
            classes=("a", "b"),
        )
    assert message in str(error.value)


def test_without_the_extra_it_says_what_is_missing(monkeypatch):
    monkeypatch.setattr("workbench.models.setfit_training.load_embedder", lambda name: None)
    with pytest.raises(
        WorkbenchError, match="SetFit needs a transformer and the extra 'models' is not installed"
    ):
        train_setfit(*made(8))
