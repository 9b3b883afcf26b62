"""The scheduler on a clock of the test's: what it runs, leaves alone, tries again and tells."""

import datetime as dt
import os
import textwrap
from dataclasses import replace

import pytest

from workbench.errors import WorkbenchError
from workbench.notify.outbox import outbox_file, undelivered
from workbench.schedule.declarations import Declarations
from workbench.schedule.entries import Entry, Key
from workbench.schedule.ledger import Ledger, ledger_file
from workbench.schedule.overview import due, history, status
from workbench.schedule.planning import plan
from workbench.schedule.processes import Process, process_of, this_process
from workbench.schedule.reconcile import SILENCE_SECONDS, reconcile
from workbench.schedule.run_now import find_job, find_slot, keys_of
from workbench.schedule.scheduler import Scheduler, run_until_stopped
from workbench.schedule.vintages import Completeness

START = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC).timestamp()  # a Sunday
HOUR, DAY = 3600.0, 86400.0
MONDAY = "2026-11-23T07:00Z"
GONE = Process(this_process().place, 1 << 30, "an earlier start")

JOBS = """
- name: weekly
  notebook: kpi/weekly
  cron: 0 7 * * 1
  retries: {times: 2, wait_seconds: 60}
- name: hourly
  notebook: kpi/weekly
  cron: 0 * * * *
  catch_up: all
- name: brands
  notebook: kpi/weekly
  cron: 30 7 * * 1
  for_each: {brand: [Acme, Bolt]}
  catch_up: none
"""


class Runs:
    """Runs that end at once, as the test says; in place of processes."""

    def __init__(self, ledger):
        self.ledger, self.settings = ledger, None
        self.outcome, self.room, self.orders = "done", "", []
        self.hanging = {}

    @property
    def under_way(self):
        return len(self.hanging)

    def own(self):
        return set(self.hanging)

    def prepare(self, job):
        pass

    def obstacle(self, job):
        return self.room

    def start(self, attempt, order, pause, now):
        self.orders.append((now, order))
        if self.outcome == "hang":
            self.hanging[attempt.number] = pause
        else:
            pause = pause if self.outcome == "failed" else None
            self.ledger.settle(attempt.number, self.outcome, now + 1, "in cell 3.", pause=pause)

    def watch(self, now):
        pass

    def end_all(self, now, reason):
        for number in list(self.hanging):
            self.ledger.settle(number, "interrupted", now, reason)
        self.hanging.clear()


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A folder with settings and jobs, which is where the test is."""
    (tmp_path / "workbench.toml").write_text("")
    (tmp_path / "scheduled").mkdir()
    monkeypatch.chdir(tmp_path)

    def declare(jobs=JOBS, settings=""):
        (tmp_path / "workbench.toml").write_text(textwrap.dedent(settings))
        (tmp_path / "scheduled" / "jobs.yaml").write_text(textwrap.dedent(jobs))
        return Declarations()

    return declare


def scheduler_of(declared, process=None, say=lambda line: None):
    ledger = Ledger(ledger_file(declared.settings))
    return Scheduler(ledger, declared, Runs(ledger), process, say)


def states(scheduler, job):
    return {(e.key.slot, e.key.segment or e.key.vintage): e.state for e in scheduler.ledger.entries(job)}


def at(day, hour=0, minute=0, second=0):
    return dt.datetime(2026, 11, day, hour, minute, second, tzinfo=dt.UTC).timestamp()


def test_a_slot_runs_when_it_is_due_and_once(world):
    scheduler = scheduler_of(world())
    for now in (START, at(23, 6, 59, 59), at(23, 7), at(23, 7, 0, 1), at(23, 9)):
        scheduler.look(now)
    weekly = [(now, order) for now, order in scheduler.runs.orders if order.job == "weekly"]
    assert [now for now, _ in weekly] == [at(23, 7)]
    assert weekly[0][1].slot == MONDAY
    assert states(scheduler, "weekly") == {(MONDAY, ""): "done"}


@pytest.mark.parametrize("room", ["", "waits for its turn"])
def test_a_clock_that_stood_ahead_silences_no_job(world, room):
    told = []
    scheduler = scheduler_of(world(), say=told.append)
    scheduler.look(START)
    scheduler.runs.room = room
    scheduler.look(at(30, 9))
    assert "2026-11-30T07:00Z" in {slot for slot, _ in states(scheduler, "weekly")}
    scheduler.runs.room = ""
    for now in (at(23, 6), at(23, 7)):
        scheduler.look(now)
    weekly = [now for now, order in scheduler.runs.orders if order.job == "weekly" and now < at(30)]
    assert weekly == [at(23, 7)], "whether or not it ran meanwhile"
    assert states(scheduler, "weekly") == {(MONDAY, ""): "done"}
    assert any("weekly: the clock stood at 2026-11-30T09:00" in line for line in told)
    # Another scheduler finds nothing to mend.
    assert (
        plan(scheduler.ledger, scheduler.declared.jobs["weekly"], scheduler.declared.settings, at(23, 7))
        == []
    )


def test_what_the_clock_ran_away_from_is_due_once_it_is_set_right(world):
    scheduler = scheduler_of(world("- {name: weekly, notebook: kpi/weekly, cron: 0 7 * * 1, catch_up: none}"))
    scheduler.look(START)
    scheduler.look(at(30, 6))  # a week ahead: Monday passes without anybody looking
    assert states(scheduler, "weekly") == {(MONDAY, ""): "missed"}
    scheduler.look(at(23, 7, 0, 5))
    assert states(scheduler, "weekly") == {(MONDAY, ""): "done"}


def test_what_was_put_off_while_the_clock_stood_ahead_is_not_put_off_until_then(world, monkeypatch):
    scheduler = scheduler_of(
        world("- {name: weekly, notebook: kpi/weekly, cron: 0 7 * * 1, requires: {tables: [posts]}}")
    )
    lacks = ["Mastodon is late"]
    monkeypatch.setattr(Completeness, "lacking", lambda self, *given: list(lacks))
    for now in (START, at(23, 7), at(26, 9)):
        scheduler.look(now)
    lacks.clear()
    scheduler.look(at(23, 8))
    assert [(now, order.vintage) for now, order in scheduler.runs.orders if now == at(23, 8)] == [
        (at(23, 8), "final")
    ]


def test_a_new_job_begins_with_now(world):
    scheduler = scheduler_of(world())
    scheduler.look(START)
    assert scheduler.ledger.entries() == []


def test_the_next_look_is_at_the_next_slot(world):
    scheduler = scheduler_of(world())
    scheduler.look(START)
    assert scheduler.next_look() == START + HOUR


def test_every_segment_is_a_run_of_its_own(world):
    scheduler = scheduler_of(world())
    scheduler.look(START)
    scheduler.look(at(23, 7, 30))
    orders = [order for _, order in scheduler.runs.orders if order.job == "brands"]
    assert [order.segment for order in orders] == [{"brand": "Acme"}, {"brand": "Bolt"}]
    assert states(scheduler, "brands") == {
        ("2026-11-23T07:30Z", "brand=Acme"): "done",
        ("2026-11-23T07:30Z", "brand=Bolt"): "done",
    }


def test_what_passed_meanwhile_is_made_up_for_as_each_job_says(world):
    scheduler = scheduler_of(world())
    scheduler.look(START)
    again = scheduler_of(world())  # three weeks later, after the machine was off
    again.look(START + 21 * DAY)
    assert list(states(again, "weekly").values()) == ["missed", "missed", "done"], "latest"
    hourly = list(states(again, "hourly").values())
    assert hourly.count("done") == 21 * 24, "all"
    assert set(hourly) == {"done"}
    assert set(states(again, "brands").values()) == {"missed"}, "none"
    assert "no scheduler ran" in history(again.ledger, "brands")[0]["reason"]


def test_a_failure_is_tried_again_with_growing_pauses_and_told_once(world):
    declared = world()
    scheduler = scheduler_of(declared)
    scheduler.look(START)
    scheduler.runs.outcome = "failed"
    for second in range(400):
        scheduler.look(at(23, 7) + second)
    tries = [now - at(23, 7) for now, order in scheduler.runs.orders if order.job == "weekly"]
    assert tries == [0, 61, 61 + 121], "a minute and two minutes after each had failed"
    assert [order.attempt for _, order in scheduler.runs.orders if order.job == "weekly"] == [1, 2, 3]
    assert states(scheduler, "weekly") == {(MONDAY, ""): "failed"}
    told = [row["subject"] for row in undelivered(outbox_file(declared.settings))]
    assert len([subject for subject in told if subject.startswith("weekly")]) == 1


def test_an_overlap_is_skipped_and_said_unless_every_slot_counts(world):
    lines = []
    jobs = """
    - {name: skips, notebook: kpi/weekly, cron: 0 * * * *}
    - {name: waits, notebook: kpi/weekly, cron: 0 * * * *, catch_up: all}
    """
    scheduler = scheduler_of(world(jobs), say=lines.append)
    scheduler.look(START)
    scheduler.runs.outcome = "hang"
    scheduler.look(START + HOUR)
    assert scheduler.runs.under_way == 2
    scheduler.look(START + 2 * HOUR)
    assert list(states(scheduler, "skips").values()) == ["running", "skipped"]
    assert list(states(scheduler, "waits").values()) == ["running", "waiting"]
    assert any("skipped, for the job's slot of 2026-11-22T13:00Z was still running" in line for line in lines)
    for number in list(scheduler.runs.hanging):
        scheduler.ledger.settle(number, "done", START + 2.5 * HOUR)
    scheduler.runs.hanging.clear()
    scheduler.runs.outcome = "done"
    scheduler.look(START + 2.5 * HOUR)
    assert list(states(scheduler, "waits").values()) == ["done", "done"]


def test_without_room_a_slot_waits_and_says_for_what(world):
    scheduler = scheduler_of(world())
    scheduler.look(START)
    scheduler.runs.room = "waits for memory: runs under way hold 7.0 of 8.0 GB"
    scheduler.look(at(23, 7))
    entry = scheduler.ledger.entry(Key("weekly", MONDAY))
    assert (entry.state, entry.reason) == ("waiting", scheduler.runs.room)
    assert not scheduler.is_idle()
    scheduler.runs.room = ""
    scheduler.look(at(23, 7, 0, 1))
    assert scheduler.ledger.entry(Key("weekly", MONDAY)).state == "done"
    assert scheduler.is_idle()


def test_a_run_of_another_scheduler_that_lives_is_left_alone(world):
    first = scheduler_of(world(), process=process_of(os.getppid()))
    first.look(START)
    first.runs.outcome = "hang"
    first.look(at(23, 7))
    second = scheduler_of(world())
    second.look(at(23, 7, 0, 1))
    assert states(second, "weekly") == {(MONDAY, ""): "running"}
    assert not [order for _, order in second.runs.orders if order.job == "weekly"]


def test_a_claim_that_was_never_begun_is_found_by_the_process_that_made_it(world, monkeypatch):
    scheduler = scheduler_of(world("{name: weekly, notebook: kpi/weekly, cron: 0 7 * * 1}"))
    scheduler.look(START)

    def full(*_):
        raise WorkbenchError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(scheduler.runs, "start", full)
        with pytest.raises(WorkbenchError, match="the disk is full"):
            scheduler.look(at(23, 7))
    scheduler.look(at(23, 7, 0, 1))
    assert [a.outcome for a in scheduler.ledger.attempts("weekly")] == ["interrupted", "done"]


def test_whatever_a_lake_raises_only_makes_a_slot_wait(world, monkeypatch):
    scheduler = scheduler_of(
        world("{name: weekly, notebook: kpi/weekly, cron: 0 7 * * 1, requires: {tables: [posts]}}")
    )
    scheduler.look(START)

    def broken(*_):
        raise OSError("words of a post")

    monkeypatch.setattr("workbench.schedule.vintages.lacking", broken)
    scheduler.look(at(23, 7))
    entry = scheduler.ledger.entry(Key("weekly", MONDAY, vintage="final"))
    assert (entry.state, entry.reason) == ("waiting", "cannot tell whether its data are complete: OSError.")


def test_a_fault_of_one_job_is_raised_when_the_others_had_their_turn(world, monkeypatch):
    scheduler = scheduler_of(world())
    scheduler.look(START)

    def planned(ledger, job, *more):
        if job.name == "weekly":
            raise KeyError("words of a post")
        return plan(ledger, job, *more)

    monkeypatch.setattr("workbench.schedule.scheduler.plan", planned)
    with pytest.raises(KeyError):
        scheduler.look(at(23, 7))
    assert states(scheduler, "weekly") == {}
    assert states(scheduler, "hourly")


def test_what_is_due_once_and_cannot_be_looked_at_is_no_success(world, monkeypatch):
    said = []
    scheduler = scheduler_of(world(), say=said.append)
    monkeypatch.setattr(scheduler.runs, "watch", lambda now: {}["words of a post"])
    with pytest.raises(WorkbenchError, match=r"what is due could not be run: KeyError\.$"):
        run_until_stopped(scheduler, once=True)
    assert said == ["cannot go on for now: KeyError."]


def test_news_of_files_are_not_lost_to_a_full_disk(world, tmp_path, monkeypatch):
    scheduler = scheduler_of(world("{name: weekly, notebook: kpi/weekly, cron: 0 7 * * 1}"))
    scheduler.look(START)
    (tmp_path / "scheduled" / "jobs.yaml").write_text("{name: weekly, notebook: kpi/weekly, cron: 0 6 * * 1}")

    def full(*_):
        raise WorkbenchError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("workbench.schedule.scheduler.plan", full)
        with pytest.raises(WorkbenchError, match="the disk is full"):
            scheduler.look(at(23, 5))
    scheduler.look(at(23, 6))
    assert states(scheduler, "weekly") == {("2026-11-23T06:00Z", ""): "done"}


def test_a_job_for_nobody_says_so_instead_of_running_nothing(world):
    declared = world("{name: all, notebook: kpi/weekly, cron: 0 7 * * 1, for_each: {brand: all}}")
    job, settings = declared.jobs["all"], declared.settings
    monday = find_slot(job, "", settings, at(25))
    with pytest.raises(WorkbenchError, match="runs for nobody: for_each finds no brand"):
        keys_of(job, monday, "", settings, Completeness(settings), at(25))


def test_new_times_of_a_job_are_for_what_comes_and_invent_nothing_that_has_passed(world, tmp_path):
    scheduler = scheduler_of(world("{name: weekly, notebook: kpi/weekly, cron: 0 7 * * 1, catch_up: all}"))
    scheduler.look(START)
    scheduler.look(at(23, 7))
    (tmp_path / "scheduled" / "jobs.yaml").write_text(
        "{name: weekly, notebook: kpi/weekly, cron: 0 6 * * *, catch_up: all}"
    )
    scheduler.look(at(26, 12))
    assert list(states(scheduler, "weekly")) == [(MONDAY, "")]
    scheduler.look(at(27, 6))
    assert list(states(scheduler, "weekly")) == [(MONDAY, ""), ("2026-11-27T06:00Z", "")]


def test_times_changed_while_no_scheduler_ran_invent_nothing_either(world):
    first = scheduler_of(world("{name: weekly, notebook: kpi/weekly, cron: 0 7 * * 1, catch_up: all}"))
    first.look(START)
    first.look(at(23, 7))
    told = []
    later = scheduler_of(
        world("{name: weekly, notebook: kpi/weekly, cron: 0 6 * * *, catch_up: all}"), say=told.append
    )
    later.look(at(26, 12))
    assert list(states(later, "weekly")) == [(MONDAY, "")]
    assert told[0] == "weekly: its times were changed; it is planned from now on"
    later.look(at(27, 6))
    assert list(states(later, "weekly")) == [(MONDAY, ""), ("2026-11-27T06:00Z", "")]
    same = scheduler_of(world("{name: weekly, notebook: kpi/weekly, cron: 0 6 * * *, catch_up: all}"))
    same.look(at(29, 12))
    assert len(states(same, "weekly")) == 4, "what passed meanwhile is made up for as before"


def test_what_is_done_is_not_due(world):
    scheduler = scheduler_of(world())
    scheduler.look(START)
    done = Key("weekly", MONDAY)
    early = scheduler.ledger.claim(done, this_process(), at(23, 6), origin="person")
    scheduler.ledger.settle(early.number, "done", at(23, 6, 1))
    rows = due(scheduler.ledger, scheduler.declared.jobs, scheduler.declared.settings, at(23, 7), at(23, 7))
    assert [row["state"] for row in rows if row["job"] == "weekly"] == []


def test_a_run_whose_scheduler_died_is_run_again(world):
    dead = scheduler_of(world(), process=GONE)
    dead.look(START)
    dead.runs.outcome = "hang"
    dead.look(at(23, 7))
    second = scheduler_of(world())
    second.look(at(23, 7, 5))
    outcomes = [attempt.outcome for attempt in second.ledger.attempts("weekly")]
    assert outcomes == ["interrupted", "done"]
    assert states(second, "weekly") == {(MONDAY, ""): "done"}


def test_a_run_that_outlived_its_scheduler_goes_on(world):
    dead = scheduler_of(world(), process=GONE)
    dead.look(START)
    dead.runs.outcome = "hang"
    dead.look(at(23, 7))
    (attempt,) = [a for a in dead.ledger.open_attempts() if a.key.job == "weekly"]
    dead.ledger.register(attempt.number, this_process(), "kpi/weekly/2026-11-23", at(23, 7))
    second = scheduler_of(world())
    second.look(at(23, 7, 5))
    assert states(second, "weekly") == {(MONDAY, ""): "running"}
    second.ledger.settle(attempt.number, "done", at(23, 7, 6))
    second.look(at(23, 7, 7))
    assert [a.outcome for a in second.ledger.attempts("weekly")] == ["done"]


def test_a_run_that_left_its_report_is_done_though_nobody_wrote_it_down(world):
    declared = world()
    dead = scheduler_of(declared, process=GONE)
    dead.look(START)
    dead.runs.outcome = "hang"
    dead.look(at(23, 7))
    (attempt,) = [a for a in dead.ledger.open_attempts() if a.key.job == "weekly"]
    dead.ledger.register(attempt.number, GONE, "kpi/weekly/2026-11-23", at(23, 7))
    folder = declared.settings.data_folder
    report = folder / "reports" / "kpi" / "weekly" / "2026-11-23.html"
    manifest = folder / "runs" / "kpi" / "weekly" / "2026-11-23.manifest.json"
    for file in (report, manifest):
        file.parent.mkdir(parents=True, exist_ok=True)
    report.write_text("<html>")

    def look_at(made_at, slot=MONDAY):
        manifest.write_text(
            f'{{"order": {{"job": "weekly", "slot": "{slot}", "vintage": ""}}, "made_at": "{made_at}"}}'
        )
        return reconcile(dead.ledger, declared.settings, at(23, 7, 5))

    other = Ledger(dead.ledger.file)
    before = dt.datetime.fromtimestamp(at(23, 6), dt.UTC).isoformat()
    from workbench.schedule.reconcile import report_of

    manifest.write_text("{")
    now = other.attempt(attempt.number)
    assert report_of(now, declared.settings) is None, "half a manifest"
    manifest.write_text(f'{{"order": {{"job": "weekly", "slot": "{MONDAY}"}}, "made_at": "{before}"}}')
    assert report_of(now, declared.settings) is None, "an earlier attempt's"
    after = dt.datetime.fromtimestamp(at(23, 7, 3), dt.UTC).isoformat()
    settled = look_at(after)
    assert [(a.key.job, a.outcome) for a in settled if a.key.job == "weekly"] == [("weekly", "done")]
    assert other.entry(Key("weekly", MONDAY)).report == str(report)
    other.close()


def test_a_process_of_another_container_is_believed_while_it_gives_signs(world):
    elsewhere = Process("another container", 1, "its start")
    declared = world()
    scheduler = scheduler_of(declared, process=elsewhere)
    scheduler.look(START)
    scheduler.runs.outcome = "hang"
    scheduler.look(at(23, 7))
    ledger = scheduler.ledger
    assert not reconcile(ledger, declared.settings, at(23, 7) + SILENCE_SECONDS - 1)
    for attempt in ledger.open_attempts():
        ledger.beat(attempt.number, at(23, 7) + SILENCE_SECONDS)
    assert not reconcile(ledger, declared.settings, at(23, 7) + 2 * SILENCE_SECONDS - 1)
    assert reconcile(ledger, declared.settings, at(23, 7) + 2 * SILENCE_SECONDS + 1)


def test_a_changed_file_is_read_again_and_a_broken_one_changes_nothing(world, tmp_path):
    lines = []
    world()
    declared = Declarations(lines.append)
    scheduler = scheduler_of(declared)
    scheduler.look(START)
    (tmp_path / "scheduled" / "jobs.yaml").write_text(
        "- {name: weekly, notebook: kpi/weekly, cron: 0 77 * * 1}"
    )
    scheduler.look(START + 1)
    assert "Until this is mended, the jobs go on as they were" in lines[-1]
    scheduler.look(at(23, 7))
    assert states(scheduler, "weekly") == {(MONDAY, ""): "done"}
    (tmp_path / "scheduled" / "jobs.yaml").write_text(
        "- {name: daily, notebook: kpi/weekly, cron: 0 8 * * *}"
    )
    scheduler.look(at(23, 7, 1))
    scheduler.look(at(23, 8))
    assert list(states(scheduler, "daily").values()) == ["done"]


def test_a_job_that_is_no_longer_declared_is_not_run(world, tmp_path):
    scheduler = scheduler_of(world())
    scheduler.look(START)
    scheduler.runs.room = "waits for its turn"
    scheduler.look(at(23, 7))
    (tmp_path / "scheduled" / "jobs.yaml").write_text(
        "- {name: daily, notebook: kpi/weekly, cron: 0 8 * * *}"
    )
    scheduler.look(at(23, 7, 1))
    entry = scheduler.ledger.entry(Key("weekly", MONDAY))
    assert (entry.state, entry.reason) == ("skipped", "no file declares this job any more")


def test_a_segment_that_the_job_no_longer_has_is_not_run(world):
    scheduler = scheduler_of(world())
    scheduler.look(START)
    gone = Key("weekly", MONDAY, "brand=Bolt")
    scheduler.ledger.add(Entry(gone, "waiting"), START)
    scheduler.look(at(23, 7))
    entry = scheduler.ledger.entry(gone)
    assert (entry.state, entry.reason) == ("skipped", "the job no longer has this segment")


def test_status_and_due_and_history_tell_what_stands(world):
    declared = world()
    scheduler = scheduler_of(declared)
    scheduler.look(START)
    scheduler.look(at(23, 7, 30))
    rows = {
        row["job"]: row for row in status(scheduler.ledger, declared.jobs, declared.settings, at(23, 7, 31))
    }
    assert rows["weekly"]["state"] == "done"
    assert rows["weekly"]["next"] == "2026-11-30T07:00Z"
    assert rows["brands"]["done"] == "2 of 2"
    coming = due(scheduler.ledger, declared.jobs, declared.settings, at(23, 7, 31), at(30, 7, 30))
    assert [row["slot"] for row in coming if row["job"] == "weekly"] == ["2026-11-30T07:00Z"]
    assert {row["state"] for row in coming} == {"to come"}
    later = due(scheduler.ledger, declared.jobs, declared.settings, at(23, 9), at(23, 9))
    assert [(row["job"], row["slot"], row["state"]) for row in later] == [
        ("hourly", "2026-11-23T08:00Z", "due"),
        ("hourly", "2026-11-23T09:00Z", "due"),
    ]
    done = history(scheduler.ledger, "weekly")
    assert [(row["outcome"], row["attempt"], row["seconds"]) for row in done] == [("done", 1, 1.0)]


def test_a_person_names_a_slot_as_the_job_knows_it(world):
    jobs = """
    - {name: weekly, notebook: kpi/weekly, cron: 0 7 * * 1, time_zone: Europe/Berlin, for_each: {brand: [Acme]}}
    """
    declared = world(jobs)
    job, settings = find_job(declared.jobs, "weekly"), declared.settings
    assert find_slot(job, "", settings, at(25)).isoformat() == "2026-11-23T06:00:00+00:00"
    assert find_slot(job, "2026-11-23T07:00", settings, at(25)).isoformat() == "2026-11-23T06:00:00+00:00"
    assert find_slot(job, "2026-11-23T06:00Z", settings, at(25)).isoformat() == "2026-11-23T06:00:00+00:00"
    with pytest.raises(
        WorkbenchError, match=r"not due on 2026-11-23T07:00Z. The next one after it is 2026-11-30"
    ):
        find_slot(job, "2026-11-23T07:00Z", settings, at(25))
    with pytest.raises(WorkbenchError, match="'monday' is no time"):
        find_slot(job, "monday", settings, at(25))
    with pytest.raises(WorkbenchError, match=r"no job 'weekl'. Did you mean 'weekly'"):
        find_job(declared.jobs, "weekl")
    monday = find_slot(job, "", settings, at(25))
    assert list(keys_of(job, monday, "", settings, Completeness(settings), at(25))) == [
        Key("weekly", "2026-11-23T06:00Z", "brand=Acme")
    ]
    with pytest.raises(WorkbenchError, match=r"no segment 'brand=Acm'. Did you mean 'brand=Acme'"):
        keys_of(job, monday, "brand=Acm", settings, Completeness(settings), at(25))


def test_what_is_waited_for_no_longer_is_run_by_a_person_as_final(world, monkeypatch):
    wanted = (
        "{name: weekly, notebook: kpi/weekly, cron: 0 7 * * MON, requires: {tables: [posts], final_after: 3}}"
    )
    declared = world(f"- {wanted}")
    job, settings = declared.jobs["weekly"], declared.settings
    monkeypatch.setattr(Completeness, "lacking", lambda self, *given: ["Mastodon is late"])
    monday = find_slot(job, MONDAY, settings, at(27))
    for now, vintage in ((at(24), "preliminary"), (at(26, 7), "final")):
        (key,) = keys_of(job, monday, "", settings, Completeness(settings), now)
        assert key.vintage == vintage


def test_claims_are_made_by_the_process_given(world):
    scheduler = scheduler_of(world(), process=replace(GONE, number=7))
    scheduler.look(START)
    scheduler.look(at(23, 7))
    assert scheduler.ledger.attempts("weekly")[0].claimer.number == 7
