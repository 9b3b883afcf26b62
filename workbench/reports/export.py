"""An executed notebook as one self-contained, accessible HTML file."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import nbformat
from jinja2 import Environment
from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode

from workbench.errors import WorkbenchError
from workbench.figures.fragments import STYLE
from workbench.figures.locale import chart_locales, in_locale
from workbench.figures.theme import in_dark
from workbench.figures.tile_list import tiles_markup
from workbench.figures.tiles import Tile
from workbench.figures.words import KINDS, VINTAGES
from workbench.reports.blocks import has_charts, report_blocks, take_title
from workbench.reports.chart_script import chart_script
from workbench.reports.displayed import displayed_figures
from workbench.reports.head import about, moment_markup, preliminary_because
from workbench.reports.neighbours import failed_beside, index_link, is_in_place, other_segments, period_anchor
from workbench.reports.page_parts import page_parts
from workbench.reports.pages import TEMPLATE, page_style, source_hash, write_page
from workbench.reports.revision_rows import revisions_table
from workbench.runs.manifest import page_hash, with_manifest
from workbench.runs.notebook import cell_name
from workbench.runs.record import read_records


def export_report(
    executed: Path,
    output: Path,
    manifest: Mapping[str, Any] | None = None,
    locale: str | None = None,
    seal: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict,
) -> Path:
    """Write the report of an executed notebook.

    The file needs no network: charts, data and style are in it, and its content security policy
    allows no script but the two that it was made with. Code, printed text and warnings are left out.

    Parameters
    ----------
    executed
        A notebook that ran to its end. Its H1 becomes the title, unless it recorded a ``title``; its
        ``tiles`` stand at the head, its ``provenance`` at the end. One that recorded 1 for its ``pages``
        is printed smaller, to fit one page.
    output
        The file to write. A page beside it that says that this report failed is removed.
    manifest
        What the report was made of, to be kept in it; with the hashes of the page and of its parts and the figures
        displayed, which are found here. It also says whether the report is preliminary, and what it revised.
    locale
        How dates and numbers are written that the notebook did not write; otherwise as in this process.
    seal
        Signs the manifest once it knows the page; whatever it gives is kept in the page.

    Returns
    -------
    `output`.

    Raises
    ------
    WorkbenchError
        If the notebook cannot be read, or a cell failed or was not executed. No file is written then.
    """
    records = read_records(executed)
    notebook = nbformat.read(executed, as_version=4)
    _check_complete(executed, notebook)
    with in_locale(locale):
        html = _page(notebook, records, executed.name, manifest or {}, output)
    if manifest is not None:
        seen = {"page": page_hash(html), "displayed": displayed_figures(html), "parts": page_parts(html)}
        html = with_manifest(html, seal({**manifest, **seen}))
    write_page(output, html)
    failed_beside(output).unlink(missing_ok=True)
    return output


def _page(
    notebook: NotebookNode, records: dict[str, Any], source: str, manifest: Mapping[str, Any], output: Path
) -> str:
    exporter = _Exporter(records=records, source=source, manifest=manifest, output=output)
    html, _ = exporter.from_notebook_node(notebook)
    return html


def _check_complete(executed: Path, notebook: NotebookNode) -> None:
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        error = next((o for o in cell.outputs if o.output_type == "error"), None)
        fault = (
            f"failed with {error.ename}" if error else "was not executed" if not cell.execution_count else ""
        )
        if fault:
            raise WorkbenchError(
                f"{executed}: {cell_name(notebook.cells, index)} {fault}. "
                "A report is made of a notebook whose cells all ran; run it again."
            )


class _Exporter(TemplateExporter):
    """nbconvert exporter; a class because nbconvert takes its template from one."""

    output_mimetype = "text/html"
    _environment_of_all: ClassVar[Environment | None] = None

    def __init__(
        self, records: dict[str, Any], source: str, manifest: Mapping[str, Any], output: Path
    ) -> None:
        self.records, self.source, self.manifest, self.output = records, source, manifest, output
        super().__init__(template_name=TEMPLATE.name, extra_template_basedirs=[str(TEMPLATE.parent)])

    def _create_environment(self) -> Environment:
        # Templates are compiled once a process and not once a report.
        if _Exporter._environment_of_all is None:
            _Exporter._environment_of_all = super()._create_environment()
        return _Exporter._environment_of_all

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **options: Any) -> tuple[Any, Any]:
        title, question = take_title(nb)
        blocks = report_blocks(nb, has_tiles="tiles" in self.records)
        scripts = [chart_script(), (TEMPLATE / "charts.js").read_text("utf-8")] if has_charts(nb) else []
        style, tiles = _style(), [Tile(**tile) for tile in self.records.get("tiles") or []]
        origin = self.records.get("provenance")
        order = self.manifest.get("order", {})
        report = {
            "title": self.records.get("title") or title or self.source,
            "question": question,
            "about": about(self.manifest, origin, tiles),
            "preliminary": preliminary_because(order, tiles),
            "index": index_link(order.get("name", "")) if is_in_place(order, self.output) else "",
            "segments": other_segments(order, self.output),
            "period_anchor": period_anchor(order.get("name", "")) if order.get("segment") else "",
            "revisions": revisions_table(self.manifest.get("revisions", [])),
            "tiles": tiles_markup(tiles) if tiles else "",
            "blocks": blocks,
            "contents": re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', "".join(blocks)),
            "words": [text.partition(": ")[::2] for text in (*KINDS.values(), *VINTAGES.values())],
            "origin": origin,
            "made": moment_markup(origin["made_at"]) if origin else "",
            "has_manifest": bool(self.manifest),
            "key_id": self.manifest.get("key_id", ""),
            "locales": _json_locales() if scripts else "",
            "is_one_page": self.records.get("pages") == 1,
            "source": self.source,
            "style": style,
            "style_hash": source_hash(style),
            "scripts": scripts,
            "script_hashes": " ".join(map(source_hash, scripts)) or "'none'",
        }
        return super().from_notebook_node(nb, {**(resources or {}), "report": report}, **options)


def _style() -> str:
    """Style of the page: its own, that of tables and tiles, and the charts' colours, light and dark."""
    colors = in_dark()
    light = "".join(f"--chart-{name[1:]}:{name};" for name in colors)
    dark = "".join(f"--chart-{name[1:]}:{value};" for name, value in colors.items())
    in_the_dark = f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    return f"{STYLE}{page_style('report.css')}:root{{{light}}}{in_the_dark}"


def _json_locales() -> str:
    """How live charts write numbers and times; empty where that is their own way."""
    numbers, times = chart_locales()
    locales = {"formatLocale": numbers, "timeFormatLocale": times}
    return json.dumps(locales, ensure_ascii=False).replace("<", "\\u003c") if numbers else ""
