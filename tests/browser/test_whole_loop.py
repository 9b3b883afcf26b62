"""The whole loop as people live it: push, label by hotkey, pull, train, promote, predict, correct, drift.

A real Label Studio, a real browser, the commands as they are typed; in the middle the server loses its power.
"""

import json
import os
import random
import subprocess
import sys
from contextlib import suppress

import pandas as pd
import pytest
from chromium import CHROMIUM
from label_studio_server import made_database, with_database
from labeller import choice, kill, signed_in, submit, visit_again
from playwright.sync_api import expect

from workbench.labels.connection import connect
from workbench.labels.label_studio import list_projects
from workbench.labels.server import down
from workbench.settings import load_settings
from workbench.store.schema import open_lake

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")]

# The lexicon takes praise that is meant bitterly for praise; people do not, and the model learns it of them.
SAID = {
    "negative": "Great, {what} is dead again, love it",
    "neutral": "Does anybody know when {what} will be changed?",
    "positive": "My {what} just works and it makes me smile",
}
KEYS = {"negative": "1", "neutral": "2", "positive": "3"}
WHATS = ("line", "phone", "router", "app", "invoice", "screen", "cable", "modem", "website", "account")
DAYS, PUSHED = 28, 45


@pytest.fixture
def folder(tmp_path, tmp_path_factory):
    """Posts of one brand, stored; and a Label Studio that runs."""
    settings = with_database(made_database(tmp_path_factory.getbasetemp()), tmp_path)
    (tmp_path / "workbench.toml").write_text(
        f'[labeling]\nport = {settings.labeling.port}\nfolder = "{settings.labeling.folder}"\n'
    )
    dice = random.Random(1)  # days that have nothing to do with what is said
    rows = [
        {
            "id": f"{number}",
            "brand": "Acme",
            "author": f"author{number}",
            "created_at": f"2026-03-{dice.randint(1, DAYS):02d}T10:{number % 60:02d}:00Z",
            "text": sentence.format(what=f"{what} {number % 7}") + "!" * (number % 3),
        }
        for number, (sentence, what) in enumerate(
            (sentence, what) for what in WHATS * 6 for sentence in SAID.values()
        )
    ]
    pd.DataFrame(rows).to_csv(tmp_path / "posts.csv", index=False)
    run(tmp_path, "ingest", "posts.csv")
    run(tmp_path, "labels", "up")
    yield tmp_path
    down(settings)


def run(folder, *words):
    environment = {**os.environ, "WORKBENCH_SETTINGS": str(folder / "workbench.toml")}
    done = subprocess.run(
        [sys.executable, "-m", "workbench", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def told(folder, *words):
    return json.loads(run(folder, *words, "--json"))


def meant(text):
    """What whoever wrote this meant; None of a post that is made up to see whether people read."""
    return next((label for label, said in SAID.items() if said.partition("}")[2] in text), None)


def answer(page, label):
    """Press the key of an answer; again where the page was not ready for it, as whoever looks would."""
    box = choice(page, label.capitalize())
    for _ in range(10):
        page.keyboard.press(KEYS[label])
        with suppress(AssertionError):
            expect(box).to_be_checked(timeout=10_000)
            return
    expect(box).to_be_checked()


def test_the_whole_loop(folder):
    settings = load_settings(folder / "workbench.toml")
    pushed = told(folder, "labels", "push", "--strategy", "random", "-n", str(PUSHED))
    with signed_in(settings) as visit:
        queues = [project["url"] for project in pushed["projects"]]
        assert len(queues) == 2, "a part is for two people, so that their agreement is known"
        judged = label_all(settings, visit, queues[0], power_fails_at=5) + label_all(
            settings, visit, queues[1]
        )
        assert judged == pushed["pushed"]
        pulled = {one["task"]: one for one in told(folder, "labels", "pull")["tasks"]}["sentiment"]
        assert (pulled["new"], pulled["refused"]) == (pushed["pushed"], [])

        card = told(folder, "models", "train", "--no-embeddings")
        assert card["is_promoted"], card["promotion"]
        run(folder, "refresh")
        predictions = open_lake(settings).read("predictions").to_pandas()
        said = predictions[predictions["model"] == card["name"]]
        assert said["post_id"].nunique() == len(SAID) * len(WHATS) * 6

        shares = {row["metric"]: row for row in told(folder, "measure", "sentiment_share", "--by", "brand")}
        unhappy = shares["sentiment_share.negative"]
        assert (unhappy["kind"], unhappy["labels"]) == ("estimate", PUSHED)
        assert unhappy["low"] <= 1 / len(SAID) <= unhappy["high"], (
            "the share that was written, of every kind as many"
        )

        drawn = told(folder, "labels", "push", "--strategy", "uncertainty", "-n", "6")
        teaching = drawn["projects"][0]["url"]
        page = visit(teaching)
        expect(page.locator(".wb input:checked")).to_have_count(1)  # the model's answer stands there
        text = page.locator(".wb-post").text_content()
        wrong = next(label for label in KEYS if label != meant(text))
        answer(page, wrong)
        answer(page, meant(text))
        submit(page)

    assert {one["task"]: one for one in told(folder, "labels", "pull")["tasks"]}["sentiment"]["new"] == 1
    labels = open_lake(settings).read("labels").to_pandas()
    corrected = labels[labels["strategy"] == "uncertainty"]
    assert list(corrected["corrected_model"]) == [card["name"]]
    assert list(corrected["label"]) == [meant(text)]

    again = told(folder, "models", "train", "--no-embeddings")
    assert not again["is_promoted"], "one more label makes no better model"
    run(folder, "models", "promote", again["name"], "--reason", "to see the queues follow")
    versions = {project.model_version for project in list_projects(connect(settings))}
    assert again["name"] in versions

    found = told(folder, "models", "drift", "--since", "2026-03-20", "--no-embeddings")
    assert found["model"] == again["name"]
    assert found["alarms"] == [], found["finding"]


def label_all(settings, visit, queue, power_fails_at=None):
    """Judge every post of a queue by its key; the power may fail while an answer stands there unsent."""
    page = visit(queue)
    done = page.get_by_text("No More Tasks Left in Queue")
    judged = 0
    while not done.is_visible():
        text = page.locator(".wb-post").text_content()
        if judged == power_fails_at:
            answer(page, meant(text) or "negative")
            kill(settings)
            page = visit_again(visit, settings, queue)
            expect(page.locator(".wb-post")).to_have_text(text)
        answer(page, meant(text) or "negative")
        page.keyboard.press("Control+Enter")
        judged += 1
        expect(done.or_(page.locator(".wb-post").filter(has_not_text=text)).first).to_be_visible()
    return judged
