"""Models on disk: whole or not at all, and nothing in them may run."""

import datetime as dt
import hashlib
import json
import os
import shutil
from importlib.util import find_spec

import numpy as np
import pytest
import skops.io
from sklearn.preprocessing import FunctionTransformer
from unit.test_linear import WHEN, made

from workbench.errors import WorkbenchError
from workbench.models import plain_state, registry
from workbench.models.cross_fitting import train_cross_fitted
from workbench.models.in_use import current
from workbench.models.lexicon import NAME
from workbench.models.linear import train_linear
from workbench.models.promotion import promote
from workbench.models.registry import damaged_models, list_models, load, save
from workbench.models.text_hashes import way_of_reading


@pytest.fixture(scope="module")
def model():
    return train_linear(*made(8), trained_at=WHEN)


@pytest.fixture(scope="module")
def newer():
    return train_linear(*made(8, labels=("negative", "positive")), trained_at=WHEN + dt.timedelta(days=1))


@pytest.fixture(scope="module")
def cross_fitted():
    return train_cross_fitted(*made(8), trained_at=WHEN + dt.timedelta(days=2))


def test_what_is_saved_is_loaded(model, newer, cross_fitted, tmp_path):
    for one in (model, newer, cross_fitted):
        loaded = load(save(one, tmp_path))
        texts = [*made(10, seed=1)[0], *made(8)[0]]
        assert type(loaded) is type(one)
        np.testing.assert_array_equal(loaded.classify(texts, texts), one.classify(texts, texts))
        assert loaded.held_out(texts) == one.held_out(texts)
        assert loaded.card == {**one.card, "files": loaded.card["files"]}
        assert loaded.name == one.name


def test_folder_layout(model, tmp_path):
    place = save(model, tmp_path)
    assert place == tmp_path / "sentiment" / model.name
    assert sorted(os.listdir(place)) == ["card.json", "model.skops"]
    assert os.listdir(place.parent) == [model.name]


def test_a_name_is_taken_once(model, tmp_path):
    save(model, tmp_path)
    with pytest.raises(WorkbenchError, match="is already in"):
        save(model, tmp_path)


def test_a_save_that_fails_leaves_nothing(model, tmp_path, monkeypatch):
    def full(*_args, **_options):
        raise OSError("no space left on device")

    monkeypatch.setattr(skops.io, "dump", full)
    with pytest.raises(OSError, match="no space"):
        save(model, tmp_path)
    assert os.listdir(tmp_path / "sentiment") == []


def test_the_newest_trained_is_current_else_the_lexicon(model, newer, tmp_path):
    assert current(tmp_path).name == NAME
    save(newer, tmp_path)
    save(model, tmp_path)
    assert [card["name"] for card in list_models(tmp_path)] == [NAME, model.name, newer.name]
    assert current(tmp_path).name == newer.name
    assert current(tmp_path, wanted=model.name).name == model.name
    assert current(tmp_path, wanted=NAME).name == NAME


def test_an_unknown_name_is_told_with_the_nearest(model, tmp_path):
    save(model, tmp_path)
    with pytest.raises(WorkbenchError, match="Did you mean 'lexicon-1'"):
        current(tmp_path, wanted="lexicon")


def test_a_half_made_model_is_not_seen(tmp_path):
    making = tmp_path / "sentiment" / ".making"
    making.mkdir(parents=True)
    (making / "card.json").write_text("{")
    assert [card["name"] for card in list_models(tmp_path)] == [NAME]


def replace_model(place, value):
    """A file that holds something else, with a card that vouches for it."""
    file = place / "model.skops"
    skops.io.dump(value, file)
    card = json.loads((place / "card.json").read_text(encoding="utf-8"))
    card["files"] = {"model.skops": hashlib.sha256(file.read_bytes()).hexdigest()}
    (place / "card.json").write_text(json.dumps(card), encoding="utf-8")


def test_what_could_run_is_refused(model, tmp_path):
    place = save(model, tmp_path)
    replace_model(place, {**model.state(), "words": FunctionTransformer(func=os.system)})
    with pytest.raises(WorkbenchError, match=r"holds what could run on this machine \(.*system"):
        load(place)


@pytest.mark.parametrize(
    "change",
    [
        {"temperature": "1"},
        {"slopes": np.zeros((2, 3))},
        {"slopes": np.zeros((2, 3), dtype=np.float32)},
        {"intercepts": np.zeros(2)},
        {"words": "one\ntwo"},
        {"more": 1},
    ],
)
def test_what_is_no_model_is_refused(model, tmp_path, change):
    place = save(model, tmp_path)
    replace_model(place, {**model.state(), **change})
    with pytest.raises(WorkbenchError, match="is not a model of this version"):
        load(place)


def test_what_was_not_changed_is_loaded(cross_fitted, tmp_path):
    place = save(cross_fitted, tmp_path)
    replace_model(place, {**cross_fitted.state(), "reading": way_of_reading()})
    assert load(place).name == cross_fitted.name


@pytest.mark.parametrize(
    "change",
    [
        lambda folds: folds[:1],
        lambda folds: folds[0],
        lambda folds: [*folds[:4], {**folds[4], "temperature": "1"}],
        lambda folds: [*folds[:4], {**folds[4], "words": FunctionTransformer(func=os.system)}],
    ],
)
def test_what_is_no_cross_fitted_model_is_refused(cross_fitted, tmp_path, change):
    place = save(cross_fitted, tmp_path)
    replace_model(
        place,
        {**cross_fitted.state(), "reading": way_of_reading(), "folds": change(cross_fitted.state()["folds"])},
    )
    with pytest.raises(WorkbenchError, match=r"is not a model of this version|holds what could run"):
        load(place)


def test_no_text_is_kept(cross_fitted, model, tmp_path):
    """Words are, and numbers by which a text is known again."""
    for one in (model, cross_fitted):
        place = save(one, tmp_path)
        state = str(skops.io.load(place / "model.skops", trusted=[])) + (place / "card.json").read_text()
        assert not [text for text in made(8)[0] if text in state]


def test_a_model_whose_texts_would_be_read_otherwise_is_refused(cross_fitted, tmp_path, monkeypatch):
    """Its folds would be others, and it would be asked about what it learned from."""
    place = save(cross_fitted, tmp_path)
    monkeypatch.setattr(plain_state, "way_of_reading", lambda: "another")
    with pytest.raises(WorkbenchError, match="is not a model of this version"):
        load(place)


def test_a_model_saved_before_hashes_were_kept_is_loaded(model, tmp_path):
    place = save(model, tmp_path)
    replace_model(place, model.learnt.state())
    loaded = load(place)
    np.testing.assert_array_equal(loaded.classify(["late"], [""]), model.classify(["late"], [""]))
    assert loaded.held_out(["never seen"]) == [False]


@pytest.mark.parametrize("which", ["model", "cross_fitted"])
def test_a_model_saved_before_cards_told_kinds_and_files_is_loaded(which, request, tmp_path):
    one = request.getfixturevalue(which)
    place = save(one, tmp_path)
    card = json.loads((place / "card.json").read_text(encoding="utf-8"))
    old = {
        key: value for key, value in card.items() if key not in ("kind", "labels", "is_multi_label", "files")
    }
    old["sha256"] = card["files"]["model.skops"]
    (place / "card.json").write_text(json.dumps(old), encoding="utf-8")
    np.testing.assert_array_equal(load(place).classify(["late"], [""]), one.classify(["late"], [""]))


def test_a_kind_from_a_newer_version_is_told(model, tmp_path):
    place = save(model, tmp_path)
    card = json.loads((place / "card.json").read_text(encoding="utf-8"))
    (place / "card.json").write_text(json.dumps({**card, "kind": "oracle"}), encoding="utf-8")
    with pytest.raises(WorkbenchError, match=r"of the kind 'oracle'.*It knows: linear, cross-fitted"):
        load(place)


def test_a_file_beside_the_model_is_refused_and_a_hidden_one_is_nothing(model, tmp_path):
    place = save(model, tmp_path)
    (place / ".DS_Store").write_text("")
    load(place)
    (place / "more.py").write_text("")
    with pytest.raises(WorkbenchError, match=r"more\.py is not the file its card describes"):
        load(place)


@pytest.mark.parametrize("task", ["../sentiment", "", "a/b", ".hidden", "a b"])
def test_a_task_is_the_name_of_a_folder(task, tmp_path):
    with pytest.raises(WorkbenchError, match="is no name of a task"):
        list_models(tmp_path, task)


def test_every_kind_has_a_reader():
    """Modules that need torch are only looked for here."""
    for name in registry.READERS.values():
        assert find_spec(name), name


def test_a_changed_file_is_refused(model, tmp_path):
    place = save(model, tmp_path)
    with open(place / "model.skops", "ab") as file:
        file.write(b"x")
    with pytest.raises(WorkbenchError, match="is not the file its card describes"):
        load(place)


def test_rubbish_is_refused(model, tmp_path):
    place = save(model, tmp_path)
    (place / "model.skops").write_bytes(b"rubbish")
    card = json.loads((place / "card.json").read_text(encoding="utf-8"))
    card["files"] = {"model.skops": hashlib.sha256(b"rubbish").hexdigest()}
    (place / "card.json").write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(WorkbenchError, match="is not a model file"):
        load(place)


@pytest.mark.parametrize(
    ("name", "message"), [("card.json", "has no card.json"), ("model.skops", "has no model.skops")]
)
def test_a_missing_file_is_named(model, tmp_path, name, message):
    place = save(model, tmp_path)
    (place / name).unlink()
    with pytest.raises(WorkbenchError, match=message):
        load(place)


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"name": "another", "task": "", "trained_at": "", "settings": {}}']
)
def test_a_broken_card_is_named(model, tmp_path, text):
    place = save(model, tmp_path)
    (place / "card.json").write_text(text)
    with pytest.raises(WorkbenchError, match=r"card\.json is not"):
        load(place)


def test_a_damaged_model_keeps_no_other_from_its_work(model, newer, tmp_path):
    good, bad = save(model, tmp_path), save(newer, tmp_path)
    (bad / "card.json").write_text("{")
    assert [card["name"] for card in list_models(tmp_path)] == [NAME, good.name]
    assert current(tmp_path).name == good.name
    [told] = damaged_models(tmp_path, "sentiment")
    assert "card.json is not JSON" in told
    with pytest.raises(WorkbenchError, match=r"card\.json is not JSON"):
        current(tmp_path, wanted=bad.name)


def test_a_damaged_model_in_use_is_named_with_those_that_could_take_its_place(model, newer, tmp_path):
    good, bad = save(model, tmp_path), save(newer, tmp_path)
    promote(tmp_path, "sentiment", bad.name, "better")
    (bad / "card.json").write_text("{")
    with pytest.raises(WorkbenchError, match=f"card.json is not JSON.*models promote NAME.*{good.name}"):
        current(tmp_path)


def test_a_model_of_another_task_speaks_for_none(model, tmp_path):
    place = save(model, tmp_path)
    (tmp_path / "topics").mkdir()
    shutil.copytree(place, tmp_path / "topics" / place.name)
    with pytest.raises(WorkbenchError, match="holds a model for sentiment, which says nothing of topics"):
        promote(tmp_path, "topics", place.name, "to see")
    assert list_models(tmp_path, "topics") == []
