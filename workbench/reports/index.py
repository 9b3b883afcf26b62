"""The list of all reports, by topic and period, the newest first: a page of its own, made from the reports."""

import contextlib
import json
from itertools import groupby
from pathlib import Path
from typing import Any
from unicodedata import normalize
from urllib.parse import quote

from filelock import FileLock
from markupsafe import Markup

from workbench.figures.locale import in_locale, period_words
from workbench.figures.numbers import format_count, format_interval, format_value
from workbench.figures.words import STATUSES
from workbench.reports.entries import first_day, read_entry
from workbench.reports.head import dated, moment_markup
from workbench.reports.pages import TEMPLATE, page_style, render, write_page

PAGE = "index.html"
KEPT = ".index.json"  # what each page said when it was last read
_NOT_FOLDED = 12  # periods of a topic; older ones are folded together
_FORM = 4  # of what is kept; raised when its meaning changes


def write_index(reports_folder: Path, locale: str | None = None) -> Path:
    """Write the list of the reports in a folder; gives its path.

    What a page says of itself is read from its manifest, and read again only once the file changed.

    Parameters
    ----------
    reports_folder
        The folder of all reports, which need not be there yet.
    locale
        How dates and numbers are written; otherwise as in this process.
    """
    reports_folder.mkdir(parents=True, exist_ok=True)
    # Under a lock, so that of two reports made at once the list of the later one knows both.
    with FileLock(reports_folder / ".index.lock"), in_locale(locale):
        entries = _entries(reports_folder)
        script, style = (TEMPLATE / "index_page.js").read_text("utf-8"), page_style("index_page.css")
        html = render(
            "index_page.html.j2",
            topics=_topics(entries),
            count=format_count(len(entries)),
            number=len(entries),
            script=Markup(script),
            style=Markup(style),
        )
        return write_page(reports_folder / PAGE, html)


def _entries(folder: Path) -> list[dict[str, Any]]:
    """What each page says, from what is kept where the file has not changed since."""
    kept = _kept(folder / KEPT)
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.rglob("*.html")):
        if file == folder / PAGE:
            continue
        with contextlib.suppress(FileNotFoundError):  # replaced or removed meanwhile
            state = file.stat()
            mark = [state.st_mtime_ns, state.st_size]
            path = file.relative_to(folder).as_posix()
            before = kept.get(path, {})
            entry = before["entry"] if before.get("mark") == mark else read_entry(file, folder)
            found[path] = {"mark": mark, "entry": entry}
    if found != kept:
        write_page(folder / KEPT, json.dumps({"form": _FORM, "pages": found}, ensure_ascii=False))
    return [each["entry"] for each in found.values()]


def _kept(file: Path) -> dict[str, Any]:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept["pages"] if isinstance(kept, dict) and kept.get("form") == _FORM else {}


def _topics(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Topics in the order of the alphabet, each with its periods, the newest first."""
    ordered = sorted(entries, key=lambda entry: entry["topic"])
    topics = []
    for topic, of_topic in groupby(ordered, key=lambda entry: entry["topic"]):
        periods = _periods(topic, list(of_topic))
        first = next((place for place, row in enumerate(periods) if row["is_good"]), 0)
        older = periods[max(first + 1, _NOT_FOLDED) :]
        area, _, name = topic.rpartition("/")
        topics.append(
            {
                "id": _id(topic) or "reports",
                "area": _words(area),
                "name": _words(name) or "Reports",
                "failed": periods[:first],
                "newest": periods[first],
                "recent": periods[first + 1 : _NOT_FOLDED],
                "older": older,
                "older_count": format_count(len(older)),
            }
        )
    return topics


def _periods(topic: str, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a topic: for each period the report of all, and the pages of its segments."""
    newest = max(entries, key=lambda entry: (entry["kind"] == "report", _age(entry)))["title"]
    by_period: dict[str, list[dict[str, Any]]] = {}
    for entry in sorted(entries, key=_age, reverse=True):
        by_period.setdefault(entry["period"], []).append(entry)
    rows = []
    for period, pages in by_period.items():
        shown = [_page(page, newest) for page in pages]
        whole = [page for page in shown if not page["segment"]]
        segments = sorted(
            (page for page in shown if page["segment"]),
            key=lambda page: normalize("NFKD", page["segment"]).casefold(),
        )
        words = period_words(period)
        rows.append(
            {
                "id": _id(f"{topic}/{period}"),
                "label": period if words != period else "",
                "words": dated(words) if words != period else _words(period),
                "find": " ".join(dict.fromkeys([topic.replace("/", " "), period, words])),
                "whole": whole,
                "is_good": any(not page["is_failure"] for page in shown),
                "segments": segments,
                "segment_count": format_count(len(segments)),
            }
        )
    return rows


def _age(entry: dict[str, Any]) -> tuple[str, str]:
    return first_day(entry["period"]) or entry["made_at"][:10], entry["made_at"]


def _page(entry: dict[str, Any], newest: str) -> dict[str, Any]:
    """One link of the list."""
    return {
        **entry,
        "link": quote(entry["path"]),
        "is_failure": entry["kind"] == "failure",
        "is_preliminary": entry["vintage"] == "preliminary",
        "other_title": entry["title"] if entry["title"] != newest else "",
        "made": moment_markup(entry["made_at"]),
        "tiles": [_tile(tile) for tile in entry["tiles"]],
    }


def _tile(tile: dict[str, Any]) -> dict[str, str]:
    unit = tile["unit"] or ""
    return {
        "label": tile["label"] or "",
        "value": format_value(tile["value"], unit),
        "interval": format_interval(tile["low"], tile["high"], unit),
        "status": tile["status"] if tile["status"] in ("met", "missed") else "",
        "judged": STATUSES[tile["status"]] if tile["status"] in ("met", "missed") else "",
    }


def _words(name: str) -> str:
    """A folder's name as a heading; short ones are abbreviations."""
    name = name.replace("_", " ").replace("/", " · ")
    return name.upper() if len(name) <= 3 else name[:1].upper() + name[1:]


def _id(path: str) -> str:
    return path.replace(" ", "-")
