import json
import os
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from report_manifest import write_report

from workbench.reports import index
from workbench.reports.entries import read_entry
from workbench.reports.failure import write_failure
from workbench.reports.index import write_index
from workbench.runs.manifest import manifest_of, with_manifest
from workbench.runs.order import Order
from workbench.settings import Settings


def listed(folder, locale=None):
    return BeautifulSoup(write_index(folder, locale).read_text(encoding="utf-8"), "html.parser")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "reports"
    for week in ("2026-W45", "2026-W47", "2026-W46"):
        write_report(folder, f"kpi/weekly/{week}", vintage="preliminary" if week == "2026-W47" else "final")
    for brand in ("Halvora", "Ärger & Söhne", "Bolt Mobile"):
        write_report(folder, f"kpi/weekly/2026-W46/{brand}", title=f"Weekly satisfaction of {brand}")
    write_report(folder, "benchmarks/rivals/2026-Q3", title="Where we stand")
    return folder


def test_topics_and_periods_the_newest_first(folder):
    page = listed(folder)
    assert [h.text for h in page("h2")] == ["Rivals", "Weekly"]
    weekly = page("section")[1]
    rows = [row["id"] for row in weekly.select(".row")]
    assert rows == [f"kpi/weekly/2026-W{week}" for week in (47, 46, 45)]
    newest = weekly.select_one(".newest")
    assert newest.h3.a["href"] == "kpi/weekly/2026-W47.html"
    assert [dt.text for dt in newest("dt")] == ["Unhappy mentions", "Mentions", "Net sentiment"]
    assert newest.dd.text.split() == ["41", "%", "(34–48", "%)"]
    assert newest.select_one(".mark").text == "Preliminary"
    assert not weekly.select(".rows .mark")


def test_whose_figures_they_are_is_shown_and_found(tmp_path):
    write_report(tmp_path, "kpi/weekly/2026-W45", noted={"brand": "Halvora"})
    row = listed(tmp_path).select_one(".newest")
    assert "Halvora" in [label.text for label in row.select(".label")]
    assert "Halvora" in row["data-find"]


def test_segments_of_a_period_are_folded_together_and_links_lead_to_files(folder):
    page = listed(folder)
    segments = page.select_one('[id="kpi/weekly/2026-W46"] details')
    assert segments.summary.text.startswith("3 segments")
    assert [a.contents[0] for a in segments("a")] == ["Ärger & Söhne", "Bolt Mobile", "Halvora"]
    links = [a["href"] for a in page("a") if not a["href"].startswith("#")]
    assert len(links) == len(set(links)) == 7
    assert all((folder / unquote(link)).is_file() for link in links)


def test_nothing_comes_from_outside_and_the_policy_admits_its_own_script(folder):
    page = listed(folder)
    policy = page.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert not page(["img", "link", "iframe"])
    assert page.html["lang"] == "en"
    assert page.select_one(".search").has_attr("hidden"), (
        "without a script there is no search box that does nothing"
    )


def test_old_periods_are_folded_together(tmp_path):
    for week in range(10, 30):
        write_report(tmp_path, f"kpi/weekly/2026-W{week}")
    page = listed(tmp_path)
    assert len(page.select(".row")) == 20
    assert page.select_one(".older summary").text.startswith("8 older")
    assert page.select_one(".older .row")["id"][-3:] == "W17"


def test_a_failed_page_is_marked_and_does_not_take_the_newest_place(folder):
    order = Order(folder / "weekly.ipynb", "kpi/weekly/2026-W48")
    write_failure(order, folder.parent, "cell 3 failed", Settings(folder=folder))
    again = Order(folder / "weekly.ipynb", "kpi/weekly/2026-W47")
    write_failure(again, folder.parent, "cell 3 failed", Settings(folder=folder))
    weekly = listed(folder)("section")[1]
    assert weekly.select_one(".failed .row")["id"] == "kpi/weekly/2026-W48"
    assert weekly.select_one(".failed .mark").text == "No report: it failed"
    links = [a["href"] for a in weekly.select(".newest article > h3 a")]
    assert set(links) == {"kpi/weekly/2026-W47.html", "kpi/weekly/2026-W47.failed.html"}


def test_a_report_with_a_preliminary_figure_is_marked_so(tmp_path):
    write_report(
        tmp_path, "kpi/weekly/2026-W47", tiles=[{"label": "Mentions", "value": 3.0, "vintage": "preliminary"}]
    )
    assert listed(tmp_path).select_one(".mark").text == "Preliminary"


def test_without_reports_it_says_how_to_make_one(tmp_path):
    page = listed(tmp_path / "reports")
    assert "There are no reports yet" in page.main.text
    assert page.find(id="search") is None


def test_pages_without_a_manifest_or_with_a_broken_one_are_listed_by_their_path(tmp_path):
    (tmp_path / "plain.html").write_text("<title>A &amp; B</title>", encoding="utf-8")
    broken = tmp_path / "kpi" / "weekly" / "2026-W01.html"
    broken.parent.mkdir(parents=True)
    broken.write_text(
        '<title>Cut</title><script type="application/json" id="manifest">{"title": "W', encoding="utf-8"
    )
    page = listed(tmp_path)
    assert {a.text for a in page.select("h3 a")} == {"A & B", "Cut"}


def test_what_a_manifest_says_cannot_break_out(tmp_path):
    write_report(tmp_path, "kpi/weekly/2026-W47", title='<script>alert(1)</script>"', question="</style>")
    page = listed(tmp_path)
    assert page.select_one("h3 a").text == '<script>alert(1)</script>"'
    assert len(page("script")) == 1


def test_a_long_manifest_is_found_whole(tmp_path):
    write_report(tmp_path, "kpi/weekly/2026-W47", title="Long", code={"patch": "ü" * 700_000})
    assert listed(tmp_path).select_one("h3 a").text == "Long"


def test_pages_are_read_again_only_when_they_changed(folder, monkeypatch):
    write_index(folder)
    read = []
    monkeypatch.setattr(
        index, "read_entry", lambda file, root: read.append(file.name) or read_entry(file, root)
    )
    write_index(folder)
    assert read == []
    changed = folder / "kpi/weekly/2026-W45.html"
    changed.write_text(changed.read_text().replace("Weekly satisfaction", "Another title"), encoding="utf-8")
    os.utime(changed, (1, 1))
    page = listed(folder)
    assert read == ["2026-W45.html"]
    assert "Another title" in page.text
    changed.unlink()
    assert "Another title" not in listed(folder).text


@pytest.mark.parametrize("kept", ["", "{", "[]", json.dumps({"form": 0, "pages": {}})])
def test_a_list_of_what_was_read_that_is_of_no_use_is_made_anew(folder, kept):
    whole = write_index(folder).read_text(encoding="utf-8")
    (folder / index.KEPT).write_text(kept, encoding="utf-8")
    assert write_index(folder).read_text(encoding="utf-8") == whole


def test_dates_are_the_readers_and_say_their_language(folder):
    page = listed(folder, "de")
    when = page("section")[1].select_one(".when span")
    assert (when.text, when["lang"]) == ("16.–22. November 2026", "de")
    assert "november 2026" in page.select_one('[id="kpi/weekly/2026-W47"]')["data-find"].lower()


def test_the_hash_of_a_page_does_not_matter_to_the_list(tmp_path):
    page = tmp_path / "kpi" / "weekly" / "2026-W47.html"
    page.parent.mkdir(parents=True)
    page.write_text(
        with_manifest("<body></body>", {"title": None, "tiles": None, "order": {}}), encoding="utf-8"
    )
    assert listed(tmp_path).select_one("h3 a").text == "2026-W47"


@pytest.mark.slow
def test_two_thousand_reports_are_listed_on_a_page_below_a_megabyte_and_a_half(tmp_path):
    for week in range(1, 51):
        for year in range(2017, 2027):
            for topic in ("a", "b", "c", "d"):
                write_report(tmp_path, f"kpi/{topic}/{year}-W{week:02}", code={"patch": "x" * 20_000})
    page = write_index(tmp_path)
    assert page.stat().st_size < 1_500_000
    assert "2,000 reports" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "edited",
    [
        {"made_at": "20 Nov 2026"}, {"made_at": 3}, {"tiles": ["a"]}, {"tiles": [{"label": "Mood", "value": "high"}]},
        {"order": []}, {"order": {"segment": []}}, {"title": {"a": 1}},
    ],
)  # fmt: skip
def test_a_page_whose_manifest_somebody_has_edited_is_listed_by_its_path_and_stops_nothing(tmp_path, edited):
    write_report(tmp_path, "kpi/weekly/2026-W46")
    file = write_report(tmp_path, "kpi/weekly/2026-W47")
    html = file.read_text(encoding="utf-8")
    manifest = manifest_of(html)
    assert manifest is not None
    file.write_text(with_manifest(html, {**manifest, **edited}), encoding="utf-8")
    listed = write_index(tmp_path).read_text(encoding="utf-8")
    assert "kpi/weekly/2026-W47.html" in listed
    assert "kpi/weekly/2026-W46.html" in listed
