"""`workbench models`: several labels a text, other tasks, and what is said where something is wrong."""

import json
import random

import pytest
from tiny_encoder import tiny_encoder
from typer.testing import CliRunner
from unit.test_linear import made as made_single
from unit.test_multi_label import made

from workbench.cli import app
from workbench.errors import WorkbenchError

COLUMNS = ("late delivery", "rude staff", "refund", "praise")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with settings, a file with a column a label and one with separated labels."""
    (tmp_path / "workbench.toml").write_text("", encoding="utf-8")
    for name, seed in (("learn", 0), ("score", 1)):
        texts, label_sets = made(80, seed)
        wide = [",".join(["1" if one in labels else "" for one in COLUMNS]) for labels in label_sets]
        lines = [
            f"{t},{w},{'en' if i % 2 else 'de'}" for i, (t, w) in enumerate(zip(texts, wide, strict=True))
        ]
        (tmp_path / f"{name}.csv").write_text("\n".join([f"post,{','.join(COLUMNS)},language", *lines]))
        joined = [f"{t},{'|'.join(sorted(labels))}" for t, labels in zip(texts, label_sets, strict=True)]
        (tmp_path / f"{name}_joined.csv").write_text("\n".join(["post,labels", *joined]))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(tmp_path / "workbench.toml"))
    return tmp_path


def models(*words: str):
    result = CliRunner().invoke(app, ["models", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_labels_with_a_comma_in_their_name_are_trained_and_scored_alike(here):
    names = {"refund": "Late, lost", "praise": "Refund"}
    for name in ("learn", "score"):
        joined = (here / f"{name}_joined.csv").read_text().splitlines()
        cells = [(post, labels.split("|")) for post, labels in (line.split(",") for line in joined[1:])]
        lines = [f'{post},"{"|".join(names.get(one, one) for one in own)}"' for post, own in cells]
        (here / f"{name}_commas.csv").write_text("\n".join([joined[0], *lines]))
    common = ("--task", "care", "--text", "post", "--label", "labels", "--json", "--file")
    card = models("train", *common, "learn_commas.csv", "--no-embeddings")
    assert "Late, lost" in card["labels"]
    assert models("evaluate", *common, "score_commas.csv")["macro_f1"] > 0.9


BY_COLUMN = [word for name in COLUMNS for word in ("--label", name)]


def test_several_labels_are_trained_scored_and_listed(here):
    common = ("--task", "topics", "--text", "post")
    card = models("train", *common, "--file", "learn.csv", *BY_COLUMN, "--no-embeddings", "--json")
    assert card["labels"] == list(COLUMNS)
    assert card["is_promoted"]
    assert "first model for topics" in card["promotion"]
    scored = models("evaluate", *common, "--file", "score.csv", *BY_COLUMN, "--slice", "language", "--json")
    assert scored["macro_f1"] > 0.9
    assert scored["model"] == card["name"]
    assert {name: part["n"] for name, part in scored["slices"].items()} == {"de": 40, "en": 40}
    joined = models("evaluate", *common, "--file", "score_joined.csv", "--label", "labels", "--json")
    assert joined["macro_f1"] == pytest.approx(scored["macro_f1"])
    listed = models("list", "--task", "topics", "--json")
    assert [(row["name"], row["is_used"], row["trained_on"]) for row in listed] == [(card["name"], True, 80)]


def test_separated_labels_make_the_same_model(here):
    common = ("train", "--task", "topics", "--text", "post", "--no-embeddings", "--json")
    wide = models(*common, "--file", "learn.csv", *BY_COLUMN)
    joined = models(*common, "--file", "learn_joined.csv", "--label", "labels")
    assert sorted(joined["labels"]) == sorted(wide["labels"])
    assert joined["trained_on"]["labels"] == {k: wide["trained_on"]["labels"][k] for k in joined["labels"]}


def test_the_newest_is_scored_and_the_champion_where_it_is_asked_for(here):
    texts, labels = made_single(12)
    words = {"negative": "sarcastic", "neutral": "literal", "positive": "literal"}
    lines = [f"{text},{words[label]}" for text, label in zip(texts, labels, strict=True)]
    (here / "a.csv").write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    common = ("--task", "sarcasm", "--file", "a.csv", "--json")
    first = models("train", *common, "--no-embeddings", "--plain")
    second = models("train", *common, "--no-embeddings", "--cross-fitted")
    assert first["labels"] == ["sarcastic", "literal"]
    assert (first["is_promoted"], second["is_promoted"]) == (True, False)
    assert models("evaluate", *common)["model"] == second["name"]
    assert models("evaluate", *common, "--model", "champion")["model"] == first["name"]
    by_sarcasm = models("evaluate", *common, "--by", "sarcasm")["slices"]
    by_language = models("evaluate", *common, "--by", "language")["slices"]
    assert set(by_sarcasm) == {"sarcastic", "literal"}
    for slices in (by_sarcasm, by_language):
        assert sum(one["n"] for one in slices.values()) == len(texts)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("train", "--task", "sarcam"), "there is no task 'sarcam'"),
        (("train", "--task", "sarcasm"), "has no sarcasm labels"),
        (("train", "--task", "intents"), "has no intents labels"),
        (("train", "--kind", "linaer"), "Did you mean 'linear'?"),
        (("train", "--task", "no/name", "--file", "learn.csv", "--text", "post", *BY_COLUMN), "is no name of a task"),
        (("train", "--task", "topics", "--kind", "student", "--file", "learn.csv", "--text", "post", *BY_COLUMN),
         "no model for topics that a student could learn from"),
        (("train", "--task", "topics", "--file", "learn.csv", "--text", "post", "--label", "refnd"),
         "Did you mean 'refund'?"),
        (("evaluate", "--task", "topics", "--file", "learn.csv"), "there is no model for topics"),
        (("evaluate", "--file", "learn.csv", "--text", "post", *BY_COLUMN), "a post has one sentiment"),
        (("evaluate", "--file", "learn.csv", "--by", "weather"), "told by language or sarcasm, not by 'weather'"),
        (("evaluate", "--file", "learn.csv", "--by", "language", "--slice", "language"), "name one"),
        (("train", "--task", "Sentiment", "--file", "learn.csv"), "Did you mean 'sentiment'?"),
        (("few-shot", "--task", "topics", "--file", "learn.csv", "--text", "post", "--label", "refund",
          "--method", "tfidf"), "cannot be drawn where several labels hold"),
    ],
    ids=lambda words: " ".join(words[:3]) if isinstance(words, tuple) else "",
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_mend(here, words, message):
    with pytest.raises(WorkbenchError) as error:
        CliRunner().invoke(app, ["models", *words], catch_exceptions=False)
    assert message in str(error.value)


def test_a_student_learns_from_the_newest_model(here):
    common = ("train", "--task", "topics", "--file", "learn.csv", "--text", "post", *BY_COLUMN, "--json")
    teacher = models(*common, "--no-embeddings", "--cross-fitted")
    card = models(*common, "--kind", "student")
    assert (card["kind"], card["labels"], card["is_multi_label"]) == ("student", list(COLUMNS), True)
    assert card["is_promoted"] is False
    assert teacher["name"] in card["promotion"], (
        "it was compared with its teacher on what both had not learned"
    )


def test_what_nobody_looked_for_is_no_error(here):
    """Of a file with a column for one label only this label is scored and costs; texts that read alike count once."""
    common = ("--task", "topics", "--text", "post")
    models("train", *common, "--file", "learn.csv", *BY_COLUMN, "--no-embeddings", "--json")
    one = models("evaluate", *common, "--file", "score.csv", "--label", "refund", "--json")
    assert list(one["per_class"]) == ["refund"]
    assert one["accuracy"] > 0.9
    costs = [f"[costs.topics.{name}]\nmissed = 2\nfalse_alarm = 1\n" for name in ("refund", "praise")]
    (here / "workbench.toml").write_text("".join(costs), encoding="utf-8")
    lines = (here / "score.csv").read_text(encoding="utf-8").splitlines()
    (here / "twice.csv").write_text("\n".join([*lines, *lines[1:]]), encoding="utf-8")
    found = models("thresholds", *common, "--file", "score.csv", "--label", "refund", "--json")["labels"]
    assert found["refund"]["n"] == 80
    assert "praise" not in found
    twice = models("thresholds", *common, "--file", "twice.csv", "--label", "refund", "--json")["labels"]
    assert twice["refund"] == found["refund"]


def test_a_student_is_judged_where_its_teacher_knew_some_of_the_texts(here):
    texts, labels = made_single(120)
    lines = [f"{text},{label}" for text, label in zip(texts, labels, strict=True)]
    random.Random(0).shuffle(lines)
    for name, some in (("first", lines[:63]), ("second", lines[60:])):
        (here / f"{name}.csv").write_text("\n".join(["text,label", *some]), encoding="utf-8")
    common = ("train", "--task", "mood", "--json", "--file")
    models(*common, "first.csv", "--no-embeddings", "--plain")
    card = models(*common, "second.csv", "--kind", "student")
    assert "on 297 texts that neither had learned from" in card["promotion"]


def refused(*words: str) -> str:
    with pytest.raises(WorkbenchError) as error:
        CliRunner().invoke(app, ["models", *words], catch_exceptions=False)
    return str(error.value)


def test_a_prediction_overwrites_no_text(here):
    before = (here / "learn.csv").read_text(encoding="utf-8")
    (here / "pairs_text.txt").write_text("it is a late train\nit is a great train\n", encoding="utf-8")
    said = models("predict", "--file", "pairs_text.txt", "--json")
    assert [row["label"] for row in said] == ["neutral", "positive"]
    assert "is the file that is read" in refused(
        "predict", "--file", "learn.csv", "--text", "post", "--to", "./learn.csv"
    )
    assert (here / "learn.csv").read_text(encoding="utf-8") == before
    assert ".csv or .xlsx" in refused(
        "predict", "--file", "learn.csv", "--text", "post", "--to", "said.parquet"
    )


def test_a_label_is_no_address(here):
    (here / "owner.csv").write_text(
        "text,label\n" + "late,jane@mail.example\nearly,bob\n" * 9, encoding="utf-8"
    )
    said = refused("train", "--task", "owner", "--file", "owner.csv", "--no-embeddings")
    assert "labels that hold personal data are stored nowhere: '<EMAIL>'" in said
    assert not (here / "data" / "models" / "owner").exists()


def test_where_no_label_holds_there_is_no_score(here):
    common = ("--task", "topics", "--text", "post")
    models("train", *common, "--file", "learn.csv", *BY_COLUMN, "--no-embeddings", "--json")
    (here / "none.csv").write_text("post,refund,praise\nhello,0,0\nyou,0,0\n", encoding="utf-8")
    labels = ("--label", "refund", "--label", "praise")
    assert "none has any of the labels refund, praise" in refused(
        "evaluate", *common, "--file", "none.csv", *labels
    )


@pytest.mark.slow
def test_setfit_is_trained_and_keeps_to_its_budget(here):
    (here / "workbench.toml").write_text(f'embeddings = "{tiny_encoder(here)}"')
    common = ("--task", "topics", "--text", "post", *BY_COLUMN, "--json")
    learn = ("train", "--file", "learn.csv", *common, "--kind", "setfit")
    with pytest.raises(WorkbenchError, match="nothing useful can be learnt"):
        models(*learn, "--budget", "0.1")
    card = models(*learn, "--budget", "120")
    assert (card["kind"], card["labels"]) == ("setfit", list(COLUMNS))
    # These texts a linear model reads as well, and far faster.
    assert not card["is_promoted"]
    assert "SetFit is not shown to beat it" in card["promotion"]
    assert models("evaluate", "--file", "score.csv", *common)["model"] == card["name"]


@pytest.mark.parametrize(
    ("more", "name", "words"),
    [
        ([",negative", "said,"], "rows_left_out", "2 rows without a text or a label were left out"),
        (["RT @ann: {text},{other}", "{text}!,{label}"], "contradictory", "3 rows read like others"),
    ],
    ids=["nothing said", "contradictory"],
)
def test_rows_that_say_nothing_or_contradict_are_counted(here, more, name, words):
    texts, labels = made_single(12)
    other = next(label for label in labels if label != labels[0])
    lines = [f"{text},{label}" for text, label in zip(texts, labels, strict=True)]
    lines += [line.format(text=texts[0], label=labels[0], other=other) for line in more]
    (here / "some.csv").write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    common = ("--task", "mood", "--file", "some.csv", "--json")
    train = CliRunner().invoke(app, ["models", "train", *common, "--no-embeddings"], catch_exceptions=False)
    scored = CliRunner().invoke(app, ["models", "evaluate", *common], catch_exceptions=False)
    count = int(words[0])
    assert words in train.stderr
    assert words in scored.stderr
    assert json.loads(train.stdout)["trained_on"][name] == count
    assert json.loads(scored.stdout)[name] == count


@pytest.mark.parametrize(
    "command",
    [
        ("compare", "--method", "tfidf"),
        ("few-shot", "--size", "8", "--seeds", "1", "--method", "tfidf"),
        ("thresholds",),
    ],
)
def test_they_are_counted_wherever_a_file_is_read(here, command):
    texts, labels = made_single(60)
    (here / "workbench.toml").write_text(
        "[costs.mood.negative]\nmissed = 2\nfalse_alarm = 1\n", encoding="utf-8"
    )
    pairs = list(zip(texts, labels, strict=True))
    for name, some in (("learn", pairs[::2]), ("score", pairs[1::2])):
        lines = [f"{text},{label}" for text, label in some]
        (here / f"{name}.csv").write_text("\n".join(["text,label", *lines, ",negative", "said,"]))
    learn = ("--file", "learn.csv", "--task", "mood")
    models("train", *learn, "--no-embeddings", "--json")
    files = (
        ("--file", "score.csv")
        if command == ("thresholds",)
        else ("--file", "learn.csv", "--score", "score.csv")
    )
    said = CliRunner().invoke(app, ["models", *command, "--task", "mood", *files], catch_exceptions=False)
    for name in dict.fromkeys(files[1::2]):
        assert f"{name}: 2 rows without a text or a label were left out" in said.stderr
