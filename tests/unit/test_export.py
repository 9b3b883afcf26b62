import base64
import hashlib
import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from report_manifest import TILES, manifest, write_report
from report_notebook import REPORT, write_notebook

from workbench.errors import WorkbenchError
from workbench.figures.fragments import MARK
from workbench.figures.renderer import MIME_TYPE
from workbench.figures.tiles import Tile
from workbench.reports import chart_script
from workbench.reports.export import export_report
from workbench.reports.head import about, preliminary_because
from workbench.reports.neighbours import failed_beside
from workbench.reports.revision_rows import revision_rows
from workbench.runs.manifest import manifest_of, page_hash
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


@pytest.fixture
def recorded(tmp_path):
    """An executed notebook with tiles, a table, a chart and where it came from."""
    origin = {
        "made_at": "2026-11-23T09:12:00+00:00", "tables": {"posts": 12}, "schema_version": 1, "models": [],
        "parameters": {"week": "2026-W47", "brand": "Acme"}, "commit": "0123", "package": "1", "python": "3.11",
        "lock": None, "settings": None,
    }  # fmt: skip
    spec = {
        "mark": "bar", "data": {"values": [{"brand": "Acme", "posts": 1204.5}]},
        "encoding": {"x": {"field": "posts", "type": "quantitative"}},
    }  # fmt: skip
    cells = [
        new_markdown_cell("# Weekly satisfaction\n\nIs it still felt?"),
        code(scrap("tiles", TILES), scrap("provenance", origin), display({MIME_TYPE: spec})),
    ]
    executed = tmp_path / "run.ipynb"
    nbformat.write(new_notebook(cells=cells), executed)
    return executed


def scrap(name, value):
    """A recorded value, as scrapbook writes it."""
    kept = {
        "application/scrapbook.scrap.json+json": {
            "name": name,
            "data": value,
            "encoder": "json",
            "version": 1,
        }
    }
    return new_output("display_data", data=kept, metadata={"scrapbook": {"name": name, "data": True}})


def published(recorded, name, locale=None, **given):
    file = recorded.parent / "reports" / f"{name}.html"
    html = export_report(recorded, file, manifest(name, **given), locale).read_text(encoding="utf-8")
    return html, BeautifulSoup(html, "html.parser")


def test_the_manifest_is_the_last_script_and_vouches_for_the_page(recorded):
    html, page = published(recorded, "kpi/weekly/2026-W47")
    assert page("script")[-1]["id"] == "manifest"
    assert page("script")[-1].find_next() is None
    kept = manifest_of(html)
    assert kept["page"] == page_hash(html)
    assert kept["page"] != page_hash(html.replace("41\xa0%", "14\xa0%"))
    assert any(each["where"] == "tile 'Mentions'" and "12,040" in each["text"] for each in kept["displayed"])


def test_the_head_says_what_it_is_about_and_leads_to_all_reports(recorded):
    _, page = published(recorded, "kpi/weekly/2026-W47", owner="Insights", vintage="final")
    about = {d.dt.text: d.dd.text for d in page.select(".parameters > div")}
    assert about == {
        "Week": "November 16\u2009–\u200922, 2026 2026-W47",
        "Brand": "Acme",
        "Data": "Final",
        "Made": "2026-11-23 09:12 UTC",
        "Owner": "Insights",
    }
    assert page.select_one(".trail a")["href"] == "../../index.html"
    assert page.select_one(".preliminary") is None
    assert page.select_one(".revisions") is None


def test_complete_data_make_no_figure_final_before_its_time():
    order = {"vintage": "final", "reasons": []}
    waiting = [Tile("A", 1, vintage="preliminary"), Tile("B", 1, vintage="final")]
    assert dict(about({"order": order}, None, waiting))["Data"] == "Complete"
    assert preliminary_because(order, waiting)
    assert preliminary_because(order, waiting[1:]) == []
    late = {"vintage": "final", "reasons": ["Mastodon is late"]}
    assert dict(about({"order": late}, None, waiting[1:]))["Data"] == "Waited for no longer: Mastodon is late"


def test_several_owners_stand_in_their_tiles_and_not_at_the_head(recorded):
    _, page = published(recorded, "kpi/weekly/2026-W47")
    assert "Head of care" in page.select_one(".parameters").text, "the only owner of all tiles"
    two = [Tile("A", 1, owner="Care"), Tile("B", 1, owner="Sales")]
    assert "Owner" not in dict(about({}, None, two))


def test_a_preliminary_report_says_so_at_the_head_and_why(recorded):
    _, page = published(
        recorded, "kpi/weekly/2026-W47", vintage="preliminary", reasons=["Mastodon is late", "<b>"]
    )
    mark = page.select_one(".head .preliminary")
    assert mark.strong.text == "Preliminary."
    assert [item.text for item in mark("li")] == ["Mastodon is late", "<b>"]


def test_a_final_report_shows_what_it_changed_of_the_preliminary_one(recorded):
    earlier = manifest(
        "kpi/weekly/2026-W47", tables={"posts": 11}, tiles=[{**TILES[0], "value": 0.38, "posts": 1100}]
    )
    later = manifest("kpi/weekly/2026-W47", tiles=TILES[:1])
    rows = revision_rows(earlier, later)
    _, page = published(recorded, "kpi/weekly/2026-W47", revisions=rows)
    section = page.select_one("section.revisions")
    assert [cell.text for cell in section("th", scope="row") + section("td")] == [
        "Unhappy mentions", "38\xa0% (34–48\xa0%)", "41\xa0% (34–48\xa0%)",
        "posts 1,100 → 1,204; later data in posts",
    ]  # fmt: skip
    assert section.h2.text in [a.text for a in page.select(".contents a")]


def test_nothing_changed_is_nothing_to_show_and_what_came_and_went_is():
    one = manifest("kpi/weekly/2026-W47")
    assert revision_rows(one, one) == []
    gone = revision_rows(one, {**one, "tiles": TILES[:2], "code": {"commit": "ab"}})
    assert [(row["figure"], row["is"], row["why"]) for row in gone] == [
        ("Net sentiment", "not shown", "other code")
    ]


def test_a_page_of_a_segment_links_the_others_that_are_there(recorded):
    reports = recorded.parent / "reports"
    for name in ("2026-W47", "2026-W47/Bolt & Co"):
        write_report(reports, f"kpi/weekly/{name}")
    write_report(reports, "kpi/weekly/2026-W47/Bolt & Co/by-hand")  # of a person
    (reports / "kpi/weekly/2026-W47/Crux.html").write_text('<meta name="report-failed">', encoding="utf-8")
    _, page = published(recorded, "kpi/weekly/2026-W47/Acme")
    links = {a.text: a["href"] for a in page.select(".segments a")}
    assert links == {
        "All": "../2026-W47.html",
        "Bolt & Co": "Bolt%20%26%20Co.html",
        "List of this period": "../../../index.html#kpi/weekly/2026-W47",
    }


def test_segments_of_two_columns_are_named_as_people_call_them(recorded):
    reports = recorded.parent / "reports"
    for name in ("2026-W47", "2026-W47/AT~26T/EU", "2026-W47/Bolt/EU", "2026-W47/Bolt/São_Paulo"):
        write_report(reports, f"kpi/weekly/{name}")
    _, page = published(recorded, "kpi/weekly/2026-W47/Bolt/EU")
    links = {a.text: a["href"] for a in page.select(".segments a")}
    links.pop("List of this period")
    assert links == {
        "All": "../../2026-W47.html",
        "AT&T, EU": "../AT~26T/EU.html",
        "Bolt, São Paulo": "S%C3%A3o_Paulo.html",
    }


@pytest.mark.parametrize("segments", ["Acme/EU", "Acme/EU/5G"])
def test_a_page_made_again_elsewhere_looks_for_nothing_beside_it(recorded, segments, monkeypatch):
    monkeypatch.setattr(Path, "rglob", lambda *_: pytest.fail("it went through other folders"))
    file = recorded.parent / "again" / "page.html"
    order = manifest(f"kpi/weekly/2026-W47/{segments}")
    assert export_report(recorded, file, order).is_file()


@pytest.mark.parametrize(
    ("given", "words"), [({}, "not signed"), ({"key_id": "3fd2<a9"}, "the key 3fd2<a9;")]
)
def test_the_origin_says_whether_it_is_signed(recorded, given, words):
    _, page = published(recorded, "kpi/weekly/2026-W47", **given)
    assert words in page.select_one("section.origin").text


def test_numbers_and_dates_are_the_readers_and_words_stay_english(recorded):
    html, page = published(recorded, "kpi/weekly/2026-W47", locale="de")
    assert page.html["lang"] == "en"
    value = page.select_one(".tile strong")
    assert (page.select(".tile strong")[1].text, value["lang"]) == ("12.040", "de")
    week = page.select_one(".parameters dd span")
    assert (week.text, week["lang"]) == ("16.–22. November 2026", "de")
    assert page.select_one("details td").text == "1.204,5"
    assert '"decimal": ","' in page.find(id="locales").string
    assert manifest_of(html)["page"] == page_hash(html)


def test_in_english_charts_are_told_nothing(recorded):
    _, page = published(recorded, "kpi/weekly/2026-W47")
    assert page.find(id="locales") is None
    assert "lang=" not in str(page.main)


def test_a_report_takes_away_the_page_that_said_it_failed(recorded):
    report = recorded.parent / "reports" / "kpi" / "weekly" / "2026-W47.html"
    report.parent.mkdir(parents=True)
    failed_beside(report).write_text("failed", encoding="utf-8")
    published(recorded, "kpi/weekly/2026-W47")
    assert [file.name for file in report.parent.iterdir()] == ["2026-W47.html"]


def test_the_program_of_charts_is_made_once_and_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(chart_script, "user_cache_path", lambda name: tmp_path / name)
    made = []
    monkeypatch.setattr(
        chart_script.vl_convert, "javascript_bundle", lambda *a, **k: made.append(a) or "</script>x"
    )
    chart_script.chart_script.cache_clear()
    try:
        assert chart_script.chart_script() == "<\\/script>x"
        chart_script.chart_script.cache_clear()
        assert chart_script.chart_script() == "<\\/script>x"
    finally:
        chart_script.chart_script.cache_clear()
    assert len(made) == 1
    assert [file.suffix for file in (tmp_path / "workbench").iterdir()] == [".js"]


def test_where_nothing_can_be_kept_the_program_is_made_all_the_same(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr(chart_script, "user_cache_path", lambda name: tmp_path / "file" / name)
    monkeypatch.setattr(chart_script.vl_convert, "javascript_bundle", lambda *a, **k: "x")
    chart_script.chart_script.cache_clear()
    try:
        assert chart_script.chart_script() == "x"
    finally:
        chart_script.chart_script.cache_clear()
