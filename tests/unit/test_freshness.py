"""Complete or not: late sources, unlabelled queues, and the vintages that follow from them."""

import datetime as dt
from dataclasses import replace

import pyarrow as pa
import pytest

from workbench.errors import WorkbenchError
from workbench.schedule.entries import Entry, Key
from workbench.schedule.freshness import lacking
from workbench.schedule.jobs import Job, Requires
from workbench.schedule.ledger import Ledger
from workbench.schedule.processes import this_process
from workbench.schedule.vintages import Completeness, may_run
from workbench.settings import parse_settings
from workbench.store.lake import Lake
from workbench.tables import TABLES

MONDAY = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
POSTS = Requires(tables=("posts",))
DAY = dt.timedelta(days=1)


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path / "lake"))


FILLING = {
    pa.string(): "x", pa.int64(): 1, pa.float64(): 0.5, pa.bool_(): False, pa.timestamp("us", tz="UTC"): MONDAY,
}  # fmt: skip


def add(lake, table, *rows):
    """Rows of a table, what is not said filled in."""
    schema = TABLES[table].schema
    full = [{f.name: row.get(f.name, FILLING[f.type]) for f in schema} for row in rows]
    lake.merge(table, pa.Table.from_pylist(full, schema=schema))


def deliver(lake, source, collected_at, number, status="complete", started_at=MONDAY):
    one = f"{source} {number}"
    batch = {
        "batch_id": one,
        "source": source,
        "fingerprint": one,
        "status": status,
        "started_at": started_at,
    }
    add(lake, "batches", batch)
    post = {
        "post_id": f"{source} {number}",
        "source": source,
        "collected_at": collected_at,
        "created_at": collected_at,
    }
    add(lake, "posts", post)


def test_without_posts_there_is_nothing_to_report(lake):
    assert lacking(POSTS, MONDAY, lake) == ["there are no posts yet"]


def test_posts_are_complete_when_they_were_collected_after_the_period(lake):
    deliver(lake, "export.csv", MONDAY - DAY, 1)
    assert lacking(POSTS, MONDAY, lake) == ["posts were last collected 2026-11-22 00:00 UTC"]
    assert lacking(Requires(tables=("mentions", "predictions")), MONDAY, lake) == lacking(POSTS, MONDAY, lake)
    deliver(lake, "other.csv", MONDAY, 1)
    assert lacking(POSTS, MONDAY, lake) == []


def test_a_source_that_delivers_again_and_again_is_waited_for(lake):
    for number, week in enumerate((16, 23)):
        deliver(lake, f"brandwatch_2026-11-{week}.csv", MONDAY.replace(day=week), number)
    for number in range(2):
        deliver(lake, "mastodon", MONDAY - (2 - number) * DAY, number)
    deliver(lake, "a file somebody found.csv", MONDAY - 300 * DAY, 1)
    assert lacking(POSTS, MONDAY, lake) == ["mastodon was last collected 2026-11-22 00:00 UTC"]
    assert lacking(POSTS, MONDAY + DAY, lake) == [
        "brandwatch_…-…-….csv was last collected 2026-11-23 00:00 UTC",
        "mastodon was last collected 2026-11-22 00:00 UTC",
    ]
    deliver(lake, "mastodon", MONDAY + dt.timedelta(hours=1), 3)
    assert lacking(POSTS, MONDAY, lake) == []


def test_a_file_that_is_read_twice_was_delivered_once_and_an_empty_one_was_delivered(lake):
    deliver(lake, "backlog.csv", MONDAY - 50 * DAY, 1)
    again = {
        "batch_id": "again",
        "source": "backlog.csv",
        "fingerprint": "backlog.csv 1",
        "status": "complete",
    }
    add(lake, "batches", again)
    deliver(lake, "feed_2026-11-16.csv", MONDAY - 7 * DAY, 1)
    assert lacking(POSTS, MONDAY - 8 * DAY, lake) == []
    quiet = {
        "batch_id": "q",
        "source": "feed_2026-11-23.csv",
        "fingerprint": "q",
        "status": "complete",
        "stored": 0,
    }
    add(lake, "batches", {**quiet, "started_at": MONDAY + DAY})
    assert lacking(POSTS, MONDAY, lake) == []


def test_an_ingest_under_way_is_waited_for(lake):
    deliver(lake, "export.csv", MONDAY, 1)
    deliver(lake, "mastodon", MONDAY, 1, status="running", started_at=dt.datetime.now(dt.UTC))
    assert lacking(POSTS, MONDAY, lake) == ["the ingest of mastodon has not ended"]


def test_an_ingest_that_was_killed_is_not_waited_for_for_ever(lake):
    deliver(lake, "export.csv", MONDAY, 1)
    long_ago = dt.datetime.now(dt.UTC) - 2 * DAY
    deliver(lake, "mastodon", MONDAY, 1, status="running", started_at=long_ago)
    assert lacking(POSTS, MONDAY, lake) == []


def test_another_table_is_complete_when_it_reaches_the_time(lake):
    wanted = Requires(tables=("labels",))
    assert lacking(wanted, MONDAY, lake) == ["the table labels holds nothing yet"]
    add(lake, "labels", {"annotation_id": "1", "labelled_at": MONDAY - DAY})
    assert lacking(Requires(tables=("labels",)), MONDAY, lake) == [
        "the newest row of labels is of 2026-11-22 00:00 UTC"
    ]
    assert lacking(wanted, MONDAY - DAY, lake) == []


def test_a_table_that_is_none_is_named(lake):
    with pytest.raises(WorkbenchError, match=r"no table 'post' to wait for\. Did you mean 'posts'"):
        lacking(Requires(tables=("post",)), MONDAY, lake)


def test_a_queue_that_was_never_drawn_is_waited_for(lake):
    deliver(lake, "export.csv", MONDAY - DAY, 1)
    assert lacking(Requires(labels=True), MONDAY, lake) == [
        f"no mentions since {MONDAY - 31 * DAY:%Y-%m-%d %H:%M} UTC were drawn for people to label"
    ]


def test_an_unlabelled_queue_is_waited_for(lake):
    for number in range(3):
        deliver(lake, "export.csv", MONDAY - DAY, number)
    deliver(lake, "export.csv", MONDAY - 60 * DAY, 9)
    drawn = {"sample_id": "week", "task": "sentiment", "strategy": "random", "brand": "Acme"}
    posts = [f"export.csv {number}" for number in (0, 1, 2, 9)]
    add(lake, "label_samples", *({**drawn, "post_id": post} for post in [*posts, "erased since"]))
    add(
        lake,
        "label_samples",
        {**drawn, "sample_id": "to teach", "strategy": "uncertain", "post_id": posts[0]},
    )
    add(lake, "labels", {"annotation_id": "1", "sample_id": "week", "post_id": posts[0], "brand": "Acme"})
    wanted = Requires(labels=True)
    assert lacking(wanted, MONDAY - 20 * DAY, lake) == [], "there are no posts to draw from"
    assert lacking(wanted, MONDAY, lake) == ["2 of 3 mentions drawn for sentiment are not labelled"]
    for number in (1, 2):
        add(
            lake,
            "labels",
            {"annotation_id": f"{number} b", "sample_id": "week", "post_id": posts[number], "brand": "Acme"},
        )
    assert lacking(wanted, MONDAY, lake) == []


HOUR = 3600.0
SLOT = "2026-11-23T07:00Z"
DUE = dt.datetime.fromisoformat(SLOT).timestamp()
FINAL = Key("weekly", SLOT, "", "final")


class World:
    """A job that demands complete posts, and a ledger in which its slot is due."""

    def __init__(self, tmp_path, lake, **requires):
        self.settings = parse_settings({"lake": {"root": lake.root}, "closing_days": 14}, tmp_path)
        self.job = Job(
            name="weekly", notebook="kpi/weekly", cron="0 7 * * 1",
            parameters={"week": "last complete ISO week"}, requires={"tables": ["posts"], "wait": "6h", **requires},
        )  # fmt: skip
        self.ledger = Ledger(tmp_path / "ledger.sqlite")
        self.ledger.add(Entry(FINAL, "waiting"), DUE)

    def look(self, now, key=FINAL):
        completeness = Completeness(self.settings)
        return may_run(self.ledger, self.job, self.ledger.entry(key), completeness, self.settings, now)

    def run(self, key, now):
        attempt = self.ledger.claim(key, this_process(), now)
        self.ledger.settle(attempt.number, "done", now, report=f"{key.vintage}.html")


@pytest.fixture
def late(lake):
    deliver(lake, "export.csv", MONDAY - DAY, 1)
    return lake


def test_complete_data_make_a_final_report_at_once(tmp_path, lake):
    deliver(lake, "export.csv", MONDAY, 1)
    assert World(tmp_path, lake).look(DUE) == []


def test_until_then_it_waits_and_says_for_what(tmp_path, late):
    world = World(tmp_path, late)
    assert world.look(DUE) is None
    entry = world.ledger.entry(FINAL)
    assert entry.reason == "waits for data: posts were last collected 2026-11-22 00:00 UTC"
    assert entry.not_before == DUE + 60
    assert world.ledger.entries() == [entry], "nothing preliminary yet"


def test_after_its_wait_it_is_published_as_preliminary_and_replaced_when_complete(tmp_path, late):
    world = World(tmp_path, late)
    assert world.look(DUE + 6 * HOUR) is None
    preliminary = replace(FINAL, vintage="preliminary")
    assert world.look(DUE + 6 * HOUR, preliminary) == ["posts were last collected 2026-11-22 00:00 UTC"]
    world.run(preliminary, DUE + 6 * HOUR)
    assert world.look(DUE + 30 * HOUR) is None
    deliver(late, "export.csv", MONDAY + DAY, 2)
    assert world.look(DUE + 31 * HOUR) == []
    world.run(FINAL, DUE + 31 * HOUR)
    told = {entry.key.vintage: (entry.state, entry.report) for entry in world.ledger.entries("weekly")}
    assert told == {"preliminary": ("done", "preliminary.html"), "final": ("done", "final.html")}


def test_data_that_come_while_the_preliminary_waits_make_it_unneeded(tmp_path, late):
    world = World(tmp_path, late)
    assert world.look(DUE + 6 * HOUR) is None
    deliver(late, "export.csv", MONDAY + DAY, 2)
    preliminary = replace(FINAL, vintage="preliminary")
    assert world.look(DUE + 6 * HOUR, preliminary) is None
    assert world.ledger.entry(preliminary).state == "skipped"


def test_a_job_may_go_on_waiting_instead(tmp_path, late):
    world = World(tmp_path, late, then="wait")
    assert world.look(DUE + 100 * HOUR) is None
    assert [entry.key.vintage for entry in world.ledger.entries()] == ["final"]


def test_after_the_closing_days_it_is_final_with_what_it_lacks(tmp_path, late):
    assert World(tmp_path, late).look(DUE + 14 * 24 * HOUR) == [
        "posts were last collected 2026-11-22 00:00 UTC"
    ]


def test_a_job_may_name_its_own_closing_days(tmp_path, late):
    world = World(tmp_path, late, final_after=2)
    assert world.look(DUE + 47 * HOUR) is None
    assert world.look(DUE + 48 * HOUR) is not None


def test_a_job_that_demands_nothing_runs(tmp_path, late):
    world = World(tmp_path, late)
    world.job = Job(name="weekly", notebook="kpi/weekly", cron="0 7 * * 1")
    assert world.look(DUE) == []
