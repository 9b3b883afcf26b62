"""A report in an e-mail: its first screen, as text and as HTML that every mail program shows.

The HTML has tables and inline styles only, no picture, no script and nothing from outside: so the old Outlook shows it,
no program asks before it does, and nobody learns who opened it.
"""

from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from workbench.errors import WorkbenchError
from workbench.figures.locale import in_locale, period_words
from workbench.figures.tile_list import tile_texts
from workbench.figures.tiles import Tile
from workbench.reports.displayed import findings
from workbench.reports.head import preliminary_because
from workbench.reports.pages import render, write_page
from workbench.runs.manifest import manifest_of
from workbench.settings import Settings

_FINDINGS = 3


def write_email(report: Path, output: Path, settings: Settings) -> Path:
    """Write the summary of a report as a draft (`.eml`) that a mail program opens; gives `output`.

    Raises
    ------
    WorkbenchError
        As `summary_email`.
    """
    message = summary_email(report, settings)
    return write_page(output, message.as_bytes(policy=SMTP))


def summary_email(report: Path, settings: Settings) -> EmailMessage:
    """The summary of a report, without sender and reader.

    Parameters
    ----------
    report
        The HTML file; its manifest says everything.
    settings
        With ``reports_address`` the e-mail links the report; without, it names the file. ``locale`` is how dates and
        numbers are written.

    Raises
    ------
    WorkbenchError
        There is no such report, or it holds no manifest: of a page that says that a report failed none is made.
    """
    html, manifest = _read(report)
    with in_locale(settings.locale):
        values = _values(report, manifest, findings(html), settings)
        message = EmailMessage()
        message["Subject"] = values["subject"]
        message["Date"] = format_datetime(localtime())
        message["X-Unsent"] = "1"  # Outlook opens it as a draft
        message.set_content(render("email_summary.txt.j2", **values))
        message.add_alternative(render("email_summary.html.j2", **values), subtype="html")
    return message


def _read(report: Path) -> tuple[str, Mapping[str, Any]]:
    if not report.is_file():
        raise WorkbenchError(f"{report} does not exist. Make the report first.")
    html = report.read_bytes().decode(errors="replace")
    manifest = manifest_of(html)
    if manifest is None:
        raise WorkbenchError(
            f"{report} holds no manifest, from which an e-mail is made. Make the report again; if it failed, the "
            "page itself says why."
        )
    return html, manifest


def _values(
    report: Path, manifest: Mapping[str, Any], found: Sequence[str], settings: Settings
) -> dict[str, Any]:
    order, period = manifest.get("order", {}), manifest.get("period", "")
    try:
        tiles = [Tile(**tile) for tile in manifest.get("tiles") or []]
    except TypeError:
        raise WorkbenchError(
            f"{report} has tiles that workbench did not write: somebody has edited its manifest. Make the report again."
        ) from None
    preliminary = preliminary_because(order, tiles)
    title, days = manifest.get("title") or report.stem, period_words(period)
    named = title + (f", {days}" if days else "") + (" (preliminary)" if preliminary else "")
    path = f"{order['name']}.html" if order.get("name") else report.name
    address = settings.reports_address.rstrip("/")
    return {
        "subject": " ".join(named.split()),
        "title": title,
        "period": days,
        "question": manifest.get("question") or "",
        "preliminary": preliminary,
        "tiles": [tile_texts(tile) for tile in tiles],
        "findings": found[:_FINDINGS],
        "revised": len(manifest.get("revisions", [])),
        "path": path,
        "link": f"{address}/{quote(path)}" if address else "",
    }
