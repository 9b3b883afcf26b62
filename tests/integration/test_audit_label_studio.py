"""An audit answered in Label Studio: on the user's own server, apart from the user's own labelling."""

import pytest
from label_studio_server import chosen, queue, shared_server, task, world_on
from vendor_exports import export_rows, write_export

from workbench.audit.begin import begin
from workbench.audit.label_studio import pull_answers, push_posts
from workbench.audit.opened import open_audit
from workbench.audit.world import SAMPLE
from workbench.labels.connection import connect
from workbench.labels.drawn import recorded
from workbench.labels.label_studio import open_tasks
from workbench.labels.projects import projects_of
from workbench.labels.server import down
from workbench.privacy.pseudonyms import fingerprint
from workbench.store.schema import claim, open_lake

pytestmark = pytest.mark.slow

BRANDS = {"Acme": 40, "Bolt": 40}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    settings = shared_server(tmp_path_factory.getbasetemp())
    yield settings
    down(settings)
    shared_server.cache_clear()


def test_the_posts_of_an_audit_are_pushed_answered_and_pulled(server, tmp_path):
    own = world_on(server, tmp_path)
    own.push(queue(own, size=10))
    before = own.keys()
    settings = server.model_copy(update={"data": str(tmp_path / "data")})
    world = begin(settings, write_export(tmp_path / "q3.csv", export_rows(BRANDS)), labels=20)
    lake, asked = open_lake(world.settings), task("sentiment")
    drawn = recorded(lake, SAMPLE)

    first = push_posts(server, world, lake, drawn, asked)
    again = push_posts(server, world, lake, drawn, asked)
    assert first["pushed"] - len(asked.gold) <= 20 <= first["pushed"]
    assert (again["pushed"], again["there"]) == (0, first["pushed"])
    assert sorted(own.keys()) == sorted(before), "the user's own queue is as it was"

    connection = connect(server)
    key = claim(lake, world.settings.key_file)
    shown = [
        one
        for project in projects_of(connection, "sentiment", fingerprint(key)).values()
        for one in open_tasks(connection, project.number)
    ]
    assert not any(one.predictions for one in shown), "blind"
    for one in shown:
        connection.api.annotations.create(id=one.id, result=chosen("sentiment", "negative"))
    assert pull_answers(server, world, asked)["new"] == len(shown)
    with open_audit(settings=settings) as opened:
        assert opened.standing.labelled == opened.standing.judged == 20
        accuracy = opened.scores().set_index("metric").loc["accuracy", "value"]
    assert accuracy == 0, "the vendor calls everything neutral"
    assert len(own.labels()) == 0
