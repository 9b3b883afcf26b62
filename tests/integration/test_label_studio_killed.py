"""Label Studio is killed in the middle of a push, a pull and a submit: nothing lost, nothing twice."""

import contextlib
import random
import threading
import time
import uuid

import pytest
from label_studio_server import chosen, made_database, queue, with_database, world_on
from labeller import kill

from workbench.errors import WorkbenchError
from workbench.labels import pulling, pushing
from workbench.labels.connection import LostServerError
from workbench.labels.server import down, up

pytestmark = pytest.mark.slow

POSTS = 300


@pytest.fixture
def world(tmp_path, tmp_path_factory):
    settings = with_database(made_database(tmp_path_factory.getbasetemp()), tmp_path)
    up(settings)
    yield world_on(settings, tmp_path, posts=POSTS)
    down(settings)


@contextlib.contextmanager
def killed_after(world, seconds, again=True):
    """Kill the server so long after the beginning, and start it again."""

    def act():
        time.sleep(seconds)
        kill(world.settings)
        if again:
            up(world.settings)

    acting = threading.Thread(target=act)
    acting.start()
    try:
        yield
    finally:
        acting.join()


def test_a_push_goes_on_when_the_server_comes_back(world, monkeypatch):
    monkeypatch.setattr(pushing, "_CHUNK", 15)  # many imports, so that a kill meets one
    rows, draw, lost, killers = queue(world, size=POSTS), random.Random(3), [], []

    def told(done, what):
        """Kill the server while the second import of each push is on its way."""
        if what.startswith("waiting"):
            lost.append(what)
        elif len(killers) < 4 and what.startswith("30 of"):
            killers.append(killed_after(world, draw.uniform(0.0, 0.4)))
            killers[-1].__enter__()

    for part in (100, 200, POSTS):
        world.push(rows.head(part), patience=180, progress=told)
        for killer in killers:
            killer.__exit__(None, None, None)
        killers.clear()
        keys = world.keys()
        assert len(keys) == len(set(keys)) == part
    assert lost, "no kill met a push: the test saw nothing"
    assert world.push(rows)["pushed"] == 0


def test_an_import_that_happened_unheard_is_not_repeated(world, monkeypatch):
    """The server took the posts and was killed before it could say so."""
    rows, real, calls = queue(world, size=60), pushing.add_tasks, []

    def unheard(connection, project, tasks):
        real(connection, project, tasks)
        calls.append(len(tasks))
        if len(calls) == 1:
            kill(world.settings)
            up(world.settings)
            raise LostServerError("silence")

    monkeypatch.setattr(pushing, "_CHUNK", 20)
    monkeypatch.setattr(pushing, "add_tasks", unheard)
    told = world.push(rows, patience=120)
    assert told["pushed"] == 60
    assert len(world.keys()) == len(set(world.keys())) == 60


def test_a_push_that_gives_up_is_finished_by_the_same_command(world, monkeypatch):
    rows, real, calls = queue(world, size=60), pushing.add_tasks, []

    def killed(connection, project, tasks):
        calls.append(1)
        if len(calls) == 2:
            kill(world.settings)
        real(connection, project, tasks)

    monkeypatch.setattr(pushing, "_CHUNK", 20)
    monkeypatch.setattr(pushing, "add_tasks", killed)
    with pytest.raises(LostServerError, match="run the same command again"):
        world.push(rows, patience=0)
    up(world.settings)
    told = world.push(rows)
    assert (told["pushed"], told["there"]) == (40, 20)
    assert len(world.keys()) == len(set(world.keys())) == 60


def test_a_pull_that_loses_the_server_is_made_good_by_the_next(world):
    world.push(queue(world, size=30))
    tasks = world.open(world.project())
    for one in tasks:
        world.judge(one.id, chosen("sentiment", "negative"))
    for seconds in (0.0, 0.3, 0.8):
        with killed_after(world, seconds), contextlib.suppress(WorkbenchError):
            world.pull()
    told = world.pull()
    assert told["judgements"] == len(tasks)
    labels = world.labels()
    assert len(labels) == labels["annotation_id"].nunique() == labels["post_id"].nunique() == len(tasks)


@pytest.mark.parametrize("step", ["delete", "merge"])
def test_a_pull_that_is_itself_killed_between_two_steps(world, monkeypatch, step):
    world.push(queue(world, "intents", size=10), "intents")
    one, two, three, *_ = world.open(world.project("intents"))
    numbers = [world.judge(each.id, chosen("intents", "complaint")) for each in (one, two, three)]
    world.pull("intents")
    api = world.connection.api.annotations
    api.update(numbers[0], result=chosen("intents", "irrelevant"))
    api.delete(numbers[1])
    api.update(numbers[2], result=chosen("intents", "praise", "question"))

    def stopped(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(pulling.Lake, step, stopped)
        with pytest.raises(KeyboardInterrupt):
            world.pull("intents")
    world.pull("intents")
    labels = world.labels()
    holds = labels[~labels["label"].str.startswith("not:")]
    by_judgement = holds.groupby(holds["annotation_id"].str.partition("|")[0])["label"].agg(set)
    assert sorted(by_judgement, key=sorted) == [{"irrelevant"}, {"praise", "question"}]
    assert len(labels) == 1 + 7


def test_a_submit_that_is_repeated_is_one_judgement(world):
    """The page sends a name of its own with each answer: said again after silence, it is the same answer."""
    world.push(queue(world, size=30))
    tasks = world.open(world.project())[:12]
    draw = random.Random(7)
    for one in tasks[:4]:
        name = str(uuid.uuid4())
        with killed_after(world, draw.uniform(0.0, 0.4)):
            said = submit_until_taken(world, one.id, name)
        assert said
    told = world.pull()
    assert told["new"] == 4
    labels = world.labels()
    assert labels["post_id"].nunique() == len(labels) == 4


def submit_until_taken(world, number, name):
    for _ in range(120):
        with contextlib.suppress(Exception):
            client = world.connection.api._client_wrapper.httpx_client
            said = client.request(
                f"api/tasks/{number}/annotations",
                method="POST",
                json={"result": chosen("sentiment", "negative"), "unique_id": name},
            )
            if said.status_code in (201, 409):
                return True
        time.sleep(0.5)
    return False
