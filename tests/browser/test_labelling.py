"""Labelling as a labeller meets it: a real Label Studio in a real browser, by hotkeys."""

import pyarrow as pa
import pytest
from chromium import CHROMIUM
from label_studio_server import made_database, queue, with_database, world_on
from labeller import choice, kill, signed_in, submit, visit_again
from playwright.sync_api import expect
from unit.rows import post, posts

from workbench.labels.server import down, up

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    settings = with_database(
        made_database(tmp_path_factory.getbasetemp()), tmp_path_factory.mktemp("browser")
    )
    up(settings)
    yield settings
    down(settings)


@pytest.fixture
def world(server, tmp_path):
    world = world_on(server, tmp_path)
    before = [post(f"q{n}", text="Is anybody there?", created_epoch=1) for n in range(40)]
    said = [post(f"Acme-{n}", text=f"Great, another outage {n}", thread_id=f"x:q{n}") for n in range(40)]
    rows = [*before, *said]
    world.lake.merge("posts", posts(*rows), update=True)
    return world


@pytest.fixture
def labeller(world):
    with signed_in(world.settings) as visit:
        yield visit


def test_a_pre_annotated_post_is_corrected_by_hotkeys(world, labeller):
    rows = queue(world, "intents").assign(is_doubled=False, strategy="uncertainty")
    for label in ("complaint", "question", "praise", "feature_request", "churn_threat", "pr_risk", "other"):
        rows[f"probability_{label}"] = 0.9 if label == "praise" else 0.1
    teaches(world, rows)
    page = labeller(world.push(rows, "intents", model="made-1")["projects"][0]["url"])
    expect(page.get_by_text("What does this person want of Acme?")).to_be_visible()
    expect(page.locator(".wb-post")).to_contain_text("Great, another outage")
    expect(page.locator(".wb-thread")).to_contain_text("the same person: Is anybody there?")
    expect(choice(page, "Praise")).to_be_checked()
    page.keyboard.press("3")
    page.keyboard.press("1")
    page.keyboard.press("2")
    expect(choice(page, "Praise")).not_to_be_checked()
    expect(choice(page, "Complaint")).to_be_checked()
    page.fill("textarea", "sarcasm")
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".lsf-text-area")).to_contain_text("sarcasm")
    page.locator(".wb-post").click()
    submit(page)

    assert world.pull("intents")["new"] == 1
    labels = world.labels()
    assert set(labels["label"][~labels["label"].str.startswith("not:")]) == {"complaint", "question"}
    assert set(labels["corrected_model"]) == {"made-1"}
    assert set(labels["comment"]) == {"sarcasm"}
    assert labels["seconds"].gt(0).all()


def test_who_estimates_sees_no_answer_and_may_skip(world, labeller):
    page = labeller(world.push(queue(world))["projects"][0]["url"])
    expect(page.locator(".wb input:checked")).to_have_count(0)
    expect(page.get_by_role("button", name="Submit current annotation")).to_be_disabled()
    shown = page.locator(".wb-post").text_content()
    page.keyboard.press("Control+Space")
    expect(page.locator(".wb-post")).not_to_have_text(shown)
    page.keyboard.press("1")
    expect(choice(page, "Negative")).to_be_checked()
    page.keyboard.press("6")
    expect(choice(page, "Cannot tell")).to_be_checked()
    expect(page.locator(".wb input:checked")).to_have_count(1)
    submit(page)
    told = world.pull()
    assert (told["new"], told["skipped"], told["refused"]) == (1, 1, [])
    assert list(world.labels()["label"]) == ["cannot_tell"]


def test_what_may_distress_is_announced_and_blurred(world, labeller):
    rows = queue(world).assign(is_distressing=True)
    page = labeller(world.push(rows)["projects"][0]["url"])
    expect(page.get_by_text("This post may distress you")).to_be_visible()
    text = page.locator(".wb-post .lsf-richtext__container")
    expect(text).to_have_css("filter", "blur(7px)")
    text.hover()
    expect(text).to_have_css("filter", "none")


def test_a_server_killed_in_the_middle_of_a_submit(world, labeller):
    url = world.push(queue(world))["projects"][0]["url"]
    page = labeller(url)
    shown = page.locator(".wb-post").text_content()
    page.keyboard.press("1")
    expect(choice(page, "Negative")).to_be_checked()
    kill(world.settings)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Failed to fetch")).to_be_visible()
    page = visit_again(labeller, world.settings, url)
    expect(page.locator(".wb-post")).to_have_text(shown)
    page.keyboard.press("1")
    expect(choice(page, "Negative")).to_be_checked()
    submit(page)
    assert world.pull()["judgements"] == 1
    assert list(world.labels()["label"]) == ["negative"]


def teaches(world, rows):
    """Write down that these were drawn to teach."""
    drawn = world.lake.read("label_samples").to_pandas().assign(strategy="uncertainty")
    drawn = drawn[drawn["post_id"].isin(rows["post_id"])]
    world.lake.merge("label_samples", pa.Table.from_pandas(drawn, preserve_index=False), update=True)
