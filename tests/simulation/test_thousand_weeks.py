"""Nineteen years of eight jobs in five time zones, with 200 kills: every slot is done or missed, and none twice."""

import datetime as dt
import random
from collections import defaultdict
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from runs_at_once import RunsAtOnce

from workbench.schedule.declarations import Declarations
from workbench.schedule.ledger import Ledger, ledger_file
from workbench.schedule.processes import Process, this_place
from workbench.schedule.scheduler import Scheduler

WEEKS, KILLS = 1000, 200
BEGIN = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
END = BEGIN + dt.timedelta(weeks=WEEKS)
GRACE = pd.Timedelta(minutes=5)

# Name, cron, zone, policy; and the same for the scan: hour, minute, and the days as a function of the local dates.
JOBS = [
    ("spring", "30 2 * * *", "Europe/Berlin", "all", 2, 30, lambda day: np.ones(len(day), bool)),
    ("autumn", "30 1 * * 0", "America/New_York", "all", 1, 30, lambda day: day.day_of_week == 6),
    ("half", "15 2 * * 7", "Australia/Lord_Howe", "latest", 2, 15, lambda day: day.day_of_week == 6),
    ("south", "45 2 * * 0,1", "Pacific/Auckland", "latest", 2, 45, lambda day: day.day_of_week.isin([6, 0])),
    ("still", "0 7 * * 1", "Asia/Kathmandu", "all", 7, 0, lambda day: day.day_of_week == 0),
    ("office", "0 9 * * 1-5", "Europe/Berlin", "none", 9, 0, lambda day: day.day_of_week < 5),
    ("month", "0 0 1 * *", "America/New_York", "latest", 0, 0, lambda day: day.day == 1),
    ("quarter", "30 6 1 1,4,7,10 *", "Pacific/Auckland", "all", 6, 30,
     lambda day: (day.day == 1) & (day.month % 3 == 1)),
]  # fmt: skip


class KilledError(BaseException):
    """The scheduler is gone in the middle of what it did."""


class InstantRuns(RunsAtOnce):
    """Runs that take no time. One may be killed before or after it is done."""

    def __init__(self, ledger, killer):
        super().__init__(ledger)
        self.killer = killer

    def start(self, attempt, order, pause, now):
        self.killer("after the claim")
        self.ledger.settle(attempt.number, "done", now)
        self.killer("after the run")

    def watch(self, now):
        self.killer("before anything")


class WatchedLedger(Ledger):
    """Writes down up to when each job was planned, and may be killed after it."""

    windows, killer = None, None

    def plan(self, job, until, entries, now):
        super().plan(job, until, entries, now)
        self.windows[job].append(until)
        self.killer("after planning")


@pytest.fixture
def declared(tmp_path, monkeypatch):
    (tmp_path / "workbench.toml").write_text("")
    (tmp_path / "scheduled").mkdir()
    lines = [
        f"- {{name: {name}, notebook: kpi/weekly, cron: '{cron}', time_zone: {zone}, catch_up: {policy}}}"
        for name, cron, zone, policy, *_ in JOBS
    ]
    (tmp_path / "scheduled" / "jobs.yaml").write_text("\n".join(lines))
    monkeypatch.chdir(tmp_path)
    return Declarations()


@pytest.mark.slow
def test_a_thousand_weeks_give_exactly_the_expected_slots(declared):
    windows, looked_at, kills = simulate(declared, random.Random(20261123))
    assert sum(kills.values()) == KILLS
    assert set(kills) == {"before anything", "after planning", "after the claim", "after the run"}
    ledger = Ledger(ledger_file(declared.settings))
    for name, _cron, zone, policy, hour, minute, is_day in JOBS:
        entries = ledger.entries(name)
        told = {pd.Timestamp(entry.key.slot): entry.state for entry in entries}
        slots = scanned(zone, hour, minute, is_day)
        slots = slots[slots <= pd.Timestamp(windows[name][-1])]
        assert sorted(told) == list(slots), f"{name}: no slot too many, none too few"
        expected = expected_states(slots, pd.DatetimeIndex(windows[name]), policy)
        assert {slot: state for slot, state in told.items() if state != expected[slot]} == {}, name
        while_alive = [slot for slot in slots if slot.timestamp() in looked_at]
        assert {told[slot] for slot in while_alive} == {"done"}, f"{name}: missed only while no scheduler ran"
        successes = [attempt.key for attempt in ledger.attempts(name) if attempt.outcome == "done"]
        assert len(successes) == len(set(successes)) == sum(state == "done" for state in told.values())
    assert ledger.open_attempts() == []
    ledger.close()


def test_the_scan_knows_both_changes_of_the_clock():
    """Berlin, 2026: 02:30 is not there on 29 March, and comes twice on 25 October."""
    slots = scanned("Europe/Berlin", 2, 30, lambda day: np.ones(len(day), bool), weeks=52)
    local = {time.strftime("%m-%d"): time.strftime("%H:%M %z") for time in slots.tz_convert("Europe/Berlin")}
    assert local["03-28"] == "02:30 +0100"
    assert local["03-29"] == "03:00 +0200"
    assert local["10-25"] == "02:30 +0200"
    assert len(local) == len(slots)


def simulate(declared, dice):
    """Run it; gives the ends of planned windows by job, the times looked at to the end, and the kills by place."""
    windows, looked_at, kills = defaultdict(list), set(), defaultdict(int)
    spans = np.linspace(0.001, 0.95, KILLS) * (END - BEGIN).total_seconds()
    due_kills = [BEGIN.timestamp() + span for span in spans]
    plan = {"armed": None}

    def killer(place):
        if plan["armed"] == place:
            plan["armed"] = None
            kills[place] += 1
            raise KilledError

    now, born = BEGIN.timestamp(), 0

    def begin():
        nonlocal born
        born += 1
        ledger = WatchedLedger(ledger_file(declared.settings))
        ledger.windows, ledger.killer = windows, killer
        process = Process(this_place(), (1 << 30) + born, f"start {born}")
        return Scheduler(ledger, declared, InstantRuns(ledger, killer), process)

    scheduler = begin()
    places = ["before anything", "after planning", "after the claim", "after the run"]
    while now <= END.timestamp():
        if due_kills and now >= due_kills[0] and plan["armed"] is None:
            due_kills.pop(0)
            plan["armed"] = dice.choice(places)
        try:
            scheduler.look(now)
            looked_at.add(now)
            now = scheduler.next_look()
        except KilledError:
            scheduler.ledger.close()
            # Often it is back at once, sometimes the machine is off for weeks.
            now += dice.choice([0.0, 1.0, 3600.0, dice.uniform(0, 5 * 86400), dice.uniform(0, 40 * 86400)])
            scheduler = begin()
    scheduler.look(END.timestamp())
    scheduler.ledger.close()
    return windows, looked_at, kills


def scanned(zone, hour, minute, is_day, weeks=WEEKS):
    """Slots, by looking at every minute there is: the first that the clock shows it, or the first after a gap."""
    minutes = pd.date_range(BEGIN, BEGIN + dt.timedelta(weeks=weeks), freq="min", tz="UTC", inclusive="right")
    local = minutes.tz_convert(ZoneInfo(zone)).tz_localize(None)
    minute_of_day, dates = local.hour * 60 + local.minute, local.normalize()
    reached = minute_of_day >= hour * 60 + minute
    # Of a day whose clock jumped over the time, the first minute after it; else the minute itself.
    first = pd.Series(minutes[reached]).groupby(dates[reached].to_numpy()).min()
    days = pd.DatetimeIndex(first.index)
    slots = first[np.asarray(is_day(days))]
    # The first day begins in the middle, so its time may have passed before.
    began = local[0]
    is_whole = (slots.index > began.normalize()) | (began.hour * 60 + began.minute <= hour * 60 + minute)
    return pd.DatetimeIndex(slots[is_whole])


def expected_states(slots, ends, policy):
    """What becomes of each slot, by the window in which it was seen."""
    window = ends.searchsorted(slots)
    states = {}
    for number in np.unique(window):
        seen = slots[window == number]
        on_time = seen >= ends[number] - GRACE
        if policy == "all":
            on_time = np.ones(len(seen), bool)
        elif policy == "latest":
            on_time[-1] = True
        states |= {slot: "done" if runs else "missed" for slot, runs in zip(seen, on_time, strict=True)}
    return states
