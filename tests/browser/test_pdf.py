"""A report as PDF, printed by the browser of the system: tagged, with an outline, one page a page."""

import re
import stat

import pytest
from chromium import CHROMIUM
from report_manifest import manifest
from report_notebook import REPORT, write_notebook

from workbench.errors import WorkbenchError
from workbench.reports import pdf
from workbench.reports.export import export_report
from workbench.reports.pdf import write_pdf
from workbench.runs.notebook import run_notebook


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_a_report_becomes_a_tagged_pdf_with_an_outline(tmp_path):
    executed = run_notebook(
        write_notebook(tmp_path / "weekly.ipynb", *REPORT), tmp_path / "run.ipynb", {}, None, False
    )
    report = export_report(executed, tmp_path / "reports" / "weekly.html", manifest("kpi/weekly/2026-W47"))
    printed = write_pdf(report)
    assert printed == report.with_suffix(".pdf")
    content = printed.read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in content
    assert b"/Marked true" in content
    tags = set(re.findall(rb"/S /(\w+)", content))
    assert {b"H1", b"H2", b"Table", b"TH", b"TD", b"Figure", b"P"} <= tags
    assert content.count(b"/Alt") == 6, "each chart is one figure with its description"
    titles = re.findall(rb"/Title \(([^)]*)\)", content)
    for heading in (b"Weekly satisfaction of Acme", b"At a glance", b"Where this came from"):
        assert heading in titles, "the outline leads to it"
    assert b"/Lang (en)" in content
    pages = len(re.findall(rb"/Type\s*/Page\b", content))
    assert 4 <= pages <= 8
    assert len(content) < 2_000_000
    assert {file.name for file in report.parent.iterdir()} == {"weekly.html", "weekly.pdf"}


def test_without_a_browser_it_says_which_one_is_wanted(tmp_path, monkeypatch):
    report = tmp_path / "weekly.html"
    report.write_text("<p>41</p>", encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(pdf, "_MAC", tmp_path / "none")
    with pytest.raises(WorkbenchError, match=r"neither is installed.*apt install chromium"):
        write_pdf(report)


def test_a_browser_that_prints_nothing_leaves_no_file(tmp_path, monkeypatch):
    report = tmp_path / "reports" / "weekly.html"
    report.parent.mkdir()
    report.write_text("<p>41</p>", encoding="utf-8")
    browser = tmp_path / "chromium"
    browser.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    browser.chmod(browser.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(WorkbenchError, match="printed nothing"):
        write_pdf(report)
    assert [file.name for file in report.parent.iterdir()] == ["weekly.html"]


def test_a_report_that_is_not_there(tmp_path):
    with pytest.raises(WorkbenchError, match="does not exist"):
        write_pdf(tmp_path / "none.html")
