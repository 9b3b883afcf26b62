"""A table of texts that is not in the lake: what a model says of each row."""

import pandas as pd
import pytest

from workbench.errors import WorkbenchError
from workbench.models.file_predictions import predict_file
from workbench.models.multi_label import train_multi_label
from workbench.models.registry import save
from workbench.settings import parse_settings


@pytest.fixture
def settings(tmp_path):
    return parse_settings({}, tmp_path)


def _file(tmp_path, *texts):
    file = tmp_path / "posts.csv"
    pd.DataFrame({"id": range(len(texts)), "words": texts}).to_csv(file, index=False)
    return file


def test_each_row_of_the_file_has_a_row(settings, tmp_path):
    file = _file(tmp_path, "I love it", "", "terrible, awful", "mail me: jo@example.org")
    found = predict_file(settings, file, "words")
    assert found["row"].tolist() == [1, 2, 3, 4]
    assert found["label"].fillna("nothing").tolist()[:3] == ["positive", "nothing", "negative"]
    assert found.loc[1, ["p_negative", "p_neutral", "p_positive"]].isna().all()
    probabilities = found[["p_negative", "p_neutral", "p_positive"]].sum(axis=1)[[0, 2, 3]]
    assert probabilities.tolist() == pytest.approx([1, 1, 1])
    assert set(found["model"]) == {"lexicon-1"}
    assert "example.org" not in found.to_csv()


def test_several_labels_stand_in_one_cell(settings, tmp_path):
    texts = [f"{words} n{i}" for i in range(40) for words in ("late train", "rude crew", "late and rude")]
    sets = [labels for _ in range(40) for labels in ({"late"}, {"rude"}, {"late", "rude"})]
    model = train_multi_label(texts, sets, classes=("late", "rude"), task="trains")
    save(model, tmp_path / "data" / "models")
    file = _file(tmp_path, "late and rude", "late train")
    found = predict_file(settings, file, "words", "trains", model.name)
    assert found["label"].tolist() == ["late|rude", "late"]


def test_a_file_without_texts_is_said(settings, tmp_path):
    with pytest.raises(WorkbenchError, match="no text in column 'words'"):
        predict_file(settings, _file(tmp_path, "", " "), "words")
