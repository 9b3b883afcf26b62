"""Training on labels: which ones teach, by which kind of model, and what is then said of posts."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from unit.labelled_lake import filled, judgement
from unit.test_linear import made
from unit.test_multi_label import made as several

from workbench.errors import WorkbenchError
from workbench.models.classification import classify_mentions
from workbench.models.classifier import LABELS
from workbench.models.cross_fitting import CrossFitted
from workbench.models.evaluation import said_by
from workbench.models.in_use import current, is_one_in_use, newest
from workbench.models.languages import is_checked_in
from workbench.models.lessons import TaskLabels
from workbench.models.lexicon import LexiconModel
from workbench.models.linear import LinearModel, train_linear
from workbench.models.promotion import promote
from workbench.models.registry import list_models, named, save
from workbench.models.training import train_model, train_sentiment
from workbench.refresh import refresh
from workbench.settings import Labeling, parse_settings

TASKS = Labeling(folder=str(Path(__file__).parents[2] / "labeling"))


@pytest.fixture
def settings(tmp_path):
    return parse_settings({"brands": {"Acme": {"keywords": ["line"]}}}, tmp_path)


@pytest.fixture
def labelled(settings):
    texts, labels = made(10)
    given = [judgement(f"x:{i}", label) for i, label in enumerate(labels)]
    return filled(settings, *given, texts=[f"{text} line" for text in [*texts, "never labelled"]])


def trained(settings):
    folder = settings.data_folder / "models"
    return named(folder, "sentiment", newest(folder, "sentiment"))


@pytest.mark.parametrize(("wanted", "kind"), [(None, CrossFitted), (True, CrossFitted), (False, LinearModel)])
def test_the_labels_of_a_lake_make_a_cross_fitted_model_unless_told(settings, labelled, wanted, kind):
    card = train_sentiment(settings, with_embeddings=False, cross_fitted=wanted)
    assert isinstance(trained(settings), kind)
    assert card["trained_on"]["labels_version"] == labelled.current_versions()["labels"]


@pytest.mark.parametrize(("wanted", "kind"), [(None, LinearModel), (True, CrossFitted)])
def test_a_file_makes_a_plain_model_unless_told(settings, tmp_path, wanted, kind):
    lines = [f"{text},{label}" for text, label in zip(*made(10), strict=True)]
    file = tmp_path / "labelled.csv"
    file.write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    train_sentiment(settings, file, with_embeddings=False, cross_fitted=wanted)
    assert isinstance(trained(settings), kind)


def test_a_lake_without_labels_is_an_error(settings):
    with pytest.raises(WorkbenchError, match="has no sentiment labels"):
        train_sentiment(settings)


def said(lake, model: str) -> dict[str, set[bool]]:
    rows = lake.read("predictions", ["post_id", "is_held_out"], where=f"model = '{model}'").to_pylist()
    return {
        one["post_id"]: {row["is_held_out"] for row in rows if row["post_id"] == one["post_id"]}
        for one in rows
    }


def test_every_prediction_of_a_cross_fitted_model_is_held_out(settings, labelled):
    name = train_sentiment(settings, with_embeddings=False)["name"]
    promote(settings.data_folder / "models", "sentiment", name, "to see what it says")
    assert refresh(settings)["model"] == name
    assert said(labelled, name) == {f"x:{i}": {True} for i in range(31)}


def test_a_plain_model_of_the_lake_is_kept_and_not_put_in_use(settings, labelled):
    card = train_sentiment(settings, with_embeddings=False, cross_fitted=False)
    assert not card["is_promoted"]
    assert "learned from labels of the lake" in card["promotion"]
    assert refresh(settings)["model"] == LexiconModel.name


def test_a_model_of_another_task_reads_the_posts_as_well(settings, labelled):
    folder = settings.data_folder / "models"
    texts, labels = made(10)
    words = ["sarcastic" if label == "negative" else "literal" for label in labels]
    save(train_linear(texts, words, classes=("sarcastic", "literal"), task="sarcasm"), folder)
    done = refresh(settings.model_copy(update={"labeling": TASKS}))
    assert (done["classified"], done["sarcasm_classified"], done["sarcasm_unread"]) == (31, 31, 0)
    assert done["sarcasm_model"] != done["model"] == LexiconModel.name
    read = labelled.read("predictions", ["post_id"], where="task = 'sarcasm'")
    assert len(set(read["post_id"].to_pylist())) == 31


def test_a_plain_model_says_what_it_learned_from(settings, labelled):
    name = train_sentiment(settings, with_embeddings=False, cross_fitted=False)["name"]
    classify_mentions(labelled, trained(settings))
    assert said(labelled, name) == {f"x:{i}": {i == 30} for i in range(31)}


def test_the_lexicon_is_always_held_out(settings, labelled):
    assert classify_mentions(labelled, LexiconModel()) == 31
    assert set.union(*said(labelled, LexiconModel.name).values()) == {True}


def labelled_file(tmp_path, texts, labels) -> Path:
    file = tmp_path / "labelled.csv"
    lines = [f"{text},{label}" for text, label in zip(texts, labels, strict=True)]
    file.write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    return file


def test_a_training_stopped_before_it_is_judged_puts_nothing_in_use(settings, tmp_path, monkeypatch):
    def stopped(*arguments, **options):
        raise KeyboardInterrupt

    file, folder = labelled_file(tmp_path, *made(20)), settings.data_folder / "models"
    monkeypatch.setattr("workbench.models.training.consider", stopped)
    with pytest.raises(KeyboardInterrupt):
        train_sentiment(settings, file, with_embeddings=False)
    assert len(list_models(folder, "sentiment")) == 2, "it is kept"
    assert current(folder, "sentiment").name == LexiconModel.name
    monkeypatch.undo()
    other = labelled_file(tmp_path, *made(20, seed=1))
    assert "macro-F1" in train_sentiment(settings, other, with_embeddings=False)["promotion"]


@pytest.mark.parametrize("is_better", [True, False])
def test_setfit_is_put_in_use_only_where_it_beats_a_linear_model(settings, tmp_path, monkeypatch, is_better):
    texts, labels = made(20)
    labels = [LABELS[(LABELS.index(label) + (n % 3 == 0)) % 3] for n, label in enumerate(labels)]

    def setfit(*_arguments):
        model = train_linear(texts, labels, task="tone", classes=LABELS)
        model.out_of_fold = np.eye(3)[[LABELS.index(label) if is_better else 0 for label in labels]]
        return model

    monkeypatch.setattr("workbench.models.training.setfit", setfit)
    file, tone = labelled_file(tmp_path, texts, labels), TaskLabels("tone", LABELS, False)
    card = train_model(settings, tone, file, kind="setfit", with_embeddings=False)
    assert card["is_promoted"] is is_better
    assert ("not shown to beat" in card["promotion"]) is not is_better
    assert bool(is_one_in_use(settings.data_folder / "models", "tone")) is is_better


def test_a_setfit_model_is_kept_however_its_comparison_ends(settings, tmp_path, monkeypatch):
    def stopped(*_arguments):
        raise KeyboardInterrupt

    texts, labels = made(20)
    monkeypatch.setattr(
        "workbench.models.training.setfit",
        lambda *_: train_linear(texts, labels, task="tone", classes=LABELS),
    )
    monkeypatch.setattr("workbench.models.training.linear", stopped)
    file = labelled_file(tmp_path, texts, labels)
    with pytest.raises(KeyboardInterrupt):
        train_model(settings, TaskLabels("tone", LABELS, False), file, kind="setfit")
    folder = settings.data_folder / "models"
    assert len(list_models(folder, "tone")) == 1, "what took hours is there"
    assert not is_one_in_use(folder, "tone")


def test_a_model_of_a_file_reads_no_language_that_the_file_does_not_speak(settings, tmp_path):
    texts, labels = made(20)
    english = [f"{text} and that is what I think of this service" for text in texts]
    card = train_sentiment(settings, labelled_file(tmp_path, english, labels), with_embeddings=False)
    assert is_checked_in(
        card, ["The line is down since this morning", "Die Leitung ist seit heute früh tot"]
    ) == [
        True,
        False,
    ]


def test_what_a_file_taught_is_not_put_in_use_where_the_labels_of_the_lake_speak_against_it(
    settings, tmp_path
):
    """The file turns every label round; its own texts are all that it could be judged by without the lake."""
    texts, labels = made(40)
    given = [judgement(f"x:{i}", label) for i, label in enumerate(labels)]
    filled(settings, *given, texts=[f"{text} line" for text in texts])
    used = train_sentiment(settings, with_embeddings=False)
    if not used["is_promoted"]:  # a lexicon reads these texts well, too
        promote(settings.data_folder / "models", "sentiment", used["name"], "to begin with")
    round_about = {"negative": "positive", "positive": "negative", "neutral": "neutral"}
    lines = [f"{text} indeed,{round_about[label]}" for text, label in zip(*made(30, seed=5), strict=True)]
    file = tmp_path / "others.csv"
    file.write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    card = train_sentiment(settings, file, with_embeddings=False)
    assert not card["is_promoted"]
    assert (
        "on the labels of the lake, which speak for the posts it would read, it does worse"
        in card["promotion"]
    )
    assert current(settings.data_folder / "models").name == used["name"]


@pytest.mark.parametrize("cross_fitted", [False, True])
def test_labels_that_a_file_has_no_column_of_are_not_taught_as_never_holding(
    settings, tmp_path, cross_fitted
):
    """Two columns of a task of four labels: of the other two the texts say nothing, neither yes nor no."""
    texts, label_sets = several(60)
    labels, asked = ("late delivery", "rude staff", "refund", "battery"), ["late delivery", "rude staff"]
    rows = [
        {"text": text, **{one: int(one in own) for one in asked}}
        for text, own in zip(texts, label_sets, strict=True)
    ]
    file = tmp_path / "some.csv"
    pd.DataFrame(rows).to_csv(file, index=False)
    card = train_model(
        settings,
        TaskLabels("care", labels, True),
        file,
        label_columns=asked,
        with_embeddings=False,
        cross_fitted=cross_fitted,
    )
    model = named(settings.data_folder / "models", "care", card["name"])
    said = said_by(model, model.classify(["my refund", "was the city", "my battery was late"], [""] * 3))
    assert said.tolist() == [[False, False, True, False], [False] * 4, [True, False, False, True]]
    assert card["limits"][-1] == (
        "Nobody looked for refund, battery in the labelled texts: read by the name alone, and unproven."
    )
    assert card["scores"]["fairly_drawn"]["accuracy"] > 0.8


def test_two_labels_in_a_cell_make_no_other_kind_of_model_of_a_task(settings, tmp_path):
    topics = TaskLabels("topics")
    rows = [f"{text},{label}" for text, label in zip(*made(10), strict=True)]
    file = tmp_path / "topics.csv"
    file.write_text("\n".join(["text,label", *rows]), encoding="utf-8")
    train_model(settings, topics, file, with_embeddings=False)
    file.write_text("\n".join(["text,label", *rows, "both,negative|positive"]), encoding="utf-8")
    with pytest.raises(
        WorkbenchError, match=r"1 texts of the file have several labels, and linear-.* gives one"
    ):
        train_model(settings, topics, file, with_embeddings=False)
