"""The labels of a lake are parted into posts to learn from and posts to score on; what was picked scores nothing."""

import pandas as pd
import pytest
from tiny_encoder import tiny_classifier
from unit.labelled_lake import filled, judgement
from unit.test_comparison import made, quick  # noqa: F401

from workbench.errors import WorkbenchError
from workbench.labels.opened_task import open_task
from workbench.models.compared_labels import compare_labels
from workbench.models.lessons import SENTIMENT, TaskLabels
from workbench.settings import parse_settings
from workbench.store.schema import open_lake

INTENTS = TaskLabels("intents", ("late", "lost"), True)

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def settings(tmp_path):
    return parse_settings({"labeling": {"seconds_per_label": 12, "hourly_cost": 30}}, tmp_path)


def test_models_learn_from_one_part_and_are_scored_on_the_other(settings):
    texts, labels = made(20)
    filled(settings, *(judgement(f"x:{i}", label) for i, label in enumerate(labels)), texts=texts)
    table = compare_labels(settings, SENTIMENT, methods=["lexicon", "tfidf"], held_out=0.3).set_index("model")
    assert list(table["n"]) == [18, 18]
    assert table.loc["tfidf", "labels"] == 42
    assert table.loc["tfidf", "cost_of_labels"] == pytest.approx(42 * 0.1)
    assert table.loc["tfidf", "macro_f1"] > 0.9


def test_a_model_of_hugging_face_whose_labels_say_nothing_needs_their_meaning(settings, tmp_path):
    texts, labels = made(20)
    filled(settings, *(judgement(f"x:{i}", label) for i, label in enumerate(labels)), texts=texts)
    name = tiny_classifier(tmp_path / "elsewhere", ["LABEL_0", "LABEL_1", "LABEL_2"])
    ask = {"methods": ["lexicon"], "hugging_face": [name]}
    with pytest.raises(WorkbenchError, match="LABEL_0"):
        compare_labels(settings, SENTIMENT, **ask)
    meaning = ["LABEL_0=negative", "LABEL_1=neutral", "LABEL_2=positive"]
    table = compare_labels(settings, SENTIMENT, meaning=meaning, **ask)
    assert len(table) == 2


def test_a_vendors_column_of_a_file_stands_on_the_same_table(settings, tmp_path):
    texts, labels = made(20)
    rows = pd.DataFrame({"said": texts, "people": labels, "vendor": labels})
    rows.to_csv(tmp_path / "labelled.csv", index=False)
    task = open_task(settings, open_lake(settings), "sentiment")
    table = task.compare(["tfidf"], file="labelled.csv", text="said", label="people", vendors=["vendor"])
    assert table.set_index("model").loc["vendor", "macro_f1"] == 1
    with pytest.raises(WorkbenchError, match=r"Name the file too: file=labelled\.csv"):
        task.compare(["tfidf"], vendors=["vendor"])


def test_a_post_that_was_picked_for_a_model_teaches_and_never_scores(settings):
    texts, labels = made(20)
    strategies = ["uncertainty" if i % 2 else "imported" for i in range(len(labels))]
    given = [
        judgement(f"x:{i}", label, strategy=way)
        for i, (label, way) in enumerate(zip(labels, strategies, strict=True))
    ]
    filled(settings, *given, texts=texts)
    table = compare_labels(settings, SENTIMENT, methods=["tfidf"], held_out=0.5)
    assert table["n"].item() == 15
    assert table["labels"].item() == 30 + 15


def test_of_several_labels_only_posts_judged_for_every_one_take_part(settings):
    texts = [f"{word} flight {i}" for i in range(20) for word in ("late", "lost", "both late lost")]
    given = []
    for i, text in enumerate(texts):
        for label in INTENTS.classes:
            if i % 10 == 0 and label == "lost":
                continue  # nobody said
            holds = label in text
            told = label if holds else f"not:{label}"
            given.append(judgement(f"x:{i}", told, task="intents", annotation_id=f"{i}-{label}"))
    filled(settings, *given, texts=texts)
    table = compare_labels(settings, INTENTS, methods=["tfidf"], held_out=0.25)
    assert table["labels"].item() + table["n"].item() == 54


def test_too_few_fair_labels_are_an_error_that_says_what_to_do(settings):
    texts, labels = made(5)
    filled(settings, *(judgement(f"x:{i}", label) for i, label in enumerate(labels)), texts=texts)
    with pytest.raises(WorkbenchError, match=r"15 posts .* needs 30.*workbench labels push --task sentiment"):
        compare_labels(settings, SENTIMENT, methods=["tfidf"])
