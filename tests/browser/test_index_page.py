"""The list of all reports in a real browser: searched by keyboard, accessible, whole without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import CHROMIUM
from playwright.sync_api import expect
from report_manifest import write_report

from workbench.reports.failure import write_failure
from workbench.reports.index import write_index
from workbench.runs.order import Order
from workbench.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    reports = data / "reports"
    for week in range(20, 48):
        write_report(reports, f"kpi/weekly/2026-W{week}", vintage="preliminary" if week == 47 else "final")
    for brand in ("Halvora", "Brücke", "Bolt"):
        write_report(reports, f"kpi/weekly/2026-W46/{brand}", title=f"Weekly satisfaction of {brand}")
    write_report(reports, "benchmarks/rivals/2026-Q3", title="Where we stand among rivals")
    failed = Order(data / "weekly.ipynb", "kpi/weekly/2026-W48")
    write_failure(failed, data, "cell 9 failed", Settings(folder=data))
    return write_index(reports).as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, scheme):
    page = visit(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], v["impact"], v["nodes"][0]["html"][:120]) for v in violations] == []


@pytest.mark.parametrize("width", [360, 390, 820, 1280])
def test_no_width_needs_scrolling_sideways(visit, width):
    page = visit(viewport={"width": width, "height": 800})
    page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == width


def shown(page):
    return [row.get_attribute("id") for row in page.locator(".row:visible").all()]


def test_the_keyboard_finds_a_report(visit):
    page = visit()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("rivals stand")
    expect(page.locator("#found")).to_have_text("1 of 33 reports")
    assert shown(page) == ["benchmarks/rivals/2026-Q3"]
    expect(page.locator("h2:visible")).to_have_text(["Rivals"])
    page.keyboard.press("Enter")
    assert shown(page) == ["benchmarks/rivals/2026-Q3"]
    page.keyboard.press("Escape")
    expect(page.locator("#found")).to_have_text("33 reports")
    assert len(shown(page)) > 10


@pytest.mark.parametrize(
    ("words", "rows", "links"),
    [
        ("brucke", ["kpi/weekly/2026-W46"], ["Brücke"]),  # without accents, and within what is folded
        ("weekly w20", ["kpi/weekly/2026-W20"], []),  # within the older ones
        ("may 2026 weekly", [f"kpi/weekly/2026-W{week}" for week in (22, 21, 20)], []),
        ("failed", ["kpi/weekly/2026-W48"], []),
        ("preliminary", ["kpi/weekly/2026-W47"], []),
    ],
)
def test_words_are_found_where_they_are_folded_away(visit, words, rows, links):
    page = visit()
    page.fill("#search", words)
    assert shown(page) == rows
    visible = page.locator(".segments a:visible").all()
    assert [link.inner_text().partition(",")[0].strip() for link in visible] == links


def test_words_that_no_report_has(visit):
    page = visit()
    page.fill("#search", "zebra")
    assert page.locator("#nothing").is_visible()
    assert shown(page) == []
    page.fill("#search", "")
    assert not page.locator("#nothing").is_visible()
    assert not page.locator(".older[open]").count(), "what was folded is folded again"


def test_a_link_leads_to_the_report(browser, address):
    page = browser.new_page()
    page.goto(address)
    page.get_by_role("link", name="Weekly satisfaction").first.click()
    assert page.url.endswith("/kpi/weekly/2026-W47.html")
    page.close()


def test_without_scripts_the_list_is_whole(visit):
    page = visit(java_script_enabled=False)
    assert not page.locator("#search").is_visible()
    assert page.locator("li.row, .newest").count() == 30
    page.locator(".older summary").click()
    assert page.locator(".older a").first.is_visible()


def test_paper_shows_what_is_folded(visit):
    page = visit()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".older .row").last.is_visible()
    assert not page.locator("#search").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_of_a_failure_has_no_findings_and_fits(browser, address, scheme, width):
    failed = address.replace("index.html", "kpi/weekly/2026-W48.html")
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    page = context.new_page()
    faults = []
    page.on("request", lambda request: request.url == failed or faults.append(request.url))
    page.on("console", lambda message: faults.append(message.text))
    page.goto(failed)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in violations] == []
    assert faults == []
    page.get_by_role("link", name="Weekly satisfaction").click()
    assert page.url.endswith("/kpi/weekly/2026-W47.html")
    context.close()


def test_an_empty_list_is_accessible_too(browser, tmp_path):
    page = browser.new_page()
    page.goto(write_index(tmp_path / "reports").as_uri())
    violations = Axe().run(page).response["violations"]
    page.close()
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in violations] == []
