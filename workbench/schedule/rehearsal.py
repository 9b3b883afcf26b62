"""What every run does in Python alone, done once before the first: what is looked up, compiled and imported stays.

Nothing here may start a thread, as DuckDB, the lake and the drawing of charts do: a fork takes none along.
"""

import tempfile
from pathlib import Path

import narwhals as nw
import nbformat
import pandas as pd
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workbench.figures.fragments import fragment, table_markup
from workbench.figures.tile_list import tiles_markup
from workbench.figures.tiles import Tile
from workbench.figures.trend import trend
from workbench.reports.export import export_report
from workbench.reports.index import write_index
from workbench.runs.code_state import code_state, packages
from workbench.runs.made_by import made_by
from workbench.runs.parameters import declared_parameters
from workbench.runs.record import json_safe
from workbench.runs.warm_engine import rehearse as rehearse_shell

_SCRAP = "application/scrapbook.scrap.json+json"
_TILE = Tile("Mood", 0.5, "share", 0.4, 0.6, posts=3, target=0.6)
_ROWS = [
    {"brand": brand, "week": week, "metric": "sentiment_share.negative", "value": 0.4, "low": 0.3, "high": 0.5,
     "unit": "share", "posts": 40, "labels": 30, "kind": "estimate", "method": "", "vintage": "final", "status": "ok"}
    for brand in ("Acme", "Bolt") for week in ("2026-W42", "2026-W43")
]  # fmt: skip


def rehearse() -> None:
    """Make a small report without a chart, and a chart without its picture."""
    packages()
    code_state()
    rehearse_shell()
    notebook = _notebook()
    made_by(notebook)
    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:
        executed = Path(folder) / "rehearsal.ipynb"
        nbformat.write(notebook, executed)
        declared_parameters(executed)
        export_report(executed, executed.with_suffix(".html"), {"order": {"name": "kpi/rehearsal/2026-W43"}})
        write_index(Path(folder))
    rows = pd.DataFrame(_ROWS)
    # Narwhals imports what it needs for a kind of frame with the first of that kind.
    nw.from_native(rows).group_by("brand").agg(nw.col("posts").sum())
    trend(rows, "week", color="brand", title="Rehearsal").to_dict()


def _notebook() -> nbformat.NotebookNode:
    table = fragment(table_markup("Brands", ["Brand", "Share"], [["Acme", "50 %"]], [False, True]), "table")
    tiles = fragment(tiles_markup([_TILE]), "tiles")
    scrap = {"name": "tiles", "data": json_safe([_TILE]), "encoder": "json", "version": 1}
    outputs = [
        *(
            new_output(
                "display_data", {"text/html": one.data}, metadata={"text/html": dict(one.metadata or {})}
            )
            for one in (table, tiles)
        ),
        new_output("display_data", {_SCRAP: scrap}, metadata={"scrapbook": {"name": "tiles", "data": True}}),
    ]
    return new_notebook(
        cells=[
            new_markdown_cell("# Rehearsal\n\nHow do customers feel?\n\n## Brands\n\n- a list"),
            new_code_cell('week: str = ""  # week', metadata={"tags": ["parameters"]}, execution_count=1),
            new_code_cell('tiles = scorecard()\nrecord("tiles", tiles)', outputs=outputs, execution_count=2),
        ]
    )
