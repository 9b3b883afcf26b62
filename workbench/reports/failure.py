"""The page that stands where a report was due and failed: what failed, and which report holds meanwhile."""

import datetime as dt
import json
import os
from contextlib import suppress
from glob import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from workbench.figures.locale import in_locale, period_words
from workbench.reports.entries import FAILURE_ELEMENT, first_day, read_entry
from workbench.reports.head import dated, moment_markup, value_markup
from workbench.reports.index import write_index
from workbench.reports.neighbours import failed_beside, index_link, is_good
from workbench.reports.pages import page_style, render, write_page
from workbench.runs.order import Order
from workbench.settings import Settings


def write_failure(order: Order, data_folder: Path, reason: str, settings: Settings) -> Path:
    """Say that a report failed, where it was due; gives the path of the page.

    A good report that stands there stays, and the page is written beside it as `NAME.failed.html`. The next good
    report of that name takes the page away.

    Parameters
    ----------
    order
        What was to be made.
    data_folder
        The folder of runs and reports.
    reason
        What failed, in a sentence without anybody's words; that of a `WorkbenchError`.
    settings
        Their locale is that of dates.
    """
    report = order.report_file(data_folder)
    page = failed_beside(report) if is_good(report) else report
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    last = last_good(order, data_folder)
    told = {
        "title": f"No report: {order.name}",
        "order": {"name": order.name, "job": order.job, "slot": order.slot, "segment": dict(order.segment)},
        "made_at": now,
    }
    with in_locale(settings.locale):
        style = page_style("failure_page.css")
        html = render(
            "failure_page.html.j2",
            style=Markup(style),
            index=index_link(order.name),
            name="/".join(order.name.split("/")[:2]),
            period=_period(order.name),
            reason=_for_readers(reason, order, data_folder),
            facts=_facts(order, data_folder, now),
            last=_link(last, page.parent, data_folder) if last else None,
            element=Markup(FAILURE_ELEMENT),
            told=Markup(json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")),
        )
    return write_page(page, html)


def say_failed(order: Order, settings: Settings, reason: str) -> None:
    """Write the page, and list it; for whoever has found that a run failed.

    Never raises: what failed first is what is told, and a full disk or a page that somebody broke is no second news.
    """
    with suppress(Exception):
        write_failure(order, settings.data_folder, reason, settings)
        write_index(settings.data_folder / "reports", settings.locale)


def last_good(order: Order, data_folder: Path) -> Path | None:
    """The newest report of the same name and segment that was made; None where there is none."""
    folder, parts = data_folder / "reports", order.name.split("/")
    # Names may hold characters that a pattern would read as its own; the period is what may differ.
    parts = [part if place == 2 else escape(part) for place, part in enumerate(parts)]
    pattern = "/".join([*parts[:2], "*", *parts[3:]] if len(parts) > 2 else [*parts[:-1], "*"])
    same = [page for page in folder.glob(f"{pattern}.html") if is_good(page)]
    if not same:
        return None
    entries = {page: read_entry(page, folder) for page in same}
    return max(same, key=lambda page: (first_day(entries[page]["period"]), entries[page]["made_at"]))


def _for_readers(reason: str, order: Order, data_folder: Path) -> str:
    """The reason without folders of this machine; where the notebook is kept stands among the facts."""
    lines = [line for line in reason.splitlines() if not line.startswith("It is kept as far as it ran")]
    told = "\n".join(lines)
    told = told.replace(str(order.source), _short(order.source)) if order.source.name else told
    return told.replace(f"{data_folder}{os.sep}", "")


def _short(source: Path) -> str:
    """As people know it; nothing where it is not known."""
    return f"{source.parent.name}/{source.name}" if source.name else ""


def _facts(order: Order, data_folder: Path, now: str) -> list[tuple[str, Any]]:
    run = order.run_file(data_folder)
    kept = [file for file in (run.with_suffix(".failed.ipynb"), run) if file.is_file()]
    facts = [
        ("Failed", moment_markup(now)),
        ("Attempt", str(order.attempt)),
        ("Was due", moment_markup(order.slot) if order.slot else ""),
        ("Job", order.job),
        ("Owner", order.owner or "nobody is named"),
        *(
            (name.replace("_", " ").capitalize(), value_markup(value))
            for name, value in order.segment.items()
        ),
        ("Notebook", _short(order.source)),
        ("As far as it ran", os.path.relpath(kept[0], data_folder) if kept else "nothing was kept"),
    ]
    return [(name, value) for name, value in facts if value]


def _link(page: Path, home: Path, data_folder: Path) -> dict[str, Any]:
    entry = read_entry(page, data_folder / "reports")
    return {
        "link": quote(Path(os.path.relpath(page, home)).as_posix()),
        "title": entry["title"],
        "period": dated(period_words(entry["period"])),
        "made": moment_markup(entry["made_at"]),
    }


def _period(name: str) -> Markup:
    parts = name.split("/")
    return value_markup(parts[2] if len(parts) > 2 else parts[-1])
