"""Evaluation: scores checked by hand, labelled files of every kind."""

import gzip
import json

import numpy as np
import pandas as pd
import pytest

from workbench.errors import WorkbenchError
from workbench.models.classifier import LABELS
from workbench.models.evaluation import evaluate, read_labelled


class Says:
    """Says what it is told to say."""

    name = "says"
    labels = LABELS
    card: dict = {}  # noqa: RUF012

    def classify(self, texts, brands):
        assert len(texts) == len(brands)
        return np.eye(3)[[LABELS.index(text) for text in texts]]


def test_scores_by_hand():
    said = ["negative", "negative", "neutral", "positive", "positive"]
    true = ["negative", "neutral", "neutral", "positive", "negative"]
    result = evaluate(Says(), said, true)
    assert result.pop("seconds") >= 0
    assert result == {
        "n": 5,
        "accuracy": 3 / 5,
        "macro_f1": pytest.approx((2 / 4 + 2 / 3 + 2 / 3) / 3),
        "macro_recall": pytest.approx((1 / 2 + 1 / 2 + 1) / 3),
        "per_class": {
            "negative": {"precision": 1 / 2, "recall": 1 / 2, "f1": 1 / 2, "n": 2},
            "neutral": {"precision": 1, "recall": 1 / 2, "f1": pytest.approx(2 / 3), "n": 2},
            "positive": {"precision": 1 / 2, "recall": 1, "f1": pytest.approx(2 / 3), "n": 1},
        },
        "model": "says",
    }
    json.dumps(result | {"macro_f1": 0, "macro_recall": 0, "per_class": {}})


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        ([], [], "no labelled texts"),
        (["a"], [], "1 texts came with 0 labels"),
        (["a"], ["mixed"], "'mixed' is no label"),
    ],
)
def test_what_cannot_be_scored_is_said(texts, labels, message):
    with pytest.raises(WorkbenchError, match=message):
        evaluate(Says(), texts, labels)


ROWS = pd.DataFrame(
    {
        "id": ["1", "2", "3"],
        "text": ["Late, again", 'She said\n"no"', "Danke! 😀"],
        "label": ["negative", "neutral", "positive"],
    }
)
EXPECTED = (list(ROWS["text"]), list(ROWS["label"]))


def write(rows, path):
    writers = {
        "csv": lambda: rows.to_csv(path, index=False),
        "tsv": lambda: rows.to_csv(path, index=False, sep="\t"),
        "gz": lambda: rows.to_csv(path, index=False),
        "jsonl": lambda: rows.to_json(path, orient="records", lines=True),
        "parquet": lambda: rows.to_parquet(path),
        "xlsx": lambda: rows.to_excel(path, index=False),
    }
    writers[path.suffix[1:]]()
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.csv.gz", "a.jsonl", "a.parquet", "a.xlsx"])
def test_every_kind_of_file(tmp_path, name):
    assert read_labelled(write(ROWS, tmp_path / name), "text", "label") == EXPECTED


def test_a_pair_of_text_files(tmp_path):
    (tmp_path / "val_text.txt").write_text("Late\u2028again\nfine\n", encoding="utf-8")
    (tmp_path / "val_labels.txt").write_text("0\n2\n", encoding="utf-8")
    texts, labels = read_labelled(tmp_path / "val_text.txt", "", "")
    assert (texts, labels) == (["Late\u2028again", "fine"], ["negative", "positive"])
    (tmp_path / "val_labels.txt").write_text("0\n", encoding="utf-8")
    with pytest.raises(WorkbenchError, match=r"val_text.txt has 2 lines and val_labels.txt 1"):
        read_labelled(tmp_path / "val_text.txt", "", "")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["Neg", "POS", "neutral"], ["negative", "positive", "neutral"]),
        (["0", "1", "2"], ["negative", "neutral", "positive"]),
        (["-1", "0", "1"], ["negative", "neutral", "positive"]),
        (["-1.0", "1.0", "1.0"], ["negative", "positive", "positive"]),
        ([0, 2, 2], ["negative", "positive", "positive"]),
    ],
)
def test_labels_by_other_names(tmp_path, given, expected):
    file = write(ROWS.assign(label=given), tmp_path / "a.csv")
    assert read_labelled(file, "text", "label")[1] == expected


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (["0", "1", "1"], "unknown labels: '0', '1'."),
        (["0", "2", "4"], "unknown labels: '0', '2', '4'."),
        (["-1", "1", "2"], "unknown labels: '-1', '1', '2'."),
        (["negative", "neutral", "mixed"], "unknown labels: 'mixed'."),
    ],
)
def test_labels_that_leave_a_doubt_are_not_guessed(tmp_path, given, named):
    with pytest.raises(WorkbenchError) as error:
        read_labelled(write(ROWS.assign(label=given), tmp_path / "a.csv"), "text", "label")
    assert named in str(error.value)


def test_posts_taken_for_labels_are_not_shown(tmp_path):
    with pytest.raises(WorkbenchError, match="3 different values in the column of labels") as error:
        read_labelled(write(ROWS.assign(text="x" * 40 + ROWS["text"]), tmp_path / "a.csv"), "label", "text")
    assert "Danke" not in str(error.value)


def test_rows_without_text_or_label_are_left_out(tmp_path):
    rows = pd.concat([ROWS, ROWS.assign(label=["", None, " "]), ROWS.assign(text=[None, " ", ""])])
    assert read_labelled(write(rows, tmp_path / "a.csv"), "text", "label") == EXPECTED
    with pytest.raises(WorkbenchError, match="no row with both"):
        read_labelled(write(ROWS.assign(label=""), tmp_path / "b.csv"), "text", "label")


def test_an_unknown_column_is_told_with_the_nearest(tmp_path):
    with pytest.raises(WorkbenchError, match=r"has no column 'lable'\. Did you mean 'label'"):
        read_labelled(write(ROWS, tmp_path / "a.csv"), "text", "lable")


def test_a_row_that_cannot_be_read_stops_the_scoring(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": "a", "label": "neutral"}\n{"text": "b", "lab\n', encoding="utf-8")
    with pytest.raises(WorkbenchError, match="line 2"):
        read_labelled(file, "text", "label")


def test_missing_and_compressed_files(tmp_path):
    with pytest.raises(WorkbenchError, match="does not exist"):
        read_labelled(tmp_path / "none.csv", "text", "label")
    with pytest.raises(WorkbenchError, match="does not exist"):
        read_labelled(tmp_path / "none_text.txt", "text", "label")
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(b'{"text": "a", "label": "neu"}\n'))
    assert read_labelled(packed, "text", "label") == (["a"], ["neutral"])
