"""Posts picked by hand in a real Label Studio: asked about once, blind, and no loss to what is drawn."""

import pytest
from label_studio_server import chosen, queue, shared_server, world_on

from workbench.labels.picked import send_picked, sent_sentence
from workbench.labels.server import down

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    settings = shared_server(tmp_path_factory.getbasetemp())
    yield settings
    down(settings)
    shared_server.cache_clear()


def test_what_was_picked_is_labelled_blind_and_lost_to_no_sample(server, tmp_path):
    world = world_on(server, tmp_path)
    mentions = world.lake.read("mentions", ["post_id", "brand"]).to_pandas().sort_values("post_id")
    picked = mentions.head(3)
    told = send_picked(world.settings, picked, "sentiment")
    assert (told["pushed"], told["there"], told["drawn"]) == (3, 0, 0)
    assert send_picked(world.settings, picked, "sentiment")["there"] == 3
    project = world.project(purpose="picked")
    assert told["projects"][0]["title"] == project.title
    assert "picked by hand" in project.title

    waiting = world.open(project)
    assert not any(one.predictions for one in waiting)
    world.judge(waiting[0].id, chosen("sentiment", "negative"))
    assert world.pull()["new"] == 1
    label = world.labels().iloc[0]
    assert (label["strategy"], label["label"]) == ("picked", "negative")
    assert label["post_id"] in set(picked["post_id"])

    # All mentions are drawn: those picked before are asked about again, where they estimate.
    rows = queue(world, size=len(mentions))
    drawn = world.push(rows)
    assert (drawn["pushed"], drawn["there"]) == (len(mentions), 0)
    again = send_picked(world.settings, mentions.tail(2), "sentiment")
    assert (again["pushed"], again["drawn"]) == (0, 2)
    assert "2 were drawn by a sample and are asked about there" in sent_sentence(again)
