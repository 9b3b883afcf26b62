import datetime as dt

import pytest

from workbench.errors import WorkbenchError
from workbench.figures.locale import (
    chart_locales,
    format_days,
    format_moment,
    in_locale,
    language_mark,
    locale_name,
    period_words,
    use_locale,
)
from workbench.figures.numbers import (
    axis_expression,
    format_change,
    format_change_interval,
    format_count,
    format_interval,
    format_value,
)
from workbench.figures.renderer import picture
from workbench.figures.tables import phrases_table
from workbench.figures.tile_list import tile_texts, tiles_markup
from workbench.figures.tiles import Tile
from workbench.settings import parse_settings


@pytest.mark.parametrize(
    ("locale", "share", "interval", "number", "negative"),
    [
        ("en", "4.2\xa0%", "4.2–48\xa0%", "1,204,331.5", "−0.25"),
        ("en_GB", "4.2\xa0%", "4.2–48\xa0%", "1,204,331.5", "−0.25"),
        ("de", "4,2\xa0%", "4,2–48\xa0%", "1.204.331,5", "−0,25"),
        ("de_CH", "4.2%", "4.2–48%", "1’204’331.5", "−0.25"),
        ("fr", "4,2\xa0%", "4,2–48\xa0%", "1\u202f204\u202f331,5", "−0,25"),
        ("tr", "%4,2", "%4,2–48", "1.204.331,5", "−0,25"),
        ("en_IN", "4.2\xa0%", "4.2–48\xa0%", "12,04,331.5", "−0.25"),
    ],
)
def test_numbers_are_written_as_the_reader_writes_them(locale, share, interval, number, negative):
    with in_locale(locale):
        assert format_value(0.042, "share") == share
        assert format_interval(0.042, 0.48, "share") == interval
        assert format_value(1204331.5) == number
        assert format_value(-0.25, "−1 to 1") == negative


def test_differences_keep_their_sign():
    with in_locale("de"):
        assert format_change(0.042, "share") == "+4,2\xa0points"
        assert format_change_interval(-0.015, 0.04, "share") == "−1,5 to +4,0\xa0points"
        assert format_change(-0.00001, "−1 to 1") == "0,00"


def test_numbers_keep_the_digits_they_had():
    for value in (0.125, 2.5, 1e15, 0.1 + 0.2, 123456789.005):
        with in_locale("de"):
            written = format_value(value)
        assert written.translate(str.maketrans(",.", ".,")) == format_value(value)


def test_english_is_the_default_and_a_block_leaves_it():
    assert locale_name() == "en"
    with in_locale("fr"), in_locale(None):
        assert locale_name() == "fr"
    assert format_count(1204) == "1,204"


def test_a_process_keeps_its_locale():
    use_locale("de-DE")
    try:
        assert format_count(1204) == "1.204"
    finally:
        use_locale("en")


@pytest.mark.parametrize("name", ["xx", "deutsch", "", "d e"])
def test_an_unknown_locale_is_named(name):
    with pytest.raises(WorkbenchError, match="is no locale"):
        use_locale(name)


def test_the_setting_is_checked_and_the_nearest_locale_named(tmp_path):
    assert parse_settings({"locale": "pt-BR"}, tmp_path).locale == "pt_BR"
    with pytest.raises(WorkbenchError, match=r"'en_GBR' is no locale. Did you mean 'en_GB'\?"):
        parse_settings({"locale": "en_GBR"}, tmp_path)


@pytest.mark.parametrize(
    ("locale", "label", "words"),
    [
        ("de", "2026-W42", "12.–18. Oktober 2026"),
        ("de", "2026-W40", "28. September\u2009–\u20094. Oktober 2026"),
        ("en_GB", "2026-W53", "28 December 2026\u2009–\u20093 January 2027"),
        ("fr", "2026-02", "février 2026"),
        ("en", "2026-Q3", "Q3 2026"),
        ("de", "2026-10-05", "5. Oktober 2026"),
        ("en", "2025-W53", "2025-W53"),
        ("en", "Halvora", "Halvora"),
    ],
)
def test_periods_are_days_people_know(locale, label, words):
    with in_locale(locale):
        assert period_words(label) == words


def test_one_day_is_no_span():
    day = dt.date(2026, 10, 12)
    with in_locale("de"):
        assert format_days(day, day) == "12. Oktober 2026"


def test_moments():
    moment = dt.datetime(2026, 10, 4, 9, 2)
    assert format_moment(moment) == "2026-10-04 09:02"
    with in_locale("de"):
        assert format_moment(moment) == "4. Okt. 2026 09:02"


def test_charts_write_numbers_in_the_locale():
    assert chart_locales() == (None, None)
    spec = {
        "data": {"values": [{"x": 0.5, "y": 12000}]}, "mark": "point",
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "axis": {"labelExpr": axis_expression("share")}},
            "y": {"field": "y", "type": "quantitative"},
        },
    }  # fmt: skip
    assert ">12,000<" in picture(spec)
    with in_locale("de"):
        numbers, times = chart_locales()
        drawn = picture(spec)
    assert numbers["decimal"] == ","
    assert (times["days"][0], times["months"][2]) == ("Sonntag", "März")
    assert ">12.000<" in drawn


def test_axes_of_shares_have_the_sign_where_it_belongs():
    with in_locale("tr"):
        assert axis_expression("share") == "'%' + format(datum.value * 100, '.3~r') + ''"


def test_numbers_say_their_language_where_words_are_english():
    tile = Tile("Mentions", 12040, "mentions", kind="count")
    assert language_mark() == ""
    assert "lang=" not in tiles_markup([tile])
    with in_locale("de-CH"):
        assert '<strong lang="de-CH">12’040</strong>' in tiles_markup([tile])
        table = phrases_table(pd_frame()).data
    assert '<td class="number" lang="de-CH">1’412</td>' in table
    assert '<th scope="col" class="number">' in table, "heads are English words"


def pd_frame():
    import pandas as pd

    return pd.DataFrame({"phrase": ["no signal"], "posts": [1412]})


def test_a_tile_in_words():
    tile = Tile("Unhappy", 0.41, "share", 0.34, 0.48, change=0.03, compared_with="2026-W46", kind="estimate",
                labels=40, posts=1204)  # fmt: skip
    assert tile_texts(tile) == {
        "label": "Unhappy", "value": "41\xa0%", "interval": "(34–48\xa0%)",
        "change": "▲ +3.0\xa0points vs 2026-W46, change not judged", "target": "", "note": "",
        "status": "none",
        "trust": "Estimate corrected by 40 labels · 1,204 posts",
    }  # fmt: skip
