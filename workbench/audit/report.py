"""An audit as a report of one page."""

from pathlib import Path

from workbench.audit.world import World
from workbench.reporting import publish
from workbench.runs.notebook import run_notebook
from workbench.runs.notebook_files import find_notebook
from workbench.runs.order import Order
from workbench.settings import Settings, find_settings

NOTEBOOK = "benchmarks/audit_vendor"


def make_report(settings: Settings, world: World) -> Path:
    """The report of an audit, in its own folder; gives its path."""
    source = find_notebook(NOTEBOOK, settings)
    order = Order(source, f"{NOTEBOOK}/{world.name}", {"audit": world.name})
    executed = run_notebook(
        source, world.folder / source.name, order.parameters, find_settings(), progress=False
    )
    return publish(order, executed, world.folder / "report.html", settings, world.settings.lake_root)
