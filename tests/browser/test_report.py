"""The report in a real browser: offline, accessible, readable on a phone, in the dark and on paper."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import CHROMIUM
from playwright.sync_api import expect
from report_manifest import manifest
from report_notebook import REPORT, write_notebook

from workbench.figures.theme import PALETTE
from workbench.reports.export import export_report
from workbench.runs.notebook import run_notebook

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")]


MOST_BYTES = 1_500_000
FIRST_PAINT = 1000  # milliseconds


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    return run_notebook(
        write_notebook(folder / "weekly.ipynb", *REPORT), folder / "run.ipynb", {}, None, False
    )


@pytest.fixture(scope="module")
def report(executed):
    changed = [{"figure": "Mentions", "was": "11,980", "is": "12,040", "why": "posts 11,980 → 12,040"}]
    made_of = manifest(
        "kpi/weekly/2026-W47", vintage="preliminary", reasons=["Mastodon is late"], revisions=changed
    )
    return export_report(executed, executed.parent / "reports/kpi/weekly/2026-W47.html", made_of)


@pytest.fixture(scope="module")
def address(report):
    return report.as_uri()


def drawn(page):
    """The page once its six charts are live; its policy forbids to wait by evaluating an expression."""
    page.locator(".is-live .live svg").nth(5).wait_for()
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, scheme):
    page = drawn(visit(color_scheme=scheme))
    page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], v["impact"], v["nodes"][0]["html"][:120]) for v in violations] == []


@pytest.mark.parametrize("width", [360, 390, 820, 1280])
def test_no_width_needs_scrolling_sideways(visit, width):
    page = drawn(visit(viewport={"width": width, "height": 800}))
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_charts_fit_a_phone_and_are_drawn_anew_when_the_screen_turns_dark(visit):
    page = drawn(visit(viewport={"width": 390, "height": 800}, color_scheme="light"))
    assert page.locator(".live svg").first.bounding_box()["width"] <= 390
    light, dark = (page.locator(f".live svg [stroke='{color}']") for color in PALETTE["own"])
    expect(light).not_to_have_count(0)
    page.emulate_media(color_scheme="dark")
    expect(light).to_have_count(0)
    expect(dark).not_to_have_count(0)


def test_without_scripts_the_pictures_stay(visit):
    page = visit(java_script_enabled=False, color_scheme="dark")
    assert page.locator(".still svg").first.is_visible()
    assert not page.locator(".live").first.is_visible()


def test_paper_shows_pictures_in_light_colours(visit):
    page = drawn(visit(color_scheme="dark"))
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator(".still svg").first.is_visible()
    assert not page.locator(".live").first.is_visible()
    assert not page.locator("summary").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    color = "getComputedStyle(document.documentElement).getPropertyValue('--chart-1f5fb0').trim()"
    assert page.evaluate(color) == "#1f5fb0"


def test_the_keyboard_reaches_content_and_data(visit):
    page = drawn(visit())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details table").first.is_visible()


def test_a_pointer_reads_a_figure(visit):
    page = drawn(visit())
    page.locator(".live svg .mark-symbol path").first.hover(force=True)
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    assert "2026-W36" in tooltip.inner_text()


def test_it_paints_at_once_without_a_network_and_is_small(visit, report, capsys):
    """`visit` fails on any request, so none is made; the best of five, for other work goes on beside."""
    paints = []
    for _ in range(5):
        page = visit(offline=True)
        page.locator("h1").wait_for()
        found = page.evaluate(
            "performance.getEntriesByName('first-contentful-paint').map((p) => p.startTime)"
        )
        paints += found
    with capsys.disabled():
        print(f"\nfirst paint {min(paints):.0f} ms, {report.stat().st_size / 1e6:.2f} MB, no request")  # noqa: T201
    assert min(paints) < FIRST_PAINT
    assert report.stat().st_size < MOST_BYTES


def test_the_first_screen_of_a_laptop_shows_the_vintage_and_the_first_figures(visit):
    page = visit(viewport={"width": 1280, "height": 800})
    for place in (".preliminary", ".parameters", ".tile >> nth=3"):
        box = page.locator(place).bounding_box()
        assert box["y"] + box["height"] < 800, place


def test_on_paper_the_head_is_a_cover_of_its_own(visit):
    page = visit(viewport={"width": 680, "height": 1000})
    page.emulate_media(media="print")
    cover = page.locator(".head").bounding_box()
    millimetre = 96 / 25.4
    assert 245 * millimetre < cover["height"] < 262 * millimetre, "a page of A4 within its margins"
    assert page.evaluate("getComputedStyle(document.querySelector('.head')).breakAfter") == "page"
    assert not page.locator(".trail").is_visible()
    assert page.locator(".contents").is_visible()


def test_live_charts_write_numbers_as_the_reader_does(executed, browser):
    report = export_report(executed, executed.parent / "german.html", manifest("kpi/weekly/2026-W47"), "de")
    page = browser.new_page()
    faults = []
    page.on("console", lambda message: message.type == "error" and faults.append(message.text))
    page.goto(report.as_uri())
    drawn(page)
    axis = page.locator(".live svg").first.locator(".role-axis-label text").all_text_contents()
    page.close()
    assert faults == []
    assert any("," in text for text in axis)
    assert not any("." in text for text in axis)
