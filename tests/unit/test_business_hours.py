"""Business hours in closed form, against counting second by second."""

import narwhals as nw
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.statistics.business_hours import HOUR, OpeningHours, business_seconds

MONDAY = 1_764_547_200  # 1 December 2025, 00:00


def between(start: int, end: int, hours: OpeningHours) -> int:
    frame = nw.from_native(pd.DataFrame({"start": [start], "end": [end]}))
    return frame.select(seconds=business_seconds("start", "end", hours))["seconds"].item()


def counted(start: int, end: int, hours: OpeningHours) -> int:
    """Minute by minute: is it a day and an hour at which it is open?"""
    minutes = pd.to_datetime(pd.Series(range(start, end, 60)), unit="s")
    is_open = (
        minutes.dt.day_of_week.isin(hours.days)
        & (minutes.dt.hour >= hours.opens)
        & (minutes.dt.hour < hours.closes)
    )
    return 60 * int(is_open.sum())


@given(
    start=st.integers(0, 14 * 24 * 60),
    length=st.integers(0, 10 * 24 * 60),
    opens=st.integers(0, 23),
    open_for=st.integers(1, 24),
    days=st.sets(st.integers(0, 6), min_size=1),
)
@settings(max_examples=150, deadline=None)
def test_the_closed_form_counts_right(start, length, opens, open_for, days):
    hours = OpeningHours(opens, min(opens + open_for, 24), sorted(days))
    begin = MONDAY + 60 * start
    assert between(begin, begin + 60 * length, hours) == counted(begin, begin + 60 * length, hours)


def test_a_missing_answer_stays_missing():
    frame = nw.from_native(pd.DataFrame({"start": [float(MONDAY)], "end": [None]}, dtype="float64"))
    assert frame.select(seconds=business_seconds("start", "end", OpeningHours()))["seconds"].is_null().all()


@pytest.mark.parametrize(
    ("days", "hours", "weeks"), [((0, 1, 2, 3, 4), 24, 1), ((0, 1, 2, 3, 4), 41, 2), ((5,), 24, 3)]
)
def test_whole_weeks_are_long_enough_wherever_one_starts(days, hours, weeks):
    opening = OpeningHours(9, 17, days)
    longest = opening.longest_seconds(hours)
    assert longest == weeks * 7 * 24 * HOUR
    for start in range(MONDAY, MONDAY + 7 * 24 * HOUR, 6 * HOUR):
        assert between(start, start + longest, opening) >= hours * HOUR


@pytest.mark.parametrize("wrong", [(17, 9, (0,)), (-1, 9, (0,)), (9, 25, (0,)), (9, 17, ()), (9, 17, (7,))])
def test_impossible_hours_are_refused(wrong):
    with pytest.raises(WorkbenchError, match="are not possible"):
        OpeningHours(*wrong)
