"""An audit as a report of one page."""

from pathlib import Path

from workbench.audit.world import World
from workbench.reporting import find_notebook
from workbench.reports.export import export_report
from workbench.runs.notebook import run_notebook
from workbench.settings import Settings, find_settings

NOTEBOOK = "benchmarks/audit_vendor"


def make_report(settings: Settings, world: World) -> Path:
    """The report of an audit, in its own folder; gives its path."""
    source = find_notebook(NOTEBOOK, settings)
    executed = run_notebook(
        source, world.folder / source.name, {"audit": world.name}, find_settings(), progress=False
    )
    return export_report(executed, world.folder / "report.html")
