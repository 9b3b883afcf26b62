"""A student says what its teacher says, of texts it may be asked about, and comes back from disk as it was."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from scipy.special import logit

from workbench.errors import WorkbenchError
from workbench.models.cross_fitting import train_cross_fitted
from workbench.models.lexicon import LexiconModel
from workbench.models.linear import train_linear
from workbench.models.multi_label import train_multi_label
from workbench.models.registry import load, save
from workbench.models.student import Student, read
from workbench.models.student_state import STUDENT_FILE
from workbench.models.student_training import train_student
from workbench.models.text_hashes import fold_of

WORDS = {
    "negative": ["late", "rude", "lost"],
    "neutral": ["gate", "when", "seat"],
    "positive": ["great", "love", "kind"],
}
COMMON = ["the", "flight", "crew", "today", "plane"]


def posts(count, seed=0):
    """Made posts and their labels."""
    random = np.random.default_rng(seed)
    labels = [list(WORDS)[i % 3] for i in range(count)]
    texts = [
        " ".join(random.permutation([*random.choice(WORDS[label], 2), *random.choice(COMMON, 4), f"n{i}"]))
        for i, label in enumerate(labels)
    ]
    return texts, labels


@pytest.fixture(scope="module")
def linear():
    return train_linear(*posts(90))


@pytest.fixture(scope="module")
def student(linear):
    texts = [*posts(90)[0], *posts(300, seed=1)[0]]
    return train_student(linear, texts, [""] * len(texts))


class Stub:
    """A teacher that hears one word only; `turned` words make it say the opposite."""

    name, labels, card = "stub", ("no", "yes"), {"task": "late", "labels": ["no", "yes"]}

    def __init__(self, turned=()):
        self.turned = set(turned)

    def classify(self, texts, brands):
        yes = np.array([0.9 if "late" in text else 0.1 for text in texts])
        opposite = np.array([bool(self.turned.intersection(text.split())) for text in texts])
        yes = np.where(opposite, 1 - yes, yes)
        return np.stack([1 - yes, yes], axis=1)

    def held_out(self, texts):
        return [True] * len(texts)


def test_it_says_what_its_teacher_says_of_posts_that_neither_has_seen(linear, student):
    texts, _ = posts(60, seed=2)
    theirs, ours = (model.classify(texts, [""] * 60) for model in (linear, student))
    assert ours.sum(axis=1) == pytest.approx(np.ones(60))
    assert (ours.argmax(axis=1) == theirs.argmax(axis=1)).mean() > 0.95
    assert student.classify([], []).shape == (0, 3)
    assert np.isfinite(student.classify(["", "!", "漢字 🙂", "\ud800"], [""] * 4)).all()


def test_its_card_names_its_teacher_and_how_far_they_agree(linear, student):
    card = student.card
    assert card["kind"] == "student"
    assert card["trained_on"]["n"] == 390
    assert card["teacher"]["name"] == linear.name
    assert card["teacher"]["agreement"] > 0.9
    assert 0 <= card["teacher"]["divergence"] < 0.5
    assert 20 < card["teacher"]["n"] < 60  # a tenth of the posts was kept apart
    assert card["scores"] is None


def test_nothing_it_or_its_teacher_has_learned_from_is_held_out(student):
    learned, heard, new = posts(3)[0], posts(3, seed=1)[0], posts(3, seed=2)[0]
    assert student.held_out([*learned, *heard, *new]) == [False] * 6 + [True] * 3


def test_the_same_seed_makes_the_same_student(linear):
    texts, _ = posts(60, seed=1)
    once, again = (
        train_student(linear, texts, [""] * 60, seed=5).classify(texts, [""] * 60) for _ in range(2)
    )
    assert np.array_equal(once, again)


def test_a_post_has_no_way_into_what_is_said_of_it():
    texts, _ = posts(200)
    fold = fold_of(texts, 5)
    own = [f"n{i}" for i in np.flatnonzero(fold == 0)]
    honest, turned = (train_student(teacher, texts, [""] * 200, folds=5) for teacher in (Stub(), Stub(own)))
    odds = [logit(student.classify(texts, [""] * 200)[:, 1]) for student in (honest, turned)]
    changed = odds[1] - odds[0]
    # How often a label is said on the whole is all that the posts of a fold tell of each other.
    assert np.ptp(changed[fold == 0]) < 1e-6
    assert np.ptp(changed[fold != 0]) > 0.1
    assert all(honest.held_out(texts))


def test_a_cross_fitted_teacher_has_a_student_in_every_fold(tmp_path):
    labelled = posts(120)
    teacher = train_cross_fitted(*labelled)
    texts = [*labelled[0], *posts(200, seed=1)[0]]
    student = train_student(teacher, texts, [""] * len(texts))
    assert student.folds == 5
    assert student.held_out(labelled[0]) == [True] * 120
    kept = load(save(student, tmp_path))
    new, _ = posts(40, seed=2)
    assert np.array_equal(kept.classify(new, [""] * 40), student.classify(new, [""] * 40))
    assert (
        kept.classify(new, [""] * 40).argmax(1) == teacher.classify(new, [""] * 40).argmax(1)
    ).mean() > 0.9
    with pytest.raises(WorkbenchError, match="3 folds were asked for; this teacher allows 5"):
        train_student(teacher, texts, [""] * len(texts), folds=3)


def test_several_labels_are_said_as_often_as_the_teacher_says_them(tmp_path):
    texts, labels = posts(90)
    sets = [{label} if i % 4 else {label, "negative"} for i, label in enumerate(labels)]
    texts = [text if i % 4 else f"{text} late rude" for i, text in enumerate(texts)]
    teacher = train_multi_label(texts, sets, classes=tuple(WORDS), task="moods")
    heard = [*texts, *posts(200, seed=1)[0]]
    student = load(save(train_student(teacher, heard, [""] * len(heard)), tmp_path))
    assert student.card["is_multi_label"]
    said = student.classify(heard, [""] * len(heard)) >= list(student.card["thresholds"].values())
    theirs = teacher.classify(heard, [""] * len(heard)) >= list(teacher.card["thresholds"].values())
    assert (said == theirs).mean() > 0.9
    assert np.abs(said.mean(axis=0) - theirs.mean(axis=0)).max() < 0.05
    assert said.sum(axis=1).max() > 1


@pytest.mark.parametrize(("is_calibrated", "agreed"), [(True, 1), (False, 0)])
def test_only_shares_of_a_calibrated_teacher_are_followed(is_calibrated, agreed, linear, monkeypatch):
    """A shift that makes every post negative is taken or not."""
    teacher = dataclasses.replace(linear, card=linear.card | ({} if is_calibrated else {"calibration": None}))
    monkeypatch.setattr("workbench.models.student_training.same_share", lambda *_: np.array([1e3, 0, 0]))
    texts, labels = posts(90)
    said = train_student(teacher, texts, [""] * 90).classify(texts, [""] * 90).argmax(axis=1)
    others = np.array(labels) != "negative"
    assert (said[others] == 0).mean() == agreed


def test_any_classifier_teaches():
    texts, _ = posts(60)
    student = train_student(LexiconModel(), texts, [""] * 60)
    assert student.card["teacher"]["name"] == "lexicon-1"
    assert student.held_out([texts[0], "never seen"]) == [False, True]


def test_it_loads_without_torch_and_scikit_learn(student, tmp_path):
    place = save(student, tmp_path)
    code = (
        "import sys\nfrom pathlib import Path\nfrom workbench.models.registry import load\n"
        "model = load(Path(sys.argv[1]))\nprint(model.classify(['late again'], ['']).shape)\n"
        "print(sorted({'torch', 'sklearn', 'skops', 'pandas', 'transformers'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(place)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:2] == ["(1, 3)", "[]"]


def test_what_comes_back_from_disk_is_what_was_kept(student, tmp_path):
    kept = load(save(student, tmp_path))
    assert isinstance(kept, Student)
    texts = [*posts(20, seed=2)[0], "dragon", ""]
    assert np.array_equal(kept.classify(texts, [""] * 22), student.classify(texts, [""] * 22))
    assert kept.held_out(posts(3)[0]) == [False] * 3


@pytest.mark.parametrize(
    "change",
    [
        {"words_weights": np.zeros((1, 3), np.float32)},
        {"words_weights": np.array([{"a": 1}], dtype=object)},
        {"folds": np.array(2)},
        {"folds": np.array([1, 1])},
        {"reading": np.frombuffer(b"another", dtype=np.uint8)},
        {"pairs": np.frombuffer(b"dragon fire", dtype=np.uint8)},
        {"learned_from": np.zeros(3)},
        {"more": np.zeros(3)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_file_that_is_no_student_is_not_opened(student, tmp_path, change):
    student.write(tmp_path)
    with np.load(tmp_path / STUDENT_FILE) as archive:
        arrays = dict(archive)
    np.savez(tmp_path / STUDENT_FILE, **{**arrays, **change})
    with pytest.raises(WorkbenchError, match="is not a model of this version"):
        read(tmp_path, student.card)


def test_a_file_that_is_damaged_or_missing(student, tmp_path):
    with pytest.raises(WorkbenchError, match=f"has no {STUDENT_FILE}"):
        read(tmp_path, student.card)
    student.write(tmp_path)
    whole = (tmp_path / STUDENT_FILE).read_bytes()
    for damaged in (whole[: len(whole) // 2], b"nothing", b""):
        (tmp_path / STUDENT_FILE).write_bytes(damaged)
        with pytest.raises(WorkbenchError, match="is not a model of this version"):
            read(tmp_path, student.card)
