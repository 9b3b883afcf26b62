"""Labelled files of every kind: one label a text, or several."""

import gzip

import pandas as pd
import pytest

from workbench.errors import WorkbenchError
from workbench.models.labelled_files import read_label_sets, read_labelled, read_labelled_file

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


def test_of_two_columns_of_one_name_none_is_picked(tmp_path):
    file = tmp_path / "twice.csv"
    file.write_text("text,label,label\nlate,negative,positive\n", encoding="utf-8")
    with pytest.raises(WorkbenchError, match="has two columns 'label'"):
        read_labelled(file, "text", "label")


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


def test_another_task_has_words_of_its_own(tmp_path):
    rows = ROWS.assign(label=["Sarcastic", "literal ", "sarcastic"])
    found = read_labelled_file(write(rows, tmp_path / "a.csv"), "text", ["label"], "sarcasm")
    assert sorted(label.lower() for label in found.labels) == ["literal", "sarcastic", "sarcastic"]
    assert len(found.classes) == 2
    known = read_labelled_file(
        tmp_path / "a.csv", "text", ["label"], "sarcasm", classes=("sarcastic", "literal", "unsure")
    )
    assert known.labels == ["sarcastic", "literal", "sarcastic"]
    assert known.classes == ("sarcastic", "literal")


def test_numbers_of_another_task_are_words(tmp_path):
    write(ROWS.assign(label=[0.0, 1.0, 4.0]), tmp_path / "a.parquet")
    assert read_labelled(tmp_path / "a.parquet", "text", "label", "stars")[1] == ["0", "1", "4"]


def test_posts_are_no_words_of_a_task(tmp_path):
    rows = pd.concat([ROWS] * 20, ignore_index=True)
    rows["label"] = [f"a text {i}" for i in range(60)]
    with pytest.raises(WorkbenchError, match="60 different values in the column of labels") as error:
        read_labelled(write(rows, tmp_path / "a.csv"), "text", "label", "stars")
    assert "a text" not in str(error.value)
    rows["label"] = ["secret " * 12, "b", "c"] * 20
    with pytest.raises(WorkbenchError, match="3 different values") as error:
        read_labelled(write(rows, tmp_path / "b.csv"), "text", "label", "stars")
    assert "secret" not in str(error.value)


SETS = [frozenset({"late", "rude"}), frozenset(), frozenset({"rude"})]


@pytest.mark.parametrize(
    "cells", [["late|rude", "", "rude"], ["rude; late", None, "Rude"], ["late;rude", "none", "rude"]]
)
def test_labels_of_one_column_are_separated(tmp_path, cells):
    file = write(ROWS.assign(label=cells), tmp_path / "a.csv")
    assert read_label_sets(file, "text", ["label"]) == (EXPECTED[0], SETS, ("late", "rude"))
    assert read_labelled_file(file, "text", ["label"], "intents").is_multi_label


@pytest.mark.parametrize("cell", ["Late, lost|Refund", "late, lost; refund", "Refund|Late, lost"])
@pytest.mark.parametrize("is_multi_label", [None, True])
def test_a_comma_in_the_name_of_a_known_label_parts_nothing(tmp_path, cell, is_multi_label):
    found = read_labelled_file(
        write(ROWS.assign(label=[cell, "Late, lost", "Refund|Rude"]), tmp_path / "a.csv"),
        "text",
        ["label"],
        "care",
        classes=("Late, lost", "Refund", "Rude"),
        is_multi_label=is_multi_label,
    )
    assert found.labels == [{"Late, lost", "Refund"}, {"Late, lost"}, {"Refund", "Rude"}]


def test_labels_in_a_list_of_json_lines(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text(
        '{"text": "a", "label": ["late", "rude"]}\n{"text": "b", "label": []}\n', encoding="utf-8"
    )
    assert read_label_sets(file, "text", ["label"])[1] == [{"late", "rude"}, frozenset()]


@pytest.mark.parametrize("yes", [1, 1.0, "yes", "TRUE", "x", "late delivery"])
def test_one_column_a_label(tmp_path, yes):
    rows = ROWS.assign(**{"late delivery": [yes, None, None], "rude": [None, 0, "no"]})
    texts, label_sets, classes = read_label_sets(
        write(rows, tmp_path / "a.csv"), "text", ["late delivery", "rude"]
    )
    assert (texts, classes) == (EXPECTED[0], ("late delivery", "rude"))
    assert label_sets == [{"late delivery"}, frozenset(), frozenset()]


def test_one_column_of_one_label(tmp_path):
    file = write(ROWS.assign(rude=[1, None, 0]), tmp_path / "a.xlsx")
    assert read_label_sets(file, "text", ["rude"])[1:] == ([{"rude"}, frozenset(), frozenset()], ("rude",))


@pytest.mark.parametrize(
    ("columns", "task", "message"),
    [
        (["label", "id"], "sentiment", "a post has one sentiment; 2 columns"),
        (["label", "label"], "intents", "was named twice"),
        (["label", "id"], "intents", "column 'label': unknown labels: 'negative', 'neutral', 'positive'."),
        (["label", "text"], "intents", "column 'label': unknown labels"),
    ],
)
def test_columns_that_say_neither_yes_nor_no(tmp_path, columns, task, message):
    with pytest.raises(WorkbenchError) as error:
        read_labelled_file(write(ROWS, tmp_path / "a.csv"), "text", columns, task)
    assert message in str(error.value)


def test_nobody_labelled_anything(tmp_path):
    with pytest.raises(WorkbenchError, match="no row with both"):
        read_label_sets(write(ROWS.assign(label=""), tmp_path / "a.csv"), "text", ["label"])


def test_lines_that_begin_with_their_label(tmp_path):
    file = tmp_path / "reviews.all"
    file.write_text("0 it broke , at once\n1 nice\u2028thing\n\n0 bad, bad\n1 fine\n", encoding="utf-8")
    found = read_labelled_file(file, "text", ["label"], "reviews")
    assert found.texts == ["it broke , at once", "nice\u2028thing", "bad, bad", "fine"]
    assert (found.labels, found.classes) == (["0", "1", "0", "1"], ("0", "1"))
    with pytest.raises(WorkbenchError, match="has no columns, only texts with one label each"):
        read_labelled_file(file, "text", ["0", "1"], "reviews")


def test_a_line_that_is_a_label_alone_says_nothing(tmp_path):
    (tmp_path / "a.all").write_text("0 bad\n1 good\n0 \n1\n0 worse\n1 better\n")
    found = read_labelled_file(tmp_path / "a.all", "text", ["label"], "reviews")
    assert (found.texts, found.labels) == (["bad", "good", "worse", "better"], ["0", "1", "0", "1"])
    assert found.left_out == 2


def test_one_flag_is_a_label_of_which_a_post_may_have_none(tmp_path):
    found = read_labelled_file(
        write(ROWS.assign(rude=[1, None, 1]), tmp_path / "a.csv"), "text", ["rude"], "care"
    )
    assert (found.is_multi_label, found.labels) == (True, [{"rude"}, frozenset(), {"rude"}])


def test_a_table_of_another_ending_is_a_table(tmp_path):
    (tmp_path / "a.txt").write_text("text;label\nit is late;late\nit was fine;none\n", encoding="utf-8")
    assert read_labelled(tmp_path / "a.txt", "text", "label", "topics") == (
        ["it is late", "it was fine"],
        ["late", "none"],
    )


def test_a_file_without_a_header_does_not_show_its_first_post(tmp_path):
    (tmp_path / "a.csv").write_text(
        f"{'my secret order ' * 6},1\nanother post of somebody,0\nand one more,0\n", encoding="utf-8"
    )
    with pytest.raises(WorkbenchError) as error:
        read_labelled(tmp_path / "a.csv", "text", "label")
    assert "secret" not in str(error.value)


def test_slices_go_with_their_texts(tmp_path):
    rows = ROWS.assign(language=["en", None, "de"], label=["negative", "", "positive"])
    found = read_labelled_file(write(rows, tmp_path / "a.csv"), "text", ["label"], slice_column="language")
    assert (found.labels, found.slices) == (["negative", "positive"], ["en", "de"])
