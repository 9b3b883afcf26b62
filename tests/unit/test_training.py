"""Training on labels: which ones teach, by which kind of model, and what is then said of posts."""

import datetime as dt

import pyarrow as pa
import pytest
from unit.rows import NOON, mention, mentions, post, posts
from unit.test_linear import made

from workbench.errors import WorkbenchError
from workbench.models.classification import classify_mentions
from workbench.models.cross_fitting import CrossFitted
from workbench.models.lexicon import LexiconModel
from workbench.models.linear import LinearModel
from workbench.models.registry import current
from workbench.models.training import labelled_texts, train_sentiment
from workbench.refresh import refresh
from workbench.settings import parse_settings
from workbench.store.schema import open_lake
from workbench.tables import LABELS


@pytest.fixture
def settings(tmp_path):
    return parse_settings({"brands": {"Acme": {"keywords": ["line"]}}}, tmp_path)


def judgement(post_id: str, label: str, number: int = 0, **columns: object) -> dict:
    return {
        "annotation_id": f"{post_id}-{number}",
        "post_id": post_id,
        "brand": "Acme",
        "task": "sentiment",
        "label": label,
        "annotator": "p1",
        "labelled_at": NOON + dt.timedelta(minutes=number),
        "strategy": "imported",
        **columns,
    }


def filled(settings, *judgements: dict, texts=("one", "two", "three")):
    """A lake of these texts, mentions of Acme, with these judgements."""
    lake = open_lake(settings)
    lake.merge("posts", posts(*(post(str(i), text=text) for i, text in enumerate(texts))))
    lake.merge("mentions", mentions(*(mention(str(i)) for i in range(len(texts)))))
    lake.merge("labels", LABELS.conform(pa.Table.from_pylist(list(judgements), LABELS.schema)))
    return lake


def taught(lake) -> dict[str, str]:
    rows = labelled_texts(lake)
    return dict(zip(rows["text"].to_pylist(), rows["label"].to_pylist(), strict=True))


def test_truth_never_trains_and_drawn_and_imported_labels_do(settings):
    lake = filled(
        settings,
        judgement("x:0", "negative", strategy="truth", annotator="truth"),
        judgement("x:1", "neutral", strategy="random", sample_id="s1", inclusion_probability=0.5),
        judgement("x:2", "positive", strategy="imported"),
    )
    assert taught(lake) == {"two": "neutral", "three": "positive"}


def test_truth_does_not_contradict_what_a_person_said(settings):
    lake = filled(
        settings,
        judgement("x:0", "negative", strategy="truth", annotator="truth"),
        judgement("x:0", "positive", 1, strategy="random", sample_id="s1", inclusion_probability=0.5),
    )
    assert taught(lake) == {"one": "positive"}


def test_contradictions_and_other_labels_teach_nothing(settings):
    lake = filled(
        settings,
        judgement("x:0", "negative"),
        judgement("x:0", "positive", annotator="p2", annotation_id="other"),
        judgement("x:1", "mixed"),
        judgement("x:2", "negative", task="irony"),
    )
    assert taught(lake) == {}


def test_of_one_persons_judgements_the_latest_counts(settings):
    lake = filled(settings, judgement("x:0", "negative", 1), judgement("x:0", "neutral", 2))
    assert taught(lake) == {"one": "neutral"}


def test_one_source_that_says_both_at_once_contradicts_itself(settings):
    lake = filled(settings, judgement("x:0", "negative"), judgement("x:0", "neutral", annotation_id="other"))
    assert taught(lake) == {}


def test_media_are_learned_from_as_they_are_read(settings):
    lake = open_lake(settings)
    lake.merge("posts", posts(post("0", text="Look", media="A broken screen")))
    lake.merge("labels", LABELS.conform(pa.Table.from_pylist([judgement("x:0", "negative")], LABELS.schema)))
    assert taught(lake) == {"Look\nA broken screen": "negative"}


@pytest.fixture
def labelled(settings):
    texts, labels = made(10)
    given = [judgement(f"x:{i}", label) for i, label in enumerate(labels)]
    return filled(settings, *given, texts=[f"{text} line" for text in [*texts, "never labelled"]])


def model_in_use(settings):
    return current(settings.data_folder / "models")


@pytest.mark.parametrize(("wanted", "kind"), [(None, CrossFitted), (True, CrossFitted), (False, LinearModel)])
def test_the_labels_of_a_lake_make_a_cross_fitted_model_unless_told(settings, labelled, wanted, kind):
    card = train_sentiment(settings, with_embeddings=False, cross_fitted=wanted)
    assert isinstance(model_in_use(settings), kind)
    assert card["trained_on"]["labels_version"] == labelled.current_versions()["labels"]


@pytest.mark.parametrize(("wanted", "kind"), [(None, LinearModel), (True, CrossFitted)])
def test_a_file_makes_a_plain_model_unless_told(settings, tmp_path, wanted, kind):
    lines = [f"{text},{label}" for text, label in zip(*made(10), strict=True)]
    file = tmp_path / "labelled.csv"
    file.write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    train_sentiment(settings, file, with_embeddings=False, cross_fitted=wanted)
    assert isinstance(model_in_use(settings), kind)


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
    assert refresh(settings)["model"] == name
    assert said(labelled, name) == {f"x:{i}": {True} for i in range(31)}


def test_a_plain_model_says_what_it_learned_from(settings, labelled):
    name = train_sentiment(settings, with_embeddings=False, cross_fitted=False)["name"]
    classify_mentions(labelled, model_in_use(settings))
    assert said(labelled, name) == {f"x:{i}": {i == 30} for i in range(31)}


def test_the_lexicon_is_always_held_out(settings, labelled):
    assert classify_mentions(labelled, LexiconModel()) == 31
    assert set.union(*said(labelled, LexiconModel.name).values()) == {True}
