"""Relative dates are resolved from the slot, in the job's zone."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.schedule.date_parameters import FORMS, date_fault
from workbench.schedule.relative_dates import (
    VOCABULARY,
    check_instant,
    form_of,
    instant,
    is_relative,
    resolve,
)
from workbench.settings import Settings
from workbench.statistics.periods import parse_week

MONDAY = dt.datetime(2026, 10, 26, 6, tzinfo=dt.UTC)  # 07:00 in Berlin, on the day after the clock went back
SHIFTS = {
    "day": r"\d{4}-\d\d-\d\d", "week": r"\d{4}-W\d\d", "month": r"\d{4}-\d\d", "quarter": r"\d{4}-Q[1-4]",
    "days": r"\d{4}-\d\d-\d\d:\d{4}-\d\d-\d\d",
}  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("slot date", "2026-10-26"),
        ("today", "2026-10-26"),
        ("yesterday", "2026-10-25"),
        ("1 day ago", "2026-10-25"),
        ("28 days ago", "2026-09-28"),
        ("last complete ISO week", "2026-W43"),
        ("last complete week", "2026-W43"),
        ("  Previous   Week ", "2026-W43"),
        ("previous month", "2026-09"),
        ("previous quarter", "2026-Q3"),
        ("first day of last complete ISO week", "2026-10-19"),
        ("last day of last complete ISO week", "2026-10-25"),
        ("first day of previous quarter", "2026-07-01"),
        ("days of previous quarter", "2026-07-01:2026-09-30"),
        ("days of previous month", "2026-09-01:2026-09-30"),
        ("last week of previous quarter", "2026-W39"),
        ("last week of previous month", "2026-W39"),
    ],
)
def test_what_each_stands_for_on_a_monday(expression, expected):
    assert resolve(expression, MONDAY, "Europe/Berlin", Settings()) == expected


def test_a_week_is_complete_when_its_last_day_is_over():
    """On Sunday evening the week still runs; a minute after midnight it has ended."""
    sunday = dt.datetime(2026, 10, 25, 23, 59, tzinfo=ZoneInfo("Europe/Berlin"))
    berlin = Settings(time_zone="Europe/Berlin")
    assert resolve("last complete ISO week", sunday, "Europe/Berlin", berlin) == "2026-W42"
    later = sunday.astimezone(dt.UTC) + dt.timedelta(minutes=2)
    assert resolve("last complete ISO week", later, "Europe/Berlin", berlin) == "2026-W43"
    assert resolve("last complete ISO week", later, "America/New_York", berlin) == "2026-W42"


def test_a_week_is_complete_when_the_business_clock_says_so_too():
    """Monday, 07:00 in Tokyo is Sunday, 22:00 on a business clock in UTC: its Sunday still has posts to come."""
    monday = dt.datetime(2026, 10, 26, 7, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert resolve("last complete ISO week", monday, "Asia/Tokyo", Settings()) == "2026-W42"
    assert (
        instant("end of previous week", monday, "Asia/Tokyo", Settings()).isoformat()
        == "2026-10-19T00:00:00+00:00"
    )
    at_noon = monday + dt.timedelta(hours=5)
    assert resolve("last complete ISO week", at_noon, "Asia/Tokyo", Settings()) == "2026-W43"


def test_weeks_begin_as_the_settings_say_and_are_called_as_everywhere():
    """From Sunday 18 to Saturday 24 October: its middle day, Wednesday, lies in ISO week 43."""
    sunday_first = Settings(first_day_of_week="sunday")
    sunday = dt.datetime(2026, 10, 25, 12, tzinfo=dt.UTC)
    assert resolve("last complete ISO week", sunday, "UTC", sunday_first) == "2026-W43"
    assert resolve("last complete ISO week", sunday, "UTC", Settings()) == "2026-W42"
    assert resolve("first day of previous week", sunday, "UTC", sunday_first) == "2026-10-18"


@pytest.mark.parametrize(
    ("day", "month", "quarter", "week"),
    [
        ("2026-01-01", "2025-12", "2025-Q4", "2025-W52"),
        ("2026-03-31", "2026-02", "2025-Q4", "2026-W13"),
        ("2026-04-01", "2026-03", "2026-Q1", "2026-W13"),
        ("2027-01-04", "2026-12", "2026-Q4", "2026-W53"),
    ],
)
def test_across_the_ends_of_years_months_and_quarters(day, month, quarter, week):
    slot = dt.datetime.fromisoformat(f"{day}T09:00+00:00")
    found = [resolve(f"previous {name}", slot, "UTC", Settings()) for name in ("month", "quarter", "week")]
    assert found == [month, quarter, week]


@examples(max_examples=60, deadline=None)
@given(slot=st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)),
       zone=st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia", "America/New_York"]),
       business=st.sampled_from(["UTC", "Pacific/Apia", "America/New_York"]),
       first_day=st.sampled_from(["monday", "saturday", "sunday"]))  # fmt: skip
def test_what_was_over_is_over_and_the_newest_of_its_kind(slot, zone, business, first_day):
    settings = Settings(first_day_of_week=first_day, time_zone=business)
    today = min(slot.astimezone(ZoneInfo(clock)).date() for clock in (zone, business))
    lengths = {"yesterday": 1, "last complete ISO week": 7, "previous month": 31, "previous quarter": 92}
    for expression, longest in lengths.items():
        first, last = map(
            dt.date.fromisoformat, resolve(f"days of {expression}", slot, zone, settings).split(":")
        )
        assert first <= last < today
        assert (last - first).days < longest
        assert (today - last).days <= longest  # the next of its kind is not over
        end = instant(f"end of {expression}", slot, zone, settings)
        assert end <= slot
        assert re.fullmatch(SHIFTS[form_of(expression)], resolve(expression, slot, zone, settings))
    week = parse_week(resolve("previous week", slot, zone, settings), first_day)
    assert str(week.first_day) == resolve("first day of previous week", slot, zone, settings)


def test_the_end_of_a_period_is_midnight_of_the_zone():
    end = instant("end of previous month", MONDAY, "America/New_York", Settings())  # later than in UTC
    assert end == dt.datetime(2026, 10, 1, 4, tzinfo=dt.UTC)
    assert instant("slot", MONDAY, "America/New_York", Settings()) == MONDAY


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("last complet ISO week", "Did you mean 'last complete ISO week'?"),
        ("first day of previos quarter", "Did you mean 'first day of previous quarter'?"),
        ("yesterdy", "Did you mean 'yesterday'?"),
        ("whenever", "Expected one of: slot date, yesterday"),
    ],
)
def test_a_slip_of_the_pen_is_an_error(text, near):
    assert not is_relative(text)
    with pytest.raises(WorkbenchError) as raised:
        resolve(text, MONDAY, "UTC", Settings())
    assert near in str(raised.value)


def test_no_time_is_an_error():
    with pytest.raises(ValueError, match="Did you mean 'end of previous month'"):
        check_instant("end of previous mont")
    with pytest.raises(WorkbenchError, match="is no time"):
        instant("previous month", MONDAY, "UTC", Settings())


@pytest.mark.parametrize("name", FORMS)
def test_each_parameter_takes_its_own_form_only(name):
    examples = {
        "day": ["2026-10-01", "yesterday"], "week": ["2026-W43", "previous week"],
        "month": ["2026-10", "previous month"],
        "quarter": ["2026-Q3", "previous quarter"], "days": ["2026-07-01:2026-09-30", "days of previous month"],
    }  # fmt: skip
    for form, values in examples.items():
        for value in values:
            assert bool(date_fault(name, value)) == (form != FORMS[name]), (name, value)
    assert date_fault(name, "") == ""
    assert date_fault(name, "soon")


def test_dates_that_do_not_exist_are_refused():
    for name, value in [("day", "2026-02-30"), ("week", "2026-W60"), ("month", "2026-13"), ("reference", "2026-02-01"),
                        ("reference", "2026-05-01:2026-04-01")]:  # fmt: skip
        assert date_fault(name, value), value


def test_every_expression_of_the_vocabulary_resolves():
    for expression in VOCABULARY:
        text = expression.replace("N ", "3 ").replace("…", "previous month")
        assert is_relative(text)
        assert resolve(text, MONDAY, "UTC", Settings())
