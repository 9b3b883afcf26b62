"""What people said, where they differ, whom to believe, and labels that look wrong."""

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from unit.labelling import INTENTS, NOON, SENTIMENT, filled, label_row, write_labels

from workbench.errors import WorkbenchError
from workbench.labels.adjudication import adjudication_queue, open_disputes, settled
from workbench.labels.agreement import trust
from workbench.labels.judgements import latest_judgements
from workbench.labels.quality import likely_errors, likely_errors_of
from workbench.reports.label_statements import agreement_sentence, weakest_sentence, who_is_right_sentence
from workbench.settings import parse_settings

LATER = NOON + dt.timedelta(hours=1)


@pytest.fixture
def lake(tmp_path):
    return filled(tmp_path, 60)


@pytest.fixture
def settings(tmp_path):
    return parse_settings({}, tmp_path)


def answer(number: int, label: str, annotator: str, **more) -> dict:
    return label_row(f"x:Acme-{number}", label, annotator, sample_id="spring", **more)


def said(lake, number: int, label: str, annotator: str, **more) -> None:
    write_labels(lake, answer(number, label, annotator, **more))


def test_each_persons_latest_word_counts_and_replaces_all_of_the_earlier_one(lake):
    said(lake, 1, "negative", "ann")
    said(lake, 1, "positive", "ann", labelled_at=LATER)
    assert latest_judgements(lake, "sentiment")["label"].tolist() == ["positive"]
    for label in ("complaint", "not:praise", "not:churn_threat"):
        said(lake, 1, label, "ann", task="intents")
    for label in ("not:complaint", "not:praise"):
        said(lake, 1, label, "ann", task="intents", labelled_at=LATER)
    assert latest_judgements(lake, "intents")["label"].tolist() == ["not:complaint", "not:praise"]


def test_what_is_disputed_waits_until_it_is_settled(lake, settings):
    for number, labels in {
        1: ["negative", "neutral"],
        2: ["negative", "negative"],
        3: ["neutral", "cannot_tell"],
    }.items():
        for person, label in zip(("ann", "bob"), labels, strict=True):
            said(lake, number, label, person)
    found = open_disputes(lake, "sentiment")
    assert found[["post_id", "answers"]].to_numpy().tolist() == [["x:Acme-1", "negative 1, neutral 1"]]
    queue = adjudication_queue(lake, settings, "sentiment", found)
    assert queue[["strategy", "sample_id"]].to_numpy().tolist() == [
        ["adjudication", "sentiment-adjudication"]
    ]
    said(lake, 1, "neutral", "eve", strategy="adjudication", labelled_at=LATER)
    assert open_disputes(lake, "sentiment").empty
    assert [sorted(answer) for answer in settled(lake, "sentiment")["answers"]] == [["neutral"]]
    # Somebody changes an answer after that: it is disputed again.
    said(lake, 1, "positive", "bob", labelled_at=LATER + dt.timedelta(hours=1))
    assert open_disputes(lake, "sentiment")["post_id"].tolist() == ["x:Acme-1"]


def test_of_several_labels_one_that_differs_is_a_dispute(lake):
    for person, labels in {"ann": ("complaint", "not:praise"), "bob": ("complaint", "praise")}.items():
        for label in labels:
            said(lake, 1, label, person, task="intents")
    assert open_disputes(lake, "intents")["answers"].tolist() == ["complaint 1, complaint+praise 1"]


def test_nothing_judged_is_nothing_disputed(lake):
    assert open_disputes(lake, "sentiment").empty
    assert settled(lake, "sentiment").empty


def test_trust_speaks_of_blind_answers_and_of_attention(lake):
    words, answers = ("negative", "positive"), []
    for number in range(40):
        for person in ("ann", "bob", "cem"):
            wrong = person == "cem" and number % 2
            answers.append(answer(number, words[(number % 2) ^ bool(wrong)], person))
        # With the model's answer before their eyes they all say the same: that is no agreement.
        for person in ("ann", "cem"):
            answers.append(answer(number, "neutral", person, strategy="uncertainty", labelled_at=LATER))
    write_labels(lake, *answers)
    gold = SENTIMENT.gold[0].identity
    for person, label in {"ann": "negative", "cem": "positive"}.items():
        write_labels(lake, label_row(gold, label, person, strategy="gold", sample_id="spring"))
    found = trust(lake, SENTIMENT)
    assert found.agreement.set_index("label").loc["all", "items"] == 40
    assert found.agreement.set_index("label").loc["all", "observed_agreement"] == pytest.approx(
        (20 * 3 + 20 * 1) / (40 * 3)
    )
    assert found.is_identified
    wrong = found.confusion.query("truth == 'positive' and said == 'negative'").set_index("annotator")
    assert wrong["probability"]["cem"] > 0.8 > 0.1 > wrong["probability"]["ann"]
    assert found.attention[["annotator", "items", "right"]].to_numpy().tolist() == [
        ["cem", 1, 0],
        ["ann", 1, 1],
    ]


def test_without_a_second_person_nothing_is_said_of_agreement(lake):
    said(lake, 1, "negative", "ann")
    found = trust(lake, SENTIMENT)
    assert found.agreement.empty
    assert found.pairs.empty
    assert found.confusion.empty
    assert "Have some judged twice" in agreement_sentence(found.agreement)
    assert weakest_sentence(found.agreement) == "Of no single label can agreement be told yet."
    assert "two people on 30 mentions" in who_is_right_sentence(found.confusion, found.is_identified)


def test_who_labels_alone_is_told_how_attentive(lake):
    gold = SENTIMENT.gold[0].identity
    write_labels(lake, label_row(gold, "negative", "ann", strategy="gold", sample_id="spring"))
    found = trust(lake, SENTIMENT)
    assert found.agreement.empty
    assert found.attention[["annotator", "items", "right"]].to_numpy().tolist() == [["ann", 1, 1]]


def made(dice, count: int = 600):
    """True labels, probabilities that fit them, and labels a tenth of which were turned."""
    truth = dice.integers(0, 3, count)
    logits = dice.normal(0, 1, (count, 3)) + 3 * np.eye(3)[truth]
    odds = np.exp(logits)
    wrong = dice.random(count) < 0.1
    given = np.where(wrong, (truth + dice.integers(1, 3, count)) % 3, truth)
    return (
        [frozenset({SENTIMENT.labels[place]}) for place in given],
        odds / odds.sum(axis=1, keepdims=True),
        wrong,
    )


def test_most_of_what_is_found_was_turned_and_most_of_what_was_turned_is_found():
    given, probabilities, wrong = made(np.random.default_rng(5))
    found = likely_errors(given, probabilities, SENTIMENT.labels)
    hits = wrong[found["place"]]
    assert hits.mean() > 0.6
    assert hits.sum() / wrong.sum() > 0.6
    assert hits[:20].mean() > hits.mean()
    assert found["quality"].is_monotonic_increasing


def test_of_several_labels_a_missing_one_is_found():
    dice = np.random.default_rng(6)
    truth = dice.random((400, 3)) < (0.5, 0.3, 0.1)
    probabilities = np.clip(truth * 0.8 + 0.1 + dice.normal(0, 0.05, truth.shape), 0.01, 0.99)
    given = truth.copy()
    wrong = dice.choice(np.flatnonzero(truth[:, 1]), 15, replace=False)
    given[wrong, 1] = False
    labels = [frozenset(np.array(INTENTS.labels)[row]) for row in given]
    found = likely_errors(labels, probabilities, INTENTS.labels, is_multi_label=True)
    # It is careful: of a label only what the model is surer of than usual.
    assert set(found["place"]) <= set(wrong)
    assert len(found) > 15 / 3
    assert "praise" in found["suggested"].iloc[0]


def test_of_several_labels_that_is_suggested_which_the_model_says_by_its_thresholds():
    sure, doubtful = [0.95, 0.02], [0.02, 0.3]
    labels = [frozenset({"complaint"})] * 30 + [frozenset({"praise"})] * 10 + [frozenset({"praise"})]
    probabilities = np.array([sure] * 30 + [doubtful] * 10 + [[0.95, 0.3]])
    for start, suggested in ((0.5, "complaint"), (0.25, "complaint+praise")):
        found = likely_errors(
            labels, probabilities, ["complaint", "praise"], is_multi_label=True, thresholds={"praise": start}
        )
        assert found.set_index("place")["suggested"][40] == suggested


def test_a_class_that_nobody_gave_is_no_fault():
    given, probabilities, _ = made(np.random.default_rng(5))
    two = [place for place, label in enumerate(given) if label != {"neutral"}]
    found = likely_errors([given[place] for place in two], probabilities[two], SENTIMENT.labels)
    assert len(found)
    with pytest.raises(WorkbenchError, match="12 labels: with fewer than 30"):
        likely_errors(given[:12], probabilities[:12], SENTIMENT.labels)


def predicted(lake, table: np.ndarray, is_held_out: bool = True) -> None:
    rows = [
        {"post_id": f"x:Acme-{number}", "brand": "Acme", "task": "sentiment", "model": "made", "label": label,
         "probability": float(row[place]), "predicted_at": NOON, "is_held_out": is_held_out}
        for number, row in enumerate(table) for place, label in enumerate(SENTIMENT.labels)
    ]  # fmt: skip
    lake.merge("predictions", pa.Table.from_pylist(rows))


def test_wrong_labels_in_the_lake_are_found_once(lake):
    table = np.tile([0.9, 0.05, 0.05], (60, 1))
    table[::2] = [0.05, 0.05, 0.9]
    predicted(lake, table)
    labels = ["positive" if number % 2 == 0 or number == 7 else "negative" for number in range(60)]
    write_labels(lake, *(answer(number, label, "ann") for number, label in enumerate(labels)))
    said(lake, 9, "neutral", "bob")
    found, looked_at = likely_errors_of(lake, SENTIMENT, "made")
    assert looked_at == 59
    assert found[["post_id", "label", "suggested"]].to_numpy().tolist() == [
        ["x:Acme-7", "positive", "negative"]
    ]
    said(lake, 7, "negative", "eve", strategy="adjudication", labelled_at=LATER)
    found, _ = likely_errors_of(lake, SENTIMENT, "made")
    assert found.empty


def test_a_model_that_has_learned_the_labels_finds_none_wrong_and_is_refused(lake):
    predicted(lake, np.tile([0.9, 0.05, 0.05], (60, 1)), is_held_out=False)
    said(lake, 1, "negative", "ann")
    with pytest.raises(WorkbenchError, match=r"1 mentions have a label of sentiment.*--cross-fitted"):
        likely_errors_of(lake, SENTIMENT, "made")


def test_queues_carry_nothing_of_what_was_said_before(lake, settings):
    queue = adjudication_queue(
        lake, settings, "sentiment", pd.DataFrame({"post_id": ["x:Acme-1", "x:gone"], "brand": "Acme"})
    )
    assert queue["post_id"].tolist() == ["x:Acme-1"]
    assert not [name for name in queue if name.startswith(("probability_", "answers"))]
