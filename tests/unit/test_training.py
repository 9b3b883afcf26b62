"""Training on labels: which ones teach, by which kind of model, and what is then said of posts."""

from pathlib import Path

import pytest
from unit.labelled_lake import filled, judgement
from unit.test_linear import made

from workbench.errors import WorkbenchError
from workbench.models.classification import classify_mentions
from workbench.models.cross_fitting import CrossFitted
from workbench.models.lexicon import LexiconModel
from workbench.models.linear import LinearModel, train_linear
from workbench.models.promotion import promote
from workbench.models.registry import named, newest, save
from workbench.models.training import train_sentiment
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
    refresh(settings.model_copy(update={"labeling": TASKS}))
    read = labelled.read("predictions", ["post_id"], where="task = 'sarcasm'")
    assert len(set(read["post_id"].to_pylist())) == 31


def test_a_plain_model_says_what_it_learned_from(settings, labelled):
    name = train_sentiment(settings, with_embeddings=False, cross_fitted=False)["name"]
    classify_mentions(labelled, trained(settings))
    assert said(labelled, name) == {f"x:{i}": {i == 30} for i in range(31)}


def test_the_lexicon_is_always_held_out(settings, labelled):
    assert classify_mentions(labelled, LexiconModel()) == 31
    assert set.union(*said(labelled, LexiconModel.name).values()) == {True}
