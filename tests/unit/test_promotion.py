"""Champion and challenger: who is put in use, why, and the way back."""

import datetime as dt
import json

import numpy as np
import pytest
from unit.test_linear import WHEN
from unit.test_linear import made as made_of_english

from workbench.errors import WorkbenchError
from workbench.models.champions import FILE_NAME, champion, history
from workbench.models.in_use import current, is_one_in_use
from workbench.models.lexicon import NAME as LEXICON
from workbench.models.linear import train_linear
from workbench.models.promotion import consider, promote, rollback
from workbench.models.registry import save, task_folder
from workbench.models.verdict import Verdict


def made(count, seed=0):
    """Texts of words that no lexicon knows."""
    texts, labels = made_of_english(count, seed)
    return [" ".join(f"{word}ulo" for word in text.split()) for text in texts], labels


TEXTS, LABELS = made(30)
CHANCE = made_of_english(30)[0], list(np.random.default_rng(1).permutation(LABELS))


def trained(texts=TEXTS, labels=LABELS, days=0):
    return train_linear(texts, labels, trained_at=WHEN + dt.timedelta(days=days))


@pytest.fixture(scope="module")
def first():
    return trained()


@pytest.fixture(scope="module")
def blind():
    """Trained on labels that say nothing."""
    return trained(*CHANCE, days=1)


def test_a_first_model_must_beat_the_lexicon(first, blind, tmp_path):
    save(blind, tmp_path)
    assert not consider(tmp_path, blind, *CHANCE).is_better
    assert current(tmp_path).name == LEXICON
    save(first, tmp_path)
    assert consider(tmp_path, first, TEXTS, LABELS).is_better
    assert current(tmp_path).name == first.name
    assert [(d["decision"], d["before"], d["champion"]) for d in history(tmp_path / "sentiment")] == [
        ("kept", LEXICON, LEXICON),
        ("promoted", LEXICON, first.name),
    ]


def test_a_model_that_never_says_what_the_lexicon_says_takes_no_place(tmp_path):
    two = [row for row, label in enumerate(LABELS) if label != "neutral"]
    texts, labels = [TEXTS[row] for row in two], [LABELS[row] for row in two]
    model = trained(texts, labels)
    save(model, tmp_path)
    found = consider(tmp_path, model, texts, labels)
    assert not found.is_better
    assert found.reason.startswith(f"it has not learned neutral, which {LEXICON} has")
    assert current(tmp_path).name == LEXICON
    assert model.card["limits"][-1] == "Never says: neutral."


def test_a_better_model_that_is_unfit_takes_no_place(first, tmp_path):
    save(first, tmp_path)
    found = consider(tmp_path, first, TEXTS, LABELS, unfit="no label could correct it")
    assert (found.is_better, found.reason) == (False, "no label could correct it")
    assert current(tmp_path).name == LEXICON
    assert history(tmp_path / "sentiment")[0]["reason"] == "no label could correct it"


def test_the_newest_is_not_in_use_where_it_is_not_better(first, tmp_path):
    save(first, tmp_path)
    consider(tmp_path, first, TEXTS, LABELS)
    more, labels = made(45, seed=0)[0] + made(5, seed=9)[0], made(45, seed=0)[1] + made(5, seed=9)[1]
    newer = trained(more, labels, days=2)
    save(newer, tmp_path)
    found = consider(tmp_path, newer, more, labels)
    assert not found.is_better
    assert found.reason.endswith(f"{first.name} was in use")
    assert current(tmp_path).name == first.name
    assert current(tmp_path, wanted=newer.name).name == newer.name


def test_texts_that_the_champion_has_learned_from_judge_nothing(first, tmp_path):
    save(first, tmp_path)
    consider(tmp_path, first, TEXTS, LABELS)
    again = trained(days=3)
    save(again, tmp_path)
    assert consider(tmp_path, again, TEXTS, LABELS).n == 0


def test_repeated_texts_and_those_that_may_not_judge_count_once_or_not(first, tmp_path):
    save(first, tmp_path)
    found = consider(tmp_path, first, TEXTS, LABELS, may_judge=[i % 2 == 0 for i in range(90)])
    assert found.n == 45
    twice = trained(TEXTS * 2, LABELS * 2, days=4)
    save(twice, tmp_path / "other")
    assert consider(tmp_path / "other", twice, TEXTS * 2, LABELS * 2).n == 90


def test_of_another_task_the_first_model_is_in_use(tmp_path):
    model = train_linear(TEXTS, LABELS, task="mood", trained_at=WHEN)
    with pytest.raises(WorkbenchError, match="there is no model for mood"):
        current(tmp_path, "mood")
    save(model, tmp_path)
    assert consider(tmp_path, model, TEXTS, LABELS).reason.startswith("the first model for mood")
    assert champion(tmp_path / "mood") == model.name


def test_of_another_task_an_unfit_first_model_is_kept_and_a_fit_one_takes_the_place(tmp_path):
    unfit = train_linear(TEXTS, LABELS, task="mood", trained_at=WHEN)
    save(unfit, tmp_path)
    assert not consider(tmp_path, unfit, TEXTS, LABELS, unfit="no label could correct it").is_better
    assert champion(tmp_path / "mood") is None
    assert not is_one_in_use(tmp_path, "mood"), "a refresh goes on without it"
    with pytest.raises(WorkbenchError, match=r"no model is in use for mood: .* workbench models decisions"):
        current(tmp_path, "mood")
    fit = train_linear(TEXTS, LABELS, task="mood", trained_at=WHEN + dt.timedelta(days=1))
    save(fit, tmp_path)
    assert consider(tmp_path, fit, TEXTS, LABELS).reason.startswith("the first model for mood")
    assert current(tmp_path, "mood").name == fit.name
    assert is_one_in_use(tmp_path, "mood")


def test_labels_of_which_the_champion_knows_nothing_are_not_said_by_it(tmp_path):
    """The taxonomy grew: the old model gives no 'neutral', and that counts against it."""
    two = [i for i, label in enumerate(LABELS) if label != "neutral"]
    old = train_linear(
        [TEXTS[i] for i in two], [LABELS[i] for i in two], classes=("negative", "positive"), task="mood"
    )
    save(old, tmp_path)
    consider(tmp_path, old, [TEXTS[i] for i in two], [LABELS[i] for i in two])
    texts, labels = made(30, seed=5)
    new = train_linear(texts, labels, task="mood", trained_at=WHEN + dt.timedelta(days=1))
    save(new, tmp_path)
    assert consider(tmp_path, new, texts, labels).is_better


def test_without_held_out_probabilities_there_is_a_reason(first, tmp_path):
    from dataclasses import replace

    save(first, tmp_path)
    found = consider(tmp_path, replace(first, out_of_fold=None), TEXTS, LABELS)
    assert "trained without folds" in found.reason


def test_back_and_back_again(first, blind, tmp_path):
    for one in (first, blind):
        save(one, tmp_path)
        promote(tmp_path, "sentiment", one.name, "to see")
    assert current(tmp_path).name == blind.name
    assert rollback(tmp_path, "sentiment", "it sees nothing")["model"] == first.name
    assert current(tmp_path).name == first.name
    # Before anything was decided the newest was in use: that was `blind` no longer, for it was not there.
    assert rollback(tmp_path, "sentiment", "nor this")["before"] == first.name
    with pytest.raises(WorkbenchError, match="none to go back to"):
        rollback(tmp_path, "sentiment", "and again")


def test_each_rollback_goes_one_step_further_back(first, blind, tmp_path):
    for one in (first, blind):
        save(one, tmp_path)
    for one in (first, blind, first):
        promote(tmp_path, "sentiment", one.name, "to see")
    back = [rollback(tmp_path, "sentiment", "no better")["model"] for _ in range(2)]
    assert back == [blind.name, first.name]
    assert rollback(tmp_path, "sentiment", "no better")["before"] == first.name, "and not blind again"


def test_what_is_wrong_is_told(first, tmp_path):
    with pytest.raises(WorkbenchError, match="no model for sentiment has replaced another"):
        rollback(tmp_path, "sentiment", "why not")
    with pytest.raises(WorkbenchError, match="there is no model 'linear'"):
        promote(tmp_path, "sentiment", "linear", "why not")
    save(first, tmp_path)
    with pytest.raises(WorkbenchError, match="say why"):
        promote(tmp_path, "sentiment", first.name, " ")
    promote(tmp_path, "sentiment", LEXICON, "safer")
    with pytest.raises(WorkbenchError, match="in use for sentiment already"):
        promote(tmp_path, "sentiment", LEXICON, "safer")


def test_a_champion_that_is_gone_is_told(first, tmp_path):
    save(first, tmp_path)
    promote(tmp_path, "sentiment", LEXICON, "safer")
    promote(tmp_path, "sentiment", first.name, "better")
    (tmp_path / "sentiment" / first.name / "card.json").unlink()
    with pytest.raises(
        WorkbenchError,
        match=rf"model {first.name}, which is in use .* no model in .* models promote NAME .* There are: {LEXICON}\.",
    ):
        current(tmp_path)
    rollback(tmp_path, "sentiment", "it was deleted")
    assert current(tmp_path).name == LEXICON


def test_a_history_that_was_changed_is_told(tmp_path):
    (tmp_path / "sentiment").mkdir()
    for text in ("{", "{}", '[{"champion": "x"}]'):
        (tmp_path / "sentiment" / FILE_NAME).write_text(text)
        with pytest.raises(WorkbenchError, match="is no history of promotions"):
            current(tmp_path)


def test_evidence_is_kept_and_no_text(first, tmp_path):
    save(first, tmp_path)
    found = consider(tmp_path, first, TEXTS, LABELS)
    text = (tmp_path / "sentiment" / FILE_NAME).read_text(encoding="utf-8")
    assert json.loads(text)[0]["evidence"] == {
        "measure": "macro-F1",
        "against": LEXICON,
        "n": 90,
        "difference": round(found.difference, 4),
        "low": round(found.low, 4),
        "high": round(found.high, 4),
        "seed": 0,
    }
    assert not [one for one in TEXTS if one in text]


@pytest.mark.parametrize("is_better", [True, False])
def test_what_a_person_decides_during_a_comparison_stands(first, blind, tmp_path, monkeypatch, is_better):
    for model in (first, blind):
        save(model, tmp_path)
    promote(tmp_path, "sentiment", first.name, "by hand")
    promote(tmp_path, "sentiment", blind.name, "by hand, and wrong")
    third = trained(days=9)
    save(third, tmp_path)

    def compared(*_arguments):
        rollback(tmp_path, "sentiment", "it misses outages")
        return Verdict(is_better, 0.1, 0.01, 0.2, 60, "compared")

    monkeypatch.setattr("workbench.models.promotion._compared", compared)
    found = consider(tmp_path, third, TEXTS, LABELS)
    assert not found.is_better
    assert current(tmp_path).name == first.name
    last = history(task_folder(tmp_path, "sentiment"))[-1]
    assert (last["decision"], last["champion"]) == ("kept", first.name)
    assert ("was put in use while it was compared" in last["reason"]) is is_better
