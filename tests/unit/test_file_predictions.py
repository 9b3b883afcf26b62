"""A table of texts that is not in the lake: what a model says of each row."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from workbench.cli import app
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
    file = _file(
        tmp_path, "I love this train", "", "a terrible, awful train", "please mail me: jo@example.org"
    )
    found = predict_file(settings, file, "words")
    assert found["row"].tolist() == [1, 2, 3, 4]
    assert found["label"].fillna("nothing").tolist()[:3] == ["positive", "nothing", "negative"]
    assert found.loc[1, ["p_negative", "p_neutral", "p_positive"]].isna().all()
    probabilities = found[["p_negative", "p_neutral", "p_positive"]].sum(axis=1)[[0, 2, 3]]
    assert probabilities.tolist() == pytest.approx([1, 1, 1])
    assert set(found["model"]) == {"lexicon-1"}
    assert "example.org" not in found.to_csv()


def test_nothing_is_said_of_languages_in_which_the_model_was_not_checked(settings, tmp_path):
    texts = ["I love this train", "Der Zug ist schon wieder zu spät und kaputt", "", "lol"]
    found = predict_file(settings, _file(tmp_path, *texts), "words")
    assert found["is_withheld"].tolist() == [False, True, False, False], (
        "too short to tell is no other language"
    )
    assert found["label"].fillna("nothing").tolist() == ["positive", "nothing", "nothing", "positive"]
    assert found["p_neutral"].isna().tolist() == [False, True, True, False]


def test_several_labels_stand_in_one_cell(settings, tmp_path):
    texts = [f"{words} n{i}" for i in range(40) for words in ("late train", "rude crew", "late and rude")]
    sets = [labels for _ in range(40) for labels in ({"late"}, {"rude"}, {"late", "rude"})]
    model = train_multi_label(texts, sets, classes=("late", "rude"), task="trains")
    save(model, tmp_path / "data" / "models")
    file = _file(tmp_path, "late and rude", "late train")
    found = predict_file(settings, file, "words", "trains", model.name)
    assert found["label"].tolist() == ["late|rude", "late"]


def test_how_many_texts_were_withheld_is_told(settings, tmp_path, monkeypatch):
    (tmp_path / "workbench.toml").write_text("")
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(tmp_path / "workbench.toml"))
    file = _file(tmp_path, "I love this train", "Der Zug ist schon wieder zu spät und kaputt")
    ran = CliRunner().invoke(app, ["models", "predict", "--file", str(file), "--text", "words", "--json"])
    assert "Of 1 texts nothing is said: lexicon-1 was not checked in their language" in ran.stderr
    assert [row["is_withheld"] for row in json.loads(ran.stdout)] == [False, True]


def test_rows_are_numbered_as_the_lines_of_a_file_without_columns(settings, tmp_path):
    lines = [
        "0 a terrible, awful train",
        "",
        "1",
        "1 I love this train",
        "0 an awful, late train",
        "1 what a great train",
    ]
    (tmp_path / "posts.all").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = predict_file(settings, tmp_path / "posts.all")
    said = ["negative", "nothing", "nothing", "positive", "negative", "positive"]
    assert found["row"].tolist() == [1, 2, 3, 4, 5, 6]
    assert found["label"].fillna("nothing").tolist() == said


def test_lines_of_texts_need_no_labels_beside_them(settings, tmp_path):
    (tmp_path / "new_text.txt").write_text("I love this train\n\nan awful, late train\n", encoding="utf-8")
    found = predict_file(settings, tmp_path / "new_text.txt")
    assert found["label"].fillna("nothing").tolist() == ["positive", "nothing", "negative"]


def test_a_file_without_texts_is_said(settings, tmp_path):
    with pytest.raises(WorkbenchError, match="no text in column 'words'"):
        predict_file(settings, _file(tmp_path, "", " "), "words")
