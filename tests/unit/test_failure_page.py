from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from report_manifest import write_report

from workbench.reports.failure import write_failure
from workbench.reports.neighbours import is_good
from workbench.runs.order import Order
from workbench.settings import Settings

REASON = "notebooks/kpi/weekly.ipynb failed in cell 9 (under 'Measure') with ValueError."


def fail(data, name="kpi/weekly/2026-W47", reason=REASON, locale="en", **given):
    order = Order(Path("notebooks/kpi/weekly.ipynb"), name, **given)
    file = write_failure(order, data, reason, Settings(folder=data, locale=locale))
    return file, BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")


def test_it_stands_where_the_report_was_due_and_says_what_failed(tmp_path):
    run = tmp_path / "runs/kpi/weekly/2026-W47.failed.ipynb"
    run.parent.mkdir(parents=True)
    run.touch()
    file, page = fail(tmp_path, job="weekly", slot="2026-11-23T07:00:00+00:00", attempt=3, owner="Insights")
    assert file == tmp_path / "reports/kpi/weekly/2026-W47.html"
    facts = {d.dt.text: d.dd.text for d in page.select("dl > div")}
    assert facts.pop("Failed").endswith("UTC")
    assert facts == {
        "Attempt": "3",
        "Was due": "2026-11-23 07:00 UTC",
        "Job": "weekly",
        "Owner": "Insights",
        "Notebook": "kpi/weekly.ipynb",
        "As far as it ran": "runs/kpi/weekly/2026-W47.failed.ipynb",
    }
    assert page.select_one(".reason").text == REASON.replace("notebooks/kpi", "kpi")
    assert "There is none yet" in page.select_one(".last").text
    assert page.select_one(".trail a")["href"] == "../../index.html"
    assert not is_good(file)


def test_readers_are_told_nothing_of_the_folders_of_the_machine(tmp_path):
    kept = tmp_path / "runs/kpi/weekly/2026-W47.failed.ipynb"
    reason = f"{REASON}\n{tmp_path}/x is full.\nIt is kept as far as it ran: {kept}"
    _, page = fail(tmp_path, reason=reason)
    assert page.select_one(".reason").text.splitlines()[1:] == ["x is full."]
    assert str(tmp_path) not in page.text


def test_a_good_report_stays_and_the_page_stands_beside_it(tmp_path):
    good = write_report(tmp_path / "reports", "kpi/weekly/2026-W47")
    before = good.read_bytes()
    file, page = fail(tmp_path)
    assert file.name == "2026-W47.failed.html"
    assert good.read_bytes() == before
    assert page.select_one(".last a")["href"] == "2026-W47.html"


def test_a_page_of_a_failure_is_replaced_by_the_next(tmp_path):
    first, _ = fail(tmp_path, reason="one")
    second, page = fail(tmp_path, reason="two")
    assert first == second
    assert page.select_one(".reason").text == "two"


def test_the_last_good_one_is_the_newest_of_the_same_job(tmp_path):
    reports = tmp_path / "reports"
    for week in ("2026-W44", "2026-W46", "2026-W45"):
        write_report(reports, f"kpi/weekly/{week}")
    write_report(reports, "kpi/monthly/2026-12")
    fail(tmp_path, "kpi/weekly/2026-W47")
    _, page = fail(tmp_path, "kpi/weekly/2026-W48")
    last = page.select_one(".last a")
    assert last["href"] == "2026-W46.html"
    assert "November 9" in last.text


def test_of_a_segment_it_is_that_segments(tmp_path):
    reports = tmp_path / "reports"
    for name in ("2026-W45/Bolt & Co", "2026-W46/Bolt & Co", "2026-W46/Halvora", "2026-W46"):
        write_report(reports, f"kpi/weekly/{name}")
    file, page = fail(tmp_path, "kpi/weekly/2026-W47/Bolt & Co", segment={"brand": "Bolt & Co"})
    assert file.parent.name == "2026-W47"
    assert page.select_one(".last a")["href"] == "../2026-W46/Bolt%20%26%20Co.html"
    assert page.select_one(".trail a")["href"] == "../../../index.html"
    assert "Bolt & Co" in page.dl.text


def test_of_a_segment_of_two_columns_it_is_that_of_the_same_job(tmp_path):
    reports = tmp_path / "reports"
    for name in ("weekly/2026-W45/Acme/EU", "weekly/2026-W46/Bolt/EU", "monthly/2026-W46/Acme/EU"):
        write_report(reports, f"kpi/{name}")
    segment = {"brand": "Acme", "region": "EU"}
    file, page = fail(tmp_path, "kpi/weekly/2026-W47/Acme/EU", segment=segment)
    assert file == reports / "kpi/weekly/2026-W47/Acme/EU.html"
    assert page.select_one(".last a")["href"] == "../../2026-W45/Acme/EU.html"


def test_characters_of_patterns_in_names_are_only_characters(tmp_path):
    reports = tmp_path / "reports"
    for name in ("kpi/week[1]/2026-W45/A*", "kpi/week1/2026-W46/AB"):
        write_report(reports, name)
    _, page = fail(tmp_path, "kpi/week[1]/2026-W47/A*", segment={"brand": "A*"})
    assert page.select_one(".last a")["href"] == "../2026-W45/A%2A.html"


def test_what_is_told_cannot_break_out_and_nothing_comes_from_outside(tmp_path):
    file, page = fail(tmp_path, reason="</script><img src=x>", owner="<b>")
    assert page.select_one(".reason").text == "</script><img src=x>"
    assert not page(["img", "b", "link"])
    scripts = page("script")
    assert [s["type"] for s in scripts] == ["application/json"]
    assert "script-src" not in page.find("meta", {"http-equiv": True})["content"], "default-src allows none"
    assert "ValueError" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("locale", ["de", "en_GB"])
def test_dates_are_the_readers(tmp_path, locale):
    _, page = fail(tmp_path, locale=locale)
    words = {"de": "16.–22. November 2026", "en_GB": "16–22 November 2026"}[locale]
    assert words in page.select_one(".period").text
