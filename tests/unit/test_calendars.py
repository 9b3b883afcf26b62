"""Jobs that follow a calendar of the settings."""

import datetime as dt

import pytest

from workbench.errors import WorkbenchError
from workbench.schedule.jobs import Job
from workbench.schedule.segments import remark_of
from workbench.schedule.slots import next_slot, slots_between
from workbench.settings import Settings, load_settings, parse_settings

YEAR = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
RELEASES = {
    "releases": [
        {"name": "Pebble", "date": dt.date(2026, 6, 16)},
        {"name": "Pebble 2", "date": dt.date(2026, 10, 24)},
        {"name": "GoSim 5", "date": dt.date(2026, 10, 24)},
    ]
}
SETTINGS = Settings.model_validate({"calendars": RELEASES, "time_zone": "Europe/Berlin"})


def job(**trigger) -> Job:
    return Job(name="after_release", notebook="kpi/baseline", **trigger)


def due(found: list) -> list[str]:
    return [slot.key[1] for slot in found]


def test_after_each_date_at_the_zone_s_own_time():
    """The morning after the second release is the one on which the clock goes back; two on one day are one."""
    found = slots_between(job(after={"calendar": "releases", "days": 1, "at": "07:00"}), *YEAR, SETTINGS)
    assert due(found) == ["2026-06-17T05:00Z", "2026-10-25T06:00Z"]


def test_before_each_date():
    trigger = {"calendar": "releases", "days": 3, "at": "18:30"}
    assert due(slots_between(job(before=trigger), *YEAR, SETTINGS)) == [
        "2026-06-13T16:30Z",
        "2026-10-21T16:30Z",
    ]


def test_on_the_day_itself():
    trigger = {"calendar": "releases", "days": 0, "at": "00:00"}
    assert due(slots_between(job(after=trigger), *YEAR, SETTINGS)) == [
        "2026-06-15T22:00Z",
        "2026-10-23T22:00Z",
    ]


def test_a_time_that_the_clock_jumps_over_is_the_next_minute_and_one_that_comes_twice_the_first():
    days = {
        "c": [
            {"name": "spring", "date": dt.date(2026, 3, 29)},
            {"name": "autumn", "date": dt.date(2026, 10, 25)},
        ]
    }
    settings = Settings.model_validate({"calendars": days, "time_zone": "Europe/Berlin"})
    found = slots_between(job(after={"calendar": "c", "days": 0, "at": "02:30"}), *YEAR, settings)
    assert due(found) == ["2026-03-29T01:00Z", "2026-10-25T00:30Z"]


def test_a_window_begins_after_its_first_moment_and_ends_with_its_last():
    at = dt.datetime(2026, 6, 17, 5, tzinfo=dt.UTC)
    follower = job(after={"calendar": "releases", "at": "07:00"})
    assert len(slots_between(follower, at - dt.timedelta(days=1), at, SETTINGS)) == 1
    assert slots_between(follower, at, at + dt.timedelta(days=1), SETTINGS) == []


def test_the_next_slot_and_the_end_of_the_calendar():
    follower = job(after={"calendar": "releases", "at": "07:00"})
    assert f"{next_slot(follower, YEAR[0], SETTINGS):%Y-%m-%dT%H:%M}" == "2026-06-17T05:00"
    assert next_slot(follower, YEAR[1], SETTINGS) is None


def test_a_calendar_without_dates_is_remarked():
    follower = job(before={"calendar": "quarterly_reviews"})
    assert slots_between(follower, *YEAR, SETTINGS) == []
    assert remark_of(follower, SETTINGS) == (
        "job 'after_release' never runs: the calendar quarterly_reviews has no dates. Give it some in workbench.toml."
    )
    assert remark_of(job(after={"calendar": "releases"}), SETTINGS) == ""


def test_calendars_of_the_settings_file(tmp_path):
    file = tmp_path / "workbench.toml"
    file.write_text('[[calendars.releases]]\nname = "Pebble"\ndate = 2026-06-16\n', encoding="utf-8")
    assert load_settings(file).calendars["releases"][0].date == dt.date(2026, 6, 16)
    with pytest.raises(WorkbenchError) as raised:
        parse_settings({"calendars": {"releases": [{"nam": "Pebble", "date": "16 June"}]}}, tmp_path)
    assert "calendars.releases.0.nam: is no setting. Did you mean 'name'?" in str(raised.value)
    assert "calendars.releases.0.date" in str(raised.value)
