import email
import re
from email import policy

import pytest
from bs4 import BeautifulSoup
from report_manifest import write_report

from workbench.errors import WorkbenchError
from workbench.reports.email_summary import summary_email, write_email
from workbench.settings import Settings, parse_settings


@pytest.fixture
def report(tmp_path):
    return write_report(
        tmp_path / "reports", "kpi/weekly/2026-W47", vintage="preliminary", reasons=["Mastodon is late"],
        findings=["Unhappy mentions rose."], revisions=[{"figure": "Mentions", "was": "1", "is": "2", "why": "posts"}],
    )  # fmt: skip


@pytest.fixture
def settings(tmp_path):
    return Settings(folder=tmp_path, reports_address="https://intranet.example.org/reports/")


def html_of(message):
    return BeautifulSoup(message.get_body(("html",)).get_content(), "html.parser")


def test_both_parts_hold_the_first_screen(report, settings):
    message = summary_email(report, settings)
    assert message["Subject"] == "Weekly satisfaction, November 16 – 22, 2026 (preliminary)"
    text, html = message.get_body(("plain",)).get_content(), html_of(message).get_text(" ")
    for words in (
        "Pooled over four weeks", "Unhappy mentions", "41\xa0%", "(34–48\xa0%)", "▲ +3.0\xa0points vs 2026-W46",
        "Target at most 40\xa0%",
        "cannot be told yet", "12,040 mentions", "Mastodon is late", "Unhappy mentions rose.", "1 figure was revised",
    ):  # fmt: skip
        assert words in text, words
        assert words in html, words
    assert "https://intranet.example.org/reports/kpi/weekly/2026-W47.html" in text


def test_the_html_is_inline_and_asks_nothing_of_anybody(report, settings):
    page = html_of(summary_email(report, settings))
    assert not page(["script", "style", "img", "link", "iframe", "form", "svg"])
    assert [a["href"] for a in page("a")] == ["https://intranet.example.org/reports/kpi/weekly/2026-W47.html"]
    assert "url(" not in str(page)
    assert not page(class_=True)
    assert page("table")
    assert all(table["role"] == "presentation" for table in page("table"))
    assert not re.findall(r"display:\s*(flex|grid)|position:", str(page)), "Outlook has none of these"
    assert all(tag.get("style") for tag in page(["p", "h1", "h2", "a"]))


def test_a_draft_is_read_by_a_mail_program(report, settings, tmp_path):
    draft = write_email(report, tmp_path / "out" / "weekly.eml", settings).read_bytes()
    assert max(map(len, draft.split(b"\r\n"))) <= 998
    message = email.message_from_bytes(draft, policy=policy.default)
    assert message.is_multipart()
    assert message["X-Unsent"] == "1"
    assert message["From"] is None
    assert message["Date"].datetime is not None
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert "41\xa0%" in message.get_body(("plain",)).get_content()


def test_without_an_address_the_file_is_named(report, tmp_path):
    message = summary_email(report, Settings(folder=tmp_path))
    assert html_of(message)("a") == []
    assert "kpi/weekly/2026-W47.html in the folder of reports" in message.get_body(("plain",)).get_content()


def test_numbers_and_dates_are_the_readers(report, tmp_path):
    message = summary_email(report, Settings(folder=tmp_path, locale="de"))
    assert "16.–22. November 2026" in message["Subject"]
    assert "12.040 mentions" in message.get_body(("plain",)).get_content()


def test_words_of_a_manifest_cannot_break_out(tmp_path):
    report = write_report(tmp_path, "kpi/weekly/2026-W47", title="<b>&\nTo: x@example.org")
    message = summary_email(report, Settings(folder=tmp_path))
    assert message["To"] is None
    assert html_of(message).h1.text.startswith("<b>&")
    assert "<b>&" in message.get_body(("plain",)).get_content()


def test_a_page_that_failed_and_one_that_is_not_there_are_refused(tmp_path):
    page = tmp_path / "failed.html"
    with pytest.raises(WorkbenchError, match="does not exist"):
        summary_email(page, Settings(folder=tmp_path))
    page.write_text("<p>No report</p>", encoding="utf-8")
    with pytest.raises(WorkbenchError, match="holds no manifest"):
        summary_email(page, Settings(folder=tmp_path))


def test_an_address_that_is_none_is_refused(tmp_path):
    with pytest.raises(WorkbenchError, match="is the address of a folder on the web"):
        parse_settings({"reports_address": "javascript:alert(1)"}, tmp_path)
