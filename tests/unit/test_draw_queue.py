"""Queues to estimate and to teach: never the same mention, every chance known, the same again when asked again."""

import itertools

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from unit.labelling import INTENTS, NOON, SENTIMENT, Model, filled, frame_of, label_row, write_labels
from unit.rows import mention, mentions

from workbench.errors import WorkbenchError
from workbench.labels import model_answers
from workbench.labels.adjudication import adjudication_queue
from workbench.labels.checks import check_labels
from workbench.labels.enlarging import enlarge
from workbench.labels.queue import queue_of, rationed
from workbench.labels.queues import draw_queue, draw_sample
from workbench.settings import parse_settings


@pytest.fixture
def lake(tmp_path):
    return filled(tmp_path)


@pytest.fixture
def settings(tmp_path):
    return parse_settings({"labeling": {"doubled": 0.25, "most_distressing": 2}}, tmp_path)


@pytest.fixture
def model(monkeypatch):
    """A model whose doubt grows with the number of the post."""
    doubt = np.linspace(0, 0.5, 40)[:, None]
    table = np.hstack([1 - doubt, doubt, np.zeros_like(doubt)])
    made = Model("sentiment", SENTIMENT.labels, table)
    monkeypatch.setattr(model_answers, "current", lambda folder, task, wanted="": made)
    return made


def draw(lake, settings, strategy, size=8, seed=1, task=SENTIMENT, frame=None, **options):
    frame = frame_of(lake) if frame is None else frame
    return draw_queue(lake, settings, frame, task, strategy=strategy, size=size, seed=seed, **options)


def mentions_of(queue) -> set[str]:
    return set(queue.sample.rows["post_id"])


def test_to_estimate_people_answer_blind_and_a_part_is_doubled(lake, settings, model):
    queue = draw(lake, settings, "random", size=12)
    assert queue.model == ""
    assert not [name for name in queue.rows if name.startswith("probability_")]
    assert set(queue.rows["strategy"]) == {"random"}
    assert queue.rows["inclusion_probability"].tolist() == [12 / 40] * 12
    assert queue.rows["is_doubled"].sum() == 12 * 0.25
    assert not queue.rows["is_distressing"].any()


def test_to_teach_the_model_is_shown_and_its_doubts_come_first(lake, settings, model):
    queue = draw(lake, settings, "uncertainty", size=10)
    assert queue.model == "sentiment-made"
    assert list(queue.rows.filter(like="probability_")) == [
        f"probability_{name}" for name in SENTIMENT.labels
    ]
    assert queue.rows["inclusion_probability"].is_monotonic_decreasing
    assert not queue.rows["is_doubled"].any()
    chances = lake.read("label_chances").to_pandas()
    assert len(chances) == 40
    assert chances["inclusion_probability"].sum() == pytest.approx(10)
    assert chances["inclusion_probability"].min() >= 0.2 * 10 / 40 - 1e-12
    recorded = queue.rows.merge(chances, on=["post_id", "brand"])
    assert (recorded["inclusion_probability_x"] == recorded["inclusion_probability_y"]).all()
    by_doubt = chances.assign(number=chances["post_id"].str.split("-").str[1].astype(int)).sort_values(
        "number"
    )
    assert by_doubt["inclusion_probability"].is_monotonic_increasing


@pytest.mark.parametrize(
    "order", list(itertools.permutations(["random", "uncertainty", "diversity"])), ids="-".join
)
def test_in_whatever_order_no_mention_is_in_two_queues(lake, settings, model, order):
    drawn = {strategy: mentions_of(draw(lake, settings, strategy)) for strategy in order}
    for one, other in itertools.combinations(drawn.values(), 2):
        assert not one & other
    # And asked for again, each is what it was.
    for strategy, posts in drawn.items():
        again = draw(lake, settings, strategy)
        assert not again.sample.is_new
        assert mentions_of(again) == posts


def test_what_teaching_may_have_taken_is_in_the_chances_of_what_is_drawn_later(lake, settings, model):
    draw(lake, settings, "uncertainty", size=10)
    draw(lake, settings, "diversity", size=6)
    chances = lake.read("label_chances").to_pandas()
    was_left = (1 - chances["inclusion_probability"]).groupby(chances["post_id"]).prod()
    queue = draw(lake, settings, "random", size=12)
    expected = 12 / (40 - 10 - 6) * was_left[queue.rows["post_id"]]
    assert queue.rows["inclusion_probability"].to_numpy() == pytest.approx(expected.to_numpy())
    assert set(queue.sample.rows["frame_size"]) == {40}


def test_a_random_sample_drawn_before_keeps_its_chances_when_teaching_follows(lake, settings, model):
    before = draw(lake, settings, "random", size=12)
    draw(lake, settings, "uncertainty", size=10)
    again = draw_sample(lake, frame_of(lake), sample_id=before.sample.sample_id, per_stratum=12, seed=1)
    assert not again.is_new
    assert set(again.rows["inclusion_probability"]) == {12 / 40}


def test_more_of_a_random_sample_enlarge_it_and_labels_take_over_the_new_chances(lake, settings, model):
    first = draw(lake, settings, "random", size=12)
    post_id = sorted(mentions_of(first))[0]
    write_labels(
        lake, label_row(post_id, "negative", sample_id="sentiment-random-1", inclusion_probability=12 / 40)
    )
    larger = draw(lake, settings, "random", size=20)
    assert mentions_of(first) < mentions_of(larger)
    assert set(larger.rows["inclusion_probability"].dropna()) == {20 / 40}
    assert lake.read("labels").to_pandas()["inclusion_probability"].tolist() == [20 / 40]
    with pytest.raises(WorkbenchError, match="never smaller: go on with -n 20"):
        draw(lake, settings, "random", size=12)


def test_enlarged_after_teaching_nobody_is_asked_twice_and_the_chances_say_so(lake, settings, model):
    first = draw(lake, settings, "random", size=12)
    taught = mentions_of(draw(lake, settings, "uncertainty", size=10))
    larger = draw(lake, settings, "random", size=30)
    assert not taught & mentions_of(larger)
    assert len(mentions_of(larger)) < 30
    chance_to_teach = lake.read("label_chances").to_pandas().set_index("post_id")["inclusion_probability"]
    for row in larger.sample.rows.itertuples():
        was_there = row.post_id in mentions_of(first)
        left = 1 if was_there else 1 - chance_to_teach[row.post_id]
        assert row.inclusion_probability == pytest.approx(30 / 40 * left)
    # What comes later leaves those alone that came before; what comes last had to be left over twice.
    draw(lake, settings, "diversity", size=2)
    again = draw(lake, settings, "random", size=len(mentions_of(larger)))
    assert mentions_of(again) == mentions_of(larger)
    last = draw(lake, settings, "random", size=40)
    chances = lake.read("label_chances").to_pandas()
    for row in last.sample.rows.itertuples():
        own = chances[chances["post_id"] == row.post_id].set_index("sample_id")["inclusion_probability"]
        until = {True: [], False: ["sentiment-uncertainty-1"]}[row.post_id in mentions_of(first)]
        until = until if row.post_id in mentions_of(larger) else list(own.index)
        assert row.inclusion_probability == pytest.approx((1 - own[own.index.isin(until)]).prod())


def test_other_brands_or_days_do_not_enlarge_a_sample(lake, settings, model):
    draw(lake, settings, "random", size=12)
    with pytest.raises(WorkbenchError, match=r"was drawn of more brands or days.*options of then"):
        draw(lake, settings, "random", size=20, frame=frame_of(lake)[:25])


def test_an_enlargement_that_was_interrupted_is_made_good_by_the_next_push(
    lake, settings, model, monkeypatch
):
    first = draw(lake, settings, "random", size=12)
    post_id = sorted(mentions_of(first))[0]
    write_labels(
        lake, label_row(post_id, "negative", sample_id="sentiment-random-1", inclusion_probability=12 / 40)
    )
    with monkeypatch.context() as broken:
        broken.setattr(type(lake), "update", lambda *given: (_ for _ in ()).throw(OSError("killed")))
        with pytest.raises(OSError, match="killed"):
            draw(lake, settings, "random", size=20)
    assert len(draw(lake, settings, "random", size=20).sample.rows) == 20
    assert lake.read("labels").to_pandas()["inclusion_probability"].tolist() == [20 / 40]


def test_what_came_or_went_since_is_no_part_of_a_larger_sample(lake, settings, model):
    first = draw(lake, settings, "random", size=12)
    gone = sorted(mentions_of(first))[0]
    lake.delete("mentions", pa.table({"post_id": [gone]}))
    lake.merge("mentions", mentions(mention("new", "Acme")))
    larger = draw(lake, settings, "random", size=20)
    assert len(larger.sample.rows) == 20
    assert gone in mentions_of(larger)
    assert "x:new" not in mentions_of(larger)
    other = frame_of(lake).assign(product="Box")
    with pytest.raises(WorkbenchError, match="--by"):
        draw(lake, settings, "random", size=24, frame=other, by=["brand", "product"])


def test_what_was_labelled_already_teaches_nothing_new(lake, settings, model):
    write_labels(
        lake,
        label_row("x:Acme-39", "negative", strategy="imported"),
        label_row("x:Acme-38", "negative", strategy="truth"),
        label_row("x:Acme-37", "negative", strategy="imported", brand=None),
        label_row("x:Acme-36", "negative", strategy="imported", task="intents"),
    )
    draw(lake, settings, "uncertainty", size=18)
    framed = set(lake.read("label_chances")["post_id"].to_pylist())
    assert framed == {f"x:Acme-{n}" for n in range(40)} - {"x:Acme-39", "x:Acme-38", "x:Acme-37"}


def test_rare_and_risky_mentions_are_sought(tmp_path, settings, monkeypatch):
    lake = filled(tmp_path, reach=[1] * 20 + [1_000] * 20)
    table = np.tile([0.9, 0.5, 0.01], (40, 1))
    table[7] = [0.9, 0.5, 0.95]
    made = Model("intents", INTENTS.labels, table)
    monkeypatch.setattr(model_answers, "current", lambda folder, task, wanted="": made)
    draw(lake, settings, "rare", size=6, task=INTENTS)
    chances = lake.read("label_chances").to_pandas().set_index("post_id")["inclusion_probability"]
    assert chances["x:Acme-7"] == chances.max() == 0.5
    assert (chances > chances.min()).sum() == round(6 * 0.8 / 0.5)
    draw(lake, settings, "impact", size=5, task=INTENTS, labels=["praise"])
    chances = lake.read("label_chances", where="sample_id LIKE '%impact%'").to_pandas()
    heard = chances["post_id"].str.split("-").str[1].astype(int) >= 20
    chance = chances["inclusion_probability"]
    assert chance[heard].mean() > 3 * chance[~heard].mean()


def test_what_the_costs_leave_to_people_goes_to_people(lake, tmp_path, model):
    """From a fifth to four fifths people decide: the posts from number 16 on, of 40."""
    costs = {"neutral": {"missed": 5, "false_alarm": 5, "review": 1}}
    settings = parse_settings({"costs": {"sentiment": costs}}, tmp_path)
    queue = draw(lake, settings, "doubtful", size=12)
    chances = lake.read("label_chances").to_pandas()
    is_doubted = chances["post_id"].str.split("-").str[1].astype(int) >= 16
    doubted, others = (chances.loc[rows, "inclusion_probability"] for rows in (is_doubted, ~is_doubted))
    assert doubted.min() > 2 * others.max()
    assert others.min() > 0
    assert queue.model == "sentiment-made"
    assert set(queue.rows["strategy"]) == {"doubtful"}


@pytest.mark.parametrize(
    "costs",
    [
        {},
        {"neutral": {"missed": 5, "false_alarm": 5}},
        {"neutral": {"missed": 5, "false_alarm": 5, "review": 3}},
    ],
    ids=["none", "of errors only", "of a look that does not pay"],
)
def test_who_never_said_what_a_look_costs_is_told_how(lake, tmp_path, model, costs):
    settings = parse_settings({"costs": {"sentiment": costs}}, tmp_path)
    with pytest.raises(WorkbenchError, match=r"goes to people.*\[costs.sentiment.LABEL\] missed = 5"):
        draw(lake, settings, "doubtful")
    assert lake.read("label_samples").num_rows == 0


def test_praise_that_may_be_irony_goes_to_people_and_plain_praise_does_not(lake, settings, monkeypatch):
    praise, irony = np.tile([0.05, 0.05, 0.9], (40, 1)), np.tile([0.6, 0.4], (40, 1))
    irony[:10] = [0.4, 0.6]
    models = {
        "sentiment": Model("sentiment", SENTIMENT.labels, praise),
        "sarcasm": Model("sarcasm", ("literal", "sarcastic"), irony),
    }
    monkeypatch.setattr(
        model_answers, "current", lambda folder, task, wanted="": models.get(task, models["sentiment"])
    )
    draw(lake, settings, "doubtful", size=12)
    chances = lake.read("label_chances").to_pandas()
    is_ironic = chances["post_id"].str.split("-").str[1].astype(int) < 10
    chance = chances["inclusion_probability"]
    assert chance[is_ironic].min() == 0.5
    assert chance[~is_ironic].nunique() == 1


def test_languages_that_the_model_does_not_read_are_drawn_at_random_only(lake, settings, model, monkeypatch):
    monkeypatch.setattr(model, "_said", np.where(np.arange(40)[:, None] < 20, np.nan, model._said))
    monkeypatch.setattr(
        model_answers, "classify_mentions", lambda lake, model, task, progress: _predicted(lake, model)
    )
    draw(lake, settings, "uncertainty", size=10)
    chances = lake.read("label_chances").to_pandas()
    unread = chances["post_id"].str.split("-").str[1].astype(int) < 20
    chance = chances["inclusion_probability"]
    assert chance[unread].to_numpy() == pytest.approx(chance.min())
    assert chance[~unread].mean() > 4 * chance.min()


def _predicted(lake, model):
    """Predictions of the posts that the model reads."""
    rows = [
        {"post_id": f"x:Acme-{n}", "brand": "Acme", "task": "sentiment", "model": model.name, "label": label,
         "probability": float(model._said[n][place]), "predicted_at": NOON}
        for n in range(20, 40) for place, label in enumerate(model.labels)
    ]  # fmt: skip
    lake.merge("predictions", pa.Table.from_pylist(rows))


def test_gold_items_stand_among_the_others(lake, settings, model):
    rows = draw(lake, settings, "random", size=40).rows
    gold = rows[rows["strategy"] == "gold"]
    assert len(gold) == 40 // 20
    assert gold["gold_label"].tolist() == ["negative"] * 2
    assert gold["inclusion_probability"].isna().all()
    places = gold.index.to_numpy()
    assert places[0] < 21 <= places[1]
    pd.testing.assert_frame_equal(rows, draw(lake, settings, "random", size=40).rows)


def test_distressing_posts_are_rationed_and_none_is_lost(tmp_path, settings):
    hard = dict.fromkeys((1, 4, 9, 16, 25), "A passenger was stabbed on this train")
    lake = filled(tmp_path, texts=hard)
    queue = draw(lake, settings, "random", size=40)
    drawn = queue.rows[queue.rows["is_distressing"]]
    assert (len(drawn), queue.waiting) == (2, 3)
    assert len(queue.sample.rows) == 40
    for post_id in drawn["post_id"]:
        write_labels(lake, label_row(post_id, "negative", sample_id=queue.sample.sample_id))
    queue = draw(lake, settings, "random", size=40)
    # The two that are done stay in the list, two more come.
    assert set(drawn["post_id"]) < set(queue.rows.loc[queue.rows["is_distressing"], "post_id"])
    assert (queue.rows["is_distressing"].sum(), queue.waiting) == (4, 1)


def test_what_the_model_of_sensitive_content_finds_is_distressing_too(lake, settings, monkeypatch):
    made = Model("sensitive", ("self_harm", "personal_data"), np.zeros((40, 2)))
    monkeypatch.setattr(model_answers, "current", lambda folder, task, wanted="": made)
    rows = [
        {"post_id": f"x:Acme-{number}", "brand": "Acme", "task": "sensitive", "model": made.name, "label": label,
         "probability": 0.8, "predicted_at": NOON}
        for number, label in {3: "self_harm", 4: "personal_data"}.items()
    ]  # fmt: skip
    lake.merge("predictions", pa.Table.from_pylist(rows))
    queue = draw(lake, settings, "random", size=40).rows
    assert queue.loc[queue["is_distressing"], "post_id"].tolist() == ["x:Acme-3"]


def test_a_post_that_was_erased_is_not_asked(lake, settings):
    queue = draw(lake, settings, "random", size=40)
    lake.delete("posts", pa.table({"post_id": ["x:Acme-3"]}))
    again = draw(lake, settings, "random", size=40)
    assert again.gone == 1
    assert set(queue.rows["post_id"]) - set(again.rows["post_id"]) == {"x:Acme-3"}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"strategy": "uncertian"}, "Did you mean 'uncertainty'"),
        ({"strategy": "imported"}, "no strategy 'imported' here"),
        ({"strategy": "uncertainty", "size": 21}, "Ask for 20 or fewer"),
        ({"strategy": "random", "size": 0}, "expected 1 or more"),
        ({"strategy": "rare", "labels": ["negativ"]}, "Did you mean 'negative'"),
        ({"strategy": "random", "by": ["post_id"]}, "8 mentions of 40 strata"),
    ],
    ids=str,
)
def test_what_cannot_be_drawn_is_said_and_leaves_nothing(lake, settings, model, options, says):
    with pytest.raises(WorkbenchError, match=says):
        draw(lake, settings, **options)
    assert {"label_samples", "label_chances", "label_frames"}.isdisjoint(lake.current_versions())


def test_another_size_or_strategy_under_the_same_name_is_refused(lake, settings, model):
    draw(lake, settings, "uncertainty", sample_id="spring")
    with pytest.raises(WorkbenchError, match="with 8 mentions, not 9"):
        draw(lake, settings, "uncertainty", size=9, sample_id="spring")
    with pytest.raises(WorkbenchError, match="by the strategy uncertainty, not random"):
        draw(lake, settings, "random", sample_id="spring")


def test_another_label_looked_for_is_another_queue(lake, settings, model):
    first, again, other = (
        draw(lake, settings, "rare", size=5, labels=[label]) for label in ("negative", "negative", "positive")
    )
    assert mentions_of(first) == mentions_of(again)
    assert not mentions_of(first) & mentions_of(other)
    with pytest.raises(WorkbenchError, match=r"has no label 'negativ'. Did you mean 'negative'"):
        draw(lake, settings, "rare", size=5, labels=["negativ"])


def test_without_a_model_the_way_out_is_said(lake, settings):
    with pytest.raises(WorkbenchError, match=r"no model of intents yet.*--strategy diversity"):
        draw(lake, settings, "uncertainty", task=INTENTS)
    assert len(draw(lake, settings, "diversity", task=INTENTS).rows) == 8


def test_the_checks_find_nothing_wrong_with_queues_and_see_a_mention_in_two(lake, settings, model):
    queues = [draw(lake, settings, strategy) for strategy in ("uncertainty", "random")]
    for queue in queues:
        for row in queue.sample.rows.to_dict("records"):
            more = {name: row[name] for name in ("sample_id", "strategy", "inclusion_probability")}
            write_labels(lake, label_row(row["post_id"], "negative", **more))
    mentions = frame_of(lake).assign(is_relevant=True, author_role="customer", day="2026-03-04")
    tables = [lake.read(name).to_pandas() for name in ("labels", "label_samples", "label_frames")]
    assert check_labels(mentions, *tables).empty
    labels, samples, frames = tables
    both = samples[samples["strategy"] == "uncertainty"].head(1).assign(sample_id="other", strategy="random")
    found = check_labels(mentions, labels, pd.concat([samples, both]), frames)
    assert found["check"].tolist() == ["mention in two queues"]


def test_any_first_part_of_what_estimates_holds_all_brands_alike(tmp_path, settings):
    """Of the large one a twentieth is drawn, by the smallest of its numbers: by these it would come first."""
    lake = filled(tmp_path, 400)
    filled(tmp_path, 20, brand="Bolt")
    frame = frame_of(lake).assign(stratum=lambda rows: rows["brand"])
    sample = draw_sample(lake, frame, sample_id="both", per_stratum=20, seed=3, task="sentiment")
    order = asked_of(queue_of(lake, settings, sample, SENTIMENT))
    assert 5 <= order[:20].count("Bolt") <= 15
    larger = enlarge(lake, frame, sample.rows, {"Acme": 40, "Bolt": 20})
    again = asked_of(queue_of(lake, settings, larger, SENTIMENT))
    assert again[:40] == order
    assert set(again[40:]) == {"Acme"}


def test_of_any_queue_only_so_many_distressing_mentions_are_open_at_once(tmp_path, settings):
    lake = filled(tmp_path, 8, texts=dict.fromkeys(range(6), "He said he wants to die"))
    rows = adjudication_queue(lake, settings, "sentiment", frame_of(lake))
    now, waiting = rationed(lake, settings, rows)
    assert (now["is_distressing"].sum(), len(now), waiting) == (2, 4, 4)
    settled = label_row(
        now["post_id"].iloc[0], "negative", strategy="adjudication", sample_id="sentiment-adjudication"
    )
    write_labels(lake, settled)
    assert len(rationed(lake, settings, rows)[0]) == 5


def asked_of(queue) -> list[str]:
    """Brands in the order in which they are asked about."""
    return queue.rows.loc[queue.rows["gold_label"].isna(), "brand"].tolist()
