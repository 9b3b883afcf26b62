"""When a job is due, what is made up for, and what each slot is called."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from workbench.schedule.jobs import Job
from workbench.schedule.orders import complete_until, order_of_slot
from workbench.schedule.slots import Slot, catch_up, next_slot, slots_between
from workbench.settings import Settings

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe"]
SETTINGS = Settings.model_validate(
    {"calendars": {"releases": [{"name": str(n), "date": dt.date(2026, 10, n)} for n in (1, 2, 9, 24, 25)]}}
)
MINUTE = dt.timedelta(minutes=1)


def job(**fields) -> Job:
    declared = {"name": "weekly", "notebook": "kpi/weekly", "cron": "0 7 * * 1", **fields}
    return Job(**{name: value for name, value in declared.items() if value is not None})


jobs = st.builds(
    job,
    time_zone=st.sampled_from(ZONES),
    for_each=st.sampled_from([{}, {"brand": ["Acme", "Bolt"]}, {"brand": ["A"], "region": ["N", "S"]}]),
    cron=st.sampled_from(["30 2 * * *", "0 7 * * 1", "0 */6 * * *", "15 1,2,3 * * *"]),
) | st.builds(
    job,
    time_zone=st.sampled_from(ZONES),
    cron=st.none(),
    after=st.fixed_dictionaries(
        {
            "calendar": st.just("releases"),
            "days": st.integers(0, 9),
            "at": st.sampled_from(["00:00", "02:30", "23:59"]),
        }
    ),
)
moments = st.datetimes(dt.datetime(2026, 9, 20), dt.datetime(2026, 11, 10), timezones=st.just(dt.UTC))


@examples(max_examples=50, deadline=None)
@given(jobs, moments, moments, moments)
def test_no_slot_twice_all_in_the_window_and_windows_that_touch_are_one(job, one, two, three):
    first, middle, last = sorted((one, two, three))
    whole = slots_between(job, first, last, SETTINGS)
    assert len(set(whole)) == len({slot.key for slot in whole}) == len(whole)
    assert all(first < slot.at <= last and slot.at.tzinfo is dt.UTC for slot in whole)
    assert [slot.at for slot in whole] == sorted(slot.at for slot in whole)
    assert whole == slots_between(job, first, middle, SETTINGS) + slots_between(job, middle, last, SETTINGS)
    upcoming = next_slot(job, first, SETTINGS)
    assert upcoming == whole[0].at if whole else upcoming is None or upcoming > last


@examples(max_examples=50, deadline=None)
@given(jobs, moments, moments, st.sampled_from(["none", "latest", "all"]), st.integers(0, 9))
def test_each_due_slot_is_run_or_missed(job, first, now, policy, grace):
    job = job.model_copy(update={"catch_up": policy})
    due = slots_between(job, *sorted((first, now)), SETTINGS)
    done = catch_up(job, due, now, grace * MINUTE)
    assert sorted(done.to_run + done.missed) == sorted(due)
    times = {slot.at for slot in done.to_run}
    on_time = {slot.at for slot in due if slot.at >= now - grace * MINUTE}
    assert on_time <= times
    if policy == "all":
        assert not done.missed
    elif policy == "latest":
        assert times == on_time | ({due[-1].at} if due else set())
    else:
        assert times == on_time


def test_the_three_policies_after_three_weeks_of_silence():
    now = dt.datetime(2026, 10, 27, 12, tzinfo=dt.UTC)
    weekly = job(for_each={"brand": ["Acme", "Bolt"]})
    due = slots_between(weekly, now - dt.timedelta(weeks=3), now, SETTINGS)
    ran = {policy: catch_up(weekly.model_copy(update={"catch_up": policy}), due, now) for policy in
           ("none", "latest", "all")}  # fmt: skip
    assert [(len(done.to_run), len(done.missed)) for done in ran.values()] == [(0, 6), (2, 4), (6, 0)]
    assert {slot.at.day for slot in ran["latest"].to_run} == {26}


def test_the_key_of_a_slot():
    slot = Slot("weekly", dt.datetime(2026, 10, 26, 6, tzinfo=dt.UTC), (("brand", "AT&T"),))
    assert slot.key == ("weekly", "2026-10-26T06:00Z", "brand=AT~26T")
    assert dt.datetime.fromisoformat(slot.key[1]) == slot.at
    assert slot.values == {"brand": "AT&T"}
    assert replace(slot, segment=()).key[2] == ""


def test_what_a_slot_orders():
    weekly = job(
        time_zone="Europe/Berlin", timeout="30m", engine="warm", checks=["duplicates"], for_each={"brand": ["Acme"]},
        parameters={"week": "last complete ISO week", "weeks": 12},
    )  # fmt: skip
    slot = slots_between(
        weekly, dt.datetime(2026, 10, 25, tzinfo=dt.UTC), dt.datetime(2026, 10, 27, tzinfo=dt.UTC), SETTINGS
    )[0]
    order = order_of_slot(weekly, slot.at, slot.values, SETTINGS)
    assert order.name == "kpi/weekly/2026-W43/Acme"
    assert order.parameters == {"week": "2026-W43", "weeks": 12, "brand": "Acme"}
    assert (order.job, order.slot, order.segment) == ("weekly", "2026-10-26T06:00Z", {"brand": "Acme"})
    assert (order.engine, order.timeout_seconds, order.checks) == ("warm", 1800, ("duplicates",))
    assert order.source.name == "weekly.ipynb"


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"parameters": {"week": "previous week"}}, ["2026-W42", "2026-W43"]),
        ({}, ["2026-10-19", "2026-10-26"]),
        ({"parameters": {"week": "2026-W43"}}, ["2026-10-19", "2026-10-26"]),
        ({"parameters": {"week": "previous month"}}, ["2026-10-19", "2026-10-26"]),
        ({"cron": "0 9 24,25 * *", "parameters": {"week": "previous week"}}, ["2026-10-24", "2026-10-25"]),
        ({"cron": "0 5 20 * *", "parameters": {"first_day": "first day of previous month"}}, ["2026-09"]),
        ({"cron": "0 5 20 * *", "parameters": {"reference": "days of previous quarter"}}, ["2026-10-20"]),
        ({"cron": "0 5 20 1,4,7,10 *", "parameters": {"reference": "days of previous quarter"}}, ["2026-Q3"]),
        ({"cron": "0 5 20 * *", "parameters": {"day": "yesterday"}}, ["2026-10-19"]),
        ({"cron": "0 5 20 * *", "parameters": {"since": "28 days ago"}}, ["2026-10-20"]),
        ({"cron": "0 5 20 * *", "parameters": {"brand": "yesterday"}}, ["2026-10-20"]),
        ({"cron": "0 7,19 20 * *", "parameters": {"day": "yesterday"}}, ["2026-10-20T0700", "2026-10-20T1900"]),
        (
            {"cron": "*/30 2 25 * *", "time_zone": "Europe/Berlin"},
            ["2026-10-25T0200", "2026-10-25T0230", "2026-10-25T0200+0100", "2026-10-25T0230+0100"],
        ),
        ({"cron": None, "after": {"calendar": "releases", "days": 15}}, ["2026-10-16", "2026-10-17", "2026-10-24"]),
    ],
)  # fmt: skip
def test_what_runs_are_called(fields, names):
    """Between 14 October and 27 October."""
    declared = job(**fields)
    bounds = dt.datetime(2026, 10, 14, tzinfo=dt.UTC), dt.datetime(2026, 10, 27, tzinfo=dt.UTC)
    found = [
        order_of_slot(declared, s.at, s.values, SETTINGS).name
        for s in slots_between(declared, *bounds, SETTINGS)
    ]
    assert found == [f"kpi/weekly/{name}" for name in names]


periods = st.sampled_from(
    ["previous week", "previous month", "first day of previous quarter", "yesterday", "today"]
)


@examples(max_examples=25, deadline=None)
@given(jobs, periods, st.sampled_from(["week", "day", "since"]))
def test_no_two_runs_share_a_file(job, period, parameter):
    job = job.model_copy(update={"parameters": {parameter: period}})
    bounds = dt.datetime(2026, 9, 25, tzinfo=dt.UTC), dt.datetime(2026, 11, 5, tzinfo=dt.UTC)
    slots = slots_between(job, *bounds, SETTINGS)
    assert len({order_of_slot(job, slot.at, slot.values, SETTINGS).name for slot in slots}) == len(slots)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"parameters": {"week": "previous week"}, "requires": {}}, "2026-10-26T00:00+00:00"),
        (
            {"parameters": {"first_day": "first day of previous month"}, "requires": {}},
            "2026-10-01T00:00+00:00",
        ),
        ({"requires": {}}, "2026-10-27T00:00+00:00"),
        ({"parameters": {"brand": "yesterday"}, "requires": {}}, "2026-10-27T00:00+00:00"),
        ({"requires": {"complete_until": "slot"}}, "2026-10-27T06:00+00:00"),
        ({"requires": {"complete_until": "end of previous quarter"}}, "2026-10-01T00:00+00:00"),
    ],
)
def test_until_when_the_tables_must_be_complete(fields, expected):
    """The business clock is UTC: a day in Berlin is over an hour or two before it is so there."""
    tuesday = dt.datetime(2026, 10, 27, 6, tzinfo=dt.UTC)
    found = complete_until(job(time_zone="Europe/Berlin", **fields), tuesday, SETTINGS)
    assert found == dt.datetime.fromisoformat(expected)
