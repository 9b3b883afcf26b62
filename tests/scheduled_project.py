"""A small project with one job, for those that have it run: by our scheduler, a clock of the system, or Airflow."""

from pathlib import Path

from report_notebook import write_notebook

from workbench.ingest import ingest
from workbench.settings import Settings

SMALL = (
    "text:\n# Small\n\nHow many?",
    'parameters:\nday = ""  # the day (ISO)\nbrand = "all"  # for whom',
    "from workbench.runs.record import record",
    'record("told", f"{day} {brand}")',
    "text:\n## Finding\n\nSomething was found.",
)
# Data that may come as late as they want; a test of late data is not to end on a certain day.
LATE = "{tables: [posts], wait: 0, final_after: 3650}"
FAILS = (*SMALL, 'raise KeyError("ann@example.org")')


def scheduled_project(folder: Path, *cells: str, **job: object) -> Path:
    """Settings file of a project in that folder, whose job `small` runs a notebook of these cells."""
    write_notebook(folder / "notebooks" / "kpi" / "small.ipynb", *(cells or SMALL))
    given = {"name": "small", "notebook": "kpi/small", "cron": "'* * * * *'", "time_zone": "Europe/Berlin"}
    lines = [f"{name}: {value}" for name, value in {**given, "parameters": "{day: today}", **job}.items()]
    (folder / "scheduled").mkdir(exist_ok=True)
    (folder / "scheduled" / "small.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = folder / "workbench.toml"
    settings.write_text('[brands.Acme]\nrole = "own"\n\n[brands.Bolt]\n', encoding="utf-8")
    return settings


def deliver_posts(settings: Settings, collected_at: str) -> None:
    """A delivery of one post that was collected then."""
    file = settings.folder / "delivery.csv"
    rows = f"1,Acme is down again,2026-03-01T10:00Z,{collected_at}"
    file.write_text(f"id,text,created_at,collected_at\n{rows}\n", encoding="utf-8")
    ingest(file, settings)
