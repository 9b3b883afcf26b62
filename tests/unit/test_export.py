import base64
import hashlib
import re

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from report_notebook import REPORT, write_notebook

from workbench.errors import WorkbenchError
from workbench.figures.fragments import MARK
from workbench.figures.renderer import MIME_TYPE
from workbench.reports.export import export_report
from workbench.runs.notebook import run_notebook


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    executed = run_notebook(
        write_notebook(folder / "weekly.ipynb", *REPORT), folder / "run.ipynb", {}, None, False
    )
    return export_report(executed, folder / "reports" / "weekly.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(report):
    return BeautifulSoup(report, "html.parser")


def export(tmp_path, *cells):
    """The page of a notebook of these cells."""
    executed = tmp_path / "run.ipynb"
    nbformat.write(new_notebook(cells=list(cells)), executed)
    return BeautifulSoup(
        export_report(executed, tmp_path / "out.html").read_text(encoding="utf-8"), "html.parser"
    )


def code(*outputs, count=1):
    return new_code_cell("1", execution_count=count, outputs=list(outputs))


def display(data, **metadata):
    return new_output("display_data", data=data, metadata=metadata)


def test_nothing_comes_from_outside(page):
    addresses = [
        tag.get(name) for tag in page() for name in ("src", "href", "action", "data") if tag.get(name)
    ]
    assert all(address.startswith(("#", "data:")) for address in addresses)
    assert page.find("link") is None
    assert "url(" not in page.style.string.replace("url(#", "")


def test_the_policy_admits_the_pages_own_scripts_and_style_only(page):
    policy = page.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    own = [tag.string for tag in page("script") if not tag.get("type")] + [page.style.string]
    hashes = {f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}" for text in own}
    assert set(re.findall(r"'(sha256-[^']+)'", policy)) == hashes
    assert len(own) == 3, "the Vega bundle is inlined once"


def test_headings_are_in_order_and_contents_lead_to_them(page):
    assert page.html["lang"] == "en"
    assert [h.text for h in page("h1")] == ["Weekly satisfaction of Acme"]
    assert page.select_one(".question").text.startswith("Is the outage")
    wanted = ["At a glance", "Data", "Figure", "Finding", "How to read this", "Where this came from"]
    assert [h.text for h in page("h2")] == wanted, "'Measure' heads nothing that is for readers"
    links = page.select(".contents a")
    assert [a.text for a in links] == wanted
    assert all(page.find(id=a["href"][1:]).name == "h2" for a in links)


def test_code_printed_text_and_what_may_not_be_quoted_stay_out(report):
    for secret in ("enable_renderer", "printed text stays out", "secret", "ab12cd34ef56"):
        assert secret not in report


def test_tiles_stand_at_the_head_and_only_there(page):
    assert len(page.select(".tiles")) == 1
    assert [t.text for t in page.select(".glance .tile-label")][:2] == [
        "Net sentiment",
        "Answered within 1 h",
    ]


def test_every_chart_has_a_picture_a_name_and_its_data(page):
    charts = page.select("figure.chart")
    assert len(charts) == 6
    for chart in charts:
        assert chart.select_one(".still svg")
        assert len(chart.select_one("[role=img]")["aria-label"]) > 40
        assert chart.select_one("details table caption").text
        assert chart.select("details th[scope=row]")


def test_pictures_do_not_share_names_and_follow_the_screen(report, page):
    names = [tag["id"] for tag in page(id=True)]
    assert len(names) == len(set(names))
    pictures = "".join(map(str, page.select(".still svg")))
    assert not re.findall(r'(?:fill|stroke)="#', pictures), "a colour that does not turn dark"
    assert "var(--chart-1f5fb0)" in pictures


def test_origin_says_how_to_make_it_again(page):
    origin = " ".join(page.select_one("section.origin").text.split())
    for words in (
        "posts version 12",
        "tfidf 2026-11-01",
        "week = 2026-W47",
        "0123456789ab",
        "2026-11-23 09:12 UTC",
    ):
        assert words in origin


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (
            code(new_output("error", ename="ValueError", evalue="text of a post", traceback=[])),
            "failed with ValueError",
        ),
        (code(count=None), "was not executed"),
    ],
)
def test_a_notebook_that_did_not_run_to_its_end_is_refused(tmp_path, cell, message):
    with pytest.raises(WorkbenchError, match=rf"cell 2 \(under 'Measure'\) {message}") as caught:
        export(tmp_path, new_markdown_cell("## Measure"), cell)
    assert "text of a post" not in str(caught.value)
    assert not (tmp_path / "out.html").exists()
    assert len(list(tmp_path.iterdir())) == 1, "no part of a file is left"


def test_markup_of_others_is_cleaned(tmp_path):
    dirty = '<img src="https://example.org/x.png"><b onclick="a()">bold</b><script>alert(1)</script><style>p{}</style>'
    page = export(
        tmp_path,
        new_markdown_cell(f"# T\n\nQ?\n\n{dirty}"),
        code(display({"text/html": f"<table><tr><td>{dirty}</td></tr></table>"})),
    )
    text = str(page.select_one(".text"))
    assert text.count("<b>bold</b>") == 2
    assert not any(word in text for word in ("example.org", "onclick", "alert", "<style"))


def test_a_frame_of_pandas_is_a_table_with_scopes(page):
    frame = page.select_one("table.dataframe")
    assert [(th.text, th["scope"]) for th in frame.select("thead th")] == [("brand", "col"), ("posts", "col")]
    assert frame.select_one("tbody th")["scope"] == "row"


def test_a_strange_chart_still_has_a_table_and_cannot_break_out(tmp_path):
    spec = {
        "mark": "bar",
        "data": {"values": [{"brand": "</script><b>", "posts": 3}]},
        "encoding": {"x": {"field": "posts", "type": "quantitative"}},
    }
    page = export(tmp_path, code(display({MIME_TYPE: spec, "image/svg+xml": "<svg/>"})))
    assert page.select_one("figure.chart tbody").text == "</script><b>3"
    assert page.select_one("figure b") is None


def test_pictures_keep_their_description(tmp_path):
    pixel = base64.b64encode(b"png").decode()
    page = export(tmp_path, code(display({"image/png": pixel, "text/plain": 'a "map"'})))
    assert page.img["alt"] == 'a "map"'


def test_without_records_there_are_neither_tiles_nor_scripts(tmp_path):
    page = export(
        tmp_path,
        new_markdown_cell("Text only"),
        code(display({"text/html": "<p>ours</p>"}, **{"text/html": {MARK: "table"}})),
    )
    assert page.h1.text == "run.ipynb"
    assert page.find("script") is None
    assert "script-src 'none'" in str(page.meta.find_next("meta"))
    assert page.select_one(".glance") is None
