"""The prediction service: what it answers, and whom not."""

import base64
import json
import threading
import urllib.error
import urllib.request

import numpy as np
import pytest
from unit.labelling import SENTIMENT, Model

from workbench.errors import WorkbenchError
from workbench.labels import backend
from workbench.labels.backend import USER, PredictionService
from workbench.settings import parse_settings

MODEL = Model("sentiment", SENTIMENT.labels, np.array([[0.7, 0.2, 0.1], [0.1, 0.2, 0.7]]))


@pytest.fixture
def service(tmp_path, monkeypatch):
    monkeypatch.setattr(backend, "model_in_use", lambda settings, task: MODEL)
    service = PredictionService(parse_settings({}, tmp_path), SENTIMENT, frozenset({7}), 0)
    listening = threading.Thread(target=service.serve_forever)
    listening.start()
    yield service
    service.shutdown()
    listening.join()
    service.server_close()


def ask(service, path, content=None, password=None):
    """Status and answer."""
    login = base64.b64encode(f"{USER}:{password or service.password}".encode()).decode()
    body = content if isinstance(content, bytes | None) else json.dumps(content).encode()
    request = urllib.request.Request(service.url + path, body, {"Authorization": f"Basic {login}"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def tasks(*texts):
    return [{"id": n, "data": {"text": text, "brand": "Acme"}} for n, text in enumerate(texts)]


def test_it_is_there_and_names_its_model(service):
    assert ask(service, "/health")[0] == 200
    assert ask(service, "/setup", {"project": "7.1"}) == (200, {"model_version": "sentiment-made"})
    assert ask(service, "/webhook", {"action": "PROJECT_UPDATED"})[0] == 200


def test_it_answers_a_teaching_project(service):
    status, said = ask(service, "/predict", {"project": "7.17", "tasks": tasks("down 0", "love 1")})
    assert status == 200
    chosen = [one["result"][0]["value"]["choices"] for one in said["results"]]
    assert chosen == [["negative"], ["positive"]]
    assert {one["model_version"] for one in said["results"]} == {"sentiment-made"}


@pytest.mark.parametrize("project", ["8.17", "", None, "seven"])
def test_any_other_project_is_told_nothing(service, project):
    said = ask(service, "/predict", {"project": project, "tasks": tasks("down 0")})
    assert said == (200, {"results": [{"result": [], "score": None}]})


def test_a_stranger_is_told_nothing(service):
    assert ask(service, "/predict", {"project": "7", "tasks": tasks("down 0")}, password="guess") == (
        401,
        {"error": "not allowed"},
    )


@pytest.mark.parametrize(
    ("path", "content", "status"), [("/predict", b"{", 400), ("/predict", b"[]", 400), ("/train", {}, 404)]
)
def test_what_is_no_question(service, path, content, status):
    assert ask(service, path, content)[0] == status


def test_a_newer_model_answers_at_once(service, monkeypatch, tmp_path):
    better = Model("sentiment", SENTIMENT.labels, MODEL._said[::-1])
    better.name = "sentiment-better"
    monkeypatch.setattr(backend, "model_in_use", lambda settings, task: better)
    (tmp_path / "data" / "models" / "sentiment" / "sentiment-better").mkdir(parents=True)
    assert ask(service, "/setup", {})[1] == {"model_version": "sentiment-better"}


def test_a_port_that_is_taken_and_a_task_without_model(service, monkeypatch, tmp_path):
    settings = parse_settings({}, tmp_path)
    with pytest.raises(WorkbenchError, match="is taken"):
        PredictionService(settings, SENTIMENT, frozenset(), service.server_port)
    monkeypatch.setattr(backend, "model_in_use", lambda settings, task: None)
    with pytest.raises(WorkbenchError, match="models train --task sentiment"):
        PredictionService(settings, SENTIMENT, frozenset(), 0)


def test_of_a_language_in_which_the_model_was_not_checked_nothing_is_said(service, monkeypatch):
    held = Model("sentiment", SENTIMENT.labels, MODEL._said)
    held.card = {**held.card, "languages": {"en": {"n": 300, "accuracy": 0.8}}}
    monkeypatch.setattr(backend, "model_in_use", lambda settings, task: held)
    service._seen = None
    asked = tasks("my connection is down since this morning 0", "min uppkoppling ligger nere sedan i morse 0")
    _, said = ask(service, "/predict", {"project": "7", "tasks": asked})
    assert [bool(one["result"]) for one in said["results"]] == [True, False]


@pytest.mark.parametrize("tasks", [["down 0"], [{"data": {"text": "hotline, not a number"}}]])
def test_what_cannot_be_read_ends_in_an_answer_that_quotes_nothing(service, tasks, capfd):
    status, said = ask(service, "/predict", {"project": "7", "tasks": tasks})
    assert status == 500
    assert said["error"].startswith("no answer (")
    assert ask(service, "/predict", b"[" * 100_000)[0] == 400
    assert "hotline" not in json.dumps(said) + "".join(capfd.readouterr())
