"""Reports for tests of provenance: of notebooks as Papermill leaves them, published as any other report is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workbench.figures.fragments import fragment, table_markup
from workbench.figures.tiles import Tile
from workbench.reporting import publish
from workbench.runs.order import Order
from workbench.runs.record import json_safe
from workbench.runs.signing import make_key
from workbench.settings import Settings

SCRAP = "application/scrapbook.scrap.json+json"
TABLE = table_markup(
    "Brands side by side", ["Brand", "Unhappy"], [["Acme", "41 %"], ["Bolt", "20 %"]], [False, True]
)


def settings_in(folder: Path, **values: Any) -> Settings:
    """Settings of a folder that pin the key made there."""
    public = make_key(Settings(folder=folder))[1]
    return Settings(folder=folder, signing={"public_key": public}, **values)


def records_of(mood: float = -0.25, **others: Any) -> dict[str, Any]:
    """What a small notebook records: one tile, and what else is given."""
    return {"tiles": [Tile("Mood", mood, "−1 to 1", posts=1204)], **others}


def published(
    settings: Settings,
    records: Mapping[str, Any],
    name: str = "kpi/weekly/2026-W43",
    title: str = "The week",
    **order: Any,
) -> Path:
    """The report of a notebook with these records, made the way every report is."""
    made = Order(_source(settings.folder, title), name, **order)
    executed = made.run_file(settings.data_folder)
    executed.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(_executed(title, records), executed)
    return publish(made, executed, made.report_file(settings.data_folder), settings)


def _source(folder: Path, title: str) -> Path:
    path = folder / "notebooks" / "kpi" / "weekly.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=_cells(title)), path)
    return path


def _executed(title: str, records: Mapping[str, Any]) -> nbformat.NotebookNode:
    notebook = new_notebook(cells=_cells(title))
    shown = fragment(TABLE, "table")
    notebook.cells[2].outputs = [
        new_output("display_data", {"text/html": shown.data}, metadata={"text/html": dict(shown.metadata)})
    ]
    notebook.cells[3].outputs = [_scrap(name, value) for name, value in records.items()]
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            cell.execution_count = number
    return notebook


def _scrap(name: str, value: Any) -> nbformat.NotebookNode:
    kept = {"name": name, "data": json_safe(value), "encoder": "json", "version": 1}
    return new_output("display_data", {SCRAP: kept}, metadata={"scrapbook": {"name": name, "data": True}})


def _cells(title: str) -> list[nbformat.NotebookNode]:
    parameters = 'week: str = "2026-W43"  # ISO week\nweeks: int = 12\nseed: int = 7'
    return [
        new_markdown_cell(f"# {title}\n\nHow did customers feel?"),
        new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        new_code_cell("table = brand_table(weeks)\ntable"),
        new_code_cell('tiles = scorecard(table)\nrecord("tiles", tiles)'),
    ]
