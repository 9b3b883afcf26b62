"""Data that come late: a preliminary report, and the final one in its place as soon as they are there."""

import datetime as dt
import signal
import subprocess
import sys
import time

import pytest
from bs4 import BeautifulSoup
from report_notebook import write_notebook

from workbench.ingest import ingest
from workbench.reports.entries import read_entry
from workbench.runs.signing import make_key
from workbench.schedule.ledger import Ledger, ledger_file
from workbench.settings import load_settings

pytestmark = pytest.mark.slow

CELLS = (
    "text:\n# Mentions\n\nHow many spoke of us?",
    'parameters:\nday: str = ""  # the day (ISO)',
    "from workbench import open_workbench, record, tiles_preview\nfrom workbench.figures.tiles import Tile",
    "wb = open_workbench()",
    'mentions = int(wb.measure("volume")["value"].sum())',
    'tiles = [Tile("Mentions", mentions, "mentions", kind="count")]',
    'tiles_preview(tiles)\nrecord("tiles", tiles)\nrecord("provenance", wb.provenance(day=day))',
    "text:\n## Finding\n\nThey did.",
)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A job of which a slot was due ten minutes ago; gives its settings and that slot."""
    slot = dt.datetime.now(dt.UTC).replace(second=0, microsecond=0) - dt.timedelta(minutes=10)
    write_notebook(tmp_path / "notebooks" / "kpi" / "mentions.ipynb", *CELLS)
    (tmp_path / "scheduled").mkdir()
    (tmp_path / "scheduled" / "mentions.yaml").write_text(
        f"name: mentions\nnotebook: kpi/mentions\ncron: '{slot.minute} {slot.hour} * * *'\ntime_zone: UTC\n"
        "parameters: {day: yesterday}\nrequires: {tables: [posts], complete_until: slot, wait: 0}\n"
    )
    file = tmp_path / "workbench.toml"
    file.write_text('[brands.Acme]\nrole = "own"\n[schedule]\nrun_memory_gb = 0.1\n')
    monkeypatch.setenv("WORKBENCH_SETTINGS", str(file))
    monkeypatch.chdir(tmp_path)
    public = make_key(load_settings())[1]
    file.write_text(f'{file.read_text()}[signing]\npublic_key = "{public}"\n')
    settings = load_settings()
    ledger = Ledger(ledger_file(settings))
    ledger.planned_until("mentions", (slot - dt.timedelta(minutes=1)).isoformat())
    ledger.close()
    return settings, slot


def deliver(settings, number, collected):
    """The delivery of one day: a post that was collected then."""
    file = settings.folder / f"delivery_{number}.csv"
    when = f"{collected:%Y-%m-%dT%H:%M:%SZ}"
    file.write_text(
        f"id,text,created_at,collected_at\n{number},Acme is down again,2026-03-0{number}T10:00Z,{when}\n"
    )
    ingest(file, settings)


def entry_of(page, settings):
    return (
        read_entry(page, settings.data_folder / "reports") if page.is_file() else {"vintage": "", "tiles": []}
    )


def wait_for(condition, scheduler):
    until = time.monotonic() + 240
    while not condition():
        assert scheduler.poll() is None, scheduler.stdout.read()
        assert time.monotonic() < until, "it did not come to pass in time"
        time.sleep(0.2)


def test_late_data_make_a_preliminary_report_and_its_final_one_says_what_changed(project):
    settings, slot = project
    for number in (1, 2):
        deliver(settings, number, slot - dt.timedelta(days=3 - number))
    scheduler = subprocess.Popen(
        [sys.executable, "-m", "workbench", "schedule", "run"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    day = (slot - dt.timedelta(days=1)).date()
    page = settings.data_folder / "reports" / "kpi" / "mentions" / f"{day}.html"
    try:
        wait_for(lambda: entry_of(page, settings)["vintage"] == "preliminary", scheduler)
        first = page.read_text(encoding="utf-8")
        assert "delivery_….csv was last collected" in first
        deliver(settings, 3, dt.datetime.now(dt.UTC))
        wait_for(lambda: entry_of(page, settings)["vintage"] == "final", scheduler)
    finally:
        scheduler.send_signal(signal.SIGTERM)
        told = scheduler.communicate(timeout=120)[0]
    assert scheduler.returncode == 0, told
    final = page.read_text(encoding="utf-8")
    kept = settings.data_folder / "runs" / "kpi" / "mentions" / f"{day}.preliminary.html"
    assert kept.read_text(encoding="utf-8") == first, "to be compared by workbench diff"
    assert entry_of(page, settings)["tiles"][0]["value"] == 3
    assert "was last collected" not in final
    changed = BeautifulSoup(final, "html.parser").select_one("section.revisions").get_text(" ")
    assert " ".join(changed.split()).startswith("What changed since the preliminary report")
    assert "Mentions 2 3 later data in mentions, posts, predictions" in " ".join(changed.split())
    ledger = Ledger(ledger_file(settings))
    vintages = [(attempt.key.vintage, attempt.outcome) for attempt in ledger.attempts("mentions")]
    ledger.close()
    assert vintages == [("preliminary", "done"), ("final", "done")]
