"""The worked example: real tweets to six airlines, from the file to the report."""

import pytest

from workbench.ingest import ingest
from workbench.refresh import refresh
from workbench.reporting import report_job
from workbench.session import open_workbench
from workbench.settings import parse_settings

pytestmark = pytest.mark.research


@pytest.fixture(scope="module")
def folder(tmp_path_factory, research_data):
    folder = tmp_path_factory.mktemp("airlines")
    (folder / "workbench.toml").write_text("", encoding="utf-8")
    settings = parse_settings({}, folder)
    result = ingest(research_data / "us_airline" / "tweets.csv", settings)
    assert (result.counts.read, result.counts.stored, result.counts.duplicates) == (7328, 7242, 86)
    refresh(settings)
    return folder


def test_checks_find_the_faults_of_the_file(folder):
    found = open_workbench(folder / "workbench.toml").checks()
    told = dict(zip(zip(found["check"], found["subject"], strict=True), found["finding"], strict=True))
    assert "@jetblue" in told["brand addresses another", "Delta"]
    assert "starts on 2015-02-22" in told["brand starts late", "American"]
    assert told["conflicting labels", "sentiment"].startswith("13 posts were labelled more than once")
    assert told["duplicates", "tweets.csv"].startswith("86 of 7,328 rows")
    assert ("no answers collected", "brands' answers") in told
    assert len(told) == 5, "what is no fault is not reported"


def test_report_tells_the_faults(folder, monkeypatch):
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(folder / "workbench.toml"))
    report = report_job("kpi/weekly", [], lambda done, what: None)
    assert report.name == "2015-W08.html"
    html = report.read_text(encoding="utf-8")
    for word in ("@jetblue", "starts on 2015-02-22", "13 posts were labelled more than once"):
        assert word in html


def test_answers_are_withheld_where_none_was_collected(folder):
    answered = open_workbench(folder / "workbench.toml").measure("share_answered", ["brand"])
    assert answered["value"].isna().all()
    assert set(answered["status"]) == {"withheld"}
