"""The report of an audit: one page on paper, accessible, readable on a phone and in the dark."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import CHROMIUM
from vendor_exports import export_rows, write_export, write_truth

from workbench.audit.answers import take_file
from workbench.audit.begin import begin
from workbench.audit.report import make_report
from workbench.audit.world import SAMPLE, TASK
from workbench.labels.drawn import recorded
from workbench.labels.tasks import load_task, tasks_folder
from workbench.settings import load_settings
from workbench.store.schema import open_lake

BRANDS = {"Acme": 90, "Bolt Mobile": 80, "Crux": 70, "Delta Networks": 60, "Ember": 60, "Fjord & Sons": 50, "Gale": 50,
          "Harbour <1>": 50}  # fmt: skip

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Report of an audit of eight brands, with labels still missing: the longest there may be on a page."""
    folder = tmp_path_factory.mktemp("audit")
    (folder / "workbench.toml").write_text("", encoding="utf-8")
    rows = export_rows(BRANDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_SETTINGS", str(folder / "workbench.toml"))
        settings = load_settings()
        world = begin(settings, write_export(folder / "q3.csv", rows), labels=240)
        lake = open_lake(world.settings)
        truth = write_truth(folder / "truth.csv", rows.sample(frac=0.8, random_state=0))
        drawn, task = recorded(lake, SAMPLE), load_task(TASK, tasks_folder(settings))
        take_file(truth, lake, world, drawn, task)
        yield make_report(settings, world).as_uri()


def test_it_fits_one_page(visit):
    printed = visit().pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1


def test_the_verdict_stands_first(visit):
    page = visit()
    assert page.locator("h1").inner_text().startswith("Preliminary: the vendor is right about")
    assert (
        page.locator(".wb-finding").first.bounding_box()["y"]
        < page.locator("table").first.bounding_box()["y"]
    )


def test_on_paper_the_drawings_are_seen(visit):
    page = visit()
    page.emulate_media(media="print")
    assert page.locator("table .bar").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, scheme):
    violations = Axe().run(visit(color_scheme=scheme)).response["violations"]
    assert [(v["id"], v["impact"], v["nodes"][0]["html"][:120]) for v in violations] == []


@pytest.mark.parametrize("width", [360, 820, 1280])
def test_no_width_needs_scrolling_sideways(visit, width):
    page = visit(viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_vendor_and_the_people_are_told_apart_by_shape_and_colour(visit):
    page = visit()
    fill = "getComputedStyle(document.querySelector('{}')).fill"
    vendor, people = (page.evaluate(fill.format(f".bar {mark}")) for mark in (".said", "circle"))
    assert vendor != people
