"""What of a notebook is for readers, as markup: its prose and the figures that it shows."""

import itertools
import re
from collections.abc import Iterator
from html import escape

from nbconvert.filters import markdown2html
from nbformat import NotebookNode

from workbench.figures.fragments import MARK, without_style
from workbench.figures.renderer import MIME_TYPE
from workbench.reports.charts import chart_figure
from workbench.reports.clean import clean_markup, plain_table


def report_blocks(nb: NotebookNode, has_tiles: bool) -> list[str]:
    """Markup of each cell and output that is made for readers; with tiles at the head, none here."""
    blocks, numbers = [], itertools.count(1)
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            blocks.append(_prose(cell.source))
        blocks += [_output(output, numbers, has_tiles) for output in cell.get("outputs", [])]
    return _without_bare_headings([block for block in blocks if block.strip()])


def _without_bare_headings(blocks: list[str]) -> list[str]:
    """The blocks without a heading that nothing follows: what it headed was not for readers."""
    following = [*blocks, "<h2"][1:]
    is_bare = [
        re.fullmatch(r"\s*<h2[^>]*>.*?</h2>\s*", block) and after.lstrip().startswith("<h2")
        for block, after in zip(blocks, following, strict=True)
    ]
    return [block for block, bare in zip(blocks, is_bare, strict=True) if not bare]


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


def has_charts(nb: NotebookNode) -> bool:
    """Whether a notebook shows a chart, so that its report needs the program that draws them."""
    return any(MIME_TYPE in output.get("data", {}) for cell in nb.cells for output in cell.get("outputs", []))


def take_title(nb: NotebookNode) -> tuple[str, str]:
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
