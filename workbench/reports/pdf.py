"""A report as a tagged PDF, printed by the browser of the system."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from workbench.errors import WorkbenchError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# Quiet, and asking nothing of the network by itself.
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)
_SECONDS = 120


def write_pdf(report: Path, output: Path | None = None) -> Path:
    """Print a report as its style says for paper: with a cover, tags for screen readers and an outline.

    Parameters
    ----------
    report
        The HTML file.
    output
        The file to write; otherwise the report's with the suffix `.pdf`.

    Raises
    ------
    WorkbenchError
        No Chromium or Chrome is installed, or it could not print the page. No file is written then.
    """
    if not report.is_file():
        raise WorkbenchError(f"{report} does not exist. Make the report first.")
    output = output or report.with_suffix(".pdf")
    browser = find_browser()
    output.parent.mkdir(parents=True, exist_ok=True)
    # A profile of its own: a browser that is open would take the order over, and print nothing.
    with tempfile.TemporaryDirectory(prefix="workbench-", dir=output.parent) as folder:
        printed = Path(folder) / "printed.pdf"
        address = report.resolve().as_uri()
        _print(browser, [f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}", address], printed)
        printed.replace(output)
    return output


def find_browser() -> str:
    """The Chromium or Chrome of the system.

    Raises
    ------
    WorkbenchError
        There is none.
    """
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and _MAC.is_file():
        found = str(_MAC)
    if found is None:
        raise WorkbenchError(
            "a PDF is printed by Chromium or Chrome, and neither is installed (or on the PATH). Install one, for "
            "instance: apt install chromium; or open the report in any browser and print it."
        )
    return found


def _print(browser: str, words: list[str], printed: Path) -> None:
    """Print in the browser's sandbox; without it only where it cannot start: for root, and in some containers.

    The page is our own, and its policy lets no script of others run.
    """
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    for sandbox in (("--no-sandbox",),) if is_root else ((), ("--no-sandbox",)):
        try:
            subprocess.run(
                [browser, *_FLAGS, *sandbox, *words],
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise WorkbenchError(f"{browser} did not print the page within {_SECONDS} s.") from None
        except OSError as error:
            raise WorkbenchError(f"{browser} cannot be started: {error.strerror}.") from None
        if printed.is_file() and printed.stat().st_size:
            return
    raise WorkbenchError(f"{browser} printed nothing. Open the report in a browser and print it, to see why.")
