"""What a few labels are worth: the same draws for every method, nothing scored that was learnt, going on later."""

import json

import numpy as np
import pandas as pd
import pytest
from tiny_encoder import tiny_encoder

from workbench.errors import WorkbenchError
from workbench.models import setfit_training  # noqa: F401 - before a test puts other encoders in its place
from workbench.models.classifier import LABELS
from workbench.models.few_shot import draw, few_shot_rows, few_shot_table
from workbench.models.methods import METHODS, Means

WORDS = {
    "negative": ["late", "lost", "rude"],
    "neutral": ["when", "gate", "seat"],
    "positive": ["thanks", "love"],
}


def made(count, seed=0):
    random = np.random.default_rng(seed)
    drawn = [label for label in LABELS for _ in range(count)]
    return [
        f"flight {seed}{i} {' '.join(random.choice(WORDS[label], 2))}" for i, label in enumerate(drawn)
    ], drawn


def test_more_labels_are_worth_more_and_rows_are_complete():
    random = np.random.default_rng(0)
    noisy = [
        (" ".join(random.choice(WORDS[label] * 1 + ["the", "a", "flight", "to", "my"] * 3, 12)), label)
        for label in LABELS
        for _ in range(60)
    ]
    texts, labels = zip(*noisy, strict=True)
    parts = (texts[::2], labels[::2]), (texts[1::2], labels[1::2])
    rows = list(few_shot_rows(*parts, Means(), sizes=(5, 30), seeds=2, methods=["tfidf"]))
    assert [(row["labels_of_each"], row["seed"]) for row in rows] == [(5, 0), (5, 1), (30, 0), (30, 1)]
    assert all(0 <= row["macro_f1"] <= 1 for row in rows)
    table = few_shot_table(rows).set_index("labels_of_each")
    assert table.loc[30, "macro_f1"] > table.loc[5, "macro_f1"]
    assert (table["draws"] == 2).all()


def test_every_method_learns_from_the_same_draws(monkeypatch):
    seen = []

    def learning(name):
        return lambda texts, labels, means: seen.append((name, tuple(texts))) or _Guess()

    methods = {name: learning(name) for name in ("tfidf", "setfit")}
    monkeypatch.setattr("workbench.models.few_shot.METHODS", methods)
    rows = list(
        few_shot_rows(made(10), made(5, 1), Means(), sizes=(5,), seeds=2, methods=["tfidf", "setfit"])
    )
    assert len(rows) == 4
    assert [name for name, _ in seen] == ["tfidf", "setfit"] * 2
    assert seen[0][1] == seen[1][1] != seen[2][1] == seen[3][1]


class _Guess:
    name, labels, card = "guess", LABELS, {"is_multi_label": False}

    def classify(self, texts, brands):
        return np.full((len(texts), 3), 1 / 3)


def test_an_encoder_that_stays_as_it_is_reads_no_text_twice(tmp_path, monkeypatch):
    from workbench.models import embeddings

    base = tiny_encoder(tmp_path)
    read = []

    class Counting:
        def __init__(self, encoder):
            self.encoder = encoder

        def encode(self, texts, **settings):
            read.extend(texts)
            return self.encoder.encode(texts, **settings)

        def get_embedding_dimension(self):
            return self.encoder.get_embedding_dimension()

    load = embeddings.load_encoder
    monkeypatch.setattr(embeddings, "load_encoder", lambda name: Counting(load(name)))
    rows = list(few_shot_rows(made(10), made(5, 1), Means(base=base), sizes=(5,), seeds=2, methods=["probe"]))
    assert len(rows) == 2
    assert len(read) == len(set(read)) > 15


def test_interrupted_it_goes_on_with_what_is_missing(tmp_path, monkeypatch):
    asked = {"sizes": (5,), "seeds": 2, "methods": ["tfidf"], "kept": tmp_path / "rows.jsonl"}
    first = next(few_shot_rows(made(10), made(5, 1), Means(), **asked))
    with asked["kept"].open("a") as file:
        file.write('{"method": "tfi')  # killed while it wrote
    tfidf, learnt = METHODS["tfidf"], []
    counting = lambda texts, labels, means: learnt.append(means.seed) or tfidf(texts, labels, means)  # noqa: E731
    monkeypatch.setattr("workbench.models.few_shot.METHODS", {"tfidf": counting})
    rows = list(few_shot_rows(made(10), made(5, 1), Means(), **asked))
    assert rows[0] == first
    assert [row["seed"] for row in rows] == [0, 1]
    assert learnt == [1]
    assert list(few_shot_rows(made(10), made(5, 1), Means(), **asked)) == rows


def test_another_seed_makes_other_draws(tmp_path):
    asked = {"sizes": (5,), "seeds": 2, "methods": ["tfidf"], "kept": tmp_path / "rows.jsonl"}
    first, next_ones = (
        list(few_shot_rows(made(10), made(5, 1), Means(seed=seed), **asked)) for seed in (0, 1)
    )
    assert [row["seed"] for row in first] == [0, 1]
    assert [row["seed"] for row in next_ones] == [1, 2]
    assert next_ones[0] == first[1], "a draw that is known is not made again"


def test_what_was_learnt_is_not_scored():
    learn, score = made(10), made(5, 1)
    twice = ([*score[0], learn[0][0].upper()], [*score[1], learn[1][0]])
    assert next(few_shot_rows(learn, twice, Means(), sizes=(5,), methods=["tfidf"]))["n"] == 15
    with pytest.raises(WorkbenchError, match="every text to score on is also one to learn from"):
        next(few_shot_rows(learn, learn, Means(), sizes=(5,), methods=["tfidf"]))


def test_a_post_shared_a_hundred_times_is_one_label():
    """Of six different texts of a label, of which one comes a hundred times, five are drawn."""
    texts, labels = made(6)
    learn = [*texts, *[f"RT @ann: {texts[0]}"] * 100], [*labels, *[labels[0]] * 100]
    rows = list(few_shot_rows(learn, made(6, seed=1), Means(), sizes=[5], seeds=3, methods=["tfidf"]))
    assert len(rows) == 3


def test_too_few_of_a_label_is_said():
    with pytest.raises(
        WorkbenchError, match="there are 3 texts of 'neutral' to learn from and 4 are to be drawn"
    ):
        draw(["neutral"] * 3 + ["negative"] * 9, ("negative", "neutral"), 4, seed=0)


def test_what_cannot_be_drawn_is_said_before_anything_is_learnt():
    rows = few_shot_rows(made(12), made(12, seed=1), Means(), sizes=(5, 13), methods=["tfidf"])
    with pytest.raises(WorkbenchError, match=r"there are 12 texts of .* and 13 are to be drawn"):
        next(rows)


def test_a_file_from_the_command_line(tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from workbench.cli import app, model_comparison

    assert model_comparison.few_shot
    monkeypatch.chdir(tmp_path)
    for name, seed in (("learn", 0), ("score", 1)):
        texts, labels = made(12, seed)
        pd.DataFrame({"text": texts, "label": labels}).to_csv(f"{name}.csv", index=False)
    asked = [
        "models",
        "few-shot",
        "--file",
        "learn.csv",
        "--score",
        "score.csv",
        "--size",
        "6",
        "--seeds",
        "2",
    ]
    ran = CliRunner().invoke(app, [*asked, "--method", "tfidf", "--json"])
    assert ran.exit_code == 0, ran.exception
    (row,) = json.loads(ran.stdout)
    assert (row["method"], row["labels_of_each"], row["draws"], row["n"]) == ("tfidf", 6, 2, 36)
    assert row["lowest"] <= row["macro_f1"] <= row["highest"]
