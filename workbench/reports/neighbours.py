"""Where other pages stand, as seen from a report: the list of all, and the other segments of its period."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from workbench.runs.alone import BY_HAND
from workbench.runs.file_names import file_unsafe

FAILED = ".failed.html"


def index_link(name: str) -> str:
    """Relative address of the list of all reports from the report of this name; empty where it has none.

    Examples
    --------
    >>> index_link("kpi/weekly/2026-W43")
    '../../index.html'
    """
    return "../" * name.count("/") + "index.html" if name else ""


def is_in_place(order: Mapping[str, Any], output: Path) -> bool:
    """Whether a page lies where the report of its name lies: an audit's, or one made again to be compared, does not."""
    return output.as_posix().endswith(f"/{order.get('name')}.html")


def period_anchor(name: str) -> str:
    """Where the list of all reports shows the period of a report.

    Examples
    --------
    >>> period_anchor("kpi/weekly/2026-W43/Halvora")
    'kpi/weekly/2026-W43'
    """
    return quote("/".join(name.split("/")[:3]).replace(" ", "-"))


def failed_beside(report: Path) -> Path:
    """Where it is said that a report failed while an earlier good one stays in its place.

    Examples
    --------
    >>> failed_beside(Path("reports/kpi/weekly/2026-W43.html")).name
    '2026-W43.failed.html'
    """
    return report.with_suffix(FAILED)


def other_segments(order: Mapping[str, Any], output: Path) -> list[dict[str, str]]:
    """The pages of the same period for other segments, and for all: ``name`` and relative ``link``.

    Only those that are there already; the list of all reports knows the later ones.
    """
    if not order.get("segment") or not is_in_place(order, output):
        return []
    period = output.parents[max(0, order["name"].count("/") - 3)]
    pages = [
        page
        for page in sorted(period.rglob("*.html"))
        if page != output and page.stem != BY_HAND and is_good(page)
    ]
    found = [{"name": _segment(page, period), "link": _link(page, output)} for page in pages]
    whole = period.with_name(f"{period.name}.html")
    if is_good(whole):
        found.insert(0, {"name": "All", "link": _link(whole, output)})
    return found


def _segment(page: Path, period: Path) -> str:
    """The segment as people call it, of a path in which each part is made safe for files."""
    parts = page.relative_to(period).with_suffix("").parts
    return ", ".join(file_unsafe(part) for part in parts)


def _link(page: Path, output: Path) -> str:
    return quote(Path(os.path.relpath(page, output.parent)).as_posix())


def is_good(page: Path) -> bool:
    """Whether a page is a report, and not one that says why there is none."""
    if not page.is_file() or page.name.endswith(FAILED):
        return False
    with page.open("rb") as stream:
        return b'name="report-failed"' not in stream.read(4096)
