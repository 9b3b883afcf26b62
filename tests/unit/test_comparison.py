"""Classifiers on one table: the same texts for all, intervals in pairs, what cannot be known left empty."""

import json
import time

import numpy as np
import pandas as pd
import pytest
from tiny_encoder import tiny_classifier, tiny_encoder

from workbench.errors import WorkbenchError
from workbench.models import comparison
from workbench.models.compared_files import _halves
from workbench.models.comparison import COLUMNS, Opponents, compare
from workbench.models.footprint import Footprint, footprint, peak_memory
from workbench.models.labelled_files import read_labelled_file
from workbench.models.lexicon import LexiconModel
from workbench.models.linear import train_linear
from workbench.models.methods import Means
from workbench.models.paired_scores import scores_of
from workbench.models.registry import save

WORDS = {
    "negative": ["late", "lost", "rude", "broken", "cancelled", "worst"],
    "neutral": ["when", "where", "which", "gate", "timetable", "seat"],
    "positive": ["thanks", "great", "love", "friendly", "perfect", "best"],
}


def made(count, seed=0):
    random = np.random.default_rng(seed)
    drawn = [label for label in WORDS for _ in range(count)]
    return [
        f"flight {seed}{i} {' '.join(random.choice(WORDS[label], 2))}" for i, label in enumerate(drawn)
    ], drawn


@pytest.fixture
def quick(monkeypatch):
    """No process for each model: what they cost is not what is tested."""
    monkeypatch.setattr(
        comparison, "footprint", lambda loading, texts, place: Footprint(1.0, 1_000.0, 99.0, None)
    )


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return tiny_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.mark.usefixtures("quick")
def test_all_on_one_table(base, tmp_path):
    score = made(10, seed=1)
    name = tiny_classifier(tmp_path, list(WORDS))
    told = []
    table = compare(
        made(10),
        score,
        Means(base=base, progress=lambda done, what: told.append(done)),
        methods=("setfit", "probe", "tfidf", "lexicon", "embeddings", "student"),
        opponents=Opponents({"Vendor": [*score[1][:-3], "mixed", "", "negative"]}, [name]),
        cost_of_a_label=0.125,
    ).set_index("model")
    assert tuple(table.reset_index().columns) == COLUMNS
    assert set(table.index) == {
        "setfit",
        "probe",
        "tfidf",
        "lexicon",
        "embeddings",
        "student",
        "Vendor",
        name,
    }
    assert (table["n"] == 30).all()
    assert table.loc["Vendor", "accuracy"] == 27 / 30
    assert table.loc["tfidf", "labels"] == 30
    assert table.loc["tfidf", "cost_of_labels"] == 30 * 0.125
    assert table.loc["lexicon", "labels"] == 0
    assert pd.isna(table.loc["Vendor", "posts_per_second"])
    assert pd.isna(table.loc[name, "labels"])
    assert table.loc["tfidf", "hours_per_million"] == pytest.approx(1_000 / 3_600, abs=0.001)
    assert table["macro_f1"].is_monotonic_decreasing
    assert (table["low"].fillna(0) <= table["macro_f1"]).all()
    assert (table["macro_f1"] <= table["high"].fillna(1)).all()
    assert table.iloc[0][["behind", "behind_low", "behind_high"]].tolist() == [0, 0, 0]
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.usefixtures("quick")
def test_a_vendor_that_is_right_is_first_and_one_that_sees_nothing_is_last():
    learn, score = made(10), made(10, seed=1)
    vendors = {"right": score[1], "blind": ["neutral"] * 30}
    table = compare(learn, score, Means(), methods=["tfidf"], opponents=Opponents(vendors))
    assert table["model"].tolist() == ["right", "tfidf", "blind"]
    assert table["macro_f1"].iloc[0] == 1
    # Of three labels one is said always: F1 is 2 × 1/3 / (1 + 1/3) of it and 0 of the others.
    assert table["macro_f1"].iloc[2] == pytest.approx(0.5 / 3, abs=1e-4)
    assert table["behind_low"].iloc[2] > 0.5


@pytest.mark.usefixtures("quick")
def test_no_model_is_scored_on_what_any_has_learned_from(tmp_path):
    score = made(10, seed=1)
    saved = save(train_linear(score[0][::2], score[1][::2]), tmp_path)
    known = score[0][1].upper()
    learn = made(10)
    table = compare(
        ([*learn[0], known], [*learn[1], score[1][1]]),
        score,
        Means(),
        methods=["tfidf"],
        opponents=Opponents(trained=[saved]),
    )
    assert (table["n"] == 14).all()
    assert set(table["model"]) == {"tfidf", saved.name}
    with pytest.raises(WorkbenchError, match="has learned from all the texts to score on"):
        compare(
            learn, (score[0][::2], score[1][::2]), Means(), methods=[], opponents=Opponents(trained=[saved])
        )


@pytest.mark.usefixtures("quick")
def test_several_labels_may_hold(base):
    random = np.random.default_rng(0)
    rows = [
        frozenset(label for label in ("negative", "positive") if random.random() < 0.5) for _ in range(80)
    ]
    texts = [
        f"flight {i} " + " ".join(word for label in sorted(row) for word in random.choice(WORDS[label], 3))
        for i, row in enumerate(rows)
    ]
    means = Means("intents", ("negative", "positive"), is_multi_label=True, base=base)
    vendors = {"right": rows[40:], "silent": [frozenset()] * 40}
    table = compare(
        (texts[:40], rows[:40]),
        (texts[40:], rows[40:]),
        means,
        methods=["tfidf", "probe"],
        opponents=Opponents(vendors),
    ).set_index("model")
    assert table.loc["right", "macro_f1"] == 1
    assert table.loc["silent", "macro_f1"] == 0
    assert table.loc["tfidf", "macro_f1"] > 0.8
    assert 0 < table.loc["silent", "accuracy"] < 1


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"methods": ["tf-idf"]}, "there is no method 'tf-idf'. Did you mean 'tfidf'?"),
        (
            {"methods": [], "opponents": Opponents({"Vendor": ["neutral"]})},
            "Vendor has 1 labels for 30 texts",
        ),
        ({"methods": [], "opponents": Opponents()}, "nothing is compared"),
    ],
)
def test_what_cannot_be_compared_is_said(settings, message):
    with pytest.raises(WorkbenchError) as error:
        compare(made(10), made(10, seed=1), Means(), **settings)
    assert message in str(error.value)


@pytest.mark.usefixtures("quick")
def test_the_lexicon_does_not_know_other_labels():
    texts = made(10)[0]
    labels = [["a", "b"][i % 2] for i in range(30)]
    with pytest.raises(WorkbenchError, match="the lexicon knows negative, neutral and positive only"):
        compare((texts, labels), made(5, 1), Means("letters", ("a", "b", *WORDS)), methods=["lexicon"])


def test_the_interval_of_the_distance_is_closer_than_those_of_the_two():
    """Two models that are wrong about nearly the same texts are told apart though their intervals overlap."""
    random = np.random.default_rng(0)
    given = np.eye(2, dtype=bool)[random.integers(2, size=400)]
    one, other = given.copy(), given.copy()
    one[:120], other[:140] = ~one[:120], ~other[:140]
    scores = scores_of(given, [one, other])
    assert scores["low"][0] < scores["high"][1]
    assert scores["behind_low"][1] > 0
    assert scores["behind"][1] == pytest.approx(0.05, abs=0.002)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """A model that is right three times in four, about two labels as frequent: macro-F1 is .75."""
    held = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        given = np.eye(2, dtype=bool)[random.integers(2, size=150)]
        said = np.where(random.random(150)[:, None] < 0.75, given, ~given)
        low, high = scores_of(given, [said], repeats=200, seed=seed)[["low", "high"]].iloc[0]
        held += low <= 0.75 <= high
    assert 0.90 <= held / 200 <= 0.99


@pytest.mark.slow
def test_what_a_model_costs_is_measured_in_a_process_of_its_own(tmp_path):
    ballast = np.ones(60_000_000)  # 480 MB that are not the model's
    texts = made(200)[0]
    found = footprint(LexiconModel, texts)
    assert ballast.sum() > 0
    assert 20 < found.memory_mb < 480 < peak_memory()
    assert found.posts_per_second > 100
    assert found.disk_mb is None
    (tmp_path / "weights").write_bytes(bytes(2_000_000))
    assert footprint(_Slow, texts[:20], tmp_path).disk_mb == 2.0
    assert footprint(_Slow, texts[:20]).posts_per_second == pytest.approx(100, rel=0.3)


class _Slow(LexiconModel):
    def classify(self, texts, brands):
        end = time.process_time() + 0.01 * len(texts)
        while time.process_time() < end:
            pass
        return np.ones((len(texts), 3)) / 3


def test_a_file_is_compared_from_the_command_line(tmp_path, monkeypatch, capsys):
    from typer.testing import CliRunner

    from workbench.cli import app, model_comparison

    assert model_comparison.compare_models
    monkeypatch.setattr(
        comparison, "footprint", lambda loading, texts, place: Footprint(1.0, 1_000.0, 99.0, None)
    )
    monkeypatch.chdir(tmp_path)
    texts, labels = made(20)
    frame = pd.DataFrame(
        {"post": texts, "said": labels, "vendor": ["NEG" if i % 2 else "mixed" for i in range(60)]}
    )
    frame.to_csv("posts.csv", index=False)
    asked = ["models", "compare", "--file", "posts.csv", "--text", "post", "--label", "said", "--json"]
    ran = CliRunner().invoke(app, [*asked, "--method", "tfidf", "--method", "lexicon", "--vendor", "vendor"])
    assert ran.exit_code == 0, ran.exception
    rows = {row["model"]: row for row in json.loads(ran.stdout)}
    assert rows["tfidf"]["n"] == rows["vendor"]["n"] == 30
    assert rows["tfidf"]["labels"] == 30
    assert rows["tfidf"]["cost_of_labels"] == 30 * 15 * 30 / 3_600
    assert rows["vendor"]["posts_per_second"] is None
    assert rows["vendor"]["macro_f1"] < rows["tfidf"]["macro_f1"]
    # Of a class that the second file lacks the methods learn all the same.
    frame[frame["said"] != "neutral"].assign(post=lambda rows: rows["post"] + " again").to_csv("score.csv")
    ran = CliRunner().invoke(
        app, [*asked, "--score", "score.csv", "--method", "tfidf", "--method", "lexicon"]
    )
    assert ran.exit_code == 0, ran.exception
    assert {row["model"]: row["n"] for row in json.loads(ran.stdout)}["tfidf"] == 40


def compared(tmp_path, monkeypatch, **columns) -> dict:
    """What `models compare` says of columns of vendors beside the labels of a file, or that it fails with."""
    from typer.testing import CliRunner

    from workbench.cli import app

    monkeypatch.setattr(
        comparison, "footprint", lambda loading, texts, place: Footprint(1.0, 1_000.0, 99.0, None)
    )
    monkeypatch.chdir(tmp_path)
    texts, labels = made(20)
    pd.DataFrame({"post": texts, "said": labels, **{n: f(labels) for n, f in columns.items()}}).to_csv(
        "posts.csv"
    )
    asked = ["models", "compare", "--file", "posts.csv", "--text", "post", "--label", "said", "--json"]
    vendors = [word for name in columns for word in ("--vendor", name)]
    ran = CliRunner().invoke(app, [*asked, "--method", "tfidf", *vendors])
    if ran.exception:
        raise ran.exception
    return {row["model"]: row for row in json.loads(ran.stdout)}


def test_a_model_of_hugging_face_is_not_asked_for_several_labels(tmp_path):
    means = Means(task="care", classes=("late", "rude"), is_multi_label=True)
    both = ["late and rude", "on time"] * 20, [frozenset({"late", "rude"}), frozenset()] * 20
    with pytest.raises(WorkbenchError, match="'some/model' is read as a model that says one label a text"):
        compare(both, both, means, methods=["tfidf"], opponents=Opponents(hugging_face=["some/model"]))


def test_a_vendor_that_is_right_in_numbers_is_right(tmp_path, monkeypatch):
    numbers = {"negative": -1, "neutral": 0, "positive": 1}
    rows = compared(
        tmp_path,
        monkeypatch,
        numbers=lambda labels: [numbers[label] for label in labels],
        words=lambda labels: [label.upper() if n > 1 else "" for n, label in enumerate(labels)],
    )
    assert rows["numbers"]["macro_f1"] == 1.0
    assert rows["words"]["macro_f1"] > 0.9


def test_a_vendor_that_says_nothing_is_not_right_where_a_class_is_called_none(tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from workbench.cli import app

    monkeypatch.setattr(
        comparison, "footprint", lambda loading, texts, place: Footprint(1.0, 1_000.0, 99.0, None)
    )
    monkeypatch.chdir(tmp_path)
    texts, labels = made(20)
    given = ["none" if label == "neutral" else label for label in labels]
    silent = ["" if label == "none" else label for label in given]
    pd.DataFrame({"text": texts, "label": given, "silent": silent, "says": given}).to_csv("posts.csv")
    asked = ["models", "compare", "--file", "posts.csv", "--task", "mood", "--vendor", "silent", "--json"]
    ran = CliRunner().invoke(app, [*asked, "--vendor", "says", "--method", "tfidf"], catch_exceptions=False)
    rows = {row["model"]: row["macro_f1"] for row in json.loads(ran.stdout)}
    assert rows["says"] == 1
    assert rows["silent"] == pytest.approx(2 / 3, abs=1e-3)


def test_words_of_a_vendor_that_are_not_understood_are_refused(tmp_path, monkeypatch):
    with pytest.raises(
        WorkbenchError, match=r"'negatief', 'neutraal', 'positief'\. Their meaning is not guessed"
    ):
        compared(
            tmp_path,
            monkeypatch,
            vendor=lambda labels: [
                {"negative": "negatief", "neutral": "neutraal", "positive": "positief"}[one] for one in labels
            ],
        )


def test_posts_shared_ten_times_tell_no_more_than_once():
    random = np.random.default_rng(0)
    given = np.eye(2, dtype=bool)[random.integers(2, size=100)]
    said = np.where(random.random((100, 1)) < 0.7, given, ~given)
    once = scores_of(given, [said, ~said])
    groups = np.repeat(np.arange(100), 10)
    shared = scores_of(given[groups], [said[groups], ~said[groups]], groups)
    np.testing.assert_allclose(shared[["macro_f1", "low", "high"]], once[["macro_f1", "low", "high"]])


def test_what_reads_alike_is_not_parted(tmp_path, monkeypatch):
    texts, labels = made(20)
    monkeypatch.chdir(tmp_path)
    shared = [f"{text} @x{n}" for n in range(5) for text in texts]
    pd.DataFrame({"text": shared, "label": labels * 5}).to_csv("a.csv")
    found = read_labelled_file(tmp_path / "a.csv", "text", ["label"])
    learn, score = _halves(found, 0.5, 0)
    assert len(learn) == len(score) == 150
    assert not {found.texts[i].split(" @")[0] for i in learn} & {found.texts[i].split(" @")[0] for i in score}


@pytest.mark.parametrize(("name", "between"), [("late", ", "), ("late, lost", "|")])
def test_a_vendor_may_write_several_labels_with_commas(tmp_path, monkeypatch, name, between):
    from typer.testing import CliRunner

    from workbench.cli import app

    monkeypatch.setattr(
        comparison, "footprint", lambda loading, texts, place: Footprint(1.0, 1_000.0, 99.0, None)
    )
    monkeypatch.chdir(tmp_path)
    texts, labels = made(20)
    sets = [[label] if i % 2 else [label, name] for i, label in enumerate(labels)]
    rows = {
        "text": texts,
        "label": ["|".join(one) for one in sets],
        "vendor": [between.join(one) for one in sets],
    }
    pd.DataFrame(rows).to_csv("posts.csv")
    pd.DataFrame(rows | {"text": [f"{text} again" for text in texts]}).to_csv("score.csv")
    asked = ["models", "compare", "--file", "posts.csv", "--task", "care", "--vendor", "vendor", "--json"]
    ran = CliRunner().invoke(app, [*asked, "--method", "tfidf"], catch_exceptions=False)
    assert {row["model"]: row["macro_f1"] for row in json.loads(ran.stdout)}["vendor"] == 1
    ran = CliRunner().invoke(
        app, [*asked, "--score", "score.csv", "--method", "tfidf"], catch_exceptions=False
    )
    assert {row["model"]: row["macro_f1"] for row in json.loads(ran.stdout)}["vendor"] == 1
