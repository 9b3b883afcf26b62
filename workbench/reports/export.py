"""An executed notebook as one self-contained, accessible HTML file."""

import base64
import hashlib
import itertools
import re
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import TemplateExporter
from nbconvert.filters import markdown2html
from nbformat import NotebookNode

from workbench.errors import WorkbenchError
from workbench.figures.fragments import MARK, STYLE, without_style
from workbench.figures.renderer import MIME_TYPE
from workbench.figures.theme import in_dark
from workbench.figures.tile_list import tiles_markup
from workbench.figures.tiles import Tile
from workbench.figures.words import KINDS, VINTAGES
from workbench.reports.charts import chart_figure, chart_script
from workbench.reports.clean import clean_markup, plain_table
from workbench.runs.notebook import cell_name
from workbench.runs.record import read_records

TEMPLATE = Path(__file__).with_name("template")


def export_report(executed: Path, output: Path) -> Path:
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
        The file to write.

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
    html, _ = _Exporter(records=records, source=executed.name).from_notebook_node(notebook)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=output.parent, suffix=".part", delete=False
    ) as part:
        part.write(html)
    Path(part.name).chmod(0o644)
    return Path(part.name).replace(output)


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

    def __init__(self, records: dict[str, Any], source: str) -> None:
        self.records, self.source = records, source
        super().__init__(template_name=TEMPLATE.name, extra_template_basedirs=[str(TEMPLATE.parent)])

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **options: Any) -> tuple[Any, Any]:
        title, question = _take_title(nb)
        blocks = _without_bare_headings(_blocks(nb, has_tiles="tiles" in self.records))
        scripts = [chart_script(), (TEMPLATE / "charts.js").read_text("utf-8")] if _has_charts(nb) else []
        style, tiles = _style(), self.records.get("tiles")
        report = {
            "title": self.records.get("title") or title or self.source,
            "question": question,
            "tiles": tiles_markup([Tile(**tile) for tile in tiles]) if tiles else "",
            "blocks": blocks,
            "contents": re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', "".join(blocks)),
            "words": [text.partition(": ")[::2] for text in (*KINDS.values(), *VINTAGES.values())],
            "origin": self.records.get("provenance"),
            "is_one_page": self.records.get("pages") == 1,
            "source": self.source,
            "style": style,
            "style_hash": _hash(style),
            "scripts": scripts,
            "script_hashes": " ".join(map(_hash, scripts)) or "'none'",
        }
        return super().from_notebook_node(nb, {**(resources or {}), "report": report}, **options)


def _blocks(nb: NotebookNode, has_tiles: bool) -> list[str]:
    """Markup of each cell and output that is made for readers."""
    blocks, numbers = [], itertools.count(1)
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            blocks.append(_prose(cell.source))
        blocks += [_output(output, numbers, has_tiles) for output in cell.get("outputs", [])]
    return [block for block in blocks if block.strip()]


def _without_bare_headings(blocks: list[str]) -> list[str]:
    """The blocks without a heading that nothing follows: what it headed was not for readers."""
    following = [*blocks[1:], "<h2"]
    is_bare = [
        re.fullmatch(r"\s*<h2[^>]*>.*?</h2>\s*", block) and after.lstrip().startswith("<h2")
        for block, after in zip(blocks, following, strict=True)
    ]
    return [block for block, bare in zip(blocks, is_bare, strict=True) if not bare]


def _has_charts(nb: NotebookNode) -> bool:
    return any(MIME_TYPE in output.get("data", {}) for cell in nb.cells for output in cell.get("outputs", []))


def _output(output: NotebookNode, numbers: Iterator[int], has_tiles: bool) -> str:
    """Markup of one output; printed text, plain values and warnings have none."""
    data = output.get("data", {})
    role = output.get("metadata", {}).get("text/html", {}).get(MARK)
    if MIME_TYPE in data:
        return chart_figure(data[MIME_TYPE], next(numbers))
    if role == "tiles" and has_tiles:
        return ""  # they stand at the head
    if role:
        return without_style(data["text/html"])
    if "text/html" in data:
        return plain_table(data["text/html"])
    if "text/markdown" in data:
        return _prose(data["text/markdown"])
    if "image/png" in data:
        picture = data["image/png"].strip()
        return f'<img alt="{escape(data.get("text/plain", ""))}" src="data:image/png;base64,{picture}">'
    return ""


def _take_title(nb: NotebookNode) -> tuple[str, str]:
    """Title and question out of the first cell: they stand at the head, not in the text."""
    if not nb.cells or nb.cells[0].cell_type != "markdown":
        return "", ""
    heading = re.match(r"\s*# +(.+)\n*((?:.*\S.*\n?)*)", nb.cells[0].source)
    if not heading:
        return "", ""
    nb.cells[0].source = nb.cells[0].source[heading.end() :]
    return heading[1].strip(), " ".join(heading[2].split())


def _prose(markdown: str) -> str:
    markup = re.sub(r'<a class="anchor-link".*?</a>', "", markdown2html(markdown))
    # The report's title is its only first-level heading.
    return re.sub(r"(</?)h1\b", r"\1h2", clean_markup(markup))


def _style() -> str:
    """Style of the page: its own, that of tables and tiles, and the charts' colours, light and dark."""
    colors = in_dark()
    light = "".join(f"--chart-{name[1:]}:{name};" for name in colors)
    dark = "".join(f"--chart-{name[1:]}:{value};" for name, value in colors.items())
    page = (TEMPLATE / "report.css").read_text(encoding="utf-8")
    return f"{STYLE}{page}:root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
