"""Cron expressions: the days are cron's, and a change of the clock neither doubles nor drops a run."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from workbench.schedule.cron import check_cron, cron_times

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"
# The day on which the clock goes forward, and back, in 2026.
SPRING = {BERLIN: dt.date(2026, 3, 29), NEW_YORK: dt.date(2026, 3, 8)}
AUTUMN = {BERLIN: dt.date(2026, 10, 25), NEW_YORK: dt.date(2026, 11, 1)}


def local_times(expression: str, day: dt.date, zone: str, days: int = 1) -> list[str]:
    """Wall clock times, with the distance from UTC, at which it fires on that day."""
    start = dt.datetime.combine(day, dt.time(), ZoneInfo(zone))
    end = dt.datetime.combine(day + dt.timedelta(days=days), dt.time(), ZoneInfo(zone))
    second = dt.timedelta(seconds=1)
    times = cron_times(expression, start - second, end.astimezone(dt.UTC) - second, zone)
    return [f"{time.astimezone(ZoneInfo(zone)):%H:%M%z}" for time in times]


@pytest.mark.parametrize(("zone", "offset"), [(BERLIN, "+0200"), (NEW_YORK, "-0400")])
def test_a_time_that_the_clock_jumps_over_runs_once_at_the_next_minute(zone, offset):
    assert local_times("30 2 * * *", SPRING[zone], zone) == [f"03:00{offset}"]


@pytest.mark.parametrize(
    ("zone", "clock", "expected"),
    [(BERLIN, "30 2", "02:30+0200"), (NEW_YORK, "30 1", "01:30-0400"), (NEW_YORK, "30 2", "02:30-0500")],
)
def test_a_time_that_comes_twice_runs_the_first_time_only(zone, clock, expected):
    assert local_times(f"{clock} * * *", AUTUMN[zone], zone) == [expected]


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
def test_hourly_jobs_run_each_real_hour(zone):
    assert len(local_times("0 * * * *", SPRING[zone], zone)) == 23
    assert len(local_times("0 * * * *", AUTUMN[zone], zone)) == 25
    assert len(local_times("*/15 * * * *", AUTUMN[zone], zone)) == 100


def test_intervals_within_an_hour_that_does_not_exist_do_not_run():
    """As the page on jobs says."""
    assert local_times("*/30 2 * * *", SPRING[BERLIN], BERLIN) == []
    assert len(local_times("*/30 2 * * *", AUTUMN[BERLIN], BERLIN)) == 4


def test_a_clock_that_goes_back_by_half_an_hour():
    """On Lord Howe Island 02:00 becomes 01:30 on 5 April 2026."""
    assert local_times("45 1 * * *", dt.date(2026, 4, 5), LORD_HOWE) == ["01:45+1100"]
    # 00:00, 01:00, then 02:00 after an hour and a half: the wall clock's full hours.
    assert local_times("0 * * * *", dt.date(2026, 4, 5), LORD_HOWE)[:3] == [
        "00:00+1100",
        "01:00+1100",
        "02:00+1030",
    ]


def test_a_day_without_midnight_has_its_run():
    """In Cairo the clock goes from 00:00 to 01:00 on 24 April 2026."""
    assert local_times("0 0 * * *", dt.date(2026, 4, 24), "Africa/Cairo") == ["01:00+0300"]


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
@pytest.mark.parametrize("hour", range(4))
def test_a_daily_job_runs_once_a_day_all_year(zone, hour):
    first = dt.datetime(2026, 1, 1, tzinfo=ZoneInfo(zone))
    times = list(cron_times(f"30 {hour} * * *", first, first.replace(year=2027), zone))
    assert len(times) == len({time.astimezone(ZoneInfo(zone)).date() for time in times}) == 365


@pytest.mark.parametrize("day", ["0", "7", "SUN", "sun"])
def test_sunday_is_nought_and_seven(day):
    first = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    times = cron_times(f"0 9 * * {day}", first, first + dt.timedelta(days=14), "UTC")
    assert [f"{time:%a %d}" for time in times] == ["Sun 04", "Sun 11"]


def test_monday_is_one():
    first = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    assert f"{next(cron_times('0 9 * * 1', first, None, 'UTC')):%A}" == "Monday"


def test_day_of_month_or_day_of_week_as_in_cron():
    first = dt.datetime(2026, 10, 31, tzinfo=dt.UTC)
    times = cron_times("0 0 13 * 5", first, first + dt.timedelta(days=14), "UTC")
    assert [f"{time:%a %d}" for time in times] == ["Fri 06", "Fri 13"]


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("0 7 30 2 *", "never fires"),
        ("0 7 31 4,6,9,11 *", "never fires"),
        ("61 7 * * *", "the minute is wrong. Expected 0 to 59"),
        ("0 24 * * *", "the hour is wrong"),
        ("0 7 32 * *", "the day of the month is wrong"),
        ("0 7 * 13 *", "the month is wrong"),
        ("0 7 * * 8", "the day of the week is wrong"),
        ("0 7 * * MOND", "the day of the week is wrong"),
        ("0 7 * * FRI-SUN", "a range ascends, as in 5-7"),
        ("0 7 * *", "has not five fields"),
        ("0 0 7 * * 1", "has not five fields"),
        ("", "has not five fields"),
        ("@daily", "is written 0 0 [*] [*] [*]"),
    ],
)
def test_what_is_wrong_is_said(expression, told):
    with pytest.raises(ValueError, match=told):
        check_cron(expression)


def test_29_february_fires():
    check_cron("0 0 29 2 *")


@examples(max_examples=80, deadline=None)
@given(
    zone=st.sampled_from(
        [BERLIN, NEW_YORK, LORD_HOWE, "Africa/Cairo", "America/Havana", "Asia/Kolkata", "UTC"]
    ),
    expression=st.sampled_from(
        [
            "30 2 * * *",
            "0 * * * *",
            "*/20 1-3 * * *",
            "15,45 0,1,2 * * *",
            "0 0 * * *",
            "59 23 * * 6",
            "7 */3 * * *",
        ]
    ),
    start=st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 12, 20), timezones=st.just(dt.UTC)),
    cuts=st.lists(st.integers(0, 96 * 60), max_size=4),
)
def test_from_wherever_one_looks_the_times_are_the_same(zone, expression, start, cuts):
    """Looking in steps, begun at any moment, gives what one look gives."""
    bounds = [
        start,
        *(start + dt.timedelta(minutes=cut) for cut in sorted(cuts)),
        start + dt.timedelta(days=4),
    ]
    whole = list(cron_times(expression, start, bounds[-1], zone))
    steps = [time for first, last in pairwise(bounds) for time in cron_times(expression, first, last, zone)]
    assert steps == whole == sorted(set(whole))


CHANGES = {
    BERLIN: [SPRING[BERLIN], AUTUMN[BERLIN]], NEW_YORK: [SPRING[NEW_YORK], AUTUMN[NEW_YORK]],
    LORD_HOWE: [dt.date(2026, 4, 5), dt.date(2026, 10, 4)],
    "Africa/Cairo": [dt.date(2026, 4, 24), dt.date(2026, 10, 30)],
}  # fmt: skip


@pytest.mark.parametrize("zone", CHANGES)
@pytest.mark.parametrize("expression", ["30 2 * * *", "0 * * * *", "0 0 * * *", "*/30 */2 * * *"])
def test_steps_of_an_hour_through_a_change_give_what_a_look_from_a_week_before_gives(zone, expression):
    for change in CHANGES[zone]:
        around = dt.datetime.combine(change, dt.time(), dt.UTC) - dt.timedelta(hours=18)
        hours = [around + dt.timedelta(hours=number) for number in range(60)]
        steps = [t for a, b in pairwise(hours) for t in cron_times(expression, a, b, zone)]
        week = cron_times(expression, around - dt.timedelta(days=7), hours[-1], zone)
        assert steps == [time for time in week if time > around]
        assert steps


@pytest.mark.parametrize("expression", ["*/15 2 * * *", "45 * * * *", "0 * * * *", "15 2 * * *"])
@pytest.mark.parametrize(
    ("zone", "day"), [(LORD_HOWE, dt.date(2026, 4, 5)), (BERLIN, AUTUMN[BERLIN]), (BERLIN, SPRING[BERLIN])]
)
def test_windows_that_touch_have_the_times_of_the_whole(expression, zone, day):
    first = dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
    ends = [first + dt.timedelta(minutes=5 * number) for number in range(12 * 8)]
    parts = [time for after, until in pairwise(ends) for time in cron_times(expression, after, until, zone)]
    assert parts == list(cron_times(expression, ends[0], ends[-1], zone))
