"""Posts out, judgements in, with a real Label Studio: what is right, what is wrong, and what changes meanwhile."""

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from label_studio_server import chosen, queue, shared_server, task, world_on
from unit.labelling import Model
from unit.rows import post, posts

from workbench.errors import WorkbenchError
from workbench.labels import following, pulling, pushing, validation
from workbench.labels.backend import open_service
from workbench.labels.connection import connect_to
from workbench.labels.following import follow_model
from workbench.labels.label_studio import connect_service
from workbench.labels.picked import picked_queue
from workbench.labels.server import down
from workbench.labels.standing import standing

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    settings = shared_server(tmp_path_factory.getbasetemp())
    yield settings
    down(settings)
    shared_server.cache_clear()


@pytest.fixture
def world(server, tmp_path):
    return world_on(server, tmp_path)


def test_a_queue_is_handed_over_once_however_often_it_is_pushed(world):
    rows = queue(world, size=20)
    first, again = world.push(rows), world.push(rows)
    assert (first["pushed"], first["there"], first["purpose"]) == (20, 0, "estimation")
    assert (again["pushed"], again["there"]) == (0, 20)
    assert len(world.keys()) == len(set(world.keys())) == 20
    assert {place.people: project.tasks for place, project in world.projects().items()} == {1: 16, 2: 4}


def test_what_estimates_is_blind_and_tells_nobody_who_wrote_it(world):
    world.push(queue(world, size=10))
    for one in world.open(world.project()):
        assert not one.predictions
        assert set(one.data) == {"key", "text", "brand", "platform", "where", "thread", "notice"}
        assert "Acme-" not in str(one.data), "the number of the post is not shown"
        assert "a" * 32 not in str(one.data), "nor is the author's pseudonym"
    found = world.connection.api.projects.get(world.project().number)
    assert not found.show_collab_predictions
    assert found.sampling == "Sequential sampling"
    assert "Hard cases" in found.expert_instruction
    assert found.show_instruction


def test_what_came_before_a_post_is_shown_with_it(world):
    thread = [
        post("t1", text="Is anybody there?", thread_id="x:t1", author="b" * 32),
        post("t2", text="We are looking into it", thread_id="x:t1", author_role="brand", author="c" * 32),
        post("Acme-3", text="Still down", thread_id="x:t1", author="b" * 32),
        post("t4", text="Later words", thread_id="x:t1"),
    ]
    for second, row in enumerate(thread):
        row["created_epoch"] += second
    world.lake.merge("posts", posts(*thread), update=True)
    world.push(queue(world, size=40))
    shown = [one.data for p in world.projects().values() for one in world.open(p) if one.data["thread"]]
    assert [data["text"] for data in shown] == ["Still down"]
    assert shown[0]["thread"] == "the same person: Is anybody there?\n\nthe brand: We are looking into it"


def test_judgements_come_back_with_how_they_were_drawn(world):
    rows = queue(world, size=10)
    world.push(rows)
    tasks = world.open(world.project())
    said = ["negative", "neutral", "positive", "mixed", "irrelevant", "cannot_tell"]
    for one, label in zip(tasks, said, strict=False):
        world.judge(one.id, chosen("sentiment", label), lead_time=4.5)
    told = world.pull()
    assert (told["new"], told["judgements"], told["open"], told["seconds"]) == (6, 6, 4, 4.5)
    labels = world.labels().merge(rows, on=["post_id", "brand"], suffixes=("", "_drawn"))
    assert sorted(labels["label"]) == sorted(said)
    assert (labels["sample_id"] == labels["sample_id_drawn"]).all()
    assert (labels["inclusion_probability"] == labels["inclusion_probability_drawn"]).all()
    assert set(labels["strategy"]) == {"random"}
    assert labels["annotator"].str.fullmatch("[0-9a-f]{32}").all()


def test_nothing_new_writes_nothing(world):
    world.push(queue(world))
    world.judge(world.open(world.project())[0].id, chosen("sentiment", "neutral"))
    world.pull()
    before, version = world.labels(), world.lake.current_versions()["labels"]
    told = world.pull()
    assert (told["new"], told["changed"], told["withdrawn"]) == (0, 0, 0)
    assert world.lake.current_versions()["labels"] == version
    pd.testing.assert_frame_equal(world.labels(), before)


def test_changed_and_withdrawn_judgements_are_followed(world):
    world.push(queue(world))
    first, second, *_ = world.open(world.project())
    changed = world.judge(first.id, chosen("sentiment", "neutral"))
    withdrawn = world.judge(second.id, chosen("sentiment", "positive"))
    world.pull()
    world.connection.api.annotations.update(changed, result=chosen("sentiment", "negative"))
    world.connection.api.annotations.delete(withdrawn)
    told = world.pull()
    assert (told["new"], told["changed"], told["withdrawn"], told["judgements"]) == (0, 1, 1, 1)
    assert list(world.labels()["label"]) == ["negative"]


def test_of_several_labels_each_is_a_row_that_holds_or_does_not(world):
    world.push(queue(world, "intents"), "intents")
    one, none, unsure, *_ = world.open(world.project("intents"))
    number = world.judge(one.id, chosen("intents", "complaint", "question"))
    world.judge(none.id, chosen("intents", "none"))
    world.judge(unsure.id, chosen("intents", "cannot_tell"))
    world.pull("intents")
    labels = world.labels()
    by_judgement = labels.groupby(labels["annotation_id"].str.partition("|")[0])["label"].agg(set)
    others = {f"not:{name}" for name in ("praise", "feature_request", "churn_threat", "pr_risk", "other")}
    expected = [
        {"complaint", "question"} | others,
        {f"not:{name}" for name in task("intents").labels},
        {"cannot_tell"},
    ]
    assert sorted(by_judgement, key=sorted) == sorted(expected, key=sorted)

    world.connection.api.annotations.update(number, result=chosen("intents", "irrelevant"))
    assert world.pull("intents")["changed"] == 1
    labels = world.labels()
    assert list(labels[labels["annotation_id"].str.contains(f":{number}|", regex=False)]["label"]) == [
        "irrelevant"
    ]


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (chosen("intents", "complaints"), validation.UNKNOWN),
        ([], validation.EMPTY),
        (chosen("intents", comment="only a remark"), validation.EMPTY),
        (chosen("intents", "none", "complaint"), validation.CONTRADICTION),
    ],
)
def test_what_is_no_answer_is_told_and_can_be_mended(world, result, reason):
    world.push(queue(world, "intents"), "intents")
    bad, good, *_ = world.open(world.project("intents"))
    number = world.judge(bad.id, result)
    world.judge(good.id, chosen("intents", "praise"))
    told = world.pull("intents")
    assert [(one["reason"], one["count"]) for one in told["refused"]] == [(reason, 1)]
    assert told["refused"][0]["where"] == [
        f"{world.connection.url}/projects/{world.project('intents').number}/data?task={bad.id}"
    ]
    assert told["new"] == 1
    assert world.pull("intents")["refused"] == told["refused"], "as long as nobody mended it"
    world.connection.api.annotations.update(number, result=chosen("intents", "other"))
    told = world.pull("intents")
    assert (told["new"], told["judgements"], told["refused"]) == (1, 2, [])


def test_two_choices_where_one_is_allowed_leave_the_last_valid_answer(world):
    world.push(queue(world))
    one = world.open(world.project())[0]
    number = world.judge(one.id, chosen("sentiment", "negative"))
    world.pull()
    world.connection.api.annotations.update(number, result=chosen("sentiment", "negative", "positive"))
    told = world.pull()
    assert [one["reason"] for one in told["refused"]] == [validation.SEVERAL]
    assert world.pull()["refused"] == told["refused"], "as long as nobody mended it"
    assert list(world.labels()["label"]) == ["negative"]


def test_labels_of_erased_posts_are_not_taken_and_their_texts_can_be_removed(world):
    rows = queue(world)
    world.push(rows)
    project = world.project()
    for one in world.open(project)[:2]:
        world.judge(one.id, chosen("sentiment", "negative"))
    world.pull()
    taken = world.labels()
    for one in world.open(project)[:2]:
        world.judge(one.id, chosen("sentiment", "positive"))
    world.erase(*rows["post_id"])
    told = world.pull()
    assert [(one["reason"], one["count"]) for one in told["refused"]] == [(validation.ERASED, 4)]
    pd.testing.assert_frame_equal(world.labels(), taken)
    assert world.pull(remove_erased=True)["removed"] == 10
    assert world.keys() == []
    pd.testing.assert_frame_equal(world.labels(), taken)
    assert world.pull()["withdrawn"] == 0


def test_only_what_was_erased_is_taken_away_and_with_it_its_words_in_threads(world):
    thread = [
        post("t1", text="Is anybody there?", thread_id="x:t1", author="b" * 32),
        post("Acme-3", text="Still down", thread_id="x:t1", author="b" * 32),
    ]
    thread[1]["created_epoch"] += 1
    world.lake.merge("posts", posts(*thread), update=True)
    rows = queue(world, size=40)
    world.push(rows)
    some = world.open(world.project())[0]
    world.judge(some.id, chosen("sentiment", "negative"))
    world.lake.delete("mentions", world.lake.read("mentions", ["post_id", "brand"]))  # as a keyword less does
    world.erase("x:t1")
    late = post("t0", text="Only now in the lake", thread_id="x:t1", created_epoch=0)
    world.lake.merge("posts", posts(late))
    assert world.pull(remove_erased=True)["removed"] == 0
    assert len(world.keys()) == 40, "their posts are still there"
    threads = [one.data["thread"] for p in world.projects().values() for one in world.open(p)]
    assert set(threads) == {""}
    assert world.judged(world.project())[0].id == some.id


def test_of_a_post_that_was_picked_its_text_alone_is_left_and_is_taken_away(world):
    mentions = world.lake.read("mentions", ["post_id", "brand"]).to_pandas().head(2)
    world.push(picked_queue(world.lake, world.settings, "sentiment", mentions).rows)
    world.erase(mentions["post_id"][0])
    world.lake.delete(
        "mentions", world.lake.read("mentions", ["post_id", "brand"])
    )  # as a brand renamed does
    assert world.pull(remove_erased=True)["removed"] == 1
    assert len(world.keys()) == 1, "the other post is still there"


def test_a_post_that_was_handed_over_twice_is_taken_away_twice(world):
    """As two machines that push at one moment leave it."""
    world.push(queue(world, size=2))
    project = world.project()
    twice = [{"data": one.data} for one in world.open(project)]
    world.connection.api.projects.import_tasks(project.number, request=twice)
    world.erase(*world.lake.read("posts", ["post_id"])["post_id"].to_pylist())
    assert world.pull(remove_erased=True)["removed"] == 4
    assert world.keys() == []


def test_a_task_put_there_by_hand_is_no_post_of_ours(world):
    world.push(queue(world))
    project = world.project()
    data = {**world.open(project)[0].data, "key": "by hand"}
    world.connection.api.projects.import_tasks(project.number, request=[{"data": data}])
    world.judge(world.open(project)[-1].id, chosen("sentiment", "negative"))
    told = world.pull()
    assert [one["reason"] for one in told["refused"]] == [validation.FOREIGN]
    assert world.labels().empty


def test_drafts_and_skips_say_nothing(world):
    world.push(queue(world))
    project = world.project()
    draft, skipped, *_ = world.open(project)
    world.connection.api.annotations.create(
        id=skipped.id, result=chosen("sentiment", "negative"), was_cancelled=True
    )
    client = world.connection.api._client_wrapper.httpx_client
    client.request(
        f"api/tasks/{draft.id}/drafts", method="POST", json={"result": chosen("sentiment", "positive")}
    )
    told = world.pull()
    assert (told["new"], told["skipped"], told["refused"]) == (0, 1, [])
    assert world.labels().empty


def test_two_people_are_two_pseudonyms_and_a_remark_is_masked(world):
    world.push(queue(world, size=20))
    one = world.open(world.project(people=2))[0]
    other = world.connection.api.users.create(
        email=f"second-{world.project().number}@mail.example", username="second", first_name="", last_name=""
    )
    remark = "@acme knows jane@mail.example"
    world.judge(one.id, chosen("sentiment", "negative", comment=remark))
    world.judge(one.id, chosen("sentiment", "neutral"), completed_by=other.id)
    world.pull()
    labels = world.labels()
    assert sorted(labels["label"]) == ["negative", "neutral"]
    assert labels["annotator"].nunique() == 2
    assert labels["post_id"].nunique() == 1
    assert list(labels["comment"].dropna()) == ["@acme knows <EMAIL>"]
    assert "second-" not in labels.to_csv()


def test_who_was_removed_from_label_studio_stays_who_they_were(world):
    """Their addresses are all called alike; of one a judgement was fetched before, of the other none."""
    world.push(queue(world, size=20).assign(is_doubled=True))
    first, second, *_ = world.open(world.project(people=2))
    number, users = world.project(people=2).number, world.connection.api.users
    left, gone = (
        users.create(email=f"{name}-{number}@mail.example", username=name, first_name="", last_name="")
        for name in ("left", "gone")
    )
    world.judge(first.id, chosen("sentiment", "negative"), completed_by=left.id)
    world.pull()
    (known,) = world.labels()["annotator"]
    world.judge(second.id, chosen("sentiment", "negative"), completed_by=left.id)
    world.judge(second.id, chosen("sentiment", "positive"), completed_by=gone.id)
    for user in (left, gone):
        world.in_database("UPDATE htx_user SET email = 'Deleted' || ? WHERE id = ?", " " * user.id, user.id)
    world.pull()
    found = world.labels().groupby("annotator")["label"].agg(sorted).to_dict()
    assert found.pop(known) == ["negative", "negative"]
    assert list(found.values()) == [["positive"]]


@pytest.mark.parametrize(
    "missed", ["updated_at = '2020-01-01 00:00:00'", "updated_at = '2020-01-01', total_annotations = 0"]
)
def test_a_judgement_whose_moment_was_missed_is_found_by_counting(world, missed):
    """Label Studio saves a judgement first and its task after: killed between, the task looks untouched."""
    world.push(queue(world))
    first, second, *_ = world.open(world.project())
    world.judge(first.id, chosen("sentiment", "negative"))
    world.pull()
    world.judge(second.id, chosen("sentiment", "positive"))
    world.in_database(f"UPDATE task SET {missed} WHERE id = ?", second.id)
    assert world.pull()["new"] == 1
    assert sorted(world.labels()["label"]) == ["negative", "positive"]


def test_an_old_refused_answer_hides_no_withdrawal(world, monkeypatch):
    """One more on the server and one fewer: the counts agree, and yet a judgement is gone."""
    monkeypatch.setattr(pulling, "_OVERLAP", dt.timedelta(0))
    world.push(queue(world)[:3].assign(is_doubled=False))
    first, second, third = world.open(world.project())
    world.judge(first.id, [])  # no answer
    world.judge(second.id, chosen("sentiment", "negative"))
    withdrawn = world.judge(third.id, chosen("sentiment", "positive"))
    assert world.pull()["refused"][0]["count"] == 1
    world.connection.api.annotations.delete(withdrawn)
    assert world.pull()["withdrawn"] == 1
    assert list(world.labels()["label"]) == ["negative"]


def test_labels_stay_when_label_studio_is_cleared_up(world):
    world.push(queue(world))
    project = world.project()
    one, other, *_ = world.open(project)
    world.judge(one.id, chosen("sentiment", "negative"))
    world.judge(other.id, chosen("sentiment", "neutral"))
    world.pull()
    world.connection.api.tasks.delete(str(one.id))
    assert world.pull()["withdrawn"] == 0
    world.connection.api.projects.delete(project.number)
    world.pull()
    assert sorted(world.labels()["label"]) == ["negative", "neutral"]


def test_labels_stay_when_what_was_cleared_up_is_put_there_again(world):
    """A doubled post that one of two has judged is asked about again; the judgement was of the task before."""
    world.push(queue(world, size=20))
    one = world.open(world.project(people=2))[0]
    world.judge(one.id, chosen("sentiment", "negative"))
    world.pull()
    world.connection.api.tasks.delete(str(one.id))
    assert world.push(queue(world, size=20))["pushed"] == 1
    assert world.pull()["withdrawn"] == 0
    assert list(world.labels()["label"]) == ["negative"]


def test_what_teaches_shows_the_model_and_the_unsure_come_first(world, monkeypatch):
    use(world, monkeypatch, model_of(world, "sentiment"))
    rows = teaching_queue(world, model_of(world, "sentiment"))
    told = world.push(rows, model="sentiment-made")
    assert told["purpose"] == "teaching"
    project = world.project(purpose="teaching")
    tasks = world.open(project)
    assert all(len(one.predictions) == 1 for one in tasks)
    assert project.model_version == "sentiment-made"
    scores = {one.id: one.predictions[0].score for one in tasks}
    served = next_task(world, project.number)
    assert scores[served["id"]] == min(scores.values())
    corrected = served["predictions"][0]["id"]
    world.judge(served["id"], chosen("sentiment", "neutral"), parent_prediction=corrected)
    world.pull()
    labels = world.labels()
    assert list(labels["corrected_model"]) == ["sentiment-made"]
    assert list(labels["strategy"]) == ["uncertainty"]


def test_posts_of_great_impact_are_served_first_whatever_model_reads_them(world, monkeypatch):
    model = model_of(world, "sentiment")
    use(world, monkeypatch, model)
    rows = teaching_queue(world, model).assign(strategy="impact")
    world.push(rows, model="sentiment-made")
    project = world.project(purpose="teaching")
    first = min(world.open(project), key=lambda one: one.data["place_in_queue"])
    assert next_task(world, project.number)["id"] == first.id
    better = model_of(world, "sentiment")
    better.name, better._said = "sentiment-better", better._said[:, ::-1]
    use(world, monkeypatch, better)
    follow_model(world.settings, task("sentiment"))
    world.judge(first.id, chosen("sentiment", "neutral"))
    second = min(world.open(project), key=lambda one: one.data["place_in_queue"])
    assert 0 == first.data["place_in_queue"] < second.data["place_in_queue"]
    assert next_task(world, project.number)["id"] == second.id


def test_teaching_projects_follow_the_model_that_is_promoted(world, monkeypatch):
    use(world, monkeypatch, model_of(world, "sentiment"))
    world.push(teaching_queue(world, model_of(world, "sentiment")), model="sentiment-made")
    better = model_of(world, "sentiment")
    better.name, better._said = "sentiment-better", better._said[:, ::-1]
    use(world, monkeypatch, better)
    told = follow_model(world.settings, task("sentiment"))
    assert told == {"task": "sentiment", "model": "sentiment-better", "predictions": 10}
    project = world.project(purpose="teaching")
    assert project.model_version == "sentiment-better"
    versions = {said.model_version for one in world.open(project) for said in one.predictions}
    assert versions == {"sentiment-made", "sentiment-better"}
    assert follow_model(world.settings, task("sentiment"))["predictions"] == 0


def test_posts_of_a_language_in_which_the_model_was_not_checked_are_pushed_without_its_answer(
    world, monkeypatch
):
    model = model_of(world, "sentiment")
    model.card = {**model.card, "languages": {"sv": {"n": 300, "accuracy": 0.8}}}
    use(world, monkeypatch, model)
    rows = teaching_queue(world, model)
    said = [name for name in rows if name.startswith("probability_")]
    assert world.push(rows.assign(**dict.fromkeys(said, np.nan)), model="sentiment-made")["pushed"] == 10
    assert not any(one.predictions for one in world.open(world.project(purpose="teaching")))


def test_a_post_that_has_no_answer_yet_gets_one_when_it_is_opened(world, monkeypatch):
    use(world, monkeypatch, None)
    rows = queue(world)
    world.push(rows[:5].assign(is_doubled=False))
    world.push(teaching_queue(world, None, rows[5:]))
    project = world.project(purpose="teaching")
    assert not any(one.predictions for one in world.open(project))
    model = model_of(world, "sentiment")
    monkeypatch.setattr("workbench.labels.backend.model_in_use", lambda settings, name: model)
    service = open_service(world.settings, task("sentiment"), port=0)
    try:
        opened = world.connection.api.tasks.get(str(world.open(project)[0].id))
        assert [said.model_version for said in opened.predictions] == ["sentiment-made"]
        blind = world.connection.api.tasks.get(str(world.open(world.project())[0].id))
        assert not blind.predictions, "who estimates is shown nothing"
        services = world.connection.api.ml.list
        (before,) = services(project=project.number)
        with pytest.raises(WorkbenchError, match="refused a request"):
            connect_service(
                world.connection, project.number, "http://127.0.0.1:1", before.title, ("workbench", "secret")
            )
        assert [one.url for one in services(project=project.number)] == [before.url], "it goes on being asked"
    finally:
        service.shutdown()
        service.server_close()


def test_gold_items_look_like_posts_and_come_back_as_gold(world):
    from workbench.labels.gold import with_gold

    asked = task("sentiment")
    rows = with_gold(queue(world, size=20), asked.gold, drawn=40, seed=1)
    assert (rows["strategy"] == "gold").sum() == 2
    world.push(rows)
    shown = [one for project in world.projects().values() for one in world.open(project)]
    gold = [one for one in shown if any(one.data["text"].startswith(part) for part in GOLD_BEGINNINGS)]
    assert len(gold) == 2
    assert {one.data["brand"] for one in shown} == {"Acme"}
    assert "lumora" not in str([one.data for one in shown]).lower()
    world.judge(gold[0].id, chosen("sentiment", "negative"))
    world.pull()
    labels = world.labels()
    assert list(labels["strategy"]) == ["gold"]
    assert labels["post_id"].str.startswith("gold:sentiment-").all()
    assert labels["inclusion_probability"].isna().all()


def test_disputed_posts_are_asked_again_in_a_project_of_their_own(world):
    from workbench.labels.adjudication import adjudication_queue

    rows = queue(world)
    world.push(rows)
    told = world.push(adjudication_queue(world.lake, world.settings, "sentiment", rows.head(3)))
    assert (told["pushed"], told["purpose"]) == (3, "adjudication")
    project = world.project(purpose="adjudication")
    world.judge(world.open(project)[0].id, chosen("sentiment", "negative"))
    world.pull()
    assert list(world.labels()["strategy"]) == ["adjudication"]


def test_what_estimates_and_what_teaches_is_not_pushed_together(world):
    rows = queue(world)
    mixed = pd.concat([rows[:5], rows[5:].assign(strategy="rare")])
    with pytest.raises(WorkbenchError, match="mixes random, rare"):
        world.push(mixed)
    assert world.projects() == {}


def test_a_changed_task_changes_its_projects(world):
    world.push(queue(world))
    asked = task("sentiment")
    changed = type(asked)(
        **{
            **asked.__dict__,
            "config": asked.config.replace("How does this post feel", "What does this post feel"),
        }
    )
    pushing.push(world.settings, queue(world), changed)
    assert (
        "What does this post feel" in world.connection.api.projects.get(world.project().number).label_config
    )


def test_the_standing_of_each_queue(world):
    world.push(queue(world))
    world.judge(world.open(world.project())[0].id, chosen("sentiment", "negative"))
    rows = [
        {k: row[k] for k in ("task", "purpose", "people", "posts", "labelled")}
        for row in standing(world.settings)
    ]
    assert rows == [
        {"task": "sentiment", "purpose": "estimation", "people": 1, "posts": 8, "labelled": 1},
        {"task": "sentiment", "purpose": "estimation", "people": 2, "posts": 2, "labelled": 0},
    ]


def test_a_wrong_token_is_said_so_without_showing_it(world):
    wrong = connect_to(world.connection.url, "wrong-token-wrong-token")
    with pytest.raises(WorkbenchError, match="does not accept the token") as error:
        world.push(queue(world), connection=wrong)
    assert "wrong-token" not in str(error.value)


GOLD_BEGINNINGS = (
    "Third night",
    "@Acme your technician",
    "Does @Acme open",
    "Never again",
    "Saw a acme",
    "Best delivery",
)


def model_of(world, name):
    """A model of made probabilities, surest of the post numbered last."""
    labels = task(name).labels
    strength = np.linspace(0.4, 0.95, 40)
    said = np.full((40, len(labels)), ((1 - strength) / (len(labels) - 1))[:, None])
    said[np.arange(40), np.arange(40) % len(labels)] = strength
    return Model(name, labels, said)


def teaching_queue(world, model, rows=None):
    """A queue to teach with, drawn as one is: that it teaches stands in the lake."""
    rows = queue(world, size=10) if rows is None else rows
    drawn = world.lake.read("label_samples").to_pandas()
    drawn = drawn[drawn["post_id"].isin(rows["post_id"])].assign(strategy="uncertainty")
    world.lake.merge("label_samples", pa.Table.from_pandas(drawn, preserve_index=False), update=True)
    rows = rows.assign(strategy="uncertainty", is_doubled=False).reset_index(drop=True)
    if model is None:
        return rows
    numbers = rows["post_id"].str.rpartition("-")[2].astype(int).to_numpy()
    said = pd.DataFrame(model._said[numbers], columns=[f"probability_{label}" for label in model.labels])
    return rows.join(said)


def use(world, monkeypatch, model):
    for module in (pushing, following):
        monkeypatch.setattr(module, "model_in_use", lambda settings, name: model)


def next_task(world, project):
    client = world.connection.api._client_wrapper.httpx_client
    return client.request(
        "api/dm/actions", method="POST", params={"id": "next_task", "project": project}, json={}
    ).json()
