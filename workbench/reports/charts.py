"""A chart of a notebook as a figure of a report: still picture, live chart and data table."""

import json
import re
from html import escape
from typing import Any

from workbench.figures.fragments import table_markup
from workbench.figures.numbers import format_count, format_value
from workbench.figures.renderer import picture, without_words
from workbench.figures.theme import in_dark

_MOST_ROWS = 500


def chart_figure(spec: dict[str, Any], number: int) -> str:
    """The figure of one chart.

    The picture is what print and readers without scripts see; its colours follow the page's. The
    title stands above as text, so that it stays readable on a phone.

    Parameters
    ----------
    spec
        Vega-Lite specification.
    number
        Number of the chart in the report.
    """
    title, subtitle = _words(spec.get("title", ""))
    extra, spec = spec.get("usermeta", {}), without_words(spec)
    description = spec.get("description") or title or f"Chart {number}, without description"
    svg = _with_own_names(_in_page_colors(picture(spec)), f"chart-{number}")
    live = {**spec, "width": "container"} if "width" in spec and ("layer" in spec or "mark" in spec) else spec
    table = extra.get("table") or _table(spec)
    heading = f'<span class="title">{escape(title)}</span><span class="subtitle">{escape(subtitle)}</span>'
    name = f'role="img" aria-label="{escape(description)}"'
    least = int(extra.get("least_width", 0))
    # A wide drawing scrolls on a phone, by the keyboard too.
    scrolls = f' role="group" tabindex="0" aria-label="{escape(title or description)}"' if least else ""
    return f"""<figure class="chart"><figcaption>{heading if title else ""}</figcaption>
<div class="drawing"{scrolls}><div class="still">{_with_name(svg, name)}</div>
<div class="live" {name} data-least="{least}"></div></div>
<script type="application/json">{_json(live)}</script>{_details(title or description, table)}</figure>
"""


def _words(title: Any) -> tuple[str, str]:
    """Title and subtitle, which Vega-Lite knows in several forms."""
    if not isinstance(title, dict):
        return _line(title), ""
    return _line(title.get("text", "")), _line(title.get("subtitle", ""))


def _line(text: Any) -> str:
    return " ".join(text) if isinstance(text, list) else str(text)


def _in_page_colors(svg: str) -> str:
    """The picture with variables for the theme's colours, which the page sets for light and dark."""
    for light in in_dark():
        svg = svg.replace(f'"{light}"', f'"var(--chart-{light[1:]})"')
    return svg


def _with_own_names(svg: str, prefix: str) -> str:
    """The picture with clip paths named after its chart: each picture of a page names its first 'clip0'."""
    return re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{prefix}-", svg)


def _with_name(svg: str, name: str) -> str:
    """The picture as one image with its description, in a browser and in a PDF: its parts say nothing by themselves."""
    silent = re.sub(r"<[^>]+>", lambda tag: re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", tag[0]), svg)
    # What is there unseen, as names at an axis that there is no room for, is half of a picture of many days.
    silent = re.sub(r'<(text|path)[^>]*\sopacity="0"[^>]*?(?:/>|>[^<]*</\1>)', "", silent)
    return silent.replace("<svg ", f"<svg {name} ", 1)


def _json(spec: dict[str, Any]) -> str:
    return (
        json.dumps(spec, separators=(",", ":"), ensure_ascii=False)
        .replace("</", "<\\/")
        .replace("<!--", "<\\!--")
    )


def _table(spec: dict[str, Any]) -> dict[str, Any]:
    """Data table of a chart that brings none: its largest data set."""
    data = spec.get("data") or {}
    sets = [data.get("values") or [], *spec.get("datasets", {}).values()]
    rows: list[dict[str, Any]] = max(sets, key=len)
    columns = list(rows[0]) if rows else []
    numeric = [all(isinstance(row.get(c), int | float | None) for row in rows) for c in columns]
    texts = [[_text(row.get(c)) for c in columns] for row in rows]
    return {"columns": columns, "numeric": numeric, "rows": texts}


def _text(value: Any) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return format_value(value) if is_number else "" if value is None else str(value)


def _details(title: str, table: dict[str, Any]) -> str:
    rows = table["rows"]
    if not rows:
        return ""
    caption = (
        title
        if len(rows) <= _MOST_ROWS
        else f"{title} (the first {_MOST_ROWS} of {format_count(len(rows))} rows)"
    )
    shown = table_markup(caption, table["columns"], rows[:_MOST_ROWS], table["numeric"])
    name = f'<span class="unseen"> of the chart {escape(title)}</span>'
    return f'<details class="wb"><summary>Data{name}</summary>{shown}</details>'
