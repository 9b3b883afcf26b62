"""A page of two charts and two headings: each part of it, touched, is the one that is named."""

import json

import altair as alt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.reports.charts import chart_figure
from workbench.reports.page_parts import changed_parts, page_parts
from workbench.runs.manifest import with_manifest


def drawn(title: str, values: list[float], number: int) -> str:
    rows = pd.DataFrame({"week": [f"2026-W{40 + i}" for i in range(len(values))], "mood": values})
    chart = alt.Chart(rows, title=title).mark_line().encode(x="week:N", y="mood:Q")
    return chart_figure(json.loads(chart.to_json()), number)


@pytest.fixture(scope="module")
def page() -> str:
    charts = drawn("Mood", [0.25, 0.5, 0.75], 1) + drawn("Calm", [1.5, 2.5], 2)
    return (
        f"<html><head><style>p {{ color: blue }}</style></head><body><h1>The week</h1><p>Quiet.</p><h2>Charts</h2>"
        f"{charts}<h2>What to do</h2><p>Nothing.</p><script>draw()</script></body></html>"
    )


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('"mood":0.5', '"mood":0.9', ["chart 'Mood', data: row 2 changed"]),
        ('"mood":2.5', '"mood":0.1', ["chart 'Calm', data: row 2 changed"]),
        ('"type":"line"', '"type":"area"', ["chart 'Mood', drawing: changed"]),
        ("<path", "<path data-x='1'", ["chart 'Mood', picture: changed"]),
        ("Nothing.", "Everything!", ["the text under 'What to do': changed"]),
        ("Quiet.", "Loud.", ["the text at the head: changed"]),
        ("color: blue", "color: white", ["the style: changed"]),
        ("draw()", "hide()", ["the scripts: changed"]),
        ("<p>Quiet", "<p class='x'>Quiet", ["the marks at the head: changed"]),
        ("<p>Nothing", "<img src='x'><p>Nothing", ["the marks under 'What to do': changed"]),
        ("<p>Nothing", "<svg><text>Sold out</text></svg><p>Nothing", ["the other drawings: put in"]),
        ("<p>Quiet", "<!-- hi --><p>Quiet", []),
    ],
)  # fmt: skip
def test_the_part_that_was_touched_is_named(page, old, new, named):
    assert old in page
    assert changed_parts(page_parts(page), page_parts(page.replace(old, new, 1))) == named


def test_a_row_of_a_chart_taken_out_is_counted_off(page):
    row = '{"mood":0.5,"week":"2026-W41"},'
    assert row in page
    [told] = changed_parts(page_parts(page), page_parts(page.replace(row, "")))
    assert told == "chart 'Mood', data: 3 rows were made, 2 are there, from row 2 on others"


def test_a_chart_taken_out_leaves_the_others_as_they_are(page):
    parts = page_parts(page)
    without = page[: page.index("<figure")] + page[page.index("</figure>") + len("</figure>") :]
    named = [told for told in changed_parts(parts, page_parts(without)) if told.startswith("chart")]
    assert [told.endswith("taken out") and "'Mood'" in told for told in named] == [True] * 3


def test_a_heading_changed_is_named(page):
    named = changed_parts(page_parts(page), page_parts(page.replace("<h2>Charts", "<h2>Pictures")))
    assert "the text under 'Charts': taken out" in named
    assert "the text under 'Pictures': put in" in named


def test_the_manifest_is_no_part_of_the_page_it_stands_in(page):
    sealed = with_manifest(page, {"parts": page_parts(page)})
    assert changed_parts(page_parts(page), page_parts(sealed)) == []


@given(st.text(max_size=40))
def test_whatever_somebody_puts_into_a_chart_is_a_part_that_changed(page, junk):
    start = page.index('"datasets"')
    spoilt = page[:start] + junk + page[start + 1 :]
    named = changed_parts(page_parts(page), page_parts(spoilt))
    assert junk == '"' or any(told.startswith("chart 'Mood'") for told in named)
