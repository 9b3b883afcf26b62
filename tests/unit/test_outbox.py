"""The outbox delivers every notice at least once, in order, by one process at a time, whatever is killed or breaks."""

import multiprocessing
import os
import signal
import sqlite3
import threading
import time

import pytest
from slack_server import slack_server
from smtp_server import smtp_server

from workbench.errors import WorkbenchError
from workbench.notify.database import opened, outbox_file, transaction
from workbench.notify.notice import Notice
from workbench.notify.outbox import FIRST_PAUSE, LONGEST_PAUSE, deliver_due, put, undelivered
from workbench.settings import parse_settings

NOW = 1_800_000_000.0
# Threads of the servers go on in a forked child; a fresh interpreter knows none of them.
SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """Settings whose one channel is a webhook at that address."""

    def make(url, **notify):
        monkeypatch.setenv("OPS_CHAT", url)
        channels = {"chat": {"kind": "webhook", "url_env": "OPS_CHAT", "timeout_seconds": 2}}
        return parse_settings({"notify": {"channels": channels, **notify}}, tmp_path)

    return make


def due(settings):
    with opened(outbox_file(settings)) as outbox:
        return outbox.execute("select state, attempts, due_at from notices order by number").fetchall()


def subjects(slack):
    return [post["text"].split("*")[1] for post in slack.posted]


def put_at(settings, *names):
    for name in names:
        put(settings, Notice(name, name))
    with opened(outbox_file(settings)) as outbox:
        outbox.execute("update notices set due_at = ?, put_at = ?", (NOW, NOW))


def test_whatever_goes_wrong_in_a_channel_is_its_own_matter(tmp_path, monkeypatch):
    class Broken:
        def __init__(self, *_given):
            raise ValueError("with the password in it")

    monkeypatch.setattr("workbench.notify.log_channel.LogChannel", Broken)
    chosen = parse_settings({"notify": {"channels": {"log": {"kind": "log"}}}}, tmp_path)
    put(chosen, Notice("a", "a"))
    assert deliver_due(chosen) == 0
    [left] = undelivered(outbox_file(chosen))
    assert left["reason"] == "the channel 'log' failed with ValueError"


def test_notice_of_one_key_is_delivered_once(settings):
    with slack_server() as slack:
        chosen = settings(slack.url)
        assert put(chosen, Notice("a", "first"))
        assert not put(chosen, Notice("a", "second"))
        assert deliver_due(chosen) == 1
        assert deliver_due(chosen) == 0
        assert not put(chosen, Notice("a", "third"))
        assert deliver_due(chosen) == 0
    assert subjects(slack) == ["first"]
    assert undelivered(outbox_file(chosen)) == []


def test_what_is_put_is_masked_and_holds_no_part_of_a_channels_address(settings):
    chosen = settings("https://hooks.example/services/T0001/xoxb-long-secret-token")
    assert put(chosen, Notice("k", "ask jane@mail.example", "@jane said xoxb-long-secret-token"))
    with opened(outbox_file(chosen)) as outbox:
        (kept,) = outbox.execute("select notice from notices").fetchone()
    assert "ask <EMAIL>" in kept
    assert "<USER> said ***" in kept


def test_without_outbox_there_is_nothing_to_deliver(settings):
    chosen = settings("http://127.0.0.1:9/")
    assert deliver_due(chosen) == 0
    assert undelivered(outbox_file(chosen)) == []
    assert not outbox_file(chosen).exists()


def test_pause_grows_and_the_others_wait_behind(settings):
    with slack_server(*[(500, "rollup_error", {})] * 3) as slack:
        chosen = settings(slack.url)
        put_at(chosen, "a", "b")
        for attempt, pause in enumerate([FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE], 1):
            moment = due(chosen)[0][2]
            assert deliver_due(chosen, now=moment - 1) == 0
            assert deliver_due(chosen, now=moment) == 0
            assert due(chosen) == [("waiting", attempt, moment + pause), ("waiting", 0, NOW)]
        assert deliver_due(chosen, now=due(chosen)[0][2]) == 2
    assert subjects(slack) == ["a", "b"]


def test_server_that_asks_for_patience_gets_it(settings):
    with slack_server((429, "rate_limited", {"Retry-After": "900"})) as slack:
        chosen = settings(slack.url)
        put_at(chosen, "a")
        deliver_due(chosen, now=NOW)
        assert due(chosen) == [("waiting", 1, NOW + 900)]
        assert deliver_due(chosen, now=NOW + 899) == 0
        assert deliver_due(chosen, now=NOW + 900) == 1


def test_server_that_asks_for_a_year_gets_a_day(settings):
    with slack_server((429, "rate_limited", {"Retry-After": "31536000"})) as slack:
        chosen = settings(slack.url)
        put_at(chosen, "a")
        deliver_due(chosen, now=NOW)
    assert due(chosen) == [("waiting", 1, NOW + 86400)]


def test_given_up_with_the_reason(settings):
    with slack_server(*[(503, "", {})] * 3) as slack:
        chosen = settings(slack.url, attempts=3)
        put_at(chosen, "a")
        for step in range(5):
            deliver_due(chosen, now=NOW + step * LONGEST_PAUSE)
        assert due(chosen)[0][:2] == ("given up", 3)
        (told,) = undelivered(outbox_file(chosen))
        assert deliver_due(chosen, now=NOW + 10 * LONGEST_PAUSE) == 0
    assert (told["subject"], told["channel"], told["state"], told["next"]) == ("a", "chat", "given up", None)
    assert told["reason"] == "the webhook in OPS_CHAT answered 503"
    assert slack.posted == []


def test_refused_notice_holds_up_no_other(settings):
    with slack_server((400, "invalid_payload", {})) as slack:
        chosen = settings(slack.url)
        put_at(chosen, "a", "b")
        assert deliver_due(chosen, now=NOW) == 1
    assert [state for state, *_ in due(chosen)] == ["given up", "delivered"]


def test_channel_that_left_the_settings_is_told(settings, tmp_path):
    chosen = settings("http://127.0.0.1:9/")
    put(chosen, Notice("a", "a"))
    deliver_due(parse_settings({}, tmp_path))
    (told,) = undelivered(outbox_file(chosen))
    assert told["reason"] == "there is no channel 'chat' in the settings (any more)"
    assert told["state"] == "waiting"


def test_one_reader_refused_the_other_reached(tmp_path):
    channel = {"kind": "email", "host": "127.0.0.1", "security": "none", "sender": "reports@example.org"}
    with smtp_server(tmp_path, offers_tls=False) as server:
        both = {**channel, "port": server.port, "to": ["ann@example.org", "bob@example.org"]}
        chosen = parse_settings({"notify": {"channels": {"ops": both}}}, tmp_path)
        put(chosen, Notice("a", "a"))
        server.replies["RCPT"] = "450 4.2.0 come again"
        assert deliver_due(chosen) == 0
        del server.replies["RCPT"]
        assert deliver_due(chosen, now=time.time() + FIRST_PAUSE + 1) == 2
    assert server.recipients == ["ann@example.org", "bob@example.org"]


def test_silent_channel_holds_up_no_other(tmp_path, monkeypatch):
    """Of ten notices for a server that never answers, one round waits for one."""
    with slack_server(*[30.0] * 20) as slack:
        monkeypatch.setenv("OPS_CHAT", slack.url)
        silent = {"kind": "webhook", "url_env": "OPS_CHAT", "timeout_seconds": 0.3}
        chosen = parse_settings(
            {"notify": {"channels": {"silent": silent, "log": {"kind": "log"}}}}, tmp_path
        )
        for number in range(10):
            put(chosen, Notice(f"{number}", f"{number}"))
        began = time.monotonic()
        assert deliver_due(chosen) == 10
        assert time.monotonic() - began < 5


def _put_many(folder, name, ready, count):
    chosen = parse_settings({}, folder)
    ready.wait()
    for number in range(count):
        put(chosen, Notice(f"{name}-{number}", f"{name}-{number}"))
        put(chosen, Notice(f"shared-{number}", f"shared-{number}"))


def _deliver_many(folder, environment, ready):
    os.environ |= environment
    channels = {"chat": {"kind": "webhook", "url_env": "OPS_CHAT", "timeout_seconds": 2}}
    chosen = parse_settings({"notify": {"channels": channels}}, folder)
    ready.wait()
    while deliver_due(chosen):
        pass


def test_processes_that_begin_together_lose_nothing(tmp_path):
    ready = SPAWN.Event()
    started = [SPAWN.Process(target=_put_many, args=(tmp_path, name, ready, 20)) for name in "abc"]
    for process in started:
        process.start()
    time.sleep(2)
    ready.set()
    for process in started:
        process.join(60)
    assert [process.exitcode for process in started] == [0, 0, 0]
    assert deliver_due(parse_settings({}, tmp_path)) == 3 * 20 + 20


@pytest.mark.slow
def test_two_processes_deliver_nothing_twice(settings, tmp_path):
    with slack_server(pause=0.01) as slack:
        chosen = settings(slack.url)
        names = [f"{number:02}" for number in range(40)]
        put_at(chosen, *names)
        with opened(outbox_file(chosen)) as outbox:
            outbox.execute("update notices set due_at = 0")
        ready = SPAWN.Event()
        environment = {"OPS_CHAT": slack.url}
        started = [SPAWN.Process(target=_deliver_many, args=(tmp_path, environment, ready)) for _ in range(2)]
        for process in started:
            process.start()
        ready.set()
        for process in started:
            process.join(60)
    assert [process.exitcode for process in started] == [0, 0]
    assert subjects(slack) == names
    assert slack.most_at_once == 1


def test_killed_while_sending_sends_again(settings, tmp_path):
    """kill -9 after the server took a notice and before that is noted: it comes again, and nothing is lost."""
    with slack_server(pause=0.5) as slack:
        chosen = settings(slack.url)
        put_at(chosen, "a", "b", "c")
        with opened(outbox_file(chosen)) as outbox:
            outbox.execute("update notices set due_at = 0")
        ready = SPAWN.Event()
        ready.set()
        sender = SPAWN.Process(target=_deliver_many, args=(tmp_path, {"OPS_CHAT": slack.url}, ready))
        sender.start()
        _wait_until(lambda: slack.at_once == 1)
        os.kill(sender.pid, signal.SIGKILL)
        sender.join(10)
        _wait_until(lambda: slack.at_once == 0)
        slack.pause = 0.0
        assert deliver_due(chosen) == 3
    assert subjects(slack) in (["a", "a", "b", "c"], ["a", "b", "c"])
    assert undelivered(outbox_file(chosen)) == []


@pytest.mark.slow
def test_killed_again_and_again_nothing_is_lost(settings, tmp_path):
    with slack_server(pause=0.03) as slack:
        chosen = settings(slack.url)
        names = [f"{number:02}" for number in range(30)]
        put_at(chosen, *names)
        with opened(outbox_file(chosen)) as outbox:
            outbox.execute("update notices set due_at = 0")
        ready = SPAWN.Event()
        ready.set()
        for _ in range(3):
            before = len(slack.posted)
            sender = SPAWN.Process(target=_deliver_many, args=(tmp_path, {"OPS_CHAT": slack.url}, ready))
            sender.start()
            _wait_until(lambda before=before: len(slack.posted) > before + 2)
            os.kill(sender.pid, signal.SIGKILL)
            sender.join(10)
        while deliver_due(chosen):
            pass
    assert sorted(set(subjects(slack))) == names
    # Of each kill, at most the one that was on its way came twice.
    assert len(slack.posted) <= len(names) + 3


def test_threads_of_one_process_share_the_outbox(settings):
    with slack_server(pause=0.01) as slack:
        chosen = settings(slack.url)
        put_at(chosen, *"abcdefgh")
        with opened(outbox_file(chosen)) as outbox:
            outbox.execute("update notices set due_at = 0")
        threads = [threading.Thread(target=deliver_due, args=(chosen,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert subjects(slack) == list("abcdefgh")


def test_broken_file_is_named_with_its_mend(settings):
    chosen = settings("http://127.0.0.1:9/")
    outbox_file(chosen).parent.mkdir(parents=True)
    outbox_file(chosen).write_bytes(b"no database at all, but long enough to be read as one" * 20)
    with pytest.raises(
        WorkbenchError, match=r"outbox\.sqlite, cannot be used: file is not a database.*move it away"
    ):
        put(chosen, Notice("a", "a"))


def test_full_disk_is_said(settings):
    """SQLite's own limit stands for the disk's: the answer is the same, SQLITE_FULL."""
    chosen = settings("http://127.0.0.1:9/")
    put(chosen, Notice("a", "a"))
    with pytest.raises(WorkbenchError, match=r"is full\. Free the disk"):
        _fill(outbox_file(chosen))
    assert [told["subject"] for told in undelivered(outbox_file(chosen))] == ["a"]


def _fill(file):
    with opened(file) as outbox, transaction(outbox):
        outbox.execute("pragma max_page_count = 10")
        for number in range(200):
            row = (f"{number}", "x" * 4000)
            outbox.execute(
                "insert into notices (key, channel, reader, notice, put_at, due_at) values (?, 'c', '', ?, 0, 0)",
                row,
            )


def test_outbox_is_a_write_ahead_log(settings):
    chosen = settings("http://127.0.0.1:9/")
    put(chosen, Notice("a", "a"))
    connection = sqlite3.connect(outbox_file(chosen))
    assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
    connection.close()


def _wait_until(holds):
    for _ in range(1000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen within 10 seconds")
