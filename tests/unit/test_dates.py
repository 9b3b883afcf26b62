"""Times: every form that platforms and spreadsheets write, order of day and month, daylight saving."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.sources.date_order import Order, decide_order, order_of
from workbench.sources.dates import parse_dates, share_of_dates


def parse(*values, **rules):
    return parse_dates(pa.array(values, pa.string()), **rules).to_pylist()


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2015-02-24", utc(2015, 2, 24)),
        ("2015-02-24T11:35", utc(2015, 2, 24, 11, 35)),
        ("2015-02-24 11:35:52", utc(2015, 2, 24, 11, 35, 52)),
        ("2015-02-24T11:35:52Z", utc(2015, 2, 24, 11, 35, 52)),
        ("2015-02-24T11:35:52.250+05:30", utc(2015, 2, 24, 6, 5, 52, 250_000)),
        ("2015-02-24T11:35:52.123456789Z", utc(2015, 2, 24, 11, 35, 52, 123_456)),
        ("2015-02-24 11:35:52 -0800", utc(2015, 2, 24, 19, 35, 52)),
        ("2015-02-24 11:35:52 UTC", utc(2015, 2, 24, 11, 35, 52)),
        ("2026-11-20 10:00:00.0", utc(2026, 11, 20, 10)),
        ("2026/11/20 10:00", utc(2026, 11, 20, 10)),
        ("1447671600", utc(2015, 11, 16, 11)),
        ("1447671600.5", utc(2015, 11, 16, 11, 0, 0, 500_000)),
        ("1447671600000", utc(2015, 11, 16, 11)),
        ("1447671600000000", utc(2015, 11, 16, 11)),
        ("Tue Oct 31 22:10:47 +0000 2017", utc(2017, 10, 31, 22, 10, 47)),
        ("Mon Nov 16 00:00:00 UTC 2026", utc(2026, 11, 16)),
        ("Tue, 24 Nov 2026 09:12:00 +0100", utc(2026, 11, 24, 8, 12)),
        ("24 Nov 2026 09:12:00 GMT", utc(2026, 11, 24, 9, 12)),
        ("20-Nov-2026 10:00AM", utc(2026, 11, 20, 10)),
        ("20-Nov-2026 12:05AM", utc(2026, 11, 20, 0, 5)),
        ("20-Nov-2026 12:05 pm", utc(2026, 11, 20, 12, 5)),
        ("November 20, 2026 at 10:00 PM", utc(2026, 11, 20, 22)),
        ("20.11.2026 10:00", utc(2026, 11, 20, 10)),
        ("20/11/26 10:00:00", utc(2026, 11, 20, 10)),
        ("  20/11/2026  ", utc(2026, 11, 20)),
        ("46346.5", utc(2026, 11, 20, 12)),
        ("46346,5", utc(2026, 11, 20, 12)),
    ],
)
def test_forms(written, meant):
    assert parse(written, day_first=True) == [meant]


@pytest.mark.parametrize(
    "written",
    ["", " ", "soon", "0", "31/31/2026", "2015-02-30", "29/02/2026", "2026-11-20T24:00:00", "20-Foo-2026",
     "20-Nov-2026 13:00PM", "1826-11-20", "570306133677760513", "Mon Nov 16 00:00:00 CET 2026", "5"],
)  # fmt: skip
def test_what_is_no_date_is_null(written):
    assert parse(written, day_first=True) == [None]


def test_forms_may_be_mixed_in_one_column():
    found = parse("2015-02-24T11:35:52Z", None, "2015-02-24", "soon", "24/02/2015", day_first=True)
    assert found == [utc(2015, 2, 24, 11, 35, 52), None, utc(2015, 2, 24), None, utc(2015, 2, 24)]


def test_month_first():
    assert parse("11/20/2026 1:05 PM", "20/11/2026", day_first=False) == [utc(2026, 11, 20, 13, 5), None]


def test_numeric_dates_need_an_order():
    assert parse("03/11/2026") == [None]


def test_times_without_zone_are_local_and_those_with_one_are_not_moved():
    found = parse("2026-07-01 12:00", "2026-01-01 12:00", "2026-07-01 12:00Z", time_zone="Europe/Berlin")
    assert found == [utc(2026, 7, 1, 10), utc(2026, 1, 1, 11), utc(2026, 7, 1, 12)]


def test_a_time_that_is_skipped_in_spring_is_the_first_moment_after():
    assert parse("2026-03-29 02:30", time_zone="Europe/Berlin") == [utc(2026, 3, 29, 1)]


def test_a_time_that_comes_twice_in_autumn_is_the_first_of_the_two():
    assert parse("2026-10-25 02:30", time_zone="Europe/Berlin") == [utc(2026, 10, 25, 0, 30)]


def test_a_given_format_is_the_only_one():
    rules = {"date_format": "%Y.%d.%m %H:%M", "time_zone": "Europe/Berlin"}
    assert parse("2026.20.11 10:00", "2026-11-20 10:00", **rules) == [utc(2026, 11, 20, 9), None]


def test_a_given_format_with_zone():
    assert parse("20.11.26 10:00 +0100", date_format="%d.%m.%y %H:%M %z") == [utc(2026, 11, 20, 9)]


def test_empty_column():
    assert parse() == []
    assert parse(None, None) == [None, None]


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["13/01/2026"], Order(day_first=1)),
        (["01/13/2026"], Order(month_first=1)),
        (["03/11/2026 10:00"], Order(either=1)),
        (["03.11.2026"], Order(day_first=1)),
        (["11/11/2026", "2026-11-03", "soon"], Order()),
    ],
)
def test_order(values, order):
    assert order_of(pa.array(values)) == order


def test_the_whole_column_decides_where_the_sample_cannot():
    sample = pa.array(["03/11/2026"] * 3)
    assert decide_order("Date", sample, [sample, pa.array(["03/25/2026"])]) is False


def test_an_order_that_nothing_decides_is_asked_for():
    sample = pa.array(["03/11/2026"])
    with pytest.raises(WorkbenchError, match="day_first = true"):
        decide_order("Date", sample, [sample])


def test_both_orders_in_one_column_are_a_damaged_file():
    with pytest.raises(WorkbenchError, match="spreadsheet has mixed them up"):
        decide_order("Date", pa.array(["13/01/2026", "01/13/2026"]), [])


def test_one_wrong_date_among_many_does_not_decide():
    assert decide_order("Date", pa.array(["13/01/2026"] * 200 + ["01/13/2026"]), []) is True


def test_share_of_dates():
    assert share_of_dates(["01/13/2026", "01/02/2026", "soon", "never"]) == 0.5


moments = st.datetimes(min_value=datetime(1991, 1, 1), max_value=datetime(2099, 1, 1))
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@settings(deadline=None)
@given(st.lists(st.tuples(moments, zones), min_size=1))
def test_iso_with_zone_reads_back(pairs):
    moments = [moment.replace(tzinfo=zone) for moment, zone in pairs]
    assert parse(*(moment.isoformat() for moment in moments)) == moments


@settings(deadline=None)
@given(moments, zones)
def test_rfc_2822_and_twitter_read_back(moment, zone):
    moment = moment.replace(microsecond=0, tzinfo=zone)
    assert parse(format_datetime(moment), moment.strftime("%a %b %d %H:%M:%S %z %Y")) == [moment, moment]


@settings(deadline=None)
@given(st.lists(moments, min_size=1), st.booleans())
def test_numeric_reads_back(moments, day_first):
    form = "%d/%m/%Y %H:%M:%S.%f" if day_first else "%m/%d/%Y %H:%M:%S.%f"
    found = parse(*(moment.strftime(form) for moment in moments), day_first=day_first)
    assert found == [moment.replace(tzinfo=UTC) for moment in moments]


@settings(deadline=None)
@given(st.lists(st.text(max_size=40)))
def test_nothing_breaks_it(values):
    assert len(parse(*[v.encode("utf-8", "ignore").decode() for v in values], day_first=True)) == len(values)
